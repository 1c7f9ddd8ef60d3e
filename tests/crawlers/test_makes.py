"""Portals of many makes are crawled from their home page alone: every article once, nothing else, and few requests."""

from collections import Counter
from datetime import date
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.crawlers.portal import PLACES, WORKS, run

DAYS = [18, 16, 15, 13, 12, 10, 9, 8, 6, 5, 3, 2]


def title(number):
    return f"Bà con {PLACES[number % 7]} làm xong {WORKS[number // 7 % 7]} thứ {number} của xã"


def page(body, head="", name="Cổng thông tin"):
    return f"<html><head><title>{name}</title>{head}</head><body>{body}</body></html>".encode()


def story(number, menu="", tail=""):
    place = PLACES[number % 7]
    text = "".join(
        f"<p>Sáng nay bà con {place} cùng cán bộ xã góp công làm {work} thứ {number}. Ông trưởng bản {place} nói ai cũng mong "
        f"{work} này từ lâu, phần còn lại thì chờ thêm gạch và xi măng của huyện.</p>"
        for work in WORKS
    )
    day = DAYS[number - 1]
    body = (
        f"<div id='menu'>{menu}</div><div class='main'><h1>{title(number)}</h1><div class='ngay'>Ngày đăng: {day:02}/09/2020 08:00</div>"
        f"<div class='than'>{text}</div></div>{tail}"
    )
    return page(body, name=title(number))


def rows(numbers, link, *, dated=True):
    return "".join(
        f"<div class='tin'><h3>{link(n)}</h3>{f'<span>{DAYS[n - 1]:02}/09/2020</span>' * dated}</div>" for n in numbers
    )


def anchor(pattern):
    return lambda n: f"<a href='{pattern.format(n=n)}'>{title(n)}</a>"


def stored(night):
    """Gives how often each article of the portal was stored, by number; 0 for what is none of them."""
    names = {title(n): n for n in range(1, len(DAYS) + 1)}
    return Counter(names.get(each.title, 0) for each in night.articles.values())


# --- ASP.NET: frames, hover menus, ids in the query, printed and English twins, sessions in the path


def aspnet(server):
    menu = (
        "<ul><li>Giới thiệu<ul><li><a href='GioiThieu.aspx'>Chức năng</a></li></ul></li><li><span>Tin tức</span><ul>"
        + "".join(f"<li><a href='DanhMuc.aspx?cid={c}'>Mục {c}</a></li>" for c in (1, 2, 3))
        + "</ul></li></ul><a href='Login.aspx'>Đăng nhập</a><a href='/Web/EN/Default.aspx'>English</a>"
    )
    server.routes["/"] = page("", "<frameset rows='*'><frame src='Web/Default.aspx'></frameset>")
    server.routes["/Web/Default.aspx"] = page(f"<div id='menu'>{menu}</div><p>Chào mừng</p>")
    server.routes["/Web/EN/Default.aspx"] = page("<a href='/Web/Default.aspx'>Tiếng Việt</a><p>Welcome</p>")
    server.routes["/Web/GioiThieu.aspx"] = page("<h1>Chức năng</h1><p>Văn phòng huyện.</p>")
    for c in (1, 2, 3):
        own = range(4 * c - 3, 4 * c + 1)
        body = rows(own, anchor("ChiTiet.aspx?nid={n}&amp;cid=" + str(c)))
        server.routes[f"/Web/DanhMuc.aspx?cid={c}"] = page(f"<div id='menu'>{menu}</div>{body}", name=f"Mục {c}")
        for n in own:
            tail = f"<a href='InBai.aspx?nid={n}'><img src='in.gif' alt='In bài'></a> <a href='/Web/(S(abc123))/DanhMuc.aspx?cid={c}'>Mục</a>"
            server.routes[f"/Web/ChiTiet.aspx?nid={n}&cid={c}"] = story(n, menu, tail)
            server.routes[f"/Web/InBai.aspx?nid={n}"] = story(n)


