"""Words → matrix: TF-IDF over words and pairs of words of an article or of single lines; numbers folded."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.preprocessing import normalize

from models.settings import TrainSettings

_WORD: Final = re.compile(r"\w")
_NUMBER: Final = re.compile(r"\d+")
_TITLE_MARK: Final = "t:"  # before the terms of a title, which are features of their own beside those of the text


class Features:
    """Learns a vocabulary with weights. Learned: `vocabulary_` (terms in column order), `idf_` (n_terms,)."""

    def __init__(self, settings: TrainSettings) -> None:
        self.settings = settings

    def fit(self, articles: Sequence[Sequence[str]]) -> Self:
        """Learns from segmented articles (lists of lines, the title first).

        Kept are the `max_features` terms that stand in most articles, but not in more than the share `max_df` of them.
        """
        counts = Counter(term for lines in articles for term in {*self._terms(lines)})
        least = min(self.settings.min_df, max(1, len(articles) // 10))
        most = max(self.settings.max_df * len(articles), least)
        able = [term for term, count in counts.items() if least <= count <= most]
        kept = sorted(able, key=lambda term: (-counts[term], term))[: self.settings.max_features]
        df = np.array([counts[term] for term in kept])
        return self.restore(kept, np.log((1 + len(articles)) / (1 + df)) + 1)

    def restore(self, vocabulary: Sequence[str], idf: NDArray[np.floating]) -> Self:
        """Takes a vocabulary and its weights as `fit` had learnt them."""
        self.vocabulary_ = list(vocabulary)
        self.idf_ = np.asarray(idf, dtype=np.float32)
        self._places = {term: place for place, term in enumerate(self.vocabulary_)}
        return self

    def articles(self, articles: Sequence[Sequence[str]]) -> csr_matrix:
        """Returns (n_articles, n_terms) float32, rows of unit length."""
        return self._matrix(self._terms(lines) for lines in articles)

    def lines(self, lines: Iterable[str]) -> csr_matrix:
        """Returns (n_lines, n_terms) float32 of single segmented lines, rows of unit length, without title marks."""
        return self._matrix(line_terms(line) for line in lines)

    def _terms(self, lines: Sequence[str]) -> list[str]:
        return article_terms(lines, self.settings.title_weight)

    def _matrix(self, rows: Iterable[list[str]]) -> csr_matrix:
        places = self._places
        columns: list[int] = []
        ends = [0]
        for terms in rows:
            columns += [place for term in terms if (place := places.get(term)) is not None]
            ends.append(len(columns))
        shape = (len(ends) - 1, len(self.vocabulary_))
        matrix = csr_matrix((np.ones(len(columns), dtype=np.float32), columns, ends), shape=shape)
        matrix.sum_duplicates()
        matrix.data = (1 + np.log(matrix.data)) * self.idf_[matrix.indices]
        return csr_matrix(normalize(matrix, copy=False))


def article_terms(lines: Sequence[str], title_weight: int) -> list[str]:
    """Returns the terms of a segmented article: those of every line, the title's again, and the title's marked."""
    found = [term for line in lines for term in line_terms(line)]
    title = line_terms(lines[0]) if lines else []
    return found + title * (title_weight - 1) + [f"{_TITLE_MARK}{term}" for term in title]


def line_terms(line: str) -> list[str]:
    """Returns the words of a segmented line, lower case, digits folded by length, and its pairs of neighbours."""
    words = [_NUMBER.sub(_folded, word) for word in line.lower().split(" ") if _WORD.search(word)]
    return words + [f"{first} {second}" for first, second in pairwise(words)]


def _folded(match: re.Match[str]) -> str:
    """Keeps years from 1930 to 2039 and numbers of one digit; others count by their length."""
    text = match[0]
    keep = len(text) == 1 or (len(text) == 4 and "1930" <= text <= "2039")
    return text if keep else "#" * len(text)
