"""Words → matrices: what an article says (terms, themes, cues), and what each of its lines says (terms, cues, place)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain, pairwise
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, hstack
from threadpoolctl import threadpool_limits

from models.codebook import Codebook
from models.encode import UNKNOWN, Encoded, Encoder, term
from models.hashed import KeyTable, sort_small
from models.kept import Batch
from models.reading import Floats, Ints, Words
from models.settings import TrainSettings
from models.weak import CueReader

PLACES: Final = 4  # columns that tell where a line stands: title, lead, last third, and how long the article is
LEAD_LINES: Final = 3  # after the title
MOST_CUES: Final = 2.0  # weight of cues in one line above which more say nothing new

_TITLE_MARK: Final = "t:"  # before the terms of a title, which are features of their own beside those of the text
_LAST_PART: Final = 2 / 3  # of an article's lines; there stand tasks, biographies, furniture
_LONG: Final = 5.0  # logarithm of 150 lines, a very long article


@dataclass(frozen=True, slots=True)
class Corpus:
    """Articles as matrices: a row an article, and a row a line; article n has the lines `starts[n]` to `starts[n + 1]`."""

    articles: csr_matrix
    lines: csr_matrix
    said: Floats  # (n_lines, n_topics): weights of the cues in each line
    starts: Ints

    def part(self, rows: Ints) -> Corpus:
        """Gives some of the articles, in the order of `rows`."""
        spans = [range(self.starts[row], self.starts[row + 1]) for row in rows]
        lines = [line for span in spans for line in span]
        starts = np.cumsum([0, *(len(span) for span in spans)], dtype=np.int64)
        return Corpus(self.articles[rows], self.lines[lines], self.said[lines], starts)


class Features:
    """Learns a vocabulary with weights, and themes: the strongest directions of the articles (LSA).

    Learned: `vocabulary_` (terms in column order, the commonest first), `idf_` (n_terms,), `themes_` (n_themes, n), over
    the first n terms. No label is used.
    """

    def __init__(self, codebook: Codebook, settings: TrainSettings) -> None:
        self.settings = settings
        self._cues = CueReader(codebook)
        self._topics = len(codebook.topics)

    @property
    def widths(self) -> tuple[int, int]:
        """Numbers of columns of the matrices of articles and of lines."""
        terms = len(self.vocabulary_)
        return terms + len(self.themes_) + self._topics, terms + 2 * self._topics + PLACES

    def fit(self, articles: Words) -> Self:
        """Learns from segmented articles.

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
        self.restore(kept, np.log((1 + len(articles)) / (1 + df)) + 1, np.zeros((0, 0), dtype=np.float16))
        batch = Batch.of(articles)
        common = self._terms(self._encoder.encode_text(batch.text), batch.starts)[0][:, : self.settings.theme_terms]
        themes = min(self.settings.themes, min(common.shape) - 1)
        if themes > 0:
            from sklearn.decomposition import TruncatedSVD  # noqa: PLC0415 - a second to import, and reading needs none of it

            with threadpool_limits(1):  # one core a process: the engine decides how many
                svd = TruncatedSVD(themes, n_iter=3, random_state=self.settings.seed).fit(common)
            self._take_themes(svd.components_.astype(np.float16))
        return self

    def restore(self, vocabulary: Sequence[str], idf: Floats, themes: Floats) -> Self:
        """Takes a vocabulary, its weights and the themes as `fit` had learnt them."""
        self.vocabulary_ = list(vocabulary)
        self.idf_ = np.asarray(idf, dtype=np.float32)
        self._columns = _Columns(self.vocabulary_)
        self._encoder = Encoder(self._columns.words, self._cues.syllables)
        self._take_themes(themes)
        return self

    def corpus(self, articles: Words) -> Corpus:
        """Gives articles as matrices of float32, (n_articles, n) and (n_lines, m); the `widths` are n and m.

        Terms are TF-IDF rows of unit length, themes rows of length `theme_scale`, the rest between 0 and its scale.
        """
        settings, batch = self.settings, Batch.of(articles)
        encoded, starts = self._encoder.encode_text(batch.text), batch.starts
        terms, line_rows = self._terms(encoded, starts)
        weights = self._cues.weights(encoded)
        cues = self._cues.scores(self._cues.strengths(weights, starts), starts) * settings.cue_scale
        whole = hstack([terms, _sparse(self._themed(terms)), _sparse(cues)])
        said = np.minimum(weights, MOST_CUES)
        beside = _beside(said, starts) * settings.beside_scale
        places = _places(starts) * settings.place_scale
        own = _sparse(np.hstack([said * settings.line_cue_scale, beside, places]))
        return Corpus(csr_matrix(whole), csr_matrix(hstack([line_rows, own])), weights, starts)

    def _terms(self, encoded: Encoded, starts: Ints) -> tuple[csr_matrix, csr_matrix]:
        """Returns TF-IDF of articles, which know their titles, and of lines."""
        size = len(encoded.term_starts) - 1
        owners = np.repeat(np.arange(len(starts) - 1), np.diff(starts))
        is_title = np.zeros(size, dtype=bool)
        is_title[starts[:-1][np.diff(starts) > 0]] = True
        lines, columns, title_lines, titled = self._columns.find(encoded, is_title)
        again = np.flatnonzero(is_title.take(lines))
        further = [again] * (self.settings.title_weight - 1)
        rows = owners.take(np.concatenate([lines, *(lines[each] for each in further), title_lines]))
        places = np.concatenate([columns, *(columns[each] for each in further), titled])
        whole = self._weighted(rows, places, len(starts) - 1)
        return whole, self._weighted(lines, columns, size)

    def _weighted(self, rows: Ints, columns: Ints, size: int) -> csr_matrix:
        """Returns TF-IDF of terms, each named by row and column as often as it stands there."""
        width = max(1, len(self.vocabulary_))
        cells = sort_small(rows * width + columns, size * width)  # half the time of a matrix that sums its duplicates
        new = np.ones(len(cells), dtype=np.bool_)
        np.not_equal(cells[1:], cells[:-1], out=new[1:])
        first = np.flatnonzero(new)
        cells, counts = cells[first], np.diff(first, append=len(cells)).astype(np.float32)
        ends = np.searchsorted(cells, (np.arange(size + 1) * width).astype(cells.dtype))
        indices = (cells % cells.dtype.type(width)).astype(np.int32)
        data = (1 + np.log(counts)) * self.idf_[indices]
        matrix = csr_matrix((data, indices, ends), shape=(size, len(self.vocabulary_)))
        return _unit_rows(matrix)

    def _take_themes(self, themes: Floats) -> None:
        self.themes_ = themes
        self._theme_columns = np.asarray(themes.T, dtype=np.float32)

    def _themed(self, terms: csr_matrix) -> Floats:
        wide: Floats = np.asarray(terms[:, : self.themes_.shape[1]] @ self._theme_columns)
        if not wide.size:
            return wide
        norms = np.sqrt(np.einsum("ij,ij->i", wide, wide))
        norms[norms < 10 * np.finfo(norms.dtype).eps] = 1.0  # such a row has no direction
        return np.asarray(wide / norms[:, None] * self.settings.theme_scale)


