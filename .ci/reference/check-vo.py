"""What a live server says to the Virtual Observatory, read by other people's software: astropy, pyvo, healpy; and the snippets of docs/python-client.md."""
import io, json, os, pathlib, re, socket, struct, subprocess, sys, tempfile, time, urllib.error, urllib.parse, urllib.request, warnings, zlib

warnings.simplefilter("error")
ROOT = pathlib.Path(__file__).resolve().parents[2]
DATA = pathlib.Path(os.environ.get("HEAVENS_DATA", ROOT.parent / "shared/data"))
BURST = sorted((DATA / "fermi-gbm/GRB190530A").glob("glg_tte_*")) + sorted((DATA / "fermi-gbm/GRB190530A").glob("*.rsp2"))
SKY = sorted((DATA / "fermi-lat/crab").glob("events.fits*"))
if not BURST or not SKY:
    print("SKIPPED: no real data of GRB190530A, or no photons of the Crab")
    sys.exit(0)
import numpy as np
import pyvo
from astropy.io.votable import parse
from pyvo.dal.adhoc import DatalinkResults
from pyvo.dal.sia2 import SIA2Results

# The published schema of VOTable 1.4, which astropy brings along: every document is checked.
import astropy.io.votable
from lxml import etree
schema = etree.XMLSchema(etree.parse(str(pathlib.Path(astropy.io.votable.__file__).parent / "data/VOTable.v1.4.xsd")))

passed = failed = 0


def expect(holds, what):
    global passed, failed
    passed, failed = passed + bool(holds), failed + (not holds)
    if not holds: print("FAILED:", what)


def get(path, accept=None, data=None):
    """Status, content type and bytes of an answer, also of one that is an error."""
    request = urllib.request.Request(base + path, headers={"Accept": accept} if accept else {}, data=data)
    try:
        with urllib.request.urlopen(request, timeout=120) as answer: return answer.status, answer.headers["content-type"], answer.read()
    except urllib.error.HTTPError as error:
        with error: return error.code, error.headers["content-type"], error.read()


def valid(path, text):
    expect(schema.validate(etree.fromstring(text)), f"{path}: {schema.error_log.last_error}")


def table(path, accept=None):
    """A VOTable that astropy accepts without a warning."""
    status, kind, text = get(path, accept)
    expect(status == 200 and kind.startswith("application/x-votable+xml"), f"{path}: {status} {kind}")
    valid(path, text)
    try:
        return parse(io.BytesIO(text), verify="exception").get_first_table()
    except Exception as problem:
        expect(False, f"{path}: {problem}")
        return parse(io.BytesIO(text), verify="ignore").get_first_table()


def analyse(request):
    made = urllib.request.Request(f"{base}/api/v1/analyses", json.dumps(request).encode(), {"content-type": "application/json"})
    with urllib.request.urlopen(made) as answer: job = json.load(answer)
    for _ in range(240):
        if job["phase"] not in ("QUEUED", "EXECUTING"): break
        time.sleep(0.25)
        job = json.loads(get(f"/api/v1/analyses/{job['id']}")[2])
    expect(job["phase"] == "COMPLETED", f"analysis ends as {job['phase']}: {job.get('error')}")
    return job


