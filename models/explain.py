"""Explain: what made the scores of one article: views, words, lines and the codebook's phrases, in numbers that add up.

The sums are those of the model itself, taken apart column by column; how they are said is left to others.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise
from typing import Final, Literal

import numpy as np
from scipy.sparse import csr_matrix

from models.classifier import TopicClassifier
from models.codebook import Codebook, Topic
from models.document import Document
from models.encode import Encoder, is_numeral, syllables
from models.features import PLACES, Corpus, title_terms
from models.kept import Batch
from models.phrase_index import PhraseIndex
from models.phrases import NUMBER, Phrase, parse, untrusted
from models.reading import Floats
from models.stack import VIEWS, views_of
from models.tagger import Tagger
from models.weak import CueReader, WeakTagger

REMEMBERED: Final = 64  # topics whose phrases are parsed but once
CONSTANT: Final = "constant"
PARTS: Final = (
    "term",  # `text` is a word, or two that stand side by side
    "title_term",
    "other_terms",  # all that are not named one by one
    "themes",
    "cues",  # of the topic itself; in a line of this very line
    "beside",  # in the lines before and after it
    "other_cues",  # of all other topics
    "place",
    CONSTANT,
)
_TITLE_MARK: Final = title_terms([""], 1)[0]
_CHOICES: Final = re.compile(r"\(([^()]*)\)")
_SYLLABLE: Final = re.compile(r"#|[^\W_]+")
_FAR: Final = 1e-12  # a probability nearer to 0 or 1 than this has no margin that says more

Kind = Literal["cue", "hint", "exclusion", "definition"]


@dataclass(frozen=True, slots=True)
class Part:
    """One addend of a margin: a view of the second level, or a column of a linear model; see VIEWS and PARTS."""

    kind: str
    text: str  # of a term; "" for all else
    value: float


@dataclass(frozen=True, slots=True)
class Line:
    """A line that speaks for a topic; `parts` add up to its margin, and are none where the model cannot be taken apart."""

    number: int  # within the article; the title is 0
    text: str  # as written
    margin: float
    parts: tuple[Part, ...] = ()


@dataclass(frozen=True, slots=True)
class Said:
    """A phrase of the codebook that stands in a line. What stands beside an exclusion is silenced."""

    line: int
    kind: Kind
    text: str  # as the codebook writes it; "" where the name or the definition gives it
    found: str  # the same without what does not stand in the line: other choices of brackets, and what would bar it
    silenced: bool


@dataclass(frozen=True, slots=True)
class Cues:
    """What the phrases say of an article: `strength` adds up its lines, and reaching `half` is a score of one half."""

    score: float
    strength: float
    half: float
    said: tuple[Said, ...]
    lines: tuple[Line, ...]  # those that say something, the strongest first; their margins add up to `strength`


@dataclass(frozen=True, slots=True)
class Why:
    """What made the score of one topic. Of a topic that is left to its cues only these are known."""

    topic: str
    score: float
    cutoff: float
    decided: bool
    unsure: bool  # in the band of doubt: a person should decide
    band: tuple[float, float] | None  # scores from … to, that one left out
    margin: float | None  # logarithm of the odds that the score is
    views: tuple[Part, ...]  # add up to `margin`
    article_margin: float | None  # of the article's own model
    article: tuple[Part, ...]  # add up to `article_margin`
    lines: tuple[Line, ...]  # those that speak most, the strongest first
    cues: Cues


def explain(
    tagger: Tagger,
    document: Document,
    words: Sequence[str],
    topics: Collection[str] | None = None,
    *,
    terms: int = 8,
    lines: int = 3,
) -> tuple[Why, ...]:
    """Tells what made the scores of `topics`; None is those that are decided or in doubt, and the strongest other one.

    `words` is what `Tagger.segment` gives for the article. Named are the `terms` greatest and least addends of a sum, and
    the `lines` that speak most.
    """
    scores, decided = (each[0] for each in tagger.predict([words]))
    unsure, (low, high) = tagger.unsure(scores[np.newaxis])[0], tagger.bands()
    asked = telling(tagger.asked, scores, decided | unsure) if topics is None else topics
    texts = document.lines()
    made = []
    for column in (tagger.asked.index(topic) for topic in asked):
        topic = tagger.asked[column]
        learnt = tagger.champion if topic in tagger.topics else None
        book = tagger.codebook if learnt is None else learnt.codebook
        views, whole, spoken = _taken_apart(tagger, topic, texts, words, terms, lines)
        name = topic if learnt is None else tagger.learnt_as[topic]
        cues = _cues(book.topics[book.ids.index(name)], texts, _as_read(tagger, topic, words))
        made.append(
            Why(
                topic=topic,
                score=float(scores[column]),
                cutoff=float(tagger.cutoffs()[column]),
                decided=bool(decided[column]),
                unsure=bool(unsure[column]),
                band=None if learnt is None else (float(low[column]), float(high[column])),
                margin=_sum(views),
                views=views,
                article_margin=_sum(whole),
                article=whole,
                lines=spoken if learnt is not None else cues.lines[:lines],
                cues=cues,
            )
        )
    return tuple(made)


def telling(topics: Sequence[str], scores: Floats, chosen: np.ndarray) -> list[str]:
    """Gives the chosen topics and the one that scores most of the others, in column order."""
    others = np.flatnonzero(~chosen)
    shown = {*np.flatnonzero(chosen).tolist(), *(others[[scores[others].argmax()]].tolist() if len(others) else [])}
    return [topic for column, topic in enumerate(topics) if column in shown]


def _as_read(tagger: Tagger, topic: str, words: Sequence[str]) -> Sequence[str]:
    """Gives the words of an article as the cues of a topic are looked for in them: with their marks, were these lost."""
    champion = tagger.champion
    if topic in tagger.cued:
        cued = Codebook(tuple(each for each in tagger.codebook.topics if each.id in tagger.cued))
        return _weak(cued).restorer.restored([words])[0]
    return champion.restorer_.restored([words])[0] if isinstance(champion, TopicClassifier) else words


def _taken_apart(
    tagger: Tagger, topic: str, texts: Sequence[str], words: Sequence[str], terms: int, lines: int
) -> tuple[tuple[Part, ...], tuple[Part, ...], tuple[Line, ...]]:
    """Gives views, addends of the article's own margin, and lines, as far as the kind of model lets them be known."""
    champion = tagger.champion
    if champion is None or topic not in tagger.topics or not any(words):
        return (), (), ()
    column = champion.topics.index(tagger.learnt_as[topic])
    if isinstance(champion, TopicClassifier):
        return _Opened(champion, words).of(column, texts, terms, lines)
    alone = champion.read([[line] for line in words]).scores[:, column]
    margins = np.where([bool(line) for line in words], _margins(alone), -np.inf)
    best = champion.read([words]).best_line(0, column)  # of the best passage, hence maybe not the greatest
    order = [number for number in np.argsort(-margins, kind="stable").tolist() if margins[number] > -np.inf]
    order = [*([] if best is None else [best]), *(number for number in order if number != best)][:lines]
    return (), (), tuple(Line(number, texts[number], float(margins[number])) for number in order)


