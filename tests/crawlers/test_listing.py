"""Rows of lists and where they go on: pages, pieces of pages and answers to scripts."""

import json
from datetime import date

import pytest

from crawlers.dates import local_day
from crawlers.listing import survey

URL = "https://baoz.vn/tin"
TITLE = "Bà con bản Nà Lầu làm xong con mương số {}"


def items(*numbers):
    return "".join(
        f"<li><a href='/tin/bai-{n}.html'>{TITLE.format(n)}</a> <span>{n:02}/09/2020</span></li>" for n in numbers
    )


def page(tail="", *numbers):
    return f"<html><body><ul class='list'>{items(*(numbers or (9, 8, 7)))}</ul>{tail}</body></html>"


@pytest.mark.parametrize(
    ("tail", "following"),
    [
        ("<button data-url='/api/tin?page=2'>Xem thêm</button>", "/api/tin?page=2"),
        ("<button class='btn-load-more' data-href='/tin/trang-2'>+</button>", "/tin/trang-2"),
        ("<div class='infinite' data-next-url='/api/tin?offset=3'></div>", "/api/tin?offset=3"),
        ("<a class='load-more' href='javascript:;' data-page='1' data-url='/api/tin'>Tải thêm</a>", "/api/tin?page=2"),
        ("<a href='#' data-next-page='2' data-api='/api/tin/{page}'>Xem thêm</a>", "/api/tin/2"),
        ("<button data-page='2'>Xem thêm</button>", "/tin?page=2"),
        ("<button data-current-page='1' data-url='/tin/tai-them?trang=1'>Tải thêm</button>", "/tin/tai-them?trang=2"),
        (
            "<div class='load-more' data-pageindex='1' data-api='/api/tin?pageindex={page}'></div>",
            "/api/tin?pageindex=2",
        ),
        ("<button data-url='https://khac.vn/api?page=2'>Xem thêm</button>", None),
        ("<a data-url='/chia-se?u=1'>Chia sẻ</a>", None),
        (
            """<a href='javascript:Go("/tin?Paged=TRUE\\u0026PageFirstRow=31")'>Next</a>""",
            "/tin?Paged=TRUE&PageFirstRow=31",
        ),
        (
            """<a onclick='RefreshPageTo(event, "/Lists/Posts/AllPosts.aspx?Paged=TRUE&amp;p_ID=31\\u0026PageFirstRow=31")' href='javascript:'><img alt='Next'></a>""",
            "/Lists/Posts/AllPosts.aspx?Paged=TRUE&p_ID=31&PageFirstRow=31",
        ),
        ("""<a href="#" onclick="taiTrang('/tin?trang=2')">2</a>""", "/tin?trang=2"),
        ("""<a onclick="window.open('/Lists/V.aspx?Paged=TRUE&PrevID=3')" href="javascript:">Trước</a>""", None),
    ],
)
def test_list_that_goes_on_by_script_names_its_next_page(tail, following):
    found = survey(page(tail), URL)
    assert len(found.rows) == 3
    assert found.next_url == (f"https://baoz.vn{following}" if following else None)


@pytest.mark.parametrize(
    "tail",
    [
        """<a href="javascript:__doPostBack('dg$_ctl24$_ctl1','')">2</a>""",
        """<a href="javascript:__doPostBack('ctl00$Grid','Page$2')">...</a>""",
        "<a href='javascript:void(0)'>Trang sau</a>",
        "<button>Xem thêm</button>",
        "<div class='jscroll'></div>",
    ],
)
def test_list_that_goes_on_by_a_script_we_cannot_follow_is_stuck(tail):
    found = survey(page(tail), URL)
    assert (found.next_url, found.stuck) == (None, True)


@pytest.mark.parametrize(
    "row",
    [
        "<div class='tin' onclick=\"location='/tin/bai-{n}.html'\"><h3>{title}</h3><i>{n:02}/09/2020</i></div>",
        "<a class='the' href='/tin/bai-{n}.html'><h3>{title}</h3><span>{n:02}/09/2020</span></a>",
        "<tr data-href='/tin/bai-{n}.html'><td>{title}</td><td>{n:02}/09/2020</td></tr>",
    ],
    ids=["box", "card in a link", "row of a table"],
)
def test_rows_that_are_no_plain_links_have_titles_and_days(row):
    rows = "".join(row.format(n=n, title=TITLE.format(n)) for n in (9, 8, 7))
    tag = "table" if "<tr" in row else "div"
    found = survey(f"<html><body><{tag} class='list'>{rows}</{tag}></body></html>", URL).rows
    assert [(each.title, local_day(each.at).day) for each in found] == [(TITLE.format(n), n) for n in (9, 8, 7)]


