"""The title is what page, address and site agree on, not the section, the portlet or the name of the site."""

import pytest

from crawlers.extract import extract, learn
from crawlers.headline import slug_match, slug_words

TITLE = "Hơn hai nghìn người đi bộ vì môi trường"
URL = "https://bao.example.vn/hon-hai-nghin-nguoi-di-bo-vi-moi-truong-31.html"
TEXT = "".join(
    f"<p>{line}</p>"
    for line in (
        "Sáng chủ nhật, hơn hai nghìn người dân thành phố tham gia đi bộ quanh hồ và nhặt rác dọc tuyến đường dài bốn cây số.",
        "Ban tổ chức phát một nghìn túi vải và thu gom được gần ba tấn rác thải nhựa chỉ trong một buổi sáng.",
    )
)


def title(body, head="", url=URL):
    return extract(f"<html><head>{head}</head><body>{body}{TEXT}</body></html>", url).title


@pytest.mark.parametrize(
    ("body", "head"),
    [
        (f"<h1>{TITLE}</h1>", ""),
        (f"<h1>Tin tức - Sự kiện</h1><h3>{TITLE}</h3>", ""),
        (f"<h1 class='portlet-title'>Tin trong tỉnh</h1><p class='tieu-de'>{TITLE}</p>", ""),
        (f"<div>{TITLE}</div>", f"<title>{TITLE} | Báo Sơn Khê</title>"),
        ("", f"<meta property='og:title' content='{TITLE}'><meta property='og:site_name' content='Báo Sơn Khê'>"),
        ("", f"<title>Báo Sơn Khê - {TITLE}</title><meta property='og:site_name' content='Báo Sơn Khê'>"),
        (f"<h1>{TITLE}</h1>", "<title>Cổng thông tin điện tử tỉnh Sơn Khê</title>"),
        (f"<h1>Báo Sơn Khê</h1><h2>{TITLE}</h2><h3>Tin mới</h3>", f"<title>{TITLE} - Báo Sơn Khê</title>"),
        ("", f'<script type="application/ld+json">{{"@type":"NewsArticle","headline":"{TITLE}"}}</script>'),
    ],
)
def test_title_is_found(body, head):
    assert title(body, head) == TITLE


@pytest.mark.parametrize(
    "name", ["Trang chủ", "Trang chu", "Cổng thông tin điện tử huyện Lũng Phài", "Chi tiết tin", "Untitled-1"]
)
def test_title_tag_that_names_the_site_names_no_article(name):
    assert title("", f"<title>{name}</title>", "https://bao.example.vn/?id=31") is None


def test_line_between_date_and_text_is_the_title_where_nothing_else_is():
    body = f"<div>Tin nổi bật</div><div>05/10/2020 08:00</div><div>{TITLE}</div>"
    assert title(body, "<title>Trang thông tin điện tử</title>", "https://bao.example.vn/tin-1") == TITLE


def test_bold_line_above_the_text_is_the_title_where_nothing_else_is():
    assert title(f"<p><b>{TITLE}</b></p>", "<title>Trang chủ</title>", "https://bao.example.vn/?id=31") == TITLE


def test_lines_between_the_dates_of_a_calendar_are_no_title():
    days = "".join(
        f"<p>{n}/10/2020</p><p>Phòng họp số {n} trụ sở Ủy ban nhân dân huyện</p>{TEXT}" for n in range(5, 10)
    )
    assert title(days, "<title>Trang chủ</title>", "https://bao.example.vn/?id=31") is None


def test_longer_shown_title_wins_over_a_shortened_claim():
    head = f"<meta property='og:title' content='{TITLE[:30]}'>"
    assert title(f"<h2>{TITLE}</h2>", head, "https://bao.example.vn/?id=31") == TITLE


def test_text_of_links_elsewhere_names_a_page_without_marks():
    bare = f"<div>Góc môi trường</div><div>{TITLE}</div>{TEXT}"
    home = (
        "<div>Chuyên mục</div>"
        f"<p><a href='/xem?id=31'>{TITLE}</a></p><p><a href='/xem?id=32'>Khai trương thư viện lưu động</a></p>"
    )
    site = learn([("https://bao.example.vn/", home), ("https://bao.example.vn/xem?id=31", bare)])
    assert extract(bare, "https://bao.example.vn/xem?id=31", site=site).title == TITLE


@pytest.mark.parametrize(
    ("text", "share"),
    [(TITLE, 1.0), (TITLE.upper(), 1.0), ("Giá vàng hôm nay", 0.0), (f"{TITLE} " * 5, 0.0)],
)
def test_address_speaks_for_the_text_that_it_spells(text, share):
    assert slug_match(text, slug_words(URL.replace("-31", ""))) == share


def test_address_of_two_words_spells_nothing():
    assert slug_words("https://bao.example.vn/tin-tuc/?id=3") == []
