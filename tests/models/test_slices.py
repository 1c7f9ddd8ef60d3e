import numpy as np
import pytest

from models.codebook import UNLABELLED, Codebook, Topic
from models.document import Document
from models.slices import SLICES, Lexicon, runs, score_slice, slices_of

CODEBOOK = Codebook(
    (
        Topic("fair", "Hội chợ", "Fair", "", ("hội chợ nông sản", "khai mạc … hội chợ"), ("hội chợ việc làm",)),
        Topic("price", "Giá", "Price", "", ("giá … hội chợ", "Trần Văn Lúa"), ("giá vàng",)),
    )
)
FILLER = "Trời hôm nay nhiều mây. Chợ họp từ sáng sớm. Xe chạy qua cầu. Bà con về làng. Trẻ em đi học. "


def held(title, body):
    """Names the slices of one article."""
    return {name for name, mine in slices_of([Document(title, body)], CODEBOOK).items() if mine[0]}


def test_what_a_directive_is_about_is_read_off_its_cues():
    lexicon = Lexicon(CODEBOOK)
    assert lexicon.subjects == {("hội", "chợ")}
    assert list(lexicon.other_bodies.values()) == [[("hội", "chợ", "việc", "làm")]]


@pytest.mark.parametrize(
    ("name", "title", "body"),
    [
        ("upper_case_title", "HỘI CHỢ XÃ KHE", FILLER),
        (
            "no_diacritics",
            "Hoi cho xa Khe",
            "Troi hom nay nhieu may, ba con di cho tu sang som. Xe chay qua cau sat. " * 2,
        ),
        ("short", "Hội chợ", "Clip: bà con đi chợ."),
        ("long", "Hội chợ", FILLER * 70),
        ("noisy", "Hội chợ", f"{FILLER}Tr0ng ch| b4 con m|ang ra h4ng ng1n tạ."),
        ("foreign", "Tin ngoài", f"{FILLER}Hội chợ lớn của Thái Lan mở cửa."),
        ("other_bodies", "Tin chợ", f"{FILLER}Sinh viên tới hội chợ việc làm."),
        ("place_names", "Tin đường", f"{FILLER}Xe hỏng trên đường Trần Văn Lúa."),
        ("quoted_slogans", "Tin chợ", f"{FILLER}Băng ghi “Vì một hội chợ nông sản sạch” treo ở cổng."),
        ("boilerplate", "Tin đường", f"{FILLER}\nChuyên mục: hội chợ nông sản, giá cả"),
    ],
)
def test_slice_holds_its_article_and_not_an_ordinary_one(name, title, body):
    assert name in held(title, body)
    ordinary = f"{FILLER * 3}Sáng nay khai mạc hội chợ nông sản của tỉnh. Hàng bày kín sân."
    assert name not in held("Hội chợ nông sản mở cửa", ordinary)


def test_every_slice_is_tried_above():
    tried = test_slice_holds_its_article_and_not_an_ordinary_one.pytestmark[0].args[1]
    assert [name for name, *_ in tried] == list(SLICES)


def test_country_far_from_the_subject_makes_nothing_foreign():
    text = "Hội chợ nông sản của tỉnh mở cửa sáng nay ở sân vận động, có khách Thái Lan."
    assert "foreign" not in held("Tin chợ", f"{FILLER}{text}")


def test_columns_make_slices_of_their_values():
    found = slices_of([Document("a", "b")] * 3, CODEBOOK, {"readers": ["1", "2", ""]})
    assert found["readers=1"].tolist() == [True, False, False]
    assert set(found) == {*SLICES, "readers=1", "readers=2"}


def test_slice_scores_count_by_hand():
    labels = np.array([[1, 0], [0, 1], [1, UNLABELLED]])
    decided = np.array([[[1, 1], [0, 0], [1, 1]]], dtype=bool)
    mine = np.array([True, True, False])
    score = score_slice("short", mine, labels, decided)
    assert (score.articles, score.positives) == (2, 2)
    assert (score.precision, score.recall, score.micro_f1) == (0.5, 0.5, 0.5)
    assert (score.false, score.missed) == (1, 1)
    assert score.low <= score.micro_f1 <= score.high
    rest = score_slice("rest", ~mine, labels, decided)
    assert (rest.articles, rest.micro_f1) == (1, 1)


def test_empty_slice_has_no_score():
    score = score_slice("none", np.zeros(2, dtype=bool), np.array([[1], [0]]), np.ones((1, 2, 1), dtype=bool))
    assert (score.articles, score.positives, score.low, score.high) == (0, 0, 0, 0)


def test_runs_of_a_phrase_are_what_may_stand_for_each_of_its_parts():
    assert list(runs("khai mạc … (hội chợ|phiên chợ) xuân ! hội xuân")) == [
        {("khai", "mạc")},
        {("hội", "chợ", "xuân"), ("phiên", "chợ", "xuân")},
    ]
