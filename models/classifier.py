"""TopicClassifier: for each topic one linear model of the article and one of its lines, calibrated, with a cut-off.

A topic often lives in two sentences of a long article: the model of single lines finds them, and names the evidence.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, fields
from typing import Any, Final, Self

import numpy as np
from numpy.typing import NDArray

from models.codebook import Codebook
from models.features import Corpus, Features
from models.kept import Batch
from models.linear import Linear, Marked, Marks, fit_linear
from models.reading import NOTHING, Floats, LineReading, Words
from models.restore import Restorer
from models.settings import TrainSettings
from models.stack import VIEWS, Stack, views_of
from models.thresholds import Cut
from models.weak import WEAK_VERSION, spoken_terms, without_trusts

METHOD: Final = (
    "For each topic a logistic regression (one against the rest) over TF-IDF of words and pairs of words, the title "
    "marked, latent themes of the articles (LSA) and the scores that the codebook's phrases alone give; and a second one "
    "over single lines: TF-IDF, what the phrases say in the line and beside it, and where it stands, learnt from the lines "
    "that a reader marked as evidence against all others (where nobody marked lines, the weights of the first serve). A "
    "logistic regression shared by all topics weighs both, the title, the lead, the best lines, how many lines speak and "
    "how strong the other topics are; Platt's sigmoid makes it a probability topic by topic; the cut-off is the one of the "
    "best F1 to be expected. All of this second level comes from out-of-fold opinions. The best line is the evidence."
)

Labels = NDArray[np.integer]


class TopicClassifier:
    """Multi-label classifier of segmented articles, for the topics of a codebook.

    Learned: `features_`, `restorer_`, `linear_`, `stack_`, `cut_`; and, until it is stored, the held-out `views_` and
    their `folds_`.
    """

    def __init__(self, codebook: Codebook, settings: TrainSettings | None = None) -> None:
        self.codebook = without_trusts(
            codebook
        )  # labels tell what a phrase is worth: trusts are for where there are none
        self.settings = settings or TrainSettings()

    @property
    def thresholds_(self) -> Floats:
        """The cut-off of each topic, (n_topics,)."""
        return self.cut_.thresholds

    @property
    def topics(self) -> tuple[str, ...]:
        """Topic ids in column order."""
        return self.codebook.ids

    def fit(
        self, words: Words, labels: Labels, marked: Sequence[Marked] = (), step: Callable[[], None] | None = None
    ) -> Self:
        """Learns from articles and their labels (n_articles, n_topics): 1, 0, or UNLABELLED; and from marked lines.

        `step` is called after each of the `settings.folds` folds.
        """
        self.features_ = Features(self.codebook, self.settings).fit(words)
        self.restorer_ = Restorer(self._terms)
        corpus = self.features_.corpus(words)
        marks = Marks.of(self.features_, marked, len(self.topics))
        self.views_, self.folds_ = self._out_of_fold(corpus, labels, marks, step)
        self.stack_ = Stack.fit(self.views_, labels, self.settings.seed)
        self.cut_ = Cut.of(self.stack_.margins(self.views_), labels, self.settings.recall)
        self.linear_ = fit_linear(corpus, np.arange(len(labels)), labels, marks, self.settings)
        return self

    def held_out(self, labels: Labels) -> tuple[Floats, NDArray[np.bool_]]:
        """Returns scores and decisions (n_articles, n_topics) for the articles and labels of `fit`, right after it.

        The opinions on an article are those of linear models that have not seen its labels, and what is made of them,
        cut-offs included, is learnt from the other folds. Vocabulary and themes, which use no label, are those of all
        articles; `models.folds` leaves the articles to score out of these too.
        """
        scores, decided = np.zeros(labels.shape), np.zeros(labels.shape, dtype=bool)
        for fold in np.unique(self.folds_):
            test, rest = self.folds_ == fold, self.folds_ != fold
            stack = Stack.fit(self.views_[rest], labels[rest], self.settings.seed)
            cut = Cut.of(stack.margins(self.views_[rest]), labels[rest], self.settings.recall)
            scores[test] = cut.scores(stack.margins(self.views_[test]))
            decided[test] = scores[test] >= cut.thresholds
        return scores, decided

    def read(self, words: Words) -> LineReading:
        """Gives the calibrated probability of each topic for segmented articles, and what each of their lines says.

        Articles that have lost their marks are read as if they had them.
        """
        batch = Batch.of(self.restorer_.restored(words))
        corpus = self.features_.corpus(batch)
        own, lines = self.linear_.margins(corpus)
        margins = self.stack_.margins(views_of(own, lines, corpus))
        lines[batch.blank] = NOTHING
        return LineReading(self.cut_.scores(margins), lines, corpus.starts)

    def state(self) -> dict[str, Any]:
        """Gives all that was learnt as plain values and arrays."""
        return {
            "codebook": self.codebook.as_json(),
            "cues_reader": WEAK_VERSION,
            "settings": asdict(self.settings),
            "vocabulary": "\n".join(self.features_.vocabulary_),
            "idf": self.features_.idf_,
            "themes": self.features_.themes_,
            "coef": self.linear_.coef,
            "intercept": self.linear_.intercept,
            "line_coef": self.linear_.line_coef,
            "line_intercept": self.linear_.line_intercept,
            "view_low": self.stack_.low,
            "view_high": self.stack_.high,
            "view_mean": self.stack_.mean,
            "view_scale": self.stack_.scale,
            "view_coef": self.stack_.coef,
            "view_intercept": self.stack_.intercept,
            **asdict(self.cut_),
        }

    @classmethod
    def restore(cls, state: Mapping[str, Any]) -> Self:
        """Gives the classifier that had this state.

        Raises:
            KeyError, TypeError, ValueError: it is not a classifier's state, or one of another reader of cues.
        """
        self = cls(Codebook.from_json(state["codebook"]), TrainSettings(**state["settings"]))
        if state["cues_reader"] != WEAK_VERSION:
            raise ValueError(f"learnt with cues read by {state['cues_reader']}, this program has {WEAK_VERSION}")
        vocabulary = state["vocabulary"].split("\n")
        self.features_ = Features(self.codebook, self.settings).restore(vocabulary, state["idf"], state["themes"])
        self.restorer_ = Restorer(self._terms)
        self.linear_ = Linear(state["coef"], state["intercept"], state["line_coef"], state["line_intercept"])
        self.stack_ = Stack(*(state[f"view_{name}"] for name in ("low", "high", "mean", "scale", "coef", "intercept")))
        self.cut_ = Cut(**{field.name: state[field.name] for field in fields(Cut)})
        self._check_shapes()
        return self

    def _check_shapes(self) -> None:
        """Raises ValueError where the arrays of a state are not those of one model."""
        size, terms, views = len(self.topics), len(self.features_.vocabulary_), len(VIEWS)
        themes = self.features_.themes_.shape
        if len(themes) != 2 or themes[1] > terms:
            raise ValueError(f"themes of {themes} for {terms} terms")
        wide, narrow = self.features_.widths
        linear, stack = self.linear_, self.stack_
        arrays = [linear.coef, linear.line_coef, self.features_.idf_]
        arrays += [stack.low, stack.high, stack.mean, stack.scale, stack.coef]
        shapes = [array.shape for array in arrays]
        shapes += [array.shape for array in (linear.intercept, linear.line_intercept, *asdict(self.cut_).values())]
        if shapes != [(size, wide), (size, narrow), (terms,), *[(views,)] * 5, *[(size,)] * 7]:
            raise ValueError(f"arrays of {shapes} for {size} topics and {terms} terms")

    def _terms(self) -> dict[str, float]:
        """Gives all words and pairs of words that it knows, with the logarithm of how rare they are."""
        learnt = dict(zip(self.features_.vocabulary_, self.features_.idf_.tolist(), strict=True))
        return spoken_terms(self.codebook) | learnt

    def _out_of_fold(
        self, corpus: Corpus, labels: Labels, marks: Marks, step: Callable[[], None] | None
    ) -> tuple[Floats, Labels]:
        """Returns views (n_articles, n_topics, n_views) of each article by models that have not seen it, and its fold."""
        from sklearn.model_selection import KFold  # noqa: PLC0415 - a second to import, and reading needs none of it

        views, fold = np.zeros((*labels.shape, len(VIEWS))), np.zeros(len(labels), dtype=np.int64)
        folds = KFold(min(self.settings.folds, len(labels)), shuffle=True, random_state=self.settings.seed)
        for number, (train, test) in enumerate(folds.split(labels)):
            fold[test] = number
            linear = fit_linear(corpus, train, labels, marks, self.settings)
            part = corpus.part(test)
            views[test] = views_of(*linear.margins(part), part)
            if step is not None:
                step()
        return views, fold
