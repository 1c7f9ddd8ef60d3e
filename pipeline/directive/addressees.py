"""To whom a letter is addressed: the groups named under "Kính gửi", or else those to whom its body gives duties."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from pipeline.directive.bodies import group_of, groups_in, members_of
from pipeline.directive.forms import ADDRESSED
from pipeline.directive.layout import Block, Pages
from pipeline.directive.letter import Addressee, Part, Quote

_OPENS: Final = re.compile(
    r"^\s*(?:đối với|đề nghị|yêu cầu|giao|trách nhiệm của|nhiệm vụ của|phân công)\s+", re.IGNORECASE
)


def addressees_of(
    blocks: Sequence[Block], parts: Sequence[Part], spoken: Sequence[tuple[str, str, Quote]], pages: Pages
) -> tuple[Addressee, ...]:
    """Gives the groups in the order of the letter, each once with all that it names for it."""
    found: dict[str, tuple[list[str], list[str], Quote]] = {}
    for block, part in zip(blocks, parts, strict=True):
        if part != "addressees":
            continue
        opened = ADDRESSED.match(block.text)
        start = opened.end() if opened else block.body
        for a, b in _names(block.text, start):
            _keep(found, block.text[a:b], block.quote(pages, a, b))
    if not found:
        for group, name, quote in spoken:
            _keep(found, _OPENS.sub("", name), quote, group)
    return tuple(
        Addressee(group, "; ".join(names), tuple(dict.fromkeys(members)), quote)
        for group, (names, members, quote) in found.items()
    )


def _names(text: str, start: int) -> list[tuple[int, int]]:
    """Cuts names at semicolons where what follows is of another group."""
    made: list[tuple[int, int]] = []
    last = ""
    for a, b in _parts(text, start):
        words = text[a:b].strip(" .:-–+")
        if not words:
            continue
        group = group_of(words)
        if made and group == last:
            made[-1] = (made[-1][0], b)
        else:
            made.append((a, b))
        last = group
    return made


def _parts(text: str, start: int) -> Iterator[tuple[int, int]]:
    """Yields what stands between semicolons, and between commas where a body of another group begins."""
    for part in re.finditer(r"[^;]+", text[start:]):
        a, b = start + part.start(), start + part.end()
        for at in [a + comma.end() for comma in re.finditer(r",\s+", text[a:b])]:
            before, behind = groups_in(text[a:at]), groups_in(text[at:b])
            if (
                text[at:b][:1].isupper()
                and before
                and behind
                and not behind[0].start
                and behind[0].group != before[-1].group
            ):
                yield a, at
                a = at
        yield a, b


def _keep(found: dict[str, tuple[list[str], list[str], Quote]], text: str, quote: Quote, group: str = "") -> None:
    name = text.strip(" ,;.:-–+")
    names, members, _ = found.setdefault(group or group_of(name), ([], [], quote))
    if name not in names:
        names.append(name)
    members += members_of(name)