def test_framed_aspnet_portal_with_ids_in_the_query(server, source, tmp_path):
    aspnet(server)
    night = run(source, tmp_path)
    assert stored(night) == Counter(range(1, 13))
    assert night.open_days == []
    assert len(server.asked) <= 45


# --- Liferay: a refreshing home page, asset publishers, an endless calendar


def liferay(server):
    def cal(m):
        return f"<div class='lich'><a href='/web/guest/lich?p_p_id=calendar&amp;month={m - 1}'>&lt;</a><a href='/web/guest/lich?p_p_id=calendar&amp;month={m + 1}'>&gt;</a></div>"

    menu = "<a href='/web/guest/tin-tuc'>Tin tức</a><a href='/web/guest/lich?p_p_id=calendar&amp;month=9'>Lịch công tác</a><a href='/c/portal/login?p_l_id=1'>Đăng nhập</a>"

    def calendar(handler):
        month = int(parse_qs(urlsplit(handler.path).query)["month"][0])
        handler.reply(200, {}, page(f"<div id='menu'>{menu}</div>{cal(month)}<p>Lịch tháng {month}</p>"))

    server.routes |= {f"/web/guest/lich?p_p_id=calendar&month={m}": calendar for m in range(-400, 400)}
    server.routes["/"] = page("", "<meta http-equiv='refresh' content='0;url=/web/guest/trang-chu'>")
    server.routes["/web/guest/trang-chu"] = page(f"<div id='menu'>{menu}</div><p>Chào mừng</p>")
    for number in range(1, 4):
        own = range(4 * number - 3, 4 * number + 1)
        link = anchor("/web/guest/tin-tuc/-/asset_publisher/Xy12/content/bai-{n}?inheritRedirect=false")
        pager = "".join(
            f"<a href='/web/guest/tin-tuc?p_p_id=101_Xy12&amp;_101_Xy12_cur={k}'>{k}</a> " for k in (1, 2, 3)
        )
        body = page(f"<div id='menu'>{menu}</div>{rows(own, link)}<div class='pager'>{pager}</div>")
        server.routes[f"/web/guest/tin-tuc?p_p_id=101_Xy12&_101_Xy12_cur={number}"] = body
        if number == 1:
            server.routes["/web/guest/tin-tuc"] = body
        for n in own:
            server.routes[f"/web/guest/tin-tuc/-/asset_publisher/Xy12/content/bai-{n}?inheritRedirect=false"] = story(
                n, menu
            )


def test_liferay_portal_with_an_endless_calendar(server, source, tmp_path):
    liferay(server)
    night = run(source, tmp_path)
    assert stored(night) == Counter(range(1, 13))
    assert night.open_days == []
    assert len(server.asked) <= 80


# --- Joomla: a base of another host, ids in the query, prints, offsets


def joomla(server):
    base = "<base href='http://10.1.2.3/index.php'>"
    menu = "<ul class='nav'><li><a href='index.php?option=com_content&amp;view=category&amp;id=7'>Tin hoạt động</a></li></ul>"
    server.routes["/"] = page(f"{menu}<p>Chào mừng</p>", base)
    for start in (0, 4, 8):
        own = range(start + 1, start + 5)
        link = anchor("index.php?option=com_content&amp;view=article&amp;id={n}&amp;catid=7")
        path = "/index.php?option=com_content&view=category&id=7" + (f"&start={start}" if start else "")
        more = (
            f"<a href='index.php?option=com_content&amp;view=category&amp;id=7&amp;start={start + 4}'>Tiếp theo</a>"
            * (start < 8)
        )
        server.routes[path] = page(f"{menu}{rows(own, link)}{more}", base)
        for n in own:
            path = f"/index.php?option=com_content&view=article&id={n}&catid=7"
            prints = f"<a href='{path}&amp;tmpl=component&amp;print=1&amp;layout=default' title='Print'>In</a>"
            server.routes[path] = story(n, menu, prints).replace(b"<head>", f"<head>{base}".encode())
            server.routes[f"{path}&tmpl=component&print=1&layout=default"] = story(n)


