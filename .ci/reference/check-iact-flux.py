"""Fluxes of light curves of Cherenkov telescopes against gammapy: the 15 runs of PKS 2155-304 and bins of four minutes, above 1.1 TeV (which every run trusts) by
LightCurveEstimator, and above 0.3 TeV, of which runs trust less: there by gammapy's prediction of the trusted energies."""
import json, logging, pathlib, sys, tempfile, warnings
import comparison
from comparison import bad, check, heavens
import numpy as np

DATA = comparison.DATA / "iact/hess-dl3-dr1"
if not DATA.exists():
    print(f"  SKIPPED: no runs at {DATA}")
    sys.exit(0)
warnings.simplefilter("ignore")
logging.disable(logging.WARNING)
import astropy.units as u
from astropy.coordinates import SkyCoord
from astropy.io import fits
from astropy.time import Time
from regions import CircleSkyRegion
from gammapy.data import DataStore
from gammapy.datasets import Datasets, SpectrumDataset
from gammapy.estimators import LightCurveEstimator
from gammapy.makers import ReflectedRegionsBackgroundMaker, SpectrumDatasetMaker
from gammapy.maps import MapAxis, RegionGeom, WcsGeom
from gammapy.modeling.models import PowerLawSpectralModel, SkyModel

INDEX, TOP = 3.2, 50
RUNS = list(range(33787, 33802))
POSITION = SkyCoord(329.71693, -30.22558, unit="deg")
ON = CircleSkyRegion(POSITION, 0.11 * u.deg)
EXCLUSION = ~WcsGeom.create(skydir=POSITION, width=6, binsz=0.01).region_mask([CircleSkyRegion(POSITION, 0.3 * u.deg)])
TRUE = MapAxis.from_energy_bounds(0.01, 150, 120, unit="TeV", name="energy_true")


def dataset(observation, low, name):
    """gammapy's counts on and off of one stretch in one channel, low ... 50 TeV."""
    empty = SpectrumDataset.create(RegionGeom.create(ON, axes=[MapAxis.from_edges([low, TOP], unit="TeV", interp="log", name="energy")]), energy_axis_true=TRUE, name=name)
    maker = SpectrumDatasetMaker(selection=["counts", "exposure", "edisp"], containment_correction=True)
    out = ReflectedRegionsBackgroundMaker(exclusion_mask=EXCLUSION).run(maker.run(empty, observation), observation)
    out.mask_safe = None
    return out


def model(): return SkyModel(spectral_model=PowerLawSpectralModel(index=INDEX, amplitude="1e-11 cm-2 s-1 TeV-1", reference="1 TeV"), name="source")


def per_flux(data, low):
    """Counts that a flux of 1 photon/cm2/s in low ... 50 TeV gives: cm2 s."""
    source = model()
    data.models = [source]
    return data.npred_signal().data.sum() / source.spectral_model.integral(low * u.TeV, TOP * u.TeV).to_value("cm-2 s-1")


