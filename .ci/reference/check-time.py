"""Our times against astropy, from 1972 to 2030, leap seconds and the days around them included. Internal time: TT seconds since MJD 51544.0 TT."""
import calendar
import json
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
from astropy.time import Time, TimeDelta
from astropy.utils import iers

HERE = Path(__file__).parent
rng = np.random.default_rng(1972)
failed = False
ZERO = Time(51544, format="mjd", scale="tt")


def expect(ok, text):
    global failed
    print(("  ok    " if ok else "  WRONG ") + text)
    failed |= not ok


def internal(time):
    """Seconds since the zero, as an exact pair, so that the comparison itself loses nothing."""
    d = time.tt - ZERO
    return d.jd1 * 86400, d.jd2 * 86400


def worst(mine, time):
    whole, rest = internal(time)
    return np.abs((np.asarray(mine) - whole) - rest).max()


table = iers.LeapSeconds.from_iers_leap_seconds()
text = []
for _ in range(20_000):
    day = Time(rng.integers(41317, 62867), format="mjd", scale="utc").iso[:10]
    text.append(f"{day}T{rng.integers(24):02d}:{rng.integers(60):02d}:{rng.integers(60):02d}.{rng.integers(10**6):06d}")
for mjd in np.asarray(table["mjd"])[1:]:
    last, first = Time(mjd - 1, format="mjd", scale="utc").iso[:10], Time(mjd, format="mjd", scale="utc").iso[:10]
    text += [f"{last}T23:59:{s}" for s in ("58.999999", "59.000000", "59.999999", "60.000000", "60.123456", "60.999999")]
    text += [f"{first}T00:00:00.000000", f"{first}T00:00:00.000001", f"{last}T00:00:00.000000", f"{last}T12:00:00.500000"]
times = Time(text, format="isot", scale="utc")
mjd_utc = np.concatenate([rng.uniform(41317, 62867, 5000), np.asarray(table["mjd"])[1:] - rng.uniform(0, 1, 27), np.asarray(table["mjd"])[1:] + rng.uniform(0, 1, 27)])
references = {
    # mission: zero of its clock, as its own documents say it; NICER's is 2014-01-01 with a TIMEZERO of -1 s in every file
    "fermi": "2001-01-01T00:00:00 utc", "swift": "2001-01-01T00:00:00 utc", "rxte": "1994-01-01T00:00:00 utc", "suzaku": "2000-01-01T00:00:00 utc", "maxi": "2000-01-01T00:00:00 utc",
    "nustar": "2010-01-01T00:00:00 utc", "hxmt": "2012-01-01T00:00:00 utc", "nicer": "2013-12-31T23:59:59 utc", "ixpe": "2017-01-01T00:00:00 utc", "xrism": "2019-01-01T00:00:00 utc",
    "xmm": "1998-01-01T00:00:00 tt", "chandra": "1998-01-01T00:00:00 tt", "integral": "2000-01-01T00:00:00 tt",
}
met = {mission: (rng.uniform(0, 9500, 300) if mission == "integral" else rng.uniform(0, 7e8, 300)) for mission in references}
headers = [
    ({"MJDREFI": 51910, "MJDREFF": 7.428703703703703e-4, "TIMESYS": "TT", "TIMEUNIT": "s", "TIMEZERO": 0.0}, (51910, 7.428703703703703e-4, "tt", 1, 0)),
    ({"MJDREFI": 56658, "MJDREFF": 7.775925925925926e-4, "TIMESYS": "TT", "TIMEZERO": -1.0}, (56658, 7.775925925925926e-4, "tt", 1, -1)),
    ({"MJDREF": 51544.0, "TIMESYS": "TT", "TIMEUNIT": "d"}, (51544, 0, "tt", 86400, 0)),
    ({"MJDREF": 49353.0, "TIMESYS": "TAI", "TIMEUNIT": "s", "TIMEZERO": 12.25}, (49353, 0, "tai", 1, 12.25)),
    ({"MJDREFI": 54832, "MJDREFF": 0.25, "TIMESYS": "UTC", "TIMEUNIT": "h"}, (54832, 0.25, "utc", 3600, 0)),
    ({"MJDREFI": 55000, "MJDREFF": 0.0, "TIMESYS": "TDB", "TIMEUNIT": "ms"}, (55000, 0, "tdb", 1e-3, 0)),
]
values = [(rng.uniform(0, 4e8, 300) / case[3]) for _, case in headers]
run = subprocess.run(["node", HERE / "dump-time.mjs"], input=json.dumps({"iso": text, "mjdUtc": mjd_utc.tolist(), "met": [[k, v.tolist()] for k, v in met.items()], "headers": [[h, v.tolist()] for (h, _), v in zip(headers, values)]}), capture_output=True, text=True)
if run.returncode:
    sys.exit(run.stderr)
got = json.loads(run.stdout)

expect(worst(got["parsed"], times) < 2.5e-7, f"{len(text)} UTC texts read within {worst(got['parsed'], times):.1e} s")
expect(got["written"] == [t + "Z" for t in text], "and written back to the same microsecond, leap seconds as :60")
off = np.abs((Time(got["mjdUtc"], format="mjd", scale="utc") - times).to_value("s")).max()
expect(off < 1e-6, f"MJD (UTC) within {off:.1e} s")
off = np.abs((Time(got["mjdTt"], format="mjd", scale="tt") - times).to_value("s")).max()
expect(off < 1e-6, f"MJD (TT) within {off:.1e} s")
ordinary = np.array([":60." not in t for t in text])
# Python's own calendar is the oracle here: astropy's Unix time is stretched over the days of leap seconds.
posix = np.array([calendar.timegm(tuple(map(int, re.split("[-T:.]", t)[:6]))) + float("0" + t[19:]) for t in text])
off = np.abs(np.array(got["unix"])[ordinary] / 1000 - posix[ordinary]).max()
expect(off < 1e-6, f"Unix time within {off:.1e} s")
off = np.abs(np.array(got["fromUnix"])[ordinary] - np.array(got["parsed"])[ordinary]).max()
expect(off < 1e-6, f"Unix time there and back within {off:.1e} s")
off = worst(got["fromMjdUtc"], Time(mjd_utc, format="mjd", scale="utc"))
expect(off < 1e-6, f"{len(mjd_utc)} MJD (UTC) read within {off:.1e} s")
for mission, reference in references.items():
    epoch, scale = reference.split()
    zero = Time(epoch, scale=scale).tt
    off = worst(got["missions"][mission], zero + TimeDelta(met[mission], format="jd" if mission == "integral" else "sec"))
    expect(off < 1e-6, f"clock of {mission} within {off:.1e} s")
for (cards, (whole, rest, scale, unit, zero)), x, mine in zip(headers, values, got["headers"]):
    epoch = Time(whole, rest, format="mjd", scale=scale)
    off = worst(mine, epoch.tt + TimeDelta(x * unit + zero, format="sec"))
    limit = 2e-3 if scale == "tdb" else 1e-6
    expect(off < limit, f"header {cards['TIMESYS']} {cards.get('TIMEUNIT', '')} within {off:.1e} s")
expect(worst([got["expires"]], Time([table.expires.iso], scale="utc")) < 1e-6, f"the table of leap seconds expires on {table.expires.iso[:10]}")
sys.exit(1 if failed else 0)
