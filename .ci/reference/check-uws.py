"""UWS of a live server, read by other people's software: the published schema and pyvo."""
import json, os, pathlib, re, socket, subprocess, sys, tempfile, time, urllib.error, urllib.parse, urllib.request

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
        # What an owner may change, by pyvo's own job object: not only its parser.
        import datetime
        from pyvo.dal.tap import AsyncTAPJob
        def hold(**more):
            parameters = {"REQUEST": json.dumps(request), **more}
            return AsyncTAPJob(urllib.request.urlopen(urllib.request.Request(f"{base}/uws", data=urllib.parse.urlencode(parameters).encode())).geturl())
        owned = hold(EXECUTIONDURATION="300")
        expect(owned.phase == "PENDING", f"pyvo reads phase {owned.phase}")
        expect(round(owned.execution_duration.sec) == 300, f"pyvo reads execution duration {owned.execution_duration}")
        owned.execution_duration = 600
        expect(round(owned.execution_duration.sec) == 600, f"pyvo sets execution duration {owned.execution_duration}")
        soon = datetime.datetime.now(datetime.timezone.utc).replace(tzinfo=None, microsecond=0) + datetime.timedelta(hours=2)
        owned.destruction = soon
        expect(abs((owned.destruction.to_datetime() - soon).total_seconds()) < 1.5, f"pyvo sets destruction {owned.destruction}")
        expect(str(owned.owner).startswith("client-"), f"pyvo reads owner {owned.owner}")
        owned.run().wait(timeout=120)
        expect(owned.phase == "COMPLETED" and len(owned.result_uris) > 0, f"pyvo runs and waits: {owned.phase}")
        owned.raise_if_error()
        waiting = hold()
        waiting.abort()
        expect(waiting.phase == "ABORTED", f"pyvo aborts: {waiting.phase}")
        listed = lambda query: [j.get("id") for j in __import__("xml.etree.ElementTree").etree.ElementTree.fromstring(urllib.request.urlopen(f"{base}/uws?{query}").read())]
        expect(listed("LAST=2") == [waiting.url.split("/")[-1], owned.url.split("/")[-1]], f"LAST=2 lists {listed('LAST=2')}")
        expect(listed("PHASE=ABORTED") == [waiting.url.split("/")[-1]], f"PHASE=ABORTED lists {listed('PHASE=ABORTED')}")
        gone = owned.url
        owned.delete()
        try:
            urllib.request.urlopen(gone)
            expect(False, "a job that pyvo deletes is gone")
        except urllib.error.HTTPError as error: expect(error.code == 404, f"a job that pyvo deletes answers {error.code}")
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
