"""Spectra and responses in every form the formats allow: real files rewritten with astropy, fitted by `heavens fit` and by Sherpa. What Sherpa does
not read as the format means it is compared with the fit of the file as it came; what cannot be fitted must be refused, by code."""
import pathlib, shutil, subprocess, sys, tempfile
import numpy as np
from astropy.io import fits
from comparison import DATA, ROOT, bad, check
from sherpa_fits import compare, fitted, sherpa, ui

CHANDRA = DATA / "chandra/3C273_spectrum"
NAMES = {"pha": "3c273.pi", "bkg": "3c273_bg.pi", "arf": "3c273.arf", "rmf": "3c273.rmf"}
LOW, HIGH = 0.5, 7


def files(folder, **changes):
    """The four files of 3C 273 in a folder of their own, each changed by a function of its HDU list."""
    for key, name in NAMES.items():
        with fits.open(CHANDRA / name) as hdus:
            lists = changes[key](hdus) or hdus if key in changes else hdus
            lists.writeto(folder / name, output_verify="silentfix", overwrite=True)
    return folder / NAMES["pha"]


def table(hdu, columns, remove=(), **cards):
    """A table with other columns: None drops one, (format, values) sets it."""
    rest = [c for c in hdu.columns if c.name not in columns and c.name not in remove]
    new = fits.BinTableHDU.from_columns(rest + [fits.Column(name=n, format=v[0], array=v[1]) for n, v in columns.items() if v is not None], name=hdu.name)
    for card in hdu.header.cards:
        if card.keyword and not card.keyword.startswith(("T", "NAXIS", "XTENSION", "BITPIX", "PCOUNT", "GCOUNT", "COMMENT", "HISTORY")) and card.keyword not in new.header: new.header[card.keyword] = card.value
    for card in ("TELESCOP",): new.header[card] = hdu.header.get(card, "x")
    for key, value in cards.items():
        if value is None: new.header.remove(key, ignore_missing=True)
        else: new.header[key] = value
    return new


def edited(name, columns, **cards):
    def change(hdus):
        hdus = fits.HDUList(list(hdus))
        i = hdus.index_of(name)
        made = columns(hdus[i]) if callable(columns) else columns
        hdus[i] = table(hdus[i], made, **cards)
        return hdus
    return change


def spectrum(columns={}, **cards):
    def with_channels(hdu):
        made = columns(hdu) if callable(columns) else columns
        return {"CHANNEL": ("J", np.asarray(hdu.data["CHANNEL"])), **made}
    return edited("SPECTRUM", with_channels, **cards)


def rows_of(hdu):
    """Every row of a matrix as (first channel, values) groups."""
    out = []
    for row in hdu.data:
        first, length = np.atleast_1d(row["F_CHAN"]), np.atleast_1d(row["N_CHAN"])
        at, groups = 0, []
        for g in range(row["N_GRP"]):
            groups.append((int(first[g]), np.array(row["MATRIX"][at:at + length[g]], dtype="f4")))
            at += length[g]
        out.append(groups)
    return out