def test_piece_of_a_page_continues_the_list_whose_shape_is_known():
    block = survey(page(), URL).block
    found = survey(items(6, 5), "https://baoz.vn/api/tin?page=2", block=block)
    assert [row.url for row in found.rows] == ["https://baoz.vn/tin/bai-6.html", "https://baoz.vn/tin/bai-5.html"]
    assert found.next_url == "https://baoz.vn/api/tin?page=3"


@pytest.mark.parametrize(
    ("answer", "following"),
    [
        ({"html": items(6, 5, 4)}, "/api/tin?page=3"),
        ({"data": {"content": items(6, 5, 4), "next_page": 7}}, "/api/tin?page=7"),
        ({"html": items(6, 5, 4), "hasMore": False}, None),
        ({"html": items(6, 5, 4), "next": "/api/tin?after=4"}, "/api/tin?after=4"),
        ({"html": items(6, 5, 4), "next": None}, None),
    ],
)
def test_html_in_json_is_read_with_where_it_goes_on(answer, following):
    found = survey(json.dumps(answer), "https://baoz.vn/api/tin?page=2", block=survey(page(), URL).block)
    assert [local_day(row.at).day for row in found.rows] == [6, 5, 4]
    assert found.next_url == (f"https://baoz.vn{following}" if following else None)
    assert found.over == (following is None)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("publishedAt", "2020-09-06T08:00:00+07:00"),
        ("ngay_dang", "06/09/2020"),
        ("created", 1599354000),
        ("time", 1599354000000),
    ],
)
def test_items_in_json_are_rows_with_their_days(key, value):
    answer = {"result": {"items": [{"link": "/tin/bai-6.html", "tieu_de": TITLE.format(6), key: value}, {"id": 5}]}}
    [row] = survey(json.dumps(answer), "https://baoz.vn/api/tin?page=2").rows
    assert (row.url, row.title, local_day(row.at)) == (
        "https://baoz.vn/tin/bai-6.html",
        TITLE.format(6),
        date(2020, 9, 6),
    )


@pytest.mark.parametrize(
    ("answer", "over"),
    [
        ('{"items": []}', True),
        ("[]", True),
        ('{"html": ""}', True),
        ("", True),
        ('{"error": "timeout", "items": []}', False),
        ("{}", False),
        ("[" * 100_000, False),
        ('{"items": [', False),
        ("<p>Lỗi hệ thống</p>", False),
        ("<html><body></body></html>", False),
    ],
)
def test_only_an_answer_that_is_plainly_empty_says_that_the_list_is_over(answer, over):
    found = survey(answer, "https://baoz.vn/api/tin?page=9")
    assert (found.rows, found.over, found.next_url) == ((), over, None)


@pytest.mark.parametrize("script", ['"' + "/" * 500_000, "__doPostBack(" * 40_000])
def test_half_a_megabyte_in_the_script_of_a_link_is_read(script):
    page = f"""<ul><li><a href="/tin/1">Một tin của xã Khánh Yên</a></li></ul><a href="javascript:" onclick='{script} '>2</a>"""
    assert [link.url for link in survey(page, "https://a.vn/tin").links] == ["https://a.vn/tin/1"]


@pytest.mark.parametrize("moment", [99_999_999_999, 253_402_300_800, 10**400, -1, "1e400"])
def test_number_that_is_no_moment_is_no_day(moment):
    text = f'{{"items": [{{"url": "/tin/1", "title": "Bà con làm xong mương", "date": {moment}}}]}}'
    [row] = survey(text, "https://a.vn/api?page=1").rows
    assert row.at is None


@pytest.mark.parametrize("number", ["²", "9" * 5_000])
def test_odd_number_on_a_button_does_not_upset_the_reading(number):
    html = f"<body><button class='load-more' data-page='{number}'>Xem thêm</button></body>"
    assert survey(html, "https://a.vn/tin").next_url is None
