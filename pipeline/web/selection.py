"""What the search form says, as a selection, and a selection as the address that shows it again."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, get_args
from urllib.parse import urlencode

from crawlers.article import DateState
from pipeline.config import Config
from pipeline.store.browse import By, Selection
from pipeline.store.terms import MAX_QUERY, Term, parse
from pipeline.wording import Pair, Words

FIELDS: Final = ("q", "outlet", "phase", "from", "to", "topic", "by", "low", "high", "state", "read", "cluster")
BY: Final[Mapping[By, Pair]] = {
    "any": (
        "có chủ đề: theo nhãn, hoặc theo máy nếu chưa có nhãn",
        "has it: by label, or by machine where there is none",
    ),
    "label": ("người đọc xác nhận", "readers confirm"),
    "machine": ("máy gán", "the machine decides"),
    "both": ("cả người đọc và máy", "readers and the machine"),
    "disagree": ("người đọc và máy khác nhau", "readers and the machine differ"),
    "all": ("mọi bài, lọc theo điểm", "all, by score"),
}
READ: Final[Mapping[str, Pair]] = {"yes": ("đã có người đọc", "read"), "no": ("chưa ai đọc", "unread")}
STATES: Final[Mapping[DateState, Pair]] = {
    "certain": ("chắc chắn", "certain"),
    "probable": ("có một căn cứ", "one proof"),
    "doubtful": ("chưa tin được", "doubtful"),
    "undated": ("không rõ ngày", "undated"),
}

_DAY: Final = re.compile(r"(\d{1,2})\s*[/.-]\s*(\d{1,2})\s*[/.-]\s*(\d{4})", re.ASCII)
_ISO_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_SCORE: Final = re.compile(r"[01]?(?:[.,]\d{1,6})?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Asked:
    """The form as it was filled in, without what means nothing."""

    fields: Mapping[str, str]

    @property
    def address(self) -> str:
        """Writes the fields as the query of an address."""
        return urlencode(self.fields)

    def get(self, name: str) -> str:
        """Gives one field; "" where it is not filled in."""
        return self.fields.get(name, "")

    @property
    def terms(self) -> tuple[Term, ...]:
        """Gives the words that are searched."""
        return parse(self.get("q"))


def asked_of(given: Iterable[tuple[str, str]], config: Config) -> Asked:
    """Reads the fields of an address or a form; what is not one of the choices is left out, as an old link may have it."""
    first: dict[str, str] = {}
    for name, value in given:
        if name in FIELDS and value.strip():
            first.setdefault(name, value.strip()[:MAX_QUERY])
    choices: dict[str, Sequence[str]] = {
        "outlet": [outlet.id for outlet in config.outlets],
        "phase": [phase.id for phase in config.phases],
        "topic": config.codebook.ids,
        "by": get_args(By),
        "state": get_args(DateState),
        "read": tuple(READ),
    }
    kept = {name: value for name, value in first.items() if name not in choices or value in choices[name]}
    if "topic" not in kept:
        kept = {name: value for name, value in kept.items() if name not in ("by", "low", "high")}
    tests: dict[str, Callable[[str], object]] = {"from": day_of, "to": day_of, "low": _score_of, "high": _score_of}
    return Asked(
        {name: kept[name] for name in FIELDS if name in kept and tests.get(name, bool)(kept[name]) is not None}
    )


def selection_of(asked: Asked, config: Config) -> Selection:
    """Gives the selection that a form means; of a phase and days that are both given, what lies in both."""
    phase = next((each for each in config.phases if each.id == asked.get("phase")), None)
    since = [day for day in (phase and phase.first_day, day_of(asked.get("from"))) if day]
    until = [day for day in (phase and phase.last_day, day_of(asked.get("to"))) if day]
    return Selection(
        terms=asked.terms,
        outlet=asked.get("outlet") or None,
        since=max(since, default=None),
        until=min(until, default=None),
        topic=asked.get("topic") or None,
        by=next((each for each in get_args(By) if each == asked.get("by")), "any"),
        low=_score_of(asked.get("low")),
        high=_score_of(asked.get("high")),
        state=next((each for each in get_args(DateState) if each == asked.get("state")), None),
        read={"yes": True, "no": False}.get(asked.get("read")),
        cluster=asked.get("cluster") or None,
    )


def is_no_day(text: str) -> bool:
    """Tells whether a text is written as a day, and the calendar has no such day: 31/9/2020."""
    written = _DAY.fullmatch(text.strip()) or _ISO_DAY.fullmatch(text.strip())
    return written is not None and day_of(text) is None


def day_of(text: str) -> date | None:
    """Reads a day as offices write it, 5/9/2020, or as browsers send it, 2020-09-05; None where it is neither."""
    text = text.strip()
    found = _DAY.fullmatch(text)
    try:
        if found:
            day, month, year = map(int, found.groups())
            return date(year, month, day)
        return date.fromisoformat(text) if _ISO_DAY.fullmatch(text) else None
    except ValueError:
        return None


def _score_of(text: str) -> float | None:
    """Reads 0,5 or 0.5."""
    return min(float(text.replace(",", ".")), 1.0) if text and _SCORE.fullmatch(text) else None


def options(words: Words, pairs: Mapping[Any, Pair]) -> tuple[tuple[str, str], ...]:
    """Gives the choices of a list: what is sent, and what is read."""
    return tuple((name, words.pair(pair)) for name, pair in pairs.items())
