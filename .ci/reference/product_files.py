"""An analysis by our program, and what is demanded of every file that it leaves: astropy opens it with its checksums, fitsverify finds no error and no warning."""
import hashlib, json, shutil, subprocess, warnings
from astropy.io import fits
from comparison import check, heavens


def analyse(work, request, out="out"):
    (work / "request.json").write_text(json.dumps(request))
    heavens("analyse", "--request", work / "request.json", "--out", work / out, "--data", work / "data")
    return json.loads((work / out / "products.json").read_text())


def sound(work, products, out="out"):
    """Every file opens with its checksums, is the one that products.json names, and fitsverify finds nothing."""
    n = 0
    for p in products:
        path = work / out / p["path"]
        bytes_ = path.read_bytes()
        if len(bytes_) != p["bytes"] or hashlib.sha256(bytes_).hexdigest() != p["sha256"]: check(False, f"{p['path']}: not what products.json says")
        if path.suffix in (".png", ".html", ".json"): continue
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            with fits.open(path, checksum=True) as h:
                for hdu in h:
                    if not (hdu.header.get("TELESCOP") and "DATASUM" in hdu.header): check(False, f"{p['path']}: {hdu.name} lacks TELESCOP or DATASUM")
        if shutil.which("fitsverify"):
            v = subprocess.run(["fitsverify", "-q", str(path)], capture_output=True, text=True).stdout
            if "verification OK" not in v: check(False, f"{p['path']}: {v.strip()[-120:]}")
        n += 1
    if not shutil.which("fitsverify"): print("  SKIPPED: fitsverify is not installed")
    check(n > 0, f"{n} files open with their checksums and verify")
