"""The only code that asks the network: robots.txt obeyed, hosts treated politely, every redirect checked, retries bounded."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from types import TracebackType
from typing import Final, Self
from urllib.parse import urlsplit

import requests
from protego import Protego
from requests.cookies import RequestsCookieJar

from crawlers.article import Role
from crawlers.connection import Resolver, resolve_host
from crawlers.errors import FetchError
from crawlers.pace import HOUR_S, Pace
from crawlers.reason import Reason, because
from crawlers.source import FetchPolicy, Source
from crawlers.transport import Answer, Transport
from crawlers.urls import resolve, same_site, site_key

REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
RETRIED: Final = frozenset({"connect", "dns", "timeout", "truncated", "http_5xx", "throttled"})
UNANSWERED: Final = frozenset({"connect", "dns", "timeout", "tls", "throttled"})  # a host that gives only these is down
MAX_ROBOTS_CHARS: Final = 512_000  # of robots.txt that are read (RFC 9309 asks for 500 KiB at least)
TEXTUAL: Final = (
    "text/",
    "application/xhtml",
    "application/xml",
    "application/rss",
    "application/atom",
    "application/rdf",
)
PACKED: Final = ("application/gzip", "application/x-gzip", "application/octet-stream", "binary/octet-stream")
TYPES: Final[dict[Role, tuple[str, ...]]] = {
    "robots": (*TEXTUAL, *PACKED),
    "feed": (*TEXTUAL, *PACKED, "application/json", "application/feed"),
    "sitemap": (*TEXTUAL, *PACKED),
    "listing": (*TEXTUAL, "application/json", "application/javascript"),
    "page": TEXTUAL,
}
NOT_TEXT: Final = ("text/css", "text/javascript", "text/calendar", "text/csv", "text/vcard")


@dataclass(frozen=True, slots=True)
class Response:
    """One good answer: status 200 with its body, inflated, or 304 without."""

    url: str  # as asked
    final_url: str  # after redirects
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    content_type: str | None
    etag: str | None
    last_modified: str | None
    fetched_at: datetime  # UTC
    elapsed_s: float
    note: Reason | None = None  # what was weaker than usual, e.g. a TLS exception


@dataclass(frozen=True, slots=True)
class Robots:
    """What robots.txt of one host says to us; `error` when it could not be read, which forbids everything."""

    url: str
    status: int
    sitemaps: tuple[str, ...] = ()
    error: FetchError | None = None
    rules: Protego | None = None
    delay_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Asked:
    """What earlier runs asked of one host: how often this night, and when this night and the one before (UTC)."""

    host: str  # `crawlers.urls.site_key`
    tonight: int
    recent: tuple[datetime, ...]


class Fetcher:
    """Asks hosts, safe between threads. `clock` in seconds (monotonic), `sleep` takes seconds, `now` gives aware UTC."""

    def __init__(
        self,
        policy: FetchPolicy,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        resolve_name: Resolver = resolve_host,
    ) -> None:
        self.policy = policy
        self.user_agent = user_agent(policy)
        self._clock = clock
        self.now = now
        self._sleep = sleep
        self._pace = Pace(policy, clock, sleep)
        self._transport = Transport(policy, resolve_name)
        self._robots: dict[tuple[str, bool], Robots] = {}
        self._locks: dict[tuple[str, bool], threading.Lock] = {}
        self._guard = threading.Lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Closes all connections."""
        self._transport.close()

    def remember(self, asked: Iterable[Asked]) -> None:
        """Counts requests of earlier runs against the budgets, so that a night begun again gives no host more than one."""
        now, clock = self.now(), self._clock()
        for host in asked:
            ages = ((now - at).total_seconds() for at in host.recent)
            self._pace.remember(host.host, host.tonight, [clock - age for age in ages if age < HOUR_S])

    def get(
        self,
        url: str,
        source: Source,
        *,
        role: Role,
        etag: str | None = None,
        last_modified: str | None = None,
    ) -> Response:
        """Returns the answer to a polite GET: 200 with its body, or 304 where `etag` or `last_modified` still hold.

        Raises FetchError for everything else, with one of `crawlers.article.FAILURE_REASONS`.
        """
        asked, started = self.now(), self._clock()
        headers = self._headers(etag, last_modified)
        final_url, answer = self._follow(url, source, role, headers)
        if answer.status not in {200, 203} and not (answer.status == 304 and (etag or last_modified)):
            raise FetchError(url, _bad_status(answer.status), _answered(answer.status), answer.status)
        return Response(
            url=url,
            final_url=final_url,
            status=304 if answer.status == 304 else 200,
            headers=answer.headers,
            body=answer.body,
            content_type=answer.header("Content-Type"),
            etag=answer.header("ETag"),
            last_modified=answer.header("Last-Modified"),
            fetched_at=asked,
            elapsed_s=self._clock() - started,
            note=self._transport.tls_note(urlsplit(final_url).hostname or ""),
        )

    def robots(self, url: str, source: Source) -> Robots:
        """Returns what robots.txt of the URL's host says, asked for once a night."""
        parts = urlsplit(url)
        key = (f"{parts.scheme}://{parts.netloc}", source.is_near)
        with self._guard:
            lock = self._locks.setdefault(key, threading.Lock())
        with lock:
            if key not in self._robots:
                self._robots[key] = self._read_robots(key[0] + "/robots.txt", source)
            return self._robots[key]

    def is_given_up(self, url: str) -> bool:
        """Tells whether the host of `url` is asked nothing more tonight: its budget is spent, or nobody answers."""
        return self._pace.is_given_up(site_key(url))

    def _read_robots(self, url: str, source: Source) -> Robots:
        try:
            _, answer = self._follow(url, source, "robots", self._headers(None, None), obey=False)
        except FetchError as error:
            none = error.reason in {"redirects", "wrong_type"}  # RFC 9309, 2.3.1.2: as if there were none
            return Robots(url, error.status, error=None if none else error)
        if answer.status >= 500 or answer.status == 429:
            fault = FetchError(url, _bad_status(answer.status), _answered(answer.status), answer.status)
            return Robots(url, answer.status, error=fault)
        if answer.status != 200:
            return Robots(url, answer.status)  # there is none: everything is allowed (RFC 9309, 2.3.1.3)
        rules = Protego.parse(answer.body.decode("utf-8", "replace")[:MAX_ROBOTS_CHARS].removeprefix("\ufeff"))
        found = (resolve(url, each) for each in rules.sitemaps)
        return Robots(
            url,
            200,
            sitemaps=tuple(dict.fromkeys(each for each in found if each)),
            rules=rules,
            delay_s=float(rules.crawl_delay(self.user_agent) or 0.0),
        )

    def _follow(
        self, url: str, source: Source, role: Role, headers: dict[str, str], *, obey: bool = True
    ) -> tuple[str, Answer]:
        """Asks for a URL and follows its redirects, every hop as carefully as the first."""
        hop, cookies = url, RequestsCookieJar()
        for _ in range(self.policy.max_redirects + 1):
            answer = self._ask(hop, url, source, role, headers, cookies, obey=obey)
            location = _location(answer)
            if answer.status not in REDIRECTS or not location:
                return hop, answer
            target = resolve(hop, location)
            if target is None:
                raise FetchError(url, "refused", because("redirect_nowhere", target=location[:200]), answer.status)
            if role in {"page", "listing"} and not (same_site(url, target) or same_site(source.home, target)):
                raise FetchError(url, "refused", because("redirect_away", target=target), answer.status)
            hop = target
        raise FetchError(url, "redirects", because("redirects", number=self.policy.max_redirects, target=hop))

    def _ask(
        self,
        hop: str,
        url: str,
        source: Source,
        role: Role,
        headers: dict[str, str],
        cookies: RequestsCookieJar,
        *,
        obey: bool,
    ) -> Answer:
        """Asks for one address, again where that is worth it. Faults are those of `url`, which led here."""
        try:
            host = site_key(hop)
        except ValueError as error:
            raise FetchError(url, "refused", because("bad_address", url=hop, text=str(error))) from error
        delay_s = 0.0 if source.is_near else self.policy.delay_s
        if obey:
            delay_s = max(delay_s, self._obey(hop, url, source))
        for turn in range(self.policy.retries + 1):
            self._pace.take_turn(host, url, delay_s)
            try:
                return self._once(hop, url, host, source, role, headers, cookies)
            except FetchError as error:
                last = turn == self.policy.retries
                if last or error.lasting or error.reason not in RETRIED:
                    if error.reason in UNANSWERED:
                        self._pace.failed(host, error.reason)
                    raise
            self._sleep(self.policy.backoff_s * 2**turn)
        raise AssertionError("every turn returns or raises")

    def _obey(self, hop: str, url: str, source: Source) -> float:
        """Returns the crawl delay that robots.txt asks for. Raises FetchError where it forbids the address."""
        robots = self.robots(hop, source)
        if robots.error is not None:
            raise FetchError(
                url, robots.error.reason, because("robots_unread", why=robots.error.detail), robots.error.status
            )
        if robots.rules is not None and not robots.rules.can_fetch(hop, self.user_agent):
            raise FetchError(url, "robots", because("robots_forbid", robots=robots.url, url=hop))
        if robots.delay_s > self.policy.max_retry_after_s:
            asks = because("crawl_delay", url=robots.url, seconds=robots.delay_s)
            self._pace.give_up(site_key(hop), "throttled", asks)
            raise FetchError(url, "throttled", asks, lasting=True)
        return robots.delay_s

    def _once(
        self,
        hop: str,
        url: str,
        host: str,
        source: Source,
        role: Role,
        headers: dict[str, str],
        cookies: RequestsCookieJar,
    ) -> Answer:
        request = _prepared(hop, url, headers, cookies)
        started = self._clock()
        answer = self._transport.exchange(
            request,
            urlsplit(hop).hostname or "",
            near=source.is_near,
            accepts=lambda status, kind: status not in {200, 203} or _is_accepted(role, kind),
        )
        self._pace.answered(host, answer.status, self._clock() - started)
        cookies.update(answer.raw.cookies)
        self._heed(answer, url, host)
        return answer

    def _heed(self, answer: Answer, url: str, host: str) -> None:
        """Raises FetchError for answers worth a retry; a Retry-After beyond the night gives the host up."""
        if answer.status != 429 and answer.status < 500:
            return
        wait_s = self._retry_after(answer.header("Retry-After"))
        reason = "throttled" if answer.status == 429 else "http_5xx"
        if wait_s is not None and wait_s > self.policy.max_retry_after_s:
            detail = because("retry_after", status=answer.status, seconds=wait_s)
            self._pace.give_up(host, "throttled", detail)
            raise FetchError(url, "throttled", detail, answer.status, lasting=True)
        if wait_s is not None:
            self._pace.hold(host, wait_s)
        raise FetchError(url, reason, _answered(answer.status), answer.status)

    def _retry_after(self, value: str | None) -> float | None:
        """Returns the seconds that a Retry-After header asks for, None where it has no meaning."""
        if value is None:
            return None
        if re.fullmatch(r"\s*\d{1,9}\s*", value):
            return float(value)
        try:
            moment = parsedate_to_datetime(value)
        except ValueError:
            return None
        return max(0.0, (moment.replace(tzinfo=moment.tzinfo or UTC) - self.now()).total_seconds())

    def _headers(self, etag: str | None, last_modified: str | None) -> dict[str, str]:
        headers = {
            "User-Agent": self.user_agent,
            "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.5",
            "Accept-Language": "vi,en;q=0.5",
            "Accept-Encoding": "gzip, deflate",
        }
        if etag:
            headers["If-None-Match"] = etag
        if last_modified:
            headers["If-Modified-Since"] = last_modified
        return headers


