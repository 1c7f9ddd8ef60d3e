from datetime import date

import pytest

from pipeline.report.reasons import in_words
from pipeline.report.words import Words, spans

VI, EN = Words("vi"), Words("en")


@pytest.mark.parametrize(
    ("value", "vi", "en"),
    [
        (1234, "1.234", "1,234"),
        (12.5, "12,5", "12.5"),
        (1234567.89, "1.234.567,9", "1,234,567.9"),
        (0, "0", "0"),
        (3.0, "3", "3"),
    ],
)
def test_numbers_are_written_as_each_language_does(value, vi, en):
    assert (VI.number(value), EN.number(value)) == (vi, en)


def test_days_are_written_without_leading_zeros():
    assert VI.day(date(2020, 9, 6)) == "6/9/2020"
    assert EN.day(date(2020, 9, 6)) == "6 Sep 2020"
    assert VI.day(None) == "–"


@pytest.mark.parametrize(
    ("given", "vi"),
    [
        ("2020-09-15", "ngày 15/9/2020"),
        ("2020-09", "tháng 9/2020"),
        ("2020", "năm 2020"),
        ("tháng 9 năm 2020", "tháng 9 năm 2020"),
        ("", ""),
    ],
)
def test_date_of_a_letter_is_as_exact_as_the_letter(given, vi):
    assert VI.letter_date(given) == vi


def test_days_in_a_row_are_one_span():
    days = [date(2020, 9, 9), date(2020, 8, 31), date(2020, 9, 1), date(2020, 9, 10)]
    assert [VI.span(*span) for span in spans(days)] == ["31/8–1/9", "9/9–10/9"]


def test_parts_are_joined_as_a_sentence_does():
    assert [VI.listing(parts) for parts in ((), ("a",), ("a", "b", "c"))] == ["", "a", "a, b và c"]


@pytest.mark.parametrize(
    ("reason", "vi"),
    [
        ("http_5xx", "máy chủ báo lỗi (5xx)"),
        ("https://a.vn/x?p=2: timeout: read timed out", "máy chủ trả lời quá chậm: https://a.vn/x?p=2"),
        (
            "https://a.vn/: more than 200 pages (fetch.max_listing_pages)",
            "trang chuyên mục dài hơn 200 trang, quá hạn mức mỗi đêm: https://a.vn/",
        ),
        ("not looked", "chưa thu thập lần nào"),
        ("cúp điện cả tỉnh", "cúp điện cả tỉnh"),
    ],
)
def test_reasons_of_the_crawl_are_said_in_words(reason, vi):
    assert in_words(reason, VI) == vi