class _Columns:
    """The columns of a vocabulary by number: of words, of pairs of words, and of both in titles."""

    def __init__(self, vocabulary: Sequence[str]) -> None:
        places = {text: place for place, text in enumerate(vocabulary)}
        bare = [text.removeprefix(_TITLE_MARK) for text in vocabulary]
        self.words = sorted({word for text in bare for word in text.split(" ")})
        numbers = {word: number for number, word in enumerate(self.words, start=1)}
        self._size = len(self.words) + 1
        pairs = {}
        for text in bare:
            first, blank, second = text.partition(" ")
            if blank:
                pairs[numbers[first] * self._size + numbers[second]] = text
        self._keys = KeyTable(pairs)
        texts = ["", *self.words, *pairs.values()]  # number UNKNOWN is no word; those of pairs follow
        self._plain = np.array([places.get(text, -1) for text in texts], dtype=np.int64)
        self._titled = np.array([places.get(f"{_TITLE_MARK}{text}", -1) for text in texts], dtype=np.int64)

    def find(self, encoded: Encoded, is_title: NDArray[np.bool_]) -> tuple[Ints, Ints, Ints, Ints]:
        """Returns line and column of every word and pair that the vocabulary has, then those of titles as a title's own."""
        terms = encoded.terms
        lines = np.repeat(np.arange(len(encoded.term_starts) - 1), np.diff(encoded.term_starts))
        known = terms != UNKNOWN
        first = np.flatnonzero((lines[:-1] == lines[1:]) & known[:-1] & known[1:])
        at, pairs = self._keys.find(terms[first] * self._size + terms[first + 1])
        lines, numbers = np.append(lines, lines[first[at]]), np.append(terms, pairs + self._size)
        titles = np.flatnonzero(is_title.take(lines))
        columns, titled = self._plain.take(numbers), self._titled.take(numbers[titles])
        there, marked = np.flatnonzero(columns >= 0), np.flatnonzero(titled >= 0)
        return lines[there], columns[there], lines[titles[marked]], titled[marked]


