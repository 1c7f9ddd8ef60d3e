"""Labels of the store make a candidate; the judging share decides whether it reigns; every run tells what it did."""

import json
import shutil
from dataclasses import replace

import numpy as np
import pytest

from models import artefact
from models.errors import ModelError
from pipeline.console import EXIT_OK
from pipeline.errors import InputError
from pipeline.review.gate import MIN_POSITIVES, Ruling, judges
from pipeline.steps.material import gather
from pipeline.steps.model import registry_of
from pipeline.steps.retrain import REPORT, TAUGHT, fair, retrain
from pipeline.store import clusters, labels
from tests.pipeline.steps.taught import NOON, article_of, draw, label, store_articles, teach


@pytest.fixture(scope="module")
def first(new_campaign, tmp_path_factory):
    """A campaign that has been retrained once: the campaign, its articles, what was done, and the stages told."""
    campaign = new_campaign(tmp_path_factory.mktemp("taught"))
    ids, stages = teach(campaign), []
    with campaign.open() as store:
        done = retrain(
            campaign.config, store, NOON, by="minh", advance=lambda n, of=0, note="": stages.append((n, of, note))
        )
    return campaign, ids, done, stages


def held_of(campaign, ids):
    review = campaign.config.review
    return [each for each in ids if judges(review.seed, each, review.judging_share)]


def test_candidate_that_gains_on_the_judging_share_reigns(first):
    campaign, ids, done, _ = first
    assert done.promoted
    assert done.against == "shipped"
    assert (done.learnt, done.asked) == (2, 2)
    assert registry_of(campaign.config).champion() == done.version
    assert done.ruling.gain > 0.3
    assert done.ruling.articles == done.held == len(held_of(campaign, ids))
    assert done.taught + done.held == len(ids)


def test_judging_share_is_never_trained_on(first):
    campaign, ids, done, _ = first
    taught = json.loads((done.folder / TAUGHT).read_text(encoding="utf-8"))
    assert set(taught) == set(ids) - set(held_of(campaign, ids))
    assert artefact.read_manifest(done.folder).card["articles"] == len(taught)


def test_log_keeps_who_asked_and_the_numbers_of_the_gate(first):
    campaign, _, done, _ = first
    [decision] = registry_of(campaign.config).decisions()
    assert (decision.action, decision.by, decision.gate["against"]) == ("promote", "minh", "shipped")
    numbers = {name: value for name, value in decision.gate.items() if name != "against"}
    assert Ruling.from_json(numbers).as_json() == done.ruling.as_json()
    assert decision.reason.startswith("better: mean F1 difference +")


def test_report_card_tells_everything(first):
    _, _, done, _ = first
    card = (done.folder / "MODEL_CARD.md").read_text(encoding="utf-8")
    assert "`rasoat retrain --seed 17`" in card
    assert "## Against the model in use" in card
    assert "## Calibration" in card
    report = json.loads((done.folder / REPORT).read_text(encoding="utf-8"))
    sizes = [point["articles"] for point in report["curve"]]
    assert (sizes[0], sizes[-1]) == (0, done.taught)
    assert report["card"]["judged"]["outcome"] == "promote"
    assert report["card"]["code_sha256"]
    for file, said in (("report.html", "So với mô hình đang dùng"), ("report.en.html", "Against the model in use")):
        page = (done.folder / file).read_text(encoding="utf-8")
        assert said in page
        assert "Đại hội" in page or "Congress" in page


def test_progress_names_its_stages_and_never_goes_beyond_its_end(first):
    _, _, _, stages = first
    assert list(dict.fromkeys(note for _, _, note in stages)) == ["read", "train", "curve", "judge", "write"]
    assert [done for done, _, _ in stages] == list(range(len(stages)))
    assert {total for _, total, _ in stages} == {len(stages)}


def test_marked_sentences_are_learnt_from(first):
    campaign, ids, done, _ = first
    with campaign.open() as store:
        lessons = gather(campaign.config, store)
    assert lessons.ids == tuple(sorted(ids))
    assert artefact.read_manifest(done.folder).card["marked_articles"] == sum(
        bool(article_of(ids.index(lessons.ids[row]))[0]) for row in lessons.taught
    )
    mark = lessons.material.marked[0]
    topic, _, said = article_of(ids.index(lessons.ids[mark.article]))
    place = campaign.config.codebook.ids.index(topic)
    [line] = np.flatnonzero(mark.labels[:, place] == 1)
    assert lessons.material.documents[mark.article].lines()[line] == said
    assert not mark.labels[:, 1 - place].any()


def test_same_labels_give_the_same_model_and_change_nothing(first, capsys):
    campaign, _, done, _ = first
    assert campaign.run("--quiet", "retrain", lang="vi") == EXIT_OK
    said = capsys.readouterr().out.splitlines()
    assert said[0].startswith(f"Mô hình {done.version}: học {done.taught} bài, 2/2 chủ đề; giữ lại {done.held} bài")
    assert said[-1] == "Mô hình này đang được dùng, không có gì thay đổi."
    assert len(registry_of(campaign.config).decisions()) == 1


