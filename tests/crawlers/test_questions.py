"""Archives that only a form opens are asked for the days that lack proof, and believed only where they answer."""

from datetime import date
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.crawlers.portal import HOME_PAGE, listing, run
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

SINCE, UNTIL = date(2020, 9, 1), date(2020, 9, 20)


def test_span_that_is_proved_and_long_past_asks_for_nothing(portal, source, tmp_path):
    first = run(source, tmp_path, night=date(2020, 9, 21))
    assert first.open_days == []
    portal.log.clear()
    later = run(source, tmp_path, night=date(2020, 12, 1), before=first)
    assert portal.log == []
    assert later.observations == {}
    assert later.learnt == first.learnt
