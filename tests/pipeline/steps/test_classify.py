import json
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from models import artefact
from models.classifier import TopicClassifier
from models.codebook import Codebook
from models.errors import ModelError
from models.kept import SEGMENTER_VERSION
from models.registry import SHIPPED
from models.tagger import Tagger
from models.weak import WEAK_VERSION
from pipeline.config import load_config
from pipeline.errors import ConfigError, InputError
from pipeline.settings import ClassifySettings, EngineSettings
from pipeline.steps import decide as decisions
from pipeline.steps.classify import classify, plan
from pipeline.steps.decide import decide
from pipeline.steps.model import load_champion, model_version, registry_of
from pipeline.store import articles, codebooks, predictions, runs, words
from pipeline.store.predictions import EVERYTHING, Selection

NOW = datetime(2020, 10, 1, 6, tzinfo=UTC)


def silent(done, total=0, note=""):
    """Shows no progress."""


@pytest.fixture
def store(campaign):
    with campaign.open() as opened:
        yield opened


def stored(store, config):
    with store.read() as connection:
        return predictions.load(connection, model_version(config), config.codebook.version)


def test_every_article_gets_scores_decisions_and_evidence(campaign, store):
    done = classify(campaign.config, store, silent)
    assert (done.articles, done.model, done.codebook) == (3, WEAK_VERSION, campaign.config.codebook.version)
    said = stored(store, campaign.config)
    congress, prices, youth = (said[article] for article in campaign.ids)
    assert (congress.topics, prices.topics, youth.topics) == (("congress",), (), ("youth",))
    assert congress.evidence == {"congress": "Sáng nay, khai mạc đại hội đảng bộ huyện với 200 đại biểu."}
    assert set(prices.scores) == {"congress", "youth"}
    assert prices.evidence == {}


def test_second_run_changes_nothing(campaign, store):
    classify(campaign.config, store, silent)
    before = stored(store, campaign.config)
    assert classify(campaign.config, store, silent).articles == 0
    assert stored(store, campaign.config) == before


def test_only_changed_text_is_read_again(campaign, store):
    classify(campaign.config, store, silent)
    with store.begin() as connection:
        for change in (
            "UPDATE article_revisions SET content_hash = 'new', body = 'Đoàn thanh niên. Đoàn thanh niên.' WHERE article_id = ?",
            "UPDATE articles SET content_hash = 'new' WHERE id = ?",
        ):
            connection.exec_driver_sql(change, (campaign.ids[1],))
    assert classify(campaign.config, store, silent).articles == 1
    assert stored(store, campaign.config)[campaign.ids[1]].topics == ("youth",)


def test_killed_run_keeps_its_batches_and_the_next_ends_the_same(campaign, store, new_campaign, tmp_path, monkeypatch):
    config = replace(campaign.config, classify=ClassifySettings("weak", batch_size=1))
    save, calls = predictions.save_rows, []

    def dying(connection, made):
        calls.append(made)
        if len(calls) == 2:
            raise KeyboardInterrupt
        save(connection, made)

    monkeypatch.setattr(predictions, "save_rows", dying)
    with pytest.raises(KeyboardInterrupt):
        classify(config, store, silent)
    assert len(stored(store, config)) == 1
    monkeypatch.undo()
    assert classify(config, store, silent).articles == 2
    (tmp_path / "other").mkdir()
    other = new_campaign(tmp_path / "other")
    with other.open() as undisturbed:
        classify(other.config, undisturbed, silent)
        assert stored(store, config) == stored(undisturbed, other.config)


@pytest.mark.long
def test_processes_store_what_one_process_stores(campaign, store, new_campaign, tmp_path):
    config = replace(campaign.config, engine=EngineSettings("processes", workers=2, shard_size=2))
    assert classify(config, store, silent).articles == 3
    (tmp_path / "other").mkdir()
    other = new_campaign(tmp_path / "other")
    with other.open() as inline:
        classify(other.config, inline, silent)
        assert stored(store, config) == stored(inline, other.config)


def test_words_are_kept_and_used_again(campaign, store, monkeypatch):
    classify(campaign.config, store, silent)
    with store.read() as connection:
        hashes = [articles.get(connection, article).content_hash for article in campaign.ids]
        kept = words.get(connection, hashes, SEGMENTER_VERSION)
    assert kept[hashes[2]] == "Đoàn thanh_niên ra_quân\nĐoàn thanh_niên xã Nậm_Pàn dọn 3 km đường ."
    fresh = replace(campaign.config, topics=campaign.config.topics[:1])
    monkeypatch.setattr(Tagger, "segment", lambda *_: pytest.fail("segmented again"))
    assert classify(fresh, store, silent).articles == 3


