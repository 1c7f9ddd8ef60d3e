"""Who owes the contents of a section, where an element beside them says so: "Đơn vị thực hiện: Báo Sơn Khê"."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from pipeline.directive.bodies import groups_in, ids
from pipeline.directive.gathered import Body
from pipeline.directive.outline import Statement

_WHO: Final = re.compile(
    r"\W*(?:các\s+)?(?:đơn vị|cơ quan)(?:,\s*(?:đơn vị|cơ quan))?\s+(?:chủ trì|thực hiện|phụ trách|tuyên truyền)(?:\s+(?:chủ trì|thực hiện|tuyên truyền))?\s*:",
    re.IGNORECASE,
)


def learn_owners(body: Body, statement: Statement, begin: int, phase: str | None) -> bool:
    """Keeps those who owe all that stands beside a sentence in its section; tells whether the sentence names them."""
    block, end = statement.block, statement.end
    label = _WHO.match(block.text, begin, end)
    named = groups_in(block.text[label.end() : end]) if label else []
    if label is None or not named:
        return False
    body.speaks(named, block, label.end(), end - label.end())
    body.owners.append((statement.clause.rpartition(".")[0], ids(named)))
    body.add_duties(block, label.end(), end, statement.clause, phase, ids(named))
    statement.part = "duty"
    return True


def give_contents(body: Body) -> None:
    """Gives contents that are told to nobody to those who owe their section; of two sections, to the nearer."""
    for section, groups in sorted(body.owners, key=lambda owner: -len(owner[0])):
        body.items = [
            replace(item, addressees=groups) if not item.addressees and is_under(item.id, section) else item
            for item in body.items
        ]


def is_under(clause: str, sign: str) -> bool:
    """Tells whether a clause is one that a sign names, or stands under it; everything is under ""."""
    return not sign or f"{clause.replace('-', '').replace('+', '')}.".startswith(f"{sign}.")
