"""One HTTP exchange under limits: one deadline, bytes counted before and after inflating, faults named.

Part of `crawlers.fetch`, which alone decides what is asked for.
"""

from __future__ import annotations

import http.client
import ssl
import threading
import time
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import Final

import requests
from urllib3.exceptions import (
    ConnectTimeoutError,
    HeaderParsingError,
    HTTPError,
    IncompleteRead,
    LocationValueError,
    NameResolutionError,
    NewConnectionError,
    ReadTimeoutError,
    SSLError,
)

from crawlers.connection import (
    AddressRefusedError,
    CheckedAdapter,
    Exchange,
    Resolver,
    limits,
    resolve_host,
    tls_context,
)
from crawlers.errors import FetchError
from crawlers.reason import Reason, because
from crawlers.source import FetchPolicy

NO_ENCODINGS: Final = frozenset({"", "identity", "none", "utf-8", "utf8", "binary", "8bit"})  # what servers also write
CHUNK: Final = 65_536  # bytes asked of the socket at a time
MAX_DIGITS: Final = 18  # of a length that is announced; a longer number is a fault, and the bytes are counted anyway
MAX_TEXT: Final = 300  # characters kept of what a library says


@dataclass(frozen=True, slots=True)
class Answer:
    """What one request brought: status, headers as sent, and the body inflated."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    raw: requests.Response  # for its cookies; its body is read

    def header(self, name: str) -> str | None:
        """Returns the first header of that name, or None."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)


class Transport:
    """Connections to hosts, kept open between requests; far and near sources never share one."""

    def __init__(self, policy: FetchPolicy, resolve: Resolver = resolve_host) -> None:
        self._policy = policy
        self._resolve = resolve
        self._tls = {exception.host.lower(): exception for exception in policy.tls}
        self._adapters: dict[tuple[bool, str], CheckedAdapter] = {}
        self._lock = threading.Lock()

    def exchange(
        self,
        request: requests.PreparedRequest,
        host: str,
        *,
        near: bool,
        accepts: Callable[[int, str | None], bool],
    ) -> Answer:
        """Sends one request and reads the whole answer; `accepts(status, content type)` may refuse it before its body.

        Raises FetchError with the reason; redirects are answers, not followed.
        """
        policy, url = self._policy, request.url or ""
        deadline = time.monotonic() + policy.deadline_s
        adapter = self._adapter(host, near=near)
        with (
            limits(Exchange(deadline, policy.read_timeout_s, near, self._resolve)),
            _translated(url, deadline, policy),
        ):
            timeout = (min(policy.connect_timeout_s, policy.deadline_s), min(policy.read_timeout_s, policy.deadline_s))
            response = adapter.send(request, stream=True, timeout=timeout)
            with closing(response.raw):
                headers = tuple(response.raw.headers.items())
                if not accepts(response.status_code, response.headers.get("Content-Type")):
                    kind = response.headers.get("Content-Type")
                    raise FetchError(url, "wrong_type", because("content_type", type=str(kind)), response.status_code)
                body = _read(response, url, policy)
        return Answer(response.status_code, headers, body, response)

    def tls_note(self, host: str) -> Reason | None:
        """Returns what is weaker in the TLS of a host, as it is recorded with every fetch; None where nothing is."""
        exception = self._tls.get(host.lower())
        if exception is None:
            return None
        return because("tls_exception", level=exception.security_level, file=exception.ca_file or "-")

    def close(self) -> None:
        """Closes all connections."""
        with self._lock:
            for adapter in self._adapters.values():
                adapter.close()
            self._adapters.clear()

    def _adapter(self, host: str, *, near: bool) -> CheckedAdapter:
        exception = self._tls.get(host.lower())
        key = (near, exception.host if exception else "")
        with self._lock:
            if key not in self._adapters:
                self._adapters[key] = CheckedAdapter(tls_context(exception))
            return self._adapters[key]


# --- bodies ----------------------------------------------------------------------------------------------------------


def _read(response: requests.Response, url: str, policy: FetchPolicy) -> bytes:
    declared = response.headers.get("Content-Length", "").strip()
    if declared.isdecimal() and len(declared) <= MAX_DIGITS and int(declared) > policy.max_bytes:
        raise FetchError(url, "too_large", because("announced", number=int(declared), limit=policy.max_bytes))
    inflate = _Inflater(response.headers.get("Content-Encoding", ""), url, policy.max_inflated_bytes)
    wire = 0
    while chunk := response.raw.read1(CHUNK, decode_content=False):
        wire += len(chunk)
        if wire > policy.max_bytes:
            raise FetchError(url, "too_large", because("on_wire", number=policy.max_bytes))
        inflate.feed(chunk)
    return inflate.finish()


