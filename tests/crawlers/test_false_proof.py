"""No day is proved while an article of that day exists that was not stored, whatever a site does to hide it."""

import json
from datetime import date

import pytest

from crawlers.dates import local_day
from tests.crawlers.portal import HOME_PAGE, article, listing, run


def put(server, days, *, first=1):
    """Serves one article for each day, numbered from `first`; gives the rows of a listing of them, newest first."""
    rows = [(first + place, day) for place, day in enumerate(days)]
    for number, day in rows:
        server.routes[f"/tin/{number}"] = article(number, day)
    return rows


def stored(night):
    return sorted(local_day(each.published).day for each in night.articles.values())


def nothing_proved_unseen(server, night, days):
    """Tells whether every day of an article that was not stored is open."""
    return set(days) - set(stored(night)) <= set(night.open_days)


def feed(rows, server, extra=""):
    items = "".join(
        f"<item><title>Tin {n}</title><link>{server.url(f'tin/{n}')}</link>"
        f"<pubDate>{d:02} Sep 2020 08:00:00 +0700</pubDate></item>"
        for n, d in rows
    )
    return f"<rss version='2.0'><channel><link>{server.home}</link>{items}{extra}</channel></rss>".encode()


def with_feed(page):
    return page.replace(b"<body>", b"<head><link rel=alternate type='application/rss+xml' href='/rss'></head><body>")


# --- listings


def test_server_that_ignores_the_page_number_proves_no_older_day(server, source, tmp_path):
    days = [18, 17, 16, 15, 14, 13, 5]
    rows = put(server, days)
    page = listing(rows[:6], "/tin?page=2")
    server.routes |= {"/": HOME_PAGE, "/tin": page, "/tin?page=2": page}  # the seventh can be reached by nobody
    night = run(source, tmp_path)
    assert stored(night) == sorted(days[:6])
    assert night.open_days == list(range(1, 14))
    assert "page 2 shows the rows of page 1 again" in str(night.observations[date(2020, 9, 5)].reason)


@pytest.mark.parametrize("error", [b"<html><body>L\xe1\xbb\x97i h\xe1\xbb\x87 th\xe1\xbb\x91ng</body></html>", b"{}"])
def test_last_page_that_answers_200_with_an_error_is_no_end(server, source, tmp_path, error):
    days = [18, 17, 16, 15, 14, 13, 5]
    rows = put(server, days)
    server.routes |= {"/": HOME_PAGE, "/tin": listing(rows[:6], "/tin?page=2"), "/tin?page=2": error}
    night = run(source, tmp_path)
    assert nothing_proved_unseen(server, night, days)
    assert "page 2 shows no rows" in str(night.observations[date(2020, 9, 5)].reason)


def test_empty_page_behind_a_short_one_is_the_end(server, source, tmp_path):
    rows = put(server, [18, 17, 16, 15, 14, 13, 5])
    server.routes |= {
        "/": HOME_PAGE,
        "/tin": listing(rows[:4], "/tin?page=2"),
        "/tin?page=2": listing(rows[4:], "/tin?page=3"),
        "/tin?page=3": listing([], "/tin?page=4"),
    }
    night = run(source, tmp_path)
    assert len(night.articles) == 7
    assert night.open_days == []


def test_list_that_is_cut_off_after_five_full_pages_proves_nothing_older(server, source, tmp_path):
    days = [20, 19, 18, 17, 16, 15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 4]
    rows = put(server, days)
    server.routes["/"] = HOME_PAGE
    for page in range(1, 6):  # a sixth page exists in nobody's pager
        own = rows[3 * page - 3 : 3 * page]
        server.routes["/tin" if page == 1 else f"/tin?page={page}"] = listing(own, f"/tin?page={page + 1}" * (page < 5))
    night = run(source, tmp_path)
    assert 4 in night.open_days
    assert 20 not in night.open_days
    assert "ends after 5 full pages" in str(night.observations[date(2020, 9, 4)].reason)