def check_tables(job):
    for path, rows in (("candidates", None), ("instruments", 3), ("catalogue", 100), ("resolve?name=Crab", 1), ("resolve/search?prefix=cr", 1), ("products", 10),
                       ("curves?instrument=fermi-gbm&group=n0&width=1.024&start=2019-05-30T10:19:00&stop=2019-05-30T10:19:20", 20)):
        join = "&" if "?" in path else "?"
        found = table(f"/api/v1/{path}{join}format=votable")
        text = get(f"/api/v1/{path}{join}format=csv")[2].decode()
        expect(rows is None or len(found.array) >= rows, f"{path}: {len(found.array)} rows")
        if "curves" not in path: expect(text.split("\n")[0].split(",") == [f.name for f in found.fields] and text.count("\n") >= len(found.array) + 1, f"{path}: CSV has the columns and rows of the VOTable")
        expect(len(table(f"/api/v1/{path}", "application/x-votable+xml").array) == len(found.array), f"{path}: the same by Accept")
    crab = table("/api/v1/resolve?name=Crab&format=votable").to_table()[0]
    expect(abs(crab["ra"] - 83.633) < 0.01 and abs(crab["dec"] - 22.0145) < 0.01, "the Crab is where it is")
    curves = table("/api/v1/curves?instrument=fermi-gbm&group=n0&band=50-300&width=1.024&start=2019-05-30T10:19:00&stop=2019-05-30T10:19:30&format=votable").to_table()
    ours = json.loads(get("/api/v1/curves?instrument=fermi-gbm&group=n0&band=50-300&width=1.024&start=2019-05-30T10:19:00&stop=2019-05-30T10:19:30")[2])[0]
    expect(list(curves["counts"]) == ours["counts"] and str(curves["time"].unit) == "s", "curves: counts as in JSON")
    products = SIA2Results.from_result_url(f"{base}/api/v1/products?format=votable&kind=spectrum")
    first = products[0]
    from astropy.time import Time
    start = Time(58633.430754444, format="mjd", scale="tt")
    expect(abs(first["t_min"] - start.mjd) < 1e-8, f"t_min is MJD in TT: {first['t_min']}")
    expect(first.instrument_name == "GBM" and first["facility_name"] == "Fermi" and first["obs_title"] == job["label"], "who and what for")
    expect(abs(first.em_min.value * 300e3 / 1.239841984e-6 - 1) < 1e-6 and abs(first.em_max.value * 10e3 / 1.239841984e-6 - 1) < 1e-6, "wavelengths of 10 and 300 keV in metres")
    expect(abs(first["access_estsize"] * 1000 - next(p["bytes"] for p in job["products"] if first.access_url.endswith(p["path"]))) <= 1000, "access_estsize in kbyte")
    expect(get(urllib.parse.urlsplit(first.access_url).path)[0] == 200, "access_url answers")


def check_datalink(job):
    links = list(DatalinkResults.from_result_url(f"{base}/api/v1/analyses/{job['id']}/datalink"))
    expect(table(f"/api/v1/analyses/{job['id']}/datalink") is not None, "DataLink without warnings")
    expect(get(f"/api/v1/analyses/{job['id']}/datalink")[1] == "application/x-votable+xml;content=datalink", "its media type")
    expect({"#this", "#preview-plot", "#calibration", "#documentation", "#package", "#cutout"} <= {link.semantics for link in links}, "semantics of an analysis")
    for link in links:
        if link.service_def: continue
        status, kind, text = get(urllib.parse.urlsplit(link.access_url).path)
        expect(status == 200 and kind.split(";")[0] == link.content_type.split(";")[0] and (link.content_length in (None, 0) or link.content_length == len(text)), f"{link.access_url}: {status} {kind} {len(text)}")
    spectra = SIA2Results.from_result_url(f"{base}/api/v1/products?format=votable&kind=spectrum&analysis={job['id']}")
    for row, near in zip(spectra, spectra.iter_datalinks()):
        by = {}
        for link in near: by.setdefault(link.semantics, []).append(link.access_url)
        expect(by["#this"] == [row.access_url], "#this of a spectrum is the spectrum")
        expect(all(url.rsplit("/", 1)[0] == row.access_url.rsplit("/", 1)[0] for url in by["#calibration"] + by["#preview-plot"]), "its response and preview lie beside it")
    wrong = list(DatalinkResults.from_result_url(f"{base}/api/v1/datalink?ID=ivo://heavens/analyses?none"))
    expect(len(wrong) == 1 and wrong[0]["error_message"].startswith("NotFoundFault"), "an ID that is not known is a fault in its row")


