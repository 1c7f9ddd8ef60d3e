"""Rows of users' files as the models want them: the text of an article, and what reviewers said of it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from crawlers.legacy import repair
from models.classifier import UNLABELLED
from models.document import Document
from pipeline.errors import InputError
from pipeline.files import numbered_jsonl, text_field

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Labelled:
    """A label file: articles, and `labels` (n_articles, n_topics): 1, 0, or UNLABELLED where nobody spoke."""

    topics: tuple[str, ...]
    documents: tuple[Document, ...]
    labels: np.ndarray
    sha256: str  # of the articles and labels as read; the same rows give the same digest, packed or not


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


def read_labelled(file: Path, topics: Sequence[str]) -> Labelled:
    """Reads rows `{"title", "body", "topics"}`: a row speaks for every topic, or for those of `"reviewed"` alone.

    Raises:
        InputError: names file and line: not JSON, a text that is not text, an unknown topic; or the file has no row.
    """
    documents: list[Document] = []
    labels: list[list[int]] = []
    for number, row in numbered_jsonl(file, required=("topics",)):
        yes = _topics(file, number, row, "topics", topics)
        spoken = topics if row.get("reviewed") is None else _topics(file, number, row, "reviewed", topics)
        documents.append(document_of(file, number, row))
        labels.append([int(topic in yes) if topic in {*spoken, *yes} else UNLABELLED for topic in topics])
    if not documents:
        raise InputError(f"{file}: no labelled row", f"{file}: không có dòng nhãn nào")
    matrix = np.array(labels, dtype=np.int8).reshape(len(documents), len(topics))
    digest = hashlib.sha256("\x1f".join(topics).encode())
    for document, given in zip(documents, matrix, strict=True):
        digest.update(f"\x1e{document.title}\x1f{document.body}\x1f".encode() + given.tobytes())
    return Labelled(tuple(topics), tuple(documents), matrix, digest.hexdigest())


def _topics(file: Path, number: int, row: Mapping[str, Any], key: str, known: Sequence[str]) -> list[str]:
    named = row[key]
    if not isinstance(named, list) or any(not isinstance(topic, str) for topic in named):
        raise InputError(
            f'{file}:{number}: "{key}": expected a list of topic ids, got {named!r}',
            f'{file}:{number}: "{key}": cần danh sách mã chủ đề, nhận được {named!r}',
        )
    if strange := [topic for topic in named if topic not in known]:
        raise InputError(
            f"{file}:{number}: no such topic {strange[0]!r}; there are: {', '.join(known)}",
            f"{file}:{number}: không có chủ đề {strange[0]!r}; đang có: {', '.join(known)}",
        )
    return named
