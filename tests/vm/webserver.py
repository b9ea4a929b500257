"""A web server with every kind of certificate: nginx, in a network of the test's own."""

import subprocess
from datetime import datetime, timedelta, timezone
from pathlib import Path

from disk import write_tree
from network import ADDRESS, ADDRESS_V6, Network, program

NAME = "files.lab.example"

# What each port of https serves with. The good one is the port that https has by itself.
HTTPS = {
    "good": 443,
    "expired": 4431,
    "future": 4432,
    "wrong-name": 4433,
    "self-signed": 4434,
    "unknown-authority": 4435,
    "asks-for-a-certificate": 4436,
    "redirects-to-http": 4437,
    "redirects-in-a-loop": 4438,
    "old-tls": 4439,
    "demands-a-certificate": 4440,
}
_NO_CERTIFICATE_OF_ITS_OWN = {"asks-for-a-certificate", "redirects-to-http", "redirects-in-a-loop", "old-tls"}

_DAY = timedelta(days=1)


class Certificates:
    """A private authority, and what it and others have signed; files in `folder`."""

    def __init__(self, folder: Path):
        self._folder = folder
        self._now = datetime.now(timezone.utc)
        for authority in ("authority", "another-authority"):
            self._request(authority, "/CN=kboot test " + authority)
            self._sign(authority, authority, "basicConstraints=critical,CA:true\nkeyUsage=keyCertSign\n", -9 * _DAY, 900 * _DAY)
        here = f"subjectAltName=DNS:{NAME},IP:{ADDRESS},IP:{ADDRESS_V6}\n"
        self._issue("good", here)
        self._issue("expired", here, begin=-8 * _DAY, end=-_DAY)
        self._issue("future", here, begin=30 * _DAY)
        self._issue("wrong-name", "subjectAltName=DNS:other.example\n")
        self._issue("unknown-authority", here, authority="another-authority")
        self._issue("client", "extendedKeyUsage=clientAuth\n")
        self._request("self-signed", f"/CN={NAME}")
        self._sign("self-signed", "self-signed", here, -_DAY, 90 * _DAY)

    def file(self, name: str) -> Path:
        return self._folder / name

    def _issue(self, name: str, extensions: str, authority: str = "authority", begin=-_DAY, end=90 * _DAY):
        self._request(name, f"/CN={name}")
        self._sign(name, authority, extensions, begin, end)

    def _openssl(self, *words: str):
        subprocess.run(["openssl", *words], cwd=self._folder, check=True, capture_output=True)

    def _request(self, name: str, subject: str):
        self._openssl("req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                      "-keyout", f"{name}.key", "-out", f"{name}.csr", "-subj", subject)

    def _sign(self, name: str, authority: str, extensions: str, begin: timedelta, end: timedelta):
        """`openssl ca`, for `openssl x509` cannot say when a certificate begins."""
        (self._folder / "extensions").write_text(extensions)
        (self._folder / "index").write_text("")
        (self._folder / "ca.conf").write_text(
            "[ca]\ndefault_ca=a\n[a]\ndatabase=index\nnew_certs_dir=.\ndefault_md=sha256\npolicy=p\nrand_serial=yes\n[p]\ncommonName=supplied\n")
        signer = ["-selfsign"] if name == authority else ["-cert", f"{authority}.crt"]
        when = [(self._now + moment).strftime("%Y%m%d%H%M%SZ") for moment in (begin, end)]
        self._openssl("ca", "-batch", "-notext", "-config", "ca.conf", "-extfile", "extensions", "-keyfile", f"{authority}.key",
                      *signer, "-startdate", when[0], "-enddate", when[1], "-in", f"{name}.csr", "-out", f"{name}.crt")


def serve_web(network: Network, files: dict, certificates: Certificates | None = None, more: str = ""):
    """Files on http and, with certificates, on each port of HTTPS; `more` goes into the http server's block."""
    folder = network.folder()
    folder.chmod(0o755)
    write_tree(folder / "files", files)
    servers = [f"server {{ listen 80; listen [::]:80; root {folder}/files; {more} }}"]
    for kind, port in HTTPS.items():
        if not certificates or kind == "demands-a-certificate":
            continue
        own = "good" if kind in _NO_CERTIFICATE_OF_ITS_OWN else kind
        rules = {
            "asks-for-a-certificate": f"ssl_verify_client on; ssl_client_certificate {certificates.file('authority.crt')};",
            "redirects-to-http": f"return 302 http://{NAME}$request_uri;",
            "redirects-in-a-loop": f"return 302 https://{NAME}:{port}$request_uri/x;",
            "old-tls": "ssl_protocols TLSv1.1;",
        }.get(kind, "")
        servers.append(f"server {{ listen {port} ssl; listen [::]:{port} ssl; root {folder}/files; "
                       f"ssl_certificate {certificates.file(own)}.crt; ssl_certificate_key {certificates.file(own)}.key; {rules} }}")
    temporary = "".join(f"{kind}_temp_path {folder}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    configuration = folder / "nginx.conf"
    configuration.write_text(
        f"daemon off; user root; pid {folder}/pid; error_log {folder}/error;\nevents {{}}\n"
        f"http {{ access_log {folder}/access; {temporary}\n" + "\n".join(servers) + "\n}\n")
    network.start([program("nginx"), "-e", f"{folder}/error", "-c", str(configuration)])
    network.await_port(80)
    if certificates:
        # nginx answers those who have none with a page; this one hangs up.
        authority, certificate, key = (str(certificates.file(name)) for name in ("authority.crt", "good.crt", "good.key"))
        server = ["openssl", "s_server", "-quiet", "-accept", str(HTTPS["demands-a-certificate"]), "-WWW", "-Verify", "1"]
        network.start([*server, "-verify_return_error", "-CAfile", authority, "-cert", certificate, "-key", key])
        network.await_port(HTTPS["good"])
    return folder
