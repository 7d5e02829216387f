"""Runs of Cherenkov telescopes against gammapy: counts on the target, live time and excess per minute of each run, each with its own reflected regions."""
import json, logging, os, pathlib, subprocess, sys, tempfile, warnings
import numpy as np

DATA = pathlib.Path(os.environ["HEAVENS_DATA"]) / "iact/hess-dl3-dr1"
ROOT = pathlib.Path(__file__).resolve().parents[2]
if not DATA.exists():
    print(f"  SKIPPED: no runs at {DATA}")
    sys.exit(0)
warnings.simplefilter("ignore")
logging.disable(logging.WARNING)
import astropy.units as u
from astropy.coordinates import SkyCoord
from astropy.io import fits
from regions import CircleSkyRegion
from gammapy.data import DataStore
from gammapy.datasets import SpectrumDataset
from gammapy.makers import ReflectedRegionsBackgroundMaker, SpectrumDatasetMaker
from gammapy.maps import MapAxis, RegionGeom, WcsGeom

bad = []
TARGETS = {"Crab": (83.633333, 22.014444, [23523, 23526]), "PKS 2155-304": (329.71693, -30.22558, list(range(33787, 33802)))}


def check(holds, text):
    print(("  ok    " if holds else "  WRONG ") + text)
    if not holds: bad.append(text)


def heavens(*args):
    r = subprocess.run(["node", str(ROOT / "cli/bin/heavens.js"), *map(str, args)], capture_output=True, text=True, timeout=600)
    if r.returncode: sys.exit(f"heavens {args[0]} exits {r.returncode}: {r.stderr[-400:]}")
    return r.stdout


def ours(work, run, ra, dec, stretch):
    request = {"target": {"ra": ra, "dec": dec}, "time": {"format": "mjd", "scale": "tt", "intervals": [stretch]}, "instruments": [{"id": "iact"}], "products": {"spectrum": {}}}
    (work / "request.json").write_text(json.dumps(request))
    heavens("analyse", "--request", work / "request.json", "--out", work / str(run), "--data", work / "data")
    (spectrum,) = (work / str(run)).rglob("spectrum.pha")
    with fits.open(spectrum) as h, fits.open(spectrum.with_name("background.pha")) as b:
        check(b["SPECTRUM"].data["COUNTS"].sum() == h["SPECTRUM"].header["OFFCOUNT"] and h["SPECTRUM"].data["COUNTS"].sum() == h["SPECTRUM"].header["ONCOUNTS"], f"{run}: the files hold the counts that their headers say")
        return dict(h["SPECTRUM"].header)


def theirs(store, run, position):
    observation = store.obs(run)
    on = CircleSkyRegion(position, 0.11 * u.deg)
    energy = MapAxis.from_energy_bounds(0.01, 300, 60, unit="TeV", name="energy")
    true = MapAxis.from_energy_bounds(0.01, 300, 60, unit="TeV", name="energy_true")
    empty = SpectrumDataset.create(RegionGeom.create(on, axes=[energy]), energy_axis_true=true)
    counts = SpectrumDatasetMaker(selection=["counts"]).run(empty, observation)
    exclusion = ~WcsGeom.create(skydir=position, width=6, binsz=0.01).region_mask([CircleSkyRegion(position, 0.3 * u.deg)])
    off = ReflectedRegionsBackgroundMaker(exclusion_mask=exclusion).run(counts, observation)
    return float(off.counts.data.sum()), float(off.counts_off.data.sum()), float(off.acceptance_off.data.max()), observation.observation_live_time_duration.to_value("s")


with tempfile.TemporaryDirectory() as folder:
    work = pathlib.Path(folder)
    heavens("replay", *sorted(DATA.glob("*obs_id*.fits.gz")), "--data", work / "data", "--json")
    (work / "index").mkdir()
    for name in ("hdu-index.fits.gz", "obs-index.fits.gz"): (work / "index" / name).symlink_to(DATA / name)
    (work / "index/data").symlink_to(DATA)
    store = DataStore.from_dir(work / "index")
    for name, (ra, dec, runs) in TARGETS.items():
        for run in runs:
            with fits.open(DATA / f"hess_dl3_dr1_obs_id_{run:06d}.fits.gz") as h: header = h["EVENTS"].header
            stretch = [header["MJDREFI"] + header["MJDREFF"] + header[k] / 86400 + d / 86400 for k, d in (("TSTART", -1), ("TSTOP", 1))]
            mine = ours(work, run, ra, dec, stretch)
            on, off, regions, live = theirs(store, run, SkyCoord(ra, dec, unit="deg"))
            rate = (on - off / regions) / live * 60
            check(mine["ONCOUNTS"] == on, f"{name} {run}: {mine['ONCOUNTS']} on, gammapy {on:.0f}")
            check(abs(1 / mine["OFFALPHA"] - regions) < 1e-6, f"{name} {run}: {1 / mine['OFFALPHA']:.2f} regions, gammapy {regions:.0f}")
            check(abs(mine["EXPOSURE"] - live) < 0.01, f"{name} {run}: {mine['EXPOSURE']:.3f} live s, gammapy {live:.3f}")
            got = mine["EXCESS"] / mine["EXPOSURE"] * 60
            # The regions of the two are turned against each other: their backgrounds differ by chance, the excess hardly.
            check(abs(got / rate - 1) < 0.02, f"{name} {run}: {got:.2f} excess/min, gammapy {rate:.2f}")

print("all agree" if not bad else f"{len(bad)} differ")
sys.exit(1 if bad else 0)
