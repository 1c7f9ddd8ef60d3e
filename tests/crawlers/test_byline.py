"""Only the page's own date is evidence: clocks, related items, licences, decisions and events are not."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from crawlers.article import DateEvidence
from crawlers.blocks import outline
from crawlers.byline import far_opening, find_byline, find_dateline, is_own
from crawlers.dates import local_day
from crawlers.extract import extract
from crawlers.profiles import PROFILES
from crawlers.rows import mark_rows
from crawlers.site import SiteModel
from crawlers.tree import parse_tree
from crawlers.weigh import weigh

TITLE = "Hội Nông dân huyện tổng kết phong trào thi đua yêu nước"
TEXT = (
    "<p>Chiều qua, Hội Nông dân huyện tổ chức hội nghị tổng kết phong trào thi đua yêu nước giai đoạn năm năm vừa qua.</p>"
    "<p>Toàn huyện có hơn ba nghìn hộ đạt danh hiệu sản xuất, kinh doanh giỏi, tăng hai trăm hộ so với đầu nhiệm kỳ.</p>"
)
RELATED = "".join(
    f'<li><a href="/tin-{day}.html">Ra quân làm đường giao thông nông thôn thôn số {day}</a> <span>({day}/09/2020)</span></li>'
    for day in (11, 12, 13)
)


def page(inside, head=""):
    html = f"<html><head><title>{TITLE}</title>{head}</head><body>{inside}</body></html>"
    return extract(html, "https://huyen.example.vn/hoi-nong-dan-huyen-tong-ket-phong-trao-thi-dua-yeu-nuoc.html")


def day_of(found):
    return found.published and f"{found.published:%Y-%m-%dT%H:%M}"


OWN = '<div class="date">05/10/2020 14:30</div>'


@pytest.mark.parametrize(
    "trap",
    [
        '<div class="header"><span>Thứ Tư, 22/09/2021</span></div>',
        '<div id="clock">Hôm nay: 22/09/2021 10:11</div>',
        '<div id="wm-ipp-base">12 captures 21/03/2017 - 27/11/2018</div>',
        "<table><tr><td>Thứ Hai, ngày 22 tháng 9 năm 2021</td></tr></table><hr/><hr/>" + "<p>Menu</p>" * 6,
    ],
)
def test_date_above_the_page_is_no_evidence(trap):
    assert day_of(page(f"{trap}<div><h1>{TITLE}</h1>{OWN}{TEXT}</div>")) == "2020-10-05T07:30"


@pytest.mark.parametrize(
    "trap",
    [
        "<p>Giấy phép số 12/GP-TTĐT cấp ngày 22/09/2021</p>",
        "<p>Quyết định số 88/QĐ-UBND ngày 22/9/2021 của Ủy ban nhân dân huyện</p>",
        "<p>Hạn nộp hồ sơ: 22/09/2021</p>",
        "<p>Hội nghị diễn ra từ ngày 22/09/2021 đến 24/09/2021 tại hội trường</p>",
        f"<h3>Tin liên quan</h3><ul>{RELATED}</ul>",
        "<p>Sáng 22/09/2021, Ủy ban nhân dân huyện họp.</p>",
        "<p>Ngày 22/09/2021, đoàn kiểm tra của huyện đã đến làm việc tại xã Tân Lập</p>",
        "<p>Đoàn công tác làm việc ngày 22/09/2021.</p>",
        "<p><i>Quang cảnh buổi tập huấn ngày 22/09/2021</i></p>",
        "<footer>Bản quyền © 22/09/2021</footer>",
    ],
)
def test_page_without_own_date_stays_undated(trap):
    found = page(
        f"<div><h1>{TITLE}</h1>{trap}{TEXT}</div>" if trap.startswith("<p>") else f"<h1>{TITLE}</h1>{TEXT}{trap}"
    )
    assert (found.kind, found.published) == ("article", None)


@pytest.mark.parametrize(
    "line",
    [
        "<p>Ngày đăng: 05/10/2020 14:30</p>",
        "<p>(05/10/2020 14:30)</p>",
        "<div><b>Nguyễn An</b> - Thứ Hai, 05/10/2020, 14:30 (GMT+7)</div>",
        '<span class="post-date"><a href="#">05/10/2020 14:30</a></span>',
        '<time datetime="2020-10-05T14:30:00+07:00">5 tháng 10</time>',
        "<p>Ngày đăng 05/10/2020 14:30 | Lượt xem: 1203 | Cập nhật 09/10/2020</p>",
    ],
)
def test_line_beside_the_title_is_the_date(line):
    found = page(f"<div><h1>{TITLE}</h1>{line}{TEXT}<ul>{RELATED}</ul></div>")
    assert day_of(found) == "2020-10-05T07:30"


def test_signed_line_under_the_text_is_the_date():
    found = page(f"<div><h1>{TITLE}</h1>{TEXT * 12}<p>Ngày đăng: 05/10/2020</p></div><ul>{RELATED}</ul>")
    assert day_of(found) == "2020-10-04T17:00"


def test_microdata_of_related_items_is_no_evidence():
    items = "".join(
        f'<li itemscope><a href="/{day}">Ra quân làm sạch đường làng ngõ xóm thôn {day}</a><meta itemprop="datePublished" content="2020-09-{day}"></li>'
        for day in (11, 12, 13)
    )
    assert page(f"<h1>{TITLE}</h1>{TEXT}<ul>{items}</ul>").published is None


def test_rows_of_a_listing_date_no_listing():
    rows = "".join(
        f'<div class="item"><a href="/bai-{day}.html">Ủy ban nhân dân huyện họp phiên thứ {day} trong năm</a><span class="date">{day}/09/2020</span></div>'
        for day in range(10, 22)
    )
    found = page(f"<h1>Tin tức - Sự kiện</h1>{rows}")
    assert (found.kind, found.published) == ("listing", None)


def test_dateline_supports_but_does_not_date():
    root = parse_tree(f"<h1>{TITLE}</h1><p>Lạng Sơn, ngày 5/10/2020 (TTXVN) - Hội nghị khai mạc sáng nay.</p>")
    found = find_dateline(outline(root), 0)
    assert (found.kind, found.text) == ("dateline", "5/10/2020")
    assert page(f"<h1>{TITLE}</h1><p>Lạng Sơn, ngày 5/10/2020 - {TEXT[3:]}").published is None


def test_place_learnt_as_a_clock_is_never_a_date():
    found = outline(parse_tree(f"<div class='a'>05/10/2020</div><h1>{TITLE}</h1>{TEXT}"))
    mark_rows(found)
    assert find_byline(found, 1, SiteModel()).evidence.text == "05/10/2020"
    assert find_byline(found, 1, SiteModel(clock_paths=frozenset({found.blocks[0].path}))) is None


PAGES = sorted((Path(__file__).parents[1] / "pages").glob("*.html"))
DATE_ONLY = re.compile(
    r"(?:[\d\s/.,:;|()\[\]+–-]|T(?=\d)|Z|GMT|UTC|ngày|tháng|năm|lúc|vào|giờ|phút|h|sáng|trưa|chiều|tối|AM|PM|SA|CH|"
    r"thứ (?:hai|ba|tư|năm|sáu|bảy)|chủ nhật)+",
    re.IGNORECASE,
)


def texts(found):
    return [claim.text for claim in found.date_evidence]


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_evidence_of_frozen_pages_holds_nothing_but_dates(path):
    html = path.read_text(encoding="utf-8")
    read = [profile.parse(html, "https://huyen.example.vn/bai-1.html") for profile in PROFILES]
    read.append(extract(html, "https://huyen.example.vn/bai-1.html", profiles=PROFILES))
    found = [text for each in read for text in texts(each)]
    assert found
    assert [text for text in found if not DATE_ONLY.fullmatch(text)] == []


@pytest.mark.parametrize(
    "line",
    [
        "<p>Tác giả: Nguyễn Văn Bình | Ngày đăng: 05/10/2020 14:30</p>",
        "<p>05/10/2020 14:30 - Nguyễn Văn Bình</p>",
        "<p><b>Nguyễn Văn Bình</b> - 14:30 ngày 05/10/2020</p>",
        "<p>Nguye&#x302;&#x303;n Va&#x306;n Bi&#x300;nh, 05/10/2020 14:30</p>",
        '<time datetime="2020-10-05T14:30:00+07:00">Nguyễn Văn Bình, 5 tháng 10</time>',
        '<time datetime="2020-10-05">Nguyễn Văn Bình 05/10/2020 14:30</time>',
        "<p>Nguyễn Văn Bình, ngày 5/10/2020 - Hội nghị tổng kết khai mạc sáng nay tại hội trường huyện.</p>",
    ],
)
def test_name_beside_a_date_is_not_kept(line):
    found = texts(page(f"<div><h1>{TITLE}</h1>{line}{TEXT}</div>"))
    assert found
    assert [text for text in found if not DATE_ONLY.fullmatch(text)] == []


@pytest.mark.parametrize("name", ["date", "article:published_time", "dc.date.issued"])
def test_name_beside_a_date_in_the_head_is_not_kept(name):
    head = f"<meta name='{name}' content='05/10/2020 14:30 Nguyễn Văn Bình'>"
    assert texts(page(f"<h1>{TITLE}</h1>{TEXT}", head)) == ["05/10/2020 14:30"]


def test_date_of_a_profile_that_the_page_shows_in_two_blocks_is_its_own():
    shown = outline(parse_tree(f"<h1>{TITLE}</h1><div>Thứ Hai, 05/10/2020</div><div>14:30</div>{TEXT}"))
    assert is_own(shown, "05/10/2020 14:30", 0, SiteModel())
    assert not is_own(shown, "06/10/2020", 0, SiteModel())
    assert not is_own(shown, "", 0, SiteModel())


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("(LSO) - Sáng 12/5, Ủy ban nhân dân huyện tổ chức lễ khởi công", "2019-05-12"),
        ("Chiều ngày 02/4/2019, Ủy ban nhân dân tỉnh phối hợp tổ chức hội nghị", "2019-04-02"),
        ("Ngày 4/4, đồng chí Phó Chủ tịch huyện kiểm tra công tác trồng rừng", "2019-04-04"),
        ("Thử Biên, ngày 12 tháng 3 năm 2017", "2017-03-12"),
        ("Sáng 15/9/2019, huyện tổ chức hội thi tiếng hát", "2019-09-15"),
    ],
)
def test_opening_far_from_the_stamp_contradicts_it(text, day):
    stamp = datetime(2019, 8, 8, 1, 52, tzinfo=UTC)
    found = far_opening("", f"{text}\nĐoạn sau.", stamp)
    assert found.kind == "dateline"
    assert str(local_day(found.value)) == day
    assert weigh([DateEvidence(stamp, "byline", "minute"), found])[2] == "doubtful"


@pytest.mark.parametrize(
    "text",
    [
        "Sáng 5/8, Ủy ban nhân dân huyện tổ chức hội nghị",
        "Ngày 20/7, đoàn viên thanh niên ra quân",
        "Sáng 15/9/2019 tới, huyện sẽ tổ chức hội thi tiếng hát",
        "Ngày 2/9/1945, Chủ tịch Hồ Chí Minh đọc Tuyên ngôn Độc lập",
        "Ngày 30/6/2018, Chính phủ ban hành nghị định về cán bộ xã",
        "Theo kế hoạch, sáng 12/3/2018 các trường tổng kết",
        "Hội nghị diễn ra trong hai ngày.",
        "Sáng 31/2, câu này viết nhầm",
    ],
)
def test_opening_that_may_be_of_the_stamp_contradicts_nothing(text):
    assert far_opening(text, "Đoạn sau.", datetime(2019, 8, 8, 1, 52, tzinfo=UTC)) is None


def test_article_whose_text_tells_of_another_season_keeps_both_claims():
    found = page(
        f"<h1>{TITLE}</h1>{OWN}<p>Sáng 12/3, Hội Nông dân huyện tổ chức hội nghị tổng kết phong trào thi đua.</p>{TEXT}"
    )
    assert [each.kind for each in found.date_evidence] == ["byline", "dateline"]
    assert weigh(found.date_evidence)[2] == "doubtful"
    assert day_of(found) == "2020-10-05T07:30"


def test_date_in_brackets_behind_the_title_is_its_date():
    found = page(f"<div><span>{TITLE}</span> <span>(05/10/2020 14:30:00)</span></div>{TEXT}")
    assert (found.title, day_of(found)) == (TITLE, "2020-10-05T07:30")


def test_dates_that_paragraphs_tell_do_not_make_the_date_line_a_row():
    told = "<p>Kế hoạch số 8 ngày 12/08/2020 giao mỗi xã một việc.</p><p>Các xã báo cáo trước ngày 30/12/2020.</p>"
    assert day_of(page(f"<div><h1>{TITLE}</h1><p>Ngày 05/10/2020 - 14:30</p>{TEXT}{told}</div>")) == "2020-10-05T07:30"
