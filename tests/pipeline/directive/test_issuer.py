"""Who issued a letter, as a campaign tells it."""

from __future__ import annotations

import pytest

from pipeline.directive.head import whole_issuer
from pipeline.directive.issuer import in_sentence


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


@pytest.mark.parametrize(
    ("issuer", "told"),
    [
        ("UỶ BAN NHÂN DÂN TỈNH SƠN KHÊ", "Uỷ ban nhân dân tỉnh Sơn Khê"),
        ("SỞ VĂN HÓA, THỂ THAO VÀ DU LỊCH, UBND TỈNH SƠN KHÊ", "Sở Văn hóa, Thể thao và Du lịch, UBND tỉnh Sơn Khê"),
        ("SỞ CÔNG THƯƠNG", "Sở Công Thương"),
        ("BAN TUYÊN GIÁO VÀ DÂN VẬN, TỈNH ỦY HẢI THẠCH", "Ban Tuyên giáo và Dân vận, Tỉnh ủy Hải Thạch"),
        ("HỘI NÔNG DÂN TỈNH SƠN KHÊ", "HỘI NÔNG DÂN TỈNH SƠN KHÊ"),  # of a form that is not known
        ("ĐẢNG ỦY CÁC CƠ QUAN ĐẢNG TỈNH", "ĐẢNG ỦY CÁC CƠ QUAN ĐẢNG TỈNH"),
        ("Sở Y tế", "Sở Y tế"),
        ("", ""),
    ],
)
def test_an_issuer_in_capitals_is_told_as_it_stands_in_a_sentence(issuer: str, told: str) -> None:
    assert in_sentence(issuer) == told