def matrix(reshape, shift=0, tlmin=1, variable=True, channels=None):
    """The RMF with its groups reshaped, and its channels counted from elsewhere."""
    def change(hdus):
        hdus = fits.HDUList(list(hdus))
        i = next(k for k, h in enumerate(hdus) if "MATRIX" in h.name)
        rows = [reshape(k, groups) for k, groups in enumerate(rows_of(hdus[i]))]
        n = len(rows)
        most = max(1, max(len(g) for g in rows))
        size = max(1, max(sum(len(v) for _, v in g) for g in rows))
        def ragged(values, kind):
            array = np.empty(n, dtype=object)
            array[:] = [np.array(v, dtype=kind) for v in values]
            return array
        def padded(values, width, kind):
            array = np.zeros((n, width), dtype=kind)
            for k, v in enumerate(values): array[k, :len(v)] = v
            return array
        firsts, lengths = [[f + shift for f, _ in g] for g in rows], [[len(v) for _, v in g] for g in rows]
        elements = [np.concatenate([v for _, v in g]) if g else np.array([], dtype="f4") for g in rows]
        new = fits.BinTableHDU.from_columns([
            fits.Column(name="ENERG_LO", format="E", unit="keV", array=hdus[i].data["ENERG_LO"]), fits.Column(name="ENERG_HI", format="E", unit="keV", array=hdus[i].data["ENERG_HI"]),
            fits.Column(name="N_GRP", format="I", array=np.array([len(g) for g in rows], dtype="i2")),
            fits.Column(name="F_CHAN", format=f"PI({most})" if variable else f"{most}I", array=ragged(firsts, "i2") if variable else padded(firsts, most, "i2")),
            fits.Column(name="N_CHAN", format=f"PI({most})" if variable else f"{most}I", array=ragged(lengths, "i2") if variable else padded(lengths, most, "i2")),
            fits.Column(name="MATRIX", format=f"PE({size})" if variable else f"{size}E", array=ragged(elements, "f4") if variable else padded(elements, size, "f4")),
        ], name=hdus[i].name)
        for card in hdus[i].header.cards:
            if card.keyword and not card.keyword.startswith(("T", "NAXIS", "XTENSION", "BITPIX", "PCOUNT", "GCOUNT", "COMMENT", "HISTORY")): new.header[card.keyword] = card.value
        new.header["TELESCOP"] = "CHANDRA"
        if tlmin is not None: new.header["TLMIN4"] = tlmin
        hdus[i] = new
        if shift:
            j = hdus.index_of("EBOUNDS")
            hdus[j].data["CHANNEL"][:] = hdus[j].data["CHANNEL"] + shift
            for k, c in enumerate(hdus[j].columns.names):
                if c == "CHANNEL" and f"TLMIN{k + 1}" in hdus[j].header: hdus[j].header[f"TLMIN{k + 1}"] += shift
        return hdus
    return change


def split(k, groups):
    """Several groups of each: cut in three, and without zeros between."""
    out = []
    for first, values in groups:
        for part in np.array_split(np.arange(len(values)), 3):
            if len(part): out.append((first + int(part[0]), values[part]))
    return out


def same(k, groups): return groups


def holes(k, groups): return [] if k % 7 == 0 else groups


def thinned(k, groups): return [(f, 0.8 * v) for f, v in groups]


def shifted(hdu): return {"CHANNEL": ("J", np.asarray(hdu.data["CHANNEL"]) - 1)}


def rates(hdu):
    counts = np.asarray(hdu.data["COUNTS"], dtype=float)
    t = hdu.header["EXPOSURE"]
    return {"COUNTS": None, "RATE": ("D", counts / t), "STAT_ERR": ("D", np.maximum(1, np.sqrt(counts)) / t)}


def vector(name, low, high, reference=1):
    return lambda hdu: {name: ("D", reference * np.linspace(low, high, len(hdu.data)))}


def bad_channels(hdu):
    quality = np.zeros(len(hdu.data), dtype="i2")
    quality[100:140] = 5
    quality[300:310] = 2
    return {"QUALITY": ("I", quality)}


def regrouped(hdu):
    flags = np.full(len(hdu.data), -1, dtype="i2")
    flags[::16] = 1
    return {"GROUPING": ("I", flags)}


def stated(hdu):
    return {"STAT_ERR": ("D", 1.2 * np.sqrt(np.asarray(hdu.data["COUNTS"], dtype=float) + 0.75) + 0.5)}


def few(hdu):
    """Six counts of a hundred: some forty in the band, none in most channels of the background."""
    return {"COUNTS": ("J", np.random.default_rng(5).binomial(np.asarray(hdu.data["COUNTS"], dtype="i4"), 0.06).astype("i4"))}


