import numpy as np
import pytest

from models.features import Features, line_terms, title_terms
from models.settings import TrainSettings

SETTINGS = TrainSettings(min_df=1, max_df=1.0)


def articles_of(features, articles):
    return features.matrices(articles)[0]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("Đại_hội khai_mạc .", ["đại_hội", "khai_mạc", "đại_hội khai_mạc"]),
        ("Năm 2020 , 350 xã , 7 huyện", ["năm", "2020", "###", "xã", "7", "huyện"]),
        ("… ( )", []),
        ("", []),
    ],
)
def test_terms_are_words_and_pairs_with_numbers_folded(line, expected):
    assert line_terms(line)[: len(expected)] == expected
    assert len(line_terms(line)) == max(0, 2 * sum(" " not in term for term in line_terms(line)) - 1)


def test_title_counts_again_and_is_marked():
    assert title_terms(["a", "b"], title_weight=3) == ["a", "b", "a", "b", "t:a", "t:b"]


def test_pairs_do_not_join_lines():
    assert set(Features(SETTINGS).fit([["a", "b"]]).vocabulary_) == {"a", "b", "t:a"}


def test_lines_of_an_article_are_the_lines_alone():
    features = Features(SETTINGS).fit([["lúa chín", "gặt lúa"], ["trường học"]])
    _, lines = features.matrices([["lúa chín", ""], ["trường học"]])
    assert (lines != features.lines(["lúa chín", "", "trường học"])).nnz == 0


def test_rows_have_unit_length_and_empty_ones_are_zero():
    features = Features(SETTINGS).fit([["lúa chín", "gặt lúa"], ["trường học"]])
    matrix = articles_of(features, [["lúa"], ["chưa gặp bao_giờ"], []])
    assert np.linalg.norm(matrix.toarray(), axis=1).tolist() == pytest.approx([1, 0, 0])


def test_rare_terms_weigh_more():
    features = Features(SETTINGS).fit([["lúa gặt"], ["lúa xanh"], ["lúa vàng"]])
    row = dict(zip(features.vocabulary_, features.lines(["lúa gặt"]).toarray()[0].tolist(), strict=True))
    assert row["gặt"] > row["lúa"] > 0


def test_terms_of_most_articles_and_of_one_article_are_left_out():
    articles = [["thường lúa"] for _ in range(12)] + [["gặt"] for _ in range(8)] + [["đơn_lẻ"]]
    vocabulary = Features(TrainSettings(min_df=2, max_df=0.5)).fit(articles).vocabulary_
    assert "gặt" in vocabulary
    assert not {"thường", "lúa", "đơn_lẻ"} & set(vocabulary)


def test_order_of_articles_does_not_matter():
    articles = [["lúa gặt"], ["lúa xanh"], ["trường học mới"]]
    assert Features(SETTINGS).fit(articles).vocabulary_ == Features(SETTINGS).fit(articles[::-1]).vocabulary_


def test_restored_features_give_the_same_matrix():
    articles = [["lúa gặt"], ["trường học"]]
    fitted = Features(SETTINGS).fit(articles)
    restored = Features(SETTINGS).restore(fitted.vocabulary_, fitted.idf_, fitted.themes_)
    assert (articles_of(fitted, articles) != articles_of(restored, articles)).nnz == 0


def test_themes_bring_articles_of_one_kind_together():
    articles = [["lúa gặt mùa"], ["gặt lúa chín"], ["trường lớp học"], ["lớp học mới"]]
    features = Features(TrainSettings(min_df=1, max_df=1.0, themes=2)).fit(articles)
    themes = features.themes(articles_of(features, articles))
    assert np.linalg.norm(themes, axis=1).tolist() == pytest.approx([1] * 4)
    near = themes @ themes.T
    assert near[0, 1] > 0.9 > near[0, 2]


def test_one_article_has_no_themes():
    features = Features(SETTINGS).fit([["lúa"]])
    assert features.themes(articles_of(features, [["lúa"], []])).shape == (2, 0)
