"""Pages of all kinds that portals and papers hold, written by us, are told apart; the first line of each says what it is."""

import json
from pathlib import Path

import pytest

from crawlers.dates import LOCAL_TZ
from crawlers.extract import extract
from crawlers.profiles import PROFILES

PAGES = sorted((Path(__file__).parents[1] / "pages" / "kinds").glob("*.html"))


def told(path):
    html = path.read_text(encoding="utf-8")
    wanted = json.loads(html.split("\n", 1)[0].removeprefix("<!--").removesuffix("-->"))
    return wanted, extract(html, wanted["url"], profiles=PROFILES)


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_kind_of_a_page_is_told(path):
    wanted, page = told(path)
    kinds = wanted["kind"] if isinstance(wanted["kind"], list) else [wanted["kind"]]
    assert page.kind in kinds


@pytest.mark.parametrize(
    "path",
    [path for path in PAGES if '"kind": "article"' in path.read_text(encoding="utf-8")],
    ids=lambda path: path.stem,
)
def test_article_of_a_rare_shape_is_read(path):
    wanted, page = told(path)
    shown = page.published.astimezone(LOCAL_TZ).replace(tzinfo=None).isoformat()
    assert page.title == wanted["title"]
    assert shown.startswith(wanted["published"])
    assert (page.body or "").split("\n") == wanted.get("body", [""])
    assert page.lead == wanted.get("lead")
    assert [[item.kind, item.url, item.duration_s] for item in page.media] == wanted.get("media", [])


@pytest.mark.parametrize(
    "path",
    [path for path in PAGES if '"kind": "article"' not in path.read_text(encoding="utf-8")],
    ids=lambda path: path.stem,
)
def test_no_date_is_taken_from_the_clock_or_from_a_decision(path):
    wanted, page = told(path)
    if wanted["kind"] != "empty":
        assert page.published is None or "Ngày đăng" in path.read_text(encoding="utf-8")


def test_message_that_a_page_is_gone_is_known_among_menus():
    menu = "".join(
        f"<li><a href='/muc-{number}'>Chuyên mục tin tức số {number} của cổng</a></li>" for number in range(40)
    )
    html = f"<html><head><title>Thông báo</title></head><body><ul>{menu}</ul><p>Rất tiếc.</p><p>Nội dung này không tồn tại hoặc đã bị gỡ bỏ khỏi cổng thông tin.</p></body></html>"
    assert extract(html, "https://thu.example.vn/tin/bai-cu-77.html").kind == "empty"


def test_page_without_a_title_that_lists_others_is_a_listing():
    rows = "".join(
        f"<div><p><a href='/tin/{number}.html'>Bà con xã số {number} làm xong mương nước</a></p></div>"
        for number in range(3)
    )
    html = f"<html><body><div>{rows}</div><p>Ý kiến của bà con xin gửi về văn phòng xã trong giờ làm việc, chúng tôi sẽ trả lời trong năm ngày làm việc.</p></body></html>"
    assert extract(html, "https://thu.example.vn/muc?trang=2").kind == "listing"
