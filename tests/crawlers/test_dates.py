"""Vietnamese dates are read day first, never guessed, and weighed by where they were claimed."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawlers.article import DateEvidence, Page
from crawlers.dates import LOCAL_TZ, date_text, find_dates, local_day, parse_date
from crawlers.weigh import has_shared_stamp, shared_stamps, weigh

PROBES = json.loads((Path(__file__).parent / "cases.json").read_text(encoding="utf-8"))["dates"]
NOON = datetime(2020, 10, 5, 12, 0, tzinfo=LOCAL_TZ)


def local(text, **options):
    found = parse_date(text, **options)
    return found and (f"{found.value.astimezone(LOCAL_TZ):%Y-%m-%d %H:%M}", found.precision)


@pytest.mark.parametrize("case", PROBES, ids=lambda case: case["text"])
def test_probe_is_read(case):
    found = parse_date(case["text"])
    assert found is not None
    shown = found.value.astimezone(LOCAL_TZ)
    assert str(shown.date()) == case["date"]
    assert (found.precision != "day") == (case["time"] is not None)
    assert case["time"] is None or f"{shown:%H:%M}" == case["time"]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("05/10/2020", ("2020-10-05 00:00", "day")),
        ("8h30, 5.10.2020", ("2020-10-05 08:30", "minute")),
        ("8 giờ 30 phút ngày 5 tháng 10 năm 2020", ("2020-10-05 08:30", "minute")),
        ("Thứ Hai, ngày 05/10/2020 - 02:15 PM", ("2020-10-05 14:15", "minute")),
        ("05/10/2020 7:05 CH", ("2020-10-05 19:05", "minute")),
        ("2020-10-05T01:30:00Z", ("2020-10-05 08:30", "second")),
        ("Ngày đăng: 05/10/2020 | Cập nhật: 07/10/2020", ("2020-10-05 00:00", "day")),
        ("Mon, 05 Oct 2020 08:30:00 +0700", ("2020-10-05 08:30", "second")),
        ("05/10/2020 lúc 15:42 (GMT+7)", ("2020-10-05 15:42", "minute")),
        ("Ngày đăng 05-10-2020 lúc 15h42'", ("2020-10-05 15:42", "minute")),
        ("05-Oct-2020 15:42", ("2020-10-05 15:42", "minute")),
        ("9/14/2020 3:42:00 PM", None),
        ("20201005", None),
        ("Từ 05/10/2020 đến 07/10/2020", None),
        ("31/12/9999", None),
        ("01/01/1970", None),
        ("30/02/2020", None),
        ("5/2020", None),
        ("192.168.10.2020", None),
        ("", None),
    ],
)
def test_text_states_one_date_or_none(text, wanted):
    assert local(text) == wanted


def test_day_comes_first_where_both_orders_are_possible():
    assert local("03/04/2020") == ("2020-04-03 00:00", "day")


def test_date_whose_weekday_fits_only_the_month_first_is_not_guessed():
    assert datetime(2020, 5, 10, tzinfo=UTC).weekday() != 0  # the tenth of May was a Sunday,
    assert datetime(2020, 10, 5, tzinfo=UTC).weekday() == 0  # the fifth of October a Monday
    assert parse_date("Thứ Hai, 10/05/2020") is None
    assert local("Thứ Hai, 05/10/2020") == ("2020-10-05 00:00", "day")


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("hôm nay", ("2020-10-05 00:00", "day")),
        ("Hôm qua, 21:40", ("2020-10-04 21:40", "minute")),
        ("3 giờ trước", ("2020-10-05 09:00", "minute")),
        ("2 ngày trước", ("2020-10-03 00:00", "day")),
    ],
)
def test_relative_date_needs_a_reference(text, wanted):
    assert parse_date(text) is None
    assert local(text, reference=NOON) == wanted


def test_offsets_of_found_dates_cover_their_time():
    text = "Đăng lúc 08:30 ngày 05/10/2020, sửa 06/10/2020"
    assert [text[each.start : each.end] for each in find_dates(text)] == ["08:30 ngày 05/10/2020", "06/10/2020"]


@given(st.datetimes(datetime(1991, 1, 1), datetime(2098, 12, 31)))  # noqa: DTZ001  # hypothesis takes naive bounds
def test_written_date_is_read_back(moment):
    for form in ("%d/%m/%Y %H:%M", "%H:%M, %d-%m-%Y", "%Y-%m-%dT%H:%M:00+07:00", "ngày %d tháng %m năm %Y %Hh%M"):
        found = parse_date(moment.strftime(form))
        assert found is not None
        assert found.value.astimezone(LOCAL_TZ).replace(tzinfo=None) == moment.replace(second=0, microsecond=0)


@given(st.text(max_size=60))
def test_no_text_breaks_the_reader(text):
    assert all(1990 <= each.date.value.year <= 2100 for each in find_dates(text))


def claim(kind, day, hour=None):
    value = datetime(2020, 10, day, hour or 0, tzinfo=LOCAL_TZ).astimezone(UTC)
    return DateEvidence(value, kind, "day" if hour is None else "minute")


@pytest.mark.parametrize(
    ("claims", "day", "state"),
    [
        ([claim("byline", 5)], 5, "probable"),
        ([claim("json_ld", 5, 8)], 5, "certain"),
        ([claim("byline", 5), claim("listing", 5)], 5, "certain"),
        ([claim("meta", 5, 8), claim("byline", 9)], 5, "doubtful"),
        ([claim("byline", 5, 8), claim("dateline", 4)], 5, "probable"),  # a report may tell of the day before
        ([claim("byline", 5), claim("dateline", 20)], 5, "doubtful"),
        ([claim("byline", 5), claim("sitemap", 28)], 5, "probable"),  # changed later: no contradiction
        ([claim("dateline", 5)], None, "undated"),
        ([], None, "undated"),
    ],
)
def test_claims_are_weighed(claims, day, state):
    published, _, found, ordered = weigh(claims)
    assert (published and local_day(published).day, found) == (day, state if day else "undated")
    assert set(ordered) == set(claims)


def test_time_of_a_visible_line_refines_the_day_that_machines_are_told():
    published, precision, state, _ = weigh([claim("json_ld", 5), claim("byline", 5, 8)])
    assert (published, precision, state) == (claim("byline", 5, 8).value, "minute", "certain")


def test_local_time_mislabelled_as_utc_gives_way_to_the_shown_one():
    wrong = DateEvidence(datetime(2020, 10, 5, 20, 0, tzinfo=UTC), "meta", "second")  # shown: 20:00 in Vietnam
    published, _, state, _ = weigh([wrong, claim("byline", 5, 20)])
    assert (published, state) == (claim("byline", 5, 20).value, "probable")


def test_order_of_claims_does_not_matter():
    claims = [claim("byline", 5), claim("url", 4), claim("meta", 5, 9), claim("dateline", 3)]
    assert weigh(claims) == weigh(reversed(claims))


def dated(moment):
    return Page("http://a.vn/", "article", published=moment, published_precision="minute")


def test_minute_of_a_bulk_import_is_known_and_a_busy_day_is_not_one():
    days = [datetime(2020, 10, day, 1, 0, tzinfo=UTC) for day in range(1, 21)]
    imported = datetime(2020, 11, 8, 1, 52, tzinfo=UTC)
    busy = [datetime(2020, 10, 25, 1, minute, tzinfo=UTC) for minute in range(8)]
    stamps = shared_stamps([dated(moment) for moment in (*days, *busy, *[imported] * 40)])
    assert has_shared_stamp(imported + timedelta(seconds=20), stamps)
    assert not any(has_shared_stamp(moment, stamps) for moment in (*days, *busy))


@pytest.mark.parametrize(
    ("text", "day"),
    [("5{}x", None), ("05/10/2020 08:30{}x", 5), ("5 tháng 10{}x", None), ("ngày{}05/10/2020", 5)],
)
def test_a_megabyte_of_blanks_beside_a_date_is_read(text, day):
    parsed = parse_date(text.format(" " * 1_000_000))
    assert (parsed and local_day(parsed.value).day) == day


@pytest.mark.parametrize(
    ("line", "kept"),
    [
        ("Tác giả: Nguyễn Văn Bình | Ngày đăng: 05/10/2020 08:30", "05/10/2020 08:30"),
        ("08:30 ngày 05/10/2020 - Lê Thị An", "08:30 ngày 05/10/2020"),
        ("Mon, 05 Oct 2020 08:30:00 +0700 (Binh)", "05 Oct 2020 08:30:00 +0700"),
        ("Lê Thị An", ""),
    ],
)
def test_text_of_a_date_holds_nothing_else(line, kept):
    assert date_text(line) == kept