def test_codebook_is_registered(campaign, store):
    classify(campaign.config, store, silent)
    with store.read() as connection:
        assert codebooks.load(connection, campaign.config.codebook.version) is not None


def test_topics_that_the_champion_has_not_learnt_go_by_their_cues(campaign, store):
    config = replace(campaign.config, classify=ClassifySettings("champion"))
    shipped = artefact.read_manifest(SHIPPED)
    assert model_version(config) == load_champion(config).version == WEAK_VERSION
    learnt = replace(config.topics[0], id=shipped.topics[0])
    mixed = replace(config, topics=(learnt, config.topics[1]))
    assert model_version(mixed) == load_champion(mixed).version == f"{shipped.version}+{WEAK_VERSION}"
    assert classify(mixed, store, silent).articles == 3
    assert "youth" in stored(store, mixed)[campaign.ids[2]].topics


def test_empty_store_is_done_at_once(campaign, sqlite_store):
    assert classify(campaign.config, sqlite_store, silent).articles == 0


def test_campaign_without_topics_is_told_so(campaign, store):
    with pytest.raises(InputError, match=r"tagging needs \[\[topic\]\]"):
        classify(replace(campaign.config, topics=()), store, silent)


def test_unknown_version_is_one_line(campaign, store):
    config = replace(campaign.config, classify=ClassifySettings("0123456789ab"))
    with pytest.raises(ModelError, match=r"classify.model: 0123456789ab: no such version .* train one"):
        classify(config, store, silent)


def test_another_codebook_segments_no_text_twice(campaign, store, monkeypatch):
    calls = []
    segment = Tagger.segment

    def counting(tagger, documents):
        calls.append(len(documents))
        return segment(tagger, documents)

    monkeypatch.setattr(Tagger, "segment", counting)
    assert classify(campaign.config, store, silent).segmented == 3
    fresh = replace(campaign.config, topics=campaign.config.topics[:1])
    again = classify(fresh, store, silent)
    assert (again.articles, again.segmented, again.segment_s) == (3, 0, 0.0)
    assert calls == [3]


def test_only_what_is_selected_is_read(campaign, store):
    some = Selection(("bao",), since=date(2020, 9, 3))
    assert plan(campaign.config, store, some).to_read == 1
    assert classify(campaign.config, store, silent, some).articles == 1
    assert list(stored(store, campaign.config)) == [campaign.ids[1]]
    assert classify(campaign.config, store, silent, Selection(until=date(2020, 9, 2))).articles == 1


def test_plan_tells_what_is_to_be_read_and_segmented_and_does_nothing(campaign, store):
    before = plan(campaign.config, store)
    assert (before.selected, before.done, before.to_read, before.to_segment) == (3, 0, 3, 3)
    assert before.seconds is None
    assert stored(store, campaign.config) == {}
    classify(campaign.config, store, silent)
    fresh = plan(replace(campaign.config, topics=campaign.config.topics[:1]), store)
    assert (fresh.done, fresh.to_read, fresh.to_segment) == (0, 3, 0)


@pytest.mark.parametrize("step", ["classify", "nightly"])
def test_plan_is_estimated_by_what_an_article_cost_in_the_last_runs(campaign, store, step):
    ran = {"predicted": 40, "segmented": 20, "segment_s": 10.0, "read_s": 2.0}
    with store.begin() as connection:
        runs.finish(connection, runs.start(connection, step, {}, NOW), "done", ran, NOW)
    assert plan(campaign.config, store).seconds == pytest.approx(3 * 0.5 + 3 * 0.05)
    two = replace(campaign.config, engine=EngineSettings("processes", workers=2))
    assert plan(two, store).seconds == pytest.approx((3 * 0.5 + 3 * 0.05) / 2)


def with_thresholds(config, **thresholds):
    return replace(config, classify=replace(config.classify, thresholds=thresholds))


