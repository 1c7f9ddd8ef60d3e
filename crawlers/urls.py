"""Which addresses mean the same page: identity of URLs, of sites, and links made absolute. Nothing is fetched here."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final
from urllib.parse import SplitResult, parse_qsl, quote, unquote, urlencode, urljoin, urlsplit, urlunsplit

MAX_URL_CHARS: Final = 2_000  # longer ones are built by loops in a site's own links; no article seen has more than 600
MAX_LABEL_CHARS: Final = 63  # characters between two dots of a host's name (RFC 1035)
DEFAULT_PORTS: Final = {"http": 80, "https": 443}
TWIN_HOSTS: Final = ("www.", "m.", "mobile.", "wap.", "amp.")  # the same pages in another dress
TRACKERS: Final = frozenset({  # query keys that change nothing on the page; every key not listed here is kept
    *("fbclid", "gclid", "dclid", "gbraid", "wbraid", "msclkid", "yclid", "twclid", "ttclid", "igshid", "igsh"),
    *("mc_cid", "mc_eid", "_ga", "_gl", "zarsrc", "gidzl", "zalo_id"),
    *("p_auth", "phpsessid", "jsessionid", "aspsessionid", "asp.net_sessionid"),
})  # fmt: skip
RETURNS: Final = (
    "redirect",
    "returnurl",
    "return_url",
    "backurl",
    "back_url",
)  # ends of keys: where a reader came from
AMP_VALUES: Final = {"amp": {"", "1", "true"}, "outputtype": {"amp"}, "m": {"amp"}}  # query key -> values meaning AMP

_SESSION: Final = re.compile(r";(?:jsessionid|phpsessid|sid)=[^/?#;]*", re.IGNORECASE)
_ASP_SESSION: Final = re.compile(r"/\((?:[SAFX]\([^)/]*\))+\)", re.IGNORECASE)  # cookieless ASP.NET sessions
_ASP: Final = re.compile(r"\.as[hpm]x?$", re.IGNORECASE)
_ADDRESS: Final = re.compile(r"[\d.]+|\[.*\]")
_CONTROL: Final = re.compile(r"[\x00-\x20\x7f]+")


@lru_cache(maxsize=16_384)  # the pages of a site link to one another: each address is asked for dozens of times
def url_key(url: str) -> str:
    """Returns the identity of a page: two URLs with one key show one page.

    Scheme, `www.` and mobile hosts, AMP dress, known trackers, session ids, order of query keys, trailing slashes and
    plain fragments do not matter; unknown query keys, ports other than the scheme's own, and `#/…` routes do.
    Raises ValueError for what is not an http(s) URL.
    """
    parts = urlsplit(url.strip())
    host = _site(parts)
    query = urlencode(_meaningful(parts.query), quote_via=quote)
    route = f"#{parts.fragment}" if is_route(parts.fragment) else ""
    return host + _path(parts.path) + (f"?{query}" if query else "") + route


def same_site(a: str, b: str) -> bool:
    """Tells whether two URLs lie on one site: one host, `www.` and mobile twins counted as one, and one port."""
    try:
        return _site(urlsplit(a)) == _site(urlsplit(b))
    except ValueError:
        return False


def site_key(url: str) -> str:
    """Returns the identity of a URL's site: the host without `www.`, and the port where it is not the scheme's own."""
    return _site(urlsplit(url.strip()))


def resolve(base: str, href: str) -> str | None:
    """Returns `href` as an absolute http(s) URL, or None where it leads to no page (mail, scripts, fragments, too long)."""
    href = href.strip().replace("\\", "/")
    if not href or (href.startswith("#") and not is_route(href[1:])):
        return None
    try:
        parts = urlsplit(urljoin(base, _CONTROL.sub("%20", href)))
        if parts.scheme not in DEFAULT_PORTS or not parts.hostname:
            return None
        _site(parts)  # urlsplit checks neither names nor ports of hosts
    except ValueError:
        return None
    fragment = parts.fragment if is_route(parts.fragment) else ""
    url = urlunsplit((parts.scheme, parts.netloc, parts.path or "/", parts.query, fragment))
    return url if len(url) <= MAX_URL_CHARS else None


def is_route(fragment: str) -> bool:
    """Tells whether a fragment names a page that a script draws: "/tin/5", "!tin". "#!" and "#/" alone lead nowhere."""
    return fragment.startswith(("/", "!")) and bool(fragment.strip("/!"))


def has_route(url: str) -> bool:
    """Tells whether an address names a page that a script draws on another."""
    return is_route(urlsplit(url).fragment)


def _site(parts: SplitResult) -> str:
    if parts.scheme not in DEFAULT_PORTS or not parts.hostname:
        raise ValueError(f"{parts.geturl()}: expected an absolute http or https URL")
    return _named(parts.netloc)


@lru_cache(maxsize=4096)  # a page links its own host a hundred times
def _named(netloc: str) -> str:
    """Names the host of an address, `www.` and mobile twins as one, and its port where it is not a scheme's own."""
    parts = SplitResult("", netloc, "", "", "")
    host = (parts.hostname or "").rstrip(".")
    for prefix in TWIN_HOSTS:
        rest = host.removeprefix(prefix)
        if rest != host and "." in rest and not _ADDRESS.fullmatch(host):
            host = rest
            break
    try:
        host = host if host.isascii() else host.encode("idna").decode()
    except UnicodeError as error:
        raise ValueError(f"//{netloc}: {host!r} is no name of a host: {error}") from error
    if not _ADDRESS.fullmatch(f"[{host}]" if ":" in host else host) and not all(
        0 < len(label) <= MAX_LABEL_CHARS for label in host.split(".")
    ):
        raise ValueError(f"//{netloc}: {host!r} is no name of a host")
    port = parts.port
    return host if port is None or port in DEFAULT_PORTS.values() else f"{host}:{port}"


def _path(path: str) -> str:
    path = _ASP_SESSION.sub("", _SESSION.sub("", path))
    path = unicodedata.normalize("NFC", unquote(path))
    steps: list[str] = []
    for step in path.split("/"):
        if step == "..":
            del steps[-1:]
        elif step not in {"", "."}:
            steps.append(step)
    if steps and steps[0].lower() == "amp":
        del steps[0]
    if steps and steps[-1].lower() in {"amp", "amp.html"}:
        del steps[-1]
    if steps and steps[-1].lower() in {"index.html", "index.htm"}:
        del steps[-1]
    joined = re.sub(r"\.amp(?=\.html?$|$)", "", "/" + "/".join(steps))
    joined = joined.lower() if _ASP.search(joined) else joined  # IIS does not tell upper from lower case
    return quote(joined, safe="/-._~!$&'()*+,;=:@")


def _meaningful(query: str) -> list[tuple[str, str]]:
    """Returns the query's pairs in order of their keys, without trackers."""
    pairs = parse_qsl(query, keep_blank_values=True)
    return sorted(
        (unicodedata.normalize("NFC", key), unicodedata.normalize("NFC", value))
        for key, value in pairs
        if not _is_tracker(key.lower(), value.lower())
    )


def _is_tracker(key: str, value: str) -> bool:
    if key.endswith(RETURNS):
        return value.startswith(("/", "http:", "https:")) or value in {"", "true", "false"}  # Liferay's inheritRedirect
    return key in TRACKERS or key.startswith("utm_") or value in AMP_VALUES.get(key, ())
