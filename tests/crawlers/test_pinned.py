"""What an operator pins with selectors wins over everything that is found otherwise; a broken selector says so."""

import pytest

from crawlers.errors import ParseError
from crawlers.extract import extract
from crawlers.pinned import Pinned, read_pinned

URL = "https://bao.example.vn/bai-31.html"
PAGE = (
    "<html><head><title>Tiêu đề theo máy</title></head><body><div id='bai'><h3 class='ten'>Tiêu đề được ghim</h3>"
    "<div class='gio' content='2020-10-05T08:30:00+07:00'>hôm nọ</div><p class='dan'>Lời dẫn được ghim.</p><div class='chu'><p>Đoạn một.</p>"
    "<p>Đoạn hai\u200b  dài.</p></div></div><p>Đoạn văn dài nằm ngoài khung bài viết mà máy sẽ chọn nếu không ai ghim gì cả trên trang này.</p></body></html>"
)
SELECTORS = {"article": "#bai", "title": ".ten", "lead": "p.dan", "body": "div.chu", "date": ".gio"}


def test_pinned_fields_win():
    found = extract(PAGE, URL, selectors=SELECTORS)
    assert (found.title, found.lead, found.body) == (
        "Tiêu đề được ghim",
        "Lời dẫn được ghim.",
        "Đoạn một.\nĐoạn hai dài.",
    )
    assert [claim.text for claim in found.date_evidence] == ["2020-10-05T08:30:00+07:00"]
    assert {found.provenance[name] for name in ("title", "lead", "body")} == {"pinned"}


def test_selector_that_finds_nothing_leaves_the_field_to_the_page():
    found = extract(PAGE, URL, selectors={"title": ".khong-co"})
    assert found.title == "Tiêu đề theo máy"


def test_pinned_date_that_is_no_date_is_no_evidence():
    assert read_pinned(PAGE, URL, {"date": ".ten"}) == Pinned()


def test_nothing_pinned_reads_nothing():
    assert read_pinned(PAGE, URL, {"next": "a.next", "title": ""}) == Pinned()


@pytest.mark.parametrize("selector", ["div[", ">>", ":khong-co(1)"])
def test_selector_that_is_not_css_is_named(selector):
    with pytest.raises(ParseError, match=r"bai-31\.html: title: selector .* is not CSS; mend it"):
        read_pinned(PAGE, URL, {"title": selector})


def test_name_of_the_author_is_kept_from_no_pinned_field():
    page = (
        "<div class=gio>Tác giả: Nguyễn Văn Bình - 05/10/2020 08:30</div>"
        "<div class=chu><p>Đoạn một.</p><p class=author>Nguyễn Văn Bình</p><p>Tin, ảnh: Lê Thị An</p></div>"
    )
    found = read_pinned(page, URL, {"date": ".gio", "body": ".chu"})
    assert [claim.text for claim in found.dates] == ["05/10/2020 08:30"]
    assert found.body == "Đoạn một."
