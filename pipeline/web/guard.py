"""The door: every request passes it before any page; every answer leaves through it with the headers that bind browsers."""

from __future__ import annotations

from typing import Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pipeline.web.address import Address, is_loopback

MOST_URL: Final = 8_192  # bytes of path and query
MOST_HEADERS: Final = 32_768  # bytes of all headers; a browser of ours sends some 2,000
SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})

POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
HEADERS: Final = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",  # with "no-referrer" browsers send "Origin: null" with our own forms
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "cache-control": "no-store",  # pages hold data; static files say otherwise themselves
}
STRICT_TRANSPORT: Final = "max-age=31536000"


class Guard:
    """Refuses foreign hosts, foreign origins, endless URLs and headers; adds the security headers to every answer."""

    def __init__(self, app: ASGIApp, address: Address) -> None:
        self.app = app
        self.address = address

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Lets a request through, or answers it."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        refusal = self._refusal(scope)
        _set_client(scope, proxied=self.address.proxied)
        answer = self.app if refusal is None else PlainTextResponse(refusal[1], refusal[0])
        await answer(scope, receive, self._sealed(send))

    def _refusal(self, scope: Scope) -> tuple[int, str] | None:
        headers = Headers(scope=scope)
        if len(scope.get("raw_path") or b"") + len(scope["query_string"]) > MOST_URL:
            return 414, "Địa chỉ quá dài. / The address is too long.\n"
        if sum(len(name) + len(value) for name, value in scope["headers"]) > MOST_HEADERS:
            return 431, "Tiêu đề yêu cầu quá lớn. / The headers are too large.\n"
        if b"%00" in (scope.get("raw_path") or b""):  # no database holds it as text
            return 400, "Địa chỉ không hợp lệ. / The address is not valid.\n"
        hosts = headers.getlist("host")
        if len(hosts) != 1 or hosts[0].lower() not in self.address.hosts:
            return 400, "Tên máy chủ không đúng. / Not a name of this server.\n"
        if scope["method"] not in SAFE_METHODS and not self._from_our_pages(headers, hosts[0].lower()):
            return 403, "Yêu cầu đến từ trang khác nên bị từ chối. / Refused: the request comes from another site.\n"
        return None

    def _from_our_pages(self, headers: Headers, host: str) -> bool:
        """Tells whether a request that changes something was sent by a page of ours: browsers say so in one of two headers.

        A program with a token of its own sends neither, and brings no cookie that could be abused.
        """
        site, origin = headers.get("sec-fetch-site"), headers.get("origin")
        if site not in (None, "same-origin"):
            return False
        if origin is not None:
            return origin.lower() == f"{self.address.scheme}://{host}"
        return site is not None or has_bearer(headers)

    def _sealed(self, send: Send) -> Send:
        async def sealed(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
                if self.address.secure:
                    headers.setdefault("strict-transport-security", STRICT_TRANSPORT)
            await send(message)

        return sealed


def has_bearer(headers: Headers) -> bool:
    """Tells whether a request comes with a program's token in place of a cookie."""
    return headers.get("authorization", "").lower().startswith("bearer ")


def _set_client(scope: Scope, *, proxied: bool) -> None:
    """Puts the browser's address where the proxy's stands; only what a proxy on this machine says is believed."""
    client = scope.get("client")
    if not proxied or client is None or not is_loopback(client[0]):
        return
    said = Headers(scope=scope).getlist("x-forwarded-for")
    last = said[-1].rsplit(",", 1)[-1].strip() if said else ""  # the proxy appends: what stands before it anybody wrote
    if last:
        scope["client"] = (last[:64], 0)
