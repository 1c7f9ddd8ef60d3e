"""Archives that only a form opens are asked for the days that lack proof, and believed only where they answer."""

from datetime import date, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from crawlers.article import Observation
from crawlers.dates import local_day
from crawlers.proof import DAY as ONE_DAY
from tests.crawlers.portal import HOME_PAGE, NIGHT, SINCE, Night, listing, run
from tests.crawlers.test_blind_spots import PAGER
from tests.crawlers.test_false_proof import put, stored

DAYS = [18, 17, 16, 15, 14, 13, 12, 10, 9, 7, 5, 4, 3, 2]
SPAN = "<form action='/luu-tru'><input name='tungay'><input name='denngay'><input type=submit value=Xem></form></body>"
DAY = "<form action='/luu-tru'><input type=date name='ngay'></form></body>"


def day_of(text):
    return int(text[:2]) if "/" in text else int(text[-2:])


def archive(server, form, *, deaf=False, most=99):
    """Serves a portal whose list goes on by script alone, with `form`; `deaf` answers show the newest, whatever is asked."""
    rows = put(server, DAYS)
    server.routes["/"] = HOME_PAGE
    server.routes["/tin"] = listing(rows[:5]).replace(b"</body>", PAGER.encode()).replace(b"</body>", form.encode())

    def answer(handler):
        query = {key: values[0] for key, values in parse_qs(urlsplit(handler.path).query).items()}
        first = day_of(query.get("tungay") or query["ngay"])
        last = day_of(query.get("denngay") or query["ngay"])
        page = int(query.get("page", 1))
        own = rows if deaf else [row for row in rows if first <= row[1] <= last][:most]
        more = f"{handler.path.split('&page')[0]}&page={page + 1}" * (len(own) > 6 * page)
        handler.reply(200, {}, listing(own[6 * page - 6 : 6 * page], more))

    class Any(dict):
        def get(self, path, default=None):
            return answer if path.startswith("/luu-tru") else super().get(path, default)

    server.routes = Any(server.routes)


def test_form_with_a_first_and_a_last_day_opens_the_archive(server, source, tmp_path):
    archive(server, SPAN)
    night = run(source, tmp_path)
    assert stored(night) == sorted(DAYS)
    assert night.open_days == []
    assert sum("/luu-tru" in path for path in server.asked) <= 5


def test_form_for_one_day_gives_its_articles_but_proves_no_quiet_day(server, source, tmp_path):
    archive(server, DAY)
    night = run(source, tmp_path)
    assert stored(night) == sorted(DAYS)
    assert {1, 6, 8, 11} <= set(night.open_days)


@pytest.mark.parametrize("form", [SPAN, DAY])
def test_form_that_does_not_listen_is_asked_once_and_proves_nothing(server, source, tmp_path, form):
    archive(server, form, deaf=True)
    night = run(source, tmp_path)
    assert sum("/luu-tru" in path for path in server.asked) <= 3
    assert set(range(1, 14)) - set(stored(night)) <= set(night.open_days)


def test_form_that_shows_only_so_many_rows_proves_no_day_behind_them(server, source, tmp_path):
    archive(server, SPAN, most=4)
    night = run(source, tmp_path)
    assert set(DAYS) - set(stored(night)) <= set(night.open_days)


# --- long archives


def test_span_that_is_proved_and_long_past_asks_for_nothing(portal, source, tmp_path):
    first = run(source, tmp_path, night=date(2020, 9, 21))
    assert first.open_days == []
    portal.log.clear()
    later = run(source, tmp_path, night=date(2020, 12, 1), before=first)
    assert portal.log == []
    assert later.observations == {}
    assert later.learnt == first.learnt


class Years(dict):
    """A portal with one article a day since 2015, ten rows a page; nothing is written out before it is asked for."""

    def __init__(self, last, gap=(), *, pinned=(), most=999):
        super().__init__({"/": HOME_PAGE})
        self.last = last
        self.gap = gap  # days without an article
        self.pinned = pinned  # days whose articles stand on top of every page
        self.most = most  # pages shown

    def get(self, path, default=None):
        parts = urlsplit(path)
        days = [self.last - timedelta(days=n) for n in range((self.last - date(2015, 1, 1)).days)]
        days = [day for day in days if day not in self.gap]
        if parts.path.startswith("/tin/"):
            return self.article(date.fromordinal(int(parts.path[5:])))
        if parts.path != "/tin":
            return super().get(path, default)
        page = int(parse_qs(parts.query).get("page", ["1"])[0])
        own = [*self.pinned, *days[10 * page - 10 : 10 * page]] if page <= self.most else []
        items = "".join(
            f"<li><a href='/tin/{d.toordinal()}'>{self.title(d)}</a> <span>{d:%d/%m/%Y}</span></li>" for d in own
        )
        more = f"<a href='/tin?page={page + 1}'>Trang sau</a>" * (10 * page < len(days) and page < self.most)
        return f"<html><body><ul>{items}</ul>{more}</body></html>".encode()

    def title(self, day):
        return f"Bà con xã vùng cao họp bàn việc của thôn bản ngày thứ {day.toordinal()}"

    def article(self, day):
        told = (
            f"Sáng nay bà con họp lần thứ {day.toordinal()}, ai cũng mong mùa này được mùa và đường về xã được sửa sớm. "
            * 3
        )
        body = f"<h1>{self.title(day)}</h1><div>Ngày đăng: {day:%d/%m/%Y} 08:00</div><p>{told}</p><p>{told[::-1]}</p>"
        return f"<html><head><title>{self.title(day)}</title></head><body><div>{body}</div></body></html>".encode()


PAST = (date(2017, 9, 1), date(2017, 9, 30))


