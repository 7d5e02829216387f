"""Event lists that `heavens archive export` writes, against the field's own readers: astropy opens them with their checksums, fitsverify
finds nothing, and the events and good time are those of the files that came in."""
import json, logging, pathlib, shutil, subprocess, sys, tempfile, warnings
from comparison import DATA, bad, check, heavens
import numpy as np
from astropy.io import fits
from astropy.time import Time

logging.disable(logging.WARNING)


def seconds(h):
    """From the zero of the file's times to MJD 51544 (TT)."""
    return (h["MJDREFI"] - 51544) * 86400 + h["MJDREFF"] * 86400


def events(path):
    """TT seconds ascending with the other columns in the same order, and good time."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with fits.open(path, checksum=True) as h:
            e = h["EVENTS"]
            t = e.data["TIME"].astype(float) + seconds(e.header)
            order = np.argsort(t, kind="stable")
            scale = {"MeV": 1e3, "keV": 1.0, "TeV": 1e9}
            units = {c.name: scale.get(c.unit, 1.0) if c.name == "ENERGY" else 1.0 for c in e.columns}
            columns = {n: (e.data[n].astype(np.float32) * np.float32(units[n]) if n == "ENERGY" else np.array(e.data[n]))[order] for n in ("PHA", "ENERGY", "RA", "DEC") if n in e.columns.names}
            g = h["GTI"]
            good = np.array([g.data["START"], g.data["STOP"]], float) + seconds(g.header)
            start = Time(51544, e.header["TSTART"] / 86400, format="mjd", scale="tt") if e.header["MJDREFI"] == 51544 else None
            if start is not None: check(abs((Time(e.header["DATE-OBS"], scale="tt") - start).sec) < 2e-6, f"{path.name}: DATE-OBS is TSTART")
            return t[order], columns, good


def fitsverify(path):
    if not shutil.which("fitsverify"): return print("  SKIPPED: fitsverify is not installed")
    said = subprocess.run(["fitsverify", "-q", str(path)], capture_output=True, text=True).stdout
    check("verification OK" in said, f"{path.name}: fitsverify {said.strip()[-120:]}")


def same(ours, theirs, what):
    check(len(ours[0]) == len(theirs[0]) and np.max(np.abs(ours[0] - theirs[0])) < 2e-7, f"{what}: {len(ours[0])} events at the times of the {len(theirs[0])} that came in")
    for name, column in theirs[1].items():
        check(name in ours[1] and np.array_equal(ours[1][name], column), f"{what}: {name} is the same to the bit")


def one(files, what):
    work = pathlib.Path(tempfile.mkdtemp(prefix="heavens-export-"))
    try:
        heavens("replay", "--data", work / "data", *files)
        lists = json.loads(heavens("archive", "export", "--data", work / "data", "--out", work / "out", "--json"))
        check(len(lists) == len(files), f"{what}: {len(lists)} lists of {len(files)} files")
        theirs = [events(f) for f in files]
        for entry in lists:
            path = work / "out" / entry["file"]
            ours = events(path)
            fitsverify(path)
            match = [t for t in theirs if len(t[0]) == len(ours[0]) and np.max(np.abs(t[0] - ours[0])) < 2e-7]
            check(len(match) == 1, f"{entry['file']} is one of the files that came in")
            if match:
                same(ours, match[0], entry["file"])
                check(np.allclose(ours[2], match[0][2], rtol=0, atol=2e-7), f"{entry['file']}: good time is that of the file")
    finally:
        shutil.rmtree(work)


def found(folder, pattern, most):
    return [f for f in sorted((DATA / folder).glob(pattern)) if f.is_file()][:most]


gbm = found("fermi-gbm/GRB190530A", "glg_tte_n*", 2)
lat = found("fermi-lat/crab", "events.fits*", 1)
hess = found("iact/hess-dl3-dr1", "hess_dl3_dr1_obs_id_*.fits*", 2)
for files, what in ((gbm, "GBM"), (lat, "LAT"), (hess, "H.E.S.S.")):
    if files: one(files, what)
    else: print(f"  SKIPPED: no files of {what} under HEAVENS_DATA")
sys.exit(1 if bad else 0)
