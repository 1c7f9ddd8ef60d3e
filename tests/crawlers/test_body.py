"""A body is the article's paragraphs, in order, and nothing that the site put around or between them."""

import pytest

from crawlers.extract import extract

URL = "https://bao.example.vn/trong-them-ba-muoi-hec-ta-rung-go-lon-20.html"
TITLE = "Trồng thêm ba mươi héc ta rừng gỗ lớn"
ONE = "Xã Khánh Yên vừa trồng xong ba mươi héc ta rừng gỗ lớn theo hợp đồng liên kết với doanh nghiệp chế biến."
TWO = "Mỗi héc ta được hỗ trợ mười triệu đồng tiền giống, phân bón và công phát dọn thực bì trong hai năm đầu."
THREE = "Hạt Kiểm lâm cử cán bộ hướng dẫn bà con chọn hom, đào hố và chăm sóc cây trong mùa khô sắp tới."


def body(inside):
    page = f"<html><body><h1>{TITLE}</h1><p>05/10/2020</p><div class='noi-dung'>{inside}</div></body></html>"
    found = extract(page, URL).body
    return found.split("\n") if found else []


def text(*paragraphs):
    return "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)


STRANGE = "Giá vàng hôm nay tăng mạnh"


@pytest.mark.parametrize(
    "foreign",
    [
        f'<p><a href="/gia-vang.html">{STRANGE} lên mức cao nhất tuần</a></p>',
        f'<div class="tin-lien-quan"><a href="/a">{STRANGE}</a><p>Vàng miếng được mua vào ở mức năm mươi sáu triệu đồng một lượng.</p></div>',
        f"<figure><img src=a.jpg><figcaption>{STRANGE}, ảnh minh họa của phóng viên chụp sáng nay</figcaption></figure>",
        f'<p class="caption">{STRANGE}, ảnh chụp sáng nay</p>',
        f'<div style="display:none"><p>{STRANGE} là tin mà người đọc không nhìn thấy trên trang này.</p></div>',
        f"<script>var tin = '{STRANGE}';</script><style>.a{{content:'{STRANGE}'}}</style><noscript>{STRANGE}</noscript>",
        f"<aside><p>{STRANGE}, theo bảng giá của các cửa hàng vàng trong thành phố sáng nay.</p></aside>",
        f'<form action="/"><p>{STRANGE}, mời bạn đọc để lại địa chỉ thư điện tử để nhận tin mỗi ngày.</p></form>',
        f"<!-- {STRANGE} -->",
        f"<h3>Tin liên quan</h3><ul>{''.join(f'<li><a href=/{n}>{STRANGE} phiên thứ {n}</a></li>' for n in range(4))}</ul>",
    ],
)
def test_what_is_not_the_articles_is_left_out(foreign):
    assert body(f"{text(ONE)}{foreign}{text(TWO, THREE)}") == [ONE, TWO, THREE]


def test_comments_of_readers_are_left_out_even_when_longer():
    comments = "".join(
        f"<li><p>Bài viết rất hay, gia đình tôi cũng đang trồng rừng gỗ lớn được năm thứ {n} và thu nhập khá.</p></li>"
        for n in range(12)
    )
    page = f"<h1>{TITLE}</h1><div>{text(ONE, TWO)}</div><div class='comments'><ol>{comments}</ol></div>"
    assert extract(page, URL).body.split("\n") == [ONE, TWO]


def test_paragraphs_may_be_lines_broken_by_br():
    assert body(f"{ONE}<br><br>{TWO}<br/>{THREE}") == [ONE, TWO, THREE]


def test_paragraphs_may_be_divs_in_spans_in_font_tags():
    inside = "".join(f"<div><span><font face=Arial>{paragraph}</font></span></div>" for paragraph in (ONE, TWO, THREE))
    assert body(inside) == [ONE, TWO, THREE]


def test_subheadings_quotes_and_lists_of_the_text_stay():
    points = "<li>Chọn hom to, khỏe, không sâu bệnh.</li><li>Đào hố sâu bốn mươi phân.</li>"
    found = body(
        f"{text(ONE)}<h2>Cách trồng</h2><ul>{points}</ul><blockquote>“Rừng là của để dành”, ông Páo nói.</blockquote>{text(TWO)}"
    )
    assert found == [ONE, "Cách trồng", "Chọn hom to, khỏe, không sâu bệnh.", "Đào hố sâu bốn mươi phân.",
                     "“Rừng là của để dành”, ông Páo nói.", TWO]  # fmt: skip


