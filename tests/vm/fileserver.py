"""An HTTP server for guests, with the faults that a boot loader meets.

It listens on the loopback only; QEMU's user network shows that to its guest as 10.0.2.2.
"""

import socket
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

HOST_SEEN_BY_GUEST = "10.0.2.2"


class FileServer:
    """Serves {path: bytes}. Any other path is a 404, except /stall, which answers and then sends nothing more."""

    def __init__(self, files: dict):
        self._released = threading.Event()
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

    def _handler(self, files: dict):
        released = self._released

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                if self.path == "/stall":
                    self._start(200, 10_000_000)
                    self.wfile.write(b"MZ")
                    released.wait()
                elif self.path in files:
                    self._start(200, len(files[self.path]))
                    self.wfile.write(files[self.path])
                else:
                    self._start(404, 0)

            def do_HEAD(self):
                known = self.path in files or self.path == "/stall"
                self._start(200 if known else 404, len(files.get(self.path, b"")))

            def _start(self, status: int, length: int):
                self.send_response(status)
                self.send_header("Content-Length", str(length))
                self.end_headers()

            def log_message(self, *_):
                pass

        return Handler
