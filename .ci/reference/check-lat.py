"""Exposure [cm2 s] against the livetime cube of gtltcube folded here with the tables of the effective area; and its dependence on energy against
the exposure cube of the Crab (other response functions, seven years). Products of the Crab for that day, made by the program: exposure of each bin of
the light curve, area with containment, redistribution, each worked out here from the tables; Sherpa loads and fits the spectrum by itself.

Livetime by angle from the boresight against a livetime cube of the Fermi Science Tools (gtltcube) of the same attitude and
good time; and with a zenith cut, which that cube does not have, against the same sum made here with numpy."""
import atexit
import json
import os
import shutil
import subprocess
import sys
import tempfile

import numpy as np
from astropy.io import fits
from scipy.interpolate import RegularGridInterpolator

folder = os.path.join(os.environ["HEAVENS_DATA"], "fermi-lat", "gammalib_p8v3")
ft2, ltcube = (os.path.join(folder, name) for name in ("ft2.fits.gz", "ltcube.fits.gz"))
if not os.path.exists(ltcube):
    print(f"SKIPPED: no {ltcube}")
    sys.exit(0)


def dump(*more):
    out = subprocess.run(["node", ".ci/reference/dump-livetime.mjs", ft2, ltcube, *map(str, more)], capture_output=True, text=True, check=True)
    return json.loads(out.stdout)


def ours(*zenith, of="cube"):
    answer = dump(*zenith)
    return np.array(answer[of]).reshape(-1, answer["bins"])


def vectors(ra, dec):
    ra, dec = np.radians(np.asarray(ra, float)), np.radians(np.asarray(dec, float))
    return np.stack([np.cos(dec) * np.cos(ra), np.cos(dec) * np.sin(ra), np.sin(dec)], axis=-1)


with fits.open(ltcube) as hdus:
    theirs = hdus["EXPOSURE"].data["COSBINS"].astype(float)
    their_weighted = hdus["WEIGHTED_EXPOSURE"].data["COSBINS"].astype(float)
    high = hdus["CTHETABOUNDS"].data["CTHETA_MAX"].astype(float)
    places = vectors(hdus["EXPOSURE"].data["RA"], hdus["EXPOSURE"].data["DEC"])
    low = hdus["CTHETABOUNDS"].data["CTHETA_MIN"].astype(float)
    good = [(float(row["START"]), float(row["STOP"])) for row in hdus["GTI"].data]
sc = fits.getdata(ft2, "SC_DATA")
failed = []


def agree(what, mine, other, tolerance):
    """Every place within tolerance, and every bin of the cosine summed over the sky."""
    place, total = mine.sum(axis=1), other.sum(axis=1)
    seen = total > 0.01 * total.max()
    worst_place = np.max(np.abs(place[seen] / total[seen] - 1))
    worst_bin = np.max(np.abs(mine.sum(axis=0) / other.sum(axis=0) - 1))
    verdict = worst_place <= tolerance and worst_bin <= tolerance
    print(f"{'ok  ' if verdict else 'FAIL'} {what}: {seen.sum()} places, worst {worst_place:.2e}; {len(low)} bins, worst {worst_bin:.2e} (allowed {tolerance:g})")
    if not verdict:
        failed.append(what)


def by_numpy(zenith):
    out = np.zeros_like(theirs)
    axis, up = vectors(sc["RA_SCZ"], sc["DEC_SCZ"]), vectors(sc["RA_ZENITH"], sc["DEC_ZENITH"])
    for row in range(len(sc)):
        start, stop = float(sc["START"][row]), float(sc["STOP"][row])
        inside = sum(max(0.0, min(stop, b) - max(start, a)) for a, b in good)
        if inside <= 0 or sc["IN_SAA"][row]:
            continue
        cosine = places @ axis[row]
        keep = (cosine > low[-1]) & (places @ up[row] >= np.cos(np.radians(zenith)))
        bins = np.clip(np.searchsorted(-low, -cosine[keep], side="right"), 0, len(low) - 1)
        np.add.at(out, (np.flatnonzero(keep), bins), sc["LIVETIME"][row] * inside / (stop - start))
    return out


# 3 % is what is asked for; the same sums differ by rounding only.
agree("livetime cube, gtltcube", ours(), theirs, 1e-4)
for limit in (90, 100):
    agree(f"livetime cube, zenith {limit} deg, numpy", ours(limit), by_numpy(limit), 1e-3)
agree("the same times live fraction, gtltcube", ours(of="weighted"), their_weighted, 1e-4)

