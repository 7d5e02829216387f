"""`heavens fit` against Sherpa on the same files: parameters within 0.05 of Sherpa's 1-sigma error, the statistic within 0.1 %,
errors (profile, Sherpa's conf) within 5 %. Absorption has our own cross-section on both sides (Sherpa has none without XSPEC)."""
import json, logging, pathlib, subprocess, sys, warnings
from comparison import DATA, ROOT, bad, check, heavens
import numpy as np

warnings.simplefilter("ignore")
logging.disable(logging.WARNING)
from sherpa.astro import ui


def fitted(pha, *args):
    return json.loads(heavens("fit", pha, "--json", *args))


def absorb(pars, low, high=None):
    key = (len(low), float(low[0]), float(low[-1]))
    if key not in absorb.sigma:
        middle = ((low + high) / 2).tolist()
        r = subprocess.run(["node", str(ROOT / ".ci/reference/dump-photoelectric.mjs")], input=json.dumps(middle), capture_output=True, text=True, check=True)
        absorb.sigma[key] = np.array(json.loads(r.stdout))
    return np.exp(-pars[0] * 1e22 * absorb.sigma[key])


absorb.sigma = {}


def sherpa(setup, model, statistic, low, high, start):
    """Best values, errors and statistic by Sherpa: levmar (neldermead for Cash and W), then conf."""
    ui.clean()
    setup()
    ui.set_stat({"chi2": "chi2xspecvar", "cash": "cstat", "wstat": "wstat"}[statistic])
    ui.notice(low, high)
    power = ui.powlaw1d("power")
    power.gamma, power.ampl = start[-2:]
    power.ampl.min, power.ampl.max = 0, 1e24
    if model == "powerlaw": ui.set_source(power)
    else:
        ui.load_user_model(absorb, "absorption")
        ui.add_user_pars("absorption", ["nH"], [start[0]], parmins=[0], parmaxs=[100])
        ui.set_source(ui.get_model_component("absorption") * power)
    ui.set_method("neldermead" if statistic != "chi2" else "levmar")
    ui.fit()
    if statistic != "chi2":
        ui.set_method("levmar")
        ui.fit()
    ui.set_conf_opt("tol", 1e-4)
    ui.set_conf_opt("max_rstat", 1e6)
    ui.conf()
    f, c = ui.get_fit_results(), ui.get_conf_results()
    return f.parvals, c.parmins, c.parmaxes, f.statval, f.dof


def compare(name, ours, theirs):
    values, mins, maxes, stat, dof = theirs
    free = [p for p in ours["parameters"] if not p["frozen"]]
    check(ours["dof"] == dof and abs(ours["value"] - stat) <= 1e-3 * stat, f"{name}: {ours['statistic']} {ours['value']:.4f} for {ours['dof']}, Sherpa {stat:.4f} for {dof}")
    for p, v, lo, hi in zip(free, values, mins, maxes):
        sigma = (hi - lo) / 2
        near = abs(p["value"] - v) <= 0.05 * sigma
        errors = abs(p["error"][0] / lo - 1) < 0.05 and abs(p["error"][1] / hi - 1) < 0.05
        check(near and errors, f"{name}: {p['name']} {p['value']:.5g} {p['error'][0]:+.3g} {p['error'][1]:+.3g}, Sherpa {v:.5g} {lo:+.3g} {hi:+.3g}")


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
