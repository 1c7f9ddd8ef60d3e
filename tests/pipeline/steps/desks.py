"""Reviewers at work on one queue of a small campaign, on either engine."""

from datetime import UTC, datetime, timedelta
from itertools import count

import pytest

from models.weak import WEAK_VERSION
from pipeline.readings import Draw, Queue
from pipeline.records import Prediction
from pipeline.steps.review import next_item, open_item, submit
from pipeline.store import articles, labels, predictions, queues

AT = datetime(2020, 9, 7, 2, tzinfo=UTC)
NUMBERS = count()
SCORES = {"congress": 0.8, "youth": 0.1}


class Desk:
    """Reviewers at work on one queue, a minute an act."""

    def __init__(self, config, store, ids):
        self.config, self.store, self.ids, self.at = config, store, ids, AT

    def tick(self):
        self.at += timedelta(minutes=1)
        return self.at

    def draw(self, *drawn):
        with self.store.begin() as connection:
            queues.create(connection, Queue("q", "uniform", {"rate": 0.5}, "c", AT))
            return queues.add(connection, [Draw("q", 0, self.ids[n], "c", **more) for n, more in drawn])

    def next(self, reviewer, queue="q"):
        return next_item(self.config, self.store, queue, reviewer, self.tick(), f"t{next(NUMBERS)}")

    def open(self, number, reviewer):
        return open_item(self.config, self.store, self.ids[number], reviewer, self.tick(), f"t{next(NUMBERS)}")

    def say(self, item, *yes, **more):
        reviewer = item.serving.reviewer
        return submit(self.config, self.store, item.serving.id, reviewer, set(yes), self.tick(), **more)

    def labels(self, number):
        with self.store.read() as connection:
            return labels.of(connection, self.ids[number])

    def events(self):
        with self.store.read() as connection:
            return list(labels.events(connection))


@pytest.fixture
def desk(filled):
    config, store, ids = filled
    with store.begin() as connection:
        shown = {"congress": "Sáng nay, khai mạc đại hội đảng bộ huyện với 200 đại biểu."}
        text = articles.get(connection, ids[0]).content_hash
        said = Prediction(ids[0], text, WEAK_VERSION, config.codebook.version, SCORES, ("congress",), shown)
        predictions.save(connection, [said])
    return Desk(config, store, ids)