def type_two(hdus):
    """Three spectra in a table, the second of them the one, with its exposure and QUALITY by row."""
    h = hdus["SPECTRUM"]
    counts = np.asarray(h.data["COUNTS"])
    n = len(counts)
    columns = {
        "SPEC_NUM": ("J", np.arange(1, 4)), "CHANNEL": (f"{n}J", np.tile(np.asarray(h.data["CHANNEL"]), (3, 1))), "COUNTS": (f"{n}J", np.stack([counts * 2, counts, counts * 0])),
        "EXPOSURE": ("D", h.header["EXPOSURE"] * np.array([0.5, 1, 2])), "QUALITY": ("I", np.zeros(3, "i2")), "GROUPING": (f"{n}I", np.tile(np.asarray(h.data["GROUPING"]), (3, 1))),
    }
    hdus = fits.HDUList(list(hdus))
    made = table(h, columns, remove=h.columns.names, EXPOSURE=None, HDUCLAS4="TYPE:II", POISSERR=True)
    hdus[hdus.index_of("SPECTRUM")] = made
    return hdus


def later_channels(hdus):
    """Without the first 20 channels, which hold nothing in the band."""
    hdus = fits.HDUList(list(hdus))
    i = hdus.index_of("SPECTRUM")
    hdus[i] = fits.BinTableHDU(data=hdus[i].data[20:], header=hdus[i].header, name="SPECTRUM")
    return hdus


BACKSCAL = 2.5264364698914e-06
# name, changes of the files, statistics, more arguments of ours
VARIANTS = [
    ("as it came", {}, ("chi2", "wstat", "cash"), ()),
    ("channels from 0", {"rmf": matrix(same, -1, 0), "pha": spectrum(shifted, TLMIN1=0), "bkg": spectrum(shifted, TLMIN1=0)}, ("chi2", "wstat"), ()),
    ("no TLMIN, F_CHAN from 1", {"rmf": matrix(same, 0, None)}, ("chi2",), ()),
    ("three groups a row, variable rows", {"rmf": matrix(split)}, ("chi2", "wstat"), ()),
    ("three groups a row, fixed rows", {"rmf": matrix(split, variable=False)}, ("chi2",), ()),
    ("one group, fixed rows", {"rmf": matrix(same, variable=False)}, ("chi2",), ()),
    ("every seventh row of the matrix empty", {"rmf": matrix(holes)}, ("chi2", "cash"), ()),
    ("matrix not normalised", {"rmf": matrix(thinned)}, ("chi2", "wstat"), ()),
    ("bad channels", {"pha": spectrum(bad_channels), "bkg": spectrum(bad_channels)}, ("cash", "wstat"), ("--grouping", "none")),
    ("groups of 16", {"pha": spectrum(regrouped), "bkg": spectrum(regrouped)}, ("chi2", "wstat"), ()),
    ("rates with errors", {"pha": spectrum(rates, POISSERR=False), "bkg": spectrum(rates, POISSERR=False)}, ("chi2",), ()),
    ("counts with stated errors", {"pha": spectrum(stated, POISSERR=False), "bkg": spectrum(stated, POISSERR=False)}, ("chi2",), ()),
    ("no background", {"pha": spectrum(BACKFILE="NONE")}, ("chi2", "cash"), ("--background", "none")),
    ("BACKSCAL as a vector", {"pha": spectrum(vector("BACKSCAL", 1, 1.5, BACKSCAL), BACKSCAL=None)}, ("chi2",), ()),
    ("AREASCAL as a vector", {"pha": spectrum(vector("AREASCAL", 0.7, 1.1), AREASCAL=None)}, ("cash",), ()),
    ("few counts", {"pha": spectrum(few), "bkg": spectrum(few)}, ("cash", "wstat"), ("--grouping", "none")),
    ("AREASCAL 0.8", {"pha": spectrum(AREASCAL=0.8), "bkg": spectrum(AREASCAL=0.8)}, ("cash", "wstat"), ()),
]
# What Sherpa reads otherwise or not at all: the answer must be that of the files as they came, to a rounding. The name of the spectrum may carry a number.
SAME = [
    ("no TLMIN, F_CHAN from 0", {"rmf": matrix(same, -1, None)}, "3c273.pi", ()),
    ("second of three spectra of type II", {"pha": type_two}, "3c273.pi{2}", ()),
    ("the first channels not in the file", {"pha": later_channels, "bkg": later_channels}, "3c273.pi", ()),
    ("RESPFILE NONE, ANCRFILE none, BACKFILE blank", {"pha": spectrum(RESPFILE="NONE", ANCRFILE="none", BACKFILE="")}, "3c273.pi", ()),
    ("no RESPFILE at all", {"pha": spectrum(RESPFILE=None, ANCRFILE=None, BACKFILE=None)}, "3c273.pi", ()),
    ("RESPFILE on another disc", {"pha": spectrum(RESPFILE="/data/old/disc/3c273.rmf")}, "3c273.pi", ()),
    ("RESPFILE that is not there, the matrix named", {"pha": spectrum(RESPFILE="lost.rmf")}, "3c273.pi", ("--response", "3c273.rmf")),
]


