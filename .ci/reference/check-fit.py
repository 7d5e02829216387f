"""`heavens fit` against Sherpa on the same real files, as they came. Absorption has our own cross-section on both sides."""
import pathlib, sys, tempfile
import numpy as np
from astropy.io import fits
from comparison import DATA, bad, check
from sherpa_fits import compare, fitted, sherpa, ui


def hxmt():
    base = DATA / "hxmt/Crab_P011160506306/P011160506306_HE_"

    def setup():
        ui.load_pha(f"{base}TOTAL.fits")
        ui.load_rmf(f"{base}RSP.fits")
        ui.load_bkg(f"{base}BKG.fits", use_errors=True)
        ui.ungroup()
        ui.subtract()
        d, b = ui.get_data(), ui.get_bkg()
        # Sherpa's syserror is absolute: 2 % of the net counts.
        d.syserror = 0.02 * (d.counts - b.counts * d.exposure / b.exposure)

    pha = pathlib.Path(f"{base}TOTAL.fits")
    ours = fitted(pha, "--model", "powerlaw", "--energy", "30-120", "--systematics", 0.02)
    compare("HXMT HE Crab", ours, sherpa(setup, "powerlaw", "chi2", 30, 120, (2, 8)))
    index = ours["parameters"][0]
    check(abs(index["value"] - 2.082) < 0.01 and abs(ours["value"] / ours["dof"] - 0.9) < 0.01, f"HXMT HE Crab: index {index['value']:.4f} (2.082), chi2/dof {ours['value'] / ours['dof']:.3f} (0.90)")


def jemx():
    base = DATA / "integral/JEMX_Crab/jemx_query_spectrum_"

    def setup():
        ui.load_pha(f"{base}spec_Crab_pha.fits.gz", use_errors=True)
        ui.load_rmf(f"{base}rmf_Crab.fits.gz")
        ui.load_arf(f"{base}arf_Crab.fits.gz")

    ours = fitted(pathlib.Path(f"{base}spec_Crab_pha.fits.gz"), "--model", "powerlaw", "--energy", "5-25")
    compare("JEM-X Crab", ours, sherpa(setup, "powerlaw", "chi2", 5, 25, (2, 8)))


def counted(name, pha, low, high, start):
    def setup(subtract):
        ui.load_pha(str(pha))
        if subtract: ui.subtract()

    for model in ("powerlaw", "tbabs*powerlaw"):
        for statistic in ("chi2", "wstat", "cash"):
            ours = fitted(pha, "--model", model, "--energy", f"{low}-{high}", "--statistic", statistic, "--grouping", "file")
            compare(f"{name} {model} {statistic}", ours, sherpa(lambda: setup(statistic == "chi2"), model, statistic, low, high, start))


def given(name, pha, low, high, start, **more):
    """Rates with errors, as they are distributed: the response by its header, or named."""
    def setup():
        ui.load_pha(str(pha), use_errors=True)
        for key, load in (("rmf", ui.load_rmf), ("arf", ui.load_arf)):
            if key in more: load(str(more[key]))
        ui.ungroup()
        # SYS_ERR is a fraction of the counts; Sherpa adds it as counts.
        d = ui.get_data()
        if d.syserror is not None: d.syserror = fits.getdata(pha, 1)["SYS_ERR"] * np.abs(d.counts)

    compare(name, fitted(pha, "--model", "powerlaw", "--energy", f"{low}-{high}", "--grouping", "none"), sherpa(setup, "powerlaw", "chi2", low, high, start))


