"""What the checks of this folder share: where things are, our program, and the counting of what agrees."""
import os, pathlib, subprocess, sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
DATA = pathlib.Path(os.environ["HEAVENS_DATA"])
# What does not hold, in words.
bad = []


def check(holds, text):
    print(("  ok    " if holds else "  WRONG ") + text)
    if not holds: bad.append(text)


def heavens(*args):
    """Standard output of our program; its failure ends the check."""
    r = subprocess.run(["node", str(ROOT / "cli/bin/heavens.js"), *map(str, args)], capture_output=True, text=True, timeout=600)
    if r.returncode: sys.exit(f"heavens {args[0]} exits {r.returncode}: {r.stderr[-400:]}")
    return r.stdout
