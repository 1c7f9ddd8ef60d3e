import numpy as np

from models.codebook import UNLABELLED
from models.doubt import doubts

LABELS = np.array([[1], [1], [0], [0], [UNLABELLED]])


def said(*names):
    """Gives what was decided and what is in doubt, (1, n_articles, 1), from words: "yes", "no", or either with "?"."""
    decided = np.array([name.startswith("yes") for name in names])
    return decided[np.newaxis, :, np.newaxis], np.array([name.endswith("?") for name in names])[
        np.newaxis, :, np.newaxis
    ]


def test_what_lies_below_the_band_is_lost_and_what_lies_above_must_be_right():
    _, topic = doubts(("a",), LABELS, *said("yes", "no", "yes", "no?", "yes?"))
    assert (topic.articles, topic.unsure) == (4, 1)
    assert (topic.true, topic.precision, topic.recall) == (0.0, 0.5, 0.5)


def test_reading_the_band_finds_what_is_in_it_whatever_was_decided():
    for name in ("yes?", "no?"):
        assert doubts(("a",), LABELS, *said("yes", name, "no", "no", "no"))[1].recall == 1.0


def test_shares_of_nothing_are_none():
    every, topic = doubts(("a",), np.zeros((2, 1)), *said("no", "no"))
    assert (every.unsure, every.true, every.precision, every.recall) == (0, None, None, None)
    assert topic.topic == "a"


def test_article_in_two_bands_is_one_article_and_repeats_are_averaged():
    labels = np.array([[1, 1], [0, 0]])
    unsure = np.array([[[1, 1], [0, 0]], [[1, 1], [1, 0]]], dtype=bool)
    every, first, second = doubts(("a", "b"), labels, np.zeros_like(unsure), unsure)
    assert (every.unsure, first.unsure, second.unsure) == (1.5, 1.5, 1.0)
    assert (every.true, first.true, second.true) == (4 / 5, 2 / 3, 1.0)