def test_joomla_portal_behind_a_proxy(server, source, tmp_path):
    joomla(server)
    night = run(source, tmp_path)
    assert stored(night) == Counter(range(1, 13))
    assert night.open_days == []
    assert len(server.asked) <= 45


# --- SharePoint: a splash page, pagers by script that go on in the list's own view


def sharepoint(server):
    menu = "<div class='menu'><a href='/Pages/tin-tuc.aspx'>Tin tức</a><a href='/_layouts/Authenticate.aspx?Source=%2F'>Đăng nhập</a></div>"
    server.routes["/"] = page(
        "<img src='/hoa.jpg'><button onclick=\"window.location='/Pages/default.aspx'\">Vào trang chủ</button>"
    )
    server.routes["/Pages/default.aspx"] = page(f"{menu}<p>Chào mừng</p>")
    for number in (1, 2, 3):
        own = range(4 * number - 3, 4 * number + 1)
        onward = f"/Lists/Posts/AllPosts.aspx?Paged=TRUE&amp;p_ID={100 - number}\\u0026PageFirstRow={4 * number + 1}"
        pager = f"""<td><a onclick='javascript:RefreshPageTo(event, "{onward}");javascript:return false;' href='javascript:'><img alt='Next'></a></td>"""
        back = "<td><a onclick='javascript:RefreshPageTo(event, \"/Lists/Posts/AllPosts.aspx?Paged=TRUE&amp;PagedPrev=TRUE\")' href='javascript:'><img alt='Previous'></a></td>"
        body = rows(own, anchor("/Lists/Posts/Post.aspx?List=8d2&amp;ID={n}"))
        body = page(
            f"{menu}<div id='w{number}'>{body}</div><table><tr>{back * (number > 1)}{pager * (number < 3)}</tr></table>"
        )
        path = (
            "/Pages/tin-tuc.aspx"
            if number == 1
            else f"/Lists/Posts/AllPosts.aspx?Paged=TRUE&p_ID={101 - number}&PageFirstRow={4 * number - 3}"
        )
        server.routes[path] = body
        for n in own:
            server.routes[f"/Lists/Posts/Post.aspx?List=8d2&ID={n}"] = story(n, menu)


def test_sharepoint_portal_whose_lists_go_on_by_script(server, source, tmp_path):
    sharepoint(server)
    night = run(source, tmp_path)
    assert stored(night) == Counter(range(1, 13))
    assert night.open_days == []
    assert not [path for path in server.asked if "_layouts" in path]


# --- WordPress: dated addresses, replies, a calendar of days, facets


def wordpress(server):
    path = lambda n: f"/2020/09/{DAYS[n - 1]:02}/bai-so-{n}/"  # noqa: E731
    facets = "".join(
        f"<a href='/tin/?sap-xep={a}&amp;kieu={b}'>{a} {b}</a>" for a in ("moi", "cu") for b in ("luoi", "cot")
    )
    days = "".join(f"<a href='/2020/09/{d:02}/'>{d}</a>" for d in range(1, 31))
    side = f"<aside><div class='calendar'>{days}</div><div>{facets}</div></aside>"
    menu = "<nav><ul><li><a href='/tin/'>Tin</a></li><li><a href='/lien-he/'>Liên hệ</a></li></ul></nav>"
    for d in range(1, 31):
        own = [n for n in range(1, 13) if DAYS[n - 1] == d]
        server.routes[f"/2020/09/{d:02}/"] = page(f"{menu}{rows(own, lambda n: anchor(path(n))(n))}{side}")
    server.routes["/"] = page(f"{menu}{rows(range(1, 4), lambda n: anchor(path(n))(n))}{side}")
    server.routes["/lien-he/"] = page(
        f"{menu}<h1>Liên hệ</h1><p>Số 1 đường Lê Lợi, điện thoại 0205 3812 345.</p>{side}"
    )
    for number in (1, 2, 3):
        own = range(4 * number - 3, 4 * number + 1)
        more = f"<a class='next' href='/tin/page/{number + 1}/'>Trang sau</a>" * (number < 3)
        body = page(f"{menu}<main>{rows(own, lambda n: anchor(path(n))(n))}{more}</main>{side}")
        server.routes["/tin/" if number == 1 else f"/tin/page/{number}/"] = body
        for facet in ("moi", "cu"):
            for kind in ("luoi", "cot"):
                server.routes[f"/tin/?sap-xep={facet}&kieu={kind}"] = server.routes["/tin/"]
        for n in own:
            replies = f"<a href='{path(n)}?replytocom=3'>Trả lời</a><a href='{path(n)}?share=facebook'>Chia sẻ</a>"
            server.routes[path(n)] = story(n, menu, replies + side)


