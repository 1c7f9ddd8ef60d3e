"""The e-mail of the morning: what is at risk, what changed since the last audit, which sources are in trouble, what to read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from textwrap import wrap
from typing import Final

from pipeline.audits import AuditResult, Forecast, Verdict
from pipeline.mail import Message
from pipeline.records import Health, VerdictName
from pipeline.report.articles import web_address
from pipeline.report.duty_tables import asked_of
from pipeline.report.forecasts import pressing
from pipeline.report.html import rendered
from pipeline.report.index import Index
from pipeline.report.sources import STATES, said
from pipeline.report.words import clean
from pipeline.settings import DigestSettings
from pipeline.wording import VERDICTS, Pair, Words

LISTED: Final = 12  # lines of one section; the report has all
TO_READ: Final = 8  # articles
COLUMNS: Final = 72  # of the plain text, which mail readers show in a fixed width

Change = tuple[
    Verdict, VerdictName | None
]  # a verdict of today, and what the duty was before; None for a duty that is new
Changes = Mapping[VerdictName, Sequence[Change]]

CHANGES: Final[Mapping[VerdictName, Pair]] = {
    "gap": ("Nay kết luận là thiếu", "New gaps"),
    "not_observed": ("Nay chưa quan sát được", "No longer observed"),
    "uncertain": ("Nay chưa đủ căn cứ", "Now uncertain"),
    "met": ("Nay đã đạt", "Now met"),
}
"""What a duty has become since the last audit."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line: what, a remark below it, and where it leads."""

    text: str
    note: str = ""
    href: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """Lines under a head; `rest` says how many more there are."""

    title: str
    lines: tuple[Line, ...]
    rest: str = ""


@dataclass(frozen=True, slots=True)
class Digest:
    """What the message says, before it is text or HTML."""

    lang: str
    title: str
    opening: str
    sections: tuple[Section, ...]
    href: str  # "" for none


def digest(previous: AuditResult | None, result: AuditResult, settings: DigestSettings, *, lang: str = "vi") -> Message:
    """Writes the message of one audit, compared with the one before; where nothing is new it says so."""
    index = Index.of(result, Words("en" if lang == "en" else "vi"))
    risks = result.risky
    changes = _changes(previous, result)
    trouble = [health for health in result.health if health.broken]
    fresh = _fresh(previous, trouble)
    written = Digest(
        lang=index.words.lang,
        title=_title(index),
        opening=_opening(index, previous, changes, fresh),
        sections=tuple(
            section
            for section in (
                _risks(index, risks),
                *_changed(index, changes),
                _trouble(index, trouble, fresh),
                _to_read(index, settings.url),
                _tally(index, previous),
            )
            if section.lines
        ),
        href=web_address(settings.url),
    )
    html = rendered("digest.html", digest=written, t=index.words.t)
    return Message(_subject(index, risks, changes, fresh), _text(written, index.words), html, index.words.lang)


def _title(index: Index) -> str:
    words, directive = index.words, index.result.directive
    return words.t(
        f"Rà soát tin, bài đến hết ngày {words.day(index.result.as_of)}: {directive.subject}",
        f"Coverage up to {words.day(index.result.as_of)}: {directive.subject}",
    )


def _subject(
    index: Index,
    risks: Sequence[Forecast],
    changes: Changes,
    fresh: frozenset[str],
) -> str:
    words, t = index.words, index.words.t
    gaps = len(changes.get("gap", ()))
    counts = (
        (len(risks), t("nhiệm vụ có nguy cơ", words.plural(len(risks), "duty at risk", "duties at risk"))),
        (gaps, t("nhiệm vụ mới bị kết luận là thiếu", words.plural(gaps, "new gap", "new gaps"))),
        (len(changes.get("met", ())), t("nhiệm vụ nay đã đạt", "now met")),
        (
            len(fresh),
            t("nguồn tin mới gặp trục trặc", words.plural(len(fresh), "source in trouble", "sources in trouble")),
        ),
    )
    said_ = ", ".join(f"{words.number(number)} {what}" for number, what in counts if number)
    return f"[Rà soát] {words.day(index.result.as_of)}: {said_ or t('không có gì mới', 'nothing new')}"


def _opening(
    index: Index,
    previous: AuditResult | None,
    changes: Changes,
    fresh: frozenset[str],
) -> str:
    words, result = index.words, index.result
    if previous is None:
        return words.t(
            "Đây là lần đối chiếu đầu tiên, chưa có gì để so sánh.",
            "This is the first audit; there is none to compare.",
        )
    before, now = _articles(previous), _articles(result)
    since = words.day(previous.as_of)
    more = words.number(abs(now - before))
    articles = (
        words.t(f"thêm {more} tin, bài trong các giai đoạn", f"{more} more items within the phases")
        if now > before
        else words.t(f"bớt {more} tin, bài trong các giai đoạn", f"{more} fewer items within the phases")
        if now < before
        else words.t("không có thêm tin, bài nào trong các giai đoạn", "no more items within the phases")
    )
    moved = sum(map(len, changes.values()))
    if not moved and not fresh:
        return words.t(
            f"Không có gì mới so với ngày {since}: không kết luận nào thay đổi, không có thêm nguồn tin nào gặp trục trặc; "
            f"{articles}.",
            f"Nothing new since {since}: no verdict changed and no further source is in trouble; {articles}.",
        )
    return words.t(
        f"So với ngày {since}: {articles}; {words.number(moved)} kết luận thay đổi.",
        f"Since {since}: {articles}; {words.number(moved)} verdicts changed.",
    )