aeff = os.path.join(os.environ["HEAVENS_DATA"], "fermi-lat", "irf", "aeff_P8R3_SOURCE_V2_FB.fits.gz")


def line(p, x):
    """Straight lines with two breaks: slope and value at 0, then slope and break twice."""
    first = p[0] * x + p[1]
    at1 = p[0] * p[3] + p[1]
    at2 = at1 + p[2] * (p[5] - p[3])
    return np.where(x < p[3], first, np.where(x < p[5], at1 + p[2] * (x - p[3]), at2 + p[4] * (x - p[5])))


def area(energy, cosine):
    """m2 of front and back at energies [MeV] and cosines, as (constant, slope in live fraction): scipy on the tables."""
    constant, slope = 0, 0
    with fits.open(aeff) as hdus:
        for kind in ("FRONT", "BACK"):
            row = hdus[f"EFFECTIVE AREA_{kind}"].data[0]
            log_e = np.log10(row["ENERG_LO"].astype(float) * row["ENERG_HI"]) / 2
            cos = (row["CTHETA_LO"].astype(float) + row["CTHETA_HI"]) / 2
            table = RegularGridInterpolator((cos, log_e), row["EFFAREA"].astype(float), bounds_error=False, fill_value=None)
            x = np.log10(energy)
            grid = np.stack(np.meshgrid(np.clip(cosine, cos[0], cos[-1]), x, indexing="ij"), axis=-1)
            value = np.where(cosine[:, None] >= 0.2, table(grid), 0)
            p0, p1 = hdus[f"EFFICIENCY_PARAMS_{kind}"].data["EFFICIENCY_PARS"].astype(float)
            constant, slope = constant + value * line(p1, x), slope + value * line(p0, x)
    return constant, slope


bands = [(200, 1000, 2.0), (1000, 10000, 2.0), (10000, 100000, 2.4)]
answer = dump("none", aeff, *(",".join(map(str, band)) for band in bands))
middle = (low + high) / 2
for (e_min, e_max, index), mine in zip(bands, answer["exposures"]):
    energy = np.geomspace(e_min, e_max, 400)
    constant, slope = area(energy, middle)
    weight = energy ** -index
    mean = lambda values: np.trapezoid(values * weight, energy, axis=-1) / np.trapezoid(weight, energy)
    expected = 1e4 * (theirs @ mean(constant) + their_weighted @ mean(slope))
    seen = expected > 0.05 * expected.max()
    worst = np.max(np.abs(np.array(mine)[seen] / expected[seen] - 1))
    verdict = worst <= 0.03
    print(f"{'ok  ' if verdict else 'FAIL'} exposure {e_min}-{e_max} MeV, gtltcube x area: {seen.sum()} places, {expected[seen].min():.3g} to {expected.max():.3g} cm2 s, worst {worst:.2e} (allowed 0.03)")
    if not verdict:
        failed.append(f"exposure {e_min}")

# The exposure cube of the Crab: P8R2_SOURCE_V6 over seven years. At one place, exposure over energy against that at 100 GeV.
cube = os.path.join(os.environ["HEAVENS_DATA"], "fermi-lat", "crab", "exposure_cube.fits.gz")
with fits.open(cube) as hdus:
    energies = hdus["ENERGIES"].data["Energy"].astype(float)
    sky = np.stack([hdus["HPXEXPOSURES"].data[f"ENERGY{i + 1}"] for i in range(len(energies))], axis=-1).astype(float)
inside = energies < 1.8e6
shape = sky.mean(axis=0)[inside]
constant, slope = area(energies[inside], middle)
own = theirs.sum(axis=0) @ constant + their_weighted.sum(axis=0) @ slope
ratio = (own / own[np.argmin(abs(energies[inside] - 1e5))]) / (shape / shape[np.argmin(abs(energies[inside] - 1e5))])
for limit, part in ((0.01, energies[inside] < 3e5), (0.03, energies[inside] > 0)):
    worst = np.max(np.abs(ratio[part] - 1))
    print(f"{'ok  ' if worst <= limit else 'FAIL'} exposure over energy, all sky, cube of the Crab (P8R2_SOURCE_V6): {part.sum()} energies to {energies[inside][part].max():.3g} MeV, worst {worst:.2e} (allowed {limit:g})")
    if worst > limit:
        failed.append("shape")


def within(what, value, expected, tolerance):
    worst = np.max(np.abs(np.asarray(value) / np.asarray(expected) - 1))
    print(f"{'ok  ' if worst <= tolerance else 'FAIL'} {what}: worst {worst:.2e} (allowed {tolerance:g})")
    if not worst <= tolerance:
        failed.append(what)