with tempfile.TemporaryDirectory() as folder:
    work = pathlib.Path(folder)
    heavens("replay", *sorted(DATA.glob("*obs_id_0337*.fits.gz")), *sorted(DATA.glob("*obs_id_0338*.fits.gz")), "--data", work / "data", "--json")
    (work / "index").mkdir()
    for name in ("hdu-index.fits.gz", "obs-index.fits.gz"): (work / "index" / name).symlink_to(DATA / name)
    (work / "index/data").symlink_to(DATA)
    store = DataStore.from_dir(work / "index")
    request = {"target": {"ra": POSITION.ra.deg, "dec": POSITION.dec.deg}, "time": {"format": "mjd", "scale": "tt", "intervals": [[53945.5, 53946.5]]}, "instruments": [{"id": "iact", "options": {"index": INDEX}}],
               "energy": {"unit": "TeV", "bands": [{"min": 0.3, "max": TOP}, {"min": 1.1, "max": TOP}]}, "products": {"lightCurve": {"bin": 240}}}
    (work / "request.json").write_text(json.dumps(request))
    heavens("analyse", "--request", work / "request.json", "--out", work / "out", "--data", work / "data")
    with fits.open(next((work / "out").rglob("light-curve.fits"))) as h:
        tables = {(name, version): np.array(h[name, version].data) for name in ("RATE", "RUNS") for version in (1, 2)}
        header = dict(h["RUNS", 1].header)
    check(header["SPECINDX"] == INDEX and header["ULMETHOD"] == "PROFILE", f"the curve states the assumed index, {header['SPECINDX']}, and how its limits were found")
    middle = lambda row: Time(header["MJDREFI"] + header["MJDREFF"], row["TIME"] / 86400, format="mjd", scale="tt")
    observations = {run: store.obs(run).select_time(store.obs(run).gti.time_intervals[0]) for run in RUNS}
    worst = {"exposure": 0.0, "flux": 0.0, "error": 0.0, "limit": 0.0}

    def compare(row, observation, name):
        data = dataset(observation, 1.1, name)
        exposure = per_flux(data, 1.1)
        datasets = Datasets([data])
        datasets.models = [model()]
        start, stop = observation.gti.time_start[0], observation.gti.time_stop[-1]
        curve = LightCurveEstimator(energy_edges=[1.1, TOP] * u.TeV, source="source", time_intervals=[Time([start - 0.01 * u.s, stop + 0.01 * u.s])], selection_optional=["ul"], n_sigma_ul=1.6448536).run(datasets)
        flux, error, limit = (float(getattr(curve, key).data.ravel()[0]) for key in ("flux", "flux_err", "flux_ul"))
        worst["exposure"] = max(worst["exposure"], abs(row["EXPOSURE"] / exposure - 1))
        # The regions of the two are turned against each other: their backgrounds differ by chance.
        worst["flux"] = max(worst["flux"], abs(row["FLUX"] - flux) / error)
        worst["error"] = max(worst["error"], abs(row["FLUXERR"] / error - 1))
        worst["limit"] = max(worst["limit"], abs(row["FLUXUL"] / limit - 1))

    for run, row in zip(RUNS, tables["RUNS", 2]): compare(row, observations[run], str(run))
    check(worst["exposure"] < 0.01 and worst["flux"] < 0.1 and worst["error"] < 0.03 and worst["limit"] < 0.03, f"15 runs above 1.1 TeV: exposures within {worst['exposure']:.4f} of gammapy's, fluxes within {worst['flux']:.3f} of its error, errors within {worst['error']:.3f}, limits within {worst['limit']:.3f}")

    worst.update(exposure=0.0, flux=0.0, error=0.0, limit=0.0)
    used = 0
    for k, row in enumerate(tables["RATE", 2]):
        half = row["TIMEDEL"] / 2
        window = Time([middle(row) - half * u.s, middle(row) + half * u.s])
        inside = [o for o in observations.values() if window[0] >= o.gti.time_start[0] and window[1] <= o.gti.time_stop[-1]]
        if not inside or k % 3 or row["FCOUNTS"] < 5: continue
        used += 1
        compare(row, inside[0].select_time(window), f"bin{k}")
    check(used > 15 and worst["exposure"] < 0.01 and worst["flux"] < 0.25 and worst["error"] < 0.05 and worst["limit"] < 0.05, f"{used} bins of four minutes above 1.1 TeV: exposures within {worst['exposure']:.4f}, fluxes within {worst['flux']:.3f} of gammapy's error, errors within {worst['error']:.3f}, limits within {worst['limit']:.3f}")

    far, apart = 0.0, 0.0
    for run, row in zip(RUNS, tables["RUNS", 1]):
        low = max(0.3, store.obs(run).aeff.meta["LO_THRES"])
        data = dataset(observations[run], low, f"low{run}")
        exposure = per_flux(data, 0.3)
        far = max(far, abs(row["EXPOSURE"] / exposure - 1))
        excess = data.excess.data.sum()
        apart = max(apart, abs(row["FLUX"] - excess / exposure) / row["FLUXERR"])
    check(far < 0.01 and apart < 0.1, f"15 runs above 0.3 TeV, each with the energies it trusts: exposures within {far:.4f} of gammapy's, fluxes within {apart:.3f} of an error")
    full, part = tables["RUNS", 1], tables["RUNS", 2]
    check((full["FLUX"] > part["FLUX"]).all() and 1e-9 < full["FLUX"].max() < 2e-9, f"largest flux above 0.3 TeV {full['FLUX'].max():.3g} photon/cm2/s")
sys.exit(f"{len(bad)} differ" if bad else 0)