def _articles(result: AuditResult) -> int:
    return sum(len(row.article_ids) for row in result.observed)


def _changes(previous: AuditResult | None, result: AuditResult) -> Changes:
    """Gives the duties whose verdict is not what it was, by what it is now; a duty that is new is told where it is a gap.

    On the first audit all of them are new.
    """
    known = previous.verdicts if previous else ()
    before = {(verdict.key, verdict.duty): verdict.verdict for verdict in known}
    found: dict[VerdictName, list[Change]] = {}
    for verdict in result.verdicts:
        was = before.get((verdict.key, verdict.duty))
        if was != verdict.verdict and (was is not None or verdict.verdict == "gap"):
            found.setdefault(verdict.verdict, []).append((verdict, was))
    return found


def _fresh(previous: AuditResult | None, trouble: Iterable[Health]) -> frozenset[str]:
    """Names the sources whose trouble is new: not there, or another, at the last audit."""
    known = {(health.source, health.state) for health in previous.health} if previous else set()
    return frozenset(health.source for health in trouble if (health.source, health.state) not in known)


def _named(index: Index, row: Verdict | Forecast) -> str:
    return f"{index.outlets[row.outlet]} · {index.phases[row.phase].name} · {index.topics[row.topic]}"


def _section(index: Index, title: str, lines: Sequence[Line], most: int = LISTED) -> Section:
    more = len(lines) - most
    rest = ""
    if more > 0:
        number = index.words.number(more)
        rest = index.words.t(f"… và {number} mục nữa, xem báo cáo.", f"… and {number} more, see the report.")
    return Section(title, tuple(lines[:most]), rest)


def _risks(index: Index, risks: Sequence[Forecast]) -> Section:
    title = index.words.t("Có nguy cơ không đạt", "At risk of being missed")
    return _section(index, title, [Line(_named(index, each), pressing(index.words, each)) for each in risks])


def _changed(index: Index, changes: Changes) -> Iterable[Section]:
    words = index.words
    for name in VERDICTS:
        lines = []
        for verdict, was in changes.get(name, ()):
            before = (
                words.t(f" (trước: {words.verdict(was).lower()})", f" (was: {words.verdict(was).lower()})")
                if was
                else ""
            )
            lines.append(Line(f"{_named(index, verdict)}{before}", words.t(verdict.reason, verdict.reason_en)))
        yield _section(index, words.pair(CHANGES[name]), lines)


def _trouble(index: Index, trouble: Sequence[Health], fresh: frozenset[str]) -> Section:
    words = index.words
    new = words.t(" (mới)", " (new)")
    lines = [
        Line(
            f"{index.outlets.get(health.outlet, health.outlet)} · {health.source}: {words.pair(STATES[health.state])}"
            + (new if health.source in fresh else ""),
            said(health.source, health.findings[0], words),
        )
        for health in sorted(trouble, key=lambda health: health.source not in fresh)
    ]
    return _section(index, words.t("Nguồn tin gặp trục trặc", "Sources in trouble"), lines)


def _to_read(index: Index, url: str) -> Section:
    words, t = index.words, index.words.t
    base = web_address(url).rstrip("/")
    lines = []
    for id_, duties in asked_of(index).items():
        item = index.result.items.get(id_)
        if item is None:
            continue
        number = words.number(len(duties))
        waiting = t(f"{number} nhiệm vụ chờ", f"{number} {words.plural(len(duties), 'duty waits', 'duties wait')}")
        note = f"{index.outlets.get(item.outlet, item.outlet)}, {words.day(item.day)}; {waiting}"
        lines.append(Line(item.title or item.url, note, f"{base}/articles/{id_}" if base else web_address(item.url)))
    return _section(index, t("Hôm nay nên đọc", "To read today"), lines, TO_READ)


def _tally(index: Index, previous: AuditResult | None) -> Section:
    words = index.words
    now = Counter(verdict.verdict for verdict in index.result.verdicts)
    before = Counter(verdict.verdict for verdict in previous.verdicts) if previous else now
    lines = []
    for name in VERDICTS:
        moved = now[name] - before[name]
        change = f" ({'+' if moved > 0 else '−'}{words.number(abs(moved))})" if moved else ""
        lines.append(Line(f"{words.verdict(name)}: {words.number(now[name])}{change}"))
    whole = words.number(len(index.result.verdicts))
    return Section(words.t(f"Tổng hợp {whole} nhiệm vụ", f"All {whole} duties"), tuple(lines))


def _text(written: Digest, words: Words) -> str:
    parts = ["\n".join(wrap(clean(written.title), COLUMNS)), "\n".join(wrap(clean(written.opening), COLUMNS))]
    for section in written.sections:
        title = section.title.upper()
        lines = [title, "-" * len(title)]
        for line in section.lines:
            lines += _folded(line.text, "- ", "  ")
            lines += _folded(line.note, "  ", "  ")
            lines += [f"  {line.href}"] if line.href else []
        parts.append("\n".join([*lines, *([section.rest] if section.rest else [])]))
    if written.href:
        parts.append(words.t(f"Mở trang rà soát: {written.href}", f"Open the pages: {written.href}"))
    return "\n\n".join(parts) + "\n"


def _folded(text: str, first: str, others: str) -> list[str]:
    return wrap(
        clean(text),
        COLUMNS,
        initial_indent=first,
        subsequent_indent=others,
        break_long_words=False,
        break_on_hyphens=False,
    )