def test_changed_thresholds_decide_from_kept_scores_as_reading_anew_would(campaign, store, new_campaign, tmp_path):
    """Up, down and back: nothing is segmented or tagged, and the store says what a fresh one would say."""
    classify(campaign.config, store, silent, EVERYTHING, NOW)
    original = stored(store, campaign.config)
    low = with_thresholds(campaign.config, congress=0.000001, youth=1.0)
    assert plan(low, store).decide
    done = classify(low, store, silent, EVERYTHING, NOW)
    assert (done.articles, done.segmented) == (0, 0)
    assert done.decided > 0
    assert not plan(low, store).decide
    (tmp_path / "other").mkdir()
    other = new_campaign(tmp_path / "other")
    with other.open() as undisturbed:
        fresh = with_thresholds(other.config, congress=0.000001, youth=1.0)
        classify(fresh, undisturbed, silent, EVERYTHING, NOW)
        assert stored(store, low) == stored(undisturbed, fresh) != original
    assert decide(low, store, NOW) == 0
    assert classify(campaign.config, store, silent, EVERYTHING, NOW).decided == done.decided
    assert stored(store, campaign.config) == original


def test_killed_decision_is_made_again(campaign, store, monkeypatch):
    classify(campaign.config, store, silent, EVERYTHING, NOW)
    low = with_thresholds(campaign.config, congress=1.0)
    monkeypatch.setattr(decisions.predictions, "save", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        decide(low, store, NOW)
    monkeypatch.undo()
    assert plan(low, store).decide
    assert classify(low, store, silent, EVERYTHING, NOW).decided > 0


def test_command_tells_its_plan_and_takes_another_model(campaign, capsys):
    assert campaign.run("classify", "--outlet", "dai", "--dry-run", lang="vi") == 0
    told = capsys.readouterr().out
    assert "cần đọc:              1\n" in told
    assert max(map(len, told.splitlines())) <= 80
    assert campaign.run("classify", "--model", "weak", "--since", "03/09/2020", "--json") == 0
    assert json.loads(capsys.readouterr().out)["articles"] == 2
    assert campaign.run("classify", "--outlet", "khong") == 1
    assert "no such outlet; there are: bao, dai" in capsys.readouterr().err
    assert campaign.run("classify", "--decide", "--json") == 0
    assert json.loads(capsys.readouterr().out) == {"decided": 0}
    assert campaign.run("classify", "--decide", "--outlet", "dai") == 2


def test_thresholds_of_unknown_topics_and_beyond_one_are_faults(campaign):
    text = campaign.file.read_text(encoding="utf-8")
    campaign.file.write_text(
        text.replace("[classify]", "[classify]\nthresholds = { nothing = 0.5, youth = 1.5 }"), encoding="utf-8"
    )
    with pytest.raises(ConfigError, match=r"classify.thresholds.nothing: no such topic") as fault:
        load_config(campaign.file)
    assert "classify.thresholds.youth: expected a number above 0, at most 1" in str(fault.value)


def test_progress_is_told(campaign, store):
    config = replace(campaign.config, engine=EngineSettings(shard_size=2))
    told = []
    classify(config, store, lambda *now: told.append(now))
    assert told == [(2, 3), (3, 3)]


def test_after_a_promotion_every_article_is_read_by_the_new_model_and_after_a_rollback_none_again(campaign, store):
    """Only what changed is read: the model for all articles, then nothing but a new text; old predictions stay."""
    config = replace(campaign.config, classify=ClassifySettings("champion"))
    first = classify(config, store, silent)
    registry = registry_of(config)
    shipped, manifest = artefact.load(SHIPPED)
    topics = {
        "codebook": Codebook(tuple(replace(t, id=f"x{n}") for n, t in enumerate(shipped.codebook.topics))).as_json()
    }
    topics["codebook"] = topics["codebook"].replace('"x0"', '"congress"')
    own = TopicClassifier.restore(shipped.state() | topics)
    version = registry.register(own, manifest.card, {}).version
    registry.promote(version, "thử", datetime(2020, 10, 1, tzinfo=UTC))
    second = classify(config, store, silent)
    assert (first.articles, second.articles) == (3, 3)
    assert version in second.model
    with store.read() as connection:
        for model in (first.model, second.model):
            assert len(predictions.load(connection, model, config.codebook.version)) == 3
    registry.rollback("thử", datetime(2020, 10, 2, tzinfo=UTC))
    assert classify(config, store, silent).articles == 0


def test_worker_reads_in_neither_configuration_nor_console_nor_segmenter():
    heavy = ("pipeline.config", "pipeline.console", "underthesea", "sklearn")
    code = f"import sys, pipeline.steps.read_shard; print(*[name for name in {heavy} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []
