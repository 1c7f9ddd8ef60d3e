"""A draft campaign as a commented config.toml: every line with the words of the letter that it rests on."""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from pipeline.directive.draft import ALL, Draft, DraftDuty, DraftTopic
from pipeline.directive.groups import NAMES, groups_of
from pipeline.directive.head import whole_issuer
from pipeline.directive.issuer import in_sentence
from pipeline.directive.letter import Phase, Quote
from pipeline.directive.measured import measured
from pipeline.directive.phases import is_part
from pipeline.directive.remarks import LINE, MARKS, OPEN, TOLD, UNKNOWN, UNSEEN, WAITING, value
from pipeline.records import Outlet
from pipeline.wording import Words

PLACES: Final = '[store]\nurl = "sqlite:///var/rasoat.sqlite"\n\n[paths]\ndata = "var"'
QUOTED: Final = 160  # characters of a quotation; its page and clause lead to the rest


@dataclass(frozen=True, slots=True)
class Kept:
    """Tables of the office's own config.toml that go on word for word; "" where the draft has its own."""

    places: str = ""  # [store] and [paths]
    settings: str = ""
    classify: Mapping[str, Any] = field(default_factory=dict)  # keys of [classify] that speak of no topic
    bodies: str = ""  # outlets, names of groups, sources