# Averaged over the sky, exposure for each second of good time does not depend on where the LAT looked: a day of ours, with the zenith cut of that cube, against seven years.
answer = dump(105)
kept, kept_weighted = (np.array(answer[of]).reshape(-1, answer["bins"]).mean(axis=0) for of in ("cube", "weighted"))
with fits.open(cube) as hdus:
    seven_years = sum(hdus["GTI"].data["STOP"].astype(float) - hdus["GTI"].data["START"].astype(float))
a_day = sum(b - a for a, b in good)
part = energies[inside] < 3e5
within("exposure of the whole sky for a second of good time, cube of the Crab (P8R2_SOURCE_V6), 10-226 GeV", ((kept @ constant + kept_weighted @ slope) * 1e4 / a_day)[part], (shape / seven_years)[part], 0.03)

# Products of the Crab by the program, from files to files.
work = tempfile.mkdtemp(prefix="heavens-lat-")
atexit.register(shutil.rmtree, work, ignore_errors=True)
ft1 = os.path.join(folder, "ft1.fits.gz")
irfs = [os.path.join(os.path.dirname(aeff), f"{kind}_P8R3_SOURCE_V2_FB.fits.gz") for kind in ("aeff", "psf", "edisp")]
RADIUS, STEP = 2.0, 300.0
request = {
    "target": {"ra": 83.6331, "dec": 22.0145, "radius": RADIUS}, "instruments": [{"id": "fermi-lat"}],
    "time": {"format": "met", "mission": "fermi", "scale": "tt", "intervals": [[good[0][0], good[0][0] + 86400]]},
    "energy": {"unit": "MeV", "bands": [{"min": 200, "max": 1000}, {"min": 1000, "max": 20000}]},
    "products": {"lightCurve": {"bin": STEP}, "spectrum": {}},
}
with open(os.path.join(work, "request.json"), "w") as file:
    json.dump(request, file)
heavens = ["node", "cli/bin/heavens.js"]
subprocess.run([*heavens, "replay", "--data", os.path.join(work, "data"), ft1, ft2, *irfs], check=True, capture_output=True)
subprocess.run([*heavens, "analyse", "--data", os.path.join(work, "data"), "--request", os.path.join(work, "request.json"), "--out", os.path.join(work, "out")], check=True, capture_output=True)
products = os.path.join(work, "out", "fermi-lat", "lat")

# Rows of the attitude that see the Crab: 66 degrees, and 90 from the zenith as the list says of itself.
crab = vectors([83.6331], [22.0145])[0]
start, stop = sc["START"].astype(float), sc["STOP"].astype(float)
cosine = vectors(sc["RA_SCZ"], sc["DEC_SCZ"]) @ crab
share = sc["LIVETIME"] / (stop - start)
sees = (cosine >= np.cos(np.radians(66))) & (vectors(sc["RA_ZENITH"], sc["DEC_ZENITH"]) @ crab >= np.cos(np.radians(90))) & ~sc["IN_SAA"]


def seconds(row, a, b):
    """Good seconds of a row between a and b."""
    return sum(max(0.0, min(stop[row], b, y) - max(start[row], a, x)) for x, y in good)


rows = [r for r in np.flatnonzero(sees) if seconds(r, good[0][0], good[0][0] + 86400) > 0]
bins = int(86400 / STEP)
per_row = np.array([[share[r] * seconds(r, good[0][0] + k * STEP, good[0][0] + (k + 1) * STEP) for k in range(bins)] for r in rows])

# Azimuth of the Crab in each row, and what PHI_DEPENDENCE says of it: the area of front and back each times (1 + q0 xi^q1) over its mean.
x_axis = vectors(sc["RA_SCX"], sc["DEC_SCX"])
azimuth = np.degrees(np.arctan2(np.cross(vectors(sc["RA_SCZ"], sc["DEC_SCZ"]), x_axis) @ crab, x_axis @ crab))
xi = np.abs(np.mod(azimuth, 90) - 45) / 45


def by_azimuth(energy):
    """Area at the azimuth of each of `rows` over its mean, rows by energies."""
    top, all_ = 0, 0
    with fits.open(aeff) as hdus:
        for kind in ("FRONT", "BACK"):
            def table(extension, name, x):
                row = hdus[f"{extension}_{kind}"].data[0]
                log_e = np.log10(row["ENERG_LO"].astype(float) * row["ENERG_HI"]) / 2
                cos = (row["CTHETA_LO"].astype(float) + row["CTHETA_HI"]) / 2
                grid = np.stack(np.meshgrid(np.clip(cosine[rows], cos[0], cos[-1]), np.clip(x, log_e[0], log_e[-1]), indexing="ij"), axis=-1)
                return RegularGridInterpolator((cos, log_e), row[name].astype(float).reshape(len(cos), len(log_e)))(grid)

            x = np.log10(energy)
            own, q0, q1 = table("EFFECTIVE AREA", "EFFAREA", x), table("PHI_DEPENDENCE", "PHIDEP0", x), table("PHI_DEPENDENCE", "PHIDEP1", x)
            top, all_ = top + own * (1 + q0 * xi[rows][:, None] ** q1) / (1 + q0 / (1 + q1)), all_ + own
    return top / all_


