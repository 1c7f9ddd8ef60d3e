"""Every text of the templates has its English side, with the same slots."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po
from jinja2.ext import babel_extract

from pipeline.web import render

TEMPLATES = sorted((render.FOLDER / "templates").glob("*.html"))
SLOT = re.compile(r"%\((\w+)\)[sd]")
VIETNAMESE = re.compile("[ăâđêôơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ]", re.IGNORECASE)


def catalogue() -> Catalog:
    with (render.FOLDER / "locale" / "en" / "LC_MESSAGES" / "rasoat.po").open("rb") as file:
        return read_po(file, locale="en", abort_invalid=True)


def said(template: Path) -> set[str]:
    """The texts that a template shows, a plural by its first form."""
    options = {"trimmed": "true", "silent": "false"}
    with template.open("rb") as file:
        found = list(babel_extract(file, ("_", "gettext", "ngettext"), [], options))
    return {message if isinstance(message, str) else message[0] for _, _, message, _ in found}


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda file: file.name)
def test_every_text_has_an_english_side(template: Path) -> None:
    english = catalogue()
    assert [text for text in sorted(said(template)) if text not in english or not english[text].string] == []


def test_english_sides_have_the_same_slots_and_no_vietnamese() -> None:
    for message in catalogue():
        if not message.id:
            continue
        ids = [message.id] if isinstance(message.id, str) else list(message.id)
        strings = [message.string] if isinstance(message.string, str) else list(message.string)
        for text in strings:
            assert set(SLOT.findall(text)) <= set(SLOT.findall(" ".join(ids))), text
            assert message.id == text or not VIETNAMESE.search(text.replace("Tiếng Việt", "")), text


def test_the_catalogue_holds_nothing_that_no_template_says() -> None:
    used = set().union(*map(said, TEMPLATES))
    known = {message.id if isinstance(message.id, str) else message.id[0] for message in catalogue() if message.id}
    assert known - used == set()
