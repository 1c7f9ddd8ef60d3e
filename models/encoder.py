"""EncoderClassifier: a fine-tuned Hugging Face encoder in place of linear models, for offices that have the weights.

It needs the extra `rasoat[encoder]`; this module can be imported without it, and says so where the extra is asked for.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, fields
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Self

import numpy as np

from models.codebook import UNLABELLED, Codebook
from models.encoder_settings import EncoderSettings
from models.errors import ModelError
from models.thresholds import Cut

if TYPE_CHECKING:
    from types import ModuleType

    from models.encoder_net import Item, Net
    from models.linear import Marked
    from models.passages import Passage

FAR: Final = 10.0  # margin against every topic of an article without a word
NEEDED: Final = ("torch", "transformers", "safetensors")
INSTALL: Final = "pip install 'rasoat[encoder]'"
HEAD: Final = ("head.weight", "head.bias")
TOPICS_FILE: Final = "topics.safetensors"  # what we learnt beside the encoder: head, calibration, cut-offs, codebook
METHOD: Final = (
    "A Hugging Face encoder, fine-tuned. An article is cut into passages of whole lines that fit its window; the margin of "
    "a passage is a linear head over the mean of its tokens, that of an article its best passage's. Where a reader marked "
    "lines, the passages around them are learnt from as well. Platt's sigmoid and the cut-off of the best F1 to be expected "
    "come from the margins of held-out folds, and so do the scores below, each fold's with what the other folds gave. The "
    "line of the best passage that speaks most when it is read alone is the evidence."
)

Words = Sequence[Sequence[str]]  # segmented articles: lists of lines, the title first, words parted by spaces
Step = Callable[[int], None]  # called for each article that was learnt from, with their number in all


class EncoderClassifier:
    """Multi-label classifier of segmented articles, for the topics of a codebook, as `TopicClassifier` is.

    Learned: `net_`, `cut_`; and, while it is being trained only, the held-out `margins_`.
    """

    def __init__(self, codebook: Codebook, settings: EncoderSettings | None = None) -> None:
        self.codebook = codebook
        self.settings = settings or EncoderSettings()

    @property
    def topics(self) -> tuple[str, ...]:
        """Topic ids in column order."""
        return self.codebook.ids

    @property
    def thresholds_(self) -> np.ndarray:
        """The cut-off of each topic, (n_topics,)."""
        return self.cut_.thresholds

    def fit(
        self,
        folder: Path,
        words: Words,
        labels: np.ndarray,
        marked: Sequence[Marked] = (),
        step: Step | None = None,
    ) -> Self:
        """Fine-tunes the encoder of a folder on articles, their labels (n_articles, n_topics) and marked lines.

        It takes hours, so that all cores work, as many as torch uses. With one of them (OMP_NUM_THREADS=1) the same
        labels and seed give the same model; with more, sums may differ in their last digits.

        Raises:
            ModelError: the extra is not installed, or the folder holds no encoder that can be read.
        """
        lessons = _Lessons(folder, words, labels, marked, self.settings)
        parts = [*folds(len(labels), self.settings)]
        total = lessons.total([*(train for train, _ in parts), np.arange(len(labels))])
        said = partial(step, total) if step else _silent
        self.margins_ = np.zeros(labels.shape)
        for train, test in parts:
            self.margins_[test] = self.margins([lessons.articles[row] for row in test], lessons.learn(train, said))
        self.net_ = lessons.learn(np.arange(len(labels)), said)
        self.cut_ = Cut.of(self.margins_, labels)
        return self

    def read(self, words: Words) -> _Reading:
        """Gives the calibrated probability of each topic for segmented articles."""
        return _Reading(self, words)

    def state(self) -> dict[str, Any]:
        """Gives all that it computes with as plain values and arrays."""
        return {**self._kept(), "encoder": self.net_.description(), **self.net_.arrays(), **asdict(self.cut_)}

    def write(self, folder: Path) -> None:
        """Writes a Hugging Face folder, and what was learnt beside the encoder; no pickle anywhere."""
        self.net_.write(folder)
        head = {name: value for name, value in self.net_.arrays().items() if name in HEAD}
        _net().write_arrays(folder / TOPICS_FILE, head | asdict(self.cut_), self._kept())

    @classmethod
    def restore(cls, folder: Path) -> Self:
        """Gives the classifier that `write` wrote.

        Raises:
            ModelError: the extra is not installed, or the encoder cannot be read.
            KeyError, TypeError, ValueError: the file beside it is not ours.
        """
        net = _net()
        arrays, kept = net.read_arrays(folder / TOPICS_FILE)
        self = cls(Codebook.from_json(kept["codebook"]), EncoderSettings(**json.loads(kept["settings"])))
        weight, bias = (arrays[name] for name in HEAD)
        self.cut_ = Cut(**{field.name: arrays[field.name] for field in fields(Cut)})
        shapes = {array.shape for array in (bias, self.cut_.slope, self.cut_.offset, self.cut_.thresholds)}
        if shapes != {(len(self.topics),)}:
            raise ValueError(f"arrays of {shapes} for {len(self.topics)} topics")
        self.net_ = net.Net.restored(folder, net.Reader(folder, self.settings), weight, bias)
        return self

    def _kept(self) -> dict[str, str]:
        return {"codebook": self.codebook.as_json(), "settings": json.dumps(asdict(self.settings), sort_keys=True)}

    def margins(self, articles: Sequence[Sequence[Passage]], net: Net | None = None) -> np.ndarray:
        """Returns (n_articles, n_topics): the margin of the best passage; far against every topic where there is none."""
        margins = np.full((len(articles), len(self.topics)), -FAR)
        learnt = net or self.net_
        for row, passages in enumerate(articles):
            if passages:
                margins[row] = learnt.predict(passages, self.settings.max_passages).max(axis=0)
        return margins


class _Reading:
    """Articles as an encoder reads them. Lines are read alone, and that only for those who ask."""

    def __init__(self, model: EncoderClassifier, words: Words) -> None:
        self._model, self._words = model, words
        self._passages = [model.net_.reader.passages(article) for article in words]
        with _net().one_thread():
            self.scores = model.cut_.scores(model.margins(self._passages))
        self._known: dict[int, np.ndarray] = {}

    def best_line(self, article: int, topic: int) -> int | None:
        """Gives the line of the article's best passage that speaks for a topic most when it is read alone."""
        if not self._passages[article]:
            return None
        if article not in self._known:
            self._known[article] = self._best_lines(article)
        return int(self._known[article][topic])

    def _best_lines(self, article: int) -> np.ndarray:
        """Returns (n_topics,)."""
        model, passages, words = self._model, self._passages[article], self._words[article]
        with _net().one_thread():
            best = model.net_.predict(passages, model.settings.max_passages).argmax(axis=0)
            lines = sorted({line for number in best.tolist() for line in passages[number].lines})
            margins = model.margins([model.net_.reader.passages([words[line]]) for line in lines])
        alone = dict(zip(lines, margins, strict=True))
        chosen = ((topic, passages[number].lines) for topic, number in enumerate(best.tolist()))
        return np.array([max(own, key=lambda line: alone[line][topic]) for topic, own in chosen])


