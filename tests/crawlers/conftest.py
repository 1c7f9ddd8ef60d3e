"""Real HTTP servers on loopback for the crawler's tests: one that behaves, one that does not."""

from __future__ import annotations

import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from crawlers.source import Source
from tests.crawlers.portal import HOME_PAGE, article, listing


class Server(ThreadingHTTPServer):
    """Answers by `routes`: path -> bytes, (status, headers, bytes), or a function that writes to the handler itself."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.routes: dict[str, object] = {}
        self.log: list[tuple[str, dict[str, str]]] = []

    @property
    def home(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/"

    def url(self, path: str) -> str:
        return self.home + path.lstrip("/")

    @property
    def asked(self) -> list[str]:
        return [path for path, _ in self.log if path != "/robots.txt"]

    def handle_error(self, request, client_address) -> None:
        """A client that hangs up on us is what these tests want."""


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 20

    def do_GET(self) -> None:
        self.server.log.append((self.path, {key.lower(): value for key, value in self.headers.items()}))
        route = self.server.routes.get(self.path, (404, {}, b"not here"))
        if callable(route):
            route(self)
            return
        status, headers, body = route if isinstance(route, tuple) else (200, {}, route)
        self.reply(status, headers, body)

    def reply(self, status: int, headers: dict[str, str], body: bytes) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": "text/html; charset=utf-8", **headers}.items():
            self.send_header(name, value)
        if "Content-Length" not in headers:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args) -> None:
        pass


@pytest.fixture
def serve():
    """Starts servers that stop with the test."""
    servers: list[tuple[Server, threading.Thread]] = []

    def start(routes: dict[str, object] | None = None) -> Server:
        server = Server()
        server.routes.update(routes or {})
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        servers.append((server, thread))
        return server

    yield start
    for server, thread in servers:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def server(serve: Callable[..., Server]) -> Server:
    return serve()


@pytest.fixture
def source(server: Server) -> Source:
    return Source(id="bao", name="Báo", home=server.home, loopback=True)


@pytest.fixture
def portal(server):
    """Three pages of a listing, six articles from 3 to 18 September, no feed and no sitemap."""
    rows = [(6, 18), (5, 15), (4, 12), (3, 9), (2, 6), (1, 3)]
    server.routes["/"] = HOME_PAGE
    server.routes["/tin"] = listing(rows[:3], "/tin?page=2")
    server.routes["/tin?page=2"] = listing(rows[3:])
    for number, day in rows:
        server.routes[f"/tin/{number}"] = article(number, day)
    return server
