"""Our counting statistics against scipy, gammapy and astropy."""
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
from astropy.stats import bayesian_blocks
from gammapy.stats import WStatCountsStatistic, cstat, wstat
from scipy import optimize, special, stats

HERE = Path(__file__).parent
rng = np.random.default_rng(41)
failed = False


def expect(ok, text):
    global failed
    print(("  ok    " if ok else "  WRONG ") + text)
    failed |= not ok


def off(mine, theirs):
    mine, theirs = np.asarray(mine, float), np.asarray(theirs, float)
    return np.max(np.abs(mine - theirs) / np.maximum(1, np.abs(theirs)))


n = 3000
on, back = rng.poisson(10 ** rng.uniform(-1, 4, n)), rng.poisson(10 ** rng.uniform(-1, 4, n))
on[:60], back[30:90] = 0, 0
alpha = 10 ** rng.uniform(-2, 1, n)
mu = 10 ** rng.uniform(-3, 4, n)
a, x = 10 ** rng.uniform(-1, 4, n), 10 ** rng.uniform(-2, 4, n)
x[:1500] = a[:1500] * rng.uniform(0.7, 1.4, 1500)
few = rng.integers(0, 60, n)
b = rng.uniform(0, 60, n)
cl = rng.uniform(0.5, 0.9999, n)
level = rng.uniform(0.68, 0.999, 400)
tails = 10 ** rng.uniform(-280, -0.31, n)
sigma = rng.uniform(-8, 36, n)
calls = {
    "liMaSignificance": [on, back, alpha],
    "wStatistic": [on, back, alpha, mu],
    "cashStatistic": [on, mu],
    "cashSignificance": [on, mu],
    "lnGamma": [a],
    "upperGamma": [a, x],
    "lowerGamma": [a, x],
    "normalTail": [sigma],
    "sigmaFromTail": [tails],
    "poissonInterval": [few, cl],
    "poissonUpperLimit": [few, b, cl],
    "onOffUpperLimit": [on[:400], back[:400], alpha[:400], level],
}
events = []
for k in range(12):
    t = np.sort(np.concatenate([rng.uniform(0, 100, 150), rng.normal(60, 0.3 + k, 10 * k)]))
    events.append({"times": (np.round(t, 1) if k % 3 == 0 else t).tolist(), "p0": [0.05, 0.003][k % 2]})
bins = []
for k in range(8):
    edges = np.linspace(0, 200, 201)
    rate = np.where((edges[:-1] > 90) & (edges[:-1] < 90 + 5 * k), 9, 4)
    bins.append({"edges": edges.tolist(), "counts": rng.poisson(rate).tolist(), "p0": 0.01})
request = {"calls": [[name, *([float(v) for v in values] for values in lists)] for name, lists in calls.items()], "blocks": events, "binned": bins}
run = subprocess.run(["node", HERE / "dump-statistics.mjs"], input=json.dumps(request), capture_output=True, text=True)
if run.returncode:
    sys.exit(run.stderr)
got = json.loads(run.stdout)
mine = dict(zip(calls, got["calls"]))

lima = WStatCountsStatistic(on, back, alpha).sqrt_ts
nonzero = on + back > 0
expect(off(np.array(mine["liMaSignificance"])[nonzero], lima[nonzero]) < 1e-6, f"Li & Ma as gammapy: within {off(np.array(mine['liMaSignificance'])[nonzero], lima[nonzero]):.1e}")
expect(off(mine["wStatistic"], wstat(on, back, alpha, mu)) < 1e-9, f"W statistic as gammapy: within {off(mine['wStatistic'], wstat(on, back, alpha, mu)):.1e}")
theirs = cstat(on, mu)
expect(off(mine["cashStatistic"], theirs) < 1e-9, f"C statistic as gammapy: within {off(mine['cashStatistic'], theirs):.1e}")
direct = np.sign(on - mu) * np.sqrt(np.maximum(0, theirs))
expect(off(mine["cashSignificance"], direct) < 1e-7, f"significance over a known background: within {off(mine['cashSignificance'], direct):.1e}")
for name, theirs in (("lnGamma", special.gammaln(a)), ("upperGamma", special.gammaincc(a, x)), ("lowerGamma", special.gammainc(a, x))):
    expect(off(mine[name], theirs) < 1e-11, f"{name} as scipy: within {off(mine[name], theirs):.1e}")
