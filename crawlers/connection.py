"""Connections that know their limits: every address is checked before it is connected to, every read has a deadline.

Used by `crawlers.transport` alone.
"""

from __future__ import annotations

import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

import requests
from requests.adapters import HTTPAdapter
from requests.utils import DEFAULT_CA_BUNDLE_PATH
from urllib3 import PoolManager
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import ConnectTimeoutError, NameResolutionError, NewConnectionError
from urllib3.util.ssl_ import create_urllib3_context

from crawlers.source import TlsException

POOLED_HOSTS: Final = 64  # hosts whose connections are kept open
POOLED_CONNECTIONS: Final = 8  # kept open to one host
OP_LEGACY_SERVER_CONNECT: Final = 0x4  # OpenSSL's flag for servers without RFC 5746; named in ssl from Python 3.12 on
NAT64: Final = ipaddress.ip_network("64:ff9b::/96")

Address = tuple[str, int] | tuple[str, int, int, int]
Resolver = Callable[[str, int], list[tuple[socket.AddressFamily, Address]]]


class AddressRefusedError(Exception):
    """A host resolves to no address that may be asked; not an OSError, so that urllib3 passes it on."""

    def __init__(self, host: str, addresses: str) -> None:
        super().__init__(f"{host} resolves to {addresses}")
        self.host = host
        self.addresses = addresses


@dataclass(slots=True)
class Exchange:
    """The limits of the exchange that runs in this thread. `deadline` in seconds of `time.monotonic`."""

    deadline: float
    read_timeout_s: float
    near: bool  # addresses of this machine and private networks are allowed
    resolve: Resolver


class _Current(threading.local):
    exchange: Exchange | None = None


_current = _Current()


@contextmanager
def limits(exchange: Exchange) -> Iterator[None]:
    """Runs an exchange under its limits, in this thread."""
    _current.exchange = exchange
    try:
        yield
    finally:
        _current.exchange = None


def resolve_host(host: str, port: int) -> list[tuple[socket.AddressFamily, Address]]:
    """Returns the addresses of `host` in the system's order of preference. Raises OSError where it has none."""
    found = socket.getaddrinfo(host.strip("[]"), port, type=socket.SOCK_STREAM)
    return [
        (family, (str(address[0]), int(address[1])) if len(address) == 2 else address)
        for family, _, _, _, address in found
        if family in {socket.AF_INET, socket.AF_INET6}
    ]


def is_allowed(address: str, *, near: bool) -> bool:
    """Tells whether an IP address may be connected to: public ones, and with `near` this machine and private networks."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour or (ipaddress.ip_address(int(ip) & 0xFFFFFFFF) if ip in NAT64 else None)
        if inner is not None:
            return is_allowed(str(inner), near=near)
    if ip.is_link_local or ip.is_multicast or ip.is_unspecified or (ip.is_reserved and not ip.is_loopback):
        return False
    return ip.is_global or (near and (ip.is_loopback or ip.is_private))


def _arm(sock: socket.socket) -> None:
    """Lets the next read take no longer than the read timeout and what is left of the exchange."""
    exchange = _current.exchange
    if exchange is None:
        return
    left = exchange.deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError("deadline of the exchange passed")
    sock.settimeout(min(exchange.read_timeout_s, left))


class _Socket(socket.socket):
    def recv_into(self, buffer: Any, nbytes: int = 0, flags: int = 0) -> int:
        _arm(self)
        return super().recv_into(buffer, nbytes, flags)


class _TlsSocket(ssl.SSLSocket):
    def recv_into(self, buffer: Any, nbytes: int | None = None, flags: int = 0) -> int:
        _arm(self)
        return super().recv_into(buffer, nbytes, flags)


def _connect(connection: HTTPConnection) -> socket.socket:
    """Resolves once, checks every address, and connects to the first checked one that answers."""
    exchange = _current.exchange
    assert exchange is not None, "connections are opened by Transport.exchange alone"
    host, port = connection.host, connection.port or connection.default_port
    try:
        found = exchange.resolve(host, port)
    except (OSError, UnicodeError) as error:
        failed = error if isinstance(error, socket.gaierror) else socket.gaierror(str(error))
        raise NameResolutionError(host, connection, failed) from error
    allowed = [(family, address) for family, address in found if is_allowed(address[0], near=exchange.near)]
    if not allowed:
        raise AddressRefusedError(host, ", ".join(sorted({address[0] for _, address in found})))
    fault: OSError = OSError("no address")
    for family, address in allowed:
        sock = _Socket(family, socket.SOCK_STREAM)
        try:
            wait = connection.timeout if isinstance(connection.timeout, int | float) else exchange.read_timeout_s
            sock.settimeout(max(0.001, min(wait, exchange.deadline - time.monotonic())))
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            sock.connect(address)
        except OSError as error:
            sock.close()
            fault = error
        else:
            return sock
    if isinstance(fault, TimeoutError):
        raise ConnectTimeoutError(connection, f"{host}: no connection in time") from fault
    raise NewConnectionError(connection, f"{host}: {fault}") from fault


class _Connection(HTTPConnection):
    def _new_conn(self) -> socket.socket:
        return _connect(self)


class _TlsConnection(HTTPSConnection):
    def _new_conn(self) -> socket.socket:
        return _connect(self)


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Connection


class _TlsPool(HTTPSConnectionPool):
    ConnectionCls = _TlsConnection


class CheckedAdapter(HTTPAdapter):
    """requests' adapter over our connections; certificates are always checked, by `context`."""

    def __init__(self, context: ssl.SSLContext) -> None:
        self._context = context
        super().__init__(pool_connections=POOLED_HOSTS, pool_maxsize=POOLED_CONNECTIONS)

    def init_poolmanager(self, connections: int, maxsize: int, block: bool = False, **kwargs: Any) -> None:  # noqa: FBT001, FBT002 - the base class's signature
        """Builds the pools of our connections."""
        self.poolmanager = PoolManager(
            num_pools=connections, maxsize=maxsize, block=block, ssl_context=self._context, **kwargs
        )
        self.poolmanager.pool_classes_by_scheme = {"http": _Pool, "https": _TlsPool}

    def build_connection_pool_key_attributes(
        self,
        request: requests.PreparedRequest,
        verify: Any,
        cert: Any = None,
    ) -> Any:
        """Returns the key of a pool, in which our TLS context takes the place of requests' own."""
        host, _ = super().build_connection_pool_key_attributes(request, verify, cert)
        return host, {"ssl_context": self._context, "cert_reqs": "CERT_REQUIRED"}

    def cert_verify(self, conn: object, url: object, verify: object, cert: object) -> None:
        """Leaves certificates to the context, which always checks them."""


def tls_context(exception: TlsException | None) -> ssl.SSLContext:
    """Returns the TLS of a host: the usual one, or with what its named exception weakens."""
    context = create_urllib3_context(cert_reqs=ssl.CERT_REQUIRED)
    context.load_verify_locations(DEFAULT_CA_BUNDLE_PATH)
    context.load_default_certs()
    if exception is not None and exception.ca_file:
        context.load_verify_locations(exception.ca_file)
    if exception is not None and exception.security_level == "legacy":
        context.set_ciphers("DEFAULT:@SECLEVEL=0")
        context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
        context.options |= OP_LEGACY_SERVER_CONNECT
    context.sslsocket_class = _TlsSocket
    return context
