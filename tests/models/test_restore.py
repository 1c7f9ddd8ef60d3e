import gzip
import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from models.codebook import Codebook, Topic
from models.document import Document
from models.evaluate import evaluate
from models.folds import Material, learn
from models.restore import Restorer, bare, has_lost_marks
from models.segment import Segmenter
from models.settings import TrainSettings
from models.tagger import Tagger
from models.weak import WeakTagger, spoken_terms
from pipeline.config import load_config
from pipeline.documents import read_labelled, segmented

from .conftest import best_lines, scores_of

SECOND = Path(__file__).parents[2] / "pipeline" / "sample" / "second"
SEED = 17

LINES = (
    "Đại hội Đảng bộ xã Nà Lầu",
    "Sáng nay, đại hội khai mạc tại nhà văn hóa; các đại biểu thảo luận sôi nổi.",
    "Ông Lý Văn Páo phát biểu: “Bà con cần giữ rừng”.",
)
TERMS = {
    "đại_hội": 1.0,
    "đại": 4.0,
    "hội": 3.0,
    "hối": 5.0,
    "đảng_bộ": 1.5,
    "đang": 1.0,
    "bố": 3.0,
    "đại_hội đảng_bộ": 2.0,
    "khai_mạc": 2.0,
    "bàn": 2.0,
    "bán": 2.5,
    "bán hàng": 3.0,
    "hàng": 2.5,
    "hạng": 2.0,
}


def restored(*lines, terms=TERMS):
    return list(Restorer(lambda: terms).restored([lines])[0])


@pytest.fixture(scope="module")
def words():
    return Segmenter().segment_lines([LINES])[0]


@pytest.fixture(scope="module")
def bared():
    return Segmenter().segment_lines([[bare(line) for line in LINES]])[0]


@pytest.fixture(scope="module")
def material(tmp_path_factory):
    config = load_config(Path(shutil.copy(SECOND / "config.toml", tmp_path_factory.mktemp("second"))))
    labelled = read_labelled(SECOND / "labels.jsonl", config.codebook.ids)
    words, marked = segmented(labelled)
    return Material(config.codebook, labelled.documents, words, labelled.labels, marked)


@pytest.fixture(scope="module")
def without_marks(material):
    documents = [Document(bare(document.title), bare(document.body)) for document in material.documents]
    return Segmenter().segment_lines([document.lines() for document in documents])


def test_longest_known_words_win_over_the_segmenters_joins():
    assert restored("Dai hoi_Dang bo xa khai_mac hom nay , ba con vui") == [
        "đại_hội đảng_bộ xa khai_mạc hom nay , ba con vui"
    ]


def test_a_known_pair_decides_between_words_that_sound_alike():
    filler = "ba con trong xa ta vui"
    assert restored(f"ban hom nay {filler}")[0].startswith("bàn hom")
    assert restored(f"ban hang {filler}")[0].startswith("bán hàng")


def test_numbers_signs_and_strange_words_stay_where_they_are():
    line = "Dai_hoi ( 12/9/2020 ) , 15 huyen_Zamzuri : dai_hoi thu 2 cua xa ta nam nay ."
    assert restored(line) == ["đại_hội ( 12/9/2020 ) , 15 huyen zamzuri : đại_hội thu 2 cua xa ta nam nay ."]


def test_words_that_have_their_marks_stay_joined():
    line = "Dai hoi xa ta nam nay do ong Lý_Văn_Páo chu tri va ket luan trong buoi chieu hom nay"
    assert "ong Lý_Văn_Páo chu" in restored(line)[0]


def test_a_word_in_no_term_of_its_own_is_the_commonest():
    """Too common to be a term, it still stands in pairs."""
    terms = {"của bản": 4.0, "cửa": 2.0, "bản": 2.0}
    assert restored("nha cua ong ba con trong xa ta", terms=terms) == ["nha của ong ba con trong xa ta"]


