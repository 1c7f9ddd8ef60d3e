"""What groups of outlets are called: as the letter names them, and in English by a name of the field where there is one."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from typing import Final

from pipeline.directive.letter import Letter
from pipeline.directive.waits import waiting
from pipeline.wording import Pair, Words, capital

NAMES: Final[Mapping[str, Pair]] = {  # of the groups that letters speak to everywhere
    "provinces": ("UBND các tỉnh, thành phố", "Provinces"),
    "districts": ("Huyện, thị xã, thành phố", "Districts"),
    "communes": ("Xã, phường", "Communes"),
    "party_committees": ("Cấp ủy, tổ chức đảng", "Party committees"),
    "organisations": ("Mặt trận, đoàn thể", "Front and mass organisations"),
    "press": ("Báo, đài, tạp chí", "Press and broadcasters"),
    "enterprises": ("Doanh nghiệp", "Enterprises"),
    "schools": ("Trường học", "Schools"),
    "departments": ("Sở, ban, ngành", "Departments"),
}
NAME_CHARS: Final = 60  # characters of a name; a letter may list twenty bodies in one


def groups_of(letter: Letter) -> dict[str, Pair]:
    """Gives the groups that a letter speaks to: id -> the letter's words, and an English name or the same words."""
    named = {each.id: _short(each.name) for each in letter.addressees}
    return {group: (name, NAMES[group][1] if group in NAMES else name) for group, name in named.items() if name}


def groups_in(text: str, letter: Letter | None = None) -> dict[str, Pair]:
    """Gives the names of groups in a draft: as the file has them, else as its letter, else as the field."""
    rows = [*(each.row for each in waiting(text) if each.name == "group"), *tomllib.loads(text).get("group", [])]
    own = {str(row["id"]): (str(row["name"]), str(row.get("name_en") or row["name"])) for row in rows}
    return {**NAMES, **(groups_of(letter) if letter else {}), **own}


def called(group: str, names: Mapping[str, Pair], words: Words) -> str:
    """Gives the name of a group; its id where it has none."""
    return words.pair(names[group]) if group in names else group


def _short(name: str) -> str:
    """Gives the first bodies of a name that lists many."""
    said = capital(" ".join(name.split()).strip(" ,;.:-–+•"))
    if len(said) <= NAME_CHARS:
        return said
    whole = [said[: found.start()] for found in re.finditer(r"[;,](?= )", said) if found.start() < NAME_CHARS]
    return f"{whole[-1] if whole else said[:NAME_CHARS].rsplit(' ', 1)[0]}…"
