"""Words → matrix: TF-IDF over words and pairs of words of an article or of single lines, and latent themes of articles."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import chain, pairwise
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.decomposition import TruncatedSVD
from sklearn.preprocessing import normalize
from threadpoolctl import threadpool_limits

from models.settings import TrainSettings

MAX_REMEMBERED: Final = 200_000  # distinct words; about 40 MB

_WORD: Final = re.compile(r"\w")
_NUMBER: Final = re.compile(r"\d+")
_TITLE_MARK: Final = "t:"  # before the terms of a title, which are features of their own beside those of the text


class Features:
    """Learns a vocabulary with weights, and themes: the strongest directions of the articles (LSA).

    Learned: `vocabulary_` (terms in column order, the commonest first), `idf_` (n_terms,), `themes_` (n_themes, n), over
    the first n terms. No label is used.
    """

    def __init__(self, settings: TrainSettings) -> None:
        self.settings = settings

    def fit(self, articles: Sequence[Sequence[str]]) -> Self:
        """Learns from segmented articles (lists of lines, the title first).

        Kept are the `max_features` terms that stand in most articles, but not in more than the share `max_df` of them.
        """
        counts: Counter[str] = Counter()
        for lines in articles:
            terms = [line_terms(line) for line in lines]
            counts.update({*chain.from_iterable(terms), *title_terms(terms[0] if terms else [], 1)})
        least = min(self.settings.min_df, max(1, len(articles) // 10))
        most = max(self.settings.max_df * len(articles), least)
        able = [term for term, count in counts.items() if least <= count <= most]
        kept = sorted(able, key=lambda term: (-counts[term], term))[: self.settings.max_features]
        df = np.array([counts[term] for term in kept])
        none = np.zeros((0, 0), dtype=np.float16)
        self.restore(kept, np.log((1 + len(articles)) / (1 + df)) + 1, none)
        common = self.matrices(articles)[0][:, : self.settings.theme_terms]
        themes = min(self.settings.themes, min(common.shape) - 1)
        if themes > 0:
            with threadpool_limits(1):  # one core a process: the engine decides how many
                svd = TruncatedSVD(themes, n_iter=3, random_state=self.settings.seed).fit(common)
            self.themes_ = svd.components_.astype(np.float16)
        return self

    def restore(self, vocabulary: Sequence[str], idf: NDArray[np.floating], themes: NDArray[np.float16]) -> Self:
        """Takes a vocabulary, its weights and the themes as `fit` had learnt them."""
        self.vocabulary_ = list(vocabulary)
        self.idf_ = np.asarray(idf, dtype=np.float32)
        self.themes_ = themes
        self._places = {term: place for place, term in enumerate(self.vocabulary_)}
        return self

    def matrices(self, articles: Sequence[Sequence[str]]) -> tuple[csr_matrix, csr_matrix]:
        """Returns (n_articles, n_terms) and (n_lines, n_terms) float32, rows of unit length.

        The rows of articles know their titles; the lines are those of all articles in order.
        """
        places = [[self._known(line_terms(line)) for line in article] for article in articles]
        rows = (
            [*chain.from_iterable(lines), *self._title(article)]
            for article, lines in zip(articles, places, strict=True)
        )
        return self._matrix(rows), self._matrix(chain.from_iterable(places))

    def lines(self, lines: Iterable[str]) -> csr_matrix:
        """Returns (n_lines, n_terms) float32 of single segmented lines, rows of unit length."""
        return self._matrix(self._known(line_terms(line)) for line in lines)

    def themes(self, articles: csr_matrix) -> NDArray[np.float32]:
        """Returns (n_articles, n_themes), rows of unit length, from what `matrices` gave for the articles."""
        wide = articles[:, : self.themes_.shape[1]] @ self.themes_.T.astype(np.float32)
        return np.asarray(normalize(wide, copy=False)) if wide.size else wide

    def _title(self, article: Sequence[str]) -> list[int]:
        """Gives the columns of what a title says beside its words: those again, and marked."""
        terms = line_terms(article[0]) if article else []
        return self._known(title_terms(terms, self.settings.title_weight))

    def _known(self, terms: Iterable[str]) -> list[int]:
        places = self._places
        return [place for term in terms if (place := places.get(term)) is not None]

    def _matrix(self, rows: Iterable[list[int]]) -> csr_matrix:
        columns: list[int] = []
        ends = [0]
        for row in rows:
            columns += row
            ends.append(len(columns))
        shape = (len(ends) - 1, len(self.vocabulary_))
        matrix = csr_matrix((np.ones(len(columns), dtype=np.float32), columns, ends), shape=shape)
        matrix.sum_duplicates()
        matrix.data = (1 + np.log(matrix.data)) * self.idf_[matrix.indices]
        return csr_matrix(normalize(matrix, copy=False)) if shape[0] else matrix


def title_terms(terms: list[str], title_weight: int) -> list[str]:
    """Returns what a title adds to an article's terms: its own once more for each further weight, and marked."""
    return terms * (title_weight - 1) + [f"{_TITLE_MARK}{term}" for term in terms]


def line_terms(line: str) -> list[str]:
    """Returns the words of a segmented line, lower case, digits folded by length, and its pairs of neighbours."""
    words = [term for word in line.split(" ") if (term := _term(word))]
    return words + [f"{first} {second}" for first, second in pairwise(words)]


@lru_cache(maxsize=MAX_REMEMBERED)
def _term(word: str) -> str:
    """Gives a word as the vocabulary has it; "" for punctuation."""
    return _NUMBER.sub(_folded, word.lower()) if _WORD.search(word) else ""


def _folded(match: re.Match[str]) -> str:
    """Keeps years from 1930 to 2039 and numbers of one digit; others count by their length."""
    text = match[0]
    keep = len(text) == 1 or (len(text) == 4 and "1930" <= text <= "2039")
    return text if keep else "#" * len(text)
