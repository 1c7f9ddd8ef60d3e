"""Search, the page of an article, dating and bulk labelling over HTTP; and what an attacker would write into them."""

from __future__ import annotations

import hashlib
import html
import re
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import quote

import pytest

from crawlers.archive import Archive
from crawlers.article import ArchiveRef, Article, DateEvidence
from pipeline.steps import bulk
from pipeline.store import articles, browse, labels
from pipeline.web.article import DIFF_LINES, compared
from pipeline.web.selection import asked_of, day_of, selection_of
from tests.pipeline.web.live import Site, login

EVIL = '<img src=x onerror="alert(1)"><script>alert(2)</script>'
AT = datetime(2020, 9, 20, 8, tzinfo=UTC)
PAGE = f'<html><body><h1 onclick="x()">Bài</h1>{EVIL}<a href="javascript:alert(3)">nối</a><form action="/logout"></form></body></html>'.encode()


def stored(site: Site, number: int = 7, **changes: Any) -> str:
    """Stores an undated article and gives its id."""
    page = f"bao.example/la-{number}.html"
    article = Article(
        source_id="bao",
        url=f"http://{page}",
        url_key=page,
        channel="website",
        title="Hội thi nấu ăn",
        lead="",
        body="Phụ nữ xã Nậm Pàn thi nấu ăn.\nGiải nhất thuộc về đội bếp số 3.",
        published=None,
        published_precision=None,
        date_state="undated",
        date_evidence=(DateEvidence(AT, "byline", "day", "Ngày 20 tháng 9"),),
        canonical=None,
        media=(),
        lang="vi",
        provenance={},
        fetched_at=AT,
        archive=None,
    )
    article = replace(article, **changes)
    with site.store.begin() as connection:
        articles.save(connection, article, "bao")
    return articles.article_id(article.source_id, article.channel, article.url_key)


def archived_page(site: Site) -> ArchiveRef:
    with closing(Archive(site.config.data / "archive")) as archive:
        headers = [("Content-Type", "text/html; charset=utf-8")]
        return archive.write(
            date(2020, 9, 20), url="http://bao.example/", status=200, headers=headers, body=PAGE, fetched_at=AT
        )


def test_a_search_is_an_address_and_marks_its_hits(site: Site) -> None:
    reader = login(site, "reader")
    answer = reader.get(f"{site.url}/articles?q=dai+hoi&outlet=bao&phase=before")
    assert answer.status_code == 200
    assert "<mark>Đại</mark> <mark>hội</mark>" in answer.text
    assert "1 bài" in answer.text
    assert "Giá rau" not in answer.text
    assert '<option value="bao" selected>' in answer.text
    assert "Không có bài nào" in reader.get(f"{site.url}/articles?q=dai+hoi&outlet=dai").text
    assert "Giá rau" in reader.get(f"{site.url}/articles?outlet=bao&from=3/9/2020&to=2020-09-03").text


