"""The web server of the sample province: one port of this machine for each outlet, as small and as real as it can be."""

from __future__ import annotations

import gzip
import hashlib
import sys
import threading
import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Final, Self
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

from pipeline.sample.drawing import CLOCK, draw, with_clock
from pipeline.sample.site import HTML, Desk, Draft, SampleSite
from pipeline.sample.sites import SITES
from pipeline.sample.texts import OUTLETS, SampleArticle, load_articles

FIRST_PORT: Final = 8701  # the outlets' ports follow each other in the order of OUTLETS
IDLE_S: Final = 10.0  # seconds after which a silent connection is closed
POLL_S: Final = 0.05  # seconds between two looks at whether to stop
MEND: Final = "/__mend"  # POST there does what `mend` does, for a server that was started by hand
IGNORED_KEYS: Final = ("utm_", "fbclid", "gclid")  # query keys that change nothing, as on real sites


@dataclass(frozen=True, slots=True)
class Request:
    """One request as it was answered: what tests of politeness and of conditional fetching look at."""

    method: str
    target: str  # path with query
    status: int
    at: float  # seconds of a monotonic clock
    user_agent: str
    conditional: bool  # carried If-None-Match or If-Modified-Since


class SampleProvince:
    """Serves all outlets while the context is open.

    `base_port` 0 takes free ports. `now` gives the visitor's clock that some headers show; nothing else in the bytes
    depends on when the server runs. `articles` replaces the bundled ones, e.g. by those published up to some day.
    """

    def __init__(
        self,
        base_port: int = FIRST_PORT,
        *,
        mended: bool = False,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        articles: Sequence[SampleArticle] | None = None,
    ) -> None:
        self._mended = threading.Event()
        if mended:
            self._mended.set()
        texts = load_articles() if articles is None else articles
        self._servers: dict[str, _OutletServer] = {}
        try:
            for place, outlet in enumerate(OUTLETS):
                port = base_port + place if base_port else 0
                own = [article for article in texts if article.outlet == outlet]
                self._servers[outlet] = _OutletServer(port, SITES[outlet], own, now, self._mended)
        except OSError:
            self._close()
            raise
        self._threads = [
            threading.Thread(target=server.serve_forever, args=(POLL_S,), daemon=True)
            for server in self._servers.values()
        ]

    @property
    def homes(self) -> dict[str, str]:
        """Home address of every outlet, e.g. `http://127.0.0.1:8701/`."""
        return {outlet: server.desk.home + "/" for outlet, server in self._servers.items()}

    @property
    def urls(self) -> dict[tuple[str, str], str]:
        """Address of every article by (outlet, slug)."""
        return {
            row.article.key: server.desk.home + row.href
            for server in self._servers.values()
            for row in server.desk.rows
        }

    @property
    def requests(self) -> dict[str, tuple[Request, ...]]:
        """What every outlet was asked so far, in order."""
        return {outlet: tuple(server.log) for outlet, server in self._servers.items()}

    def labels(self) -> dict[str, tuple[str, ...]]:
        """Gives the true topics of every article by its address."""
        return {
            server.desk.home + row.href: row.article.topics
            for server in self._servers.values()
            for row in server.desk.rows
        }

    def mend(self) -> None:
        """Brings back what was down."""
        self._mended.set()

    def show(self, articles: Sequence[SampleArticle], down: Collection[str] = ()) -> None:
        """Shows these articles from now on, in place of those before; the outlets of `down` answer nothing but 503."""
        for outlet, server in self._servers.items():
            server.show([article for article in articles if article.outlet == outlet], down=outlet in down)

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for server in self._servers.values():
            server.shutdown()
        for thread in self._threads:
            thread.join()
        self._close()

    def _close(self) -> None:
        for server in self._servers.values():
            server.server_close()


class _OutletServer(ThreadingHTTPServer):
    """One outlet on one port."""

    daemon_threads = True
    request_queue_size = 64  # connections waiting; a crawler opens a handful

    def __init__(
        self,
        port: int,
        site: SampleSite,
        own: Sequence[SampleArticle],
        now: Callable[[], datetime],
        mended: threading.Event,
    ) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.site = site
        self.now = now
        self.mended = mended
        self.log: list[Request] = []
        self.show(own)

    def show(self, own: Sequence[SampleArticle], *, down: bool = False) -> None:
        """Puts articles on the outlet's desk and lays out its pages anew; none of them answers while the site is down."""
        self.down = down
        self.desk = Desk(f"http://127.0.0.1:{self.server_address[1]}", own, self.site.href)
        self.drafts = {_address(href): draft for href, draft in self.site.drafts(self.desk).items()}
        self._drawn: dict[str, str] = {}

    def handle_error(self, request: object, client_address: object) -> None:
        """Says nothing of clients that left in the middle; other errors are shown."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]

    def find(self, target: str) -> tuple[str, Draft | None]:
        """Gives the page's normal address and its draft, None where there is no such page."""
        address = _address(target)
        draft = self.drafts.get(address)
        if draft is None and address.startswith(self.site.search_path):
            draft = self.site.search(dict(parse_qsl(urlsplit(address).query)))
        return address, draft

    def text(self, address: str, draft: Draft) -> str:
        """Draws a page once."""
        if address not in self._drawn:
            self._drawn[address] = draw(self.site, self.desk, draft)
        return self._drawn[address]