def burst(folder, detector, response, row, before, low, high):
    """One row of GBM's table of 2000 spectra, with an earlier one as background: for Sherpa both are written as spectra of their own."""
    source = next((DATA / "fermi-gbm" / folder).glob(f"glg_cspec_{detector}_*.pha"))
    rsp = next((DATA / "fermi-gbm" / folder).glob(f"glg_cspec_{detector}_*.rsp*"))
    with tempfile.TemporaryDirectory() as work, fits.open(source) as h, fits.open(rsp) as r:
        work = pathlib.Path(work)
        # Sherpa takes the first matrix of a file, that row's alone; and channels from 0, as EBOUNDS has them, where the matrix does not say that it counts from 1.
        bounds, matrix = r["EBOUNDS"], [x for x in r if "MATRIX" in x.name][response - 1]
        bounds.data["CHANNEL"][:] = np.arange(1, 129)
        bounds.header["TLMIN1"] = matrix.header["TLMIN4"] = 1
        fits.HDUList([r[0], bounds, matrix]).writeto(work / "one.rsp", output_verify="silentfix")
        for name, k in (("on", row), ("off", before)):
            one = h["SPECTRUM"].data[k - 1]
            table = fits.BinTableHDU.from_columns([fits.Column("CHANNEL", "I", array=np.arange(1, 129)), fits.Column("COUNTS", "J", array=one["COUNTS"])], name="SPECTRUM")
            table.header.update({"TLMIN1": 1, "TLMAX1": 128, "EXPOSURE": float(one["EXPOSURE"]), "POISSERR": True, "BACKSCAL": 1.0, "AREASCAL": 1.0, "CORRSCAL": 1.0, "DETCHANS": 128, "CHANTYPE": "PHA", "HDUCLASS": "OGIP", "HDUCLAS1": "SPECTRUM",
                                 "TELESCOP": "GLAST", "INSTRUME": "GBM", "RESPFILE": "one.rsp", "ANCRFILE": "none", "BACKFILE": "off.pha" if name == "on" else "none"})
            table.writeto(work / f"{name}.pha")
        for statistic in ("wstat", "cash"):
            ours = fitted(f"{source}{{{row}}}", "--response", f"{rsp}{{{response}}}" if rsp.suffix == ".rsp2" else rsp, "--background", f"{source}{{{before}}}", "--model", "powerlaw", "--energy", f"{low}-{high}", "--statistic", statistic, "--grouping", "none")
            compare(f"{folder} {detector}, row {row}, {statistic}", ours, sherpa(lambda: ui.load_pha(str(work / "on.pha")), "powerlaw", statistic, low, high, (1.5, 10)))


hxmt()
jemx()
isgri = DATA / "integral/ISGRI_oda_api_62ch"
with tempfile.TemporaryDirectory() as work:
    # Sherpa finds tables by the common names, these have INTEGRAL's: its copy is renamed, ours is read as it is.
    with fits.open(isgri / "rmf.fits") as h:
        for hdu in h[1:]:
            kind = hdu.header.get("HDUCLAS2", "").strip()
            if kind in ("RSP_MATRIX", "EBOUNDS"): hdu.name = {"RSP_MATRIX": "MATRIX", "EBOUNDS": "EBOUNDS"}[kind]
        h.writeto(f"{work}/rmf.fits", output_verify="silentfix")
    given("ISGRI", isgri / "spec.fits", 25, 100, (3, 20), rmf=f"{work}/rmf.fits", arf=isgri / "arf.fits")
bat = DATA / "swift-bat/GRB200528A/sw00974827000bev"
for kind, start in (("as", (2.6, 30)), ("ps", (1.9, 40))): given(f"BAT {kind}", pathlib.Path(f"{bat}{kind}.pha"), 15, 150, start)
burst("GRB190530A", "n0", 4, 1080, 900, 20, 900)
burst("GRB190530A", "b0", 4, 1080, 900, 300, 10000)
burst("GRB180120A", "n9", 1, 1080, 900, 20, 900)
counted("3C 273", DATA / "chandra/3C273_spectrum/3c273.pi", 0.5, 7, (0.05, 2, 2e-4))
counted("NGC 7793 ULX-4", DATA / "xmm-epic/NGC7793_ULX4/PN_spectrum_grp20.fits", 0.3, 10, (0.2, 2, 4e-4))
sys.exit(f"{len(bad)} of the comparisons with Sherpa fail" if bad else 0)