def test_old_row_kept_at_the_end_of_a_page_is_not_its_reach(server, source, tmp_path):
    days = [18, 17, 16, 15, 14, 1, 13, 12, 5]
    rows = put(server, days)
    server.routes |= {"/": HOME_PAGE, "/tin": listing(rows[:6], "/tin?page=2"), "/tin?page=2": (500, {}, b"down")}
    night = run(source, tmp_path, retries=0)
    assert nothing_proved_unseen(server, night, days)
    assert 17 not in night.open_days


def test_old_rows_in_the_middle_of_a_list_do_not_end_it(server, source, tmp_path):
    days = [18, 17, 16, 15, 1, 14, 13, 12, 11, 5]
    rows = put(server, days)
    server.routes |= {"/": HOME_PAGE, "/tin": listing(rows[:7], "/tin?page=2"), "/tin?page=2": listing(rows[7:])}
    night = run(source, tmp_path)
    assert stored(night) == sorted(days)
    assert night.open_days == []


def test_list_by_last_edit_whose_rows_fail_leaves_their_own_days_open(server, source, tmp_path):
    rows = put(server, [18, 17, 16, 15, 14, 13])
    server.routes |= {"/": HOME_PAGE, "/tin": listing(rows)}
    server.routes["/tin/1"] = article(1, 6)  # edited on the 18th, published on the 6th
    night = run(source, tmp_path)
    assert 6 in stored(night)
    server.routes["/tin/1"] = (503, {}, b"down")
    other = run(source, tmp_path / "b", retries=0)
    assert 18 in other.open_days


def test_list_by_days_of_events_proves_no_day_that_it_did_not_reach(server, source, tmp_path):
    events = [18, 17, 16, 15, 9, 8, 7, 6, 3, 2, 1]  # as the list says
    rows = put(server, events)
    for number, day in enumerate([19, 18, 18, 17, 14, 13, 12, 11, 9, 8, 7], start=1):  # as the pages say
        server.routes[f"/tin/{number}"] = article(number, day)
    server.routes |= {"/": HOME_PAGE, "/tin": listing(rows[:8], "/tin?page=2"), "/tin?page=2": (500, {}, b"down")}
    night = run(source, tmp_path, retries=0)
    assert set(range(1, 20)) <= set(night.open_days)


def test_row_with_a_day_to_come_is_read_all_the_same(server, source, tmp_path):
    rows = put(server, [18, 17, 16, 15])
    page = listing(rows).replace(b"18/09/2020", b"25/12/2021")  # the day of a festival
    server.routes |= {"/": HOME_PAGE, "/tin": page}
    night = run(source, tmp_path)
    assert 18 in stored(night)


def test_section_that_only_articles_name_is_read(server, source, tmp_path):
    rows = put(server, [18, 15, 12, 9, 6, 3])
    others = put(server, [17, 11, 5], first=11)
    server.routes |= {"/": HOME_PAGE, "/tin": listing(rows), "/van-hoa": listing(others)}
    crumb = "<nav><a href='/'>Trang chủ</a> <a href='/van-hoa'>Văn hóa</a>".encode()
    server.routes["/tin/3"] = server.routes["/tin/3"].replace(b"<nav>", crumb)
    night = run(source, tmp_path)
    assert {5, 11, 17} <= set(stored(night))


def test_listing_of_earlier_nights_without_rows_tonight_leaves_its_days_open(server, source, tmp_path):
    rows = put(server, [12, 9, 6, 3])
    others = put(server, [11, 8, 5, 4], first=11)
    menu = HOME_PAGE.replace(b"</nav>", "<a href='/van-hoa'>Văn hóa</a></nav>".encode())
    server.routes |= {"/": menu, "/tin": listing(rows[:3], "/tin?page=2"), "/tin?page=2": listing(rows[3:])}
    server.routes |= {"/van-hoa": listing(others[:3], "/van-hoa?page=2"), "/van-hoa?page=2": listing(others[3:])}
    first = run(source, tmp_path)
    assert server.url("van-hoa") in first.learnt["listings"]
    for known in list(first.observations):
        del first.observations[known]  # nothing was proved
    server.routes["/van-hoa"] = "<html><body><p>Chuyên mục đang được nâng cấp</p></body></html>".encode()
    second = run(source, tmp_path, night=date(2020, 9, 22), before=first)
    assert second.open_days == list(range(1, 21))
    assert f"{server.url('van-hoa')} shows no rows" in str(second.observations[date(2020, 9, 8)].reason)
    assert server.url("van-hoa") in second.learnt["listings"]