class _Inflater:
    """Undoes gzip and deflate piece by piece, never holding more than `limit` bytes."""

    def __init__(self, encoding: str, url: str, limit: int) -> None:
        self._encodings = [name for name in encoding.lower().replace(" ", "").split(",") if name not in NO_ENCODINGS]
        if len(self._encodings) > 1 or set(self._encodings) - {"gzip", "x-gzip", "deflate"}:
            raise FetchError(url, "decode", because("encoding", encoding=encoding))
        self._url = url
        self._limit = limit
        self._body = bytearray()
        self._member: zlib._Decompress | None = None
        self._plain = not self._encodings

    def feed(self, chunk: bytes) -> None:
        """Takes the next bytes of the wire."""
        if self._member is None and not self._plain:
            self._member = _member(chunk)
            self._plain = self._member is None  # a server that says gzip and sends text, as some do
        while chunk:
            if self._plain or self._member is None:
                self._body += chunk
                chunk = b""
            else:
                chunk = self._inflate(self._member, chunk)
            if len(self._body) > self._limit:
                raise FetchError(self._url, "too_large", because("inflated", number=self._limit))

    def finish(self) -> bytes:
        """Returns the whole body. Raises FetchError where the compressed stream broke off."""
        if self._member is not None and not self._member.eof:
            raise FetchError(self._url, "truncated", because("ends_early"))
        return bytes(self._body)

    def _inflate(self, member: zlib._Decompress, chunk: bytes) -> bytes:
        try:
            self._body += member.decompress(chunk, self._limit - len(self._body) + 1)
        except zlib.error as error:
            raise FetchError(self._url, "decode", because("damaged", text=str(error))) from error
        if member.eof:
            rest = member.unused_data
            if rest.startswith(b"\x1f\x8b"):
                self._member = zlib.decompressobj(31)
                return rest
            return b""  # padding behind the stream
        return member.unconsumed_tail if len(self._body) <= self._limit else b""


def _member(head: bytes) -> zlib._Decompress | None:
    """Returns the decompressor that fits the first bytes, or None where they are not compressed."""
    if head.startswith(b"\x1f\x8b"):
        return zlib.decompressobj(31)
    for window in (15, -15):  # deflate with its envelope, and bare as old servers send it
        try:
            zlib.decompressobj(window).decompress(head, 64)
        except zlib.error:
            continue
        return zlib.decompressobj(window)
    return None


# --- faults ----------------------------------------------------------------------------------------------------------

_REASONS: Final[Mapping[type[BaseException], str]] = {
    AddressRefusedError: "refused",
    NameResolutionError: "dns",
    SSLError: "tls",
    ssl.SSLError: "tls",
    ssl.CertificateError: "tls",
    requests.exceptions.SSLError: "tls",
    ConnectTimeoutError: "timeout",
    ReadTimeoutError: "timeout",
    TimeoutError: "timeout",
    IncompleteRead: "truncated",
}

_CODES: Final[Mapping[type[BaseException], str]] = {  # of `crawlers.reason`
    ConnectionRefusedError: "refused",
    ConnectionResetError: "hung_up",  # http.client.RemoteDisconnected is one
    ConnectionAbortedError: "hung_up",
    BrokenPipeError: "hung_up",
    http.client.IncompleteRead: "cut_short",
    http.client.HTTPException: "not_http",
    HeaderParsingError: "not_http",
    LocationValueError: "no_address",
}
_OTHERWISE: Final[Mapping[str, str]] = {  # reason of a failure -> code
    "dns": "no_name",
    "tls": "bad_tls",
    "timeout": "no_answer",
    "connect": "no_connection",
    "truncated": "cut_short",
    "refused": "no_address",
}


@contextmanager
def _translated(url: str, deadline: float, policy: FetchPolicy) -> Iterator[None]:
    """Turns what the libraries raise into FetchError with one of our reasons."""
    try:
        yield
    except AddressRefusedError as error:
        raise FetchError(url, "refused", because("private", host=error.host, addresses=error.addresses)) from error
    except (requests.RequestException, HTTPError, OSError, UnicodeError) as error:
        if time.monotonic() >= deadline:
            late = because("deadline", seconds=policy.deadline_s)
            raise FetchError(url, "timeout", late, lasting=True) from error
        reason = _reason(error)
        raise FetchError(url, reason, _detail(reason, error)) from error


def _reason(error: BaseException) -> str:
    chain = list(_chain(error))
    for fault in chain:
        if isinstance(fault, NewConnectionError) and not isinstance(fault, NameResolutionError):
            return "connect"
        for kind, reason in _REASONS.items():
            if isinstance(fault, kind):
                return reason
    if any(isinstance(fault, requests.exceptions.InvalidURL | UnicodeError) for fault in chain):
        return "refused"
    return "truncated" if isinstance(error, HTTPError) else "connect"


def _chain(error: BaseException) -> Iterator[BaseException]:
    """Yields an error and what it wraps, innermost last."""
    seen: set[int] = set()
    waiting: list[object] = [error]
    while waiting:
        each = waiting.pop(0)
        if isinstance(each, BaseException) and id(each) not in seen:
            seen.add(id(each))
            yield each
            waiting += [getattr(each, "reason", None), *each.args, each.__cause__, each.__context__]


def _detail(reason: str, error: BaseException) -> Reason:
    """Says what a library raised: by the innermost error where that says more than our reason for the failure."""
    innermost = list(_chain(error))[-1]
    code = next((code for kind, code in _CODES.items() if isinstance(innermost, kind)), _OTHERWISE[reason])
    return because(code, error=type(innermost).__name__, text=str(innermost)[:MAX_TEXT])