def check_report(job):
    status, kind, text = get(f"/api/v1/analyses/{job['id']}/products/report.html")
    expect(status == 200 and kind.startswith("text/html") and job["label"].encode() in text, "the report is a page")
    import html.parser, base64
    pictures, outside = [], []
    class Reader(html.parser.HTMLParser):
        def handle_starttag(self, tag, attributes):
            for name, value in attributes:
                if name == "src": pictures.append(value)
                elif name in ("href", "action", "srcset", "data"): outside.append((tag, value))
            if tag in ("script", "link", "iframe", "object"): outside.append((tag, ""))
    Reader().feed(text.decode())
    expect(len(pictures) == sum(p["kind"] == "preview" for p in job["products"]) and all(base64.b64decode(p.split(",")[1]).startswith(b"\x89PNG") for p in pictures), "all previews are in it")
    expect(outside == [], f"nothing from elsewhere: {outside}")


def sync(**parameters):
    return get("/sync", data=urllib.parse.urlencode(parameters).encode())


def check_soda(job):
    from astropy.io import fits
    burst = {"TIME": "58633.43080 58633.43085", "INSTRUMENT": "fermi-gbm", "GROUP": "n1"}
    status, kind, text = sync(**burst, ENERGY="50 300")
    expect((status, kind) == (200, "application/fits"), f"a light curve at once: {status} {kind}")
    with fits.open(io.BytesIO(text)) as curve:
        counts = curve["RATE"].data["COUNTS"].sum()
        expect((curve["RATE"].header["E_MIN"], curve["RATE"].header["E_MAX"]) == (50, 300) and abs(curve["RATE"].header["TELAPSE"] - 4.32) < 1e-3, "in the band and time asked for")
    # hc = 1.239841984e-9 keV m: the same band as wavelengths
    status, kind, text = sync(**burst, BAND=f"{1.239841984e-9 / 300!r} {1.239841984e-9 / 50!r}")
    with fits.open(io.BytesIO(text)) as curve: expect(curve["RATE"].data["COUNTS"].sum() == counts, "BAND is ENERGY in metres")
    spectrum = next(p for p in job["products"] if p["kind"] == "spectrum" and p["group"] == "n1")
    status, kind, text = sync(ID=f"ivo://heavens/analyses?{job['id']}/{spectrum['path']}", TIME="58633.43080 +Inf")
    with fits.open(io.BytesIO(text)) as pha:
        expect(pha["SPECTRUM"].header["DETNAM"] == "n1" and abs(pha["SPECTRUM"].header["MJD-END"] - 58633.431009074) < 1e-8, "by ID: the same detector and kind, an open TIME ends where the analysis does")
    crab = {"TIME": "54682 57238", "INSTRUMENT": "fermi-lat"}
    with fits.open(SKY[0]) as h: photons, time_zero = h["EVENTS"].data, h["EVENTS"].header
    from astropy.coordinates import SkyCoord
    sky = SkyCoord(photons["RA"], photons["DEC"], unit="deg")
    for place, centre, radius in (({"CIRCLE": "83.633 22.0145 1.5"}, (83.633, 22.0145), 1.5), ({"POS": "CIRCLE 84 21 2"}, (84, 21), 2)):
        status, kind, text = sync(**crab, **place, PRODUCT="events")
        with fits.open(io.BytesIO(text)) as h: found = h["EVENTS"].data
        near = sky.separation(SkyCoord(*centre, unit="deg")).deg
        # Directions are kept as float32, to 4e-6 degrees: photons that close to the edge may fall on either side.
        low, high = (near < radius - 1e-5).sum(), (near < radius + 1e-5).sum()
        expect(low <= len(found) <= high, f"{place}: {len(found)} photons, the file has {low} to {high}")
    for place in ({"POS": "RANGE 82 85 21 23"}, {"POLYGON": "82 21 85 21 85 23 82 23"}):
        status, kind, text = sync(**crab, **place, PRODUCT="events")
        with fits.open(io.BytesIO(text)) as h: found = h["EVENTS"].data
        # Float32 directions, as above; a polygon's sides are great circles: inside is to the left of each.
        def inside(margin):
            if "POS" in place: return (photons["RA"] > 82 - margin) & (photons["RA"] < 85 + margin) & (photons["DEC"] > 21 - margin) & (photons["DEC"] < 23 + margin)
            corners = SkyCoord([82, 85, 85, 82], [21, 21, 23, 23], unit="deg").cartesian.xyz.value.T
            v = sky.cartesian.xyz.value.T
            return np.all([v @ np.cross(corners[k], corners[(k + 1) % 4]) > -np.radians(margin) for k in range(4)], axis=0)
        low, high = inside(-1e-5).sum(), inside(1e-5).sum()
        expect(0 < low <= len(found) <= high, f"{place}: {len(found)} photons, the shape has {low} to {high}")
        with fits.open(io.BytesIO(text)) as h: expect(any("Events in the" in str(c) for c in h[0].header.get("HISTORY", [])) or any("Events in the" in str(c) for c in h["EVENTS"].header.get("HISTORY", [])), f"{place}: the file says its shape")
    expect(sync(**crab, CIRCLE="83.633 22.0145 1.5", PRODUCT="image", RESPONSEFORMAT="image/png")[1:2] == ("image/png",), "a picture")
    expect(sync(TIME="50000 50001", INSTRUMENT="fermi-gbm")[0] == 204, "nothing there and then: 204")
    for parameters, want, word in (({"POS": "BOX 1 2", "TIME": "1 2"}, 400, "UsageError"), ({"ID": "nope"}, 404, "UsageError"), ({**crab, "PRODUCT": "soup"}, 400, "UsageError"), ({"TIME": burst["TIME"], "INSTRUMENT": "fermi-gbm"}, 400, "UsageError")):
        status, kind, text = sync(**parameters)
        expect(status == want and kind.startswith("text/plain") and text.decode().startswith(word), f"{parameters}: {status} {kind} {text[:80]}")
    status, kind, text = get("/sync?ID=a&ID=b", "application/x-votable+xml")
    valid("an error", text)
    error = parse(io.BytesIO(text), verify="exception")
    expect(status == 400 and error.resources[0].infos[0].value == "ERROR" and error.resources[0].infos[0].content.startswith("MultiValuedParamNotSupported"), "an error as VOTable")