def test_model_that_a_lead_went_back_from_does_not_come_back_by_itself(new_campaign, tmp_path):
    again = new_campaign(tmp_path)
    teach(again)
    with again.open() as store:
        done = retrain(again.config, store, NOON, by="minh")
        registry_of(again.config).rollback("có khiếu nại", NOON)
        second = retrain(again.config, store, NOON, by="minh")
    assert (done.version, done.promoted) == (second.version, True)
    assert (second.promoted, second.ruling.outcome) == (False, "left")
    assert registry_of(again.config).champion() is None


def test_candidate_of_bad_labels_is_kept_with_the_reason(first):
    """Someone called all that was taught by the other topic's name: the judging share, read with care, says no."""
    campaign, ids, done, _ = first
    skipped = frozenset(held_of(campaign, ids))
    label(campaign, ids, wrong=True, reviewer="vội", at=NOON.replace(hour=6), skipped=skipped)
    with campaign.open() as store:
        worse = retrain(campaign.config, store, NOON)
    assert not worse.promoted
    assert worse.against == done.version
    registry = registry_of(campaign.config)
    assert registry.champion() == done.version
    assert set(registry.versions()) == {done.version, worse.version}
    assert registry.decisions()[-1].reason.startswith("may be worse on ")


def test_without_uniform_readings_the_candidate_is_kept_and_told_what_is_missing(campaign, capsys):
    ids = store_articles(campaign, 60)
    label(campaign, ids)
    draw(campaign, ids, name="hoc", purpose="active")
    assert campaign.run("--quiet", "retrain", "--by", "minh", lang="vi") == EXIT_OK
    said = capsys.readouterr().out
    assert f"mới có 0/{MIN_POSITIVES} lượt bài có chủ đề trong phần dùng để chấm, còn thiếu {MIN_POSITIVES};" in said
    registry = registry_of(campaign.config)
    assert registry.champion() is None
    [decision] = registry.decisions()
    assert (decision.action, decision.by) == ("keep", "minh")
    assert f"{MIN_POSITIVES} are missing" in decision.reason
    assert f"rasoat models promote {decision.version} --reason …" in said
    assert max(len(line) for line in said.splitlines() if not line.startswith(("→", "Chưa", "Trưởng"))) <= 80


def test_reprints_of_a_judging_article_and_what_is_drawn_but_unread_are_held_too(campaign):
    ids = store_articles(campaign, 40)
    label(campaign, ids)
    config = replace(campaign.config, review=replace(campaign.config.review, judging_share=1.0))
    draw(campaign, ids[:1])
    draw(campaign, ids[1:2], name="cho", done=0)
    with campaign.open() as store:
        with store.begin() as connection:
            clusters.replace(connection, {ids[5]: ids[0]})
        lessons = gather(config, store)
    held = {lessons.ids[row] for row in np.flatnonzero(lessons.held)}
    assert held == {ids[0], ids[1], ids[5]}
    assert [lessons.ids[row] for row in np.flatnonzero(lessons.judging)] == [ids[0]]


def test_text_that_a_model_was_trained_on_does_not_judge_it_though_the_reprint_has_lost_its_label(campaign):
    ids = store_articles(campaign, 6)
    label(campaign, ids, skipped=ids[5:])
    draw(campaign, ids[:2])
    config = replace(campaign.config, review=replace(campaign.config.review, judging_share=1.0))
    with campaign.open() as store:
        with store.begin() as connection:
            clusters.replace(connection, {ids[5]: ids[0]})
        lessons = gather(config, store)
    assert {lessons.ids[row] for row in fair(lessons, ids[2:5])} == set(ids[:2])
    assert {lessons.ids[row] for row in fair(lessons, ids[5:])} == {ids[1]}


def test_topic_of_which_nobody_spoke_is_unlabelled(campaign):
    ids = store_articles(campaign, 3)
    label(campaign, ids)
    with campaign.open() as store:
        with store.begin() as connection:
            events = [each for each in labels.events(connection) if each.article == ids[0] and each.topic == "youth"]
            labels.append(connection, [replace(events[0], value=None, at=NOON.replace(hour=7))])
        lessons = gather(campaign.config, store)
    assert lessons.material.labels[lessons.ids.index(ids[0])].tolist() == [1, -1]


def test_nothing_labelled_and_a_second_run_are_told(campaign):
    with campaign.open() as store:
        with pytest.raises(InputError, match="no labelled article"):
            retrain(campaign.config, store, NOON)
        with (
            registry_of(campaign.config).training(),
            pytest.raises(ModelError, match="a model is being trained already"),
        ):
            retrain(campaign.config, store, NOON)


def test_tampered_champion_is_named_before_any_work(first, new_campaign, tmp_path):
    campaign = new_campaign(tmp_path)
    shutil.copytree(registry_of(first[0].config).folder, registry_of(campaign.config).folder)
    file = registry_of(campaign.config).place(first[2].version) / artefact.MODEL
    file.write_bytes(file.read_bytes() + b"x")
    stages = []
    with campaign.open() as store, pytest.raises(ModelError, match=r"model\.skops: its SHA-256 is not the manifest's"):
        retrain(campaign.config, store, NOON, advance=lambda *told: stages.append(told))
    assert stages == []
