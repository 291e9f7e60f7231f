# SPDX-License-Identifier: Apache-2.0
"""A Keystone to sign in at, or one that is ill. A whole cloud is in recorded_cloud.py."""

import http.server
import json
import ssl
import subprocess
import threading
import time

USER, PROJECT, PASSWORD = "admin", "admin", "op3n/stack+Pässword"
CREDENTIAL = "5f1cb3c2a0"
SERVICES = (("keystone", "identity", "v3"), ("nova", "compute", "compute/v2.1"),
            ("neutron", "network", "network"))
LISTS = {"/v3/projects": "projects", "/compute/v2.1/os-services": "services",
         "/network/v2.0/agents": "agents"}


def is_known(auth):
    """Is this a v3 request of the one user, or of the one application credential?"""
    if auth["identity"]["methods"] == ["application_credential"]:
        given = auth["identity"]["application_credential"]
        return given == {"id": CREDENTIAL, "secret": PASSWORD} and "scope" not in auth
    user, project = auth["identity"]["password"]["user"], auth["scope"]["project"]
    return ((user["name"], user["password"]) == (USER, PASSWORD)
            and user["domain"] in ({"name": "Default"}, {"id": "default"})
            and project in ({"id": "p1"}, {"name": PROJECT, "domain": {"name": "Default"}},
                            {"name": PROJECT, "domain": {"id": "default"}}))


class Keystone(http.server.BaseHTTPRequestHandler):
    """Identity v3 (or v2.0) with one user; how it is ill is an attribute of the server."""

    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        """What was asked is kept in server.seen."""

    def catalog(self):
        """Everything is here, under a name that only the cloud knows."""
        place = f"{self.server.scheme}://controller:{self.server.server_address[1]}"
        return [{"name": name, "type": type_, "endpoints": [
            {"id": f"{name}-{interface}", "interface": interface, "region": "RegionOne",
             "region_id": "RegionOne", "url": f"{place}/{path}"}
            for interface in ("admin", "internal", "public")]} for name, type_, path in SERVICES]

    def answer(self, status, document, **headers):
        """A JSON answer; text is sent as it is."""
        body = document if isinstance(document, bytes) else json.dumps(document).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def is_ill(self):
        """Answers in the way of the illness; true when that was all."""
        illness = self.server.illness
        if illness == "html":
            self.answer(200, b"<html><body>It works!</body></html>")
        elif illness == "silent":
            time.sleep(60)
        elif illness == "huge":
            self.answer(200, b'{"versions": "' + b"x" * (5 << 20) + b'"}')
        elif illness == "cut":
            self.send_response(200)
            self.send_header("Content-Length", "1000")
            self.end_headers()
            self.wfile.write(b'{"ver')
            self.close_connection = True
        elif illness == "broken" and self.command == "POST":
            self.answer(503, {"error": {"code": 503, "message": "the database is away"}})
        elif illness == "tokenless" and self.command == "POST":
            self.answer(201, {"error": "none of your business"})
        else:
            return False
        return True

    def do_GET(self):    # pylint: disable=invalid-name
        """Which versions there are, and what an administrator may read."""
        self.server.seen.append(self.path)
        path = self.path.partition("?")[0].removeprefix(self.server.prefix)
        if path in LISTS and self.headers["X-Auth-Token"] == "t-secret-1":
            if self.server.illness == "forbidden" and path.startswith("/compute"):
                self.answer(403, {"forbidden": {"code": 403, "message": "Policy doesn't allow it"}})
            else:
                self.answer(200, {LISTS[path]: []})
        elif self.path != self.server.prefix + "/":
            self.answer(404, b"no such page")
        elif not self.is_ill():
            self.answer(300, {"versions": {"values": [{"id": v, "status": "stable"}
                                                      for v in self.server.versions]}})

    def do_POST(self):    # pylint: disable=invalid-name
        """A token for the one user."""
        self.server.seen.append(self.path)
        auth = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["auth"]
        if self.is_ill():
            return
        path = self.path.removeprefix(self.server.prefix)
        if path == "/v3/auth/tokens":
            good = is_known(auth)
        else:
            user = auth["passwordCredentials"]
            good = (user["username"], user["password"], auth["tenantName"]) == (USER, PASSWORD,
                                                                             PROJECT)
        if not good:
            self.answer(401, {"error": {"code": 401, "message": "The request you have made "
                                        "requires authentication.", "title": "Unauthorized"}})
        elif path == "/v3/auth/tokens":
            self.answer(201, {"token": {"expires_at": "2030-01-01T10:00:00.000000Z",
                                        "project": {"id": "p1", "name": PROJECT},
                                        "catalog": self.catalog()}}, X_Subject_Token="t-secret-1")
        else:
            self.answer(200, {"access": {
                "token": {"id": "t-secret-2", "expires": "2030-01-01T10:00:00Z",
                          "tenant": {"id": "p1", "name": PROJECT}},
                "serviceCatalog": [{"name": s["name"], "type": s["type"], "endpoints": [
                    {"region": "RegionOne", "adminURL": s["endpoints"][0]["url"]}]}
                    for s in self.catalog()]}})


def certificate(folder, name="127.0.0.1"):
    """A key and a self-signed certificate for this machine, in one file."""
    file = f"{folder}/server.pem"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                    "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj", "/CN=keystone",
                    "-addext", f"subjectAltName=IP:{name}", "-keyout", f"{folder}/key.pem",
                    "-out", file], check=True, capture_output=True)
    return file, f"{folder}/key.pem"


class QuietServer(http.server.ThreadingHTTPServer):
    """Clients that go away are nothing to tell."""

    daemon_threads = True

    def handle_error(self, *_):
        """Nothing."""


class Server:
    """A Keystone on a free port of this machine, until the end of the 'with'."""

    def __init__(self, illness=None, versions=("v3.14", "v2.0"), pem=None, prefix=""):
        self.http = QuietServer(("127.0.0.1", 0), Keystone)
        self.http.illness, self.http.versions, self.http.prefix = illness, versions, prefix
        self.http.seen, self.http.scheme = [], "https" if pem else "http"
        self.port = self.http.server_address[1]
        if pem:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(*pem)
            self.http.socket = context.wrap_socket(self.http.socket, server_side=True)

    @property
    def seen(self):
        """The paths that were asked for."""
        return self.http.seen

    def __enter__(self):
        threading.Thread(target=self.http.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.http.shutdown()
        self.http.server_close()
