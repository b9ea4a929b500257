"""A web server that misbehaves as the path says. `python3 oddserver.py`, on port 80."""

import http.server
import socket
import time

_PIECE = b"x" * 65536


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def _head(self, status: int = 200, **headers):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), str(value))
        self.send_header("Connection", "close")
        self.end_headers()

    def do_GET(self):
        self.close_connection = True
        getattr(self, self.path.strip("/").replace("-", "_"))()

    def early_end(self):
        self._head(Content_Length=100_000)
        self.wfile.write(b"x" * 1000)

    def no_answer(self):
        time.sleep(60)

    def stall(self):
        self._head(Content_Length=100_000)
        self.wfile.write(b"x" * 1000)
        time.sleep(60)

    def trickle(self):
        self._head(Content_Length=100_000)
        for _ in range(60):
            self.wfile.write(b"x")
            time.sleep(1)

    def huge(self):
        self._head(Content_Length=10**13)

    def endless(self):
        self._head()
        while True:
            self.wfile.write(_PIECE)

    def endless_header(self):
        self.wfile.write(b"HTTP/1.1 200 OK\r\nX: ")
        while True:
            self.wfile.write(_PIECE)

    def more_than_announced(self):
        self._head(Content_Length=1000)
        self.wfile.write(b"x" * 5000)

    def to_file(self):
        self._head(302, Location="file:///etc/passwd")

    def to_itself(self):
        self._head(302, Location="/to-itself")

    def no_http(self):
        self.wfile.write(b"SSH-2.0-OpenSSH_9.2\r\n")

    def busy(self):
        self._head(503, Content_Length=0)


class Server(http.server.ThreadingHTTPServer):
    address_family = socket.AF_INET6


Server(("::", 80), Handler).serve_forever()
