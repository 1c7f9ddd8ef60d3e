"""How a comparison of two campaigns is said: what differs, and what follows from it."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from pipeline.commands.directive_draft import wrapped
from pipeline.directive.differ import WAITS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from models.codebook import Topic
    from pipeline.directive.differ import CampaignDiff
    from pipeline.wording import Pair, Words

ISO_DAY: Final = re.compile(r"\d{4}-\d\d-\d\d")
LETTER_KEYS: Final = {  # of [directive]
    "number": ("số, ký hiệu", "number"),
    "date": ("ngày ban hành", "date"),
    "issuer": ("cơ quan ban hành", "issuer"),
    "subject": ("trích yếu", "subject"),
}
ASKED_FOR: Final = {  # of a duty: key -> what a number of it means, and its unit
    "min_items": ("ít nhất", "at least", "items"),
    "min_minutes": ("ít nhất", "at least", "minutes"),
    "max_gap_days": ("không quá", "at most", "days"),
}


def differing_lines(found: CampaignDiff, words: Words) -> Iterator[str]:
    """Says what differs, and what follows from it."""
    from pipeline.report.codebook import FIELDS  # noqa: PLC0415

    t = words.t
    if found.same:
        yield t("Hai bên như nhau.", "Both are the same.")
        return
    fields = {**FIELDS, "id": ("mã", "id")}

    def named(each: str, names: Mapping[str, Pair] = found.names) -> str:
        return words.pair(names[each]) if each in names else each

    def told(topic: str) -> str:
        return f"{named(topic)} ({topic})"

    def owed(phase: str, topic: str, owner: str) -> str:
        return f"{named(phase, found.phase_names)} / {named(topic)} / {named(owner, found.owner_names)}"

    def said(duty: str) -> str:
        groups, _, quote = duty.partition("]: ") if duty.startswith("[") else ("", "", duty)
        who = ", ".join(named(each, found.owner_names) for each in groups.strip("[").split(", ") if each)
        return (f"{who}: " if who else "") + (f"“{quote}”" if quote else "–")

    parts: tuple[tuple[str, Iterable[str]], ...] = (
        (
            t("Văn bản", "Letter"),
            (
                f"{words.pair(LETTER_KEYS[key])}: {_fact(key, then, words)} → {_fact(key, now, words)}"
                for key, then, now in found.letter
            ),
        ),
        (t("Điểm mới", "New clauses"), _served(found.added_clauses, found.added_topics, found, words)),
        (t("Điểm không còn", "Clauses gone"), _served(found.dropped_clauses, found.dropped_topics, found, words)),
        (t("Điểm thay đổi nội dung", "Clauses whose contents changed"), map(_content, found.contents)),
        (t("Chủ đề mới", "New topics"), (told(each.id) for each in found.added_topics)),
        (t("Chủ đề không còn", "Topics gone"), (told(each.id) for each in found.dropped_topics)),
        (
            t("Chủ đề thay đổi", "Topics that changed"),
            (f"{told(each.id)}: {', '.join(words.pair(fields[key]) for key in each.changed)}" for each in found.topics),
        ),
        (
            t("Giai đoạn", "Phases"),
            _turned(((named(each, found.phase_names), *rest) for each, *rest in found.phases), words),
        ),
        (
            t("Nhiệm vụ", "Duties"),
            (
                f"{owed(each.phase, each.topic, each.owner)}: {_asks(each.old, words)} → {_asks(each.new, words)}"
                for each in found.duties
            ),
        ),
        (
            t("Nhiệm vụ theo lời văn bản", "Duties in the letter's words"),
            (f"{', '.join(each)}: {said(then)} → {said(now)}" for each, then, now in _alike(found.told)),
        ),
        (
            t("Kết luận không còn so sánh được", "Verdicts that cannot be compared any more"),
            (owed(*each) for each in found.not_comparable),
        ),
        (t("Chủ đề phải đọc lại", "Topics to be read again"), map(told, found.read_again)),
    )
    for title, lines in parts:
        listed = list(lines)
        if listed:
            yield f"{title}: {len(listed)}"
            yield from (line for each in listed for line in wrapped(f"  - {each}", 4))


def _served(clauses: Iterable[str], topics: Iterable[Topic], found: CampaignDiff, words: Words) -> Iterator[str]:
    """Gives clauses with the topics that came or went with them, or with what they say: a number alone says nothing."""
    named = [(topic.clauses, words.pair((topic.name, topic.name_en))) for topic in topics]
    for clause in clauses:
        names = "; ".join(name for served, name in named if clause in served)
        said = found.clause_texts.get(clause)
        told = names or (f"“{said}”" if said else "")
        yield f"{clause}: {told}" if told else clause


def _content(turn: tuple[str, str, str]) -> str:
    """Says what a clause said then and says now; what has only gone to another clause, once."""
    clause, then, now = turn
    if then == now:
        return f"{clause}: “{now}”"
    return f"{clause}: " + " → ".join(f"“{each}”" if each else "–" for each in (then, now))


def _alike(told: Iterable[tuple[str, str, str]]) -> list[tuple[list[str], str, str]]:
    """Gives duties with those of one sentence, which says several amounts, as one."""
    found: dict[tuple[str, str], list[str]] = {}
    for clause, then, now in told:
        found.setdefault((then, now), []).append(clause)
    return [(clauses, *turn) for turn, clauses in found.items()]


def _asks(asked: Mapping[str, Any] | None, words: Words) -> str:
    """Says what a duty asks for; what has no amount yet waits for one."""
    if asked is None:
        return "–"
    told = []
    for key, number in asked.items():
        *least, unit = ASKED_FOR[key]
        silent = words.t(" liền không có bài", " without an item") if unit == "days" else ""
        told.append(f"{words.t(*least)} {words.count(number, unit)}{silent}")
    return ", ".join(told) or words.t("chờ số lượng", "no amount yet")


def _fact(key: str, value: str, words: Words) -> str:
    """Says what a letter gives under a key; a date as a person writes it."""
    return (words.issued(value) if key == "date" else value) or "–"


def _turned(rows: Iterable[Iterable[str]], words: Words) -> Iterator[str]:
    """Says of each phase its days then and now, as a person writes them."""
    waits = words.t("(chưa có hiệu lực)", "(not in force)")
    unknown = words.t("chưa rõ ngày", "days unknown")
    for name, *turn in rows:
        told = [each.replace(WAITS, waits).replace("? – ?", unknown) for each in turn]
        then, now = (ISO_DAY.sub(lambda day: words.day(date.fromisoformat(day[0])), each) or "–" for each in told)
        yield f"{name}: {then} → {now}"
