"""Letters of different forms, each with what a person found in it before the program read it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pipeline.directive import confined
from pipeline.directive.letter import Duty, Letter
from pipeline.directive.pdf import pdf_pages
from pipeline.directive.read import read_letter

LETTERS = Path(__file__).parent / "letters"
NAMES = sorted(file.stem for file in LETTERS.glob("*.json"))
LEAST = 0.95  # precision and recall of items


@pytest.fixture(scope="module", params=NAMES)
def both(request: pytest.FixtureRequest, letter_file: Callable[[str], Path]) -> tuple[Letter, dict[str, Any]]:
    """A letter as it was read, and what is in it. Our own PDFs are read in this process: each of its own takes a second to begin."""
    golden = json.loads((LETTERS / f"{request.param}.json").read_text())
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(confined, "confined_pages", pdf_pages)
        letter = read_letter(letter_file(request.param))
    return letter, golden


def test_items_and_their_phases_are_found(both: tuple[Letter, dict[str, Any]]) -> None:
    letter, golden = both
    found = [(item.phase, item.text.casefold()) for item in letter.items]
    wanted = [(phase, text.casefold()) for phase, text, *_ in golden["items"]]
    right = sum(item in wanted for item in found)
    assert (right / len(found), right / len(wanted)) >= (LEAST, LEAST), (found, wanted)
    assert right / len(wanted) >= LEAST, (found, wanted)


def test_items_have_those_who_owe_them(both: tuple[Letter, dict[str, Any]]) -> None:
    letter, golden = both
    told = {text.casefold(): sorted(groups[0]) for _, text, *groups in golden["items"] if groups}
    found = {item.text.casefold(): sorted(item.addressees) for item in letter.items}
    assert {text: found.get(text) for text in told} == told


def test_head_and_end_are_read(both: tuple[Letter, dict[str, Any]]) -> None:
    letter, golden = both
    for key in ("issuer", "parent", "number", "place", "date", "subject", "signed_by"):
        assert getattr(letter, key).value == golden[key], key
        assert getattr(letter, key).blank == (key in golden["blank"]), key
    assert letter.kind == golden["kind"]
    assert list(letter.recipients) == golden["recipients"]


def test_addressees_citations_and_phases_are_found(both: tuple[Letter, dict[str, Any]]) -> None:
    letter, golden = both
    assert sorted(each.id for each in letter.addressees) == sorted(golden["addressees"])
    cited = [[each.kind, each.number, each.date and each.date.isoformat(), each.issuer] for each in letter.citations]
    assert cited == golden["citations"]
    phases = [
        [p.id, p.first_day and p.first_day.isoformat(), p.last_day and p.last_day.isoformat()] for p in letter.phases
    ]
    assert sorted(phases) == sorted(golden["phases"])


def test_duties_are_found(both: tuple[Letter, dict[str, Any]]) -> None:
    letter, golden = both
    for wanted in golden["duties"]:
        assert any(_fits(duty, wanted) for duty in letter.duties), (wanted, letter.duties)
    for key in ("min_items", "min_minutes", "report_back", "report_every"):
        found = [duty.quote.text for duty in letter.duties if getattr(duty, key) is not None]
        assert len(found) == sum(key in wanted for wanted in golden["duties"]), (key, found)


def _fits(duty: Duty, wanted: dict[str, Any]) -> bool:
    told = {
        "addressees": list(duty.addressees),
        "channels": list(duty.channels),
        "min_items": duty.min_items,
        "min_minutes": duty.min_minutes,
        "every_days": duty.every_days,
        "since": duty.since and duty.since.isoformat(),
        "until": duty.until and duty.until.isoformat(),
        "report_back": duty.report_back and duty.report_back.isoformat(),
        "report_every": duty.report_every,
        "report_day": duty.report_day,
    }
    return all(told[key] == value for key, value in wanted.items())


def test_every_letter_of_every_page_is_in_one_sentence(both: tuple[Letter, dict[str, Any]]) -> None:
    letter, _ = both
    seen = [[0] * len(page) for page in letter.pages]
    for sentence in letter.sentences:
        quote = sentence.quote
        for page in range(quote.page, quote.end_page + 1):
            start = quote.start if page == quote.page else 0
            end = quote.end if page == quote.end_page else len(letter.pages[page - 1])
            for place in range(start, end):
                seen[page - 1][place] += 1
    for page, counts in zip(letter.pages, seen, strict=True):
        assert all(
            count == (not char.isspace()) or (char.isspace() and count <= 1)
            for char, count in zip(page, counts, strict=True)
        )
