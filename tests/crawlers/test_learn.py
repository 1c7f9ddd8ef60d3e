"""A site is learnt from its own pages: what recurs belongs to none of them, clocks are no dates, order does not matter."""

import pytest

from crawlers.extract import SiteModel, extract, learn

HOST = "https://huyen.example.vn"
SLOGAN = (
    "Phát huy truyền thống đoàn kết, xây dựng quê hương Lũng Phài giàu đẹp, văn minh, nghĩa tình qua từng năm tháng."
)
SUBJECTS = ("Khởi công cầu treo", "Gặp mặt người có uy tín", "Tiêm phòng dại cho chó", "Hội chợ hồi và quế", "Thi tiếng hát", "Đường hoa",
            "Khám bệnh miễn phí", "Trao học bổng")  # fmt: skip


def address(number):
    return f"{HOST}/xem?id={number}"


def article(number):
    return (
        f"<html><head><title>UBND huyện Lũng Phài</title></head><body><div class='top'>Thứ Năm, 31/12/2020</div>"
        f"<div class='slogan'>{SLOGAN}</div><div class='ten'>{SUBJECTS[number]} tại xã thứ {number}</div>"
        f"<div class='luc'>0{number + 1}/10/2020</div><div class='chu'><p>Ngày đầu tuần, {SUBJECTS[number].lower()} được tổ chức tại xã"
        f" thứ {number} với sự tham gia của đông đảo bà con và học sinh các trường trên địa bàn.</p><p>Chủ tịch xã số {number} cho biết"
        f" đây là việc làm thiết thực mà nhân dân đã mong đợi từ {number + 2} năm nay.</p></div></body></html>"
    )


def listing(number):
    links = "".join(f"<li><a href='{address(n)}'>{SUBJECTS[n]} tại xã thứ {n}</a></li>" for n in range(len(SUBJECTS)))
    return f"<html><body><div class='top'>Thứ Năm, 31/12/2020</div><div class='slogan'>{SLOGAN}</div><p>Trang {['một', 'hai', 'ba'][number]}</p><ul>{links}</ul></body></html>"


PAGES = [(address(n), article(n)) for n in range(len(SUBJECTS))]
LISTS = [(f"{HOST}/muc?trang={n}", listing(n)) for n in range(3)]


def test_titles_dates_and_bodies_are_found_without_any_mark():
    site = learn(PAGES + LISTS)
    for number, (url, html) in enumerate(PAGES):
        found = extract(html, url, site=site)
        assert (found.kind, found.title) == ("article", f"{SUBJECTS[number]} tại xã thứ {number}")
        assert found.date_evidence[0].text == f"0{number + 1}/10/2020"
        assert found.body.startswith("Ngày đầu tuần")
        assert SLOGAN not in found.body


def test_place_of_the_visitors_day_is_learnt_as_a_clock():
    site = learn(PAGES + LISTS)
    assert len(site.clock_paths) == 1
    undated = article(0).replace("<div class='luc'>01/10/2020</div>", "")
    assert extract(undated, address(0), site=site).published is None


def test_titles_of_a_series_that_differ_only_in_numbers_are_titles():
    pages = [
        (
            f"{HOST}/v?id={n}",
            f"<h1>Thời sự tối ngày {n}/10/2020</h1><p>Trong bản tin: {SUBJECTS[n]} tại xã Khánh Yên và các tin khác.</p>",
        )
        for n in range(1, 8)
    ]
    site = learn(pages)
    assert [extract(html, url, site=site).title for url, html in pages[:2]] == [
        "Thời sự tối ngày 1/10/2020",
        "Thời sự tối ngày 2/10/2020",
    ]


def test_order_of_pages_does_not_matter():
    assert learn(PAGES + LISTS) == learn((PAGES + LISTS)[::-1])


def test_copies_of_a_page_count_once():
    assert learn([*PAGES, *((f"{url}&in=1", html) for url, html in PAGES)]).pages == len(PAGES)


def test_one_page_or_none_teaches_nothing_that_recurs():
    assert learn([]) == SiteModel()
    single = learn(PAGES[:1])
    assert (single.pages, single.common, single.title_paths) == (1, frozenset(), {})


def test_empty_pages_teach_nothing():
    assert learn([(f"{HOST}/{n}", "") for n in range(5)]).pages == 0