def test_cells_of_a_table_in_the_text_stay_in_order():
    table = "<table><tr><th>Thôn</th><th>Diện tích</th></tr><tr><td>Khuổi Lầy</td><td>12 ha</td></tr></table>"
    found = body(f"{text(ONE)}{table}{text(TWO)}")
    assert found == [ONE, "Thôn", "Diện tích", "Khuổi Lầy", "12 ha", TWO]


def test_whole_page_in_an_aspnet_form_is_read():
    page = f"<form id=aspnetForm method=post><input type=hidden name=__VIEWSTATE value=dDwt><h1>{TITLE}</h1><div>{text(ONE, TWO, THREE)}</div></form>"
    assert extract(page, URL).body.split("\n") == [ONE, TWO, THREE]


def test_page_that_a_script_uncovers_is_read():
    page = f"<body style='visibility: hidden'><h1>{TITLE}</h1>{text(ONE, TWO, THREE)}</body>"
    assert extract(page, URL).body.split("\n") == [ONE, TWO, THREE]


def test_source_and_signature_lines_at_the_end_are_left_out():
    assert body(f"{text(ONE, TWO)}<p><b>Nguyễn An</b></p><p>Theo: Báo Nhân dân</p><p>Lượt xem: 120</p>") == [ONE, TWO]


def test_banner_that_an_archive_lays_over_the_page_is_left_out():
    banner = f"<div id='wm-ipp-base'><p>{STRANGE}: 12 captures, 21 Mar 2017 - 27 Nov 2018, about this capture and its collection.</p></div>"
    page = f"<body>{banner}<h1>{TITLE}</h1>{text(ONE, TWO)}</body>"
    assert extract(page, URL).body.split("\n") == [ONE, TWO]


def test_ticker_is_left_out():
    ticker = "<p>Nhiệt liệt chào mừng Đại hội đại biểu Đảng bộ huyện lần thứ hai mươi hai!</p>" * 3
    page = f"<body><div>{ticker}</div><h1>{TITLE}</h1>{text(ONE, TWO)}</body>"
    assert extract(page, URL).body.split("\n") == [ONE, TWO]


@pytest.mark.parametrize(
    "line",
    [
        "<p>Tác giả: Nguyễn Văn Bình</p>",
        "<p>Tin, ảnh: Nguyễn Văn Bình</p>",
        "<p>Bài và ảnh: Nguyễn Văn Bình</p>",
        "<p class='author'>Nguyễn Văn Bình</p>",
        "<p class='tac-gia'><b>Nguyễn Văn Bình - Cổng thông tin điện tử huyện Thạch Bình</b></p>",
        "<p><span class='author-name author'>Nguyễn Văn Bình</span></p>",
        "<p itemprop='author'>Nguyễn Văn Bình</p>",
        "<p class='nguon'>Đài Truyền thanh huyện Thạch Bình</p>",
    ],
)
@pytest.mark.parametrize("place", ["first", "between", "last"])
def test_line_that_names_the_author_is_left_out(line, place):
    inside = {
        "first": f"{line}{text(ONE, TWO)}",
        "between": f"{text(ONE)}{line}{text(TWO)}",
        "last": f"{text(ONE, TWO)}{line}",
    }
    assert body(inside[place]) == [ONE, TWO]


def test_paragraph_that_speaks_of_an_author_stays():
    told = "Tác giả bài thơ là ông Nguyễn Văn Bình, cán bộ hưu trí ở xã Khánh Yên, người đã trồng rừng bốn mươi năm."
    quoted = f"<p class='author'>{told}</p>"
    assert body(f"{text(ONE)}<p>{told}</p>{text(TWO)}") == [ONE, told, TWO]
    assert body(f"{text(ONE)}{quoted}{text(TWO)}") == [ONE, told, TWO]


SAID = "".join(
    f"<li><p>Bài viết rất hay, gia đình tôi cũng đang trồng rừng gỗ lớn được năm thứ {n} và thu nhập khá.</p></li>"
    for n in range(12)
)


@pytest.mark.parametrize(
    "name", ["comments", "comment-list cmt", "binh-luan", "y-kien-ban-doc", "box-comment", "respond"]
)
@pytest.mark.parametrize("head", ["", "<meta property='og:type' content='article'>"])
def test_video_with_comments_has_no_body_and_is_an_article(name, head):
    dated = "<meta property='article:published_time' content='2020-10-05T08:30:00+07:00'>"
    video = "<video src='/v/1.mp4' controls></video>"
    page = f"<html><head><title>{TITLE}</title>{head}{dated}</head><body><h1>{TITLE}</h1><p>05/10/2020 08:30</p>{video}<div class='{name}'><ol>{SAID}</ol></div></body></html>"
    found = extract(page, URL)
    assert (found.kind, found.title, found.lead, found.body) == ("article", TITLE, None, None)
    assert [item.url for item in found.media] == ["https://bao.example.vn/v/1.mp4"]


