"""Draft: a letter becomes a draft campaign, and the articles at hand show what its topics would catch."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cache
from itertools import chain, islice
from pathlib import Path
from typing import Final, TypeVar

import numpy as np

from models.codebook import Codebook
from models.document import Document
from models.kept import SEGMENTER_VERSION
from models.segment import Segmenter
from models.tagger import Tagger
from models.text import normalise
from pipeline.campaign_file import tables_of
from pipeline.config import Config, parse_config
from pipeline.console import Advance
from pipeline.directive.background import ENOUGH, LEAST, Background, counted
from pipeline.directive.draft import Draft, draft_letter
from pipeline.directive.letter import Letter
from pipeline.directive.spoken import SpokenPhrases
from pipeline.directive.written import Kept, written
from pipeline.documents import document_of
from pipeline.errors import InputError, StoreError, system_fault
from pipeline.files import numbered_jsonl, writing
from pipeline.records import StoredArticle
from pipeline.store import Connection, Store, articles, words
from pipeline.wording import Words

Thing = TypeVar("Thing")

BATCH: Final = 200  # articles tagged together; about 1 MB of text
WIDE: Final = 0.1  # of articles; of 2,507 that people labelled with fourteen topics none had more than 0.11
TELLING: Final = 100  # articles; of fewer one in ten says nothing
FIRST_WORDS: Final = 80  # characters by which an article without a title is known
EXAMPLES: Final = 5  # articles of a topic that are shown
PLACES: Final = frozenset(("[store]", "[paths]"))
OF_LETTER: Final = frozenset(("[directive]", "[classify]"))  # tables that a draft has of its own
OF_TOPICS: Final = frozenset(("cues", "thresholds"))  # keys of [classify]
BODIES: Final = frozenset(("outlet", "group", "source"))
MOST: Final = 5_000  # articles tried; of 100,000 with kept words they take 1.2 s of a processor to read, 1.7 s to try


@dataclass(frozen=True, slots=True)
class Example:
    """An article that a topic would catch, the sentence that speaks for it, and the draft's phrases that stand there."""

    title: str
    score: float
    evidence: str
    phrases: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Catch:
    """What one topic would catch."""

    topic: str
    name: str
    articles: int
    examples: tuple[Example, ...]
    phrases: tuple[
        tuple[str, int], ...
    ]  # that stand in these articles, and in how many of them; the most frequent first


@dataclass(frozen=True, slots=True)
class Preview:
    """What a draft would catch of the articles at hand; where they are some of more, evenly spread, `total` tells how many."""

    articles: int
    total: int
    catches: tuple[Catch, ...]

    def is_wide(self, catch: Catch) -> bool:
        """Tells whether a topic catches more articles than can be believed."""
        return self.articles >= TELLING and catch.articles > WIDE * self.articles


@dataclass(frozen=True, slots=True)
class Sample:
    """Articles at hand and their words, to be tried again and again."""

    total: int  # articles of which these are some, evenly spread
    documents: tuple[Document, ...]
    words: tuple[Sequence[str], ...]


def draft_of(letter: Letter, own: Config | None, counts: Background | None = None) -> Draft:
    """Drafts a letter for the outlets that the office has already; asks where these are those of the sample province."""
    draft = draft_letter(letter, own.outlets if own else (), counts)
    if own is None or not own.sources or not all(source.loopback for source in own.sources):
        return draft
    named = ", ".join(outlet.name for outlet in own.outlets[:2])
    asked = (
        f"{own.file.name} còn ghi cơ quan của tỉnh mẫu ({named}…): hãy thay bằng cơ quan và nguồn tin của mình",
        f"{own.file.name} still has the outlets of the sample province ({named}…): put your own, with their sources, in their place",
    )
    return replace(draft, questions=(asked, *draft.questions))


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
        total = articles.count(connection)
        found = _spread(connection, total, MOST) if total >= ENOUGH else ()
        documents = [Document(article.title, article.text) for article in found]
    if not documents:
        raise InputError(
            f"{total} articles in the store, too few to count words; at least {ENOUGH} are needed",
            f"kho mới có {total} bài, chưa đủ để đếm từ; cần ít nhất {ENOUGH} bài",
        )
    least = max(2, round(LEAST * len(documents) / 10_000))
    return counted((map(normalise, document.lines()) for document in documents), least)


