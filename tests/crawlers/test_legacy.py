"""Text written for the fonts of the 1990s becomes Unicode, run by run; what is Unicode or foreign stays."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawlers.decode import clean_text
from crawlers.legacy import repair, vietnamese_share

PAIRS = [
    (
        "§¹i héi §¶ng bé huyÖn lÇn thø hai m\u00ad¬i hai thµnh c«ng tèt ®Ñp",
        "Đại hội Đảng bộ huyện lần thứ hai mươi hai thành công tốt đẹp",
    ),
    (
        "Ñaïi hoäi Ñaûng boä huyeän laàn thöù hai möôi hai thaønh coâng toát ñeïp",
        "Đại hội Đảng bộ huyện lần thứ hai mươi hai thành công tốt đẹp",
    ),
]


@pytest.mark.parametrize(("legacy", "right"), PAIRS)
def test_run_in_an_old_font_is_repaired(legacy, right):
    assert repair(legacy) == right


@pytest.mark.parametrize(("legacy", "right"), PAIRS)
def test_only_the_run_in_the_old_font_is_touched(legacy, right):
    page = f"<p>Ủy ban nhân dân tỉnh © 2020</p>\n<p>{legacy}</p>\n<b>Giá: 5 € ± 2 µg</b>"
    assert repair(page) == page.replace(legacy, right)


@pytest.mark.parametrize(
    "text", ["", "Đại hội Đảng bộ", "crème brûlée, Señor Müller", "© ® « » ½", "plain ascii", "ä" * 50_000]
)
def test_other_text_stays(text):
    assert repair(text) == text


@pytest.mark.parametrize(("legacy", "right"), PAIRS)
def test_share_of_vietnamese_syllables_tells_them_apart(legacy, right):
    assert vietnamese_share(right) == 1.0
    assert vietnamese_share(legacy) < 0.5
    assert vietnamese_share("no marks at all") == 0.0


@given(st.text(alphabet=st.sampled_from("aeoưđĐµ¸¶·¹¨»®éÌøùïä <>\n.\u00ad©\u0301"), max_size=60))
def test_repairing_twice_equals_once(text):
    once = clean_text(text)
    assert clean_text(once) == once
    assert unicodedata.is_normalized("NFC", once)


@pytest.mark.parametrize(("legacy", "right"), PAIRS)
def test_a_megabyte_of_an_old_font_is_repaired(legacy, right):
    times = 1_000_000 // len(legacy)
    assert repair(f"{legacy}. " * times) == f"{right}. " * times


def test_a_megabyte_that_only_looks_like_an_old_font_stays():
    letters = "abcdehnot®¹»©ÊÖ"
    words = (f"{letters[n % 15]}{letters[n // 15 % 15] * 2}{letters[n // 225 % 15]}" for n in range(200_000))
    noise = " ".join(words)
    assert repair(noise) == noise