def test_pages_follow_each_other_without_a_script(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(browse.page, "__defaults__", (None, 2))
    reader = login(site, "reader")
    first = reader.get(f"{site.url}/articles").text
    link = re.search(r'<a class="btn" href="([^"]+)" hx-get', first)
    assert link
    second = reader.get(site.url + html.unescape(link[1])).text
    titles = [re.findall(r'<h3><a href="/articles/(\w+)">', text) for text in (first, second)]
    assert (len(titles[0]), len(titles[1])) == (2, 1)
    assert not set(titles[0]) & set(titles[1])


@pytest.mark.parametrize(
    "query",
    [
        'q="',
        "q=NEAR(a b)*:^-",
        "q=%00%ff",
        "q='; DROP TABLE articles; --",
        "outlet=' OR 1=1&phase=x&topic=\"]&by=%&state=;&read=maybe",
        "topic=congress&low=9e999&high=nan",
        "from=31/2/2020&to=0000-00-00&after=" + quote("'.%00"),
        "cluster=' UNION SELECT 1",
        "q=rau&after=" + "9" * 5_000,
    ],
)
def test_whatever_is_searched_is_no_fault(site: Site, query: str) -> None:
    reader = login(site, "reader")
    assert reader.get(f"{site.url}/articles?{query}").status_code == 200
    with site.store.read() as connection:
        assert articles.count(connection) == 3


def test_what_a_page_says_is_shown_as_text(site: Site) -> None:
    identity = stored(
        site, title=f"Hội {EVIL}", lead=EVIL, body=f"{EVIL} thi", url="javascript:alert(4)", url_key="x.example/1",
        date_evidence=(DateEvidence(AT, "byline", "day", EVIL),),
    )  # fmt: skip
    lan = login(site, "reviewer")
    preview = {"s-q": "hội thi", "say-congress": "yes"}
    for text in (
        lan.get(f"{site.url}/articles?q={quote(EVIL + ' thi')}").text,
        lan.get(f"{site.url}/articles?q=thi").text,
        lan.get(f"{site.url}/articles/{identity}").text,
        lan.get(f"{site.url}/undated").text,
        lan.post(f"{site.url}/bulk/preview", data=preview).text,
    ):
        assert "alert(" in text  # it is there, as text
        assert "<img" not in text
        assert "<script>" not in text
        assert 'href="javascript:' not in text


def test_article_shows_its_revisions_its_days_and_who_said_what(site: Site) -> None:
    identity = stored(site)
    stored(site, body="Phụ nữ xã Nậm Pàn thi hát.\nGiải nhất thuộc về đội bếp số 3.")
    lan = login(site, "reviewer")
    lan.post(f"{site.url}/articles/{identity}/day", data={"day": "18/9/2020", "note": "theo báo in"})
    text = lan.get(f"{site.url}/articles/{identity}").text
    assert "<del>nấu" in text.replace("\n", "").replace("<del> ", "<del>")
    assert "“Ngày 20 tháng 9”" in text
    assert "ngày do Lan xác định" in text
    assert "theo báo in" in text
    english = lan.get(f"{site.url}/articles/{identity}", cookies={"lang": "en"})
    assert english.status_code == 200
    assert lan.get(f"{site.url}/articles/{'0' * 16}").status_code == 404
    assert lan.post(f"{site.url}/articles/{identity}/read").status_code == 200


def test_archived_copy_never_comes_as_an_active_page(site: Site) -> None:
    identity = stored(site, archive=archived_page(site))
    reader = login(site, "reader")
    shown = reader.get(f"{site.url}/articles/{identity}/archive/1")
    assert shown.headers["content-security-policy"].startswith("sandbox; default-src 'none'")
    assert "Bài" in shown.text
    assert not re.search(r"<(img|script|form)|onclick|onerror|javascript:", shown.text)
    file = reader.get(f"{site.url}/articles/{identity}/archive/1/file")
    assert file.content == PAGE
    assert file.headers["content-type"] == "text/plain"
    assert file.headers["content-disposition"] == f'attachment; filename="{identity}-1.txt"'
    assert file.headers["x-content-type-options"] == "nosniff"
    assert hashlib.sha256(PAGE).hexdigest() in reader.get(f"{site.url}/articles/{identity}").text


@pytest.mark.parametrize(
    "path",
    [
        "/../../config.toml",
        "%2e%2e%2fconfig.toml",
        "x/archive/../../1",
        "x/archive/1.5",
        f"x/archive/{'9' * 5_000}",
        f"x/archive/{'9' * 5_000}/file",
    ],
)
def test_the_address_names_no_file(site: Site, path: str) -> None:
    answer = login(site, "reader").get(f"{site.url}/articles/{path}")
    assert answer.status_code == 404
    assert "[directive]" not in answer.text


def test_archive_outside_of_its_folder_is_not_read(site: Site) -> None:
    outside = ArchiveRef("../../config.toml", 0, 100, "ab" * 32)
    identity = stored(site, archive=outside)
    answer = login(site, "reader").get(f"{site.url}/articles/{identity}/archive/1/file")
    assert answer.status_code == 404
    assert "[directive]" not in answer.text


def test_undated_article_is_dated_and_the_day_is_taken_back(site: Site) -> None:
    identity = stored(site)
    lan, hoa = login(site, "reviewer"), login(site, "reader")
    assert "Hội thi nấu ăn" in hoa.get(f"{site.url}/undated").text
    form = {"day": "4/9/2020", "note": "theo bản in"}
    assert hoa.post(f"{site.url}/articles/{identity}/day", data=form).status_code == 403
    for wrong in ("31/2/2020", "hôm qua", "1/1/2050", "1/1/1900", ""):
        assert lan.post(f"{site.url}/articles/{identity}/day", data={"day": wrong}).status_code == 400
    after = lan.post(f"{site.url}/articles/{identity}/day", data=form).text
    assert "Đã xác định ngày 04/09/2020 cho bài “Hội thi nấu ăn”" in after
    assert "Mọi bài đều đã rõ ngày đăng" in after
    assert "Hội thi" in hoa.get(f"{site.url}/articles?phase=before").text
    assert "Hội thi nấu ăn" in lan.post(f"{site.url}/articles/{identity}/day/undo").text
    assert "Hội thi" not in hoa.get(f"{site.url}/articles?phase=before").text
    assert lan.post(f"{site.url}/articles/{identity}/day/undo").status_code == 400
    assert lan.post(f"{site.url}/articles/{'0' * 16}/day", data=form).status_code == 400


def current(site: Site) -> dict[str, dict[str, bool]]:
    with site.store.read() as connection:
        return labels.current(connection)


def ticked(text: str) -> dict[str, Any]:
    """Reads the form that a preview sends back."""
    fields: dict[str, Any] = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', text))
    fields["article"] = re.findall(r'name="article" value="(\w+)"[^>]* checked', text)
    return fields


def test_bulk_is_previewed_said_and_taken_back_as_one(site: Site, campaign: Any) -> None:
    minh, lan = login(site, "lead"), login(site, "reviewer")
    first = lan.post(f"{site.url}/bulk/preview", data={"s-outlet": "bao", "say-youth": "no"})
    lan.post(f"{site.url}/bulk", data=ticked(first.text))
    assert current(site) == {campaign.ids[0]: {"youth": False}, campaign.ids[1]: {"youth": False}}
    seen = minh.post(f"{site.url}/bulk/preview", data={"say-youth": "yes"}).text
    assert "Sẽ ghi ý kiến của anh/chị ở 3 bài. Nhãn hiện có đổi ở 3 bài" in seen
    assert "trái nhãn hiện có" in seen
    site.clock.forward(minutes=1)
    done = minh.post(f"{site.url}/bulk", data=ticked(seen))
    assert done.status_code == 200
    assert current(site) == {identity: {"youth": True} for identity in campaign.ids}
    with site.store.read() as connection:
        said = [event for event in labels.events(connection) if event.reviewer == "Minh"]
    assert {(event.at, event.origin, event.value) for event in said} == {(site.clock(), "bulk", True)}
    again = lan.post(f"{site.url}/bulk/preview", data={"say-youth": "no"}).text  # Lan has said so of two, before Minh
    assert "Sẽ ghi ý kiến của anh/chị ở 1 bài. Nhãn hiện có đổi ở 1 bài" in again
    assert again.count("anh/chị đã gán như vậy; nhãn hiện có của người khác: có") == 2
    site.clock.forward(minutes=1)
    assert minh.post(f"{site.url}/bulk/undo").status_code == 200
    assert current(site) == {campaign.ids[0]: {"youth": False}, campaign.ids[1]: {"youth": False}}
    assert minh.post(f"{site.url}/bulk/undo").status_code == 400
    assert login(site, "reader").get(f"{site.url}/bulk").status_code == 403


def test_bulk_over_labels_that_changed_meanwhile_is_shown_again(site: Site, campaign: Any) -> None:
    minh, lan = login(site, "lead"), login(site, "reviewer")
    seen = ticked(minh.post(f"{site.url}/bulk/preview", data={"say-youth": "yes"}).text)
    other = ticked(lan.post(f"{site.url}/bulk/preview", data={"s-q": "rau", "say-congress": "no"}).text)
    assert lan.post(f"{site.url}/bulk", data=other).status_code == 200
    again = minh.post(f"{site.url}/bulk", data=seen)
    assert again.status_code == 409
    assert "chưa lưu gì" in again.text
    assert current(site) == {campaign.ids[1]: {"congress": False}}
    assert minh.post(f"{site.url}/bulk", data=ticked(again.text)).status_code == 200
    assert len(current(site)) == 3


def test_bulks_are_taken_back_one_by_one_the_last_first(site: Site, campaign: Any) -> None:
    config, store = site.config, site.store
    words = {"youth": True, "congress": False}
    version = bulk.preview(config, store, campaign.ids, words, "Lan").version
    bulk.say(config, store, campaign.ids, words, "Lan", site.clock(), version)
    site.clock.forward(minutes=1)
    late = bulk.preview(config, store, campaign.ids[:1], {"youth": False}, "Lan").version
    bulk.say(config, store, campaign.ids[:1], {"youth": False}, "Lan", site.clock(), late)
    site.clock.forward(minutes=1)
    bulk.undo(config, store, "Lan", site.clock())
    assert current(site)[campaign.ids[0]] == {"youth": True, "congress": False}
    site.clock.forward(minutes=1)
    undone = bulk.undo(config, store, "Lan", site.clock())
    assert (undone.articles, undone.events) == (3, 6)  # the word that the first undo gave again is the bulk's too
    assert current(site) == {}


@pytest.mark.parametrize(
    "form",
    [{}, {"say-congress": "maybe"}, {"say-none": "yes"}, {"say-congress": "yes", "s-q": "không có bài nào như thế"}],
)
def test_bulk_of_nothing_is_refused(site: Site, form: dict[str, str]) -> None:
    assert login(site, "reviewer").post(f"{site.url}/bulk/preview", data=form).status_code == 400


def test_bulk_holds_no_more_than_can_be_looked_over(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk, "MOST", 2)
    lan = login(site, "reviewer")
    assert "có hơn 2 bài" in lan.get(f"{site.url}/bulk").text
    assert lan.post(f"{site.url}/bulk/preview", data={"say-youth": "yes"}).status_code == 400
    assert current(site) == {}


def test_days_are_read_as_offices_write_them() -> None:
    assert day_of(" 5/9/2020") == day_of("05-09-2020") == day_of("5.9.2020") == day_of("2020-09-05") == date(2020, 9, 5)
    assert [day_of(text) for text in ("31/2/2020", "9/2020", "5/9/20", "", "٥/٩/٢٠٢٠")] == [None] * 5


def test_form_and_address_say_the_same(campaign: Any) -> None:
    fields = {"q": "đại hội", "phase": "before", "to": "4/9/2020", "topic": "congress", "by": "machine", "low": "0,5"}
    asked = asked_of(fields.items(), campaign.config)
    selection = selection_of(asked, campaign.config)
    assert dict(asked.fields) == fields
    assert (selection.since, selection.until) == (date(2020, 9, 1), date(2020, 9, 4))
    assert (selection.topic, selection.by, selection.low) == ("congress", "machine", 0.5)
    assert dict(asked_of([("low", "0,5"), ("by", "label"), ("q", " ")], campaign.config).fields) == {}


def test_texts_are_told_apart_word_by_word_and_lose_nothing() -> None:
    old, new = "Tít\nGiữ nguyên dòng này.\nBa đội dự thi.", "Tít\nGiữ nguyên dòng này.\nBốn đội dự thi.\nThêm dòng."
    runs = compared(old, new)
    assert "".join(text for mark, text in runs if mark != "new") == old
    assert "".join(text for mark, text in runs if mark != "gone") == new
    assert ("gone", "Ba") in runs


def test_long_texts_are_told_apart_by_their_ends_and_lose_nothing() -> None:
    lines = "a\n" * DIFF_LINES
    for old, new in ((f"x\n{lines}", f"{lines}y\n"), (lines, f"{lines}a\n"), (f"{lines}x\n{lines}", lines)):
        runs = compared(old, new)
        assert "".join(text for mark, text in runs if mark != "new") == old
        assert "".join(text for mark, text in runs if mark != "gone") == new
    assert compared(f"{lines}x\n", f"{lines}y\n") == (("same", lines), ("gone", "x\n"), ("new", "y\n"))