def preview(codebook: Codebook, names: Mapping[str, str], sample: Sample) -> Preview:
    """Tags articles by the phrases of a codebook alone; names are those shown, topic -> name."""
    tagger, phrases = Tagger(codebook, None), SpokenPhrases(codebook)
    counts = dict.fromkeys(codebook.ids, 0)
    spoken: dict[str, Counter[str]] = {topic: Counter() for topic in codebook.ids}
    best: dict[str, list[Example]] = {topic: [] for topic in codebook.ids}
    for start in range(0, len(sample.documents), BATCH):
        part = sample.words[start : start + BATCH]
        judged = tagger.judge(part)
        for row in np.flatnonzero(judged.decided.any(axis=1)).tolist():
            document, topics = sample.documents[start + row], judged.topics(row)
            lines, found = document.lines(), phrases.found(part[row])
            for topic, line in judged.best_lines(row, topics).items():
                counts[topic] += 1
                spoken[topic].update(set(chain.from_iterable(found[topic])))
                score = float(judged.scores[row, tagger.asked.index(topic)])
                best[topic].append(Example(_titled(document), score, lines[line], found[topic][line]))
    catches = (
        Catch(topic, names[topic], counts[topic], _telling(best[topic]), tuple(spoken[topic].most_common()))
        for topic in codebook.ids
    )
    return Preview(len(sample.documents), sample.total, tuple(catches))


def _titled(document: Document) -> str:
    """Gives the title of an article, or where it has none its first words."""
    said = " ".join((document.title.strip() or document.body[: 10 * FIRST_WORDS]).split())
    if document.title.strip() or len(said) <= FIRST_WORDS:
        return said
    return f"{said[:FIRST_WORDS].rsplit(' ', 1)[0]} …"


def _telling(examples: Iterable[Example]) -> tuple[Example, ...]:
    """Gives a few examples, the surest first: those that show phrases which no other does, then others; each title once."""
    surest = sorted(examples, key=lambda each: -each.score)
    shown: list[Example] = []
    for fresh in (True, False):
        for example in surest:
            known = {phrase for each in shown for phrase in each.phrases}
            if len(shown) < EXAMPLES and not (
                (fresh and known.issuperset(example.phrases)) or example.title in {each.title for each in shown}
            ):
                shown.append(example)
    return tuple(sorted(shown, key=lambda each: -each.score))


def sample_of_file(file: Path, advance: Advance, most: int = MOST) -> Sample:
    """Reads articles of a file of rows `{"title", "body"}`, all or `most` evenly spread over it, and cuts them into words.

    Raises:
        InputError: names file and line.
    """
    spread = _EveryNth()
    documents: list[Document] = []
    for number, row in numbered_jsonl(file, wanted=spread.wants):
        documents.append(document_of(file, number, row))
        if len(documents) >= 2 * most:
            documents = documents[::2]
            spread.step *= 2
    if len(documents) > most:
        documents = [documents[n * len(documents) // most] for n in range(most)]
    segmenter, words = Segmenter(), list[Sequence[str]]()
    for batch in _batches(documents):
        words += segmenter.segment_lines([document.lines() for document in batch])
        advance(len(words), len(documents))
    return Sample(spread.seen, tuple(documents), tuple(words))


@dataclass(slots=True)
class _EveryNth:
    """Wants every n-th of rows whose number is not known before their end: n doubles as they grow too many."""

    step: int = 1
    seen: int = 0

    def wants(self) -> bool:
        self.seen += 1
        return (self.seen - 1) % self.step == 0


def sample_of_store(store: Store, most: int = MOST, advance: Advance | None = None) -> Sample:
    """Reads articles of the store, all or `most` evenly spread over their ids, which say nothing of what the articles are.

    Words that the store has kept are not cut again; those that are cut now are kept for the next time.
    """
    documents: list[Document] = []
    cut: list[Sequence[str]] = []
    new: dict[str, str] = {}
    segmenter = cache(Segmenter)  # takes seconds to make, and kept words never need it
    with store.read() as connection:
        total = articles.count(connection)
        for batch in _batches(_spread(connection, total, most)):
            kept = words.get(connection, {article.content_hash for article in batch}, SEGMENTER_VERSION)
            found = [Document(article.title, article.text) for article in batch]
            lacking = [n for n, article in enumerate(batch) if article.content_hash not in kept]
            fresh = segmenter().segment_lines([found[n].lines() for n in lacking]) if lacking else []
            made = dict(zip(lacking, fresh, strict=True))
            new |= {batch[n].content_hash: "\n".join(lines) for n, lines in made.items()}
            cut += [made.get(n) or kept[article.content_hash].split("\n") for n, article in enumerate(batch)]
            documents += found
            if advance is not None:
                advance(len(documents), min(total, most))
    if new:
        with (
            suppress(StoreError),
            store.begin() as connection,
        ):  # one that another step holds does without: they are cut again
            words.put(connection, SEGMENTER_VERSION, new)
    return Sample(total, tuple(documents), tuple(cut))


def _spread(connection: Connection, total: int, most: int) -> Iterator[StoredArticle]:
    ids = [first for first, _ in articles.id_ranges(connection, most)] if total > most else None
    return articles.stream(connection, ids=ids)


def _batches(found: Iterable[Thing]) -> Iterator[list[Thing]]:
    rest = iter(found)
    while batch := list(islice(rest, BATCH)):
        yield batch


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
