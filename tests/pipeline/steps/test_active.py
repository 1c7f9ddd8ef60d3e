"""What is read next for learning's sake, and which labels are looked at again."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from pipeline.errors import InputError
from pipeline.records import LabelEvent
from pipeline.review.draw import permanent
from pipeline.review.suspects import LEAST_POSITIVES
from pipeline.steps import active
from pipeline.steps.active import draw_active, draw_suspects
from pipeline.steps.draw import close_queue, listed_queues, shown_queue
from pipeline.store import clusters, labels

AT = datetime(2020, 9, 7, 2, tzinfo=UTC)


def silent(done, total=0, note=""):
    """Shows no progress."""


def say(town, rows, reviewer="lan"):
    """Lets a reviewer say of each article number whether it has the topic "congress"."""
    with town.store.begin() as connection:
        labels.append(
            connection,
            [LabelEvent(town.article(n), "congress", value, reviewer, AT, "c") for n, value in rows],
        )


def drawn(town, done):
    return shown_queue(town.store, done.queue)[1]


def test_queue_for_learning_holds_what_no_other_sample_reads_and_says_why(town):
    done = draw_active(town.config, town.store, 30, AT)
    found = drawn(town, done)
    assert (done.new, done.total, len(found)) == (30, 30, 30)
    numbers = permanent(town.config.review.seed, [each.article for each in found])
    assert (numbers >= town.config.review.uniform_rate).all()
    assert {each.stratum for each in found} <= {"seed congress", "seed youth"}
    assert {(each.topic, each.inclusion_probability) for each in found} == {(None, None)}
    assert draw_active(town.config, town.store, 30, AT + timedelta(hours=1)) == replace(done, new=0)


def test_new_words_make_a_new_queue_apart_from_what_waits(town):
    first = drawn(town, draw_active(town.config, town.store, 30, AT))
    say(town, [(0, True)])
    second = drawn(town, draw_active(town.config, town.store, 30, AT))
    assert not {each.article for each in first} & {each.article for each in second}


def test_rare_topic_is_unsure_once_it_has_been_seeded(town):
    say(town, [(n, n % 100 > 80) for n in range(150)])
    found = drawn(town, draw_active(town.config, town.store, 20, AT))
    assert any(each.stratum == "unsure congress" for each in found)
    spoken = {town.article(n) for n in range(150)}
    unsure = [each for each in found if each.stratum == "unsure congress"]
    assert not {each.article for each in unsure} & spoken


def test_nothing_is_drawn_where_the_uniform_sample_reads_everything(town):
    config = replace(town.config, review=replace(town.config.review, uniform_rate=1.0))
    assert draw_active(config, town.store, 5, AT) is None
    assert listed_queues(town.store, closed=True) == []


def test_suspected_label_is_looked_at_again_without_the_suggestion(town, monkeypatch):
    rows = [(n, n % 100 > 70) for n in range(300)]
    rows[99], rows[0] = (99, False), (0, True)  # two slips of the hand
    say(town, rows)
    with town.store.begin() as connection:
        clusters.replace(connection, {town.article(99): town.article(199)})
    asked = []

    def scores_of_a_model(_config, _store, known, matrix, _advance):
        asked.extend(known)
        congress = {town.article(n): 0.97 if n % 100 > 70 else 0.02 for n in range(300)}
        return np.array([[congress[one], 0.5] for one in known])

    monkeypatch.setattr(active, "_held_out", scores_of_a_model)
    done = draw_suspects(town.config, town.store, 20, AT, silent)
    found = drawn(town, done)
    assert [(each.article, each.topic, each.stratum) for each in found] == [
        (town.article(0), "congress", "yes"),
        (town.article(99), "congress", "no"),
    ]
    assert all(each.blind and each.wanted == 1 for each in found)
    assert [(each.score, each.model, each.threshold) for each in found] == [(0.02, None, None), (0.97, None, None)]
    assert len({*asked}) == len(asked) == 299  # the reprint is scored as the text that it is
    assert draw_suspects(town.config, town.store, 20, AT, silent) == replace(done, new=0)


def test_probabilities_for_suspects_come_from_models_that_have_not_seen_the_label(town):
    rows = [(n, n % 2 == 0) for n in range(2 * LEAST_POSITIVES)]  # the texts say nothing of it
    say(town, rows)
    with town.store.read() as connection:
        said = labels.current(connection)
    matrix = np.array([[int(said[one]["congress"]), -1] for one in sorted(said)], dtype=np.int8)
    scores = active._held_out(town.config, town.store, sorted(said), matrix, silent)
    assert scores.shape == matrix.shape
    assert (scores[:, 1] == 0.5).all()
    right = (scores[:, 0] > 0.5) == (matrix[:, 0] == 1)
    assert right.mean() < 0.75  # a model that had seen the labels would know them by heart


def test_few_labels_are_never_suspected(town):
    say(town, [(n, True) for n in range(LEAST_POSITIVES - 1)] + [(n, False) for n in range(100, 200)])
    with pytest.raises(InputError, match=f"no topic has {LEAST_POSITIVES} labelled articles"):
        draw_suspects(town.config, town.store, 20, AT, silent)


def test_closed_queue_gives_its_articles_free_for_learning(town):
    first = draw_active(town.config, town.store, 30, AT)
    close_queue(town.store, first.queue, AT)
    say(town, [(0, True)])
    again = {each.article for each in drawn(town, draw_active(town.config, town.store, 30, AT))}
    assert again & {each.article for each in drawn(town, first)}
