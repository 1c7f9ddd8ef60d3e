import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.text import MAX_SENTENCE_CHARS, normalise, old_tones, sentences

VIETNAMESE = st.text(
    alphabet="aăâeêioôơuưyAEOUYqQnhcgtđĐòóỏõọoàáảãạèéùúủũụỳýỷỹỵÒÀÝ .!?…\n\r\t\u200b\u00adаеорВ0123456789XVI-",
    max_size=80,
)


@given(VIETNAMESE)
def test_normalising_twice_equals_once(text):
    once = normalise(text)
    assert normalise(once) == once


@given(st.text(max_size=200))
def test_any_text_can_be_normalised_and_cut(text):
    assert normalise(normalise(text)) == normalise(text)
    assert all(sentence and "\n" not in sentence for sentence in sentences(normalise(text)))


@given(VIETNAMESE)
def test_spelling_of_marks_and_unseen_characters_change_nothing(text):
    apart = "\u00ad".join(unicodedata.normalize("NFD", text))
    assert normalise(unicodedata.normalize("NFD", text)) == normalise(text)
    assert normalise(apart) == normalise(text)


@given(VIETNAMESE)
def test_normal_text_is_composed_and_has_no_blank_but_one_space_between_words(text):
    normal = normalise(text)
    assert unicodedata.is_normalized("NFC", normal)
    assert all(line and line == " ".join(line.split()) for line in normal.split("\n")) or not normal


@given(VIETNAMESE)
def test_sentences_are_pieces_of_the_text_in_order(text):
    place = 0
    for sentence in sentences(text):
        found = text.find(sentence, place)
        assert found >= 0
        place = found + len(sentence)


@given(VIETNAMESE)
def test_sentences_lose_only_blanks(text):
    assert "".join("".join(sentences(text)).split()) == "".join(text.split())


@pytest.mark.parametrize(
    ("given_", "expected"),
    [
        ("văn hoá, sức khoẻ, Uỷ ban, thuỷ lợi", "văn hóa, sức khỏe, Ủy ban, thủy lợi"),
        ("tòan quốc, qúy khách", "toàn quốc, quý khách"),
        ("quý, toàn, khoản, xoáy", "quý, toàn, khoản, xoáy"),
        ("Đаi hội", "Đai hội"),  # a Cyrillic letter within a Latin word
        ("Москва", "Москва"),
        ("Đại\u200b hội\u00ad  Đảng\xa0bộ", "Đại hội Đảng bộ"),
        ("ĐẠI HỘI ĐẢNG BỘ LẦN THỨ XVII", "Đại hội đảng bộ lần thứ XVII"),
        ("UBND", "UBND"),
        ("Đa\u0323i ho\u0323\u0302i va\u0306n hoa\u0301", "Đại hội văn hóa"),  # letters and marks apart
        ("hо\u0323\u0302i", "hội"),  # the same, over a Cyrillic letter
        ("một\r\n\r\n\r\nhai", "một\nhai"),
    ],
)
def test_text_is_normal_in_one_form(given_, expected):
    assert normalise(given_) == expected


@pytest.mark.parametrize("word", ["hòa", "khỏe", "Ủy", "thủy", "LÚY"])
def test_old_tones_are_what_normalise_mends(word):
    assert old_tones(word) != word
    assert normalise(old_tones(word)) == word


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Đại hội khai mạc. Hội trường chật kín.", ["Đại hội khai mạc.", "Hội trường chật kín."]),
        ("Đoàn về TP. Sơn Khê. Mọi người vui.", ["Đoàn về TP. Sơn Khê.", "Mọi người vui."]),
        ("PGS.TS. Nguyễn Văn A. phát biểu.", ["PGS.TS. Nguyễn Văn A. phát biểu."]),
        ("Tăng 3.5 lần! Thật ư? Vâng…", ["Tăng 3.5 lần!", "Thật ư?", "Vâng…"]),
        ("1. Về kinh tế\n2. Về xã hội", ["1. Về kinh tế", "2. Về xã hội"]),
        ("“Tôi mong lắm.” Bà nói.", ["“Tôi mong lắm.”", "Bà nói."]),
        ("", []),
        (" \n \n", []),
    ],
)
def test_sentences_end_where_a_reader_ends_them(text, expected):
    assert sentences(text) == expected


def test_text_without_stops_is_cut_at_blanks():
    pieces = sentences("thôn bản " * 1_000)
    assert max(map(len, pieces)) <= MAX_SENTENCE_CHARS
    assert " ".join(pieces) == ("thôn bản " * 1_000).strip()


@pytest.mark.parametrize("unit", [".", "!", ")", '"', "a", "а", "a.", "Á", "1", "\u200b", "hoà"])
def test_long_runs_of_anything_are_read(unit):
    text = normalise(unit * (200_000 // len(unit)))
    assert "".join(sentences(text)).replace(" ", "") == text.replace(" ", "")
