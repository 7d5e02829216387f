"""Every model component, sums and products: photons in energy bins against the formulas of the XSPEC manual, integrated numerically by scipy;
where Sherpa has the model itself (power law, broken power law), against Sherpa's too."""
import json, subprocess, sys
import numpy as np
from scipy.integrate import quad
from comparison import ROOT, bad, check
from sherpa_fits import ui

EDGES = {"soft": np.geomspace(0.1, 20, 121), "hard": np.geomspace(8, 40000, 141)}
powerlaw = lambda g, k: lambda e: k * e**-g
cutoff = lambda g, c, k: lambda e: k * e**-g * np.exp(-e / c)
broken = lambda a, b, c, k: lambda e: k * (e**-a if e <= b else b ** (c - a) * e**-c)


def band(a, b, t, k):
    bend = (a - b) * t
    return lambda e: k * ((e / 100) ** a * np.exp(-e / t) if e < bend else ((a - b) * t / 100) ** (a - b) * (e / 100) ** b * np.exp(-(a - b)))


def bbody(t, k): return lambda e: k * 8.0525 * e**2 / (t**4 * np.expm1(e / t)) if e / t < 600 else 0.0


def diskbb(t, k):
    """Rings from the inner edge outwards, T = Tin (r/Rin)^-3/4, pi B(E, T) of each by the solid angle 2 pi r dr cos(theta) / D^2, both in km and 10 kpc."""
    # Photons/cm2/s/keV/sr of a black body, 2 E^2 / (h^3 c^2), E in keV: and (km / 10 kpc)^2.
    planck, scale = 2 / (4.135667696e-18**3 * (2.99792458e10) ** 2), (1e5 / (10e3 * 3.0856775814913673e18)) ** 2

    def density(e):
        rings = lambda x: 2 * np.pi * np.exp(2 * x) / np.expm1(e / t * np.exp(0.75 * x)) if e / t * np.exp(0.75 * x) < 600 else 0.0
        top = max(0.1, np.log(60 * t / e) / 0.75) if e < 60 * t else 1
        return k * scale * planck * e**2 * quad(rings, 0, top, epsrel=1e-9, limit=200)[0]
    return density


def peg(g, a, b, k):
    energy = quad(lambda e: e ** (1 - g), a, b, epsrel=1e-11)[0] * 1.602176634e-9
    return lambda e: k * 1e-12 / energy * e**-g


