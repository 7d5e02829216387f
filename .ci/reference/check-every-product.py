"""Every FITS file of every instrument and option: fitsverify without errors or warnings, astropy with checksums, names of responses and backgrounds that resolve, complete
time keywords; and no bin of a light curve that stands as 0 without an error and without an upper limit. Requests for what is not there are refused by code."""
import json, pathlib, subprocess, sys, tempfile, warnings
import numpy as np
from astropy.io import fits
from comparison import DATA, ROOT, bad, check, heavens
from product_files import analyse, sound

warnings.simplefilter("ignore")
BURST = {"format": "seconds", "reference": "2019-05-30T10:19:08.903198"}
DAY = {"format": "iso", "scale": "utc", "intervals": [["2008-08-04T15:43:37", "2008-08-05T15:43:36"]]}
NIGHT = {"format": "mjd", "scale": "tt", "intervals": [[53945.5, 53946.5]]}
PKS, CRAB = {"ra": 329.71693, "dec": -30.22558}, {"name": "Crab"}
ALL = {"image": {}, "spectrum": {}, "lightCurve": {}, "events": {}}


def of(instrument, **options): return [{"id": instrument, "options": options}]


# name, files, requests: (name, request, code of the refusal or None)
SETS = [
    ("Fermi GBM", ["fermi-gbm/GRB190530A/*.rsp2", "fermi-gbm/GRB190530A/*tte*"], [
        ("burst, optimal bins, fit", {"time": {**BURST, "intervals": [[0, 20]]}, "instruments": [{"id": "fermi-gbm"}], "products": {"lightCurve": {"bin": 0.064}, "events": {}, "spectrum": {"background": [[-80, -10], [60, 150]], "grouping": "optimal", "fit": {"model": "grbm", "energy": [10, 900], "statistic": "wstat"}}}}, None),
        ("bins without counts", {"time": {**BURST, "intervals": [[-50, -49.999]]}, "instruments": [{"id": "fermi-gbm", "groups": ["n0"]}], "products": {"lightCurve": {"bin": 0.0001, "bands": "sum"}, "spectrum": {"grouping": {"minimumCounts": 20}}}}, None),
        ("background where nothing was taken", {"time": {**BURST, "intervals": [[0, 20]]}, "instruments": [{"id": "fermi-gbm", "groups": ["n0"]}], "products": {"spectrum": {"background": [[2000, 2010]]}}}, "no-product"),
        ("time without data", {"time": {**BURST, "intervals": [[2000, 2100]]}, "instruments": [{"id": "fermi-gbm"}], "products": {"lightCurve": {}}}, "no-data"),
    ]),
    ("Fermi LAT", ["fermi-lat/irf/*", "fermi-lat/gammalib_p8v3/ft2.fits.gz", "fermi-lat/gammalib_p8v3/ft1.fits.gz"], [
        ("Crab", {"target": CRAB, "time": DAY, "instruments": of("fermi-lat"), "products": ALL}, None),
        ("Crab, ring, cuts, one band", {"target": CRAB, "time": DAY, "instruments": of("fermi-lat", background="ring", index=2.3, zenith=80), "energy": {"unit": "GeV", "bands": [{"min": 0.3, "max": 10}]}, "products": {**ALL, "lightCurve": {"bin": 5400}}}, None),
        ("a place without a source", {"target": {"ra": 92, "dec": 16}, "time": DAY, "instruments": of("fermi-lat", background="ring"), "products": {**ALL, "lightCurve": {"bin": 3600}}}, None),
        ("beside the edge of what was kept", {"target": {"ra": 97, "dec": 22}, "time": DAY, "instruments": of("fermi-lat"), "products": {"image": {}, "lightCurve": {"bin": 600}}}, None),
        ("outside what was kept", {"target": {"ra": 180, "dec": 0}, "time": DAY, "instruments": of("fermi-lat"), "products": ALL}, "no-exposure"),
        ("an interval without good time", {"target": CRAB, "time": {**DAY, "intervals": [["2008-08-04T15:56:00", "2008-08-04T16:15:00"]]}, "instruments": of("fermi-lat"), "products": ALL}, "no-data"),
        ("energies that were not kept", {"target": CRAB, "time": DAY, "instruments": of("fermi-lat"), "energy": {"unit": "GeV", "bands": [{"min": 25, "max": 90}]}, "products": ALL}, "no-data"),
    ]),
    ("Fermi LAT without response functions", ["fermi-lat/crab/events.fits.gz"], [("Crab", {"target": CRAB, "time": {"format": "iso", "scale": "utc", "intervals": [["2008-08-05T00:00:00", "2020-01-01T00:00:00"]]}, "instruments": of("fermi-lat"), "products": {**ALL, "lightCurve": {"bin": 8640000}}}, None)]),
    ("Cherenkov telescopes", ["iact/hess-dl3-dr1/*obs_id*"], [
        ("PKS 2155-304", {"target": PKS, "time": NIGHT, "instruments": of("iact", index=3.2), "products": ALL}, None),
        ("a place without a source", {"target": {"ra": 328.6, "dec": -30.9}, "time": NIGHT, "instruments": of("iact"), "energy": {"unit": "TeV", "bands": [{"min": 0.3, "max": 50}]}, "products": ALL}, None),
        ("the edge of the field", {"target": {"ra": 332.3, "dec": -30.2}, "time": NIGHT, "instruments": of("iact"), "products": {"image": {}, "spectrum": {}, "lightCurve": {"bin": 60, "bands": "sum"}}}, None),
        ("energies without an event", {"target": PKS, "time": NIGHT, "instruments": of("iact"), "energy": {"unit": "TeV", "bands": [{"min": 80, "max": 99}]}, "products": {"image": {}, "spectrum": {}, "lightCurve": {}}}, None),
        ("a tenth of a second", {"target": PKS, "time": {**NIGHT, "intervals": [[53945.9, 53945.900001]]}, "instruments": of("iact"), "products": {"image": {}, "spectrum": {}, "lightCurve": {}}}, None),
        ("outside the field", {"target": {"ra": 10, "dec": 30}, "time": NIGHT, "instruments": of("iact"), "products": ALL}, "no-exposure"),
        ("energies that it does not see", {"target": PKS, "time": NIGHT, "instruments": of("iact"), "energy": {"unit": "keV", "bands": [{"min": 2, "max": 10}]}, "products": ALL}, "no-data"),
    ]),
    ("INTEGRAL SPI-ACS", ["integral/SPI-ACS_GRB230307A/*.fits"], [("burst", {"time": {"intervals": [["2023-03-07T15:43:00Z", "2023-03-07T15:46:00Z"]]}, "products": {"lightCurve": {"bin": 1}}}, None)]),
    ("Swift BAT", ["swift-bat/rates_64ms_1s/*"], [("rates", {"time": {"intervals": [["2017-11-06T11:55:00Z", "2017-11-06T11:58:00Z"]]}, "products": {"lightCurve": {}, "spectrum": {"background": [[0, 60]]}}}, None)]),
    ("HEGRA", ["iact/hegra-lightcurves/*-lc.ecsv"], [("Mkn 501", {"target": {"name": "Mkn 501"}, "time": {"format": "mjd", "scale": "utc", "intervals": [[50500, 50800]]}, "instruments": of("hegra"), "products": {"lightCurve": {}}}, None)]),
]


