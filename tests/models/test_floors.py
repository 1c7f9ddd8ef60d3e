import json

import pytest

from models import floors
from models.errors import ModelError

SCORES = {"macro_f1": 0.7, "micro_f1": 0.72, "topics": [{"topic": "a", "f1": 0.8}, {"topic": "b", "f1": 0.6004}]}
CARD = {"labels_sha256": "ab", "cross_validated": SCORES}


def with_b(f1):
    return SCORES | {"topics": [{"topic": "a", "f1": 0.8}, {"topic": "b", "f1": f1}]}


def test_floors_lie_a_margin_below_the_card():
    made = floors.floors_of(CARD)
    assert (made.macro_f1, made.micro_f1, made.topics) == (0.69, 0.71, {"a": 0.79, "b": 0.59})
    assert made.faults("ab", SCORES) == []


def test_fall_of_one_topic_is_named():
    assert floors.floors_of(CARD).faults("ab", with_b(0.5)) == ["b: 0.5000 is below its floor 0.5900"]


def test_missing_topic_is_a_fall():
    made = floors.floors_of(CARD).faults("ab", SCORES | {"topics": SCORES["topics"][:1]})
    assert made == ["b: 0.0000 is below its floor 0.5900"]


def test_other_labels_ask_for_a_new_pin():
    (fault,) = floors.floors_of(CARD).faults("cd", SCORES)
    assert "pin them anew" in fault


def test_pin_raises_but_lowers_only_when_told(tmp_path):
    file = tmp_path / "floors.json"
    floors.pin(CARD, file)
    floors.pin(CARD | {"cross_validated": with_b(0.65)}, file)
    assert floors.read(file).topics["b"] == 0.64
    before = file.read_bytes()
    with pytest.raises(ModelError, match="floors would sink: b; say --lower"):
        floors.pin(CARD, file)
    assert file.read_bytes() == before
    floors.pin(CARD, file, lower=True)
    assert json.loads(file.read_text())["topics"] == {"a": 0.79, "b": 0.59}