class _Handler(BaseHTTPRequestHandler):
    """Answers GET and HEAD, with validators; POST only to mend."""

    server: _OutletServer
    protocol_version = "HTTP/1.1"
    timeout = IDLE_S
    wbufsize = 65_536  # bytes; head and body leave together
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        """Answers with the page, 304, 301, 404 or 503."""
        address, draft = self.server.find(self.path)
        if self.server.down or (draft is not None and draft.down and not self.server.mended.is_set()):
            self._send_text(HTTPStatus.SERVICE_UNAVAILABLE, "Lỗi 503", "Hệ thống đang được bảo trì.")
        elif draft is None:
            self._send_text(HTTPStatus.NOT_FOUND, "Lỗi 404", "Trang bạn yêu cầu không tồn tại.")
        elif draft.moved_to:
            self._send(HTTPStatus.FOUND, b"", HTML, {"Location": draft.moved_to})
        else:
            self._send_page(address, draft)

    do_HEAD = do_GET  # noqa: N815 - the base class's name

    def do_POST(self) -> None:
        """Mends the province when asked at the right address; nothing else takes a POST."""
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if self.path == MEND:
            self.server.mended.set()
            self._send(HTTPStatus.NO_CONTENT, b"", HTML)
        else:
            self._send_text(HTTPStatus.METHOD_NOT_ALLOWED, "Lỗi 405", "Trang này chỉ để đọc.")

    def _send_page(self, address: str, draft: Draft) -> None:
        if draft.raw is None:
            text = self.server.text(address, draft)
            basis = text.replace(CLOCK, "").encode()  # the clock alone makes no new version
            body = with_clock(text, self.server.now()).encode()
        else:
            basis = body = draft.raw
        tag = f'"{hashlib.sha256(basis).hexdigest()[:20]}"'
        tag = tag if body == basis else f"W/{tag}"
        validators = {"ETag": tag, "Last-Modified": format_datetime(draft.modified.astimezone(UTC), usegmt=True)}
        if self._unchanged(tag, draft.modified):
            self._send(HTTPStatus.NOT_MODIFIED, b"", draft.content_type, validators)
        else:
            self._send(HTTPStatus.OK, body, draft.content_type, validators)

    def _unchanged(self, tag: str, modified: datetime) -> bool:
        """Tells whether the client's copy is good; If-Modified-Since counts only without If-None-Match (RFC 9110)."""
        held = self.headers.get("If-None-Match")
        if held is not None:
            tags = {part.strip().removeprefix("W/") for part in held.split(",")}
            return held.strip() == "*" or tag.removeprefix("W/") in tags
        try:
            since = parsedate_to_datetime(self.headers.get("If-Modified-Since") or "")
        except ValueError:
            return False
        return since.tzinfo is not None and modified.replace(microsecond=0) <= since

    def _send_text(self, status: HTTPStatus, title: str, sentence: str) -> None:
        page = f"<!DOCTYPE html>\n<html lang=vi><title>{title}</title><h1>{title}</h1><p>{sentence}</p></html>\n"
        self._send(status, page.encode(), HTML)

    def _send(self, status: HTTPStatus, body: bytes, content_type: str, extra: dict[str, str] | None = None) -> None:
        self.server.log.append(self._seen(status))
        zipped = self.server.site.gzips and "gzip" in self.headers.get("Accept-Encoding", "") and len(body) > 0
        payload = gzip.compress(body, mtime=0) if zipped else body
        self.send_response(status)
        for name, value in (extra or {}).items():
            self.send_header(name, value)
        if status not in {HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED}:
            self.send_header("Content-Type", content_type)
            self.send_header("Content-Length", str(len(payload)))
            if zipped:
                self.send_header("Content-Encoding", "gzip")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(payload)

    def _seen(self, status: HTTPStatus) -> Request:
        return Request(
            method=self.command,
            target=self.path,
            status=int(status),
            at=time.monotonic(),
            user_agent=self.headers.get("User-Agent", ""),
            conditional="If-None-Match" in self.headers or "If-Modified-Since" in self.headers,
        )

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
        """Keeps silent; the log of requests is `SampleProvince.requests`."""


def _address(target: str) -> str:
    """Gives the form under which a page is kept: path unquoted and quoted again, query in order, trackers dropped."""
    parts = urlsplit(target)
    query = sorted(pair for pair in parse_qsl(parts.query) if not pair[0].startswith(IGNORED_KEYS))
    path = quote(unquote(parts.path), safe="/-._~,;=+") or "/"
    return f"{path}?{urlencode(query)}" if query else path