def refusal(work, request):
    (work / "request.json").write_text(json.dumps(request))
    r = subprocess.run(["node", str(ROOT / "cli/bin/heavens.js"), "analyse", "--request", str(work / "request.json"), "--out", str(work / "refused"), "--data", str(work / "data")], capture_output=True, text=True, timeout=600)
    return r.stderr.strip()[-260:]


def linked(folder):
    """Names that resolve in the folder of the product, times that are complete."""
    for path in folder.rglob("*.pha"):
        header = fits.getheader(path, "SPECTRUM")
        for key in ("RESPFILE", "ANCRFILE", "BACKFILE"):
            name = header[key]
            if name.lower() != "none" and not (path.parent / name).exists(): check(False, f"{path.name}: {key} is {name}, which is not there")
    for path in [*folder.rglob("*.pha"), *folder.rglob("light-curve.fits")]:
        with fits.open(path) as h:
            for hdu in h:
                if hdu.name not in ("SPECTRUM", "RATE", "RUNS"): continue
                lacking = [k for k in ("MJDREFI", "MJDREFF", "TIMESYS", "TSTART", "TSTOP", "DATE-OBS", "DATE-END") if k not in hdu.header]
                if hdu.name != "SPECTRUM": lacking += [k for k in ("TIMEDEL", "TIMEPIXR") if k not in hdu.header]
                if lacking or hdu.header["DATE-OBS"] == hdu.header["DATE-END"]: check(False, f"{path.name} {hdu.name}: lacks {lacking}, or starts when it ends")