def setup_for(pha, name, statistic):
    def setup():
        ui.load_pha(str(pha), use_errors=name in ("rates with errors", "counts with stated errors"))
        if name in ("bad channels", "few counts"): ui.ungroup()
        if statistic == "chi2" and ui.list_bkg_ids(): ui.subtract()
    return setup


FIT = ("--model", "powerlaw", "--energy", f"{LOW}-{HIGH}")
for name, changes, statistics, more in VARIANTS:
    with tempfile.TemporaryDirectory() as folder:
        pha = files(pathlib.Path(folder), **changes)
        for statistic in statistics:
            try: theirs = sherpa(setup_for(pha, name, statistic), "powerlaw", statistic, LOW, HIGH, (2, 2e-4), ui.ignore_bad if name == "bad channels" else lambda: None)
            except Exception as error:
                check(False, f"{name}: Sherpa refuses, {str(error)[:200]}")
                continue
            compare(f"{name}, {statistic}", fitted(pha, *FIT, "--statistic", statistic, *(more if "--grouping" in more else (*more, "--grouping", "file"))), theirs)

plain = {s: fitted(CHANDRA / "3c273.pi", *FIT, "--statistic", s, "--grouping", "file") for s in ("chi2", "wstat")}
for name, changes, spectrum_name, more in SAME:
    with tempfile.TemporaryDirectory() as folder:
        files(pathlib.Path(folder), **changes)
        arguments = [str(pathlib.Path(folder) / a) if a.startswith("3c273") else a for a in more]
        for statistic, one in plain.items():
            ours = fitted(pathlib.Path(folder) / spectrum_name, *FIT, "--statistic", statistic, "--grouping", "file", *arguments)
            close = abs(ours["value"] / one["value"] - 1) < 1e-5 and all(abs(p["value"] / q["value"] - 1) < 1e-4 for p, q in zip(ours["parameters"], one["parameters"]))
            check(ours["dof"] == one["dof"] and close, f"{name}, {statistic}: {ours['value']:.4f} for {ours['dof']}, as it came {one['value']:.4f} for {one['dof']}")
with tempfile.TemporaryDirectory() as folder:
    files(pathlib.Path(folder))
    for file in list(pathlib.Path(folder).iterdir()): subprocess.run(["gzip", str(file)], check=True)
    ours = fitted(pathlib.Path(folder) / "3c273.pi.gz", *FIT, "--statistic", "chi2", "--grouping", "file")
    check(abs(ours["value"] / plain["chi2"]["value"] - 1) < 1e-6, f"all four files compressed, chi2: {ours['value']:.4f}, as they came {plain['chi2']['value']:.4f}")


def spoilt(key, name, column, row=300):
    def change(hdus):
        hdus = fits.HDUList(list(hdus))
        i = next(k for k, h in enumerate(hdus) if h.name == name)
        data = np.array(hdus[i].data[column], dtype=float)
        data[row] = np.nan
        hdus[i] = table(hdus[i], {column: ("D", data)})
        return hdus
    return {key: change}


def half_matrix(hdus):
    hdus = fits.HDUList(list(hdus))
    i = hdus.index_of("EBOUNDS")
    hdus[i] = fits.BinTableHDU(data=hdus[i].data[:512], header=hdus[i].header, name="EBOUNDS")
    return hdus