def test_pager_that_posts_back_leaves_days_open_and_says_why(server, source, tmp_path):
    days = [18, 17, 16, 15, 14, 13, 5]
    rows = put(server, days)
    pager = "<a href=\"javascript:__doPostBack('dgTin$_ctl24$_ctl1','')\">2</a></body>"
    server.routes |= {"/": HOME_PAGE, "/tin": listing(rows[:6]).replace(b"</body>", pager.encode())}
    night = run(source, tmp_path)
    assert nothing_proved_unseen(server, night, days)
    assert "goes on by a script that cannot be followed" in str(night.observations[date(2020, 9, 5)].reason)


def test_sitemap_proves_what_a_pager_that_posts_back_hides(server, source, tmp_path):
    days = [18, 17, 16, 15, 14, 13, 5]
    rows = put(server, days)
    pager = "<a href=\"javascript:__doPostBack('dgTin$_ctl24$_ctl1','')\">2</a></body>"
    server.routes |= {"/": HOME_PAGE, "/tin": listing(rows[:6]).replace(b"</body>", pager.encode())}
    server.routes["/sitemap.xml"] = sitemap(rows, server)
    night = run(source, tmp_path)
    assert stored(night) == sorted(days)
    assert night.open_days == []


# --- sitemaps and feeds


def sitemap(rows, server, day=None):
    urls = "".join(
        f"<url><loc>{server.url(f'tin/{n}')}</loc><lastmod>2020-09-{day or d:02}</lastmod></url>" for n, d in rows
    )
    return (200, {"Content-Type": "text/xml"}, f"<urlset>{urls}</urlset>".encode())


def test_sitemap_that_nobody_keeps_up_proves_nothing_after_its_last_page(server, source, tmp_path):
    rows = put(server, [6, 5, 4, 3])
    server.routes |= {"/": "<html><body><p>Chào mừng</p></body></html>".encode(), "/sitemap.xml": sitemap(rows, server)}
    server.routes["/tin/9"] = article(9, 15)  # nothing leads here
    night = run(source, tmp_path)
    assert stored(night) == [3, 4, 5, 6]
    assert 15 in night.open_days
    assert 5 not in night.open_days
    assert "leads to an article" in str(night.observations[date(2020, 9, 15)].reason)


def test_sitemap_is_believed_about_quiet_days_where_a_list_agrees(server, source, tmp_path):
    rows = put(server, [6, 5, 4, 3])
    server.routes |= {"/": HOME_PAGE, "/tin": listing(rows), "/sitemap.xml": sitemap(rows, server)}
    assert run(source, tmp_path).open_days == []


def test_sitemap_whose_times_of_change_stand_still_is_not_believed(server, source, tmp_path):
    rows = put(server, [18, 17, 16, 15, 10])
    still = sitemap(rows, server, 1)[2].replace(b"2020-09-01", b"2019-01-01")
    server.routes |= {"/": HOME_PAGE, "/tin": listing(rows[:4]), "/sitemap.xml": (200, {}, still)}
    night = run(source, tmp_path)
    assert nothing_proved_unseen(server, night, [10])


def test_feed_with_a_day_to_come_does_not_hide_its_article(server, source, tmp_path):
    rows = put(server, [18, 17, 16, 15, 14, 13])
    body = feed(rows, server).replace(b"18 Sep 2020", b"18 Sep 2031")
    server.routes |= {"/": with_feed(HOME_PAGE), "/rss": (200, {"Content-Type": "text/xml"}, body)}
    night = run(source, tmp_path)
    assert 18 in stored(night)


