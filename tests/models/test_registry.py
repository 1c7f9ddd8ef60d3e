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