def test_wordpress_site_with_a_calendar_and_facets(server, source, tmp_path):
    wordpress(server)
    night = run(source, tmp_path)
    assert stored(night) == Counter(range(1, 13))
    assert night.open_days == []
    assert len(server.asked) <= 80


# --- a site drawn by scripts: cards that are no links, more from an endpoint


def nuxt(server):
    menu = "<header><a href='#/'>Trang chủ</a><a href='/chuyen-muc/tin'>Tin</a></header>"

    def card(n):
        return f"<div class='card' data-href='/bai/{n}'><h3>{title(n)}</h3><time>{DAYS[n - 1]:02}/09/2020</time></div>"

    server.routes["/"] = page(f"{menu}<main>{''.join(map(card, range(1, 4)))}</main><a href='#/lien-he'>Liên hệ</a>")
    for number in (1, 2, 3):
        own = list(range(4 * number - 3, 4 * number + 1))
        cards = "".join(map(card, own))
        if number == 1:
            more = "<div class='infinite-scroll' data-url='/chuyen-muc/tin?ajax=1&amp;page=2'></div>"
            server.routes["/chuyen-muc/tin"] = page(f"{menu}<div class='list'>{cards}</div>{more}")
        else:
            server.routes[f"/chuyen-muc/tin?ajax=1&page={number}"] = cards.encode()
        for n in own:
            server.routes[f"/bai/{n}"] = story(n, menu)
    server.routes["/chuyen-muc/tin?ajax=1&page=4"] = b""


def test_site_of_cards_with_an_endless_list(server, source, tmp_path):
    nuxt(server)
    night = run(source, tmp_path)
    assert stored(night) == Counter(range(1, 13))
    assert night.open_days == []
    assert len(server.asked) <= 40


# --- a newspaper in two languages, sections two levels deep, links without dates


def newspaper(server):
    menu = (
        "<ul id='menu'>"
        + "".join(f"<li><a href='/chuyen-de-{c}'>Chuyên đề {c}</a></li>" for c in (1, 2))
        + "<li><a href='/en'>English</a></li></ul>"
    )
    server.routes["/"] = page(f"{menu}<p>Báo của tỉnh</p>")
    server.routes["/en"] = page(f"{menu}<a href='/en/news'>News</a>")
    server.routes["/en/news"] = page(
        f"{menu}" + "".join(f"<div class='tin'><a href='/en/bai-{n}.html'>{title(n)}</a></div>" for n in range(1, 4))
    )
    for c in (1, 2):
        inner = "".join(f"<li><a href='/chuyen-de-{c}/muc-{k}'>Mục {k}</a></li>" for k in (1, 2))
        server.routes[f"/chuyen-de-{c}"] = page(f"{menu}<ul>{inner}</ul>")
        for k in (1, 2):
            first = 6 * (c - 1) + 3 * (k - 1) + 1
            own = range(first, first + 3)
            server.routes[f"/chuyen-de-{c}/muc-{k}"] = page(f"{menu}{rows(own, anchor('/bai-{n}.html'), dated=False)}")
            for n in own:
                server.routes[f"/bai-{n}.html"] = story(n, menu, f"<a href='/bai-{n}.html?print=1'>In</a>")
    for n in range(1, 4):
        server.routes[f"/en/bai-{n}.html"] = page(
            f"{menu}<div class='main'><h1>Villagers finish work number {n} of the commune</h1><div>Posted: {DAYS[n - 1]:02}/09/2020 08:00</div>"
            f"<p>{'The villagers and the commune finished the work this morning and were glad of it. ' * 6}</p></div>",
            name=f"Villagers finish work number {n} of the commune",
        )


