"""The lead is kept, once, and apart from the body."""

import pytest

from crawlers.extract import extract

URL = "https://bao.example.vn/mo-lop-day-chu-nom-dao-20.html"
TITLE = "Mở lớp dạy chữ Nôm Dao"
LEAD = "Cứ tối thứ bảy, căn nhà của ông Triệu Chòi Hín lại sáng đèn cho ba mươi học trò tập viết chữ của ông cha."
TEXT = "".join(
    f"<p>{line}</p>"
    for line in (
        "Lớp học mở từ tháng ba, không thu học phí, giấy bút do hội khuyến học xã lo, người học từ chín đến sáu mươi tuổi.",
        "Hai năm qua, năm mươi bốn người đã đọc thông, viết thạo, sáu người trong số ấy nay đi dạy lại ở các xã bên cạnh.",
        "Ông Hín còn giữ được bốn mươi cuốn sách cổ, nhiều cuốn đã rách, phải chép lại để dạy cho các cháu trong thôn.",
    )
)


@pytest.mark.parametrize(
    "page",
    [
        f"<h1>{TITLE}</h1><h2 class='sapo'>{LEAD}</h2><div>{TEXT}</div>",
        f"<h1>{TITLE}</h1><p class='article__sapo'>{LEAD}</p><div>{TEXT}</div>",
        f"<h1>{TITLE}</h1><div class='hometext'>{LEAD}</div><div>{TEXT}</div>",
        f"<h1>{TITLE}</h1><p>05/10/2020</p><p>{LEAD}</p><div class='content'>{TEXT}</div>",
        f"<h1>{TITLE}</h1><div><p><strong>{LEAD}</strong></p>{TEXT}</div>",
        f"<h1>{TITLE}</h1><div class='summary'>{LEAD}</div><div><p>{LEAD}</p>{TEXT}</div>",
        f"<meta property='og:description' content='{LEAD}'><h1>{TITLE}</h1><div>{TEXT}</div>",
    ],
)
def test_lead_stands_apart_and_only_once(page):
    found = extract(page, URL)
    assert found.lead == LEAD
    assert LEAD not in found.body
    assert found.body.startswith("Lớp học mở")
    assert found.body.endswith("trong thôn.")


def test_description_that_quotes_the_body_is_no_lead():
    page = f"<meta name='description' content='Lớp học mở từ tháng ba, không thu học phí, giấy bút do hội...'><h1>{TITLE}</h1><div>{TEXT}</div>"
    found = extract(page, URL)
    assert (found.lead, found.body.count("Lớp học mở")) == (None, 1)


def test_slogan_of_the_site_is_no_lead():
    page = f"<meta name='description' content='Cổng thông tin'><h1>{TITLE}</h1><div>{TEXT}</div>"
    assert extract(page, URL).lead is None


def test_caption_above_the_text_is_no_lead():
    page = f"<h1>{TITLE}</h1><p class='photo-caption'>{LEAD}</p><div class='content'>{TEXT}</div>"
    assert extract(page, URL).lead is None


def test_class_that_names_every_paragraph_names_no_lead():
    lines = TEXT.replace("<p>", "<p class='summary'>")
    found = extract(f"<h1>{TITLE}</h1><div>{lines}{lines.replace('Lớp', 'Buổi')}</div>", URL)
    assert (found.lead, found.body.count("\n")) == (None, 5)
