"""Who must do what, and by when: the list that opens the report."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Final, Literal

from pipeline.audits import Forecast, Verdict
from pipeline.report.duties import LISTED_AT_MOST
from pipeline.report.forecasts import chance, to_do
from pipeline.report.index import Index
from pipeline.report.page import Count
from pipeline.wording import DOUBTS, Words, spans

Kind = Literal["risk", "gap", "not_observed", "uncertain"]

OUTLETS_AT_MOST: Final = 8  # rows of a kind; with them the list still stands on the first screen
TOPICS_AT_MOST: Final = 2  # named in one row
DAYS_AT_MOST: Final = 3  # named one by one


@dataclass(frozen=True, slots=True)
class Action:
    """One thing to do."""

    kind: Kind
    who: str
    what: str
    when: str
    why: str
    href: str
    count: Count | None = None  # of requirements; None where the row is about one


def actions(index: Index) -> tuple[Action, ...]:
    """Gives what is to be done, in this order: what can still be met, what is missing, what must be collected or read."""
    return (*_at_risk(index), *_gaps(index), *_collect(index), *_read(index))


def _at_risk(index: Index) -> Iterator[Action]:
    risky: dict[str, list[Forecast]] = {}
    for each in index.result.risky:
        risky.setdefault(each.outlet, []).append(each)
    groups = list(risky.values())  # the outlet with the likeliest miss first
    for own in groups[:OUTLETS_AT_MOST]:
        yield _risk(index, own[0]) if len(own) == 1 else _risks(index, own)
    if left := groups[OUTLETS_AT_MOST:]:
        words, outlets, rest = index.words, len(left), [each for own in left for each in own]
        yield Action(
            "risk",
            words.t(f"{outlets} cơ quan", f"{outlets} {words.plural(outlets, 'outlet', 'outlets')}"),
            words.t(f"{len(rest)} nhiệm vụ khác có nguy cơ không đạt", f"{len(rest)} more duties at risk"),
            words.t("từ ngày ", "from ") + words.day(min(each.last_day for each in rest)),
            words.t("xem bảng dự báo bên dưới", "see the forecasts below"),
            "#co-nguy-co",
        )


def _risk(index: Index, each: Forecast) -> Action:
    words = index.words
    return Action(
        "risk",
        index.outlets[each.outlet],
        f"{to_do(words, each)}: {index.topics[each.topic]}",
        words.t("chậm nhất ngày ", "by ") + words.day(each.last_day),
        words.t(
            f"khả năng không đạt {chance(words, each.missing)}",
            f"missed with probability {chance(words, each.missing)}",
        ),
        f"#{index.at('ds', each.phase, each.topic, each.outlet)}",
    )


def _risks(index: Index, own: Sequence[Forecast]) -> Action:
    """Joins what one outlet has to do."""
    words, number = index.words, len(own)
    rest = number - TOPICS_AT_MOST
    tasks = [
        f"{to_do(words, each)}: {index.topics[each.topic]}" for each in own[: TOPICS_AT_MOST if rest > 0 else None]
    ]
    if rest > 0:
        tasks.append(words.t(f"và {rest} nhiệm vụ khác", f"and {_duties(words, rest)} more"))
    days = sorted({each.last_day for each in own})
    highest = chance(words, max(each.missing for each in own))
    return Action(
        "risk",
        index.outlets[own[0].outlet],
        "; ".join(tasks),
        words.t("chậm nhất ngày " if len(days) == 1 else "hạn gần nhất ngày ", "by " if len(days) == 1 else "first by ")
        + words.day(days[0]),
        words.t(f"khả năng không đạt cao nhất: {highest}", f"missed with probability up to {highest}"),
        "#co-nguy-co",
    )


def _gaps(index: Index) -> Iterator[Action]:
    words = index.words
    groups = _by_outlet(index, [verdict for verdict in index.result.verdicts if verdict.verdict == "gap"])
    for outlet, own in groups[:OUTLETS_AT_MOST]:
        place = f"#{index.at('cq', '', outlet=outlet)}"
        risk = max(verdict.risk for verdict in own)
        yield Action(
            "gap",
            index.outlets[outlet],
            words.t("giải trình hoặc gửi đường dẫn bài còn sót: ", "explain, or send links to items not collected: ")
            + _topics(index, own),
            _closed(index, own),
            words.t(
                f"khả năng kết luận nhầm không quá {words.risk(risk)}",
                f"wrong with probability {words.risk(risk)} at most",
            )
            if risk
            else words.t("tính hết bài chưa đọc vẫn không đủ", "not enough even with all unread items"),
            place,
            Count(len(own), f"{place} .duty.gap", place),
        )
    if rest := groups[OUTLETS_AT_MOST:]:
        number = sum(len(own) for _, own in rest)
        yield Action(
            "gap",
            words.t(f"{len(rest)} cơ quan khác", f"{len(rest)} more outlets"),
            words.t(f"giải trình {number} nhiệm vụ còn thiếu", f"explain {number} gaps"),
            "–",
            words.t("xem bảng bên dưới", "see the table below"),
            "#thieu",
        )


def _collect(index: Index) -> Iterator[Action]:
    """Asks for the days that hold back a verdict; days ahead are no one's fault."""
    words, result = index.words, index.result
    unseen = [each for each in result.verdicts if each.verdict == "not_observed" and not index.only_waits(each)]
    waiting, listed = _by_outlet(index, unseen), len(unseen) <= LISTED_AT_MOST
    rows = []
    for outlet, own in waiting:
        phases = {verdict.phase for verdict in own}
        days = {day for phase in phases for day in index.observed[phase, outlet].missing_days if day <= result.seen_to}
        rows.append((outlet, own, spans(days), len(days)))
    for outlet, own, missing, number in rows[:OUTLETS_AT_MOST]:
        place = f"#{index.at('cq', '', outlet=outlet)}"
        first = ", ".join(words.span(*span) for span in missing[:3]) + (", …" if len(missing) > 3 else "")
        yield Action(
            "not_observed",
            words.t("Bộ phận kỹ thuật", "Technical staff"),
            words.t(
                f"thu thập lại {number} ngày của {index.outlets[outlet]} ({first})",
                f"collect {words.count(number, 'days')} of {index.outlets[outlet]} again ({first})",
            ),
            words.t("càng sớm càng tốt", "as soon as possible"),
            words.t("chưa thể kết luận là thiếu", "not to be called a gap yet"),
            place,
            Count(len(own), f"#chua-quan-sat-{place[1:]} .duty" if listed else "", place),
        )
    if rest := rows[OUTLETS_AT_MOST:]:
        yield Action(
            "not_observed",
            words.t("Bộ phận kỹ thuật", "Technical staff"),
            words.t(
                f"thu thập lại những ngày còn thiếu của {len(rest)} cơ quan khác",
                f"collect days of {len(rest)} more outlets",
            ),
            words.t("càng sớm càng tốt", "as soon as possible"),
            words.t("xem phần Thu thập", "see Collection"),
            "#thu-thap",
        )


