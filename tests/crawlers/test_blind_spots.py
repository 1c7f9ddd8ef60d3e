"""What a crawl could not see is said, and what it can see by asking once more it sees."""

from datetime import date

import pytest

from tests.crawlers.portal import HOME_PAGE, listing, run
from tests.crawlers.test_false_proof import put, sitemap, stored

MENU = "<html><body><nav><a href='/tin'>Tin tức</a>{}</nav><p>Chào mừng</p></body></html>"


def home(*links):
    return MENU.format("".join(links)).encode()


# --- sections that may not be read


@pytest.mark.parametrize("how", ["403", "robots"])
@pytest.mark.parametrize(
    ("path", "closed"),
    [
        ("/chuyen-muc/van-hoa", True),
        ("/danhmuc.aspx?cid=5", True),
        ("/quan-tri", False),
        ("/webmail/", False),
    ],
)
def test_forbidden_section_that_may_list_articles_keeps_days_open(server, source, tmp_path, how, path, closed):
    rows = put(server, [18, 15, 12, 9, 6, 3])
    server.routes |= {
        "/": home(f"<a href='{path}'>Khác</a>"),
        "/tin": listing(rows[:3], "/tin?page=2"),
    }
    server.routes["/tin?page=2"] = listing(rows[3:])
    if how == "403":
        server.routes[path] = (403, {}, b"no")
    else:
        server.routes["/robots.txt"] = (
            200,
            {"Content-Type": "text/plain"},
            f"User-agent: *\nDisallow: {path}\n".encode(),
        )
    night = run(source, tmp_path)
    assert len(night.articles) == 6
    assert night.open_days == (list(range(1, 21)) if closed else [])
    if closed:
        assert server.url(path.lstrip("/")) in str(night.observations[date(2020, 9, 8)].reason)


def test_sitemap_proves_days_in_spite_of_a_forbidden_section(server, source, tmp_path):
    rows = put(server, [18, 15, 12, 9, 6, 3])
    server.routes |= {
        "/": home("<a href='/chuyen-muc/van-hoa'>Văn hóa</a>"),
        "/tin": listing(rows),
    }
    server.routes |= {
        "/chuyen-muc/van-hoa": (403, {}, b"no"),
        "/sitemap.xml": sitemap(rows, server),
    }
    assert run(source, tmp_path).open_days == []


# --- lists that go on by a script that says nowhere whereto

PAGER = "<a href=\"javascript:__doPostBack('dgTin$_ctl24$_ctl1','')\">2</a></body>"


def test_pager_by_script_is_tried_with_a_page_number(server, source, tmp_path):
    days = [18, 17, 16, 15, 14, 13, 5]
    rows = put(server, days)
    server.routes |= {
        "/": HOME_PAGE,
        "/tin": listing(rows[:3]).replace(b"</body>", PAGER.encode()),
    }
    server.routes["/tin?page=2"] = listing(rows[3:6]).replace(b"</body>", PAGER.encode())
    server.routes["/tin?page=3"] = listing(rows[6:])
    night = run(source, tmp_path)
    assert stored(night) == sorted(days)
    assert night.open_days == []


@pytest.mark.parametrize("answer", ["the same page", "an error"])
def test_server_that_knows_no_page_number_is_asked_three_times_at_most(server, source, tmp_path, answer):
    sections = [f"muc-{n}" for n in range(8)]
    server.routes["/"] = home(*(f"<a href='/{name}'>Mục</a>" for name in sections))
    for place, name in enumerate(sections):
        rows = put(server, [18, 17, 16, 15], first=10 * place + 1)
        page = listing(rows).replace(b"</body>", PAGER.encode())
        server.routes |= {
            f"/{name}": page,
            f"/{name}?page=2": page if answer == "the same page" else (500, {}, b""),
        }
    night = run(source, tmp_path, retries=0)
    assert sum("page=2" in path for path in server.asked) <= 3
    assert "goes on by a script that cannot be followed" in str(night.observations[date(2020, 9, 5)].reason)


def test_rows_that_only_scripts_can_open_leave_their_days_open(server, source, tmp_path):
    rows = put(server, [18, 15, 12, 9, 6, 3])
    page = listing(rows).replace(b"href='/tin/2'", b"href='#/tin/2'")
    del server.routes["/tin/2"]
    server.routes |= {"/": HOME_PAGE, "/tin": page}
    night = run(source, tmp_path)
    assert stored(night) == [3, 6, 9, 12, 18]
    assert 15 in night.open_days


# --- traps and broken sites


def test_calendar_whose_days_stand_in_the_path_ends(server, source, tmp_path):
    rows = put(server, [18, 15, 12, 9, 6, 3])
    days = [f"/lich/{1900 + n // 12}/{n % 12 + 1:02}" for n in range(2_000)]

    def calendar(handler):
        place = days.index(handler.path)
        handler.reply(
            200,
            {},
            home(
                f"<a href='{days[place - 1]}'>‹</a>",
                f"<a href='{days[place + 1]}'>›</a>",
            ),
        )

    server.routes |= dict.fromkeys(days, calendar)
    server.routes |= {
        "/": home(f"<a href='{days[1_000]}'>Lịch</a>"),
        "/tin": listing(rows, "/tin?page=2"),
    }
    server.routes["/tin?page=2"] = (
        500,
        {},
        b"down",
    )  # so that the whole site is walked
    night = run(source, tmp_path, retries=0)
    assert len(night.articles) == 6
    assert sum("/lich/" in path for path in server.asked) <= 60


