"""Every HDU, column and image of every FITS file of the real data, and of files we write ourselves, as astropy reads it.

dump-fits.mjs prints what science/fits read as sha256 of canonical bytes; here the same is made from astropy. Where the
types differ for good reason the values are compared as float64 instead:
  - scaled columns (TSCAL, TZERO other than the unsigned conventions): ours are float64, some of astropy's float32;
  - bits (X) and logicals (L): ours are bytes 0/1, astropy's are booleans;
  - variable-length columns with TZERO: astropy 8 leaves them int16 and shifts only some of their rows, so they are taken
    from the heap by numpy instead;
  - TNULL in scaled integer columns: NaN with us, scaled numbers in astropy: compared where they are not null, and NaN demanded there.
Also: header values, CHECKSUM/DATASUM verdicts, fitsverify (0 errors, 0 warnings) on the files we write.
"""
import gzip
import hashlib
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import warnings

import numpy as np
from astropy.io import fits

warnings.simplefilter("ignore")
HERE = pathlib.Path(__file__).parent
UNSIGNED = {"B": -128, "I": 2**15, "J": 2**31, "K": 2**63}
problems: list[str] = []
tally = {"files": 0, "hdus": 0, "columns": 0, "images": 0, "cards": 0, "checksums": 0}


def canonical(values: np.ndarray) -> bytes:
    values = np.ascontiguousarray(values)
    values = values.astype(values.dtype.newbyteorder("<"), copy=True)
    if values.dtype.kind == "f":
        values[np.isnan(values)] = np.nan
    return values.tobytes()


def same(kind: str, count: int, sha256: str, values: np.ndarray) -> bool:
    """Same values, in the type that we chose; the cast must not change a value."""
    cast = values.astype("<" + kind)
    if values.dtype.kind != "b" and not np.array_equal(cast, values, equal_nan=values.dtype.kind == "f"):
        return False
    return cast.size == count and hashlib.sha256(canonical(cast)).hexdigest() == sha256


def flat_text(values) -> bytes:
    return b"".join(str(v).split("\0")[0].rstrip(" ").encode("utf-8") + b"\n" for v in values)


def raw_texts(hdu, column_index: int) -> list[str]:
    """Text straight from the record array: astropy's chararray also strips other white space."""
    raw = hdu.data.view(np.ndarray)
    return [bytes(v).decode("latin1") for v in raw[raw.dtype.names[column_index]]]


def unsigned_rows(hdu, n: int, code: str) -> list[np.ndarray]:
    """Rows of a variable-length column by the unsigned convention, from the descriptors and the bytes of the heap."""
    raw = hdu.data.view(np.ndarray)
    heap = hdu.data._get_heap_data().tobytes()
    stored, physical = {"B": (">u1", "i1"), "I": (">i2", "u2"), "J": (">i4", "u4"), "K": (">i8", "u8")}[code]
    rows = [np.frombuffer(heap, stored, count=int(count), offset=int(start)) for count, start in raw[raw.dtype.names[n - 1]]]
    return [np.array([int(x) + UNSIGNED[code] for x in row], dtype=physical) for row in rows]


def scale_kind(header, n: int, code: str) -> str:
    scale, zero = header.get(f"TSCAL{n}", 1), header.get(f"TZERO{n}", 0)
    if scale == 1 and zero == 0:
        return "plain"
    return "unsigned" if scale == 1 and UNSIGNED.get(code) == zero else "scaled"


def check_column(line: dict, hdu, where: str) -> None:
    n = line["index"]
    column = hdu.columns[n - 1]
    form = str(hdu.header[f"TFORM{n}"]).strip()
    code = form.lstrip("0123456789")
    if line["name"] != (column.name or f"col{n}").strip() or line["rows"] != len(hdu.data):
        problems.append(f"{where}: name or rows")
        return
    if code[0] in "PQ":
        if scale_kind(hdu.header, n, code[1]) == "plain":
            rows = [np.asarray(row) for row in hdu.data.field(n - 1)]
        else:
            rows = unsigned_rows(hdu, n, code[1])
        offsets = np.concatenate([[0], np.cumsum([row.size for row in rows])]).astype("<u4")
        if hashlib.sha256(offsets.tobytes()).hexdigest() != line["offsets"]:
            problems.append(f"{where}: offsets of the variable-length rows")
        values = np.concatenate(rows) if rows else np.zeros(0)
        if not same(line["kind"], line["count"], line["sha256"], values):
            problems.append(f"{where}: values of {form}")
        return
    if code[0] == "A":
        texts = raw_texts(hdu, n - 1)
        if line["count"] != len(texts) or hashlib.sha256(flat_text(texts)).hexdigest() != line["sha256"]:
            problems.append(f"{where}: text")
        return
    kind = scale_kind(hdu.header, n, code[0])
    if kind == "scaled":
        raw = hdu.data.view(np.ndarray)
        stored = np.asarray(raw[raw.dtype.names[n - 1]])
        scaled = stored.astype("f8") * hdu.header.get(f"TSCAL{n}", 1) + hdu.header.get(f"TZERO{n}", 0)
        theirs = np.asarray(hdu.data.field(n - 1), dtype="f8").reshape(scaled.shape)
        if f"TNULL{n}" in hdu.header:
            null = stored == hdu.header[f"TNULL{n}"]
            if not np.array_equal(theirs[~null], scaled[~null]):
                problems.append(f"{where}: astropy scales {form} in another way")
            theirs = np.where(null, np.nan, theirs)
        values = theirs
    else:
        values = np.asarray(hdu.data.field(n - 1))
        if values.dtype.kind == "c":
            values = np.ascontiguousarray(values).astype(values.dtype.newbyteorder("<")).view("<f4" if code[0] == "C" else "<f8")
    if not same(line["kind"], line["count"], line["sha256"], values):
        problems.append(f"{where}: values of {form}, {kind}, as {line['kind']} and {values.dtype}")


