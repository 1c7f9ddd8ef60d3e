"""The next page of a listing is found in every usual style, and nothing else is taken for it."""

import pytest

from crawlers.paging import advance, following, is_step, next_of, number_in, on_page

A = "https://a.vn"


def pager(base, numbers):
    return [(f"{A}{base}{number}", str(number), "") for number in numbers]


@pytest.mark.parametrize(
    ("url", "links", "following"),
    [
        ("/tin", [("/tin?page=2", "2", ""), ("/tin?page=3", "3", "")], "/tin?page=2"),
        ("/tin?page=2", [("/tin", "1", ""), ("/tin?page=3", "3", "")], "/tin?page=3"),
        ("/tin?page=3", [("/tin", "1", ""), ("/tin?page=2", "2", "")], None),
        (
            "/tin?page=9",
            [("/tin?page=8", "8", ""), ("/tin?page=9", "9", ""), ("/tin?page=10", "10", "")],
            "/tin?page=10",
        ),
        ("/tin-tuc", [("/tin-tuc?page=1", "2", ""), ("/tin-tuc?page=2", "3", "")], "/tin-tuc?page=1"),
        ("/tin-tuc?page=1", [("/tin-tuc", "1", ""), ("/tin-tuc?page=2", "3", "")], "/tin-tuc?page=2"),
        ("/tin", [("/tin?cur=1", "1", ""), ("/tin?cur=2", "2", ""), ("/tin?cur=3", "3", "")], "/tin?cur=2"),
        ("/tin", [("/tin/trang-2", "2", "")], "/tin/trang-2"),
        ("/tin/trang-2", [("/tin", "1", ""), ("/tin/trang-3", "3", "")], "/tin/trang-3"),
        ("/c/tin/", [("/c/tin/page/2/", "Trang sau »", "")], "/c/tin/page/2/"),
        ("/c/tin/page/2/", [("/c/tin/", "«", ""), ("/c/tin/page/3/", "»", "")], "/c/tin/page/3/"),
        ("/tin", [("/khac", "x", ""), ("/tin?cur=2&delta=7", "Xem thêm", "")], "/tin?cur=2&delta=7"),
        (
            "/tin?cur=2&delta=7",
            [("/tin?cur=1&delta=7", "Trước", ""), ("/tin?cur=3&delta=7", "Tiếp theo", "")],
            "/tin?cur=3&delta=7",
        ),
        ("/ds.aspx?cat=5", [("/ds.aspx?cat=5&start=20", "Tiếp", "")], "/ds.aspx?cat=5&start=20"),
        ("/tin.html", [("/tin-p2.html", "2", "next")], "/tin-p2.html"),
        ("/", [("/tin-tuc", "Xem tiếp", "")], None),
        ("/tin", [("/tin/bai-viet-dai-hoi", "Xem thêm", "")], None),
        ("/ds.aspx?cat=5", [("/ds.aspx?cat=6", "Sở Nội vụ", "")], None),
        ("/ct.aspx?id=90001", [("/ct.aspx?id=90002", "Bài tiếp", "")], None),
        ("/tin?page=2", [("/tin", "Đầu", ""), ("/tin?page=1", "Trước", "")], None),
    ],
)
def test_next_page_is_the_one_that_goes_on_where_this_ends(url, links, following):
    found = next_of(A + url, [(A + target, text, rel) for target, text, rel in links])
    assert found == (A + following if following else None)


def test_pages_of_another_site_or_section_are_no_step():
    assert not is_step(f"{A}/tin", "https://b.vn/tin?page=2")
    assert not is_step(f"{A}/tin?cat=a", f"{A}/tin?cat=b&page=2")
    assert is_step(f"{A}/tin?cat=a", f"{A}/tin?cat=a&page=2")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("/2020/08/", "/2020/09/"),
        ("/2020/09/04", "/2020/09/05"),
        ("/tin?thang=8&nam=2020", "/tin?thang=9&nam=2020"),
        ("/tin", "/tin?thang=9&nam=2020"),
        ("/?m=202008", "/?m=202009"),
    ],
)
def test_months_of_an_archive_are_lists_of_their_own(one, other):
    assert not is_step(A + one, A + other)


@pytest.mark.parametrize(
    ("url", "other"), [("/2020/09/", "/2020/09/page/2/"), ("/tin?thang=9&nam=2020", "/tin?thang=9&nam=2020&page=2")]
)
def test_month_of_an_archive_has_pages(url, other):
    assert is_step(A + url, A + other)


@pytest.mark.parametrize(
    ("url", "rows", "wanted"),
    [
        ("/api/tin?cat=5&page=2", 10, "/api/tin?cat=5&page=3"),
        ("/api/tin?start=20&cat=5", 10, "/api/tin?start=30&cat=5"),
        ("/tin/trang-2.html", 10, "/tin/trang-3.html"),
        ("/2020/09", 10, None),
        ("/tin?cat=5", 10, None),
        ("/tin/90001", 10, None),
    ],
)
def test_page_that_follows_is_counted_in_its_address(url, rows, wanted):
    assert following(A + url, rows) == (A + wanted if wanted else None)


@pytest.mark.parametrize(
    ("url", "wanted"),
    [
        ("/api/tin/{page}", "/api/tin/3"),
        ("/api/tin?p={0}", "/api/tin?p=3"),
        ("/api/tin?cat=1&trang=1", "/api/tin?cat=1&trang=3"),
        ("/api/tin", "/api/tin?page=3"),
    ],
)
def test_number_of_a_button_goes_where_the_address_keeps_it(url, wanted):
    assert on_page(A + url, 3) == A + wanted


@pytest.mark.parametrize(
    ("url", "next_url", "wanted"),
    [
        ("/tin", "/tin?page=2", "/tin?page=12"),
        ("/tin", "/tin?page=1", "/tin?page=11"),
        ("/tin?cat=5&page=3", "/tin?cat=5&page=4", "/tin?cat=5&page=14"),
        ("/tin", "/tin?start=20", "/tin?start=220"),
        ("/tin?start=20", "/tin?start=40", "/tin?start=240"),
        ("/tin/trang-2.html", "/tin/trang-3.html", "/tin/trang-13.html"),
        ("/c/tin/", "/c/tin/page/2/", "/c/tin/page/12/"),
        ("/tin", "/tin?Paged=TRUE&p_ID=312&PageFirstRow=31", None),
        ("/tin", "/tin?after=abc", None),
        ("/tin?page=5", "/tin?page=4", None),
    ],
)
def test_page_further_on_is_counted_from_two_that_follow_each_other(url, next_url, wanted):
    assert advance(A + url, A + next_url, 1) == A + next_url
    assert advance(A + url, A + next_url, 11) == (A + wanted if wanted else None)


@pytest.mark.parametrize("odd", ["²", "①", "9" * 5_000])
def test_number_that_cannot_be_counted_with_is_none(odd):
    url = f"{A}/tin?page={odd}"
    assert number_in(odd) is None
    assert following(url, 10) is None
    assert advance(f"{A}/tin", url, 5) is None
    assert not is_step(url, f"{A}/tin?page=3")
    assert next_of(url, [(url, odd, ""), (f"{A}/khac", "Khác", "")]) is None
    assert next_of(f"{A}/tin", [(f"{A}/tin?page=2", odd, ""), (f"{A}/tin?page=2", "2", "")]) == f"{A}/tin?page=2"
    assert number_in(" 12 ") == 12
