import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models import encode
from models.encode import NUMERAL, UNKNOWN, Encoder, is_numeral, syllables, term


def test_words_are_numbered_by_their_terms_and_syllables():
    encoder = Encoder(["đại_hội", "####"], ["hội", "đại"])
    lines = encoder.encode(["Đại_hội , 3412 lạ", "", "XI"])
    assert lines.terms.tolist() == [1, 2, UNKNOWN, UNKNOWN]
    assert lines.term_starts.tolist() == [0, 3, 3, 4]
    assert lines.syllables.tolist() == [3, 2, NUMERAL, UNKNOWN, NUMERAL]
    assert lines.syllable_starts.tolist() == [0, 4, 4, 5]


def test_no_line_gives_no_terms():
    lines = Encoder([], []).encode([])
    assert lines.term_starts.tolist() == lines.syllable_starts.tolist() == [0]
    assert not lines.terms.size


def test_forgetting_words_changes_nothing(monkeypatch):
    monkeypatch.setattr(encode, "MAX_REMEMBERED", 2)
    encoder = Encoder(["lúa"], ["lúa"])
    for line in ("lúa chín vàng", "gặt lúa", "lúa"):
        assert encoder.encode([line]).terms.tolist() == [int(word == "lúa") for word in line.split()]


def test_words_learnt_line_by_line_are_those_learnt_at_once():
    lines = ["Đại_hội lần thứ XI", "", ", xi măng", "lạ Đại_hội 3412"]
    grown, whole = (Encoder(["đại_hội", "xi"], ["hội", "đại"]) for _ in range(2))
    found = [grown.encode([line]) for line in lines]
    for name in ("terms", "syllables"):
        expected = getattr(whole.encode(lines), name)
        assert expected.dtype == np.int64
        assert np.concatenate([getattr(each, name) for each in found]).tolist() == expected.tolist()


@pytest.mark.parametrize(
    ("word", "expected"),
    [("Đại_hội", "đại_hội"), ("2020", "2020"), ("1929", "####"), ("7", "7"), ("350", "###"), (",", "")],
)
def test_word_has_one_term_or_none(word, expected):
    assert term(word) == expected


@given(st.lists(st.text("Aaĩ_ⅣvXi1٣²İß,̣", min_size=1), min_size=1))
def test_any_word_is_encoded_by_its_term_and_its_syllables(words):
    terms = [text for word in words if (text := term(word))]
    spoken = [syllable for word in words for syllable in syllables(word)]
    known_terms, known = sorted(set(terms))[::2], sorted(set(spoken))[::2]
    lines = Encoder(known_terms, known).encode([" ".join(words)])
    assert lines.terms.tolist() == [known_terms.index(text) + 1 if text in known_terms else UNKNOWN for text in terms]
    assert lines.syllables.tolist() == [
        known.index(each) + NUMERAL + 1 if each in known else NUMERAL if is_numeral(each) else UNKNOWN
        for each in spoken
    ]