def test_article_under_two_addresses_keeps_its_text():
    story = "".join(f"<p>{line}</p>" for line in TWIN)
    frame = "<ul><li><a href='/'>Trang chủ</a></li></ul><div><h1>{}</h1><p>0{}/10/2020 08:00</p><div>{}</div></div><div>{}</div>"
    other = [
        f"<p>Đoàn viên các xã vùng cao góp {number} ngày công sửa lại nhà cho {number} hộ nghèo ở những bản xa nhất, mỗi nhà một buổi sáng và "
        "một buổi chiều, đến cuối tháng thì xong cả.</p>"
        for number in (31, 47)
    ]
    footer = "<p>Trang thông tin của huyện, mọi ý kiến xin gửi về văn phòng Hội đồng nhân dân và Ủy ban nhân dân huyện trong giờ làm việc, từ thứ hai đến thứ sáu hằng tuần.</p>"
    pages = [
        (
            "https://huyen.example.vn/kinh-te/lam-muong-8.html",
            frame.format("Bà con làm xong mương mới", 1, story, footer),
        ),
        (
            "https://huyen.example.vn/xa-hoi/lam-muong-8.html",
            "<p>Xã hội</p>" + frame.format("Bà con làm xong mương mới", 1, story, footer),
        ),
        (
            "https://huyen.example.vn/xa-hoi/sua-nha-9.html",
            frame.format("Đoàn viên sửa nhà cho hộ nghèo", 2, other[0], footer),
        ),
        (
            "https://huyen.example.vn/xa-hoi/sua-nha-10.html",
            frame.format("Thêm nhiều nhà được sửa", 3, other[1], footer),
        ),
    ]
    site = learn(pages)
    for url, html in pages[:2]:
        assert extract(html, url, site=site).body.split("\n") == TWIN


TWIN = [
    "Sau hai tháng góp công, bà con ba bản đã làm xong con mương dẫn nước dài gần hai cây số, đủ nước cho hơn bốn mươi héc ta ruộng bậc thang vụ xuân này.",
    "Trước đây mỗi vụ chỉ cấy được một nửa diện tích vì thiếu nước, nhiều nhà phải đi làm thuê ở xa, ruộng bỏ hoang cỏ mọc kín cả lối đi vào bản mỗi mùa mưa.",
    "Xã hỗ trợ xi măng và ống nhựa, phần đào đắp do các hộ tự chia nhau, nhà neo người thì góp gạo nấu cơm cho cả tổ, không ai phải đóng thêm đồng nào nữa.",
]


def test_bulletins_that_differ_in_their_numbers_only_are_no_furniture():
    def bulletin(day):
        return (
            f"<html><body><div class=top>Lượt xem: {day * 37}</div><h1>Bản tin dịch sốt xuất huyết ngày {day}/11/2026</h1>"
            f"<div class=date>{day:02}/11/2026 18:30</div><div class=text>"
            f"<p>Tính đến 18 giờ ngày {day}/11, toàn xã có {day + 50} ca mắc sốt xuất huyết.</p>"
            f"<p>Trong ngày đã phun thuốc cho {day + 7} thôn, bản của {day} cụm dân cư.</p></div></body></html>"
        )

    pages = [(f"https://xa.vn/ban-tin-{day}", bulletin(day)) for day in range(10, 22)]
    site = learn(pages)
    for day, (url, html) in enumerate(pages, start=10):
        page = extract(html, url, site=site)
        assert page.kind == "article"
        text = f"{page.lead or ''}\n{page.body or ''}"
        assert f"toàn xã có {day + 50} ca mắc" in text
        assert f"phun thuốc cho {day + 7} thôn" in text
        assert "Lượt xem" not in text


@pytest.mark.parametrize("copies", [3, 7, 12])
def test_article_under_many_addresses_keeps_its_title_and_text(copies):
    story = "".join(f"<p>{line}</p>" for line in TWIN)
    pages = [
        (
            f"{HOST}/muc-{n}/lam-muong-8.html",
            (
                f"<html><head><title>Bà con ba bản làm xong con mương mới</title></head><body><div>Mục {chr(97 + n)}</div>"
                f"<h1>Bà con ba bản làm xong con mương mới</h1><p>01/10/2020 08:00</p><div>{story}</div></body></html>"
            ),
        )
        for n in range(copies)
    ]
    more = [
        (f"{HOST}/x?id={n}", article(n % 8).replace("tại xã", f"tại bản {'abcdefgh'[n // 8]} xã")) for n in range(24)
    ]
    site = learn([*pages, *more])
    for url, html in pages:
        found = extract(html, url, site=site)
        assert (found.title, found.body.split("\n")) == ("Bà con ba bản làm xong con mương mới", TWIN)


def test_notice_of_a_section_is_the_sites_though_its_pages_say_little_else():
    notice = "".join(f"<p>{line}</p>" for line in TWIN)
    pages = [
        (
            f"{HOST}/phim?id={n}",
            f"<title>{SUBJECTS[n]} tại xã</title><h1>{SUBJECTS[n]} tại xã</h1><video src='{n}.mp4'></video>{notice}",
        )
        for n in range(6)
    ]
    site = learn([*pages, *PAGES])
    assert all(TWIN[0] not in (extract(html, url, site=site).body or "") for url, html in pages)
