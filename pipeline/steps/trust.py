"""Trust: learns from articles that nobody has labelled how far each phrase can be trusted, and writes a file of phrases.

The campaign stays as it is: which file of phrases is read, config.toml alone says.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Final, TypeVar

from models.document import Document
from models.kept import SEGMENTER_VERSION
from models.phrases import Phrase, parse, untrusted
from models.reading import Words
from models.segment import Segmenter
from models.trust import Trusts, learn_trusts
from pipeline.config import Config, parse_config
from pipeline.console import Advance
from pipeline.cues import KINDS, TRUSTED, file_of, place_for, with_trusts
from pipeline.documents import document_of
from pipeline.errors import InputError
from pipeline.files import numbered_jsonl, writing
from pipeline.records import StoredArticle
from pipeline.store import Store, articles, words
from pipeline.wording import Words as Wording

LEAST: Final = 300  # articles; from fewer a phrase is seen too seldom: OWN of `models.trust` are needed of each
BATCH: Final = 200  # articles read together; about 1 MB of text

Each = TypeVar("Each")


@dataclass(frozen=True, slots=True)
class Trusted:
    """A phrase and how far it is trusted, in hundredths."""

    topic: str
    text: str
    percent: int


@dataclass(frozen=True, slots=True)
class Learnt:
    """What was learnt, and where it stands."""

    file: Path
    setting: str  # what `classify.cues` must say for the file to be read
    articles: int
    phrases: int  # cues and hints of the campaign
    trusted: tuple[Trusted, ...]  # those that stood in some article, the least trusted first
    faults: tuple[InputError, ...]  # rows that could not be read


def learn_from_file(config: Config, source: Path, out: Path | None, advance: Advance) -> Learnt:
    """Learns from the rows `{"title", "body"}` (and "lead" if present) of a file; labels that they carry are not looked at.

    A row that cannot be read is left out and told by its line.

    Raises:
        InputError: the campaign has no topic, the file cannot be read to its end, or holds fewer than LEAST articles.
    """
    faults: list[InputError] = []
    segmenter = Segmenter()
    rows = _batches(_documents(source, faults))
    cut = (segmenter.segment_lines([document.lines() for document in part]) for part in rows)
    return _learn(config, cut, out, advance, 0, faults)


def learn_from_store(config: Config, store: Store, out: Path | None, advance: Advance) -> Learnt:
    """Learns from the store's articles, of reprints the first.

    Raises:
        InputError: the campaign has no topic, or the store holds fewer than LEAST articles.
    """
    with store.read() as connection:
        total = articles.count(connection)
    return _learn(config, _stored(store), out, advance, total, [])


def _learn(
    config: Config, batches: Iterable[Words], out: Path | None, advance: Advance, total: int, faults: list[InputError]
) -> Learnt:
    if not config.topics:
        raise InputError(
            f"{config.file.name}: there is no [[topic]] yet, hence no phrase to learn of",
            f"{config.file.name}: chưa có [[topic]] nào nên chưa có cụm từ để học",
        )
    found = learn_trusts(config.codebook, batches, lambda done: advance(done, max(total, done) if total else 0))
    if found.articles < LEAST:
        raise _too_few(found.articles)
    setting, folder = config.classify.cues, config.file.parent
    file = file_of(setting, folder)
    text = "" if file is None else file.read_text(encoding="utf-8-sig")
    raw = parse_config(config.file, config.file.read_bytes(), phrases="").topics  # what config.toml itself says
    made = with_trusts(text, raw, found.of)
    place = folder / place_for(setting, folder, made) if out is None else out
    with writing(place) as opened:
        opened.write(made.encode())
    phrases = _phrases(config)
    inside = place.resolve().is_relative_to(folder.resolve())
    return Learnt(
        file=place,
        setting=(place.resolve().relative_to(folder.resolve()) if inside else place.resolve()).as_posix(),
        articles=found.articles,
        phrases=len(phrases),
        trusted=tuple(sorted(_trusted(phrases, found), key=lambda each: each.percent)),
        faults=tuple(faults),
    )


def _phrases(config: Config) -> dict[tuple[str, Phrase], str]:
    """Gives the cues and hints of every topic as they are written first."""
    found: dict[tuple[str, Phrase], str] = {}
    for topic in config.topics:
        for text in (text for kind in TRUSTED for text in getattr(topic, KINDS[kind])):
            found.setdefault((topic.id, parse(text)), untrusted(text))
    return found


def _trusted(phrases: Mapping[tuple[str, Phrase], str], found: Trusts) -> Iterator[Trusted]:
    for (topic, phrase), text in phrases.items():
        if (topic, phrase) in found.of:
            yield Trusted(topic, text, round(100 * found.of[topic, phrase]))


def _batches(each: Iterable[Each]) -> Iterator[list[Each]]:
    rows = iter(each)
    while part := list(islice(rows, BATCH)):
        yield part


def _documents(source: Path, faults: list[InputError]) -> Iterator[Document]:
    """Yields the text of every row that can be read; what is wrong with the others goes into `faults`."""
    for line, row in numbered_jsonl(source, bad=faults.append):
        try:
            yield document_of(source, line, row)
        except InputError as error:
            faults.append(error)


def _stored(store: Store) -> Iterator[Words]:
    segmenter = Segmenter()
    seen: set[str] = set()
    with store.read() as connection:
        for part in _batches(articles.stream(connection)):
            fresh = []
            for article in part:
                if article.cluster not in seen:
                    seen.add(article.cluster)
                    fresh.append(article)
            kept = words.get(connection, {article.content_hash for article in fresh}, SEGMENTER_VERSION)
            yield [_words(article, kept, segmenter) for article in fresh]


def _words(article: StoredArticle, kept: dict[str, str], segmenter: Segmenter) -> list[str]:
    if article.content_hash in kept:
        return kept[article.content_hash].split("\n")
    (cut,) = segmenter.segment_lines([Document(article.title, article.text).lines()])
    return cut


def _too_few(number: int) -> InputError:
    there, least = Wording("vi").number(number), Wording("vi").number(LEAST)
    return InputError(
        f"only {number:,} articles to learn from, {LEAST:,} or more are needed; crawl more, or give a file by --from",
        f"mới có {there} bài để học, cần ít nhất {least} bài; hãy thu thập thêm hoặc chỉ tệp bài bằng --from",
    )