def check_vosi():
    from pyvo.io import vosi
    able = vosi.parse_capabilities(io.BytesIO(get("/capabilities")[2]))
    by = {c.standardid: c.interfaces[0].accessurls[0].content for c in able}
    expect(by["ivo://ivoa.net/std/SODA#sync-1.0"] == f"{base}/sync" and by["ivo://ivoa.net/std/UWS"] == f"{base}/uws", f"capabilities: {by}")
    up = vosi.parse_availability(io.BytesIO(get("/availability")[2]))
    expect(up.available and up.upsince is not None, f"availability: {up.available} {up.upsince}")


def frame(path):
    """Header and arrays of one of our binary frames."""
    text = get(path)[2]
    length = struct.unpack("<I", text[:4])[0]
    header, at, arrays = json.loads(text[4:4 + length]), 4 + length, {}
    for one in header["arrays"]:
        arrays[one["name"]] = np.frombuffer(text, "<f4", one["length"], at)
        at += -(-one["length"] * 4 // 8) * 8
    return header, arrays


def palette_png(text):
    """Indices of a picture of indexed colours, rows from the top, and its colours."""
    at, parts = 8, {}
    while at < len(text):
        length, kind = struct.unpack(">I4s", text[at:at + 8])
        parts[kind] = parts.get(kind, b"") + text[at + 8:at + 8 + length]
        at += 12 + length
    width, height, depth, colour = struct.unpack(">IIBB", parts[b"IHDR"][:10])
    expect((depth, colour) == (8, 3), "indexed colours")
    return np.frombuffer(zlib.decompress(parts[b"IDAT"]), np.uint8).reshape(height, width + 1)[:, 1:], parts[b"tRNS"]


def check_hips():
    import healpy
    from astropy.io import fits
    from astropy.wcs import WCS
    root = "/hips/fermi-lat/all/run"
    properties = dict(re.split(r"\s+= ", line, maxsplit=1) for line in get(f"{root}/properties")[2].decode().strip().split("\n"))
    demanded = {"creator_did", "obs_title", "dataproduct_type", "hips_version", "hips_release_date", "hips_status", "hips_tile_format", "hips_order", "hips_tile_width", "hips_frame"}
    expect(demanded <= set(properties) and properties["hips_frame"] == "equatorial" and properties["hips_tile_width"] == "512", "properties")
    header, arrays = frame("/api/v1/images/frame?instrument=fermi-lat&band=all&window=run")
    for layer in ("significance", "counts"):
        values = arrays[layer]
        for order in range(int(properties["hips_order"]) + 1):
            for tile in {int(healpy.ang2pix(2 ** order, 83.6, 22.0, nest=True, lonlat=True)), 12 * 4 ** order - 1}:
                with fits.open(io.BytesIO(get(f"{root}/{layer}/Norder{order}/Dir0/Npix{tile}.fits")[2])) as h: found = h[0].data
                # A tile is a square of the HPX projection turned by 45 degrees and seen from behind.
                step = 45 / 512 / 2 ** order
                wcs = WCS({"CTYPE1": "RA---HPX", "CTYPE2": "DEC--HPX", "CD1_1": -step, "CD1_2": -step, "CD2_1": step, "CD2_2": -step, "CRVAL1": 0, "CRVAL2": 0, "PV2_1": 4, "PV2_2": 3, "CRPIX1": 0, "CRPIX2": 0})
                middle = wcs.wcs_world2pix(*healpy.pix2ang(2 ** order, tile, nest=True, lonlat=True), 1)
                wcs.wcs.crpix = [256.5 - middle[0], 256.5 - middle[1]]
                y, x = (a.ravel() for a in np.mgrid[1:512:5, 1:512:5])
                ra, dec = wcs.wcs_pix2world(x + 1, y + 1, 1)
                # On the map's southern and northern cap HPX is cut: those places are told by their absence.
                there = np.isfinite(ra) & np.isfinite(dec)
                pixel = healpy.ang2pix(header["nside"], ra[there], dec[there], lonlat=True)
                expect(there.mean() > 0.99 and np.array_equal(found[y[there], x[there]], values[pixel], equal_nan=True), f"{layer} tile {order}/{tile}: values of the map at their places")
                colours, alpha = palette_png(get(f"{root}/{layer}/Norder{order}/Dir0/Npix{tile}.png")[2])
                seen = arrays["counts"][healpy.ang2pix(header["nside"], ra[there], dec[there], lonlat=True)] > 0
                expect(np.array_equal(np.frombuffer(alpha, np.uint8)[colours[::-1][y[there], x[there]]] > 0, seen), f"{layer} picture {order}/{tile}: covered where photons came from, looks as the FITS tile does")
    # The picture of the whole sky: 27 tiles of order 3 in a row, each 64 pixels wide.
    sky, _ = palette_png(get(f"{root}/counts/Norder3/Allsky.png")[2])
    tile = int(healpy.ang2pix(8, 83.6, 22.0, nest=True, lonlat=True))
    large, _ = palette_png(get(f"{root}/counts/Norder3/Dir0/Npix{tile}.png")[2])
    expect(sky.shape == (29 * 64, 27 * 64) and np.array_equal(sky[tile // 27 * 64:][:64, tile % 27 * 64:][:, :64], large[4::8, 4::8]), "Allsky holds the tiles in their order")
    with fits.open(io.BytesIO(get(f"{root}/counts/Norder3/Allsky.fits")[2])) as h, fits.open(io.BytesIO(get(f"{root}/counts/Norder3/Dir0/Npix{tile}.fits")[2])) as one:
        expect(np.array_equal(h[0].data[::-1][tile // 27 * 64:][:64, tile % 27 * 64:][:, :64], one[0].data[::-1][4::8, 4::8]), "Allsky.fits looks as the picture does")
    with fits.open(io.BytesIO(get(f"{root}/Moc.fits")[2])) as h:
        uniq, card = h[1].data["UNIQ"], h[1].header
    expect((card["ORDERING"], card["COORDSYS"], card["PIXTYPE"], card["MOCVERS"]) == ("NUNIQ", "C", "HEALPIX", "2.0"), "keywords of a MOC")
    covered = set()
    for cell in uniq:
        order = (int(cell).bit_length() - 1) // 2 - 1
        width = 4 ** (card["MOCORDER"] - order)
        first = (int(cell) - 4 ** (order + 1)) * width
        covered |= set(range(first, first + width))
    want = set(healpy.ring2nest(header["nside"], np.nonzero(arrays["counts"] > 0)[0]).tolist())
    expect(covered == want, f"MOC: {len(covered)} cells, the map has {len(want)}")
    expect(abs(float(properties["moc_sky_fraction"]) - len(want) / len(arrays["counts"])) < 1e-6, "moc_sky_fraction")
    try:
        from mocpy import MOC
        expect(set(MOC.from_fits(io.BytesIO(get(f"{root}/Moc.fits")[2])).flatten().tolist()) == want, "mocpy reads the same")
    except ImportError: print("mocpy is not installed: the MOC is read with astropy only")


def check_snippets(folder):
    snippets = re.findall(r"```python\n(.*?)```", (ROOT / "docs/python-client.md").read_text(), re.S)
    expect(len(snippets) == 2, "two snippets")
    for text in snippets:
        run = subprocess.run([sys.executable, "-c", text], cwd=folder, env={**os.environ, "HEAVENS_SERVER": base}, capture_output=True, text=True, timeout=120)
        expect(run.returncode == 0 and run.stdout, f"snippet {text[:40]!r}: {run.stderr[-600:]}")


with tempfile.TemporaryDirectory() as folder:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        port = s.getsockname()[1]
    server = subprocess.Popen(["node", "cli/bin/heavens.js", "up", "--port", str(port), "--data", folder + "/data", "--replay", *map(str, BURST + SKY), "--speed", "max"], cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    base = f"http://127.0.0.1:{port}"
    try:
        for _ in range(240):
            try:
                streams = json.loads(get("/api/v1/status")[2]).get("streams", [])
                if len(streams) >= 2 and all(s["ended"] for s in streams): break
            except (OSError, ValueError): pass
            time.sleep(0.5)
        burst = analyse({"label": "GRB 190530A, λ", "target": {"ra": 120.76, "dec": 34.03}, "time": {"format": "iso", "scale": "utc", "intervals": [["2019-05-30T10:19:08Z", "2019-05-30T10:19:30Z"]]},
                         "energy": {"unit": "keV", "bands": [{"min": 10, "max": 300}]}, "instruments": [{"id": "fermi-gbm"}], "products": {"lightCurve": {"bin": 0.256}, "spectrum": {"background": [[-60, -10]]}}})
        check_tables(burst)
        check_datalink(burst)
        check_report(burst)
        check_soda(burst)
        check_hips()
        check_vosi()
        check_snippets(folder)
    finally:
        server.terminate()
        server.wait(20)
print(f"{passed} points agree, {failed} differ")
sys.exit(1 if failed else 0)