def _read(index: Index) -> Iterator[Action]:
    words = index.words
    own = [verdict for verdict in index.result.verdicts if verdict.verdict == "uncertain"]
    if not own:
        return
    reads = [verdict.expected_reads for verdict in own if verdict.expected_reads is not None]
    listed = len({article for verdict in own for article in verdict.to_read})
    number = min(ceil(sum(reads)), listed) if listed else ceil(sum(reads))
    if number:
        what = words.t(f"đọc khoảng {words.count(number, 'items')}", f"read about {words.count(number, 'items')}")
        settled = words.t(f"để kết luận {len(reads)} nhiệm vụ", f"to settle {_duties(words, len(reads))}")
    else:
        what = words.t(
            f"đọc {words.count(listed, 'items')} nêu trong danh sách", f"read the {words.count(listed, 'items')} listed"
        )
        settled = words.t(f"của {len(own)} nhiệm vụ", f"of {_duties(words, len(own))}")
    doubts = dict.fromkeys(words.pair(DOUBTS[doubt]) for verdict in own for doubt in verdict.doubts)
    yield Action(
        "uncertain",
        words.t("Người rà soát", "Reviewers"),
        f"{what} {settled}",
        words.t("trước báo cáo sau", "before the next report"),
        words.listing(list(doubts)) if doubts else words.t("còn bài chưa ai đọc", "unread items"),
        "#can-doc",
        Count(len(own), "#tung-co-quan .duty.uncertain", "#can-doc"),
    )


def _by_outlet(index: Index, verdicts: Sequence[Verdict]) -> list[tuple[str, list[Verdict]]]:
    """Groups by outlet, those with the most first, then in the order of the campaign."""
    found: dict[str, list[Verdict]] = {outlet.id: [] for outlet in index.result.outlets}
    for verdict in verdicts:
        found[verdict.outlet].append(verdict)
    return sorted(((outlet, own) for outlet, own in found.items() if own), key=lambda pair: -len(pair[1]))


def _topics(index: Index, verdicts: Sequence[Verdict]) -> str:
    names = list(dict.fromkeys(index.topics[verdict.topic] for verdict in verdicts))
    rest = len(names) - TOPICS_AT_MOST
    if rest <= 0:
        return index.words.listing(names)
    more = index.words.t(f"{rest} chủ đề khác", f"{rest} more {index.words.plural(rest, 'topic', 'topics')}")
    return index.words.listing([*names[:TOPICS_AT_MOST], more])


def _closed(index: Index, verdicts: Sequence[Verdict]) -> str:
    """Says until when the duties ran; those of a gap are over."""
    ends = sorted({index.phases[verdict.phase].last_day for verdict in verdicts})
    words = index.words
    first, last = words.day(ends[0]), words.day(ends[-1])
    if len(ends) == 1:
        return words.t(f"đã hết hạn ngày {last}", f"was due {last}")
    if len(ends) > DAYS_AT_MOST:
        return words.t(f"đã lần lượt hết hạn từ ngày {first} đến ngày {last}", f"were due from {first} to {last}")
    short = [words.short_day(day) if day.year == ends[-1].year else words.day(day) for day in ends[:-1]]
    named = words.listing([*short, last])
    return words.t(f"đã hết hạn các ngày {named}", f"were due {named}")


def _duties(words: Words, number: int) -> str:
    return f"{number} {words.plural(number, 'duty', 'duties')}"
