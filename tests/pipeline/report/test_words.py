from datetime import UTC, date, datetime

import pytest

from pipeline.records import Phase
from pipeline.wording import Words, capital, spans

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


def test_days_are_written_alike_everywhere():
    assert VI.day(date(2020, 9, 6)) == "06/09/2020"
    assert EN.day(date(2020, 9, 6)) == "6 Sep 2020"
    assert VI.day(None) == "–"
    assert VI.moment(datetime(2020, 9, 6, 4, 5, tzinfo=UTC)) == "06/09/2020 04:05"
    assert EN.moment(datetime(2020, 9, 6, 4, 5, tzinfo=UTC)) == "6 Sep 2020 04:05"


@pytest.mark.parametrize(
    ("given", "vi", "en"),
    [
        ("2020-09-15", "ngày 15/09/2020", "of 15 Sep 2020"),
        ("2020-9-5", "ngày 05/09/2020", "of 5 Sep 2020"),
        ("2020-09", "tháng 9/2020", "of Sep 2020"),
        ("2020", "năm 2020", "of 2020"),
        ("2020-13", "2020-13", "2020-13"),
        ("tháng 9 năm 2020", "tháng 9 năm 2020", "tháng 9 năm 2020"),
        ("", "", ""),
    ],
)
def test_date_of_a_letter_is_as_exact_as_the_letter(given, vi, en):
    assert (VI.letter_date(given), EN.letter_date(given)) == (vi, en)
    assert (VI.issued(given), EN.issued(given)) == (vi.removeprefix("ngày "), en.removeprefix("of "))


def test_days_in_a_row_are_one_span():
    days = [date(2020, 9, 9), date(2020, 8, 31), date(2020, 9, 1), date(2020, 9, 10)]
    assert [VI.span(*span) for span in spans(days)] == ["31/08–01/09", "09/09–10/09"]


def test_a_phase_of_one_day_is_that_day():
    days = [date(2020, 9, 25), date(2020, 9, 27)]
    phases = [Phase("a", "A", days[0], last) for last in days]
    assert [VI.phase(phase) for phase in phases] == ["25/09/2020", "25/09/2020 – 27/09/2020"]


def test_parts_are_joined_as_a_sentence_does():
    assert [VI.listing(parts) for parts in ((), ("a",), ("a", "b", "c"))] == ["", "a", "a, b và c"]


def test_a_sentence_begins_with_a_capital():
    assert [capital(text) for text in ("đã đọc", "Đạt", "12,5 phút", "")] == ["Đã đọc", "Đạt", "12,5 phút", ""]


@pytest.mark.parametrize(
    ("risk", "vi", "en"),
    [
        (1 / 48, "2,1%", "2.1%"),
        (0.05, "5%", "5%"),
        (0.035, "3,5%", "3.5%"),
        (1 / 4_600, "0,1%", "0.1%"),
        (0, "0%", "0%"),
    ],
)
def test_a_risk_is_never_said_to_be_less_than_it_is(risk, vi, en):
    assert (VI.risk(risk), EN.risk(risk)) == (vi, en)
