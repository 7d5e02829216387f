"""A plain scan of the columns, and the same products' counts with astropy and numpy: prints {"plain", "fits", "counts"}, times as [processor, wall] seconds."""
import json, os, statistics, sys, time
import numpy as np
from astropy.io import fits
from astropy.wcs import WCS

folder, set_ = sys.argv[1], json.loads(sys.argv[2])
n, (start, stop), runs = int(set_["events"]), set_["time"], set_["runs"]
types = {"time": "<f8", "energy": "<f4", "ra": "<f4", "dec": "<f4"}
columns = {name: np.memmap(os.path.join(folder, name), dtype=kind, mode="r") for name, kind in types.items()}
rows = slice(*np.searchsorted(columns["time"], [start, stop]))


def plain():
    return [float(column[rows].sum()) for column in columns.values()]


names = {"time": ("TIME", ">f8"), "energy": ("ENERGY", ">f4"), "ra": ("RA", ">f4"), "dec": ("DEC", ">f4")}
path = os.path.join(folder, "events.fits")


def write():
    """In pieces: the table need not fit into memory."""
    kind = np.dtype([(names[c][0], names[c][1]) for c in types])
    header = fits.BinTableHDU(np.zeros(0, kind), name="EVENTS").header
    header["NAXIS2"] = n
    with open(path, "wb") as out:
        out.write(fits.PrimaryHDU().header.tostring().encode())
        out.write(header.tostring().encode())
        for at in range(0, n, 1 << 20):
            piece = np.empty(min(1 << 20, n - at), kind)
            for c in types:
                piece[names[c][0]] = columns[c][at:at + len(piece)]
            piece.tofile(out)
        out.write(b"\0" * (-out.tell() % 2880))


side = 2 * int(round(set_["size"] / set_["pixel"]) // 2) + 1
wcs = WCS(naxis=2)
wcs.wcs.ctype = ["RA---TAN", "DEC--TAN"]
wcs.wcs.crval = [set_["ra"], set_["dec"]]
wcs.wcs.crpix = [(side + 1) / 2] * 2
wcs.wcs.cdelt = [-set_["pixel"], set_["pixel"]]


def from_fits():
    with fits.open(path, memmap=True) as h:
        data = h["EVENTS"].data
        t = data["TIME"]
        mask = (t >= start) & (t < stop)
        t = t[mask]
        energy, ra, dec = (np.asarray(data[name][mask], float) for name in ("ENERGY", "RA", "DEC"))
    low, high = set_["energy"]
    band = (energy >= low) & (energy < high)
    r, d, r0, d0 = map(np.radians, (ra, dec, set_["ra"], set_["dec"]))
    near = 2 * np.arcsin(np.sqrt(np.sin((d - d0) / 2) ** 2 + np.cos(d) * np.cos(d0) * np.sin((r - r0) / 2) ** 2)) <= np.radians(set_["radius"])
    # Far from the middle a projection means nothing.
    field = band & (np.cos(r - r0) * np.cos(d) * np.cos(d0) + np.sin(d) * np.sin(d0) > 0.9)
    x, y = wcs.all_world2pix(ra[field], dec[field], 0)
    image = np.histogram2d(y, x, bins=side, range=[[-0.5, side - 0.5]] * 2)[0]
    spectrum = np.histogram(energy[near], bins=10 ** (np.arange(2, 20) / 8))[0]
    curve = np.histogram(t[near & band], bins=int(np.ceil((stop - start) / set_["bin"])), range=(start, start + np.ceil((stop - start) / set_["bin"]) * set_["bin"]))[0]
    return {"image": int(image.sum()), "spectrum": int(spectrum.sum()), "curve": int(curve.sum())}


def median(work):
    """Processor time and wall time [s], each the median of the runs; the first warms up."""
    work()
    times = []
    for _ in range(runs):
        begin = time.process_time(), time.perf_counter()
        work()
        times.append((time.process_time() - begin[0], time.perf_counter() - begin[1]))
    return [statistics.median(column) for column in zip(*times)]


scan = median(plain)
write()
counts = from_fits()
print(json.dumps({"plain": scan, "fits": median(from_fits), "counts": counts}))
