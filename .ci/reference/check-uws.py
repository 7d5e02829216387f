"""UWS of a live server, read by other people's software: the published schema and pyvo."""
import json, os, pathlib, re, socket, subprocess, sys, tempfile, time, urllib.parse, urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[2]
DATA = pathlib.Path(os.environ.get("HEAVENS_DATA", ROOT.parent / "shared/data"))
XSD = ROOT.parent / "shared/reference/xsd/UWS-1.1.xsd"
FILES = sorted((DATA / "fermi-gbm/GRB190530A").glob("glg_tte_*"))
if not FILES:
    print("SKIPPED: no real data of GRB190530A")
    sys.exit(0)
passed = failed = 0


def expect(holds, what):
    global passed, failed
    passed, failed = passed + bool(holds), failed + (not holds)
    if not holds: print("FAILED:", what)


with tempfile.TemporaryDirectory() as folder:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        port = s.getsockname()[1]
    server = subprocess.Popen(["node", "cli/bin/heavens.js", "up", "--port", str(port), "--data", folder + "/data", "--replay", *map(str, FILES), "--speed", "max"], cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    base = f"http://127.0.0.1:{port}"
    try:
        for _ in range(240):
            try:
                status = json.load(urllib.request.urlopen(f"{base}/api/v1/status", timeout=2))
                if status["streams"] and status["streams"][0]["ended"]: break
            except OSError: pass
            time.sleep(0.5)
        request = {"label": "pyvo & <friends>", "time": {"format": "iso", "scale": "utc", "intervals": [["2019-05-30T10:19:08Z", "2019-05-30T10:19:30Z"]]},
                   "energy": {"unit": "keV", "bands": [{"min": 50, "max": 300}]}, "instruments": [{"id": "fermi-gbm"}], "products": {"lightCurve": {"bin": 0.256}}}
        made = urllib.request.urlopen(urllib.request.Request(f"{base}/uws", data=urllib.parse.urlencode({"REQUEST": json.dumps(request)}).encode()))
        url = made.geturl()
        from pyvo.io.uws import parse_job
        import io
        read = lambda path="": urllib.request.urlopen(url + path, timeout=90).read()
        job = parse_job(io.BytesIO(read()))
        expect(job.phase == "PENDING", f"pyvo reads phase {job.phase}")
        urllib.request.urlopen(urllib.request.Request(url + "/phase", data=b"PHASE=RUN"))
        for _ in range(30):
            job = parse_job(io.BytesIO(read("?WAIT=10")))
            if job.phase in ("COMPLETED", "ERROR", "ABORTED"): break
        expect(job.phase == "COMPLETED", f"pyvo reads phase {job.phase}")
        expect(job.runid == request["label"], f"pyvo reads run id {job.runid}")
        curves = [r for r in job.results if r.id_.endswith(".fits")]
        expect(len(curves) > 0, "pyvo sees results")
        from astropy.io import fits
        with fits.open(io.BytesIO(urllib.request.urlopen(curves[0].href).read())) as h: expect(len(h) > 1 and h[1].data is not None, "astropy opens a result")
        if XSD.exists():
            from lxml import etree
            text = XSD.read_text()
            # The schema imports xlink from elsewhere: a stub that declares what it uses stands in.
            stub = pathlib.Path(folder) / "xlink.xsd"
            stub.write_text('<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="http://www.w3.org/1999/xlink">'
                            '<xs:attribute name="type" type="xs:string"/><xs:attribute name="href" type="xs:anyURI"/><xs:attributeGroup name="simpleAttrs"><xs:attribute name="href" type="xs:anyURI"/></xs:attributeGroup></xs:schema>')
            text = re.sub(r'schemaLocation="[^"]*xlink[^"]*"', f'schemaLocation="{stub.as_uri()}"', text)
            schema = etree.XMLSchema(etree.fromstring(text.encode()))
            for path in (url, f"{base}/uws", url + "/parameters", url + "/results"):
                document = etree.parse(io.BytesIO(urllib.request.urlopen(path).read()))
                expect(schema.validate(document), f"{path.replace(base, '')}: {schema.error_log.last_error}")
    finally:
        server.terminate()
        server.wait(20)
print(f"{passed} points agree, {failed} differ")
sys.exit(1 if failed else 0)