# A spectrum of those three minutes in which azimuth changes the area most.
with np.errstate(invalid="ignore"): by_bin = by_azimuth(np.array([1000.0]))[:, 0] @ per_row / per_row.sum(axis=0)
full = per_row.sum(axis=0) > 0.8 * per_row.sum(axis=0).max()
first = int(np.argmax(np.where(full, np.abs(by_bin - 1), 0)))
short = {**request, "time": {**request["time"], "intervals": [[good[0][0] + first * STEP, good[0][0] + first * STEP + 180]]}, "products": {"spectrum": {}}}
with open(os.path.join(work, "short.json"), "w") as file:
    json.dump(short, file)
subprocess.run([*heavens, "analyse", "--data", os.path.join(work, "data"), "--request", os.path.join(work, "short.json"), "--out", os.path.join(work, "short")], check=True, capture_output=True)
few = np.array([share[r] * seconds(r, short["time"]["intervals"][0][0], short["time"]["intervals"][0][1]) for r in rows])
SHORT = {energy: float(np.average(by_azimuth(np.array([energy]))[:, 0], weights=few)) for energy in (300.0, 1000.0, 5000.0)}
with fits.open(os.path.join(products, "light-curve.fits")) as hdus:
    for band, hdu in zip(((200, 1000), (1000, 20000)), [h for h in hdus if h.name == "RATE"]):
        energy = np.geomspace(*band, 200)
        weight = energy ** -2.0
        constant, slope = area(energy, cosine[rows])
        value = 1e4 * np.trapezoid((constant + slope * share[rows][:, None]) * weight, energy, axis=-1) / np.trapezoid(weight, energy)
        averaged = value @ per_row
        turned = 1e4 * np.trapezoid((constant + slope * share[rows][:, None]) * by_azimuth(energy) * weight, energy, axis=-1) / np.trapezoid(weight, energy) @ per_row
        met = hdu.data["TIME"] - hdu.data["TIMEDEL"] / 2
        row = np.rint((met - met[0]) / STEP).astype(int) + int(np.flatnonzero(averaged > 0)[0])
        much = turned[row] > 0.1 * turned.max()
        within(f"light curve, exposure of each of {much.sum()} bins of {STEP:.0f} s, {band[0]}-{band[1]} MeV (azimuth changes them by {np.abs(turned[row] / averaged[row] - 1)[much].max():.3f} at most)", hdu.data["EXPOSURE"][much], turned[row][much], 0.01)
        seen = much & (hdu.data["COUNTS"] > 0)
        within(f"light curve, flux, {band[0]}-{band[1]} MeV", hdu.data["FLUX"][seen], (hdu.data["COUNTS"] / turned[row] / hdu.header["CONTAIN"])[seen], 0.01)
        within(f"light curve, exposure of the day with azimuth and without, {band[0]}-{band[1]} MeV", turned.sum(), averaged.sum(), 0.01)