def written(draft: Draft, words: Words, kept: Kept | None = None) -> str:
    """Gives the file; what is kept of the office's own goes on as it is."""
    own = kept or Kept()
    parts = [
        _opening(draft, words),
        own.places or PLACES,
        "\n".join(_directive(draft, words)),
        "\n".join(_classify(draft, words, own.classify)),
        own.settings,
        _title(words.t("Giai đoạn", "Phases")),
        *_phases(draft, words),
        _title(words.t("Cơ quan", "Outlets")),
        *([own.bodies] if own.bodies else map(_outlet, draft.outlets)),
        *_groups(draft, {row["id"] for row in tomllib.loads(own.bodies).get("group", [])}, words),
        _title(words.t("Chủ đề", "Topics")),
        *("\n".join(_topic(each, words)) for each in draft.topics),
        _title(words.t("Nhiệm vụ", "Duties")),
        "\n".join(_told(draft, words)),
        *("\n".join(_duty(duty, draft, words)) for duty in draft.duties),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _opening(draft: Draft, words: Words) -> str:
    letter = draft.letter
    lines = [
        words.t(f"{MARKS[0]}, soạn từ {letter.file}", f"{MARKS[1]}, made from {letter.file}").removeprefix("# "),
        f"SHA-256 {letter.sha256}",
        "",
        words.t(
            f"Dòng {OPEN} là câu hỏi còn mở. Khối {WAITING} còn thiếu dữ kiện ({UNKNOWN}) nên chưa có hiệu lực.",
            f"Lines {OPEN} are open questions. Blocks {WAITING} lack something ({UNKNOWN}) and are not in force yet.",
        ),
        words.t(
            "Soát lại bằng `rasoat directive review`, kiểm tra bằng `rasoat directive check`.",
            "Go through it with `rasoat directive review`, see what is left with `rasoat directive check`.",
        ),
    ]
    made = [f"# {line}".rstrip() for line in lines]
    made += [f"{OPEN} {_one_line(words.pair(question))}" for question in draft.questions]
    return "\n".join(made)


def _directive(draft: Draft, words: Words) -> Iterator[str]:
    letter = draft.letter
    yield "[directive]"
    facts = (("number", letter.number), ("date", letter.date), ("issuer", letter.issuer), ("subject", letter.subject))
    for key, fact in facts:
        if fact.quote is not None:
            yield _source(fact.quote, words)
        if fact.blank or not fact.value:
            yield words.t("# Văn bản để trống hoặc không ghi.", "# Blank or absent in the letter.")
        told = in_sentence(whole_issuer(fact.value, letter.parent.value)) if key == "issuer" else fact.value
        yield f"{key} = {value(told)}"
    yield f"file = {value(letter.file)}"
    for citation in letter.citations:
        yield words.t("# Căn cứ: ", "# Cites: ") + _one_line(citation.quote.text).rstrip(" ,;")


def _classify(draft: Draft, words: Words, own: Mapping[str, Any]) -> Iterator[str]:
    yield "[classify]"
    if draft.cues:
        yield "# " + words.t(
            "Tệp kèm sẵn có thêm cụm từ cho những chủ đề trùng mã dưới đây.",
            "The shipped file knows more phrases for the topics below that have its ids.",
        )
    yield f"cues = {value(draft.cues)}"
    yield from (f"{key} = {value(each)}" for key, each in own.items())


def _phases(draft: Draft, words: Words) -> Iterator[str]:
    standing: list[Phase] = []
    told = {phase.id for phase in draft.letter.phases}
    for phase in draft.letter.phases:
        row = {"id": phase.id, "name": phase.name, "first_day": phase.first_day, "last_day": phase.last_day}
        whole = _can_stand(phase, standing) and not is_part(phase.id, told)
        if whole:
            standing.append(phase)
        yield "\n".join([_source(phase.quote, words), *_rows("phase", row, whole=whole)])
    if not draft.letter.phases:
        row = {"id": ALL, "name": words.t("Cả đợt", "Whole campaign"), "first_day": None, "last_day": None}
        note = words.t("# Văn bản không chia giai đoạn.", "# The letter tells no phases apart.")
        yield "\n".join([note, *_rows("phase", row, whole=False)])


def _can_stand(phase: Phase, standing: Sequence[Phase]) -> bool:
    """Tells whether a phase has both days, in order, and overlaps none before it."""
    if phase.first_day is None or phase.last_day is None or phase.first_day > phase.last_day:
        return False
    return all(
        other.first_day is None
        or other.last_day is None
        or phase.first_day > other.last_day
        or phase.last_day < other.first_day
        for other in standing
    )


def _outlet(outlet: Outlet) -> str:
    row = {"id": outlet.id, "name": outlet.name, "kind": outlet.kind, "groups": list(outlet.groups)}
    days = {"valid_from": outlet.valid_from, "valid_to": outlet.valid_to}
    rows = row | {key: day for key, day in days.items() if day is not None}
    return "\n".join(["[[outlet]]", *(f"{key} = {value(each)}" for key, each in rows.items())])


def _groups(draft: Draft, named: Collection[str], words: Words) -> Iterator[str]:
    """Yields the names of groups that have none yet; one without an outlet waits for it."""
    asked = dict.fromkeys((*(each.id for each in draft.letter.addressees), *(duty.group for duty in draft.duties)))
    known = {**NAMES, **groups_of(draft.letter)}
    with_outlets = {group for outlet in draft.outlets for group in outlet.groups}
    for group in asked:
        if group in named or group not in known:
            continue
        name, name_en = known[group]
        rows = _rows("group", {"id": group, "name": name, "name_en": name_en}, whole=group in with_outlets)
        note = words.t(
            f'# Cơ quan của nhóm: [[outlet]] có groups = ["{group}"].',
            f'# Its outlets: [[outlet]] with groups = ["{group}"].',
        )
        yield "\n".join([note, *rows])


def _topic(drafted: DraftTopic, words: Words) -> Iterator[str]:
    topic = drafted.topic
    yield "[[topic]]"
    yield f"{OPEN} {topic.id}: " + words.pair(UNSEEN)
    for question in drafted.questions:
        yield f"{OPEN} {_one_line(words.pair(question))}"
    yield f"id = {value(topic.id)}"
    yield f"name = {value(topic.name)}"
    yield f"name_en = {value(topic.name_en)}"
    for item in drafted.items:
        yield _source(item.quote, words, item.id)
    for item in drafted.also:
        yield _source(item.quote, words, item.id, words.t("cũng nêu", "names it too"))
    yield f"definition = {value(topic.definition)}"
    if drafted.added:
        note = words.t(
            "# Không có trong văn bản, thêm vì gần nghĩa: ", "# Not in the letter, added as near in meaning: "
        )
        yield f"{note}{'; '.join(drafted.added)}"
    for key in ("cues", "hints", "exclusions", "clauses"):
        if phrases := getattr(topic, key):
            yield f"{key} = {value(phrases)}"


def _told(draft: Draft, words: Words) -> Iterator[str]:
    """Yields the duties in the letter's words: most of them can be judged by a person alone."""
    if draft.letter.duties:
        yield words.t(
            f"# Dòng {TOLD} là nhiệm vụ theo lời văn bản; phần đếm được thì ghi ở [[duty]].",
            f"# Lines {TOLD} are duties in the letter's words; what can be counted goes into [[duty]].",
        )
    for duty in draft.letter.duties:
        yield f"{TOLD} {duty.id} [{', '.join(duty.addressees)}]: {_one_line(duty.quote.text)}"
        if found := measured(duty, words):
            yield f"#  {found}"


def _duty(duty: DraftDuty, draft: Draft, words: Words) -> Iterator[str]:
    if duty.source is not None:
        yield _source(duty.source.quote, words, duty.source.id)
    row: dict[str, object] = {"phase": duty.phase, "topic": duty.topic, "group": duty.group}
    asked = {"min_items": duty.min_items, "min_minutes": duty.min_minutes, "max_gap_days": duty.max_gap_days}
    row |= {key: number for key, number in asked.items() if number is not None}
    if not duty.is_whole:
        row["min_items"] = None
    standing: list[Phase] = []
    for phase in draft.letter.phases:
        if _can_stand(phase, standing):
            standing.append(phase)
    groups = {group for outlet in draft.outlets for group in outlet.groups}
    whole = duty.is_whole and duty.group in groups and duty.phase in {phase.id for phase in standing}
    yield from _rows("duty", row, whole=whole)


def _rows(name: str, row: Mapping[str, object], *, whole: bool) -> Iterator[str]:
    lines = [f"[[{name}]]", *(f"{key} = {UNKNOWN if each is None else value(each)}" for key, each in row.items())]
    yield from (lines if whole else [f"{WAITING} {line}" for line in lines])


def _title(text: str) -> str:
    return f"# --- {text} ".ljust(LINE, "-")


def _source(quote: Quote, words: Words, clause: str = "", note: str = "") -> str:
    where = words.t(f"tr. {quote.page}", f"p. {quote.page}") + (f", {clause}" if clause else "")
    said = _one_line(quote.text).strip(" ,;")
    short = said if len(said) <= QUOTED else f"{said[:QUOTED].rsplit(' ', 1)[0]} …"
    return f"# {where}{f', {note}' if note else ''}: “{short}”"


def _one_line(text: str) -> str:
    return "".join(letter if letter.isprintable() else " " for letter in " ".join(text.split()))
