"""The same fit by `heavens fit` and by Sherpa, and what is demanded of their agreement: parameters within 0.05 of Sherpa's 1-sigma error,
the statistic within 0.1 %, errors (profile, Sherpa's conf) within 5 %."""
import json, logging, subprocess, warnings
from comparison import ROOT, check, heavens
import numpy as np

warnings.simplefilter("ignore")
logging.disable(logging.WARNING)
from sherpa.astro import ui


def fitted(pha, *args):
    return json.loads(heavens("fit", pha, "--json", *args))


def absorb(pars, low, high=None):
    """Absorption by our own cross-section: Sherpa has none without XSPEC."""
    key = (len(low), float(low[0]), float(low[-1]))
    if key not in absorb.sigma:
        middle = ((low + high) / 2).tolist()
        r = subprocess.run(["node", str(ROOT / ".ci/reference/dump-photoelectric.mjs")], input=json.dumps(middle), capture_output=True, text=True, check=True)
        absorb.sigma[key] = np.array(json.loads(r.stdout))
    return np.exp(-pars[0] * 1e22 * absorb.sigma[key])


absorb.sigma = {}


def sherpa(setup, model, statistic, low, high, start, after=lambda: None):
    """Best values, errors and statistic by Sherpa: levmar (neldermead for Cash and W), then conf."""
    ui.clean()
    setup()
    ui.set_stat({"chi2": "chi2xspecvar", "cash": "cstat", "wstat": "wstat"}[statistic])
    ui.notice(low, high)
    after()
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
        if lo is None or hi is None or None in p["error"]:
            check((p["error"][0] is None) == (lo is None) and (p["error"][1] is None) == (hi is None), f"{name}: {p['name']} {p['value']:.5g} {p['error']}, Sherpa {v:.5g} {lo} {hi}")
            continue
        sigma = (hi - lo) / 2
        near = abs(p["value"] - v) <= 0.05 * sigma
        errors = abs(p["error"][0] / lo - 1) < 0.05 and abs(p["error"][1] / hi - 1) < 0.05
        check(near and errors, f"{name}: {p['name']} {p['value']:.5g} {p['error'][0]:+.3g} {p['error'][1]:+.3g}, Sherpa {v:.5g} {lo:+.3g} {hi:+.3g}")