def containment(energy, cos):
    """Share within RADIUS of front and back, by their areas: the two King functions integrated over solid angle by steps, on the sphere."""
    theta = np.radians(np.concatenate([[0], np.geomspace(1e-4, 90, 4000)]))
    total, sums = 0, 0
    with fits.open(irfs[1]) as psf, fits.open(irfs[0]) as table:
        for kind in ("FRONT", "BACK"):
            row = psf[f"RPSF_{kind}"].data[0]
            log_e = np.log10(row["ENERG_LO"].astype(float) * row["ENERG_HI"]) / 2
            nodes = (row["CTHETA_LO"].astype(float) + row["CTHETA_HI"]) / 2
            c0, c1, beta = psf[f"PSF_SCALING_PARAMS_{kind}"].data["PSFSCALE"][0].astype(float)
            x = theta / np.hypot(c0 * (energy / 100) ** beta, c1)

            def share_at(i, j):
                king = lambda s, g: (1 - 1 / g) * (1 + x * x / (2 * g * s * s)) ** -g
                density = king(row["SCORE"][j, i], row["GCORE"][j, i]) + row["NTAIL"][j, i] * king(row["STAIL"][j, i], row["GTAIL"][j, i])
                grow = np.concatenate([[0], np.cumsum((density[1:] + density[:-1]) / 2 * -np.diff(np.cos(theta)))])
                return np.interp(np.radians(RADIUS), theta, grow) / grow[-1]

            grid = np.array([[share_at(i, j) for i in range(len(log_e))] for j in range(len(nodes))])
            at = (min(max(cos, nodes[0]), nodes[-1]), np.log10(energy))
            front = table[f"EFFECTIVE AREA_{kind}"].data[0]
            loge = np.log10(front["ENERG_LO"].astype(float) * front["ENERG_HI"]) / 2
            mid = (front["CTHETA_LO"].astype(float) + front["CTHETA_HI"]) / 2
            own = RegularGridInterpolator((mid, loge), front["EFFAREA"].astype(float))((min(max(cos, mid[0]), mid[-1]), np.log10(energy)))
            total, sums = total + own * RegularGridInterpolator((nodes, log_e), grid)(at), sums + own
    return float(total / sums)


arf = fits.getdata(os.path.join(products, "area.arf"), "SPECRESP")
live = per_row.sum(axis=1)
edges = np.linspace(np.cos(np.radians(66)), 1, 13)
places = (edges[1:] + edges[:-1]) / 2
spent = np.histogram(cosine[rows], edges, weights=live)[0]
fraction = np.average(share[rows], weights=live)
mine, expected = [], []
for energy in (300.0, 1000.0, 5000.0, 20000.0):
    row = np.flatnonzero((arf["ENERG_LO"] <= energy * 1e3) & (arf["ENERG_HI"] > energy * 1e3))[0]
    middle_of = np.sqrt(float(arf["ENERG_LO"][row]) * arf["ENERG_HI"][row]) / 1e3
    constant, slope = area(np.array([middle_of]), places)
    each = [1e4 * (constant[k, 0] + slope[k, 0] * fraction) * containment(middle_of, places[k]) for k in range(len(places))]
    mine.append(arf["SPECRESP"][row])
    expected.append(np.average(each, weights=spent))
within("area x containment of the Crab at 0.3, 1, 5, 20 GeV", mine, expected, 0.02)

brief = fits.getdata(os.path.join(work, "short", "fermi-lat", "lat", "area.arf"), "SPECRESP")
mine, expected = [], []
for energy, factor in SHORT.items():
    row = np.flatnonzero((brief["ENERG_LO"] <= energy * 1e3) & (brief["ENERG_HI"] > energy * 1e3))[0]
    middle_of = np.sqrt(float(brief["ENERG_LO"][row]) * brief["ENERG_HI"][row]) / 1e3
    constant, slope = area(np.array([middle_of]), cosine[rows][few > 0])
    each = [1e4 * (constant[k, 0] + slope[k, 0] * share[rows][few > 0][k]) * containment(middle_of, c) for k, c in enumerate(cosine[rows][few > 0])]
    mine.append(brief["SPECRESP"][row])
    expected.append(factor * np.average(each, weights=few[few > 0]))
within(f"area of three minutes at 0.3, 1, 5 GeV (azimuth makes it {', '.join(f'{f:.3f}' for f in SHORT.values())} of the mean)", mine, expected, 0.015)
if abs(SHORT[1000.0] - 1) < 0.025:
    failed.append("azimuth changes too little in these minutes to be tested")

os.chdir(products)
import sherpa.astro.ui as ui

ui.load_pha("spectrum.pha")
ui.ignore_bad()
ui.set_stat("cstat")
ui.set_source(ui.powlaw1d.crab)
ui.set_par("crab.ref", 1e6)
ui.set_par("crab.ampl", 1e-12, min=0)
ui.fit()
sherpa = ui.get_fit_results()
root = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
own = json.loads(subprocess.run(["node", os.path.join(root, "cli/bin/heavens.js"), "fit", "spectrum.pha", "--model", "powerlaw", "--energy", "200000-20000000", "--statistic", "cash", "--json"], capture_output=True, text=True, check=True).stdout)
within("photon index of the Crab's region, Sherpa and heavens fit", own["parameters"][0]["value"], sherpa.parvals[0], 1e-3)
within("C statistic of the same", own["value"], sherpa.statval, 1e-3)
flux = next(f for f in own["flux"] if f["unit"].startswith("photons"))
within("photon flux 0.2-20 GeV of the same", flux["value"], ui.calc_photon_flux(2e5, 2e7), 0.01)
sys.exit(1 if failed else 0)
