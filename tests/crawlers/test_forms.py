"""Forms that ask for days are found, and asked as a browser would ask them."""

from datetime import date, timedelta

import pytest

from crawlers.forms import date_forms, questions

URL = "https://bao.vn/tin"
DAYS = [date(2020, 8, 30) + timedelta(days=n) for n in range(4)]
MONTH_SELECT = (
    "<select name='thang'>" + "".join(f"<option value='{m}'>Tháng {m}</option>" for m in range(1, 13)) + "</select>"
)
YEAR_SELECT = "<select name='nam'><option>2019</option><option>2020</option></select>"


def asked(body, days=DAYS):
    [form] = date_forms(f"<html><body><form action='/luu-tru'>{body}</form></body></html>", URL)
    return [address for address, _, _ in questions(form, days)]


@pytest.mark.parametrize(
    ("body", "wanted"),
    [
        (
            "<input name='tungay'><input name='denngay'><input type=submit value='Xem'>",
            ["tungay=30%2F08%2F2020&denngay=02%2F09%2F2020"],
        ),
        (
            "<input type=hidden name=cat value=5><input type=date name='from'><input type=date name='to'>",
            ["cat=5&from=2020-08-30&to=2020-09-02"],
        ),
        (
            "<input name='ctl00$txtTuNgay'><input name='ctl00$txtDenNgay'>",
            ["ctl00%24txtTuNgay=30%2F08%2F2020&ctl00%24txtDenNgay=02%2F09%2F2020"],
        ),
        (MONTH_SELECT + YEAR_SELECT, ["thang=9&nam=2020", "thang=8&nam=2020"]),
        (
            "<input type=date name='ngay'><input type=submit name=xem value=1>",
            ["xem=1&ngay=2020-09-02", "xem=1&ngay=2020-09-01", "xem=1&ngay=2020-08-31", "xem=1&ngay=2020-08-30"],
        ),
        (
            "<select name=day><option value='09'>9</option></select><select name=month></select><select name=year></select>",
            [
                "day=02&month=09&year=2020",
                "day=01&month=09&year=2020",
                "day=31&month=08&year=2020",
                "day=30&month=08&year=2020",
            ],
        ),
    ],
    ids=["from and to", "ISO", "ASP.NET", "month", "day", "day, month and year"],
)
def test_form_is_asked_for_the_days(body, wanted):
    assert asked(body) == [f"https://bao.vn/luu-tru?{query}" for query in wanted]


def test_days_far_apart_are_asked_for_apart():
    assert len(asked("<input name='tu-ngay'><input name='den-ngay'>", [date(2020, 9, 1), date(2020, 11, 1)])) == 2


@pytest.mark.parametrize(
    "form",
    [
        "<form method=post><input name=tungay><input name=denngay></form>",
        "<form action='https://khac.vn/'><input name=tungay><input name=denngay></form>",
        "<form action='/tim'><input name=q></form>",
        "<form action='/van-ban'><input name=sokyhieu><input name=tungay><input name=denngay></form>",
        "<form><input type=checkbox name=tungay><input type=hidden name=denngay></form>",
    ],
    ids=["posts", "another site", "no days", "legal acts", "nothing to fill in"],
)
def test_other_forms_are_left_alone(form):
    assert date_forms(f"<html><body>{form}</body></html>", URL) == ()