class _Opened:
    """One article as a `TopicClassifier` sees it."""

    def __init__(self, classifier: TopicClassifier, words: Sequence[str]) -> None:
        self.classifier, self.words = classifier, classifier.restorer_.restored([words])[0]
        self.corpus: Corpus = classifier.features_.corpus([self.words])
        self.own, self.lines = classifier.linear_.margins(self.corpus)
        self.views = views_of(self.own, self.lines, self.corpus)[0]  # (n_topics, n_views)

    def of(
        self, column: int, texts: Sequence[str], terms: int, most: int
    ) -> tuple[tuple[Part, ...], tuple[Part, ...], tuple[Line, ...]]:
        linear = self.classifier.linear_
        whole = self._parts(self.corpus.articles, linear.coef[column], self._article_kinds(column), terms)
        margins = np.where([bool(line) for line in self.words], self.lines[:, column], -np.inf)
        strongest = [n for n in np.argsort(-margins, kind="stable").tolist()[:most] if margins[n] > -np.inf]
        kinds = self._line_kinds(column)
        spoken = []
        for number in strongest:
            parts = self._parts(self.corpus.lines[[number]], linear.line_coef[column], kinds, terms)
            constant = Part(CONSTANT, "", float(linear.line_intercept[column]))
            spoken.append(Line(number, texts[number], float(margins[number]), (*parts, constant)))
        own = (*whole, Part(CONSTANT, "", float(linear.intercept[column])))
        return self._views(column), own, tuple(spoken)

    def _views(self, column: int) -> tuple[Part, ...]:
        """Gives what each view adds to the logarithm of the odds, in the order of VIEWS, and the constant."""
        stack, cut = self.classifier.stack_, self.classifier.cut_
        slope = float(cut.slope[column])
        values = slope * stack.addends(self.views[column])
        constant = slope * float(stack.intercept) + float(cut.offset[column])
        named = (Part(name, "", value) for name, value in zip(VIEWS, values.tolist(), strict=True))
        return (*named, Part(CONSTANT, "", constant))

    def _article_kinds(self, column: int) -> list[str]:
        """Names the kinds of the columns that are no terms."""
        features, size = self.classifier.features_, len(self.classifier.topics)
        return ["themes"] * len(features.themes_) + _own("cues", column, size)

    def _line_kinds(self, column: int) -> list[str]:
        size = len(self.classifier.topics)
        return [*_own("cues", column, size), *_own("beside", column, size), *["place"] * PLACES]

    def _parts(self, row: csr_matrix, coef: Floats, kinds: Sequence[str], most: int) -> tuple[Part, ...]:
        """Gives the addends of one row: the `most` greatest and least terms, and all else by its kind."""
        vocabulary = self.classifier.features_.vocabulary_
        row = csr_matrix(row)
        values = row.data.astype(float) * coef[row.indices].astype(float)
        of_terms = row.indices < len(vocabulary)
        order = np.argsort(-values[of_terms], kind="stable")
        spans = [order[:most], order[max(most, len(order) - most) :]]
        columns, own = row.indices[of_terms], values[of_terms]
        named = [_term(vocabulary[columns[place]], own[place]) for span in spans for place in span.tolist()]
        sums = {"other_terms": float(own[order[most : max(most, len(order) - most)]].sum())}
        for place, value in zip(row.indices[~of_terms].tolist(), values[~of_terms].tolist(), strict=True):
            kind = kinds[place - len(vocabulary)]
            sums[kind] = sums.get(kind, 0.0) + value
        return (*named, *(Part(kind, "", sums[kind]) for kind in PARTS if sums.get(kind)))