def test_lines_stay_lines_and_empty_ones_stay_empty(bared):
    lines = restored("", *bared, "")
    assert len(lines) == len(bared) + 2
    assert lines[0] == lines[-1] == ""
    assert len(lines[2].split(" ")) <= len([word for part in bared[1].split(" ") for word in part.split("_")])


def test_restoring_twice_changes_nothing_more(bared):
    once = restored(*bared)
    assert restored(*once) == once


def test_article_with_its_marks_is_not_touched(words):
    asked = []
    restorer = Restorer(lambda: asked.append("terms") or TERMS)
    assert restorer.restored([words, [], ["", ""]]) == [words, [], ["", ""]]
    assert restorer.restored([words])[0] is words
    assert not asked


def test_other_languages_and_scraps_are_not_touched():
    english = "The committee held its annual meeting on Monday and elected a new board of directors for the next term ."
    for lines in ([english], ["Ban Mai"], ["Dai hoi xa"], ["12 345 678 , 90 % - 11 / 12 : 7 8 9 10 11"]):
        assert restored(*lines) == lines


def test_lost_marks_are_seen_beside_quotation_marks_and_a_marked_name(bared):
    assert has_lost_marks(bared)
    assert has_lost_marks([*bared, "Chi Páo noi : “ ba con can giu rung ” – hom nay tai xa"])


def test_nothing_known_restores_nothing(bared):
    plain = [line.replace("_", " ").lower() for line in bared]
    assert [line.lower() for line in restored(*bared, terms={})] == plain


def test_cues_are_heard_without_marks():
    topic = Topic("congress", "Đại hội", "Congress", "", cues=("khai mạc … đại hội",), exclusions=("đại hội cổ đông",))
    tagger = WeakTagger(Codebook((topic,)))
    lines = ["Tin trong xa", "Sang nay xa Na Lau khai_mac trong the dai_hoi lan thu hai .", "Ba con di cay tu som ."]
    assert scores_of(tagger, [lines])[0, 0] > 0
    assert best_lines(tagger, lines, ["congress"]) == {"congress": 1}
    lines[1] = "Sang nay cong_ty Na Lau khai_mac trong the dai_hoi co_dong lan thu hai ."
    assert scores_of(tagger, [lines])[0, 0] == 0


def test_terms_of_a_codebook_are_its_syllables_and_their_neighbours():
    topic = Topic("congress", "Tin", "News", "", cues=("khai mạc … đại hội",), hints=("(đại|họp) hội",))
    terms = spoken_terms(Codebook((topic,)))
    assert set(terms) == {"khai", "mạc", "khai mạc", "đại", "hội", "đại hội", "họp"}
    assert terms["hội"] < terms["khai"]


def test_cues_of_a_sample_campaign_lose_little(material, without_marks):
    tagger = Tagger(material.codebook, None)
    rows = np.arange(len(material.words))
    marked = macro_f1(tagger, material, material.words, rows)
    assert macro_f1(tagger, material, without_marks, rows) > 0.9 * marked  # measured 0.508 of 0.510


def test_a_model_of_100_articles_keeps_most_of_its_score(material, without_marks):
    drawn = np.random.default_rng(SEED).permutation(len(material.words))
    tagger, others = learn(material, np.sort(drawn[:100]), TrainSettings()), drawn[100:]
    marked = macro_f1(tagger, material, material.words, others)
    assert macro_f1(tagger, material, without_marks, others) > 0.8 * marked  # measured 0.63 of 0.67


@pytest.mark.long
def test_no_real_article_is_taken_for_one_without_marks(shared):

    with gzip.open(shared / "gold" / "gold-dev.jsonl.gz", "rt", encoding="utf-8") as rows:
        documents = [Document(row["title"], row["body"]) for row in map(json.loads, rows)]
    assert not any(has_lost_marks(document.lines()) for document in documents)
    assert all(has_lost_marks([bare(line) for line in document.lines()]) for document in documents)


def macro_f1(tagger, material, words, rows):
    found = tagger.predict([words[row] for row in rows])
    return evaluate(material.codebook.ids, material.labels[rows], *found, SEED).macro_f1
