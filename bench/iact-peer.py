"""gammapy's side of iact.bench.mjs: folder of the runs → seconds, and what both sides must agree on."""
import json, logging, pathlib, sys, tempfile, time, warnings

warnings.simplefilter("ignore")
logging.disable(logging.WARNING)
import astropy.units as u
import numpy as np
from astropy.coordinates import SkyCoord
from regions import CircleSkyRegion
from gammapy.data import DataStore
from gammapy.datasets import Datasets, MapDataset, MapDatasetOnOff, SpectrumDataset
from gammapy.estimators import ExcessMapEstimator
from gammapy.makers import MapDatasetMaker, ReflectedRegionsBackgroundMaker, RingBackgroundMaker, SafeMaskMaker, SpectrumDatasetMaker
from gammapy.maps import MapAxis, RegionGeom, WcsGeom
from gammapy.stats import WStatCountsStatistic
from astropy.time import Time

DATA = pathlib.Path(sys.argv[1]).resolve()
position = SkyCoord(329.71693, -30.22558, unit="deg")
on = CircleSkyRegion(position, 0.11 * u.deg)
with tempfile.TemporaryDirectory() as folder:
    index = pathlib.Path(folder)
    for name in ("hdu-index.fits.gz", "obs-index.fits.gz"): (index / name).symlink_to(DATA / name)
    (index / "data").symlink_to(DATA)
    started = time.process_time()
    store = DataStore.from_dir(index)
    observations = [o.select_time(o.gti.time_intervals[0]) for o in store.get_observations(list(range(33787, 33802)))]
    exclusion = ~WcsGeom.create(skydir=position, width=6, binsz=0.02).region_mask([CircleSkyRegion(position, 0.3 * u.deg)])
    reflected = ReflectedRegionsBackgroundMaker(exclusion_mask=exclusion)

    # Spectrum: eight channels a decade, the response of each run, all stacked.
    reco = MapAxis.from_energy_bounds(0.1, 100, 24, unit="TeV", name="energy")
    true = MapAxis.from_energy_bounds(0.01, 100, 96, unit="TeV", name="energy_true")
    empty = SpectrumDataset.create(RegionGeom.create(on, axes=[reco]), energy_axis_true=true)
    maker, safe = SpectrumDatasetMaker(selection=["counts", "exposure", "edisp"], containment_correction=True), SafeMaskMaker(methods=["aeff-default"])
    spectrum = Datasets([safe.run(reflected.run(maker.run(empty.copy(name=str(o.obs_id)), o), o), o) for o in observations]).stack_reduce()

    # Image.
    geom = WcsGeom.create(skydir=position, npix=(201, 201), binsz=0.02, axes=[MapAxis.from_energy_bounds(0.3, 50, 12, unit="TeV")], proj="TAN")
    maps, field = MapDatasetMaker(selection=["counts", "background"]), SafeMaskMaker(methods=["offset-max"], offset_max=2.5 * u.deg)
    ring = RingBackgroundMaker(r_in=0.5 * u.deg, width=0.3 * u.deg, exclusion_mask=~geom.to_image().region_mask([CircleSkyRegion(position, 0.3 * u.deg)]))
    few = MapAxis.from_energy_bounds(0.1, 100, 3, unit="TeV", name="energy_true")
    total = MapDatasetOnOff.create(geom.squash("energy"), energy_axis_true=few)
    for o in observations: total.stack(ring.run(field.run(maps.run(MapDataset.create(geom, energy_axis_true=few), o), o).to_image()))
    sigma = ExcessMapEstimator(0.11 * u.deg, selection_optional=[], correlate_off=False).run(total)["sqrt_ts"].data[0, 100, 100]

    # Light curve, bins of four minutes from the same start, each with its own regions.
    band = SpectrumDataset.create(RegionGeom.create(on, axes=[MapAxis.from_energy_bounds(0.3, 50, 1, unit="TeV", name="energy")]), energy_axis_true=few)
    counting = SpectrumDatasetMaker(selection=["counts"])
    first = 53945.5
    rows = {}
    for o in observations:
        (a, b) = o.gti.time_start.tt.mjd[0], o.gti.time_stop.tt.mjd[0]
        for k in range(int((a - first) * 360), int((b - first) * 360) + 1):
            piece = o.select_time(Time([first + k / 360, first + (k + 1) / 360], format="mjd", scale="tt"))
            d = reflected.run(counting.run(band.copy(name=f"{o.obs_id}-{k}"), piece), piece)
            row = rows.setdefault(k, [0, 0, 0])
            row[0] += d.counts.data.sum(); row[1] += d.counts_off.data.sum(); row[2] += d.background.data.sum()
    table = np.array([rows[k] for k in sorted(rows)])
    # A rest of a bin may have no count beside the source: eleven regions all night.
    curve = WStatCountsStatistic(table[:, 0], table[:, 1], np.divide(table[:, 2], table[:, 1], out=np.full(len(table), 1 / 11), where=table[:, 1] > 0))
    assert np.isfinite(curve.n_sig).all() and np.isfinite(curve.sqrt_ts).all()
    seconds = time.process_time() - started
print(json.dumps({"seconds": seconds, "on": int(table[:, 0].sum()), "sigma": float(sigma), "bins": len(rows)}))