def bare(folder):
    """Bins, and places, that say nothing: a rate or flux of 0 +- 0, or none at all, without an upper limit."""
    bins = empty = 0
    for path in folder.rglob("light-curve.fits"):
        with fits.open(path) as h:
            for hdu in h:
                if hdu.name not in ("RATE", "RUNS"): continue
                d = hdu.data
                bins += len(d)
                seen = d["FRACEXP"] > 0 if "FRACEXP" in d.names else np.ones(len(d), bool)
                unknown = np.isnan(d["ALPHA"]) if "ALPHA" in d.names else np.zeros(len(d), bool)
                nothing = np.isnan(d["RATE"]) | ((d["RATE"] == 0) & (d["ERROR"] == 0))
                empty += int(np.sum(seen & nothing & ~unknown & ~(d["UPPER"] > 0)))
                if "FLUX" in d.names:
                    nothing = np.isnan(d["FLUX"]) | ((d["FLUX"] == 0) & ~(d["FLUXERR"] > 0))
                    empty += int(np.sum((d["EXPOSURE"] > 0) & nothing & ~unknown & ~(d["FLUXUL"] > 0)))
    return bins, empty


for name, patterns, requests in SETS:
    found = sorted(f for pattern in patterns for f in DATA.glob(pattern) if f.suffix not in (".txt", ".md"))
    if not found:
        print(f"  SKIPPED: no files for {name}")
        continue
    with tempfile.TemporaryDirectory() as folder:
        work = pathlib.Path(folder)
        heavens("replay", *found, "--speed", "max", "--json", "--data", work / "data")
        for k, (what, request, code) in enumerate(requests):
            print(f" {name}: {what}")
            if code is not None:
                said = refusal(work, request)
                check(f"[{code}]" in said, said.replace(folder, ""))
                continue
            products = analyse(work, request, f"out{k}")
            sound(work, products, f"out{k}")
            linked(work / f"out{k}")
            bins, empty = bare(work / f"out{k}")
            check(empty == 0, f"{bins} bins of light curves, {empty} of them 0 or unknown without an upper limit")
            for path in (work / f"out{k}").rglob("image.fits"):
                with fits.open(path) as h:
                    for i, hdu in enumerate(x for x in h if x.name == "SIGNIFICANCE"):
                        exposed = h["EXPOSURE", i + 1 if h["EXPOSURE"].header["BUNIT"] == "cm2 s" else 1].data if "EXPOSURE" in h else None
                        if exposed is not None and not np.isnan(hdu.data[exposed == 0]).all(): check(False, f"{path.name}: significances where nothing was exposed")
print(f"{len(bad)} wrong")
sys.exit(1 if bad else 0)
