"""Every way in which a page leads to another of its site is seen: anchors, boxes that scripts make clickable, frames."""

import pytest

from crawlers.listing import survey

URL = "https://baoz.vn/tin/xa"
TITLE = "Bà con bản Nà Lầu làm xong con mương"


def links(body, url=URL, head=""):
    return {link.url: link for link in survey(f"<html><head>{head}</head><body>{body}</body></html>", url).links}


@pytest.mark.parametrize(
    ("body", "wanted"),
    [
        (f"<a href='../bai/1.html'>{TITLE}</a>", "https://baoz.vn/bai/1.html"),
        (f"<a href='?nid=5'>{TITLE}</a>", "https://baoz.vn/tin/xa?nid=5"),
        (f"<a href='/WEB/Tin/ChiTiet.ASPX?NID=5'>{TITLE}</a>", "https://baoz.vn/WEB/Tin/ChiTiet.ASPX?NID=5"),
        (
            f"<a href='/-/asset_publisher/aB1/content/bai-1'>{TITLE}</a>",
            "https://baoz.vn/-/asset_publisher/aB1/content/bai-1",
        ),
        (f"<a href='javascript:void(0)' onclick=\"location.href='/bai/1'\">{TITLE}</a>", "https://baoz.vn/bai/1"),
        (f"<a href='javascript:XemTin(\"/bai/1\")'>{TITLE}</a>", "https://baoz.vn/bai/1"),
        (f"<a href='#' onclick='return mo(\"/bai/1.html\");'>{TITLE}</a>", "https://baoz.vn/bai/1.html"),
        (f"<a data-href='/bai/1'>{TITLE}</a>", "https://baoz.vn/bai/1"),
        (
            f"<div class='the' onclick=\"window.location='/bai/1'\"><h3>{TITLE}</h3><p>Sáng nay</p></div>",
            "https://baoz.vn/bai/1",
        ),
        (f"<table><tr data-href='/bai/1'><td>{TITLE}</td></tr></table>", "https://baoz.vn/bai/1"),
    ],
)
def test_title_is_seen_however_it_leads_to_its_page(body, wanted):
    assert links(body)[wanted].text == TITLE


@pytest.mark.parametrize(
    "body",
    [
        "<map><area href='/muc/2' alt='Văn hóa'></map>",
        "<a href='/muc/2'><img src='x.png' title='Văn hóa'></a>",
        "<a href='/muc/2' aria-label='Văn hóa'><i class='icon'></i></a>",
        "<select onchange='location=this.value'><option value='/muc/2'>Văn hóa</option></select>",
        "<frameset><frame src='/muc/2'></frameset>",
        "<iframe src='/muc/2'></iframe>",
        "<button onclick=\"location.assign('/muc/2')\">Vào trang chủ</button>",
        "<ul><li>Tin<ul style='display:none'><li><a href='/muc/2'>Văn hóa</a></li></ul></li></ul>",
    ],
)
def test_sections_are_seen_behind_pictures_choices_frames_and_buttons(body):
    assert "https://baoz.vn/muc/2" in links(body)


def test_page_that_sends_its_reader_on_leads_there():
    assert "https://baoz.vn/web/guest/home" in links(
        "", head="<meta http-equiv='Refresh' content='0; URL=/web/guest/home'>"
    )


@pytest.mark.parametrize(
    ("base", "wanted"),
    [
        ("/web/", "https://baoz.vn/web/bai/1"),
        ("https://baoz.vn/a/b.html", "https://baoz.vn/a/bai/1"),
        ("http://10.0.0.7:8080/portal/x.html", "https://baoz.vn/portal/bai/1"),
    ],
    ids=["folder", "page", "the server behind the proxy"],
)
def test_base_of_a_page_is_kept_but_for_a_foreign_host(base, wanted):
    assert list(links(f"<a href='bai/1'>{TITLE}</a>", head=f"<base href='{base}'>")) == [wanted]


@pytest.mark.parametrize(
    "body",
    [
        "<a href='javascript:void(0)'>Trang sau</a>",
        "<a href='javascript:Go(\"/tin?Paged=TRUE\")'><img alt='Next'></a>",
        '<a href=\'javascript:__doPostBack("ctl00$a","")\'>Tin</a>',
        "<a onclick=\"ga('send','event')\">Tin</a>",
        "<a href='mailto:a@b.vn'>Thư</a>",
        "<div onclick=\"location='https://khac.vn/'\">Khác</div>",
        f"<div class='infinite' data-url='/api/tin'>{'<a>x</a>' * 9}</div>",
    ],
)
def test_what_leads_to_no_page_of_its_own_is_no_link(body):
    assert links(body) == {}
