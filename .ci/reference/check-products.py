"""Products of analyses, against the field's own readers: astropy opens them with their checksums, fitsverify finds nothing,
counts are numpy's on the same events and cuts, the image's WCS puts the Crab where it is, Sherpa loads a spectrum with its response."""
import json, logging, pathlib, sys, tempfile, warnings
from comparison import DATA, bad, check, heavens
from product_files import analyse, sound
import numpy as np
from astropy.io import fits
from astropy.time import Time, TimeDelta
from astropy.wcs import WCS

warnings.simplefilter("ignore")
logging.disable(logging.WARNING)


def tt(header_time, h):
    """Seconds of TT since MJD 51544 of a time in a file."""
    return (h["MJDREFI"] - 51544) * 86400 + h["MJDREFF"] * 86400 + header_time


def utc(seconds):
    return (Time(51544, format="mjd", scale="tt") + TimeDelta(seconds, format="sec")).utc.isot + "Z"


def rates(path):
    with fits.open(path) as h:
        return [(x.header, np.array(x.data)) for x in h if x.name == "RATE"]


def weighted_matrix(folder, times, start, stop, out):
    """The matrix of a spectrum against numpy's mean of the file's, weighted by the counts in the time of each (a time between two: the nearer's)."""
    def dense(hdu):
        d, n = hdu.data, hdu.header["DETCHANS"]
        m = np.zeros((len(d), n))
        for e, (groups, first, count, values) in enumerate(zip(d["N_GRP"], d["F_CHAN"], d["N_CHAN"], d["MATRIX"])):
            at = 0
            for f, c in zip(np.atleast_1d(first)[:groups], np.atleast_1d(count)[:groups]):
                m[e, f - 1:f - 1 + c] = values[at:at + c]; at += c
        return m
    with fits.open(next(folder.glob("*cspec_n0*.rsp2"))) as h:
        all_ = [(tt(x.header["TSTART"], x.header), tt(x.header["TSTOP"], x.header), dense(x)) for x in h if "MATRIX" in x.name]
    edges = [-np.inf] + [(a[1] + b[0]) / 2 for a, b in zip(all_, all_[1:])] + [np.inf]
    inside = times[(times >= start) & (times < stop)]
    counts, _ = np.histogram(inside, edges)
    expected = sum(n * m for n, (_, _, m) in zip(counts, all_)) / counts.sum()
    with fits.open(out) as h:
        x = next(x for x in h if "MATRIX" in x.name)
        first = int(np.atleast_1d(x.data["F_CHAN"][0])[0])
        ours = np.array(x.data["MATRIX"])
    check(np.count_nonzero(counts) > 1 and ours.shape == expected.shape and np.allclose(ours, expected, rtol=2e-6, atol=1e-9 * expected.max()),
          f"response.rsp is the mean of {np.count_nonzero(counts)} matrices, worst difference {abs(ours - expected).max() / expected.max():.1e} of the peak (first channel {first})")


def gbm():
    print("Fermi GBM, GRB190530A")
    folder = DATA / "fermi-gbm/GRB190530A"
    files = sorted(folder.glob("*tte*"))
    with tempfile.TemporaryDirectory() as d:
        d = pathlib.Path(d)
        heavens("replay", *files, *sorted(folder.glob("*.rsp2")), "--speed", "max", "--json", "--data", d / "data")
        with fits.open(files[0]) as h: t0 = tt(h[0].header["TRIGTIME"], h[0].header)
        request = {"time": {"intervals": [[utc(t0 - 20), utc(t0 + 40)]]}, "energy": {"bands": [{"min": 50, "max": 300}, {"min": 300, "max": 900}]},
                   "instruments": [{"id": "fermi-gbm"}], "products": {"lightCurve": {"bin": 0.064}, "spectrum": {"background": [[-100, -10]]}, "events": {}}}
        products = analyse(d, request)
        sound(d, products)
        used = json.loads((d / "out/request.json").read_text())
        start, stop = used["intervals"][0]["start"], used["intervals"][0]["stop"]
        total = 0
        for f in files:
            with fits.open(f) as h:
                group = h[0].header["DETNAM"].replace("NAI_0", "n").lower()
                t = tt(h["EVENTS"].data["TIME"], h["EVENTS"].header)
                pha, lo, hi = h["EVENTS"].data["PHA"], h["EBOUNDS"].data["E_MIN"].astype(float), h["EBOUNDS"].data["E_MAX"].astype(float)
            centre = np.sqrt(lo * hi)
            inside = (t >= start) & (t < stop)
            total += inside.sum()
            curves = rates(d / f"out/fermi-gbm/{group}/light-curve.fits")
            for (header, rows), (a, b) in zip(curves, [(50, 300), (300, 900)]):
                edges = np.append(rows["TIME"] - rows["TIMEDEL"] / 2, stop)
                want = np.histogram(t[inside & (centre[pha] >= a) & (centre[pha] < b)], edges)[0]
                differ = int(np.sum(want != rows["COUNTS"]))
                check(want.sum() == rows["COUNTS"].sum() and differ <= 2, f"{group} {a}-{b} keV: {rows['COUNTS'].sum()} counts in {len(rows)} bins, numpy {want.sum()}, {differ} bins differ by the rounding of edges")
            with fits.open(d / f"out/fermi-gbm/{group}/spectrum.pha") as h:
                check(np.array_equal(h["SPECTRUM"].data["COUNTS"], np.bincount(pha[inside], minlength=128)), f"{group}: every channel of the spectrum as numpy's")
            if group == "n0": weighted_matrix(folder, t, start, stop, d / "out/fermi-gbm/n0/response.rsp")
        with fits.open(d / "out/fermi-gbm/events.fits") as h:
            check(0 < len(h["EVENTS"].data) <= total and np.all(np.diff(h["EVENTS"].data["TIME"]) >= 0), f"event list of {len(h['EVENTS'].data)} in order")
        again = analyse(d, request, "again")
        check(products == again, "the same request gives the same bytes")
        try: from sherpa.astro import ui
        except ImportError: return print("  SKIPPED: Sherpa is not installed")
        for k, p in enumerate([p for p in products if p["kind"] == "spectrum"]):
            ui.load_pha(k, str(d / "out" / p["path"]))
            rmf, background = ui.get_rmf(k), ui.get_bkg(k)
            check(rmf.detchans == 128 and background.exposure > 80, f"Sherpa: {p['path']} with its response ({len(rmf.energ_lo)} energies) and background ({background.exposure:.1f} s)")


