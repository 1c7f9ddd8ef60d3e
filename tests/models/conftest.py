"""A toy problem: articles of made-up words about the harvest, the school, or neither."""

from __future__ import annotations

import random

import numpy as np
import pytest

from models.classifier import TopicClassifier
from models.codebook import Codebook, Topic
from models.settings import TrainSettings

TOPICS = ("harvest", "school")
CODEBOOK = Codebook(
    (
        Topic("harvest", "Mùa màng", "Harvest", "", ("gặt lúa",)),
        Topic("school", "Trường học", "School", "", ("lớp học",)),
    )
)
SAID = {
    "harvest": ("bà_con gặt lúa mùa vàng", "vụ lúa được mùa lớn", "máy gặt chạy trên ruộng lúa"),
    "school": ("học_sinh tới trường học mới", "cô_giáo mở lớp học vùng cao", "trường học có thêm thư_viện"),
}
OTHER = (
    "trời hôm_nay nhiều mây",
    "xe chạy qua cầu sông",
    "chợ phiên họp ngày chủ_nhật",
    "giá vải ổn_định",
    "đường liên xã",
)
SETTINGS = TrainSettings(min_df=1, max_df=1.0, max_features=500)


def make(count: int, seed: int = 1) -> tuple[list[list[str]], np.ndarray]:
    """Gives segmented articles and their labels; each topic in about 40 % of them."""
    drawn = random.Random(seed)
    words, labels = [], []
    for _ in range(count):
        given = [drawn.random() < 0.4 for _ in TOPICS]
        lines = [drawn.choice(OTHER) for _ in range(4)]
        for topic, yes in zip(TOPICS, given, strict=True):
            if yes:
                lines[drawn.randrange(1, 4)] = drawn.choice(SAID[topic])
        words.append(lines)
        labels.append([int(any(line in SAID[topic] for line in lines)) for topic in TOPICS])
    return words, np.array(labels, dtype=np.int8)


def scores_of(model, words):
    """The scores of segmented articles, (n_articles, n_topics)."""
    return model.read(words).scores


def best_lines(model, lines, topics):
    """For each topic the line of an article that speaks for it most; topics without any are left out."""
    reading = model.read([lines])
    found = {topic: reading.best_line(0, model.topics.index(topic)) for topic in topics}
    return {topic: line for topic, line in found.items() if line is not None}


@pytest.fixture(scope="session")
def toy() -> tuple[list[list[str]], np.ndarray]:
    return make(120)


@pytest.fixture(scope="session")
def unseen() -> tuple[list[list[str]], np.ndarray]:
    return make(60, seed=2)


@pytest.fixture(scope="session")
def classifier(toy) -> TopicClassifier:
    """A classifier that has learnt the toy problem; tests must not change it."""
    return TopicClassifier(CODEBOOK, SETTINGS).fit(*toy)
