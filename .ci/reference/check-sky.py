"""Our sky geometry against healpy and astropy."""
import json
import subprocess
import sys
from pathlib import Path

import healpy
import numpy as np

HERE = Path(__file__).parent
rng = np.random.default_rng(20260)


def ours(what, **request):
    run = subprocess.run(["node", HERE / "dump-sky.mjs"], input=json.dumps({"what": what, **request}), capture_output=True, text=True)
    if run.returncode:
        sys.exit(run.stderr)
    return json.loads(run.stdout)


def sphere(n):
    return rng.uniform(0, 360, n), np.degrees(np.arcsin(rng.uniform(-1, 1, n)))


def expect(ok, text):
    print(("  ok    " if ok else "  WRONG ") + text)
    if not ok:
        expect.failed = True


expect.failed = False


def apart(lon1, lat1, lon2, lat2):
    """Largest distance of two lists of positions [deg], without the cancellation of arccos."""
    a, b = (healpy.ang2vec(np.asarray(lon), np.asarray(lat), lonlat=True) for lon, lat in ((lon1, lat1), (lon2, lat2)))
    return np.degrees(2 * np.arcsin(np.linalg.norm(a - b, axis=-1) / 2)).max()


def healpix():
    lon, lat = sphere(100_000)
    caps = rng.uniform(89, 90, 2000) * rng.choice([-1, 1], 2000)
    lat[: len(caps)] = caps
    worst = 0
    for order in range(13):
        nside = 2**order
        npix = 12 * nside**2
        pixels = np.arange(npix) if npix <= 3000 else np.concatenate([[0, npix - 1], rng.integers(0, npix, 3000)])
        got = ours("healpix", nside=nside, lon=lon.tolist(), lat=lat.tolist(), pixels=pixels.tolist())
        ring = healpy.ang2pix(nside, lon, lat, lonlat=True)
        wrong = (np.array(got["ring"]) != ring).sum() + (np.array(got["many"]) != ring).sum()
        wrong += (np.array(got["nest"]) != healpy.ang2pix(nside, lon, lat, lonlat=True, nest=True)).sum()
        wrong += (np.array(got["vector"]) != pixels).sum()
        wrong += (np.array(got["toNest"]) != healpy.ring2nest(nside, pixels)).sum() + (np.array(got["toRing"]) != healpy.nest2ring(nside, pixels)).sum()
        around = (np.array(got["neighbours"]).T != healpy.get_all_neighbours(nside, pixels)).sum()
        for key, nest in (("ringCentres", False), ("nestCentres", True)):
            there = np.array(got[key]).T
            worst = max(worst, apart(*there, *healpy.pix2ang(nside, pixels, nest=nest, lonlat=True)))
        expect(wrong == 0 and around == 0, f"nside {nside}: {len(lon)} positions ring and nested, {len(pixels)} pixels: {wrong} differ, {around} neighbours differ")
    expect(worst < 1e-11, f"pixel centres within {worst:.1e} deg")


def discs():
    cases = []
    for nside in (1, 2, 8, 16, 64, 256):
        for _ in range(40):
            lon, lat = (float(v[0]) for v in sphere(1))
            cases.append([nside, lon, lat, float(rng.uniform(0, min(180, 1500 / nside)))])
        cases += [[nside, 10.0, 90.0, 20.0 / nside], [nside, 359.9, -90.0, 100.0 / nside], [nside, 0.0, 89.0, 200.0 / nside], [nside, 77.0, 3.0, 0.01]]
    got = ours("discs", discs=cases)
    wrong = missing = extra = total = 0
    for (nside, lon, lat, radius), mine in zip(cases, got):
        vector = healpy.ang2vec(lon, lat, lonlat=True)
        theirs = np.sort(healpy.query_disc(nside, vector, np.radians(radius)))
        wrong += not np.array_equal(theirs, mine["centres"])
        wide = healpy.query_disc(nside, vector, np.radians(radius), inclusive=True, fact=64)
        missing += len(np.setdiff1d(wide, mine["overlap"]))
        extra += len(np.setdiff1d(mine["overlap"], wide))
        total += len(wide)
    expect(wrong == 0, f"{len(cases)} discs by centres: {wrong} differ")
    expect(missing == 0 and extra < 0.1 * total, f"discs by overlap: {missing} of {total} missing, {extra} too many")


def grade():
    values = rng.normal(10, 3, 12 * 16**2)
    got = ours("grade", map=values.tolist(), to=[4, 64])
    for nside, (total, mean) in zip((4, 64), got):
        expect(np.allclose(mean, healpy.ud_grade(values, nside)) and np.allclose(total, healpy.ud_grade(values, nside, power=-2)), f"regraded 16 to {nside}")


