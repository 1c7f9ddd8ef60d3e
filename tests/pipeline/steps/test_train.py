import gzip
import json
from datetime import UTC, datetime

import numpy as np
import pytest

from models import artefact
from models.errors import ModelError
from models.registry import Registry
from pipeline.console import EXIT_OK, EXIT_USAGE
from pipeline.documents import read_labelled, segmented
from pipeline.errors import InputError
from pipeline.steps.evaluate import evaluate_file
from pipeline.steps.model import load_champion, registry_of
from pipeline.steps.train import train_file

NOON = datetime(2020, 10, 1, 5, tzinfo=UTC)
SAID = {
    "congress": "Đảng bộ xã {} khai mạc đại hội đảng bộ nhiệm kỳ mới.",
    "youth": "Đoàn thanh niên xã {} ra quân dọn đường.",
    "": "Giá rau ở chợ {} tăng sau đợt mưa.",
}

TOPICS_OF = (["congress"], ["youth"], [])


def rows(count=30, **changes):
    """Gives labelled rows, a third of each kind; every village is told of three times."""
    for number in range(count):
        topic = list(SAID)[number % 3]
        text = SAID[topic].format(f"Nà {number // 3}")
        row = {"id": number, "title": text, "body": f"{text}\nNgười dân quan tâm.", "topics": [topic] if topic else []}
        yield row | changes


def write(file, made):
    with gzip.open(file, "wt", encoding="utf-8") as out:
        out.writelines(f"{json.dumps(row, ensure_ascii=False)}\n" for row in made)
    return file


@pytest.fixture
def labels(tmp_path):
    return write(tmp_path / "labels.jsonl.gz", rows())


def test_first_model_is_registered_with_its_card_and_reigns(campaign, labels):
    done = train_file(campaign.config, labels, None, 17, NOON)
    assert done.promoted
    assert done.macro_f1 == 1
    registry = registry_of(campaign.config)
    assert registry.champion() == done.version
    assert done.folder == registry.folder / done.version
    card = (done.folder / "MODEL_CARD.md").read_text(encoding="utf-8")
    assert f"**Version** {done.version}" in card
    assert "| `youth` | 10 | 1.000 | 1.000 | 1.000 |" in card
    assert registry.decisions()[-1].reason == done.reason


@pytest.mark.long
def test_same_labels_and_seed_give_the_same_version(campaign, labels):
    first = train_file(campaign.config, labels, None, 17, NOON)
    again = train_file(campaign.config, labels, None, 17, NOON)
    assert again.version == first.version
    assert (first.reigned, again.reigned, again.promoted) == (False, True, False)
    assert again.reason == "this model is in use already; nothing changes"
    assert len(registry_of(campaign.config).decisions()) == 1


def test_training_again_on_the_same_labels_says_that_nothing_changes(campaign, labels, capsys):
    for said in ("Từ nay dùng mô hình này: macro F1 1,0000", "\nMô hình này đang được dùng, không có gì thay đổi.\n"):
        assert campaign.run("train", "--labels", labels, lang="vi") == EXIT_OK
        assert said in capsys.readouterr().out


@pytest.mark.long
def test_worse_candidate_is_kept_but_does_not_reign(campaign, tmp_path):
    """Every kind of news has a word of its own: who has met it thrice knows more than who meets it for the first time."""
    kinds = [{"title": f"từ{kind}", "body": f"từ{kind}", "topics": TOPICS_OF[kind % 3]} for kind in range(36)]
    first = train_file(campaign.config, write(tmp_path / "first.jsonl.gz", kinds * 3), None, 17, NOON)
    registry = registry_of(campaign.config)
    registry.promote(first.version, "thử", NOON)
    done = train_file(campaign.config, write(tmp_path / "next.jsonl.gz", kinds), None, 17, NOON)
    assert not done.promoted
    assert registry.champion() == first.version
    assert set(registry.versions()) == {first.version, done.version}
    assert registry.decisions()[-1].action == "keep"
    assert f"{first.version}:" in done.reason


