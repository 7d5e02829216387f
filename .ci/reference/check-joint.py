"""Fits to products: the Band function on three detectors of GRB190530A, alone and together with free constants, as an analysis leaves them in fit.json,
against Sherpa on the same files, which finds response and background by itself. Parameters within 0.05 of Sherpa's 1-sigma error, statistic within 0.1 %, errors within 5 %."""
import json, logging, pathlib, sys, tempfile, warnings
from comparison import DATA, bad, check, heavens
import numpy as np

warnings.simplefilter("ignore")
logging.disable(logging.WARNING)
from sherpa.astro import ui

LOW, HIGH = 50, 900


NODES, WEIGHTS = np.polynomial.legendre.leggauss(8)


def band(pars, low, high):
    """Photons in each bin, by Gauss-Legendre; Band et al. 1993."""
    alpha, beta, tem, norm = pars
    middle, half = (low + high) / 2, (high - low) / 2
    e = middle[:, None] + half[:, None] * NODES
    bend = (alpha - beta) * tem
    below = (e / 100) ** alpha * np.exp(-e / tem)
    above = (bend / 100) ** (alpha - beta) * np.exp(beta - alpha) * (e / 100) ** beta
    return norm * (np.where(e < bend, below, above) @ WEIGHTS) * half


def fold(data, index):
    """Sherpa's data in the fit: 50-900 keV, background subtracted."""
    ui.load_pha(index, str(data))
    ui.subtract(index)
    ui.notice_id(index, LOW, HIGH)


def sherpa(paths, start):
    ui.clean()
    ui.set_stat("chi2xspecvar")
    ui.load_user_model(band, "burst")
    ui.add_user_pars("burst", ["alpha", "beta", "tem", "norm"], start, parmins=[-5, -10, 1, 0], parmaxs=[3, -1.2, 1e5, 1e6], parfrozen=[False, True, False, False])
    burst = ui.get_model_component("burst")
    for k, path in enumerate(paths, 1):
        fold(path, k)
        if k == 1: ui.set_source(1, burst)
        else:
            factor = ui.scale1d(f"factor{k}")
            factor.c0, factor.integrate = 1, False
            ui.set_source(k, factor * burst)
    ui.set_method("levmar")
    ui.fit()
    ui.set_conf_opt("max_rstat", 1e6)
    ui.set_conf_opt("tol", 1e-4)
    ui.conf()
    f, c = ui.get_fit_results(), ui.get_conf_results()
    return f.parvals, c.parmins, c.parmaxes, f.statval, f.dof


with tempfile.TemporaryDirectory() as d:
    d = pathlib.Path(d)
    folder = DATA / "fermi-gbm/GRB190530A"
    heavens("replay", *sorted(folder.glob("*tte*")), *sorted(folder.glob("*.rsp2")), "--speed", "max", "--json", "--data", d / "data")
    # TRIGTIME + 1 s, the 17 s before and within the main peak; the lower energies, with the edge of iodine, are left out.
    (d / "request.json").write_text(json.dumps({
        "time": {"format": "met", "mission": "fermi", "intervals": [[580904354.9, 580904373.9]]}, "instruments": [{"id": "fermi-gbm"}],
        "products": {"spectrum": {"background": [[-100, -10], [60, 150]], "fit": {"model": "grbm", "energy": [LOW, HIGH], "statistic": "chi2", "start": {"alpha": -1, "beta": -2.3, "tem": 500}, "frozen": ["beta"]}}}}))
    heavens("analyse", "--request", d / "request.json", "--out", d / "out", "--data", d / "data")
    for name, groups in [("n0", ["n0"]), ("n1", ["n1"]), ("n2", ["n2"]), ("", ["n0", "n1", "n2"])]:
        ours = json.loads((d / "out/fermi-gbm" / name / "fit.json").read_text())
        v, lo, hi, stat, dof = sherpa([d / f"out/fermi-gbm/{g}/spectrum.pha" for g in groups], [-1, -2.3, 500, 0.2])
        label = name or "together"
        check(ours["dof"] == dof and abs(ours["value"] - stat) <= 1e-3 * stat, f"{label}: chi2 {ours['value']:.3f} for {ours['dof']}, Sherpa {stat:.3f} for {dof}")
        for p, value, low, high in zip([p for p in ours["parameters"] if not p["frozen"]], v, lo, hi):
            sigma = (high - low) / 2
            good = abs(p["value"] - value) <= 0.05 * sigma and abs(p["error"][0] / low - 1) < 0.05 and abs(p["error"][1] / high - 1) < 0.05
            check(good, f"{label}: {p['name']} {p['value']:.5g} {p['error'][0]:+.3g} {p['error'][1]:+.3g}, Sherpa {value:.5g} {low:+.3g} {high:+.3g}")
sys.exit(f"{len(bad)} of the comparisons with Sherpa fail" if bad else 0)
