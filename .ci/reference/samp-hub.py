"""A SAMP hub with the Web Profile that lets everyone in, and a client of it that prints each message it gets as a line of JSON. Ends with its input."""
import json, sys, threading, time, warnings

warnings.simplefilter("ignore")
from astropy.samp import SAMPHubServer, SAMPIntegratedClient
from astropy.samp.hub import WebProfileDialog


class Consent(WebProfileDialog):
    def show_dialog(self, *_): self.consent()


consent = Consent()
hub = SAMPHubServer(web_profile=True, web_profile_dialog=consent, mode="multiple", label="heavens-test", lockfile=sys.argv[1])
hub.start()


def agree():
    while True:
        consent.handle_queue()
        time.sleep(0.05)


threading.Thread(target=agree, daemon=True).start()
client = SAMPIntegratedClient(name="listener")
client.connect(hub=hub)
say = lambda _key, sender, _id, mtype, params, _extra=None: print(json.dumps({"from": hub._metadata.get(sender, {}).get("samp.name", sender), "mtype": mtype, "params": params}), flush=True)
for mtype in ("table.load.fits", "image.load.fits"): client.bind_receive_notification(mtype, lambda key, sender, mtype, params, extra: say(key, sender, None, mtype, params))
print(json.dumps({"ready": True}), flush=True)
sys.stdin.read()
client.disconnect()
hub.stop()
