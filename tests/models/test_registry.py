import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from models import artefact
from models.classifier import TopicClassifier
from models.errors import ModelError
from models.registry import LOG, SHIPPED, Registry

NOON = datetime(2020, 10, 1, 5, tzinfo=UTC)


def variant(classifier, number):
    """A model that differs from another by its cut-offs alone."""
    return TopicClassifier.restore(classifier.state() | {"thresholds": np.full(2, number / 10)})


@pytest.fixture
def registry(tmp_path):
    return Registry(tmp_path / "models")


@pytest.fixture
def three(registry, classifier):
    return [registry.register(variant(classifier, n), {"n": n}, {}).version for n in (1, 2, 3)]


def test_empty_registry_leaves_the_throne_to_the_shipped_model(registry):
    assert registry.versions() == ()
    assert registry.decisions() == ()
    assert registry.champion() is None
    assert registry.place(registry.champion()) == SHIPPED


def test_version_depends_on_the_model_alone(registry, classifier):
    first = registry.register(classifier, {"at": "2020-10-01"}, {})
    again = registry.register(classifier, {"at": "2020-10-02"}, {})
    assert again == first
    assert registry.versions() == (first.version,)
    assert artefact.load(registry.place(first.version))[1].card == {"at": "2020-10-01"}


def test_registering_crowns_nobody(registry, three):
    assert sorted(three) == list(registry.versions())
    assert registry.champion() is None


def test_promotion_is_logged_with_its_reason(registry, three):
    registry.promote(three[0], "better by 0.02", NOON)
    registry.keep(three[1], "worse", NOON + timedelta(hours=1))
    assert registry.champion() == three[0]
    assert [(d.action, d.version, d.champion, d.reason) for d in registry.decisions()] == [
        ("promote", three[0], three[0], "better by 0.02"),
        ("keep", three[1], three[0], "worse"),
    ]
    assert registry.decisions()[0].at == "2020-10-01T05:00:00+00:00"


def test_rollback_walks_back_reign_by_reign(registry, three):
    for version in three:
        registry.promote(version, "better", NOON)
    reigns = [registry.rollback("complaints", NOON).champion for _ in three]
    assert reigns == [three[1], three[0], None]
    assert registry.champion() is None
    with pytest.raises(ModelError, match="nothing to roll back to"):
        registry.rollback("once more", NOON)


def test_promotion_after_rollback_goes_on_from_there(registry, three):
    registry.promote(three[0], "better", NOON)
    registry.promote(three[1], "better", NOON)
    registry.rollback("complaints", NOON)
    registry.promote(three[2], "better", NOON)
    assert registry.rollback("complaints", NOON).champion == three[0]


def test_model_that_somebody_went_back_from_is_known(registry, three):
    registry.promote(three[0], "tốt hơn", NOON)
    assert not registry.left(three[0])
    registry.rollback("có khiếu nại", NOON)
    registry.keep(three[0], "không tốt hơn", NOON)
    assert registry.left(three[0])
    registry.promote(three[0], "xem lại thì đúng", NOON)
    assert not registry.left(three[0])


def test_log_only_grows(registry, three):
    registry.promote(three[0], "lý do: tốt hơn", NOON)
    before = (registry.folder / LOG).read_bytes()
    registry.rollback("thử", NOON)
    assert (registry.folder / LOG).read_bytes().startswith(before)


@pytest.mark.parametrize("version", ["0123456789ab", "../../shipped", "", "champion"])
def test_unknown_version_is_refused(registry, three, version):
    for ask in (registry.place, lambda name: registry.promote(name, "", NOON)):
        with pytest.raises(ModelError, match="no such version"):
            ask(version)
    assert registry.decisions() == ()


def test_damaged_log_is_named_with_its_line(registry, three):
    registry.promote(three[0], "better", NOON)
    with (registry.folder / LOG).open("a") as log:
        log.write("{half a li")
    with pytest.raises(ModelError, match=rf"{LOG}:2: damaged"):
        registry.champion()


def test_log_keeps_who_decided_and_what_was_measured(registry, three):
    registry.keep(three[0], "worse", NOON, by="lan", gate={"outcome": "worse", "units": [{"low": -0.1}]})
    registry.promote(three[1], "tried it for a week", NOON, by="minh")
    kept, promoted = registry.decisions()
    assert (kept.by, kept.gate["units"]) == ("lan", [{"low": -0.1}])
    assert (promoted.by, promoted.gate) == ("minh", {})


def test_log_of_an_older_program_is_still_read(registry, three):
    old = {"at": "2020-10-01T05:00:00+00:00", "action": "promote", "version": three[0], "champion": three[0]}
    (registry.folder / LOG).write_text(json.dumps(old | {"reason": "first"}) + "\n", encoding="utf-8")
    registry.keep(three[1], "worse", NOON)
    assert [(each.by, each.reason) for each in registry.decisions()] == [("", "first"), ("", "worse")]
    assert registry.champion() == three[0]


def test_decisions_made_at_once_are_all_kept(registry, three):
    def decide(number):
        registry.keep(three[number % 3], str(number), NOON)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(decide, range(24)))
    assert sorted(int(each.reason) for each in registry.decisions()) == list(range(24))


def test_one_trains_at_a_time(registry):
    assert not registry.is_training()
    with registry.training():
        assert registry.is_training()
        with pytest.raises(ModelError, match="a model is being trained already"), registry.training():
            pytest.fail("two train")
    assert not registry.is_training()


def test_what_a_killed_training_was_writing_is_removed_and_a_model_moved_aside_is_not(registry, three):
    for name in (f".{three[0]}.a1b2", f".{three[0]}.old"):
        (registry.folder / name).mkdir()
    with registry.training():
        pass
    assert not (registry.folder / f".{three[0]}.a1b2").exists()
    assert (registry.folder / f".{three[0]}.old").is_dir()
    assert registry.versions() == tuple(sorted(three))
