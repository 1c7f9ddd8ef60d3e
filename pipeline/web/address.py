"""Where the server listens and under which addresses browsers may call it; anything unclear is refused before it starts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

from pipeline.config import Config
from pipeline.errors import InputError
from pipeline.settings import WebSettings

EVERYWHERE = ("0.0.0.0", "::", "")  # noqa: S104 - compared with, not bound to
PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Address:
    """How the pages are reached: scheme, the Host headers that are ours, and whether a proxy stands before them."""

    scheme: str  # as the browser sees it
    hosts: frozenset[str]  # lower case, with the port unless it is the scheme's own
    home: str  # what to type into a browser
    proxied: bool = False
    tls_cert: Path | None = None
    tls_key: Path | None = None

    @property
    def secure(self) -> bool:
        """Tells whether browsers come over TLS."""
        return self.scheme == "https"


def address_of(config: Config) -> Address:
    """Reads the address from the section `web`.

    Raises:
        InputError: other machines could reach the pages without TLS, or something is missing or wrong.
    """
    web = config.web
    if web.proxy:
        return _proxied(web)
    if bool(web.tls_cert) != bool(web.tls_key):
        raise InputError(
            "web.tls_cert and web.tls_key belong together; give both or neither",
            "web.tls_cert và web.tls_key phải đi cùng nhau; hãy ghi cả hai hoặc bỏ cả hai",
        )
    if web.tls_cert:
        return _with_tls(web, config.file.parent)
    if not is_loopback(web.host):
        raise InputError(
            f'web.host: "{web.host}" can be reached from other machines; give web.tls_cert and web.tls_key, '
            'or name the proxy that does TLS: web.proxy = "https://…"',
            f'web.host: máy khác có thể truy cập "{web.host}"; hãy ghi web.tls_cert và web.tls_key, '
            'hoặc khai báo máy chủ trung gian có TLS: web.proxy = "https://…"',
        )
    return Address(
        "http", _hosts("http", web.port, ("127.0.0.1", "localhost", "::1")), _url("http", web.host, web.port)
    )


def is_loopback(host: str) -> bool:
    """Tells whether only this machine can reach an address."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _proxied(web: WebSettings) -> Address:
    parts = urlsplit(web.proxy)
    if parts.scheme != "https" or not parts.hostname or parts.path not in ("", "/") or parts.query or parts.username:
        raise InputError(
            f'web.proxy: expected "https://NAME" or "https://NAME:PORT" without a path, got "{web.proxy}"',
            f'web.proxy: phải là "https://TÊN" hoặc "https://TÊN:CỔNG", không có đường dẫn, không phải "{web.proxy}"',
        )
    port = parts.port or PORTS["https"]
    home = _url("https", parts.hostname, port)
    return Address("https", _hosts("https", port, (parts.hostname,)), home, proxied=True)


def _with_tls(web: WebSettings, folder: Path) -> Address:
    cert, key = folder / web.tls_cert, folder / web.tls_key
    for name, file in (("web.tls_cert", cert), ("web.tls_key", key)):
        if not file.is_file():
            raise InputError(f"{name}: {file}: no such file", f"{name}: {file}: không có tệp này")
    own = () if web.host in EVERYWHERE else (web.host,)
    if not own and not web.names:
        raise InputError(
            'web.names: with this web.host, name the hosts by which browsers call the server: names = ["…"]',
            'web.names: với web.host này, hãy ghi tên máy mà trình duyệt dùng để gọi máy chủ: names = ["…"]',
        )
    names = (*web.names, *own)
    return Address(
        "https", _hosts("https", web.port, names), _url("https", names[0], web.port), tls_cert=cert, tls_key=key
    )


def _hosts(scheme: str, port: int, names: Iterable[str]) -> frozenset[str]:
    return frozenset(_netloc(scheme, name.lower(), port) for name in names)


def _url(scheme: str, name: str, port: int) -> str:
    return f"{scheme}://{_netloc(scheme, name, port)}/"


def _netloc(scheme: str, name: str, port: int) -> str:
    """Writes a host as browsers do: IPv6 in brackets, the scheme's own port left out."""
    host = f"[{name}]" if ":" in name else name
    return host if port == PORTS[scheme] else f"{host}:{port}"