def test_comments_inside_the_box_of_the_text_are_left_out():
    assert body(f"{text(ONE, TWO)}<div class='y-kien-ban-doc'><ol>{SAID}</ol></div>") == [ONE, TWO]


def test_page_whose_outer_box_says_that_comments_are_allowed_is_read():
    page = f"<div class='single comments'><h1>{TITLE}</h1>{text(ONE, TWO)}</div>"
    assert extract(page, URL).body.split("\n") == [ONE, TWO]


@pytest.mark.parametrize("name", ["a" * 1_000_000, "_VCSortableInPreviewMode" * 40_000, "-tin" * 250_000])
def test_class_name_of_a_megabyte_is_read(name):
    assert body(f"<div class='{name}'>{text(ONE)}</div>{text(TWO)}") == [ONE, TWO]


@pytest.mark.parametrize(
    "capital",
    [
        '<span class="dropcap">X</span>',
        "<big>X</big>",
        '<img alt="X" src="/x.gif">',
        "<b>X</b>",
        '<div class="dropcap">X</div>',
    ],
)
def test_capital_set_apart_stays_with_its_word(capital):
    assert body(f"<div>{capital}{ONE[1:]}</div>{text(TWO, THREE)}") == [ONE, TWO, THREE]


@pytest.mark.parametrize(
    ("markup", "shown"),
    [
        ("<span>Khánh Yên</span>Sáng nay", "Khánh Yên Sáng nay"),
        ("<span>03:42 CH</span><span>Lượt xem</span>", "03:42 CH Lượt xem"),
        ("<b>Nguồn:</b>Cổng huyện", "Nguồn: Cổng huyện"),
        ("<font>Tr</font><font>ường</font> học", "Trường học"),
        ("<b>T</b>RƯỜNG HỌC", "TRƯỜNG HỌC"),
        ("300 m<sup>2</sup> đất", "300 m2 đất"),
        ("<i>10</i>:<i>30</i> sáng", "10:30 sáng"),
    ],
)
def test_words_that_meet_between_elements_are_two_and_parts_of_a_word_are_one(markup, shown):
    assert body(f"{text(ONE, TWO)}<p>{markup} và {THREE}</p>")[-1] == f"{shown} và {THREE}"


@pytest.mark.parametrize(
    "tool",
    [
        "<div><span>Đọc bài viết</span><span>Giọng nữ miền Bắc</span><span>Giọng nam miền Nam</span><span>Tốc độ đọc: 1.0</span></div>",
        "<p>Tổng số điểm của bài viết là: 0 trong 0 đánh giá. Click để đánh giá bài viết này</p>",
        "<div>Xem với cỡ chữ <a href='#'>A-</a> <a href='#'>A</a> <a href='#'>A+</a></div>",
        "<p>Xin vui lòng gõ tiếng Việt có dấu; ý kiến vi phạm thuần phong mỹ tục sẽ không được đăng.</p>",
    ],
)
def test_controls_of_the_page_are_no_text(tool):
    assert body(f"{tool}{text(ONE, TWO, THREE)}{tool}") == [ONE, TWO, THREE]


def test_subheading_above_a_box_of_links_stays():
    related = f'<div><a href="/gia-vang.html">{STRANGE} lên mức cao nhất tuần</a></div>'
    assert body(f"{text(ONE)}<h3>Chăm sóc rừng</h3>{related}{text(TWO, THREE)}") == [ONE, "Chăm sóc rừng", TWO, THREE]


VERSES = [
    "Đường lên bản nhỏ quê em",
    "Quanh co bóng núi, êm đềm suối reo",
    "Mùa xuân hoa nở lưng đèo",
    "Tiếng khèn gọi bạn vang theo gió ngàn",
]


def test_text_of_short_lines_is_kept_whole():
    title = f"{TITLE}, bà con các bản vui mừng đọc thơ trong ngày hội của xã"
    lines = f"{text(*VERSES)}<p>Nguồn: Hội Văn nghệ</p><div>Bản in</div>"
    page = f"<html><body><div><h1>{title}</h1><p>05/10/2020</p><div>{lines}</div></div></body></html>"
    assert extract(page, "https://bao.example.vn/tho-20.html").body.split("\n") == VERSES


def test_numbers_in_a_table_of_the_text_stay():
    table = "<table><tr><td>Xã Khánh Yên</td><td>30</td></tr><tr><td>Xã Nà Lầu</td><td>12</td></tr></table>"
    assert body(f"{text(ONE)}{table}{text(TWO)}") == [ONE, "Xã Khánh Yên", "30", "Xã Nà Lầu", "12", TWO]
