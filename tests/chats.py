"""A chat in a test: a real HTTP server that keeps what is posted to it."""

import json
import socketserver
import ssl
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class Server(ThreadingHTTPServer):
    def server_bind(self) -> None:
        """Without asking for the name of this machine, which takes seconds where nobody knows it."""
        socketserver.TCPServer.server_bind(self)
        self.server_name, self.server_port = "localhost", self.server_address[1]


class Chats:
    """A server that answers as it is told, and keeps what it got."""

    def __init__(self, context: ssl.SSLContext | None = None) -> None:
        self.got: list[tuple[str, dict[str, str], Any]] = []
        self.status, self.answer, self.location, self.drip = 200, b'{"errcode": 0}', "", 0.0
        chats = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                chats.got.append((self.path, dict(self.headers), json.loads(body)))
                self.send_response(chats.status)
                if chats.location:
                    self.send_header("Location", chats.location)
                self.send_header("Content-Length", str(len(chats.answer)))
                self.end_headers()
                for at in range(len(chats.answer)):
                    if chats.drip:
                        time.sleep(chats.drip)
                        self.wfile.flush()
                    try:
                        self.wfile.write(chats.answer[at : at + 1])
                    except OSError:
                        return

            do_GET = do_POST

            def log_message(self, *words: object) -> None:
                pass

        self.server = Server(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        if context is not None:
            self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        self.scheme = "http" if context is None else "https"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def url(self, path: str = "/hook?key=SECRETKEY", host: str = "127.0.0.1") -> str:
        return f"{self.scheme}://{host}:{self.server.server_port}{path}"

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()