def test_old_item_that_a_feed_keeps_is_not_its_reach(server, source, tmp_path):
    days = [18, 17, 16, 15, 14, 13, 1]
    rows = put(server, days)
    server.routes["/tin/9"] = article(9, 7)  # fell out of the feed
    server.routes |= {"/": with_feed(HOME_PAGE), "/rss": (200, {"Content-Type": "text/xml"}, feed(rows, server))}
    night = run(source, tmp_path)
    assert 7 in night.open_days
    assert 16 not in night.open_days


def test_feed_of_which_items_cannot_be_read_proves_nothing(server, source, tmp_path):
    rows = put(server, [18, 17, 16, 15, 14, 13])
    extra = "<item><title>Không có địa chỉ</title></item>"
    server.routes |= {"/": with_feed(HOME_PAGE), "/rss": (200, {"Content-Type": "text/xml"}, feed(rows, server, extra))}
    night = run(source, tmp_path)
    assert len(night.articles) == 6
    assert night.open_days == list(range(1, 21))
    assert "some of its items cannot be read" in str(night.observations[date(2020, 9, 17)].reason)


# --- the site as a whole


@pytest.mark.parametrize("page", ["<p>Website đang bảo trì</p>", "<div id=app></div><script src=/app.js></script>"])
def test_site_that_shows_no_article_at_all_is_not_proved_by_walking_it(server, source, tmp_path, page):
    server.routes["/"] = f"<html><body>{page}</body></html>".encode()
    night = run(source, tmp_path)
    assert night.open_days == list(range(1, 21))
    assert "leads to an article" in str(night.observations[date(2020, 9, 8)].reason)


def test_title_on_the_home_page_that_cannot_be_read_voids_routes_that_do_not_name_it(server, source, tmp_path):
    rows = put(server, [18, 17, 16, 15, 10, 3])
    big = "<a href='/tin/99'>Bà con xã vùng cao làm xong đường mới</a></body>".encode()
    server.routes |= {"/": HOME_PAGE.replace(b"</body>", big), "/sitemap.xml": sitemap(rows, server)}
    server.routes["/tin/99"] = (503, {}, b"down")
    night = run(source, tmp_path, retries=0)
    assert night.open_days == list(range(1, 21))
    assert "tin/99: answered 503" in str(night.observations[date(2020, 9, 8)].reason)


def test_article_that_answers_200_without_a_text_leaves_its_day_open(portal, source, tmp_path):
    portal.routes["/tin/5"] = "<html><body><p>Lỗi hệ thống, mời quay lại sau</p></body></html>".encode()
    first = run(source, tmp_path)
    assert first.open_days == [15]
    second = run(source, tmp_path, night=date(2020, 9, 22), before=first)
    assert second.open_days == [15], "nobody asks again for a while, and nobody forgets"


def test_page_that_a_list_dates_and_that_shows_no_article_leaves_its_day_open(portal, source, tmp_path):
    lines = "".join(f"<p>Ai đó đã chọn câu trả lời {letter * 5} của cuộc bình chọn này</p>" for letter in "abcdefghi")
    portal.routes["/tin/3"] = f"<html><body><div>{lines}</div></body></html>".encode()
    first = run(source, tmp_path)
    assert first.outcomes[next(key for key in first.outcomes if key.endswith("/tin/3"))] == "other"
    assert len(first.open_days) == 1
    assert "no article was found on the page" in str(first.observations[date(2020, 9, first.open_days[0])].reason)
    again = run(source, tmp_path, night=date(2020, 9, 25), before=first)
    assert again.open_days == first.open_days


def test_day_that_is_not_over_is_not_proved(portal, source, tmp_path):
    night = run(source, tmp_path, night=date(2020, 9, 18))
    assert night.open_days == []
    assert max(night.observations) == date(2020, 9, 17)


# --- lists that go on by script


def api(rows):
    return json.dumps(
        {
            "items": [
                {
                    "url": f"/tin/{n}",
                    "title": f"Bà con làm xong công trình số {n}",
                    "date": f"2020-09-{d:02}T08:00:00+07:00",
                }
                for n, d in rows
            ]
        }
    ).encode()