def test_articles_behind_pictures_alone_are_no_trap(server, source, tmp_path):
    for n in range(1, 41):
        title = f"Bà con bản số {n} làm xong con mương đầu tiên"
        told = f"Sáng nay bà con bản số {n} góp công đào đoạn mương thứ {n}, ai cũng mong nước về ruộng trước vụ mùa. "
        text = "".join(f"<p>{told * 3} Đoạn {n}.{part} còn chờ xi măng.</p>" for part in range(4))
        body = f"<div><h1>{title}</h1><div>Ngày đăng: {n % 20 + 1:02}/09/2020 08:00</div>{text}</div>"
        server.routes[f"/tin/{n}"] = f"<html><head><title>{title}</title></head><body>{body}</body></html>".encode()
    server.routes["/"] = home("".join(f"<a href='/tin/{n}'><img src='{n}.jpg'></a>" for n in range(1, 41)))
    night = run(source, tmp_path)
    assert len(night.articles) == 40


def test_walk_over_links_that_are_mostly_gone_proves_nothing(server, source, tmp_path):
    put(server, [18, 15])
    links = "".join(f"<p><a href='/tin/{n}'>Bà con làm xong con mương số {n}</a></p>" for n in range(1, 41))
    server.routes["/"] = f"<html><body>{links}</body></html>".encode()
    night = run(source, tmp_path)
    assert len(night.articles) == 2
    assert night.open_days == list(range(1, 21))
    assert "lead to pages that are gone" in str(night.observations[date(2020, 9, 8)].reason)


# --- sitemaps whose index stands still

XML = {"Content-Type": "text/xml"}


def index(server, *children):
    found = "".join(
        f"<sitemap><loc>{server.url(name)}</loc><lastmod>{day}</lastmod></sitemap>" for name, day in children
    )
    return (200, XML, f"<sitemapindex>{found}</sitemapindex>".encode())


def test_index_whose_times_stand_still_is_read_whole(server, source, tmp_path):
    server.routes["/"] = "<html><body><p>Chào mừng</p></body></html>".encode()
    rows, others = put(server, [6, 5, 4, 3]), put(server, [12, 11, 10, 9], first=11)
    server.routes |= {
        "/s1.xml": sitemap(rows, server),
        "/s2.xml": sitemap(others, server),
    }
    server.routes["/sitemap.xml"] = index(server, ("s1.xml", "2020-01-01"), ("s2.xml", "2019-01-01"))
    assert stored(run(source, tmp_path)) == [3, 4, 5, 6, 9, 10, 11, 12]


def test_index_that_is_kept_up_is_read_where_it_changed(server, source, tmp_path):
    server.routes["/"] = "<html><body><p>Chào mừng</p></body></html>".encode()
    rows = put(server, [6, 5, 4, 3])
    server.routes |= {
        "/s1.xml": sitemap(rows, server),
        "/s2.xml": sitemap(rows, server),
    }
    server.routes["/sitemap.xml"] = index(server, ("s1.xml", "2020-09-06"), ("s2.xml", "2019-01-01"))
    assert stored(run(source, tmp_path)) == [3, 4, 5, 6]
    assert "/s2.xml" not in server.asked


def test_younger_article_that_a_list_names_makes_an_index_doubtful(server, source, tmp_path):
    rows, others = put(server, [6, 5, 4, 3]), put(server, [18, 17, 16, 15], first=11)
    server.routes |= {"/": HOME_PAGE, "/tin": listing(others[:3])}
    server.routes |= {
        "/s1.xml": sitemap(rows, server),
        "/s2.xml": sitemap(others, server),
    }
    server.routes["/sitemap.xml"] = index(server, ("s1.xml", "2020-09-06"), ("s2.xml", "2019-01-01"))
    night = run(source, tmp_path)
    assert stored(night) == [3, 4, 5, 6, 15, 16, 17, 18]
    assert "/s2.xml" in server.asked


def test_pager_of_a_section_too_short_for_a_list_is_walked(server, source, tmp_path):
    days = [18, 15, 12, 9, 6, 3]
    rows = put(server, days)
    server.routes["/"] = HOME_PAGE
    for number in (1, 2, 3):
        own, more = rows[2 * number - 2 : 2 * number], f"/tin?page={number + 1}" * (number < 3)
        server.routes["/tin" if number == 1 else f"/tin?page={number}"] = listing(own, more)
    night = run(source, tmp_path)
    assert stored(night) == sorted(days)
    assert night.open_days == []


def test_list_without_a_heading_is_asked_again_on_the_next_night(server, source, tmp_path):
    rows = put(server, [18, 15, 12, 9, 6, 3])
    bare = listing(rows[1:]).replace(b"<h2>Tin</h2>", b"").replace(b"<title>Tin</title>", b"")
    server.routes |= {"/": HOME_PAGE, "/tin": bare}
    first = run(source, tmp_path)
    assert first.outcomes[next(key for key in first.outcomes if key.endswith("/tin"))] == "listing"
    server.routes["/tin"] = listing(rows)
    second = run(source, tmp_path, night=date(2020, 9, 22), before=first)
    assert stored(second) == [18]


def test_section_that_showed_nothing_is_asked_again_on_the_next_night(server, source, tmp_path):
    rows = put(server, [18, 15, 12, 9, 6, 3])
    server.routes |= {"/": home("<a href='/van-hoa'>Văn hóa</a>"), "/tin": listing(rows[3:])}
    server.routes["/van-hoa"] = "<html><body><p>Đang cập nhật</p></body></html>".encode()
    first = run(source, tmp_path)
    assert stored(first) == [3, 6, 9]
    server.routes["/van-hoa"] = listing(rows[:3])
    assert stored(run(source, tmp_path, night=date(2020, 9, 22), before=first)) == [12, 15, 18]