def ping(url: str, policy: FetchPolicy) -> Reason | None:
    """Tells an address of the operator's own that something happened; gives why that failed, None where it was heard.

    It is asked once, without robots.txt, and may lie in a private network: the operator named it for this and nothing else.
    """
    transport = Transport(policy)
    try:
        request = _prepared(url, url, {"User-Agent": user_agent(policy)}, RequestsCookieJar())
        answer = transport.exchange(request, urlsplit(url).hostname or "", near=True, accepts=lambda *_: True)
    except FetchError as error:
        return error.detail
    finally:
        transport.close()
    return None if answer.status < 300 else _answered(answer.status)


def user_agent(policy: FetchPolicy) -> str:
    """Returns the honest name under which we ask, with the contact from config."""
    if not policy.contact or policy.contact in policy.user_agent:
        return policy.user_agent
    product = policy.user_agent.partition(" (")[0]
    return f"{product} (contact: {policy.contact})"


def _prepared(hop: str, url: str, headers: dict[str, str], cookies: RequestsCookieJar) -> requests.PreparedRequest:
    try:
        request = requests.Request("GET", hop, headers=headers, cookies=cookies).prepare()
    except (requests.RequestException, UnicodeError) as error:
        raise FetchError(url, "refused", because("bad_address", url=hop, text=str(error))) from error
    return request


def _is_accepted(role: Role, content_type: str | None) -> bool:
    kind = (content_type or "").split(";")[0].strip().lower()
    return not kind or (kind.startswith(TYPES[role]) and kind not in NOT_TEXT) or kind.endswith("+xml")


def _location(answer: Answer) -> str | None:
    """Returns where an answer redirects to; many portals write Vietnamese there as it is, in UTF-8."""
    value = answer.header("Location")
    try:
        return value.encode("latin-1").decode() if value else None
    except UnicodeError:
        return value


def _bad_status(status: int) -> str:
    if status == 429:
        return "throttled"
    if status < 400:
        return "no_page"
    return "http_5xx" if status >= 500 else "http_4xx"


def _answered(status: int) -> Reason:
    """Says what a bad status means: no page, gone, forbidden and too fast are four things, all others one."""
    if status < 400:
        return because("no_page", status=status)
    code = {404: "gone", 410: "gone", 401: "forbidden", 403: "forbidden", 429: "slow_down"}.get(status, "answered")
    return because(code, status=status)
