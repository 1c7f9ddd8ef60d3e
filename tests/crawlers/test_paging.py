"""The next page of a listing is found in every usual style, and nothing else is taken for it."""

import pytest

from crawlers.paging import is_step, next_of

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
def test_next_page(url, links, following):
    found = next_of(A + url, [(A + target, text, rel) for target, text, rel in links])
    assert found == (A + following if following else None)


def test_pages_of_another_site_or_section_are_no_step():
    assert not is_step(f"{A}/tin", "https://b.vn/tin?page=2")
    assert not is_step(f"{A}/tin?cat=a", f"{A}/tin?cat=b&page=2")
    assert is_step(f"{A}/tin?cat=a", f"{A}/tin?cat=a&page=2")
