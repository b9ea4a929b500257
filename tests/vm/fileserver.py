"""An HTTP server for guests, with the faults that a boot loader meets.

It listens on the loopback only; QEMU's user network shows that to its guest as 10.0.2.2.
"""

import base64
import re
import socket
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote

HOST_SEEN_BY_GUEST = "10.0.2.2"

# Who may have what is below /private. Both need percent-encoding in a URL.
USER, PASSWORD = "a user", "p@ss"


class FileServer:
    """Serves {path: bytes}. Any other path is a 404, except /stall, which answers and then sends nothing more."""

    def __init__(self, files: dict):
        self._released = threading.Event()
        self._sent: dict = {}
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), self._handler(files))
        self._http.daemon_threads = True
        threading.Thread(target=self._http.serve_forever, daemon=True).start()
        # A port that is ours and that nobody listens on: connecting to it is refused.
        self._closed_port = socket.socket()
        self._closed_port.bind(("127.0.0.1", 0))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._released.set()
        self._http.shutdown()
        self._http.server_close()
        self._closed_port.close()

    @property
    def url(self) -> str:
        return f"http://{HOST_SEEN_BY_GUEST}:{self._http.server_port}"

    @property
    def refused_url(self) -> str:
        return f"http://{HOST_SEEN_BY_GUEST}:{self._closed_port.getsockname()[1]}"

    def sent(self, path: str) -> int:
        """How many bytes of a file went out so far."""
        return self._sent.get(path, 0)

    def _handler(self, files: dict):
        released = self._released
        sent = self._sent
        secret = "Basic " + base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                name = unquote(self.path)
                if name == "/stall":
                    self._start(200, 10_000_000)
                    self.wfile.write(b"MZ")
                    released.wait()
                elif self._refused(name):
                    self._start(401, 0)
                elif name in files:
                    self._send(name, files[name])
                else:
                    self._start(404, 0)

            def do_HEAD(self):
                name = unquote(self.path)
                known = name in files or name == "/stall"
                self._start(200 if known else 404, len(files.get(name, b"")))

            def _refused(self, name: str) -> bool:
                return name.startswith("/private/") and self.headers["Authorization"] != secret

            def _send(self, name: str, content: bytes):
                wanted = re.fullmatch(r"bytes=0-(\d+)", self.headers["Range"] or "")
                if wanted and content:
                    part = content[: int(wanted[1]) + 1]
                    self._start(206, len(part), f"bytes 0-{len(part) - 1}/{len(content)}")
                    content = part
                else:
                    self._start(200, len(content))
                sent[name] = sent.get(name, 0) + len(content)
                self.wfile.write(content)

            def _start(self, status: int, length: int, content_range: str = ""):
                self.send_response(status)
                if content_range:
                    self.send_header("Content-Range", content_range)
                self.send_header("Content-Length", str(length))
                self.end_headers()

            def log_message(self, *_):
                pass

        return Handler
