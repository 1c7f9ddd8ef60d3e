"""Rows of users' files as the models want them: the text of an article, and what reviewers said of it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from crawlers.legacy import repair
from models.codebook import UNLABELLED
from models.document import Document
from models.linear import Marked
from models.segment import Segmenter
from pipeline.errors import InputError
from pipeline.files import numbered_jsonl, text_field

OWN_KEYS = frozenset({"id", "title", "lead", "body"})  # what every row says of its article; the rest are columns
MAX_COLUMN_CHARS = 200  # characters of a value by which rows may be told apart; longer ones are texts

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class MarkedText:
    """The sentences of a labelled article and which of them speak for which topic."""

    article: int  # its place among the documents
    sentences: tuple[str, ...]
    labels: np.ndarray  # (n_sentences, n_topics): 1, 0, or UNLABELLED: the article has the topic, but nobody said where


@dataclass(frozen=True, slots=True)
class Labelled:
    """A label file: articles, and `labels` (n_articles, n_topics): 1, 0, or UNLABELLED where nobody spoke."""

    topics: tuple[str, ...]
    documents: tuple[Document, ...]
    labels: np.ndarray
    marked: tuple[MarkedText, ...]
    sha256: str  # of everything read; the same rows give the same digest, packed or not
    ids: tuple[str, ...] = ()  # of the articles; "" where a row has none
    columns: tuple[Mapping[str, str], ...] = ()  # what else each row says in short values: readers, source, …


def document_of(file: Path, number: int, row: Mapping[str, Any]) -> Document:
    """Gives the text of a row: title, and body with its lead before it; null is no text.

    Legacy Vietnamese encodings are repaired.

    Raises:
        InputError: names file and line: the value is not text.
    """
    title, lead, body = (repair(storable(text_field(file, number, row, key))) for key in ("title", "lead", "body"))
    return Document(title, body if not lead or body.startswith(lead) else f"{lead}\n{body}")


def storable(value: Value) -> Value | str:
    """Gives a text with halves of surrogate pairs, which no file can hold, as "?"; anything else as it is."""
    return value.encode(errors="replace").decode() if isinstance(value, str) else value


def spoken(file: Path, number: int, row: Mapping[str, Any], known: Sequence[str]) -> dict[str, bool]:
    """Gives what a labelled row says: topic -> whether the article has it, in the order of `known`.

    A row speaks for every topic; with `"reviewed"` for the topics there, none where it is empty, and for those it names.

    Raises:
        InputError: names file and line: `topics` is missing, a list is none, or a topic is unknown.
    """
    yes = _topics(file, number, row, "topics", known)
    asked = known if row.get("reviewed") is None else _topics(file, number, row, "reviewed", known)
    return {topic: topic in yes for topic in known if topic in asked or topic in yes}


def read_labelled(file: Path, topics: Sequence[str]) -> Labelled:
    """Reads rows `{"title", "body", "topics"}`; which topics a row speaks for, `spoken` says.

    A row `{"id", "sentences", "evidence": {topic: [numbers]}}` marks, for the article that a row before it has under the
    same id, which of its sentences (counted from 0) speak for which topic. Without "sentences" they are the title and the
    sentences as this program cuts them.

    Raises:
        InputError: names file and line: not JSON, a text that is not text, no text at all, an unknown topic; or the file has
            no article.
    """
    documents: list[Document] = []
    labels: list[list[int]] = []
    marked: list[MarkedText] = []
    columns: list[Mapping[str, str]] = []
    ids: list[str] = []
    places: dict[object, int] = {}
    for number, row in numbered_jsonl(file):
        if "sentences" in row or ("evidence" in row and "topics" not in row):
            place = _place(file, number, row, places)
            marked.append(_marked(file, number, row, topics, place, documents[place], labels[place]))
            continue
        said = spoken(file, number, row, topics)
        document = document_of(file, number, row)
        if not document.title.strip() and not document.body.strip():
            raise InputError(
                f'{file}:{number}: no text: neither "title" nor "body" holds any',
                f'{file}:{number}: không có chữ nào trong "title" và "body"',
            )
        if row.get("id") is not None:
            places[str(row["id"])] = len(documents)
        documents.append(document)
        ids.append(str(row.get("id", "")))
        columns.append(_columns(row))
        labels.append([int(said[topic]) if topic in said else UNLABELLED for topic in topics])
    if not documents:
        raise InputError(f"{file}: no labelled article", f"{file}: không có bài đã gán nhãn nào")
    matrix = np.array(labels, dtype=np.int8).reshape(len(documents), len(topics))
    digest = _digest(topics, documents, matrix, marked)
    return Labelled(
        tuple(topics), tuple(documents), matrix, tuple(marked), digest, ids=tuple(ids), columns=tuple(columns)
    )


def segmented(labelled: Labelled) -> tuple[list[list[str]], tuple[Marked, ...]]:
    """Gives the words of the articles, and the marked sentences as words."""
    segmenter = Segmenter()
    words = segmenter.segment_lines([document.lines() for document in labelled.documents])
    lines = segmenter.segment_lines([mark.sentences for mark in labelled.marked])
    return words, tuple(
        Marked(mark.article, own, mark.labels) for mark, own in zip(labelled.marked, lines, strict=True)
    )


def _place(file: Path, number: int, row: Mapping[str, Any], places: Mapping[object, int]) -> int:
    place = places.get(str(row.get("id")))
    if place is None:
        raise InputError(
            f'{file}:{number}: no article with "id" {row.get("id")!r} stands before its sentences',
            f'{file}:{number}: trước các câu này không có bài nào có "id" {row.get("id")!r}',
        )
    return place


def _marked(
    file: Path,
    number: int,
    row: Mapping[str, Any],
    topics: Sequence[str],
    place: int,
    document: Document,
    given: Sequence[int],
) -> MarkedText:
    evidence = row.get("evidence")
    sentences = row["sentences"] if "sentences" in row else document.lines()
    if not isinstance(sentences, list) or any(not isinstance(sentence, str) for sentence in sentences):
        raise _unlike(file, number, "sentences", "a list of texts", "danh sách chuỗi", sentences)
    if not isinstance(evidence, dict):
        raise _unlike(file, number, "evidence", "an object", "một đối tượng", evidence)
    labels = np.zeros((len(sentences), len(topics)), dtype=np.int8)
    labels[:, [each == 1 and topic not in evidence for topic, each in zip(topics, given, strict=True)]] = UNLABELLED
    for topic, numbers in evidence.items():
        _known(file, number, [topic], topics)
        if not isinstance(numbers, list) or any(type(n) is not int or n not in range(len(sentences)) for n in numbers):
            raise _unlike(file, number, "evidence", "numbers of sentences, from 0", "số thứ tự câu, từ 0", numbers)
        labels[numbers, topics.index(topic)] = 1
    return MarkedText(place, tuple(" ".join(repair(storable(text)).split()) for text in sentences), labels)


def _columns(row: Mapping[str, Any]) -> dict[str, str]:
    return {
        key: text
        for key, value in row.items()
        if key not in OWN_KEYS and isinstance(value, str | int | float) and len(text := str(value)) <= MAX_COLUMN_CHARS
    }


def _topics(file: Path, number: int, row: Mapping[str, Any], key: str, known: Sequence[str]) -> list[str]:
    if key not in row:
        raise InputError(f'{file}:{number}: missing "{key}"', f'{file}:{number}: thiếu "{key}"')
    named = row[key]
    if not isinstance(named, list) or any(not isinstance(topic, str) for topic in named):
        raise _unlike(file, number, key, "a list of topic ids", "danh sách mã chủ đề", named)
    _known(file, number, named, known)
    return named


def _known(file: Path, number: int, named: Sequence[str], known: Sequence[str]) -> None:
    if strange := [topic for topic in named if topic not in known]:
        raise InputError(
            f"{file}:{number}: no such topic {strange[0]!r}; there are: {', '.join(known)}",
            f"{file}:{number}: không có chủ đề {strange[0]!r}; đang có: {', '.join(known)}",
        )


def _unlike(file: Path, number: int, key: str, expected: str, can: str, got: object) -> InputError:
    return InputError(
        f'{file}:{number}: "{key}": expected {expected}, got {got!r:.80}',
        f'{file}:{number}: "{key}": cần {can}, nhận được {got!r:.80}',
    )


def _digest(
    topics: Sequence[str], documents: Sequence[Document], labels: np.ndarray, marked: Sequence[MarkedText]
) -> str:
    digest = hashlib.sha256("\x1f".join(topics).encode())
    for document, given in zip(documents, labels, strict=True):
        digest.update(f"\x1e{document.title}\x1f{document.body}\x1f".encode() + given.tobytes())
    for mark in marked:
        digest.update("\x1f".join(("\x1d", str(mark.article), *mark.sentences)).encode() + mark.labels.tobytes())
    return digest.hexdigest()