plus = lambda *parts: lambda e: sum(p(e) for p in parts)
times = lambda f, part: lambda e: f * part(e)
# expression, values, density, which energies, allowed difference relative to the bin (bins below 1e-9 of the peak are left out)
CASES = [
    ("powerlaw", [1.7, 3], powerlaw(1.7, 3), "soft", 1e-9), ("powerlaw", [1, 2], powerlaw(1, 2), "hard", 1e-9), ("powerlaw", [-2, 2], powerlaw(-2, 2), "soft", 1e-9),
    ("pegpwrlw", [2.4, 2, 10, 5], peg(2.4, 2, 10, 5), "soft", 1e-7), ("pegpwrlw", [2, 100, 1000, 5], peg(2, 100, 1000, 5), "hard", 1e-7),
    ("cutoffpl", [1.5, 6, 2], cutoff(1.5, 6, 2), "soft", 1e-6), ("cutoffpl", [0.5, 300, 2], cutoff(0.5, 300, 2), "hard", 1e-6),
    ("bknpower", [1.2, 3, 2.9, 4], broken(1.2, 3, 2.9, 4), "soft", 1e-8), ("bknpower", [2.9, 300, 1.1, 4], broken(2.9, 300, 1.1, 4), "hard", 1e-8),
    ("grbm", [-1, -2.3, 250, 0.02], band(-1, -2.3, 250, 0.02), "hard", 1e-4), ("grbm", [0.5, -3.5, 80, 0.1], band(0.5, -3.5, 80, 0.1), "hard", 1e-4),
    ("bbody", [0.8, 0.01], bbody(0.8, 0.01), "soft", 1e-6), ("bbody", [30, 2], bbody(30, 2), "hard", 1e-6),
    ("diskbb", [1.2, 100], diskbb(1.2, 100), "soft", 1e-3), ("diskbb", [0.3, 100], diskbb(0.3, 100), "soft", 1e-3),
    ("constant*powerlaw", [0.7, 2, 3], times(0.7, powerlaw(2, 3)), "soft", 1e-9),
    ("powerlaw+bbody", [1.7, 3, 0.8, 0.01], plus(powerlaw(1.7, 3), bbody(0.8, 0.01)), "soft", 1e-6),
    ("constant*(powerlaw+diskbb)+bbody", [0.5, 2, 1, 1.1, 20, 2, 0.1], plus(times(0.5, plus(powerlaw(2, 1), diskbb(1.1, 20))), bbody(2, 0.1)), "soft", 1e-3),
    ("const*(grbm+powerlaw)", [2, -0.7, -2.5, 300, 0.02, 2, 1], times(2, plus(band(-0.7, -2.5, 300, 0.02), powerlaw(2, 1))), "hard", 1e-4),
]
asked = [{"expression": c[0], "values": c[1], "low": EDGES[c[3]][:-1].tolist(), "high": EDGES[c[3]][1:].tolist()} for c in CASES]
absorbers = [{"expression": f"{a}*powerlaw", "values": [h, 1.7, 3], "low": EDGES["soft"][:-1].tolist(), "high": EDGES["soft"][1:].tolist()} for a in ("phabs", "tbabs") for h in (0, 0.3, 1)]
r = subprocess.run(["node", str(ROOT / ".ci/reference/dump-models.mjs")], input=json.dumps(asked + absorbers), capture_output=True, text=True, check=True)
answers = [np.array(a) for a in json.loads(r.stdout)]
for (expression, values, density, where, allowed), ours in zip(CASES, answers):
    edges = EDGES[where]
    kink = values[1] if expression == "bknpower" else None
    theirs = np.array([quad(density, a, b, epsrel=1e-11, points=[kink] if kink and a < kink < b else None)[0] for a, b in zip(edges[:-1], edges[1:])])
    used = theirs > 1e-9 * theirs.max()
    worst = np.max(np.abs(ours[used] / theirs[used] - 1))
    check(worst < allowed, f"{expression} {values}: {used.sum()} bins of {edges[0]:g}-{edges[-1]:g} keV within {worst:.1e} (allowed {allowed:.0e})")
bare, some, full = answers[len(CASES):len(CASES) + 3]
for name, at in (("phabs", len(CASES)), ("tbabs", len(CASES) + 3)):
    bare, some, full = answers[at:at + 3]
    # exp(-nH sigma) is multiplicative in nH, whatever sigma is; sigma itself is compared with published values in photoelectric.test.ts.
    used = full > 1e-250
    worst = np.max(np.abs(np.log(some[used] / bare[used]) / np.log(full[used] / bare[used]) - 0.3))
    check(worst < 1e-9 and np.all(full <= bare), f"{name}: the depth of nH 0.3 is 0.3 of that of 1 within {worst:.1e}")
b = ui.bpl1d("b")
b.gamma1, b.gamma2, b.eb, b.ref, b.ampl = 1.2, 2.9, 3, 1, 4
low, high = EDGES["soft"][:-1], EDGES["soft"][1:]
whole = (high <= 3) | (low >= 3)
theirs = np.array(b(low, high))
ours = answers[[c[0] for c in CASES].index("bknpower")]
check(np.max(np.abs(ours[whole] / theirs[whole] - 1)) < 1e-6, f"bknpower against Sherpa's bpl1d in bins without the break: within {np.max(np.abs(ours[whole] / theirs[whole] - 1)):.1e}")
sys.exit(f"{len(bad)} models differ" if bad else 0)