def test_newspaper_with_deep_sections_and_undated_links(server, source, tmp_path):
    newspaper(server)
    night = run(source, tmp_path)
    assert {n: c for n, c in stored(night).items() if n} == dict.fromkeys(range(1, 13), 1)
    assert night.open_days == []
    assert len(server.asked) <= 40


# --- NukeViet: a home that redirects, pages in the path, two languages, tags


def nukeviet(server):
    menu = "<nav><a href='/vi/news/'>Tin tức</a><a href='/vi/about/'>Giới thiệu</a><a href='/en/'>English</a></nav>"
    server.routes["/"] = (302, {"Location": "/vi/"}, b"")
    server.routes["/vi/"] = page(f"{menu}{rows(range(1, 4), anchor('/vi/news/tin/bai-so-{n}-{n}.html'))}")
    server.routes["/vi/about/"] = page(f"{menu}<h1>Giới thiệu</h1><p>Văn phòng huyện.</p>")
    server.routes["/en/"] = page("<nav><a href='/vi/'>Tiếng Việt</a></nav><p>Under construction</p>")
    for number in (1, 2, 3):
        own = range(4 * number - 3, 4 * number + 1)
        pager = "".join(f"<a href='/vi/news/page-{k}/'>{k}</a>" for k in (1, 2, 3) if k != number)
        body = page(f"{menu}{rows(own, anchor('/vi/news/tin/bai-so-{n}-{n}.html'))}<div class='page'>{pager}</div>")
        server.routes["/vi/news/" if number == 1 else f"/vi/news/page-{number}/"] = body
        server.routes.setdefault("/vi/news/page-1/", body)
        for n in own:
            tags = f"<div class='tags'><a href='/vi/news/tag/xa-{n}/'>xã {n}</a></div>"
            server.routes[f"/vi/news/tin/bai-so-{n}-{n}.html"] = story(n, menu, tags)
            server.routes[f"/vi/news/tag/xa-{n}/"] = page(
                f"{menu}{rows([n], anchor('/vi/news/tin/bai-so-{n}-{n}.html'))}"
            )


def test_nukeviet_portal_whose_home_redirects(server, source, tmp_path):
    nukeviet(server)
    night = run(source, tmp_path)
    assert stored(night) == Counter(range(1, 13))
    assert night.open_days == []
    assert len(server.asked) <= 45


# --- DotNetNuke: the page number in the middle of the path


def dotnetnuke(server):
    menu = "<div id='dnn_menu'><a href='/TinTuc/tabid/62/Default.aspx'>Tin tức</a></div>"
    server.routes["/"] = page(f"{menu}<p>Chào mừng</p>")
    for number in (1, 2, 3):
        own = range(4 * number - 3, 4 * number + 1)
        pager = "".join(
            f"<a href='/TinTuc/tabid/62/currentpage/{k}/Default.aspx'>{k}</a> " for k in (1, 2, 3) if k != number
        )
        link = anchor("/TinTuc/tabid/62/ctl/Details/mid/401/ItemID/{n}/Default.aspx")
        path = "/TinTuc/tabid/62/Default.aspx" if number == 1 else f"/TinTuc/tabid/62/currentpage/{number}/Default.aspx"
        server.routes[path] = page(f"{menu}{rows(own, link)}<div>{pager}</div>")
        for n in own:
            server.routes[f"/TinTuc/tabid/62/ctl/Details/mid/401/ItemID/{n}/Default.aspx"] = story(n, menu)


def test_dotnetnuke_portal_with_numbers_in_the_path(server, source, tmp_path):
    dotnetnuke(server)
    night = run(source, tmp_path)
    assert stored(night) == Counter(range(1, 13))
    assert night.open_days == []
    assert len(server.asked) <= 40


# --- Liferay again: one article under many addresses that carry where the reader came from


