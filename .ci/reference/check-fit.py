"""`heavens fit` against Sherpa on the same real files, as they came. Absorption has our own cross-section on both sides."""
import pathlib, sys
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


hxmt()
jemx()
counted("3C 273", DATA / "chandra/3C273_spectrum/3c273.pi", 0.5, 7, (0.05, 2, 2e-4))
counted("NGC 7793 ULX-4", DATA / "xmm-epic/NGC7793_ULX4/PN_spectrum_grp20.fits", 0.3, 10, (0.2, 2, 4e-4))
sys.exit(f"{len(bad)} of the comparisons with Sherpa fail" if bad else 0)
