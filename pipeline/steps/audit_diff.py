"""Audits that were made: which there are, and what changed between two of them, and why."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from pipeline.audits import AuditResult, Cell, OutletPhase, Verdict
from pipeline.errors import InputError
from pipeline.records import VerdictName
from pipeline.store import Store, audits
from pipeline.store.audits import SavedAudit

Cause = Literal["articles", "labels", "model", "codebook", "config", "proofs", "days", "rules"]
"""Why an answer is another: articles came or went; people spoke; another model, codebook or campaign file; days were proved, or are
proved no more; more days are over; the program or what is known of the whole campaign judges otherwise."""

GLOBAL: Final[Mapping[str, Cause]] = {
    "config": "config",
    "codebook": "codebook",
    "model": "model",
    "model_files": "model",
}
Place = tuple[str, str, str]  # phase, topic, outlet


@dataclass(frozen=True, slots=True)
class Turned:
    """A requirement whose answer is another than before; None where it was not asked."""

    key: str  # phase|topic|outlet|unit
    before: Verdict | None
    after: Verdict | None
    causes: tuple[Cause, ...]


@dataclass(frozen=True, slots=True)
class Recounted:
    """A cell whose numbers are others than before: (confirmed, by machine alone)."""

    place: Place
    before: tuple[int, int]
    after: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Diff:
    """What changed from one audit to another."""

    before: AuditResult
    after: AuditResult
    inputs: tuple[str, ...]  # names of those that differ; () where an audit of old does not name its own
    turned: tuple[Turned, ...]  # in the order of the campaign
    cells: tuple[Recounted, ...]
    new: tuple[str, ...]  # articles that count now and did not before, or are told as undated now
    gone: tuple[str, ...]


def listed(store: Store) -> list[SavedAudit]:
    """Lists the audits of a store, the newest first."""
    with store.read() as connection:
        return audits.saved(connection)


def diff(store: Store, old: str = "", new: str = "") -> tuple[SavedAudit, SavedAudit, Diff]:
    """Compares two audits, each named by its id, the beginning of it, or its day; by default those of the last two days.

    With one name, that audit is compared with the newest. Of several audits of a day the newest is meant.

    Raises:
        InputError: there is no such audit, or there are not two.
        StoreError: an audit of an older version cannot be read.
    """
    kept = listed(store)
    if len(kept) < 2:
        raise InputError(
            "fewer than two audits are kept; run `rasoat audit` again after something has changed",
            "chưa có đủ hai lần đối chiếu; hãy chạy `rasoat audit` sau khi có thay đổi",
        )
    after = _named(kept, new) if new else kept[0]
    before = _named(kept, old) if old else next(each for each in kept if each.id != after.id)
    with store.read() as connection:
        results = [audits.load(connection, each.id) for each in (before, after)]
    first, second = (each for each in results if each is not None)
    return before, after, compare(first, second)


def compare(before: AuditResult, after: AuditResult) -> Diff:
    """Tells what changed between two results, and for each answer why."""
    names = sorted({*before.inputs, *after.inputs}) if before.inputs and after.inputs else []
    inputs = tuple(name for name in names if before.inputs.get(name) != after.inputs.get(name))
    old, new = _articles(before), _articles(after)
    return Diff(
        before=before,
        after=after,
        inputs=inputs,
        turned=tuple(_turned(before, after, inputs)),
        cells=tuple(_recounted(before, after)),
        new=tuple(sorted(new - old)),
        gone=tuple(sorted(old - new)),
    )


def _named(kept: Iterable[SavedAudit], name: str) -> SavedAudit:
    for each in kept:
        if name in (each.as_of.isoformat(), f"{each.as_of:%d/%m/%Y}") or each.id.startswith(name.lower()):
            return each
    raise InputError(
        f"{name}: no audit of this id or day; see `rasoat audit list`",
        f"{name}: không có lần đối chiếu nào mang mã hoặc ngày này; xem `rasoat audit list`",
    )


def _articles(result: AuditResult) -> set[str]:
    return {article for row in result.observed for article in row.article_ids} | set(result.undated_ids)


def _turned(before: AuditResult, after: AuditResult, inputs: tuple[str, ...]) -> Iterable[Turned]:
    old, new = ({each.key: each for each in result.verdicts} for result in (before, after))
    why = _Causes(before, after, inputs)
    for key in dict.fromkeys((*new, *old)):
        first, second = old.get(key), new.get(key)
        if _answer(first) != _answer(second):
            yield Turned(key, first, second, why.of(first, second))


def _answer(verdict: Verdict | None) -> VerdictName | None:
    return None if verdict is None else verdict.verdict


class _Causes:
    """Finds why an answer is another, from what changed about its own outlet, phase and topic."""

    def __init__(self, before: AuditResult, after: AuditResult, inputs: tuple[str, ...]) -> None:
        self._results = before, after
        everywhere = [GLOBAL[name] for name in inputs if name in GLOBAL]
        if before.codebook != after.codebook:
            everywhere.append("codebook")
        if before.model != after.model:
            everywhere.append("model")
        self._everywhere = tuple(dict.fromkeys(everywhere))
        self._cells = [{(cell.phase, cell.topic, cell.outlet): cell for cell in each.cells} for each in self._results]
        self._seen = [{(row.phase, row.outlet): row for row in each.observed} for each in self._results]

    def of(self, first: Verdict | None, second: Verdict | None) -> tuple[Cause, ...]:
        one = second or first
        if one is None:
            return ()
        cells = [cells.get((one.phase, one.topic, one.outlet)) for cells in self._cells]
        seen = [rows.get((one.phase, one.outlet)) for rows in self._seen]
        found: list[Cause] = []
        if first is None or second is None or first.duty != second.duty:
            found.append("config")
        if _published(seen[0]) != _published(seen[1]):
            found.append("articles")
        if _spoken(first, second, cells, seen):
            found.append("labels")
        if _proved(seen[0], self._results[0].seen_to) != _proved(seen[1], self._results[0].seen_to):
            found.append("proofs")
        elif self._results[0].seen_to != self._results[1].seen_to and _missing(seen[0]) != _missing(seen[1]):
            found.append("days")
        found += [cause for cause in self._everywhere if cause != "config"]
        return tuple(dict.fromkeys(found)) or self._everywhere or ("rules",)


def _published(row: OutletPhase | None) -> frozenset[str]:
    return frozenset(row.article_ids) if row else frozenset()


def _missing(row: OutletPhase | None) -> frozenset[date]:
    return frozenset(row.missing_days) if row else frozenset()


def _proved(row: OutletPhase | None, until: date) -> frozenset[date]:
    """Gives the days up to one that lack proof."""
    return frozenset(day for day in _missing(row) if day <= until)


def _spoken(
    first: Verdict | None, second: Verdict | None, cells: list[Cell | None], seen: list[OutletPhase | None]
) -> bool:
    """Tells whether people have said something of articles that both audits have."""
    both = _published(seen[0]) & _published(seen[1])
    confirmed = [set(cell.verified_ids) & both if cell else set() for cell in cells]
    read = [verdict.texts_read if verdict else 0 for verdict in (first, second)]
    return confirmed[0] != confirmed[1] or (read[0] != read[1] and _published(seen[0]) == _published(seen[1]))


def _recounted(before: AuditResult, after: AuditResult) -> Iterable[Recounted]:
    old, new = (
        {
            (cell.phase, cell.topic, cell.outlet): (len(cell.verified_ids), len(cell.machine_ids))
            for cell in result.cells
        }
        for result in (before, after)
    )
    for place in dict.fromkeys((*new, *old)):
        first, second = old.get(place, (0, 0)), new.get(place, (0, 0))
        if first != second:
            yield Recounted(place, first, second)