def many(hdu): return {"COUNTS": ("J", np.zeros(len(hdu.data), "i4"))}


def single(hdu):
    counts = np.zeros(len(hdu.data), "i4")
    counts[100] = 1
    return {"COUNTS": ("J", counts)}


# name, changes, arguments, code and what the sentence must name
REFUSED = [
    ("EXPOSURE 0", {"pha": spectrum(EXPOSURE=0.0)}, FIT, "file-unusable", "EXPOSURE"),
    ("no EXPOSURE", {"pha": spectrum(EXPOSURE=None)}, FIT, "file-unusable", "EXPOSURE"),
    ("EXPOSURE of the background 0", {"bkg": spectrum(EXPOSURE=0.0)}, FIT, "file-unusable", "EXPOSURE"),
    ("BACKSCAL of the background 0", {"bkg": spectrum(BACKSCAL=0.0)}, FIT, "file-unusable", "BACKSCAL"),
    ("NaN in the effective area", spoilt("arf", "SPECRESP", "SPECRESP"), FIT, "file-unusable", "not numbers"),
    ("NaN in the energies of the channels", spoilt("rmf", "EBOUNDS", "E_MIN"), FIT, "file-unusable", "not numbers"),
    ("matrix of other channels", {"rmf": half_matrix}, FIT, "file-unusable", "channel"),
    ("effective area of other energies", {}, (*FIT, "--arf", str(DATA / "xmm-epic/NGC7793_ULX4/PN.arf")), "file-unusable", "energies"),
    ("matrix of another instrument", {}, (*FIT, "--response", str(DATA / "hxmt/Crab_P011160506306/P011160506306_HE_RSP.fits")), "file-unusable", "channel"),
    ("energies outside the response", {}, ("--model", "powerlaw", "--energy", "50-100"), "no-data", "50 to 100"),
    ("more parameters than bins", {}, ("--model", "tbabs*(powerlaw+bbody)", "--energy", "2-2.2"), "no-data", "free parameters"),
    ("wstat without a background", {}, (*FIT, "--statistic", "wstat", "--background", "none"), "no-data", "background"),
    ("cash of rates", {"pha": spectrum(rates)}, (*FIT, "--statistic", "cash"), "no-data", "rates"),
    ("RESPFILE that is not there and two that fit", {"pha": spectrum(RESPFILE="lost.rmf")}, FIT, "file-unusable", "--response"),
    ("a spectrum of type II without its number", {"pha": type_two}, FIT, "file-unusable", "{1}"),
]
for name, changes, arguments, code, word in REFUSED:
    with tempfile.TemporaryDirectory() as folder:
        pha = files(pathlib.Path(folder), **changes)
        if "two that fit" in name: shutil.copy(pathlib.Path(folder) / "3c273.rmf", pathlib.Path(folder) / "other.rmf")
        r = subprocess.run(["node", str(ROOT / "cli/bin/heavens.js"), "fit", str(pha), *arguments, "--json"], capture_output=True, text=True, timeout=100)
        check(r.returncode != 0 and f"[{code}]" in r.stderr and word in r.stderr and not r.stdout, f"{name}: {r.stderr.strip()[-150:] or 'a fit: ' + r.stdout[:150]}")

for name, counts in (("0 counts", many), ("1 count", single)):
    with tempfile.TemporaryDirectory() as folder:
        pha = files(pathlib.Path(folder), pha=spectrum(counts))
        for statistic in ("cash", "wstat"):
            ours = fitted(pha, *FIT, "--freeze", "PhoIndex=2", "--statistic", statistic, "--grouping", "none")
            norm = ours["parameters"][1]
            lower, upper = norm["error"]
            check(0 <= norm["value"] < 1e-5 and upper > 0 and (lower is None or lower >= -norm["value"]), f"{name}, {statistic}: norm {norm['value']:.3g} {norm['error']}, {ours['warnings']}")
sys.exit(f"{len(bad)} of the comparisons fail" if bad else 0)
