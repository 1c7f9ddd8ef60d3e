"""Bytes to text: charset votes, broken bytes, legacy Vietnamese, and text that is normal once."""

import base64
import encodings.aliases
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
MEGABYTE = 1_000_000  # characters of input that must not cost their square
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


@pytest.mark.parametrize(
    "name",
    [
        "idna",
        "punycode",
        "undefined",
        "rot13",
        "unicode_escape",
        "raw-unicode-escape",
        "utf-7",
        "zlib",
        "hex",
        "x" * 900,
    ],
)
def test_codecs_that_are_no_charsets_of_pages_are_not_used(name):
    page = f"<meta charset={name}><p>{SENTENCE}</p>".encode("cp1258", "replace") + rb"<p>\u0041 \x41 " + b"\xe2\x80</p>"
    text = decode(page, f"text/html; charset={name}")
    assert "huy" in text
    assert r"\u0041 \x41" in text


@pytest.mark.parametrize("name", sorted(set(encodings.aliases.aliases.values())))
def test_no_charset_that_python_knows_breaks_a_page(name):
    assert "<p>" in decode(b"<p>" + bytes(range(32, 256)) * 3, f"text/html; charset={name}")


@pytest.mark.parametrize(
    ("blank", "clean"), [(" ", "a b"), ("\xa0 ", "a b"), (" \r", "a\nb"), (" \t\n", "a\nb"), ("\u2028", "a\nb")]
)
def test_a_megabyte_of_blanks_is_cleaned(blank, clean):
    assert clean_text("a" + blank * (MEGABYTE // len(blank)) + "b") == clean


def test_a_megabyte_of_charset_declarations_is_read():
    blanks = b"<meta " * 50 + b"charset=" + b" " * MEGABYTE
    assert "\ufffd" not in decode(b"<p>\xe9</p>" + blanks, f"text/html; charset={' ' * MEGABYTE}")
    assert decode(b"\xe9" + b"<meta charset" * (MEGABYTE // 13), None).startswith("é<meta")


def test_halves_of_character_pairs_are_dropped():
    assert clean_text("Tin \ud83d mới") == "Tin mới"
