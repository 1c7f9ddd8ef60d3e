"""Who issued a letter, as a campaign tells it."""

from __future__ import annotations

import pytest

from pipeline.directive.head import whole_issuer


@pytest.mark.parametrize(
    ("issuer", "parent", "told"),
    [
        ("SỞ Y TẾ", "UBND TỈNH SƠN KHÊ", "SỞ Y TẾ, UBND TỈNH SƠN KHÊ"),
        ("ĐẢNG ỦY UBND TỈNH", "ĐẢNG BỘ TỈNH SƠN KHÊ", "ĐẢNG ỦY UBND TỈNH, ĐẢNG BỘ TỈNH SƠN KHÊ"),
        ("HỘI NÔNG DÂN TỈNH SƠN KHÊ", "HỘI NÔNG DÂN VIỆT NAM", "HỘI NÔNG DÂN TỈNH SƠN KHÊ"),
        ("BỘ Y TẾ", "", "BỘ Y TẾ"),
        ("", "UBND TỈNH SƠN KHÊ", ""),
    ],
)
def test_an_issuer_is_told_with_the_body_above_unless_its_name_says_where(issuer: str, parent: str, told: str) -> None:
    assert whole_issuer(issuer, parent) == told