expect(off(np.array(mine["normalTail"]) / stats.norm.sf(sigma), 1) < 1e-10, f"normal tails: within {off(np.array(mine['normalTail']) / stats.norm.sf(sigma), 1):.1e} of each")
expect(off(mine["sigmaFromTail"], stats.norm.isf(tails)) < 1e-12, f"normal quantiles: within {off(mine['sigmaFromTail'], stats.norm.isf(tails)):.1e}")
low, high = np.array(mine["poissonInterval"], float).T
expect(off(low, np.where(few > 0, stats.chi2.ppf((1 - cl) / 2, 2 * np.maximum(few, 0.5)) / 2, 0)) < 1e-9 and off(high, stats.chi2.isf((1 - cl) / 2, 2 * few + 2) / 2) < 1e-9, "Poisson intervals as chi-square quantiles")
helene = [optimize.brentq(lambda s: 1 - special.gammaincc(k + 1, back + s) / special.gammaincc(k + 1, back) - c, 0, 500, xtol=1e-11) for k, back, c in zip(few, b, cl)]
expect(off(mine["poissonUpperLimit"], helene) < 1e-8, f"Helene's upper limits: within {off(mine['poissonUpperLimit'], helene):.1e}")
# gammapy's limit is of the unbounded likelihood, below 0 where the background is in excess; there ours is where gammapy's statistic rises from that of no source.
def limit(o, k, r, c):
    wanted = stats.norm.isf(1 - c) ** 2
    if o >= r * k: return WStatCountsStatistic(*np.array([[o], [k], [r]], float)).compute_upper_limit(n_sigma=np.sqrt(wanted))[0]
    return optimize.brentq(lambda s: wstat(o, k, r, s) - wstat(o, k, r, 0) - wanted, 0, 10 * (o + k + 10), xtol=1e-9)


limits, floor = np.array([limit(*row) for row in zip(on[:400], back[:400], alpha[:400], level)]), -np.log1p(-level)
positive = on[:400] >= alpha[:400] * back[:400]
expect(off(mine["onOffUpperLimit"], np.maximum(limits, floor)) < 1e-5, f"upper limits over a counted background as gammapy's ({positive.sum()} with an excess, {(~positive).sum()} without): within {off(mine['onOffUpperLimit'], np.maximum(limits, floor)):.1e}; {np.sum(limits < floor)} stop at what no count excludes")
for case, edges in zip(events, got["blocks"]):
    theirs = bayesian_blocks(case["times"], fitness="events", p0=case["p0"])
    same = len(theirs) == len(edges) and np.allclose(theirs, edges)
    if not same:
        expect(False, f"blocks of {len(case['times'])} events: {edges} and {theirs}")
expect(True, f"Bayesian blocks of {len(events)} sets of events: {[len(e) - 1 for e in got['blocks']]} blocks")
for case, edges in zip(bins, got["binned"]):
    # astropy has no fitness of filled bins: its events fitness on cells at the centres has other edges, so a plain search is the oracle.
    counts, where = np.array(case["counts"]), np.array(case["edges"])
    prior = 4 - np.log(73.53 * case["p0"] * len(counts) ** -0.478)
    total = np.concatenate([[0], np.cumsum(counts)])

    def fitness(chosen):
        at = np.searchsorted(where, chosen)
        k, w = np.diff(total[at]), np.diff(where[at])
        return np.sum(np.where(k > 0, k * np.log(np.maximum(k, 1) / w), 0) - prior)

    value = fitness(edges)
    inner = [e for e in where if e not in edges]
    rivals = [sorted([*edges, e]) for e in inner] + [[e for e in edges if e != out] for out in edges[1:-1]]
    rivals += [sorted([e for e in edges if e != out] + [new]) for out in edges[1:-1] for new in inner]
    expect(all(fitness(r) <= value + 1e-9 for r in rivals), f"binned blocks: none of {len(rivals)} neighbouring divisions is better than {len(edges) - 1} blocks")
for mean, drawn in got["poisson"].items():
    mean, drawn = float(mean), np.array(drawn)
    top = max(1, int(stats.poisson.isf(1e-4, mean)))
    bottom = int(stats.poisson.ppf(1e-4, mean))
    grid = np.unique(np.linspace(bottom, top, min(40, top - bottom + 1)).astype(int))
    edges = np.concatenate([[-1], grid, [np.inf]])
    probability = np.diff(stats.poisson.cdf(edges, mean))
    seen = np.histogram(drawn, np.concatenate([[-1], grid + 0.5, [np.inf]]))[0]
    keep = probability * len(drawn) > 5
    p = stats.chisquare(seen[keep], probability[keep] / probability[keep].sum() * seen[keep].sum()).pvalue
    expect(p > 1e-4, f"200000 Poisson deviates of mean {mean}: chi-square probability {p:.3f}")
p = stats.kstest(got["normal"], "norm").pvalue
expect(p > 1e-3, f"100000 normal deviates: Kolmogorov-Smirnov probability {p:.3f}")
sys.exit(1 if failed else 0)