def geometry():
    import erfa
    from astropy.coordinates import SkyCoord

    lon, lat = sphere(20_000)
    lat[:4] = [90, -90, 89.9999999, 0]
    got = ours("galactic", lon=lon.tolist(), lat=lat.tolist())
    # The rotation by itself is that of ERFA (Hipparcos); astropy's frame adds FK5 to ICRS.
    there = np.degrees(erfa.icrs2g(np.radians(lon), np.radians(lat)))
    back = np.degrees(erfa.g2icrs(np.radians(lon), np.radians(lat)))
    worst = apart(*np.array(got["there"]).T, *there)
    worst = max(worst, apart(*np.array(got["back"]).T, *back))
    expect(worst < 1e-9, f"galactic rotation within {worst:.1e} deg")
    icrs = SkyCoord(lon, lat, unit="deg").galactic
    full = apart(*np.array(got["there"]).T, icrs.l.deg, icrs.b.deg)
    expect(full < 0.05 / 3600, f"galactic from ICRS proper within {full * 3600:.3f} arcsec")
    lat[0] = 12.5
    lon[1], lat[1] = lon[0] + 1e-7, lat[0] + 1e-7
    lon[2], lat[2] = lon[0] + 180, -lat[0] + 1e-7
    got = ours("pairs", lon=lon.tolist(), lat=lat.tolist())
    first, all_ = SkyCoord(lon[0], lat[0], unit="deg"), SkyCoord(lon, lat, unit="deg")
    off = np.abs(np.array(got["separation"]) - first.separation(all_).deg).max()
    turned = np.abs((np.array(got["angle"]) - first.position_angle(all_).deg + 180) % 360 - 180)[3:].max()
    expect(off < 1e-11 and turned < 1e-8, f"separations within {off:.1e}, position angles within {turned:.1e} deg")


def projections():
    from astropy.io.fits import Header
    from astropy.wcs import WCS

    cases = []
    for code in ("TAN", "SIN", "ZEA", "CAR", "AIT", "MOL"):
        for centre in ([83.6, 22.0], [266.4, -28.9], [0.0, 0.0], [10.0, 90.0], [200.0, -90.0], [359.9, 65.0], [120.0, 1e-3]):
            for turned in (0, 30.0):
                c, s = np.cos(np.radians(turned)), np.sin(np.radians(turned))
                options = {"projection": code, "crpix": [100.5, 80.25], "crval": centre, "cdelt": [-0.31, 0.29], "pc": [c, -s, s, c], "frame": "galactic" if turned else "icrs"}
                cases.append({"options": options})
        cases.append({"options": {**options, "crval": [50.0, -20.0], "lonpole": 150.0}})
        cases.append({"options": {**options, "crval": [50.0, 20.0], "lonpole": 20.0, "latpole": -80.0}})
    for case in cases:
        lon, lat = sphere(1000)
        case["sky"] = np.transpose([lon, lat]).tolist()
        case["pixels"] = rng.uniform(-600, 800, (1000, 2)).tolist()
    worst = {}
    for case, mine in zip(cases, ours("wcs", cases=cases)):
        header = Header()
        for card in mine["cards"]:
            header[card[0]] = card[1]
        theirs = WCS(header)
        code = case["options"]["projection"]
        pixel = theirs.all_world2pix(np.array(case["sky"]), 1)
        drawn = np.array([p is not None for p in mine["pixel"]])
        if (np.isfinite(pixel[:, 0]) != drawn).any() and code not in ("TAN", "SIN"):
            expect(False, f"{case['options']}: not the same positions are on the map")
        if code in ("TAN", "SIN"):
            # wcslib draws the far side too when it is not asked to check bounds: compare the near side.
            native = theirs.wcs.s2p(np.array(case["sky"]), 1)["theta"]
            expect.failed |= bool((drawn != (native > 0)).any())
        mypixel = np.array([p for p in mine["pixel"] if p is not None])
        off = np.abs(mypixel - pixel[drawn])
        scale = np.maximum(1, (np.abs(mypixel) / 200) ** 2) if code == "TAN" else 1
        w = worst.setdefault(code, [0, 0])
        w[0] = max(w[0], (off / scale).max() * 0.31)
        world = theirs.all_pix2world(np.array(case["pixels"]), 1)
        on = np.array([p is not None for p in mine["world"]])
        both = on & np.isfinite(world[:, 0])
        w[1] = max(w[1], apart(*np.array([p for p, ok in zip(mine["world"], both) if ok]).T, *world[both].T))
        if code in ("AIT", "MOL", "SIN", "ZEA", "TAN"):
            expect.failed |= bool((on != np.isfinite(world[:, 0])).any())
            if (on != np.isfinite(world[:, 0])).any():
                print("        other pixels on the map:", case["options"], on.sum(), np.isfinite(world[:, 0]).sum())
    for code, (to, back) in worst.items():
        expect(to < 1e-9 and back < 1e-9, f"{code}: to pixels within {to:.1e} deg, to the sky within {back:.1e} deg")


def sun():
    from astropy.coordinates import get_sun
    from astropy.time import Time

    times = rng.uniform(-8e8, 1.5e9, 2000)
    got = np.array(ours("sun", times=times.tolist()))
    # As seen from the Earth's centre (GCRS): its axes are those of ICRS.
    theirs = get_sun(Time(51544.0 + times / 86400, format="mjd", scale="tt"))
    off = apart(*got.T, theirs.ra.deg, theirs.dec.deg)
    expect(off < 0.02, f"the Sun from 1974 to 2047 within {off:.4f} deg")


healpix()
discs()
grade()
geometry()
projections()
sun()
sys.exit(1 if expect.failed else 0)
