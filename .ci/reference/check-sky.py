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


healpix()
discs()
grade()
sys.exit(1 if expect.failed else 0)