class _Lessons:
    """Articles and marked lines as an encoder learns from them, cut into passages once."""

    def __init__(
        self, folder: Path, words: Words, labels: np.ndarray, marked: Sequence[Marked], settings: EncoderSettings
    ) -> None:
        self.net = _net()
        self.folder, self.labels, self.settings = folder, labels, settings
        self.reader = self.net.Reader(folder, settings)
        self.articles = [self.reader.passages(article) for article in words]
        self.items = [self.net.Item(passages, own) for passages, own in zip(self.articles, labels, strict=True)]
        self.owners = [*range(len(words))]
        for mark in marked:
            for passage in self.reader.passages(mark.words):
                self.items.append(self.net.Item([passage], mark.labels[list(passage.lines)].max(axis=0)))
                self.owners.append(mark.article)

    def total(self, parts: Iterable[np.ndarray]) -> int:
        """Counts how often something is learnt from, when all of `parts` are."""
        return self.settings.epochs * sum(len(self._of(rows)) for rows in parts)

    def learn(self, rows: np.ndarray, step: Callable[[], None]) -> Net:
        """Fine-tunes the encoder anew on the articles of `rows` and what is marked in them."""
        weights = _class_weights(self.labels[rows], self.settings.max_class_weight)
        with self.net.seeded(self.settings.seed):
            net: Net = self.net.Net.fresh(self.folder, self.reader, self.labels.shape[1])
            net.tune(self._of(rows), weights, self.settings, step)
        return net

    def _of(self, rows: np.ndarray) -> list[Item]:
        chosen = set(rows.tolist())
        return [item for item, owner in zip(self.items, self.owners, strict=True) if owner in chosen]


def folds(articles: int, settings: EncoderSettings) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Yields the rows to learn from and the rows held out, fold by fold."""
    from sklearn.model_selection import KFold  # noqa: PLC0415 - a second to import, and reading needs none of it

    parts = KFold(min(settings.folds, articles), shuffle=True, random_state=settings.seed)
    yield from parts.split(np.zeros(articles))


def _class_weights(labels: np.ndarray, most: float) -> np.ndarray:
    """Returns (n_topics,): what an article with the topic weighs, the root of how rare it is among the judged ones."""
    positives, judged = (labels == 1).sum(axis=0), (labels != UNLABELLED).sum(axis=0)
    return np.asarray(np.clip(np.sqrt(judged / np.maximum(1, positives)), 1.0, most))


def _silent() -> None:
    """Says nothing."""


def _net() -> ModuleType:
    """Gives the room with torch, which takes seconds and the extra.

    Raises:
        ModelError: the extra is not installed.
    """
    lacking = [name for name in NEEDED if find_spec(name) is None]
    if lacking:
        raise ModelError("no_encoder_extra", names=", ".join(lacking), command=INSTALL)
    from models import encoder_net  # noqa: PLC0415 - see above

    return encoder_net