def _own(kind: str, column: int, size: int) -> list[str]:
    """Names columns of all topics: that of the topic itself, and the others."""
    return [kind if place == column else "other_cues" for place in range(size)]


def _term(text: str, value: float) -> Part:
    kind = "title_term" if text.startswith(_TITLE_MARK) else "term"
    return Part(kind, text.removeprefix(_TITLE_MARK).replace("_", " "), float(value))


def _sum(parts: Sequence[Part]) -> float | None:
    return sum(part.value for part in parts) if parts else None


def _margins(scores: Floats) -> Floats:
    """Gives the logarithms of odds."""
    sure = np.clip(scores, _FAR, 1 - _FAR)
    return np.asarray(np.log(sure) - np.log1p(-sure))


def _cues(topic: Topic, texts: Sequence[str], words: Sequence[str]) -> Cues:
    """Finds the phrases of a topic in an article, and what they say."""
    weights = _weights(topic, words)
    without_definition = _weights(replace(topic, name="", definition=""), words)
    (reader, _), starts = _reader(topic), Batch([words]).starts
    strength = reader.strengths(weights[:, np.newaxis], starts)
    short = float(reader.scores(np.ones_like(strength), starts)[0, 0])
    alone = np.array([reader.strengths(np.eye(len(words))[:, [n]], starts)[0, 0] for n in range(len(words))])
    shares = alone * weights  # a title's cues count more
    order = np.argsort(-shares, kind="stable")
    said = sorted(_said(topic, words, weights - without_definition), key=lambda each: each.line)
    return Cues(
        score=float(reader.scores(strength, starts)[0, 0]),
        strength=float(strength[0, 0]),
        half=float(-1.0 / np.log2(1.0 - short)),
        said=tuple(said),
        lines=tuple(Line(n, texts[n], float(shares[n])) for n in order.tolist() if shares[n] > 0),
    )