def check_header(line: dict, hdu, where: str) -> None:
    theirs = [(c.keyword, c.value) for c in hdu.header.cards if c.keyword not in ("COMMENT", "HISTORY", "")]
    ours = [(k, v) for k, v in line["cards"]]
    if len(theirs) != len(ours):
        problems.append(f"{where}: {len(ours)} keywords, astropy has {len(theirs)}")
        return
    for (key, ours_value), (their_key, theirs_value) in zip(ours, theirs):
        tally["cards"] += 1
        if isinstance(theirs_value, fits.card.Undefined):
            theirs_value = None
        if isinstance(theirs_value, complex):
            continue
        if isinstance(theirs_value, int) and abs(theirs_value) > 2**53:
            theirs_value = str(theirs_value)
        if key.upper() != their_key.upper() or (ours_value.rstrip() if isinstance(ours_value, str) else ours_value) != (theirs_value.rstrip() if isinstance(theirs_value, str) else theirs_value):
            problems.append(f"{where}: {key} = {ours_value!r}, astropy has {their_key} = {theirs_value!r}")


def check_sums(line: dict, hdu, where: str) -> None:
    """Judges the bytes of the file as they are, like ours."""
    for ours, keyword, verify in ((line["checksum"], "CHECKSUM", "verify_checksum"), (line["datasum"], "DATASUM", "verify_datasum")):
        absent = str(hdu.header.get(keyword, "")).strip() == ""
        try:
            theirs = None if absent else getattr(hdu, verify)() == 1
        except ValueError:  # a DATASUM that is not a number
            theirs = False
        if not absent:
            tally["checksums"] += 1
        if ours != theirs:
            problems.append(f"{where}: {keyword} holds: {ours}, astropy says {theirs}")


def check_file(path: str, lines: list[dict]) -> None:
    tally["files"] += 1
    with fits.open(path, checksum=False, memmap=False) as judged, fits.open(path, memmap=False) as opened:
        heads = [line for line in lines if line["what"] == "header"]
        if len(heads) != len(opened):
            problems.append(f"{path}: {len(heads)} HDUs, astropy has {len(opened)}")
            return
        for line in heads:
            check_sums(line, judged[line["hdu"]], f"{path}[{line['hdu']}]")
        for line in lines:
            hdu = opened[line["hdu"]]
            where = f"{path}[{line['hdu']}] {line['what']} {line.get('name', '')}"
            if line["what"] == "header":
                tally["hdus"] += 1
                check_header(line, hdu, where)
                if isinstance(hdu, fits.BinTableHDU):
                    columns = sum(1 for other in lines if other["hdu"] == line["hdu"] and other["what"] == "column")
                    if columns != len(hdu.columns):
                        problems.append(f"{where}: {columns} columns, astropy has {len(hdu.columns)}")
            elif line["what"] == "column":
                tally["columns"] += 1
                check_column(line, hdu, where)
            elif hdu.data is None:
                if line["count"] != 0:
                    problems.append(f"{where}: pixels where astropy has none")
            else:
                tally["images"] += 1
                if line["shape"] != list(hdu.data.shape[::-1]) or not same(line["kind"], line["count"], line["sha256"], hdu.data.ravel()):
                    problems.append(f"{where}: pixels")


def dump(paths: list[str]) -> dict[str, list[dict]]:
    out: dict[str, list[dict]] = {path: [] for path in paths}
    run = subprocess.Popen(["node", str(HERE / "dump-fits.mjs"), *paths], stdout=subprocess.PIPE, text=True)
    for text in run.stdout:
        line = json.loads(text)
        out[line["path"]].append(line)
    if run.wait() != 0:
        problems.append("dump-fits.mjs failed")
    return out


def main() -> int:
    written = pathlib.Path(tempfile.mkdtemp(prefix="heavens-fits-")) / "written.fits"
    subprocess.run(["node", str(HERE / "dump-fits.mjs"), "--write", str(written)], check=True)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with fits.open(written, checksum=True) as opened:
            for hdu in opened:
                hdu.data
    verifier = shutil.which("fitsverify")
    if verifier is None:
        print("SKIPPED: fitsverify is not installed")
    else:
        verdict = subprocess.run([verifier, "-q", str(written)], capture_output=True, text=True).stdout
        print("fitsverify:", verdict.strip())
        if "verification OK" not in verdict:
            problems.append(f"fitsverify: {verdict}")
    data = pathlib.Path(os.environ["HEAVENS_DATA"])
    endings = (".fits", ".fit", ".pha", ".rsp", ".rsp2", ".evt", ".lc")
    real = [str(p) for p in sorted(data.rglob("*")) if p.name.removesuffix(".gz").endswith(endings)]
    if not real:
        print(f"SKIPPED: no real data in {data}")
    for path, lines in dump([str(written), *real]).items():
        check_file(path, lines)
    print(", ".join(f"{count} {what}" for what, count in tally.items()))
    for problem in problems[:40]:
        print("DIFFERS", problem)
    print(f"{len(problems)} differences")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