def returning(server):
    menu = "<nav><a href='/web/guest/tin'>Tin</a><a href='/web/guest/xa'>Xã</a></nav>"
    server.routes["/"] = page(f"{menu}<p>Chào mừng</p>")

    def answer(handler):
        parts = urlsplit(handler.path)
        number = parts.path.rpartition("-")[2]
        if parts.path in {"/web/guest/tin", "/web/guest/xa"}:
            link = anchor(
                "/web/guest/-/bai-{n}?redirect="
                + parts.path.replace("/", "%2F")
                + "&amp;inheritRedirect=true&amp;p_auth=x"
                + parts.path[-2:]
            )
            handler.reply(200, {}, page(f"{menu}{rows(range(1, 13), link)}"))
        elif number.isdigit():
            handler.reply(200, {}, story(int(number), menu))
        else:
            handler.reply(404, {}, b"")

    class Any(dict):
        def get(self, path, default=None):
            return super().get(path) or (answer if path.startswith("/web/") else default)

    server.routes = Any(server.routes)


def test_address_that_carries_where_the_reader_came_from_is_one_page(server, source, tmp_path):
    returning(server)
    night = run(source, tmp_path)
    assert stored(night) == Counter(range(1, 13))
    assert len(server.asked) <= 30


# --- facets: the same list in every order and dress


def faceted(server):
    menu = "<nav><a href='/tin'>Tin</a></nav>"
    orders, dresses, sizes = ("moi", "xem", "ten"), ("luoi", "cot", "bang"), ("nho", "lon")

    def answer(handler):
        query = {key: values[0] for key, values in parse_qs(urlsplit(handler.path).query).items()}
        number = int(query.pop("page", 1))
        here = "&amp;".join(f"{key}={value}" for key, value in query.items())
        facets = "".join(
            f"<a href='/tin?{'&amp;'.join(f'{k}={v}' for k, v in {**query, key: value}.items())}'>{value}</a>"
            for key, values in (("sap", orders), ("kieu", dresses), ("co", sizes))
            for value in values
        )
        own = range(4 * number - 3, 4 * number + 1)
        more = f"<a href='/tin?{here + '&amp;' * bool(here)}page={number + 1}'>Trang sau</a>" * (number < 3)
        handler.reply(
            200, {}, page(f"{menu}<div id='loc'>{facets}</div><main>{rows(own, anchor('/bai-{n}'))}{more}</main>")
        )

    class Any(dict):
        def get(self, path, default=None):
            return super().get(path) or (answer if path.startswith("/tin") else default)

    server.routes = Any({"/": page(f"{menu}<p>Chào mừng</p>")} | {f"/bai-{n}": story(n, menu) for n in range(1, 13)})


@pytest.mark.long
def test_list_in_every_order_and_dress_is_read_once(server, source, tmp_path):
    faceted(server)
    night = run(source, tmp_path)
    assert stored(night) == Counter(range(1, 13))
    assert night.open_days == []
    assert sum(path.startswith("/tin") for path in server.asked) <= 60


# --- rows whose titles are no links


def unlinked(server):
    menu = "<div id='menu'><a href='/tin'>Tin</a></div>"
    server.routes["/"] = page(f"{menu}<p>Chào mừng</p>")
    for number in (1, 2, 3):
        own = range(4 * number - 3, 4 * number + 1)
        items = "".join(
            f"<div class='tin'><a href='/bai-{n}'><img src='{n}.jpg'></a><h3>{title(n)}</h3><span>{DAYS[n - 1]:02}/09/2020</span>"
            f"<a href='/bai-{n}'>Chi tiết</a></div>"
            for n in own
        )
        more = f"<a href='/tin?page={number + 1}'>Trang sau</a>" * (number < 3)
        server.routes["/tin" if number == 1 else f"/tin?page={number}"] = page(f"{menu}{items}{more}")
        for n in own:
            server.routes[f"/bai-{n}"] = story(n, menu)


def test_list_whose_titles_are_no_links(server, source, tmp_path):
    unlinked(server)
    night = run(source, tmp_path)
    assert stored(night) == Counter(range(1, 13))
    assert night.open_days == []
    assert night.observations[date(2020, 9, 5)].route == "listing"
    assert len(server.asked) <= 40
