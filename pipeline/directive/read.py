"""Reads an official letter: a file in, what it says out, with the words and the place of everything."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from pipeline.directive.addressees import addressees_of
from pipeline.directive.body import read_body
from pipeline.directive.citations import citations_of
from pipeline.directive.head import head_of, private_places
from pipeline.directive.layout import Block, Pages, blocks_of, pages_of
from pipeline.directive.letter import Letter, Part, Quote, Sentence
from pipeline.directive.outline import Outline, outline_of, sentences_in, signs
from pipeline.directive.parts import parts_of
from pipeline.directive.phases import PhaseBook
from pipeline.directive.questions import questions_of
from pipeline.directive.source import Source, open_source, refuse_long
from pipeline.directive.tables import cells_beside

REDACTED = "×"  # stands for each letter of a person's name


def read_letter(file: Path) -> Letter:
    """Reads a letter. The names of those who signed and drafted it are not kept: a sign stands for each of their letters.

    Raises:
        InputError: the file is none that can be read; one line says why, and what to do.
    """
    return letter_of(open_source(file))


def letter_of(source: Source) -> Letter:
    """Reads a letter that is already text.

    Raises:
        InputError: a paragraph is longer than those of letters are.
    """
    pages = pages_of(source)
    blocks = blocks_of(source, pages)
    refuse_long(source.file, max((len(block.text) for block in blocks), default=0))
    parts = parts_of(blocks)
    if hidden := private_places(blocks, parts):
        pages = _without(pages, hidden)
        for block in blocks:
            if not set(hidden).isdisjoint(block.at):
                _blot(block, set(hidden))
    head = head_of(blocks, parts, pages)
    outline = outline_of(blocks, parts)
    book = PhaseBook(head.year, head.issued)
    body = read_body(outline, blocks, pages, book, head)
    cited = [
        each
        for block, part in zip(blocks, parts, strict=True)
        if part not in {"number_date", "national_heading", "recipients"}
        for each in (block, *block.notes)
    ]
    phases = book.phases()
    addressees = addressees_of(blocks, parts, body.spoken, pages)
    return Letter(
        file=source.file,
        sha256=source.sha256,
        kind=head.kind,
        pages=pages.texts,
        sentences=_sentences(blocks, parts, outline, pages),
        issuer=head.issuer,
        parent=head.parent,
        number=head.number,
        place=head.place,
        date=head.day,
        subject=head.subject,
        signed_by=head.signed_by,
        addressees=addressees,
        recipients=head.recipients,
        citations=tuple(
            each for each in citations_of(cited, pages) if not each.number or each.number != head.number.value
        ),
        phases=phases,
        duties=tuple(body.duties),
        items=tuple(body.items),
        questions=questions_of(head, addressees, phases, body.duties, body.items, ocr=source.ocr),
        ocr=source.ocr,
    )


def _without(pages: Pages, hidden: Sequence[int]) -> Pages:
    whole = list("\f".join(pages.texts))
    for place in hidden:
        if not whole[place].isspace():
            whole[place] = REDACTED
    return Pages(tuple("".join(whole).split("\f")), pages.starts)


def _blot(block: Block, hidden: set[int]) -> None:
    pairs = zip(block.text, block.at, strict=True)
    block.text = "".join(REDACTED if place in hidden and not char.isspace() else char for char, place in pairs)


def _sentences(blocks: Sequence[Block], parts: Sequence[Part], outline: Outline, pages: Pages) -> tuple[Sentence, ...]:
    """Gives every sentence of the letter in its order; those of the body with the part that reading has found."""
    told: dict[int, list[tuple[int, int, Part, tuple[str, ...]]]] = {}
    beside = cells_beside(blocks)
    for each in outline.statements:
        told.setdefault(id(each.block), []).append((each.start, each.end, each.part, signs(each.node)))
    made = []
    for block, part in zip(blocks, parts, strict=True):
        own_part: Part = "cell" if part == "table" and id(block) in beside else part
        cuts = told.get(id(block)) or [(start, end, own_part, ()) for start, end in _plain(block, part)]
        for number, (start, end, own, numbering) in enumerate(cuts):
            left = 0 if number == 0 else start  # the marker belongs to the first
            quote = block.quote(pages, left, end)
            if number + 1 < len(cuts):
                quote = _up_to(quote, block.quote(pages, *cuts[number + 1][:2]), pages)
            made.append(Sentence(quote, own, numbering))
    return tuple(made)


def _up_to(quote: Quote, following: Quote, pages: Pages) -> Quote:
    """Gives a quotation with the page's number that stands between it and the next sentence of its paragraph."""
    end = pages.starts[quote.end_page - 1] + quote.end
    between = "\f".join(pages.texts)[end : pages.starts[following.page - 1] + following.start]
    if not between.strip():
        return quote
    return pages.quote(quote.text, pages.starts[quote.page - 1] + quote.start, end + len(between.rstrip()))


def _plain(block: Block, part: Part) -> list[tuple[int, int]]:
    return sentences_in(block) if part == "table" and len(block.text) > 1 else [(0, len(block.text))]