def test_champion_is_used_and_rollback_gives_the_throne_back(campaign, labels):
    config = campaign.config
    done = train_file(config, labels, None, 17, NOON)
    champion = type(config.classify)("champion")
    chosen = type(config)(
        **{name: getattr(config, name) for name in config.__dataclass_fields__} | {"classify": champion}
    )
    assert load_champion(chosen).version == done.version
    registry_of(config).rollback("thử", NOON)
    assert load_champion(chosen).version != done.version


def test_out_makes_a_folder_and_crowns_nobody(campaign, labels, tmp_path):
    done = train_file(campaign.config, labels, tmp_path / "model", 17, NOON)
    assert not done.promoted
    assert artefact.load(tmp_path / "model")[1].version == done.version
    assert registry_of(campaign.config).versions() == ()


@pytest.mark.parametrize("recall", ["0.5", "1"])
def test_cutoffs_find_the_share_of_articles_that_is_asked_for(campaign, tmp_path, recall):
    """A third of what is labelled as the youth's says nothing of it: only low cut-offs find that too."""
    hard = ({**row, "topics": ["youth"]} if row["id"] % 6 == 2 else row for row in rows(60))
    file = write(tmp_path / "labels.jsonl.gz", hard)
    call = ["--labels", file, "--recall", recall, "--out", tmp_path / "model"]
    assert campaign.run("train", *call) == EXIT_OK
    classifier, manifest = artefact.load(tmp_path / "model")
    assert manifest.card["settings"]["recall"] == classifier.settings.recall == float(recall)
    youth = {topic["topic"]: topic for topic in manifest.card["cross_validated"]["topics"]}["youth"]
    assert youth["recall"] >= float(recall) - 0.1
    assert (youth["precision"] < 0.9) == (recall == "1")


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_recall_is_refused_where_nothing_would_come_of_it(campaign, labels, tmp_path, capsys, lang):
    assert campaign.run("train", "--labels", labels, "--recall", "0", lang=lang) == EXIT_USAGE
    call = ["--labels", labels, "--recall", "0.9", "--encoder", tmp_path]
    assert campaign.run("train", *call, lang=lang) == EXIT_USAGE
    assert "--recall: " in capsys.readouterr().err


def test_marked_sentences_are_learnt_from(campaign, tmp_path):
    marks = [
        {
            "id": row["id"],
            "sentences": [row["title"], "Người dân quan tâm."],
            "evidence": {t: [0] for t in row["topics"]},
        }
        for row in rows(12)
    ]
    file = write(tmp_path / "labels.jsonl.gz", [*rows(), *marks])
    labelled = read_labelled(file, ("congress", "youth"))
    words, marked = segmented(labelled)
    assert len(words) == 30
    assert [mark.article for mark in marked] == list(range(12))
    assert marked[0].labels.tolist() == [[1, 0], [0, 0]]
    done = train_file(campaign.config, file, None, 17, NOON)
    assert artefact.read_manifest(done.folder).card["marked_articles"] == 12
    assert done.version != train_file(campaign.config, write(tmp_path / "b.jsonl.gz", rows()), None, 17, NOON).version


def test_row_speaks_for_the_reviewed_topics_alone(tmp_path):
    file = write(tmp_path / "labels.jsonl.gz", rows(3, reviewed=["youth"]))
    labels = read_labelled(file, ("congress", "youth")).labels
    assert np.array_equal(labels, [[1, 0], [-1, 1], [-1, 0]])


def test_digest_does_not_depend_on_the_packing(tmp_path, labels):
    plain = tmp_path / "labels.jsonl"
    plain.write_bytes(gzip.decompress(labels.read_bytes()))
    assert read_labelled(plain, ("congress", "youth")).sha256 == read_labelled(labels, ("congress", "youth")).sha256