def _sparse(table: Floats) -> csr_matrix:
    """Gives a full matrix as scipy's own conversion does, in a third of the time."""
    values = np.ascontiguousarray(table, dtype=np.float32).ravel()
    there, (size, width) = np.flatnonzero(values != 0), table.shape
    starts = np.searchsorted(there, np.arange(size + 1) * width)
    return csr_matrix((values.take(there), there % max(1, width), starts), shape=(size, width))


def _unit_rows(matrix: csr_matrix) -> csr_matrix:
    """Gives rows the length 1, in place; empty ones stay empty.

    To the bit what scikit-learn's `normalize` gives, which looks into much before it begins: squares are rounded to 32 bits,
    and added one after the other in 64.
    """
    size, squares = matrix.shape[0], (matrix.data * matrix.data).astype(np.float64)
    sums = csr_matrix((squares, np.zeros(len(squares), dtype=np.int32), matrix.indptr), shape=(size, 1)) @ np.ones(1)
    norms = np.sqrt(np.where(sums == 0, 1.0, sums))
    matrix.data = (matrix.data / np.repeat(norms, np.diff(matrix.indptr))).astype(np.float32)
    return matrix


def _beside(said: Floats, starts: Ints) -> Floats:
    """Returns what the stronger neighbour of each line says, same shape; lines of other articles are none."""
    before, after = np.roll(said, 1, axis=0), np.roll(said, -1, axis=0)
    full = np.diff(starts) > 0
    before[starts[:-1][full]] = 0.0
    after[starts[1:][full] - 1] = 0.0
    return np.maximum(before, after)


def _places(starts: Ints) -> Floats:
    """Returns (n_lines, PLACES), 0 to about 1: title, lead, last third, length of the article."""
    sizes = np.diff(starts)
    size = np.repeat(sizes, sizes)
    place = np.arange(len(size)) - np.repeat(starts[:-1], sizes)
    lead = (place > 0) & (place <= LEAD_LINES)
    return np.column_stack([place == 0, lead, place > size * _LAST_PART, np.log(np.maximum(size, 1)) / _LONG])


def title_terms(terms: list[str], title_weight: int) -> list[str]:
    """Returns what a title adds to an article's terms: its own once more for each further weight, and marked."""
    return terms * (title_weight - 1) + [f"{_TITLE_MARK}{term}" for term in terms]


def line_terms(line: str) -> list[str]:
    """Returns the words of a segmented line, lower case, digits folded by length, and its pairs of neighbours."""
    words = [text for word in line.split(" ") if (text := term(word))]
    return words + [f"{first} {second}" for first, second in pairwise(words)]