def lat():
    print("Fermi LAT, Crab")
    file = DATA / "fermi-lat/crab/events.fits.gz"
    with tempfile.TemporaryDirectory() as d:
        d = pathlib.Path(d)
        heavens("replay", file, "--speed", "max", "--json", "--data", d / "data")
        with fits.open(file) as h:
            e, header = np.array(h["EVENTS"].data), h["EVENTS"].header
            t = tt(e["TIME"], header)
        request = {"target": {"name": "Crab"}, "time": {"intervals": [[utc(t.min() - 10), utc(t.max() + 10)]]},
                   "products": {"image": {"pixel": 0.1, "size": 10}, "spectrum": {}, "lightCurve": {"bin": 8640000}}}
        products = analyse(d, request)
        sound(d, products)
        used = json.loads((d / "out/request.json").read_text())["target"]
        with fits.open(d / "out/fermi-lat/image.fits") as h:
            image, wcs = h["COUNTS"].data, WCS(h["COUNTS"].header)
        y, x = np.unravel_index(image.argmax(), image.shape)
        cx, cy = wcs.wcs_world2pix(83.6331, 22.0145, 0)
        check(abs(x - cx) < 1 and abs(y - cy) < 1, f"brightest pixel ({x}, {y}) of {image.max()} counts; the Crab is at ({cx:.2f}, {cy:.2f})")
        px, py = np.rint(wcs.wcs_world2pix(e["RA"], e["DEC"], 0)).astype(int)
        inside = (px >= 0) & (py >= 0) & (px < image.shape[1]) & (py < image.shape[0])
        want = np.zeros_like(image)
        np.add.at(want, (py[inside], px[inside]), 1)
        check(np.abs(want - image).sum() <= 4, f"{image.sum()} counts, astropy's WCS puts {want.sum()} into the same pixels ({np.abs(want - image).sum()} on an edge differ)")
        ra, dec = np.radians(e["RA"].astype(float)), np.radians(e["DEC"].astype(float))
        r0, d0 = np.radians(used["ra"]), np.radians(used["dec"])
        distance = 2 * np.arcsin(np.sqrt(np.sin((dec - d0) / 2) ** 2 + np.cos(dec) * np.cos(d0) * np.sin((ra - r0) / 2) ** 2))
        near = int(np.sum(np.degrees(distance) <= 2))
        with fits.open(d / "out/fermi-lat/lat/spectrum.pha") as h: counts = int(h["SPECTRUM"].data["COUNTS"].sum())
        check(counts == near, f"spectrum {counts}, numpy within 2 degrees {near}")
        curve = sum(int(rows["COUNTS"].sum()) for _, rows in rates(d / "out/fermi-lat/lat/light-curve.fits"))
        check(curve == near, f"light curves {curve}, numpy {near}")


def acs():
    print("INTEGRAL SPI-ACS, GRB230307A")
    files = [f for f in sorted((DATA / "integral/SPI-ACS_GRB230307A").iterdir()) if ".fit" in f.name]
    with tempfile.TemporaryDirectory() as d:
        d = pathlib.Path(d)
        heavens("replay", *files, "--speed", "max", "--json", "--data", d / "data")
        request = {"time": {"intervals": [["2023-03-07T15:43:00Z", "2023-03-07T15:46:00Z"]]}, "products": {"lightCurve": {}}}
        products = analyse(d, request)
        sound(d, products)
        [(header, rows)] = rates(d / "out" / products[0]["path"])
        peak = rows["TIME"][np.argmax(rows["COUNTS"])]
        check(abs((Time(utc(peak)[:-1]) - Time("2023-03-07T15:44:10.4")).sec) < 0.3, f"peak of {rows['COUNTS'].max()} counts at {utc(peak)}")
        with fits.open(files[0]) as h:
            source = next(x.data for x in h if isinstance(x, fits.BinTableHDU) and len(x.data) > 1000)
            name = next(c for c in source.names if c.upper() in ("COUNTS", "RATE", "TOT_COUNTS"))
            scale = 0.1 if name.upper() == "RATE" else 1
            check(rows["COUNTS"].max() == round(float(source[name].max()) * scale), f"as in the file, column {name}")


for part in (gbm, lat, acs): part()
print(f"{len(bad)} wrong")
sys.exit(1 if bad else 0)
