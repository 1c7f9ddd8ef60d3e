"""The cookies: the session, the token before a session, the language and the theme."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from starlette.requests import Request
from starlette.responses import Response

from pipeline.web.address import Address
from pipeline.web.desk import Lang, Theme

YEAR_S: Final = 365 * 24 * 3600
MOST_TOKEN: Final = 128  # characters that are looked up


@dataclass(frozen=True, slots=True)
class Jar:
    """Names and attributes of the cookies of one server."""

    secure: bool
    port: int

    @classmethod
    def of(cls, address: Address, port: int) -> Jar:
        """Gives the jar for an address."""
        return cls(address.secure, port)

    @property
    def session(self) -> str:
        """Names the session's cookie; `__Host-` binds it to this host and to TLS.

        Without TLS the prefix is not allowed, and cookies do not tell ports apart: the name does, so that two campaigns
        on one machine do not end each other's sessions.
        """
        return "__Host-rasoat" if self.secure else f"rasoat-{self.port}"

    @property
    def early(self) -> str:
        """Names the cookie of the token that forms carry before a login."""
        return f"{self.session}-form"

    def token(self, request: Request, name: str) -> str:
        """Reads a token; "" where there is none, or nothing that could be one."""
        value = request.cookies.get(name, "")
        return value if len(value) <= MOST_TOKEN else ""

    def put(
        self,
        response: Response,
        name: str,
        value: str,
        max_age: int | None = None,
        samesite: Literal["lax", "strict"] = "lax",
    ) -> None:
        """Sets a cookie that no script can read."""
        response.set_cookie(name, value, max_age=max_age, secure=self.secure, httponly=True, samesite=samesite)

    def drop(self, response: Response, name: str) -> None:
        """Takes a cookie back."""
        response.delete_cookie(name, secure=self.secure, httponly=True, samesite="lax")


def lang_of(request: Request) -> Lang:
    """Gives the language that the browser has chosen: Vietnamese where it has chosen none."""
    return "en" if request.cookies.get("rasoat-lang") == "en" else "vi"


def theme_of(request: Request) -> Theme:
    """Gives the theme that the browser has chosen: the system's where it has chosen none."""
    chosen = request.cookies.get("rasoat-theme")
    if chosen == "light":
        return "light"
    return "dark" if chosen == "dark" else "auto"
