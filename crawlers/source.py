"""Declarations of what to crawl: a source and how the network is to be used. No behaviour."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final, Literal
from urllib.parse import urlsplit

from crawlers.article import Channel, Page

CLOSED: Final = {"extra": "forbid"}  # read by pydantic: unknown keys are faults

_THIS_MACHINE: Final = re.compile(r"127(?:\.\d{1,3}){3}|::1|(?:.+\.)?localhost", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Source:
    """One place of one outlet to read from. Only `id`, `name` and `home` are needed; the rest pins what is learnt."""

    __pydantic_config__ = CLOSED

    id: str
    name: str
    home: str
    outlet: str = ""  # id of the outlet it belongs to; the pipeline puts the source's own id where it is left out
    feeds: tuple[str, ...] = ()
    sitemaps: tuple[str, ...] = ()
    listings: tuple[str, ...] = ()
    selectors: Mapping[str, str] = field(default_factory=dict)  # CSS: article, title, lead, body, date, next
    channel: Channel = "website"
    profile: str = ""  # id of a portal profile; "" lets the page decide
    loopback: bool = False  # addresses of this machine and private networks are allowed for this source only

    @property
    def is_near(self) -> bool:
        """Tells whether this machine may be asked for the source: declared, or `home` itself names this machine."""
        host = urlsplit(self.home).hostname or ""
        return self.loopback or bool(_THIS_MACHINE.fullmatch(host))


@dataclass(frozen=True, slots=True)
class TlsException:
    """A named host whose TLS is weaker than we ask of others; recorded in every fetch."""

    __pydantic_config__ = CLOSED

    host: str
    ca_file: str = ""  # PEM with the missing intermediate certificates
    security_level: Literal["default", "legacy"] = "default"


@dataclass(frozen=True, slots=True)
class FetchPolicy:
    """How politely and how far we go. Times in seconds, sizes in bytes."""

    __pydantic_config__ = CLOSED

    user_agent: str = "rasoat/0.1"  # how we introduce ourselves; the contact is added
    contact: str = ""  # e-mail or page shown in the user agent
    delay_s: float = 1.0  # between two requests to one host
    threads: int = 8  # hosts fetched at the same time
    connect_timeout_s: float = 10.0
    read_timeout_s: float = 30.0
    deadline_s: float = 60.0  # whole exchange, redirects and retries apart
    max_bytes: int = 20_000_000  # on the wire
    max_inflated_bytes: int = 50_000_000
    max_redirects: int = 5
    retries: int = 2  # on connection faults, 429 and 5xx; never on other 4xx
    backoff_s: float = 2.0  # first pause before a retry; doubles
    max_retry_after_s: float = 120.0  # a longer Retry-After gives the host up for the night
    budget_per_host: int = 5_000  # requests a night
    hourly_budget_per_host: int = 3_600
    max_listing_pages: int = 200  # of one listing, a night
    relook_days: int = 3  # days before the night that are looked at again (late and back-dated posts)
    tls: tuple[TlsException, ...] = ()


@dataclass(frozen=True, slots=True)
class Profile:
    """The ways of one portal software or site: pure functions over its HTML, nothing else."""

    id: str
    recognises: Callable[[str, str], bool]  # (html, url) -> is this page made by that software?
    parse: Callable[[str, str], Page]  # fields it cannot find stay None
