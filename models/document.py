"""What a classifier reads: a title and a body, cut into lines of one sentence each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from models.text import MAX_SENTENCE_CHARS, sentences

MAX_BODY_CHARS: Final = 200_000  # characters of one body that are read; the longest political reports have some 150,000


@dataclass(frozen=True, slots=True)
class Document:
    """One article's text; `body` begins with its lead."""

    title: str
    body: str

    def lines(self) -> list[str]:
        """Gives the title, "" where there is none, then the sentences of the body, each as it was written."""
        return [" ".join(self.title[:MAX_SENTENCE_CHARS].split()), *sentences(self.body[:MAX_BODY_CHARS])]
