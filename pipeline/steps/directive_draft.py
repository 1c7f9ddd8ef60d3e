"""Draft: a letter becomes a draft campaign, and the articles at hand show what its topics would catch."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Final

from models.codebook import Codebook
from models.document import Document
from models.tagger import Tagger
from models.text import normalise
from pipeline.campaign_file import tables_of
from pipeline.config import Config, parse_config
from pipeline.console import Advance
from pipeline.directive.background import ENOUGH, LEAST, Background, counted
from pipeline.directive.draft import Draft
from pipeline.directive.written import Kept, written
from pipeline.documents import document_of
from pipeline.errors import InputError, system_fault
from pipeline.files import numbered_jsonl, writing
from pipeline.store import Store, articles
from pipeline.wording import Words

BATCH: Final = 200  # articles tagged together; about 1 MB of text
EXAMPLES: Final = 5  # articles of a topic that are shown
PLACES: Final = frozenset(("[store]", "[paths]"))
OF_LETTER: Final = frozenset(("[directive]", "[classify]"))  # tables that a draft has of its own
OF_TOPICS: Final = frozenset(("cues", "thresholds"))  # keys of [classify]
BODIES: Final = frozenset(("outlet", "group", "source"))
MOST: Final = 5_000  # articles that are tried; a minute's work, and enough to see a bad cue


@dataclass(frozen=True, slots=True)
class Example:
    """An article that a topic would catch, and the sentence that speaks for it."""

    title: str
    score: float
    evidence: str


@dataclass(frozen=True, slots=True)
class Catch:
    """What one topic would catch."""

    topic: str
    name: str
    articles: int
    examples: tuple[Example, ...]


@dataclass(frozen=True, slots=True)
class Preview:
    """What a draft would catch of the articles at hand."""

    articles: int
    catches: tuple[Catch, ...]


def write_draft(draft: Draft, file: Path, words: Words, own: Config | None = None) -> Config:
    """Writes a draft where no file is yet, and gives it as it is read back; what the letter does not speak of goes on.

    Raises:
        InputError: a file is there already: somebody may have corrected it.
    """
    if file.exists():
        raise InputError(
            f"{file}: is there already; name another file, or move it away",
            f"{file}: đã có tệp này; hãy đặt tên khác, hoặc chuyển tệp cũ đi",
        )
    text = written(draft, words, _kept(own, file) if own else None)
    config = parse_config(file, text.encode())
    with writing(file) as out:
        out.write(text.encode())
    return config


def count_store(store: Store) -> Background:
    """Counts the words of the office's own articles, in place of those that come with the program.

    Raises:
        InputError: there are too few.
    """
    with store.read() as connection:
        total = min(articles.count(connection), MOST)
    if total < ENOUGH:
        raise InputError(
            f"{total} articles in the store, too few to count words; at least {ENOUGH} are needed",
            f"kho mới có {total} bài, chưa đủ để đếm từ; cần ít nhất {ENOUGH} bài",
        )
    least = max(2, round(LEAST * total / 10_000))
    return counted((map(normalise, document.lines()) for document in articles_of_store(store)), least)


def preview(codebook: Codebook, names: Mapping[str, str], found: Iterable[Document], advance: Advance) -> Preview:
    """Tags articles by the phrases of a codebook alone; names are those shown, topic -> name."""
    tagger = Tagger(codebook, None)
    counts = dict.fromkeys(codebook.ids, 0)
    best: dict[str, list[Example]] = {topic: [] for topic in codebook.ids}
    number = 0
    rest = iter(found)
    while batch := list(islice(rest, BATCH)):
        for document, tagged in zip(batch, tagger.tag(batch), strict=True):
            for topic in tagged.topics:
                counts[topic] += 1
                best[topic].append(Example(document.title, tagged.scores[topic], tagged.evidence.get(topic, "")))
        for topic, examples in best.items():
            best[topic] = sorted(examples, key=lambda each: -each.score)[:EXAMPLES]
        number += len(batch)
        advance(number)
    return Preview(
        number, tuple(Catch(topic, names[topic], counts[topic], tuple(best[topic])) for topic in codebook.ids)
    )


def articles_of_file(file: Path) -> Iterator[Document]:
    """Yields the first articles of a file of rows `{"title", "body"}`.

    Raises:
        InputError: names file and line.
    """
    for number, row in islice(numbered_jsonl(file), MOST):
        yield document_of(file, number, row)


def articles_of_store(store: Store) -> Iterator[Document]:
    """Yields articles of the store, all or evenly spread over their ids, which say nothing of what the articles are."""
    with store.read() as connection:
        total = articles.count(connection)
        ids = [first for first, _ in articles.id_ranges(connection, MOST)] if total > MOST else None
        for article in articles.stream(connection, ids=ids):
            yield Document(article.title, article.text)


def _kept(own: Config, file: Path) -> Kept:
    """Gives the tables that go on; where store and data lie only if the draft will lie beside them."""
    try:
        text = own.file.read_text(encoding="utf-8")
    except OSError as error:
        en, vi = system_fault(error)
        raise InputError(f"{own.file}: cannot be read: {en}", f"{own.file}: không đọc được: {vi}") from None
    own_keys = tomllib.loads(text.removeprefix("\ufeff")).get("classify", {})
    beside = file.resolve().parent == own.file.resolve().parent
    return Kept(
        places=tables_of(text, lambda name: name in PLACES) if beside else "",
        settings=tables_of(text, lambda name: name.startswith("[") and name not in {*PLACES, *OF_LETTER}),
        classify={key: each for key, each in own_keys.items() if key not in OF_TOPICS},
        bodies=tables_of(text, lambda name: name in BODIES) if own.outlets else "",
    )
