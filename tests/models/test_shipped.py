"""The model that everybody starts with: it loads, it is small, its card is honest, and it tags what we wrote."""

import gzip
import re
import tomllib
from datetime import UTC, datetime
from pathlib import Path

import pytest

from models import artefact, floors
from models.codebook import Codebook
from models.document import Document
from models.registry import SHIPPED
from models.tagger import Tagger
from pipeline.config import load_config
from pipeline.documents import read_labelled
from pipeline.steps.train import train_file

PROJECT = Path(__file__).parents[2]
MAX_BYTES = 10_000_000
OUR_MARKS = Path(__file__).parent / "marks-dev.jsonl"  # ids of articles and numbers of sentences, no text

OURS = {
    "congress_proceedings": Document(
        "Khai mạc Đại hội đại biểu Đảng bộ huyện Thạch Bình lần thứ XXIV",
        "Sáng 12/8, Đại hội đại biểu Đảng bộ huyện Thạch Bình khai mạc trọng thể tại hội trường trung tâm.\n"
        "Đoàn Chủ tịch điều hành phiên khai mạc; các đại biểu nghe diễn văn và thảo luận tại hội trường.",
    ),
    "elections_delegates": Document(
        "Ông Lý Văn Sáng được bầu làm Bí thư Huyện ủy Nậm Pàn",
        "Ban Chấp hành Đảng bộ huyện khóa mới đã họp phiên thứ nhất, bầu Ban Thường vụ gồm 11 đồng chí.\n"
        "Đồng chí Lý Văn Sáng tái đắc cử chức Bí thư Huyện ủy nhiệm kỳ 2020-2025 với số phiếu tuyệt đối.",
    ),
    "hcm_study": Document(
        "Chi bộ bản Nà Lầu học tập và làm theo Bác",
        "Chi bộ sơ kết 5 năm thực hiện Chỉ thị 05 về học tập và làm theo tư tưởng, đạo đức, phong cách Hồ Chí Minh.",
    ),
    "emulation": Document(
        "Phát động đợt thi đua chào mừng Đại hội",
        "Tỉnh phát động phong trào thi đua yêu nước lập thành tích chào mừng đại hội; 12 công trình được gắn biển.",
    ),
    "public_voice": Document(
        "Cử tri Sơn Khê gửi gắm nhiều điều",
        "Tiếp xúc với đoàn đại biểu, cử tri kiến nghị sớm làm đường về bản và mong tỉnh quan tâm nước sạch.\n"
        "Bà Hoàng Thị Nhình bày tỏ nguyện vọng được vay vốn trồng hồi.",
    ),
}
NONE = (
    Document("Giá vàng tăng phiên thứ ba", "Sáng nay giá vàng trong nước tăng 200.000 đồng mỗi lượng."),
    Document("Đội bóng Sơn Khê thắng đậm", "Tiền đạo lập hú-trích, đội nhà thắng 4-1 trên sân khách tối qua."),
    Document("Dự báo thời tiết", "Ngày mai vùng núi có mưa rào, nhiệt độ từ 18 đến 24 độ."),
)


@pytest.fixture(scope="module")
def shipped():
    return artefact.load(SHIPPED)


@pytest.fixture(scope="module")
def tagger(shipped):
    classifier, manifest = shipped
    return Tagger(classifier.codebook, classifier, manifest.version)


@pytest.fixture(scope="module")
def labels(shared, tmp_path_factory):
    """The labels that the shipped model was trained on: articles, then the sentences that readers and that we marked."""
    file = tmp_path_factory.mktemp("labels") / "labels.jsonl.gz"
    parts = [(shared / "gold" / name).read_bytes() for name in ("gold-dev.jsonl.gz", "evidence-dev.jsonl.gz")]
    file.write_bytes(b"".join([*parts, gzip.compress(OUR_MARKS.read_bytes())]))
    return file


def test_shipped_model_stays_small():
    assert sum(file.stat().st_size for file in SHIPPED.iterdir()) < MAX_BYTES


def test_it_has_learnt_every_topic_of_the_sample_campaign(shipped):
    rows = tomllib.loads((PROJECT / "config.toml").read_text(encoding="utf-8"))["topic"]
    assert shipped[0].topics == tuple(row["id"] for row in rows)


@pytest.mark.parametrize("topic", OURS)
def test_it_tags_our_articles_with_verbatim_evidence(tagger, topic):
    (tagged,) = tagger.tag([OURS[topic]])
    assert topic in tagged.topics
    assert all(line in OURS[topic].lines() for line in tagged.evidence.values())
    assert set(tagged.evidence) == set(tagged.topics)


@pytest.mark.parametrize("document", NONE, ids=lambda document: document.title)
def test_it_leaves_other_news_alone(tagger, document):
    (tagged,) = tagger.tag([document])
    assert tagged.topics == ()


def test_old_and_new_tone_marks_give_the_same_scores(tagger):
    old, new = tagger.tag([Document("Uỷ ban thuỷ lợi hoà giải", ""), Document("Ủy ban thủy lợi hòa giải", "")])
    assert old.scores == new.scores


def test_its_card_tells_what_the_manifest_tells(shipped):
    classifier, manifest = shipped
    card = (SHIPPED / "MODEL_CARD.md").read_text(encoding="utf-8")
    scores = manifest.card["cross_validated"]
    assert manifest.version == artefact.version_of(classifier)
    assert f"**Version** {manifest.version}" in card
    assert f"**Macro F1 {scores['macro_f1']:.3f} ({scores['macro_low']:.3f}–{scores['macro_high']:.3f})" in card
    assert (
        re.findall(r"^\| `(\w+)`", card, re.MULTILINE) == list(classifier.topics) * 2
    )  # all articles, then those kept apart
    for heading in ("## Data", "## Method", "## Scores", "## Limits", "## Intended use"):
        assert heading in card


def test_its_card_reaches_the_floors(shipped):
    card = shipped[1].card
    assert floors.read().faults(card["labels_sha256"], card["cross_validated"]) == []


def test_floors_stand_on_the_labels_that_we_have(labels, shipped):
    assert read_labelled(labels, shipped[0].topics).sha256 == floors.read().labels_sha256


@pytest.mark.long
def test_recipe_reaches_the_floors(labels, shipped, tmp_path):
    config = load_config(PROJECT / "config.toml")
    assert Codebook(config.topics).ids == shipped[0].topics
    done = train_file(config, labels, tmp_path / "model", 17, datetime(2020, 10, 1, tzinfo=UTC))
    card = artefact.read_manifest(done.folder).card
    assert floors.read().faults(card["labels_sha256"], card["cross_validated"]) == []
