"""A file of phrases beside config.toml: the many ways in which a directive's topics are said, one phrase a line.

    // a remark
    [topic_id]
    cue đại hội … thành công tốt đẹp
    hint thành công (của|tại) đại hội
    exclusion đại hội cổ đông
    cue khai mạc … đại hội = 62%

What a phrase may hold, and the trust that may stand behind it: `models.phrases`.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Final

from models.codebook import Topic
from models.phrases import Phrase, PhraseError, parse, untrusted
from pipeline.errors import Fault, system_fault

SHIPPED: Final = Path(__file__).parent / "sample" / "cues.txt"
REMARK: Final = "//"
KINDS: Final = {"cue": "cues", "hint": "hints", "exclusion": "exclusions"}  # of a line -> field of a topic
FAULTS_VI: Final[Mapping[str, str]] = {  # of models.phrases
    "bracket": "{text!r}: thiếu ngoặc mở hoặc ngoặc đóng",
    "empty_part": "{text!r}: có phần bỏ trống, không có chữ nào",
    "empty_choice": "{text!r}: trong ngoặc có cụm từ bỏ trống",
    "gap_in_brackets": '{text!r}: không được dùng "…" trong ngoặc',
    "choice_outside": '{text!r}: dấu "|" chỉ dùng trong ngoặc',
    "both_barred": '{text!r}: không dùng "&" sau "!"; hãy ghi "!" trước từng phần',
    "trust": '{text!r}: sau "=" chỉ ghi một số nguyên từ 0 đến 100 rồi "%"',
}

TRUSTED: Final = ("cue", "hint")  # kinds of phrases that may carry a trust

_SECTION: Final = re.compile(r"\[(?P<topic>[^\[\]]+)\]")
_SPOKEN: Final = re.compile(rf"\s*(?P<kind>{'|'.join(TRUSTED)}) +(?P<phrase>.*?)[ \t]*(?P<end>\r?\n)?\Z")


def with_cues(
    topics: Sequence[Topic], setting: str, folder: Path, text: str | None = None
) -> tuple[tuple[Topic, ...], list[Fault]]:
    """Adds what the file of `classify.cues` knows to the topics of a campaign; also gives the file's faults.

    `setting` is "" for no file, "shipped" for the file of the first directive, or a path that counts from `folder`. Of the
    shipped file only the topics that the campaign has are taken. `text` is what the file is to hold, where it is not there yet.
    """
    file = file_of(setting, folder)
    if file is None:
        return tuple(topics), []
    try:
        lines = (file.read_text(encoding="utf-8-sig") if text is None else text).splitlines()
    except (OSError, UnicodeDecodeError) as error:
        en, vi = system_fault(error) if isinstance(error, OSError) else ("not UTF-8", "không phải UTF-8")
        return tuple(topics), [Fault("classify.cues", f"{file}: cannot be read: {en}", f"{file}: không đọc được: {vi}")]
    faults: list[Fault] = []
    found: dict[str, dict[str, list[str]]] = {topic.id: {field: [] for field in KINDS.values()} for topic in topics}
    current: dict[str, list[str]] | None = None
    sectioned = False
    for number, line in enumerate(map(str.strip, lines), start=1):
        if not line or line.startswith(REMARK):
            continue
        if section := _SECTION.fullmatch(line):
            sectioned = True
            current = found.get(section["topic"].strip())
            if current is None and setting != "shipped":
                faults.append(_no_topic(file, number, section["topic"], found))
            continue
        if not sectioned:
            faults.append(Fault(f"{file.name}:{number}", "stands under no [topic]", "không nằm dưới [chủ đề] nào"))
            sectioned = True  # told once
        kind, _, text = line.partition(" ")
        if fault := _line_fault(kind, text, checked=setting != "shipped"):
            faults.append(Fault(f"{file.name}:{number}", *fault))
        elif current is not None:
            current[KINDS[kind]].append(text.strip())
    return tuple(_grown(topic, found[topic.id]) for topic in topics), faults


def phrase_faults(topics: Iterable[tuple[int, Topic]]) -> Iterator[Fault]:
    """Yields the phrases of topics that cannot be read, each with its key path in config.toml."""
    for number, topic in topics:
        for kind, field in KINDS.items():
            for place, text in enumerate(getattr(topic, field)):
                if reason := _unreadable(kind, text):
                    yield Fault(f"topic.{number}.{field}.{place}", *reason)


def _line_fault(kind: str, text: str, *, checked: bool) -> tuple[str, str] | None:
    if kind not in KINDS:
        known = ", ".join(KINDS)
        return (
            f"expected one of {known}, then a phrase; got {kind!r}",
            f"cần ghi {known}, sau đó là cụm từ; nhận được {kind!r}",
        )
    if not text.strip():
        return f"no phrase after {kind}", f"sau {kind} chưa có cụm từ nào"
    return _unreadable(kind, text) if checked else None


def _unreadable(kind: str, text: str) -> tuple[str, str] | None:
    try:
        parse(text)
    except PhraseError as error:
        return str(error), FAULTS_VI[error.code].format(text=text)
    if kind == "exclusion" and untrusted(text) != text:
        return f"{text!r}: an exclusion carries no trust", f"{text!r}: cụm từ loại trừ không ghi độ tin cậy"
    return None


def _no_topic(file: Path, number: int, topic: str, known: Iterable[str]) -> Fault:
    names = ", ".join(known)
    return Fault(
        f"{file.name}:{number}",
        f"no topic {topic!r}; the campaign has {names}",
        f"không có chủ đề {topic!r}; chiến dịch có {names}",
    )


def _grown(topic: Topic, more: Mapping[str, Sequence[str]]) -> Topic:
    """Joins the phrases of config.toml and of the file; for one that both have, the file may say how far it is trusted."""
    found: dict[str, tuple[str, ...]] = {}
    for field in KINDS.values():
        own = [*getattr(topic, field), *more[field]]
        trusted = {untrusted(text): text for text in more[field] if untrusted(text) != text}
        found[field] = tuple(dict.fromkeys(trusted.get(text, text) for text in own))
    return replace(topic, cues=found["cues"], hints=found["hints"], exclusions=found["exclusions"])


def file_of(setting: str, folder: Path) -> Path | None:
    """Gives the file of `classify.cues`; None where it names none."""
    if not setting:
        return None
    return SHIPPED if setting == "shipped" else folder / setting


def place_for(setting: str, folder: Path, text: str) -> Path:
    """Gives where in `folder` a new file of phrases goes that is to take the place of the one that `setting` names.

    It is the first of cues.txt, cues-2.txt, … that is free, or that a run that was killed has written already: the old one
    stays as it is.
    """
    name = Path("cues.txt" if setting in ("", "shipped") else setting)
    stem = re.sub(r"-\d+$", "", name.stem)
    for number in count(1):
        place = name.with_stem(stem if number == 1 else f"{stem}-{number}")
        file = folder / place
        if not file.exists() or file.read_bytes() == text.encode():
            return place
    raise AssertionError  # `count` has no end


def sections(text: str) -> frozenset[str]:
    """Gives the topics for which a file of phrases has a section."""
    return frozenset(
        section["topic"].strip() for line in text.splitlines() if (section := _SECTION.fullmatch(line.strip()))
    )


def moved(text: str, moves: Mapping[str, Sequence[str]], kept: Collection[str]) -> str:
    """Gives a file of phrases whose sections follow their topics; every other line stays as it is.

    `moves` tells to which topics the phrases of a topic go, one or several. Sections of topics that are neither there nor
    among `kept` are left out.
    """
    parts = _cut(text)
    found = list(parts[0][1])
    for topic, lines in parts[1:]:
        targets = moves.get(topic, [topic] if topic in kept else [])
        for target in targets:
            found += [_SECTION.sub(f"[{target}]", lines[0], count=1), *lines[1:]]
    return "".join(found)


def _trusted(said: re.Match[str], trust: float) -> str:
    end = said["end"] or "\n"
    return f"{said['kind']} {untrusted(said['phrase'])} = {round(100 * trust)}%{end}"


def _cut(text: str) -> list[tuple[str, list[str]]]:
    """Gives the sections with their topics and all their lines; the first is what stands before them, of the topic ""."""
    parts: list[tuple[str, list[str]]] = [("", [])]
    for line in text.splitlines(keepends=True):
        if section := _SECTION.fullmatch(line.strip()):
            parts.append((section["topic"].strip(), []))
        parts[-1][1].append(line)
    return parts


def with_trusts(text: str, topics: Sequence[Topic], trusts: Mapping[tuple[str, Phrase], float]) -> str:
    """Gives a file of phrases in which cues and hints carry the trusts learnt for them; every other line stays as it is.

    Phrases of `topics`, which are those of config.toml itself, come to stand in the file where a trust was learnt for them.
    Sections of topics that are not among `topics` are left out.
    """
    kept = moved(text, {}, [topic.id for topic in topics])
    parts = _cut(kept if kept.endswith("\n") or not kept else f"{kept}\n")
    own = {topic.id: list(_written(topic)) for topic in topics}
    found = [line for topic, lines in parts for line in _trusting(topic, lines, own.pop(topic, []), trusts)]
    for topic, phrases in own.items():  # which have no section
        header, *lines = _trusting(topic, [f"[{topic}]\n"], phrases, trusts)
        if lines:
            found += [*(["\n"] if found else []), header, *lines]
    return "".join(found)


def _written(topic: Topic) -> Iterator[str]:
    """Yields the cues and hints of a topic as lines of a file."""
    for kind in TRUSTED:
        yield from (f"{kind} {untrusted(phrase)}\n" for phrase in getattr(topic, KINDS[kind]))


def _trusting(
    topic: str, lines: Sequence[str], own: Sequence[str], trusts: Mapping[tuple[str, Phrase], float]
) -> list[str]:
    """Gives the lines of a section with their trusts, and behind the last phrase those of `own` that have one."""
    made: list[str] = []
    there: set[Phrase] = set()
    for number, line in enumerate([*lines, *own]):
        said = _SPOKEN.match(line)
        phrase = parse(said["phrase"]) if said else None
        trust = None if phrase is None else trusts.get((topic, phrase))
        if number >= len(lines) and (trust is None or phrase in there):
            continue
        if phrase is not None:
            there.add(phrase)
        made.append(line if said is None or trust is None else _trusted(said, trust))
    end = max((n for n, line in enumerate(lines, start=1) if _SPOKEN.match(line)), default=min(1, len(lines)))
    return [*made[:end], *made[len(lines) :], *made[end : len(lines)]]
