"""Why: what made the scores of articles, of the store or of a file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from crawlers.urls import url_key
from models.document import Document
from models.explain import Why, explain
from models.tagger import Tagger
from pipeline.config import Config
from pipeline.documents import document_of, storable
from pipeline.errors import InputError, system_fault
from pipeline.files import numbered_jsonl
from pipeline.steps.model import chosen_cutoffs, load_model, named_model
from pipeline.store import Store, articles

TEXT = ".txt"  # a file with one article: the title in the first line, then the body


@dataclass(frozen=True, slots=True)
class Told:
    """One article, the model that was asked, and what made its scores."""

    id: str
    title: str
    model: str
    topics: tuple[Why, ...]


def explain_file(config: Config | None, file: Path, *, topic: str | None, model: Path | None) -> Iterator[Told]:
    """Yields what made the scores of each row `{"title", "body"}` of a JSONL file, or of the one article of a .txt file.

    Without a topic told are those decided or in doubt, and the strongest other one.

    Raises:
        InputError: names file and line of a row that cannot be read, or there is no such topic.
        ModelError: the model cannot be loaded.
    """
    tagger, asked = _tagger(config, model, topic)
    for identity, document in _texts(file) if file.suffix == TEXT else _rows(file):
        yield _told(tagger, identity, document, asked)


def explain_article(config: Config, store: Store, named: str, *, topic: str | None, model: Path | None) -> Told:
    """Tells what made the scores of an article of the store, which is named by its id or its URL.

    Raises:
        InputError: the store has no such article, or there is no such topic.
        ModelError: the model cannot be loaded.
    """
    with store.read() as connection:
        found = articles.get(connection, named)
        if found is None and (place := articles.ids_by_url_key(connection).get(_key(named))):
            found = articles.get(connection, place)
    if found is None:
        raise InputError(
            f"{named}: neither a file nor the id or URL of an article in the store",
            f"{named}: không phải tệp, cũng không phải mã hay địa chỉ của bài nào trong kho",
        )
    tagger, asked = _tagger(config, model, topic)
    return _told(tagger, found.id, Document(found.title, found.text), asked)


def _tagger(config: Config | None, model: Path | None, topic: str | None) -> tuple[Tagger, Sequence[str] | None]:
    """Loads the model, and gives the topics to tell of; None where the article decides."""
    tagger = load_model(*named_model(config, model), chosen_cutoffs(config))
    if topic is not None and topic not in tagger.asked:
        known = ", ".join(tagger.asked)
        raise InputError(f"no such topic {topic!r}; there are: {known}", f"không có chủ đề {topic!r}; đang có: {known}")
    return tagger, None if topic is None else [topic]


def _told(tagger: Tagger, identity: str, document: Document, asked: Sequence[str] | None) -> Told:
    (words,) = tagger.segment([document])
    return Told(identity, document.title, tagger.version, explain(tagger, document, words, asked))


def _rows(file: Path) -> Iterator[tuple[str, Document]]:
    for number, row in numbered_jsonl(file):
        yield str(storable(row.get("id", number))), document_of(file, number, row)


def _texts(file: Path) -> Iterator[tuple[str, Document]]:
    try:
        title, _, body = file.read_text(encoding="utf-8-sig").partition("\n")
    except UnicodeDecodeError:
        raise InputError(
            f"{file}: not UTF-8; save it as UTF-8", f"{file}: không theo bảng mã UTF-8; hãy lưu lại bằng UTF-8"
        ) from None
    except OSError as error:
        en, vi = system_fault(error)
        raise InputError(f"{file}: cannot be read: {en}", f"{file}: không đọc được: {vi}") from None
    yield file.name, document_of(file, 1, {"title": title, "body": body})


def _key(url: str) -> str:
    """Gives the identity of a page; "", which no page has, where the text is no address."""
    try:
        return url_key(url)
    except ValueError:
        return ""
