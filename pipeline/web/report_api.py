"""The API's part about audits: which there are, how each stands, its requirements, and the articles behind its numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, get_args

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from pipeline.audits import Forecast, Risk, Sample, Verdict
from pipeline.steps.reading_room import all_audits, listed
from pipeline.web.api_operations import form_of, operation, routes_of
from pipeline.web.desk import PageError, desk_of
from pipeline.web.report_articles import Part, cut_out, length, stretches
from pipeline.web.report_choice import FIELDS, verdicts_of
from pipeline.web.report_room import Room, page_number, room_of
from pipeline.web.security import web_address

PAGE: Final = 200  # rows of one answer
NEWEST: Final = "newest"  # in the place of an audit's id


@dataclass(frozen=True, slots=True)
class AuditOut:
    """One audit that is kept."""

    id: str
    as_of: date
    model: str
    codebook: str
    tally: Mapping[str, int]  # verdict -> requirements that have it
    inputs: Mapping[str, str]  # name -> digest


@dataclass(frozen=True, slots=True)
class AuditDetailOut:
    """How one audit stands; forecasts begin with the requirement that is likeliest to be missed."""

    id: str
    as_of: date
    model: str
    codebook: str
    newest: bool
    phases: tuple[str, ...]
    outlets: tuple[str, ...]
    topics: tuple[str, ...]
    risk: Risk
    sample: Sample
    forecasts: tuple[Forecast, ...]
    inputs: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class DutiesOut:
    """A page of requirements with their verdicts, and how many answer."""

    duties: tuple[Verdict, ...]
    count: int
    next: int | None  # page


@dataclass(frozen=True, slots=True)
class CountedOut:
    """One article of a list. A sealed one, which the user has yet to read independently, has no id and nothing else."""

    id: str
    topic: str
    sealed: bool
    title: str = ""
    url: str = ""
    outlet: str = ""
    day: date | None = None
    evidence: str = ""
    archive_sha256: str | None = None


@dataclass(frozen=True, slots=True)
class CountedPageOut:
    """A page of the articles behind a number, and the number."""

    articles: tuple[CountedOut, ...]
    count: int
    next: int | None  # page


@operation("GET", "/audits", "reader", tuple[AuditOut, ...])
def audits(request: Request) -> Response:
    """Lists the audits, the newest first."""
    found = all_audits(desk_of(request).store)
    return _answer(
        tuple(AuditOut(each.id, each.as_of, each.model, each.codebook, each.tally, each.hashes) for each in found)
    )


@operation("GET", "/audits/{audit}", "reader", AuditDetailOut)
def audit(request: Request) -> Response:
    """Tells how one audit stands; `newest` in the place of its id means the newest."""
    room = _room(request)
    result = room.result
    return _answer(
        AuditDetailOut(
            id=room.picked.id,
            as_of=result.as_of,
            model=result.model,
            codebook=result.codebook,
            newest=room.picked.newest,
            phases=tuple(each.id for each in result.phases),
            outlets=tuple(each.id for each in result.outlets),
            topics=tuple(each for each, _, _ in result.topics),
            risk=result.risk,
            sample=result.sample,
            forecasts=result.forecasts,
            inputs=result.inputs,
        )
    )


@operation("GET", "/audits/{audit}/duties", "reader", DutiesOut, query=(*FIELDS, "page"))
def audit_duties(request: Request) -> Response:
    """Lists the requirements of an audit with their verdicts, filtered as on the page; 200 at a time."""
    room, page = _room(request), page_number(request)
    found, start = verdicts_of(room.choice, room.index), PAGE * (page - 1)
    more = start + PAGE < len(found)
    return _answer(DutiesOut(found[start : start + PAGE], len(found), page + 1 if more else None))


@operation("GET", "/audits/{audit}/articles", "reader", CountedPageOut, query=(*FIELDS, "part", "page"))
def audit_articles(request: Request) -> Response:
    """Lists the articles behind a number: `part` is verified, machine, read, all or undated; 200 at a time."""
    room, page = _room(request), page_number(request)
    part = next((each for each in get_args(Part) if each == request.query_params.get("part", "verified")), None)
    if part is None:
        raise PageError(404, "There is no such list.", "Không có danh sách này.")
    parts, start = tuple(stretches(room.index, room.choice, part)), PAGE * (page - 1)
    cut, count = tuple(cut_out(parts, start, PAGE)), length(parts)
    known = listed(room.desk.store, room.result, [each for _, each in cut], room.desk.user)
    rows = []
    for topic, each in cut:
        item = known.items.get(each)
        if each in known.sealed or item is None:
            sealed = each in known.sealed
            rows.append(CountedOut("" if sealed else each, topic, sealed))
            continue
        evidence, url = item.evidence.get(topic, ""), web_address(item.url)
        rows.append(
            CountedOut(each, topic, False, item.title, url, item.outlet, item.day, evidence, item.archive_sha256)  # noqa: FBT003
        )
    return _answer(CountedPageOut(tuple(rows), count, page + 1 if start + PAGE < count else None))


def _room(request: Request) -> Room:
    named = request.path_params["audit"]
    return room_of(request, audit="" if named == NEWEST else named)


def _answer(value: object) -> JSONResponse:
    kind: Any = tuple[AuditOut, ...] if isinstance(value, tuple) else type(value)
    return JSONResponse(form_of(kind).dump_python(value, mode="json"))


ROUTES: Final = routes_of(__name__)
