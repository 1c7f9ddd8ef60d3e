"""The server: uvicorn on one port, with limits on how long a browser may dawdle."""

from __future__ import annotations

import socket
from asyncio import TimerHandle, Transport
from typing import Any, Final

import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.h11_impl import H11Protocol

from pipeline.web.address import Address

HEAD_S: Final = 20.0  # seconds in which the head of a first request must have come
HEAD_BYTES: Final = 65_536  # of the head of a request, while it comes
KEPT_S: Final = 20  # seconds that an idle connection is kept
STOP_S: Final = 10  # seconds that running requests have when the server is told to stop
CONNECTIONS: Final = 300  # at once; the next are answered 503


class _Impatient(H11Protocol):
    """Closes a connection whose first request does not come."""

    _waiting: TimerHandle | None = None

    def connection_made(self, transport: Transport) -> None:  # type: ignore[override]  # as in uvicorn itself
        """Begins to wait."""
        super().connection_made(transport)
        self._waiting = self.loop.call_later(HEAD_S, self._close_if_silent)

    def connection_lost(self, exc: Exception | None) -> None:
        """Waits no longer."""
        if self._waiting is not None:
            self._waiting.cancel()
        super().connection_lost(exc)

    def _close_if_silent(self) -> None:
        begun: object = self.cycle  # uvicorn declares it without the None that it begins with
        if begun is None and not self.transport.is_closing():
            self.transport.close()


def make_server(app: ASGIApp, address: Address, host: str, port: int, *, access_log: bool = False) -> uvicorn.Server:
    """Gives a server that is ready to run."""
    tls: dict[str, Any] = {}
    if address.tls_cert is not None:
        tls = {"ssl_certfile": str(address.tls_cert), "ssl_keyfile": str(address.tls_key)}
    config = uvicorn.Config(
        app,
        host=host,
        port=port,
        http=_Impatient,
        ws="none",
        lifespan="on",
        proxy_headers=False,  # the guard reads them, and only where a proxy is declared
        server_header=False,
        access_log=access_log,
        log_level="warning",
        limit_concurrency=CONNECTIONS,
        timeout_keep_alive=KEPT_S,
        timeout_graceful_shutdown=STOP_S,
        h11_max_incomplete_event_size=HEAD_BYTES,
        **tls,
    )
    return uvicorn.Server(config)


def listen(host: str, port: int) -> socket.socket:
    """Takes a port before anything is announced.

    Raises:
        OSError: the port is taken, or the address is not one of this machine.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    taken = socket.socket(family, socket.SOCK_STREAM)
    try:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        taken.bind((host, port))
        taken.listen(128)
    except OSError:
        taken.close()
        raise
    return taken
