"""A fake Enhetsregisteret that answers as data.brreg.no/enhetsregisteret/api does.

Taken from its documentation and from real answers: a deleted unit has status 200 and few
fields; an unknown one 404 with no body; one that is taken out of the open data 410.
"""

import json
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

API = "https://data.brreg.no/enhetsregisteret/api"


def unit(number, name, form, description, **fields):
    return {
        "organisasjonsnummer": number,
        "navn": name,
        "organisasjonsform": {
            "kode": form,
            "beskrivelse": description,
            "_links": {"self": {"href": f"{API}/organisasjonsformer/{form}"}},
        },
        "hjemmeside": "www.prove.example",
        "postadresse": {
            "land": "Norge",
            "landkode": "NO",
            "postnummer": "0114",
            "poststed": "OSLO",
            "adresse": ["Postboks 1"],
            "kommune": "OSLO",
            "kommunenummer": "0301",
        },
        "registreringsdatoEnhetsregisteret": "2007-10-15",
        "registrertIMvaregisteret": False,
        "naeringskode1": {"kode": "84.110", "beskrivelse": "Generell offentlig administrasjon"},
        "harRegistrertAntallAnsatte": True,
        "antallAnsatte": 433,
        "institusjonellSektorkode": {"kode": "6100", "beskrivelse": "Statsforvaltningen"},
        "registrertIForetaksregisteret": False,
        "registrertIStiftelsesregisteret": False,
        "registrertIFrivillighetsregisteret": False,
        "konkurs": False,
        "underAvvikling": False,
        "underTvangsavviklingEllerTvangsopplosning": False,
        "maalform": "Bokmål",
        "aktivitet": ["Digitalisering."],
        "registrertIPartiregisteret": False,
        "paategninger": [],
        "erIKonsern": False,
        "_links": {"self": {"href": f"{API}/enheter/{number}"}},
        "respons_klasse": "Enhet",
        **fields,
    }


DIRECTORATE = unit(
    "991825827", "DIGITALISERINGSDIREKTORATET", "ORGL", "Organisasjonsledd", overordnetEnhet="1"
)
ASSOCIATION = unit("974760673", "PRØVEFORBUNDET", "FLI", "Forening/lag/innretning")
BANKRUPT = unit("889640782", "TOMT BO AS", "AS", "Aksjeselskap", konkurs=True)
CHURCH = unit("974761076", "DEN PRØVENDE KIRKE", "KIRK", "Den norske kirke")
DELETED = {
    "organisasjonsnummer": "983544622",
    "navn": "BORTE AS",
    "organisasjonsform": {
        "kode": "AS",
        "beskrivelse": "Aksjeselskap",
        "_links": {"self": {"href": f"{API}/organisasjonsformer/AS"}},
    },
    "slettedato": "2024-02-15",
    "_links": {"self": {"href": f"{API}/enheter/983544622"}},
    "respons_klasse": "SlettetEnhet",
}
REMOVED = "971032081"
UNITS = {
    each["organisasjonsnummer"]: each
    for each in (DIRECTORATE, ASSOCIATION, BANKRUPT, CHURCH, DELETED)
}


class Register:
    """The fake while it runs. What stands in `instead` it says instead: (status, body); and
    before each answer it pauses."""

    def __init__(self):
        self.asked, self.instead, self.pause = [], None, 0

    def answer(self, path):
        number = path.removeprefix("/enheter/")
        self.asked.append(number)
        time.sleep(self.pause)
        if self.instead:
            return self.instead
        if number == REMOVED:
            removed = {"organisasjonsnummer": number, "slettedato": "2021-09-21"}
            return 410, json.dumps(removed).encode()
        if number in UNITS:
            return 200, json.dumps(UNITS[number]).encode()
        return 404, b""


@contextmanager
def enhetsregisteret():
    """A register on a port of its own, with its `url`."""
    register = Register()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            status, body = register.answer(self.path)
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_arguments):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    register.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield register
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
