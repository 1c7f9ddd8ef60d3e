"""Reviewing is tried on hidden labels, in two orders, by one recipe."""

import json
from itertools import pairwise

import numpy as np
import pytest

from models.light import Gram, LightModel
from models.settings import TrainSettings
from pipeline.errors import InputError
from pipeline.report.learning import curves, told
from pipeline.steps.simulate import LEAST, macro_f1, simulate_file
from pipeline.wording import Words

SUBJECTS = {
    "congress": ("đảng bộ họp phiên cuối", "đại biểu thông qua nghị quyết", "đoàn chủ tịch điều hành"),
    "youth": ("áo xanh tình nguyện", "thanh niên xung kích", "phong trào của bạn trẻ"),
    "": ("giá rau tăng sau mưa", "chợ phiên đông người", "đội bóng thắng trận", "cầu mới thông xe", "mùa gặt bắt đầu"),
}


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    """Labelled articles that no cue finds; one topic is rare."""
    random = np.random.default_rng(3)
    rows = []
    for number in range(300):
        topic = random.choice(list(SUBJECTS), p=(0.2, 0.06, 0.74))
        said = [random.choice(SUBJECTS[topic]), *random.choice(SUBJECTS[""], 3)]
        rows.append({"id": number, "title": said[-1], "body": ". ".join(said), "topics": [topic] if topic else []})
    file = tmp_path_factory.mktemp("labels") / "labels.jsonl"
    file.write_text("".join(f"{json.dumps(row)}\n" for row in rows), encoding="utf-8")
    return file


@pytest.mark.long
def test_both_orders_begin_and_end_alike(campaign, file):
    moved = []
    found = simulate_file(campaign.config, file, seeds=2, advance=lambda done, total: moved.append((done, total)))
    first, last = found.curve[0], found.curve[-1]
    assert (first.labels, last.labels) == (0, found.pool)
    assert found.pool + found.test == 300
    assert first.ours == first.random
    assert last.ours == pytest.approx(last.random) == pytest.approx(found.target)
    assert found.target > 0.7 > first.random == found.cues
    assert found.ratio == found.labels_ours / found.labels_random
    assert found.labels_ours <= found.labels_ours_exact
    assert 0 < found.ratio_low <= found.ratio_high
    assert sum(one.ours - one.random for one in found.curve) > 0  # the rare topic is found sooner than by chance
    assert all(one.ours_smooth <= other.ours_smooth for one, other in pairwise(found.curve))
    assert moved[-1] == (len(moved), len(moved))
    for lang in ("vi", "en"):
        lines = list(told(found, Words(lang)))
        assert max(map(len, lines)) <= 80
        assert any(Words(lang).score(found.ratio) in line for line in lines)
        assert any(Words(lang).score(found.ratio_high) in line for line in lines)
        picture = curves(found.curve, found.target, Words(lang))
        assert picture.startswith("<svg ")
        assert picture.count("<circle ") == 2 * len(found.curve)


def test_rows_that_do_not_speak_for_every_topic_are_left_out(campaign, file, tmp_path):
    few = tmp_path / "few.jsonl"
    lines = file.read_text(encoding="utf-8").splitlines()
    half = [json.dumps(json.loads(line) | {"topics": [], "reviewed": ["congress"]}) for line in lines[: 301 - LEAST]]
    few.write_text("\n".join([*half, *lines[301 - LEAST :]]), encoding="utf-8")
    with pytest.raises(InputError, match=f"{LEAST - 1} rows speak for every topic; at least {LEAST} are needed"):
        simulate_file(campaign.config, few)


def test_held_out_margins_are_those_of_models_without_the_article(campaign):
    words = [[f"{a} {b}", f"{b} {c}"] for a in ("họp", "chợ", "cầu") for b in ("xã", "huyện") for c in ("một", "hai")]
    gram = Gram.of(campaign.config.codebook, words, TrainSettings(min_df=1, themes=2))
    labels = np.array([[n % 2, n % 3 == 0] for n in range(len(words))]).astype(int)
    settings = TrainSettings(min_positives=1)
    rows = np.arange(len(words))
    whole = LightModel.fit(gram, rows, labels, settings)
    assert whole.learnt.tolist() == [0, 1]
    for row in (0, 5):
        others = np.delete(rows, row)
        apart = LightModel.fit(gram, others, labels[others], settings)
        direct = gram.products[row, others] @ apart.weights + 0.5 * gram.cues[row]
        inverse = np.linalg.inv(gram.products + np.eye(len(rows)))
        closed = (2.0 * labels[row] - 1.0) - whole.weights[row] / inverse[row, row]
        assert direct == pytest.approx(closed)


def test_topic_without_labels_goes_by_its_cues(campaign):
    words = [["khai mạc đại hội", "khai mạc đại hội đảng bộ xã"], ["chợ", "chợ đông"]]
    gram = Gram.of(campaign.config.codebook, words, TrainSettings())
    model = LightModel.fit(gram, np.zeros(0, dtype=int), np.zeros((0, 2), dtype=int), TrainSettings())
    assert (model.predict(np.arange(2)) >= model.cutoffs()).tolist() == [[True, False], [False, False]]


def test_macro_f1_counts_the_topics_that_are_there():
    truth = np.array([[True, False], [True, False]])
    assert macro_f1(truth, np.array([[True, True], [False, False]])) == pytest.approx(2 / 3)
