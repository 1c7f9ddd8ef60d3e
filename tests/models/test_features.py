import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csr_matrix
from sklearn.preprocessing import normalize

from models import features
from models.codebook import Codebook, Topic
from models.features import PLACES, Features, line_terms, title_terms
from models.settings import TrainSettings

SETTINGS = TrainSettings(min_df=1, max_df=1.0)
CODEBOOK = Codebook(
    (Topic("harvest", "Mùa", "Harvest", "", cues=("gặt lúa",)), Topic("school", "Trường", "School", ""))
)


def fit(articles, settings=SETTINGS):
    return Features(CODEBOOK, settings).fit(articles)


def terms_of(features, articles):
    """The columns of terms of the articles."""
    return features.corpus(articles).articles[:, : len(features.vocabulary_)]


def themes_of(features, articles):
    first = len(features.vocabulary_)
    return features.corpus(articles).articles[:, first : first + len(features.themes_)].toarray()


def lines_of(features, articles):
    """Terms, cues, cues beside, and places of the lines of the articles."""
    terms, topics = len(features.vocabulary_), len(CODEBOOK.topics)
    lines = features.corpus(articles).lines.toarray()
    return np.split(lines, [terms, terms + topics, terms + 2 * topics], axis=1)


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
    assert set(fit([["a", "b"]]).vocabulary_) == {"a", "b", "t:a"}


def test_article_counts_what_its_lines_and_its_title_say():
    """The numbered words give what counting the terms as texts gives."""
    articles = [["Lúa chín", "gặt lúa chín , 350 xã", "lúa"], ["trường_học mới", "Lúa"], ["", "gặt"]]
    features = fit(articles, TrainSettings(min_df=1, max_df=1.0, title_weight=3))
    found = terms_of(features, articles).toarray()
    for row, lines in zip(found, articles, strict=True):
        said = [term for line in lines for term in line_terms(line)] + title_terms(line_terms(lines[0]), 3)
        counts = np.array([said.count(term) for term in features.vocabulary_])
        weighed = np.where(counts > 0, 1 + np.log(np.maximum(counts, 1)), 0) * features.idf_
        assert row == pytest.approx(weighed / np.linalg.norm(weighed), abs=1e-6)


def test_rows_have_unit_length_and_empty_ones_are_zero():
    features = fit([["lúa chín", "gặt lúa"], ["trường học"]])
    articles = [["lúa"], ["chưa gặp bao_giờ"], []]
    assert np.linalg.norm(terms_of(features, articles).toarray(), axis=1).tolist() == pytest.approx([1, 0, 0])
    assert np.linalg.norm(lines_of(features, articles)[0], axis=1).tolist() == pytest.approx([1, 0])


def test_rare_terms_weigh_more():
    features = fit([["lúa gặt"], ["lúa xanh"], ["lúa vàng"]])
    terms = lines_of(features, [["", "lúa gặt"]])[0][1]
    row = dict(zip(features.vocabulary_, terms.tolist(), strict=True))
    assert row["gặt"] > row["lúa"] > 0


def test_lines_know_their_cues_their_neighbours_and_their_place():
    features = fit([["lúa chín", "gặt lúa"], ["trường học"]])
    article = ["tin", "bà_con gặt lúa", "trời mây", "xe chạy", "chợ họp", "Gặt lúa"]
    _, cues, beside, places = lines_of(features, [["gặt lúa"], article, []])
    assert (cues[:, 0] > 0).tolist() == [True, False, True, False, False, False, True]
    assert (beside[:, 0] > 0).tolist() == [False, True, False, True, False, True, False]
    assert not cues[:, 1].any()
    title, lead, last, length = (places > 0).T.tolist()
    assert places.shape[1] == PLACES
    assert title == [True, True, False, False, False, False, False]
    assert lead == [False, False, True, True, True, False, False]
    assert last == [False, False, False, False, False, False, True]
    assert length == [False, *[True] * 6]  # one line has no length to speak of


def test_part_of_a_corpus_is_the_corpus_of_the_part():
    features = fit([["lúa chín", "gặt lúa"], ["trường học"]])
    articles = [["gặt lúa", "lúa"], [], ["trường học", "mới"]]
    part, own = features.corpus(articles).part(np.array([2, 1])), features.corpus([articles[2], articles[1]])
    assert (part.articles != own.articles).nnz == (part.lines != own.lines).nnz == 0
    assert part.said.tolist() == own.said.tolist()
    assert part.starts.tolist() == own.starts.tolist() == [0, 2, 2]


def test_widths_are_those_of_the_matrices():
    features = fit([["lúa gặt mùa"], ["gặt lúa chín"], ["trường lớp học"]])
    for articles in ([["lúa"]], []):
        corpus = features.corpus(articles)
        assert (corpus.articles.shape[1], corpus.lines.shape[1]) == features.widths


def test_terms_of_most_articles_and_of_one_article_are_left_out():
    articles = [["thường lúa"] for _ in range(12)] + [["gặt"] for _ in range(8)] + [["đơn_lẻ"]]
    vocabulary = fit(articles, TrainSettings(min_df=2, max_df=0.5)).vocabulary_
    assert "gặt" in vocabulary
    assert not {"thường", "lúa", "đơn_lẻ"} & set(vocabulary)


def test_order_of_articles_does_not_matter():
    articles = [["lúa gặt"], ["lúa xanh"], ["trường học mới"]]
    assert fit(articles).vocabulary_ == fit(articles[::-1]).vocabulary_


def test_restored_features_give_the_same_matrix():
    articles = [["lúa gặt"], ["trường học"]]
    fitted = fit(articles)
    restored = Features(CODEBOOK, SETTINGS).restore(fitted.vocabulary_, fitted.idf_, fitted.themes_)
    assert (fitted.corpus(articles).articles != restored.corpus(articles).articles).nnz == 0


def test_themes_bring_articles_of_one_kind_together():
    articles = [["lúa gặt mùa"], ["gặt lúa chín"], ["trường lớp học"], ["lớp học mới"]]
    settings = TrainSettings(min_df=1, max_df=1.0, themes=2, theme_scale=1.0)
    themes = themes_of(fit(articles, settings), articles)
    assert np.linalg.norm(themes, axis=1).tolist() == pytest.approx([1] * 4)
    near = themes @ themes.T
    assert near[0, 1] > 0.9 > near[0, 2]


def test_one_article_has_no_themes():
    assert themes_of(fit([["lúa"]]), [["lúa"], []]).shape == (2, 0)


def test_articles_that_share_no_word_have_no_terms():
    features = fit([[f"từ_{n}"] for n in range(40)], TrainSettings(min_df=3))
    assert features.vocabulary_ == []
    assert terms_of(features, [["từ_1"], []]).shape == (2, 0)


@given(st.lists(st.lists(st.floats(0, 1e3, width=32), max_size=40), min_size=1, max_size=8))
def test_unit_rows_are_those_of_scikit_learn_to_the_bit(rows):
    starts = np.cumsum([0, *map(len, rows)])
    columns = np.concatenate([np.arange(len(row)) for row in rows])
    data = np.array([value for row in rows for value in row], dtype=np.float32)
    matrix = csr_matrix((data, columns, starts), shape=(len(rows), 40))
    expected = normalize(matrix) if matrix.nnz else matrix
    assert np.array_equal(features._unit_rows(matrix.copy()).data, expected.data)
