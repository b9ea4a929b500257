"""An FTP server for guests: enough of RFC 959 and 2428 to fetch files in passive mode as an anonymous user."""

import posixpath
import socket
import socketserver
import threading

from fileserver import HOST_SEEN_BY_GUEST


class FtpServer:
    """Serves {path: bytes}."""

    def __init__(self, files: dict):
        class Handler(_Session):
            served = files

        self._server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._server.shutdown()
        self._server.server_close()

    @property
    def url(self) -> str:
        return f"ftp://{HOST_SEEN_BY_GUEST}:{self._server.server_address[1]}"


class _Session(socketserver.StreamRequestHandler):
    served: dict = {}

    def handle(self):
        self._folder = "/"
        self._passive = None
        try:
            self._converse()
        except ConnectionError:
            pass  # the client had seen enough

    def _converse(self):
        self._answer("220 ready")
        for line in self.rfile:
            command, _, argument = line.decode().strip().partition(" ")
            if command == "QUIT":
                return self._answer("221 bye")
            action = getattr(self, f"_do_{command.lower()}", None)
            if action is None:
                self._answer(f"502 no {command} here")
            else:
                action(argument)

    def _answer(self, text: str):
        self.wfile.write(f"{text}\r\n".encode())

    def _content(self, name: str) -> bytes | None:
        return self.served.get(posixpath.join(self._folder, name))

    def _do_user(self, _):
        self._answer("331 any password")

    def _do_pass(self, _):
        self._answer("230 welcome")

    def _do_pwd(self, _):
        self._answer(f'257 "{self._folder}"')

    def _do_cwd(self, folder: str):
        self._folder = posixpath.join(self._folder, folder)
        self._answer("250 there")

    def _do_type(self, _):
        self._answer("200 as it is")

    def _do_size(self, name: str):
        content = self._content(name)
        self._answer("550 no such file" if content is None else f"213 {len(content)}")

    def _do_rest(self, _):
        self._answer("350 from there")

    def _do_epsv(self, _):
        self._passive = socket.create_server(("127.0.0.1", 0))
        self._answer(f"229 here (|||{self._passive.getsockname()[1]}|)")

    def _do_retr(self, name: str):
        content = self._content(name)
        if content is None or self._passive is None:
            return self._answer("550 no such file")
        self._answer("150 coming")
        with self._passive, self._passive.accept()[0] as connection:
            connection.sendall(content)
        self._answer("226 done")