MARK = {"id": 0, "sentences": ["a", "b"], "evidence": {"youth": [0]}}


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ({"title": "x", "body": "y"}, r':4: missing "topics"'),
        ({"topics": "youth"}, r':4: "topics": expected a list of topic ids, got'),
        ({"topics": ["sport"]}, r":4: no such topic 'sport'; there are: congress, youth"),
        ({"topics": [], "reviewed": [1]}, r':4: "reviewed": expected a list'),
        ({"topics": ["youth"]}, r':4: no text: neither "title" nor "body" holds any'),
        ({"topics": ["youth"], "title": None, "body": " \n"}, r":4: no text"),
        (MARK | {"id": 99}, r':4: no article with "id" 99'),
        (MARK | {"sentences": "ab"}, r':4: "sentences": expected a list of texts'),
        (MARK | {"evidence": [1]}, r':4: "evidence": expected an object'),
        (MARK | {"evidence": {"youth": [2]}}, r':4: "evidence": expected numbers of sentences'),
        (MARK | {"evidence": {"youth": [1.0]}}, r':4: "evidence": expected numbers of sentences'),
        (MARK | {"evidence": {"youth": [True]}}, r':4: "evidence": expected numbers of sentences'),
        (MARK | {"evidence": {"sport": [0]}}, r":4: no such topic 'sport'"),
    ],
)
def test_bad_row_is_named_by_its_line(campaign, tmp_path, row, message):
    file = write(tmp_path / "labels.jsonl.gz", [*rows(3), row])
    with pytest.raises(InputError, match=message):
        train_file(campaign.config, file, None, 17, NOON)
    assert not Registry(campaign.folder / "var" / "models").versions()


def test_marks_without_id_belong_to_no_article(tmp_path):
    article = {"title": "Đại hội", "body": "Khai mạc.", "topics": ["youth"]}
    mark = {"evidence": {"youth": [0]}}
    with pytest.raises(InputError, match=r':2: no article with "id" None'):
        read_labelled(write(tmp_path / "a.jsonl.gz", [article, mark]), ("congress", "youth"))


def test_file_without_rows_and_labels_without_contrast_are_refused(campaign, tmp_path):
    with pytest.raises(InputError, match="no labelled article"):
        train_file(campaign.config, write(tmp_path / "a.jsonl.gz", []), None, 17, NOON)
    with pytest.raises(ModelError, match="no topic has 8 articles for it"):
        train_file(campaign.config, write(tmp_path / "b.jsonl.gz", rows(9)), None, 17, NOON)


def test_card_tells_what_eval_found_of_the_same_labels(campaign, labels, tmp_path):
    found = tmp_path / "eval.json"
    assessed = evaluate_file(campaign.config, labels, folds=2).as_json()
    found.write_text(json.dumps(assessed), encoding="utf-8")
    done = train_file(campaign.config, labels, tmp_path / "model", 17, NOON, assessment=found)
    card = (done.folder / "MODEL_CARD.md").read_text(encoding="utf-8")
    assert "## Articles that were kept apart" in card
    kept = artefact.read_manifest(done.folder).card["assessed"]
    assert kept["macro_f1"] == assessed["macro_f1"]
    assert "mistakes" not in kept


def test_assessment_without_folds_is_no_second_look(campaign, labels, tmp_path):
    found = tmp_path / "eval.json"
    found.write_text(json.dumps(evaluate_file(campaign.config, labels).as_json()), encoding="utf-8")
    with pytest.raises(InputError, match="not of a cross-validation; run `rasoat eval --json` with --folds"):
        train_file(campaign.config, labels, tmp_path / "model", 17, NOON, assessment=found)
    assert not (tmp_path / "model").exists()


@pytest.mark.parametrize(
    ("text", "match"),
    [("{", "not what `rasoat eval --json` writes"), ("[]", "not what"), ('{"labels_sha256": "00"}', "other labels")],
)
def test_assessment_of_something_else_is_refused(campaign, labels, tmp_path, text, match):
    found = tmp_path / "eval.json"
    found.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=match):
        train_file(campaign.config, labels, tmp_path / "model", 17, NOON, assessment=found)
    with pytest.raises(InputError, match=r"none\.json: cannot be read"):
        train_file(campaign.config, labels, tmp_path / "model", 17, NOON, assessment=tmp_path / "none.json")
    assert not (tmp_path / "model").exists()
