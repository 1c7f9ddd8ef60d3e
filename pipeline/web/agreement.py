"""Agreement: how far readers agree with each other, how far suggestions sway them, and who read how much, when."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from pipeline.review.agreement import Agreement
from pipeline.steps.agree import Agreed, Day, Share, agreed, days, ended
from pipeline.store.shifts import Done
from pipeline.web.desk import Desk, NavEntry, desk_of
from pipeline.web.reading import code_of, topic_name
from pipeline.web.render import render
from pipeline.web.security import needs

RELIABLE: Final = 0.8  # Krippendorff, Content Analysis: below it conclusions are tentative
TENTATIVE: Final = 0.667  # below it data should not be used
SHOWN_DAYS: Final = 60  # rows of readers' days

Grade = Literal["good", "fair", "poor", "none"]


@dataclass(frozen=True, slots=True)
class TopicAgreement:
    """Agreement on one topic, written; alpha and its limits also in hundredths for the picture."""

    code: str
    name: str
    figures: Agreement
    alpha: str
    limits: str
    grade: Grade
    alpha_x: int
    low_x: int
    high_x: int


@dataclass(frozen=True, slots=True)
class MachineRow:
    """Readings with, or without, the suggestion in view."""

    shown: bool
    readings: int
    alike: str
    kept: str
    foreseen: str


@dataclass(frozen=True, slots=True)
class AgreementView:
    """The page; `days` and `done` are for leads."""

    topics: tuple[TopicAgreement, ...]
    doubly: int  # articles that two have read, at most of all topics
    machine: tuple[MachineRow, ...]
    days: tuple[Day, ...]
    done: tuple[Done, ...]
    readers: tuple[str, ...]
    reader: str  # whose readings `done` lists; "" for all


@needs("reviewer")
def agreement(request: Request) -> Response:
    """Shows the figures; leads see who read what, too."""
    desk = desk_of(request)
    found, lead = agreed(desk.config, desk.store), desk.may("lead")
    counted = days(desk.store) if lead else ()
    readers = tuple(sorted({each.reviewer for each in counted}))
    asked = request.query_params.get("reader", "")
    reader = asked if asked in readers else ""
    view = AgreementView(
        topics=tuple(_topic(desk, each) for each in found.topics),
        doubly=max((each.articles for each in found.topics), default=0),
        machine=_machine(desk, found),
        days=counted[:SHOWN_DAYS],
        done=tuple(ended(desk.store, reader or None)) if lead else (),
        readers=readers,
        reader=reader,
    )
    return render(request, "agreement.html", view)


def _topic(desk: Desk, each: Agreement) -> TopicAgreement:
    score, known = desk.words.score, each.low is not None and each.high is not None
    return TopicAgreement(
        code=code_of(desk.config, each.topic),
        name=topic_name(desk, each.topic),
        figures=each,
        alpha="–" if each.alpha is None else score(each.alpha),
        limits=f"{score(each.low)} – {score(each.high)}" if each.low is not None and each.high is not None else "–",
        grade=_grade(each.alpha) if known else "none",
        alpha_x=_hundredths(each.alpha),
        low_x=_hundredths(each.low if known else each.alpha),
        high_x=_hundredths(each.high if known else each.alpha),
    )


def _grade(alpha: float | None) -> Grade:
    if alpha is None:
        return "none"
    return "good" if alpha >= RELIABLE else "fair" if alpha >= TENTATIVE else "poor"


def _hundredths(value: float | None) -> int:
    """Places a value between 0 and 1 on the picture; worse than chance stands at its left end."""
    return round(100 * min(max(value or 0.0, 0.0), 1.0))


def _machine(desk: Desk, found: Agreed) -> tuple[MachineRow, ...]:
    return tuple(
        MachineRow(shown, each.readings, _share(desk, each.alike), _share(desk, each.kept), _share(desk, each.foreseen))
        for shown, each in ((True, found.shown), (False, found.blind))
    )


def _share(desk: Desk, share: Share) -> str:
    """Writes a share with its interval: 83,3% (5/6; 43,6–97%)."""
    if share.low is None or share.high is None:
        return "–"
    number = desk.words.number
    limits = f"{number(100 * share.low)}–{number(100 * share.high)}%"
    return f"{desk.words.percent(share.part, share.whole)} ({number(share.part)}/{number(share.whole)}; {limits})"


NAV: Final = (NavEntry("/agreement", "Độ thống nhất", "Agreement", "reviewer"),)
ROUTES: Final = (Route("/agreement", agreement, methods=["GET"]),)
