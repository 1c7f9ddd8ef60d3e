"""How codebooks and their history are told: one set of words for the command line and the page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from pipeline.operations import Change, Kind
from pipeline.wording import Pair, Words

KINDS: Final[Mapping[Kind, Pair]] = {
    "first": ("Bộ chủ đề đầu tiên", "First codebook"),
    "rename": ("Đổi mã", "Renamed"),
    "merge": ("Gộp", "Merged"),
    "split": ("Tách", "Split"),
    "add": ("Thêm", "Added"),
    "retire": ("Ngừng dùng", "Retired"),
    "edited": ("Sửa trực tiếp trong config.toml", "Edited in config.toml"),
}
FIELDS: Final[Mapping[str, Pair]] = {
    "name": ("tên", "name"),
    "name_en": ("tên tiếng Anh", "English name"),
    "definition": ("định nghĩa", "definition"),
    "cues": ("từ khóa", "cues"),
    "hints": ("gợi ý", "hints"),
    "exclusions": ("loại trừ", "exclusions"),
    "clauses": ("điểm của công văn", "clauses"),
}


def change_in_words(change: Change, words: Words) -> str:
    """Says in one line what a step of the history did."""
    kind = words.pair(KINDS[change.kind])
    match change.kind:
        case "first":
            return f"{kind}: {topics(len(change.new), words)}"
        case "edited":
            return f"{kind}{_edits(change, words)}"
        case "rename" if change.old == change.new:
            return words.t(f"Đổi tên gọi: {change.new[0]}", f"Called otherwise: {change.new[0]}")
    parts = [_ids(each) for each in (change.old, change.new) if each]
    return f"{kind}: {' → '.join(parts)}"


def topics(number: int, words: Words) -> str:
    """Writes a number of topics."""
    return f"{words.number(number)} {words.t('chủ đề', words.plural(number, 'topic', 'topics'))}"


def _edits(change: Change, words: Words) -> str:
    said = (
        (words.t("bỏ", "removed"), change.old),
        (words.t("thêm", "added"), change.new),
        (words.t("sửa", "rewritten"), change.changed),
    )
    told = "; ".join(f"{verb} {_ids(ids)}" for verb, ids in said if ids)
    return f": {told}" if told else words.t(": thứ tự", ": order")


def _ids(ids: Sequence[str]) -> str:
    return ", ".join(ids)