def pieces(rows):
    text = listing(rows).decode()
    return text[text.index("<li>") : text.index("</ul>")]


JSON = {"Content-Type": "application/json; charset=utf-8"}
BUTTON = "<button class='btn-load-more' data-url='{}'>Xem thêm</button></body>"


@pytest.mark.parametrize("shape", ["items", "html in JSON", "piece of HTML"])
def test_list_behind_a_button_is_read_to_its_end(server, source, tmp_path, shape):
    days = [18, 17, 16, 12, 11, 10, 5, 4]
    rows = put(server, days)
    parts = [rows[:3], rows[3:6], rows[6:], []]
    button = BUTTON.format("/api/tin?page=2")
    server.routes |= {"/": HOME_PAGE, "/tin": listing(parts[0]).replace(b"</body>", button.encode())}
    for number, part in enumerate(parts[1:], start=2):
        answers = {
            "items": (200, JSON, api(part)),
            "html in JSON": (200, JSON, json.dumps({"ok": True, "html": pieces(part) if part else ""}).encode()),
            "piece of HTML": (200, {}, pieces(part).encode() if part else b""),
        }
        server.routes[f"/api/tin?page={number}"] = answers[shape]
    night = run(source, tmp_path)
    assert stored(night) == sorted(days)
    assert night.open_days == []
    assert night.observations[date(2020, 9, 1)].route == "listing"
    assert [path for path in server.asked if "/api/" in path] == [f"/api/tin?page={n}" for n in (2, 3, 4)]


def test_button_whose_server_fails_leaves_older_days_open(server, source, tmp_path):
    days = [18, 17, 16, 12]
    rows = put(server, days)
    button = BUTTON.format("/api/tin?page=2")
    server.routes |= {"/": HOME_PAGE, "/tin": listing(rows[:3]).replace(b"</body>", button.encode())}
    server.routes["/api/tin?page=2"] = (200, JSON, b'{"error": "timeout", "items": []}')
    night = run(source, tmp_path)
    assert nothing_proved_unseen(server, night, days)


def test_endless_list_without_an_address_leaves_days_open(server, source, tmp_path):
    rows = put(server, [18, 17, 16, 12])
    page = listing(rows[:3]).replace(b"<ul>", b"<ul class='infinite-scroll'>")
    server.routes |= {"/": HOME_PAGE, "/tin": page}
    night = run(source, tmp_path)
    assert 12 in night.open_days
    assert "script that cannot be followed" in str(night.observations[date(2020, 9, 12)].reason)


@pytest.mark.parametrize(
    "links",
    [
        "<a href='/2020/09/'>Tháng 9/2020</a><a href='/2020/08/'>Tháng 8/2020</a>",
        "<a href='/luu-tru?thang=9&nam=2020'>Tháng 9</a><a href='/luu-tru?thang=8&nam=2020'>Tháng 8</a>",
        "<select><option value='/2020/09/'>Tháng 9/2020</option><option value='/2020/08/'>Tháng 8/2020</option></select>",
        "<select><option value='?thang=9&nam=2020'>9/2020</option><option value='?thang=8&nam=2020'>8/2020</option></select>",
    ],
)
def test_archive_of_months_leads_to_every_article(server, source, tmp_path, links):
    days = [18, 17, 16, 12, 11, 10, 5]
    rows = put(server, days)
    server.routes["/"] = f"<html><body><p>Chào mừng</p><div>{links}</div></body></html>".encode()
    for path in ("/2020/09/", "/luu-tru?thang=9&nam=2020", "/?thang=9&nam=2020"):
        server.routes[path] = listing(rows[:4], path + ("page/2/" if path.endswith("/") else "&page=2"))
        server.routes[path + ("page/2/" if path.endswith("/") else "&page=2")] = listing(rows[4:])
    for path in ("/2020/08/", "/luu-tru?thang=8&nam=2020", "/?thang=8&nam=2020"):
        server.routes[path] = listing([]).replace(b"</ul>", "</ul><p>Không có tin</p>".encode())
    night = run(source, tmp_path)
    assert stored(night) == sorted(days)
    assert night.open_days == []
