"""Bytes to text: charset votes, broken bytes, legacy Vietnamese, and text that is normal once."""

import base64
import json
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawlers.decode import clean_text, decode
from crawlers.errors import ParseError

PROBES, OWN = (
    json.loads((Path(__file__).parent / name).read_text(encoding="utf-8")) for name in ("cases.json", "own_cases.json")
)
SENTENCE = "Ủy ban nhân dân huyện Thạch Bình tổ chức lễ phát động trồng cây, phường Đông Kỹ được chọn làm điểm"


@pytest.mark.parametrize(
    ("case", "sentence"),
    [(case, cases["sentence"]) for cases in (PROBES, OWN) for case in cases["charsets"]],
    ids=lambda each: each["case"] if isinstance(each, dict) else "",
)
def test_probe_is_decoded(case, sentence):
    text = decode(base64.b64decode(case["bytes_base64"]), case["content_type"])
    assert sentence in text
    assert unicodedata.is_normalized("NFC", text)


@pytest.mark.parametrize(
    ("encoding", "content_type"),
    [
        ("utf-16", "text/html; charset=utf-16"),
        ("utf-16-le", "text/html"),
        ("utf-16-be", None),
        ("utf-8", "text/html; charset=windows-1252"),
        ("utf-8", "text/html; charset=không-có"),
        ("utf-32", None),
    ],
)
def test_own_page_is_decoded(encoding, content_type):
    page = f"<html><head><title>Tin</title></head><body><p>{SENTENCE}.</p></body></html>"
    assert SENTENCE in decode(page.encode(encoding), content_type)


def test_stray_bytes_do_not_spoil_their_page():
    body = (f"<p>{SENTENCE}</p>" * 5).encode() + b"<p>m\xe1 30\xa0% \x96 \xff</p>"
    text = decode(body, "text/html")
    assert text.count(SENTENCE) == 5
    assert "30\xa0% –" in text


TCVN3 = "Céng hßa x· héi chñ nghÜa ViÖt Nam, ñy ban nh©n d©n tØnh, tr\xadêng häc, ®¹i héi §¶ng bé"
VNI = "Coäng hoøa xaõ hoäi chuû nghóa Vieät Nam, uûy ban nhaân daân tænh, tröôøng hoïc, ñaïi hoäi Ñaûng boä"
RIGHT = "Cộng hòa xã hội chủ nghĩa Việt Nam, ủy ban nhân dân tỉnh, trường học, đại hội Đảng bộ"


@pytest.mark.parametrize("legacy", [TCVN3, VNI])
def test_legacy_fonts_are_repaired_beside_unicode_text(legacy):
    page = f"<p>{SENTENCE}</p><p>{legacy}</p><p>Café, Pokémon và Mozart</p>"
    text = decode(page.encode(), "text/html; charset=utf-8")
    assert text == f"<p>{SENTENCE}</p><p>{RIGHT}</p><p>Café, Pokémon và Mozart</p>"
    assert clean_text(legacy) == RIGHT


def test_legacy_bytes_in_a_latin_page_are_repaired():
    assert RIGHT in decode(f"<p>{TCVN3}</p>".encode("cp1252"), "text/html")


@pytest.mark.parametrize("foreign", ["Señor Müller à la crème brûlée", "Größe, Straße: ähnlich", "5 µm ± 2 °C © ® ½"])
def test_other_languages_are_not_repaired(foreign):
    assert clean_text(foreign) == foreign


@pytest.mark.parametrize("body", [b"%PDF-1.7\n...", b"\x89PNG\r\n\x1a\n" + bytes(50), bytes(range(256)) * 20])
def test_bytes_that_are_not_text_are_refused(body):
    with pytest.raises(ParseError, match=r"http://a\.vn/x: charset"):
        decode(body, "text/html", url="http://a.vn/x")


def test_clean_text_keeps_paragraphs_and_one_space():
    assert clean_text(" Đại\u200b hội \xa0 Đảng\r\n\r\n \tbộ\u2028tỉnh \u00adlần ") == "Đại hội Đảng\nbộ\ntỉnh lần"


@given(st.text(max_size=80))
def test_cleaning_twice_changes_nothing(text):
    once = clean_text(text)
    assert clean_text(once) == once
    assert unicodedata.is_normalized("NFC", once)
