"""A page is an article, a listing, a document, a section or nothing, by what it shows and not by its address alone."""

import pytest

from crawlers.extract import extract

HOST = "https://so.example.vn"
PARAGRAPH = (
    "Sở đã tiếp nhận 412 hồ sơ trong tháng, giải quyết đúng hạn 98,7 phần trăm, không có hồ sơ nào bị trả lại hai lần."
)


def kind(body, path="/tin/tiep-nhan-ho-so-dung-han-88.html", title="", head=""):
    return extract(f"<html><head><title>{title}</title>{head}</head><body>{body}</body></html>", HOST + path).kind


def rows(count, shape='<li><a href="/tin/bai-so-{n}.html">Sở công bố kết quả giải quyết hồ sơ tháng {n}</a></li>'):
    return "".join(shape.format(n=number) for number in range(1, count + 1))


def test_text_under_a_title_is_an_article():
    assert (
        kind(f"<h1>Tiếp nhận hồ sơ đúng hạn</h1><p>05/10/2020</p><p>{PARAGRAPH}</p><p>{PARAGRAPH[:90]}.</p>")
        == "article"
    )


@pytest.mark.parametrize(
    "shape",
    [
        '<li><a href="/tin/bai-so-{n}.html">Sở công bố kết quả giải quyết hồ sơ tháng {n}</a></li>',
        '<div class="item"><h3><a href="/tin/bai-{n}.html">Sở công bố kết quả giải quyết hồ sơ tháng {n}</a></h3><p>'
        + PARAGRAPH
        + "</p><span>0{n}/10/2020</span></div>",
        '<tr><td>{n}</td><td><a href="?id={n}">Sở công bố kết quả giải quyết hồ sơ tháng {n}</a></td><td>0{n}/10/2020</td></tr>',
    ],
)
def test_rows_that_link_to_items_are_a_listing(shape):
    assert kind(f"<h1>Tin tức</h1><table>{rows(9, shape)}</table>", "/tin-tuc") == "listing"


def test_article_with_a_long_related_list_stays_an_article():
    body = f"<h1>Tiếp nhận hồ sơ đúng hạn</h1><p>05/10/2020</p><div><p>{PARAGRAPH}</p></div><ul>{rows(15)}</ul>"
    assert kind(body) == "article"


def test_file_under_a_title_is_a_document():
    body = '<h1>Báo cáo công tác tháng chín của Sở</h1><p>05/10/2020</p><a href="/tep/bao-cao-09.pdf">Tải về</a>'
    assert kind(body, "/bao-cao-cong-tac-thang-chin-cua-so") == "document"


def test_register_entry_of_a_legal_act_is_a_document():
    cells = {
        "Số ký hiệu": "12/QĐ-UBND",
        "Ngày ban hành": "05/10/2020",
        "Người ký": "Lê An",
        "Trích yếu": "Về việc giao biên chế",
    }
    table = "".join(f"<tr><td>{name}</td><td>{value}</td></tr>" for name, value in cells.items())
    assert kind(f"<h1>Quyết định 12/QĐ-UBND</h1><table>{table}</table>") == "document"


def test_register_of_many_acts_is_a_listing():
    head = "<tr><th>Số ký hiệu</th><th>Ngày ban hành</th><th>Trích yếu</th></tr>"
    acts = "".join(
        f"<tr><td>{n}/QĐ-UBND</td><td>0{n}/10/2020</td><td>Quyết định về việc kiện toàn Ban Chỉ đạo {n} của huyện Lũng Phài</td></tr>"
        for n in range(1, 8)
    )
    assert kind(f"<h2>Văn bản</h2><table>{head}{acts}</table>", "/van-ban") == "listing"


@pytest.mark.parametrize(
    ("title", "said"),
    [
        ("404 - Không tìm thấy trang", "Liên kết đã cũ hoặc không đúng."),
        ("Sở Y tế", "Trang bạn tìm không tồn tại hoặc đã bị xóa."),
        ("Sở Y tế", "Nội dung đang được cập nhật"),
        ("Runtime error", "Server Error in '/' Application."),
        ("", "\ufffd\ufffd\x01\ufffd\x02" * 40),
    ],
)
def test_page_that_says_it_is_none_is_empty(title, said):
    assert kind(f"<ul><li><a href='/'>Trang chủ</a></li></ul><h1>{said}</h1>", title=title) == "empty"


def test_article_about_a_missing_page_is_no_missing_page():
    body = f"<h1>Người dân không tìm thấy biểu mẫu</h1><p>05/10/2020</p>{''.join(f'<p>Lần {n}: {PARAGRAPH}</p>' for n in range(4))}"
    assert kind(body, "/nguoi-dan-khong-tim-thay-bieu-mau") == "article"


@pytest.mark.parametrize("path", ["/gioi-thieu", "/lien-he.html", "/co-cau-to-chuc/", "/about-us"])
def test_undated_presentation_is_a_section(path):
    assert kind(f"<h1>Giới thiệu chung về Sở</h1><p>{PARAGRAPH}</p><p>{PARAGRAPH}</p>", path) == "section"


def test_long_slug_that_begins_like_a_section_is_an_article():
    body = f"<h1>Giới thiệu sách mới nhân ngày hội đọc</h1><p>{PARAGRAPH}</p><p>{PARAGRAPH}</p>"
    assert kind(body, "/gioi-thieu-sach-moi-nhan-ngay-hoi-doc.html") == "article"


def test_home_is_a_section_but_a_numbered_index_page_is_none():
    body = f"<h1>Tiếp nhận hồ sơ đúng hạn</h1><p>{PARAGRAPH}</p><p>{PARAGRAPH}</p>"
    assert kind(body, "/") == "section"
    assert kind(body, "/index.php?id=88", title="Tiếp nhận hồ sơ đúng hạn") == "article"


def test_imprint_is_no_article():
    lines = ("Cơ quan chủ quản: Ủy ban nhân dân tỉnh Thạch Giang", "Chịu trách nhiệm chính: Ông Lê An, Giám đốc Sở Thông tin",
             "Địa chỉ: Số 2 đường Hùng Vương, thành phố Thạch Giang, tỉnh Thạch Giang")  # fmt: skip
    imprint = "".join(f"<div>{line}</div>" for line in lines)
    found = extract(f"<h1>Biểu mẫu tháng chín của Sở</h1><div>{imprint}</div>", f"{HOST}/bieu-mau-thang-chin-cua-so")
    assert (found.kind, found.body) == ("empty", None)


def test_notice_with_an_address_keeps_it():
    notice = (f"<p>{PARAGRAPH}</p><p>Địa chỉ: số 2 đường Hùng Vương, thành phố Thạch Giang, giờ hành chính các ngày trong tuần.</p>"
              f"<p>Điện thoại: 0205 000 000, gặp bà Lan hoặc ông Tuấn, phòng Hành chính tổng hợp.</p>")  # fmt: skip
    found = extract(
        f"<h1>Thông báo tuyển dụng viên chức</h1><p>05/10/2020</p>{notice}", f"{HOST}/thong-bao-tuyen-dung-vien-chuc"
    )
    assert "Địa chỉ: số 2" in found.body


def test_video_with_a_title_and_a_date_is_an_article():
    body = '<h1>Bản tin truyền hình tối thứ hai</h1><p>05/10/2020</p><video src="/v/ban-tin.mp4"></video>'
    assert kind(body, "/video/ban-tin-truyen-hinh-toi-thu-hai") == "article"