def pages(server):
    return [path for path in server.asked if path.startswith("/tin?") or path == "/tin"]


def test_month_long_past_is_found_by_leaps_over_the_archive(server, source, tmp_path):
    server.routes = Years(date(2020, 9, 20))
    night = run(source, tmp_path, span=PAST)
    assert len(pages(server)) <= 15, "108 pages lie between"
    assert len([each for each in night.articles.values() if PAST[0] <= local_day(each.published) <= PAST[1]]) == 30
    assert night.open_days == []


@pytest.mark.long
def test_quiet_days_of_a_leaped_archive_are_proved_and_unread_ones_are_not(server, source, tmp_path):
    server.routes = Years(date(2020, 9, 20), gap={date(2017, 9, 10), date(2017, 9, 11)})
    night = run(source, tmp_path, span=PAST)
    assert night.observations[date(2017, 9, 10)].proved
    server.routes["/"] = HOME_PAGE.replace(
        b"<p>", "<p><a href='/tin/9'>Bà con xã vùng cao làm xong đường mới</a>".encode()
    )
    get = server.routes.get
    server.routes.get = lambda path, default=None: (503, {}, b"") if path == "/tin?page=111" else get(path, default)
    other = run(source, tmp_path / "b", span=PAST, retries=0)
    assert not other.observations[date(2017, 9, 10)].proved


def test_proved_months_between_open_ones_are_leaped_over(server, source, tmp_path):
    server.routes = Years(date(2020, 9, 20))
    spans = (date(2019, 1, 1), date(2020, 9, 20))
    done = Night()
    for day in (spans[0] + timedelta(days=n) for n in range(620)):
        if not date(2019, 3, 1) <= day <= date(2019, 3, 10):
            done.observations[day] = Observation("bao", day, proved=True, route="listing", evidence_url=server.home)
    night = run(source, tmp_path, span=spans, before=done)
    assert len(pages(server)) <= 15
    assert [
        day
        for day, seen in night.observations.items()
        if date(2019, 3, 1) <= day <= date(2019, 3, 10) and not seen.proved
    ] == []


def test_server_that_ends_early_or_ignores_numbers_is_not_leaped_into_proofs(server, source, tmp_path):
    server.routes = Years(date(2020, 9, 20))
    get = server.routes.get
    server.routes.get = lambda path, default=None: get("/tin" if path.startswith("/tin?") else path, default)
    night = run(source, tmp_path, span=PAST)
    assert night.open_days == list(range(1, 31))
    assert len(pages(server)) <= 15


FEW = (date(2017, 9, 1), date(2017, 9, 4))


def numbers(night):
    return sorted(local_day(each.published).day for each in night.articles.values() if each.published)


def test_leaps_are_not_misled_by_rows_that_stand_on_top_of_every_page(server, source, tmp_path):
    server.routes = Years(date(2020, 9, 20), pinned=[date(2016, 3, day) for day in (1, 2, 3)])
    night = run(source, tmp_path, span=FEW)
    assert {1, 2, 3, 4} <= set(numbers(night))
    assert night.open_days == []
    assert len(pages(server)) <= 15


@pytest.mark.parametrize("pinned", [[], [date(2016, 3, 1)]])
def test_leap_to_where_a_server_shows_no_more_pages_proves_nothing_older(server, source, tmp_path, pinned):
    server.routes = Years(date(2020, 9, 20), pinned=pinned, most=13)
    night = run(source, tmp_path, span=FEW)
    assert night.open_days == [1, 2, 3, 4]
    assert "it may be cut off there" in str(night.observations[FEW[0]].reason)


def articles_asked(server):
    return [path for path in server.asked if path.startswith("/tin/")]


def test_night_after_asks_for_little_more_than_what_is_new(server, source, tmp_path):
    server.routes = Years(date(2020, 9, 20))
    first = run(source, tmp_path)
    server.log.clear()
    server.routes.last = date(2020, 9, 21)
    span = (SINCE, date(2020, 9, 22))
    second = run(source, tmp_path, night=date(2020, 9, 22), before=first, span=span)
    assert [local_day(each.published) for each in second.articles.values()] == [date(2020, 9, 21)]
    assert second.observations[date(2020, 9, 21)].proved
    assert len(server.asked) <= 15


@pytest.mark.long
def test_backfill_that_runs_out_of_budget_goes_on_on_the_next_night(server, source, tmp_path):
    server.routes = Years(date(2020, 9, 20))
    night, nights = run(source, tmp_path, span=PAST, budget_per_host=20), 1
    while night.open_days and nights < 6:
        open_before = len(night.open_days)
        proved = {day: seen for day, seen in night.observations.items() if seen.proved}
        night = run(source, tmp_path, night=NIGHT + nights * ONE_DAY, before=night, span=PAST, budget_per_host=20)
        night.observations = proved | night.observations
        nights += 1
        assert len(night.open_days) <= open_before
    assert night.open_days == []
    assert len(articles_asked(server)) == len(set(articles_asked(server))), "no article is asked for twice"
    assert nights <= 5


@pytest.mark.long
def test_list_by_last_edit_proves_no_day_long_past(server, source, tmp_path):
    server.routes = Years(date(2020, 9, 20))
    server.routes.article = lambda day: Years.article(server.routes, day - timedelta(days=40))
    night = run(source, tmp_path, span=PAST)
    assert night.open_days == list(range(1, 31))
    assert "are older than it says" in str(night.observations[date(2017, 9, 8)].reason)
    again = run(
        source, tmp_path, night=date(2020, 9, 22), before=night, span=PAST, max_listing_pages=5, budget_per_host=40
    )
    assert again.open_days == list(range(1, 31))