def _weights(topic: Topic, words: Sequence[str]) -> Floats:
    """Returns (n_lines,): what the topic's phrases weigh in each line."""
    reader, encoder = _reader(topic)
    return reader.weights(encoder.encode(words))[:, 0]


@lru_cache(maxsize=REMEMBERED)
def _reader(topic: Topic) -> tuple[CueReader, Encoder]:
    reader = CueReader(Codebook((topic,)))
    return reader, Encoder((), reader.syllables)


@lru_cache(maxsize=1)
def _weak(codebook: Codebook) -> WeakTagger:
    return WeakTagger(codebook)


def _said(topic: Topic, words: Sequence[str], from_definition: Floats) -> Iterator[Said]:
    """Yields the phrases that stand in each line; exclusions only where they silence something."""
    index, encoder, phrases = _index(topic)
    found = csr_matrix(index.matrix(encoder.encode(words)))
    found.sort_indices()
    for line, (first, last) in enumerate(pairwise(found.indptr.tolist())):
        places = found.indices[first:last][found.data[first:last] > 0].tolist()
        standing = [phrases[place] for place in places]
        kinds = {kind for kind, _ in standing}
        if kinds - {"exclusion"}:
            silenced = "exclusion" in kinds
            yield from (
                Said(line, kind, text, _found(text, words[line]), silenced and kind != "exclusion")
                for kind, text in standing
            )
        if from_definition[line] > 0:
            yield Said(line, "definition", "", "", silenced=False)


@lru_cache(maxsize=REMEMBERED)
def _index(topic: Topic) -> tuple[PhraseIndex, Encoder, Sequence[tuple[Kind, str]]]:
    """Gives what finds the phrases of a topic, and the kind and the text of each."""
    written: dict[Phrase, tuple[Kind, str]] = {}
    texts: Sequence[tuple[Kind, Sequence[str]]] = (
        ("cue", topic.cues),
        ("hint", topic.hints),
        ("exclusion", topic.exclusions),
    )
    for kind, own in texts:
        for text in own:
            written.setdefault(parse(text), (kind, text))
    index = PhraseIndex(list(written))
    return index, Encoder((), index.syllables), list(written.values())


def _found(text: str, line: str) -> str:
    """Narrows a phrase to what stands in a line."""
    spoken = f" {' '.join(map(_counted, syllables(line)))} "

    def choices(match: re.Match[str]) -> str:
        kept = [
            choice
            for choice in match[1].split("|")
            if f" {' '.join(map(_counted, _SYLLABLE.findall(choice.lower())))} " in spoken
        ]
        return f"({'|'.join(kept)})" if len(kept) > 1 else "".join(kept)

    return _CHOICES.sub(choices, untrusted(text).split("!", maxsplit=1)[0].strip())


def _counted(syllable: str) -> str:
    """Writes every number alike, since "#" stands for any."""
    return NUMBER if is_numeral(syllable) else syllable
