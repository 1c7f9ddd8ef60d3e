"""What every handler is given: the campaign, its store, who asks, in which language, and when."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, Literal

from starlette.requests import Request

from pipeline.config import Config
from pipeline.errors import PipelineError
from pipeline.readings import Role, User
from pipeline.store import Store
from pipeline.wording import Words

Lang = Literal["vi", "en"]
Theme = Literal["auto", "light", "dark"]

NOBODY: Final = User("", "reader", datetime(2020, 1, 1, tzinfo=UTC), removed=datetime(2020, 1, 1, tzinfo=UTC))
"""Who asks before a login: may do nothing."""


@dataclass(frozen=True, slots=True)
class Desk:
    """One request's surroundings; `request.state.desk`."""

    config: Config
    store: Store
    user: User  # NOBODY before a login
    lang: Lang
    theme: Theme
    now: datetime  # UTC
    csrf: str  # what every form must carry
    words: Words
    token: Callable[[], str]  # makes 256 random bits as text
    session: str = ""  # SHA-256 of the session's token; "" before a login

    def may(self, role: Role) -> bool:
        """Tells whether the user may do what a role may."""
        return self.user.may(role)

    def t(self, vi: str, en: str) -> str:
        """Gives the side of the language."""
        return self.words.t(vi, en)


@dataclass(frozen=True, slots=True)
class NavEntry:
    """One entry of the bar at the top: where it leads, how it is called, and who sees it."""

    path: str
    vi: str
    en: str
    role: Role = "reader"


@dataclass(frozen=True, slots=True)
class Panel:
    """What a page tells on the home page: a title and rows that lead on."""

    title: str
    rows: tuple[PanelRow, ...]
    empty: str = ""  # said where there are no rows


@dataclass(frozen=True, slots=True)
class PanelRow:
    """One line of a panel."""

    text: str
    href: str = ""
    count: str = ""  # written as the language writes numbers
    note: str = ""


class PageError(PipelineError):
    """A request that cannot be answered, with the status that says why."""

    def __init__(self, status: int, message: str, vi: str) -> None:
        super().__init__(message, vi)
        self.status = status


def desk_of(request: Request) -> Desk:
    """Gives the surroundings of a request."""
    desk = request.state.desk
    if not isinstance(desk, Desk):
        raise TypeError(f"{request.url.path}: no desk; the handler lacks @needs")
    return desk
