"""Readers walk through the report: every number is the length of its list, every link of a page leads somewhere."""

import json
import re
from dataclasses import replace
from datetime import date
from types import SimpleNamespace
from urllib.parse import urljoin, urlsplit

import anyio
import pytest
from bs4 import BeautifulSoup

from pipeline.audits import Verdict
from pipeline.readings import Draw, Queue
from pipeline.records import Duty, LabelEvent, Outlet
from pipeline.report.maps import MAX_COLUMNS
from pipeline.report.write import write_report
from pipeline.settings import ReportSettings
from pipeline.steps.audit import audit
from pipeline.steps.classify import classify
from pipeline.steps.reading_room import audit_of
from pipeline.steps.users import add_token
from pipeline.store import audits, labels, queues, runs
from pipeline.web import report_articles, report_shelf
from pipeline.web.report_articles import cut_out
from pipeline.web.report_shelf import Shelf
from tests.pipeline.report.conftest import OUTLETS
from tests.pipeline.report.conftest import audit as made
from tests.pipeline.web.live import NAMES, login

DAY = date(2020, 9, 6)
PAGES = ("/report", "/report/map", "/report/duties", "/report/phases", "/report/audits", "/report/articles")

NOWHERE = (
    "/report?audit=0123456789abcdef",
    "/report?day=1999-01-01",
    "/report?day=x",
    "/report/map?phase=nothing",
    "/report/duties?topic=nothing",
    "/report/duties?outlet=nothing",
    "/report/duties?group=%3Cb%3E",
    "/report/duties?verdict=guilty",
    "/report/duties?method=dice",
    "/report/duties?page=99",
    "/report/articles?part=nothing",
    "/report/articles?page=9999",
    "/report/outlets/nothing",
    "/report/changes?since=a&until=b",
    "/report/changes",
    "/report/files/manifest.json",
    "/report/files/..%2f..%2fconfig.toml",
)


def save(site, result):
    with site.store.begin() as connection:
        return audits.save(connection, result, result.model, result.inputs)


@pytest.fixture
def audited(site, campaign):
    """An audit of the campaign's three articles; a reviewer had confirmed the first, the machine finds the third."""
    classify(campaign.config, site.store, lambda *_: None)
    at, version = site.clock(), campaign.config.codebook.version
    with site.store.begin() as connection:
        word = LabelEvent(campaign.ids[0], "congress", value=True, reviewer="Lan", at=at, codebook=version)
        labels.append(connection, [word])
        run = runs.start(connection, "audit", {}, at)
        runs.finish(connection, run, "done", {}, at)
    return audit(campaign.config, site.store, DAY)


@pytest.fixture
def strange(site):
    """An audit whose titles and outlets are full of markup, in which duties are met, wanting, open and unseen."""
    result = replace(made(), topics=(("prep", "Công tác <b>chuẩn bị</b>", "Preparation"), *made().topics[1:]))
    return save(site, result)


def soup(browser, site, path, status=200):
    answer = browser.get(f"{site.url}{path}")
    assert answer.status_code == status, (path, answer.text[:2_000])
    return BeautifulSoup(answer.text, "lxml")


def links(page, path):
    found = (urljoin(path, a["href"]) for a in page.select("main a[href]"))
    return {
        each.split("#")[0] for each in found if each.startswith("/report")
    }  # the articles of `strange` lie in no store


def test_before_the_first_audit_the_section_says_so(site):
    reader = login(site, "reader")
    assert "Chưa có lần đối chiếu nào" in soup(reader, site, "/report").text
    assert "Chưa có lần đối chiếu nào" in soup(reader, site, "/report/map", 404).text
    assert "Chưa có lần đối chiếu nào" in soup(reader, site, "/").text


@pytest.mark.long
def test_every_link_of_every_page_leads_somewhere_and_every_number_is_its_lists_length(site, strange):
    reader = login(site, "reader")
    seen, counted, outlets = set(), 0, {f"/report/outlets/{each.id}" for each in OUTLETS}
    shown = {path: soup(reader, site, path) for path in (*PAGES, *outlets)}
    for path in set().union(*(links(page, path) for path, page in shown.items())) - shown.keys():
        page = soup(reader, site, path)
        seen.add(path)
        (tab,) = page.select(".count[data-part]:is([aria-current] > *)") or (None,)
        if tab is not None:
            assert len(page.select("li.hit")) == int(tab.text), path
            counted += int(tab.text)
    assert outlets <= links(shown["/report/map"], "/report/map")
    assert counted > 20
    assert len(seen) > 20


def test_what_strangers_wrote_is_shown_and_never_run(site, strange):
    reader = login(site, "reader")
    for path in (*PAGES, "/report/outlets/dai", "/report/articles?part=all", "/report/articles?part=machine"):
        page = soup(reader, site, path)
        assert page.select("main script, main b b, main style, main [style], main [onclick]") == [], path
        assert page.find("sơn") is None, path  # an outlet's name holds <Sơn Khê>
    listed = soup(reader, site, "/report/articles?part=verified")
    assert '<script>alert("x")</script> & "ngoặc"' in listed.text
    assert listed.select('a[href^="javascript:"]') == []
    assert "Đài tỉnh <Sơn Khê>" in soup(reader, site, "/report/map").text
    assert listed.select_one("blockquote").text == "Câu về prep."
    assert f"{1:064x}" in listed.text


def test_map_of_a_phase_has_the_symbols_and_numbers_of_the_report(site, strange):
    page = soup(login(site, "reader"), site, "/report/map?phase=before")
    assert [a.text for a in page.select(".phase-tabs a[aria-current]")] == ["Trước Đại hội"]
    cells = {a["aria-label"]: a for a in page.select(".map td a")}
    first = page.select(".map tbody tr")[0].select("td")
    assert first[0]["class"] == ["met"]
    assert "#i-met" in first[0].select_one("use")["href"]
    assert first[0].select_one("b").text == "2"
    assert first[0].select_one(".guess").text == "+ 1?"
    assert any("Thiếu" in label for label in cells)
    unseen = page.select(".map tbody tr")[1].select("td")[2]
    assert "unproved" in unseen["class"]


def test_filters_narrow_maps_and_duties_and_stay_in_the_address(site, strange):
    reader = login(site, "reader")
    page = soup(reader, site, "/report/duties?verdict=met&phase=before")
    rows = page.select("tr.duty")
    assert len(rows) == int(page.select_one("#duties").text.split()[0]) > 0
    assert {row.select_one(".verdict").text for row in rows} == {"Đạt"}
    assert page.select_one("select[name=phase] option[selected]")["value"] == "before"
    chips = {each.text.split(":")[0]: int(each.text.split(": ")[1]) for each in page.select(".tags a")}
    everything = soup(reader, site, "/report/duties?phase=before")
    assert sum(chips.values()) == len(everything.select("tr.duty"))
    map_of = soup(reader, site, "/report/map?phase=before&group=press&topic=prep")
    assert [th.a.text for th in map_of.select(".map thead th")[1:]] == ["Báo Sơn Khê", "Đài tỉnh <Sơn Khê>"]
    assert len(map_of.select(".map tbody tr")) == 1
    only = soup(reader, site, "/report/map?phase=before&verdict=met")
    assert {td["class"][0] for td in only.select(".map td:not(.off)")} == {"met"}
    sides = soup(reader, site, "/report/phases?topic=prep")
    assert [row.select_one("th").text for row in sides.select(".sides tbody tr")] == [each.name for each in OUTLETS]


def test_what_is_not_there_is_404_and_no_page_of_everything(site, strange):
    reader = login(site, "reader")
    for path in NOWHERE:
        page = soup(reader, site, path, 404)
        assert page.select("main table") == [], path
        assert page.select_one("main").text.strip(), path


def test_lists_come_page_by_page_and_their_pages_sum_to_the_number(site, strange, monkeypatch):
    monkeypatch.setattr(report_articles, "PAGE", 2)
    reader, path, titles = login(site, "reader"), "/report/articles?part=all", []
    number = int(soup(reader, site, path).select_one(".count[data-part=all]").text)
    while path:
        page = soup(reader, site, path)
        assert page.select_one("ol.hits")["start"] == str(len(titles) + 1)
        titles += [h3.text for h3 in page.select("li.hit h3")]
        following = page.select_one("a[rel=next]")
        path = following and following["href"]
    assert len(titles) == number == 9
    assert len(set(titles)) == 9


def test_page_of_a_long_list_is_cut_out_of_its_cells():
    parts = [("a", ("1", "2", "3")), ("b", ()), ("c", ("4", "5")), ("d", ("6",))]
    whole = [(topic, each) for topic, ids in parts for each in ids]
    for size in range(1, 8):
        found = [pair for start in range(0, 6, size) for pair in cut_out(parts, start, size)]
        assert found == whole


def test_articles_that_the_audit_does_not_show_are_looked_up_and_lost_ones_are_counted(site, campaign, audited):
    shown = dict(audited.items)
    shown.pop(campaign.ids[1])
    rows = tuple(
        replace(each, article_ids=(*each.article_ids, "feedfeedfeedfeed")) if each.outlet == "bao" else each
        for each in audited.observed
    )
    save(site, replace(audited, items=shown, observed=rows))
    page = soup(login(site, "reader"), site, "/report/articles?part=all&outlet=bao")
    assert len(page.select("li.hit")) == 3
    assert "Giá rau tăng sau mưa" in page.text
    assert "Bài feedfeedfeedfeed không còn trong kho" in page.text


def test_overview_says_of_when_it_is_and_what_was_read_since(site, campaign, audited):
    reader = login(site, "reader")
    page = soup(reader, site, "/report")
    assert "Số liệu đến hết ngày 06/09/2020" in page.text
    met, gap, *_ = (int(tile.text.split()[0]) for tile in page.select(".tile-number"))
    tally = [each.verdict for each in audited.verdicts]
    assert (met, gap) == (tally.count("met"), tally.count("gap"))
    assert met == 1
    assert "lượt đọc" not in page.text
    lan = login(site, "reviewer")
    site.clock.forward(minutes=5)
    opened = lan.post(f"{site.url}/articles/{campaign.ids[1]}/read", data={})
    fields = dict(re.findall(r'<input type="hidden" name="(base|content|seen)" value="([^"]*)">', opened.text))
    desk = re.search(r'action="(/read/desk/[^"]+)"', opened.text)[1]
    assert lan.post(f"{site.url}{desk}", data={"act": "accept", "topic": [], **fields}).status_code == 200
    assert "có thêm 1 lượt đọc" in soup(reader, site, "/report").text
    site.config.file.write_text(site.config.file.read_text().replace('cues = ["đoàn thanh niên"]', 'cues = ["đoàn"]'))
    assert "bộ chủ đề đã được sửa" in soup(reader, site, "/report").text


def test_newest_audit_is_read_before_anybody_asks_for_it(sqlite_store, monkeypatch):
    read, shelf = [], Shelf(sqlite_store)
    monkeypatch.setattr(report_shelf, "LOOKED_EVERY_S", 0.01)
    monkeypatch.setattr(report_shelf, "audit_of", lambda store, id_: (read.append(id_), audit_of(store, id_))[1])

    async def nights():
        async with anyio.create_task_group() as beside:
            beside.start_soon(shelf.keep_newest)
            for day in (5, 6):
                kept = save(SimpleNamespace(store=sqlite_store), replace(made(), as_of=date(2020, 9, day)))
                while kept not in read:  # noqa: ASYNC110 - what reads rings no bell
                    await anyio.sleep(0.01)
            await anyio.sleep(0.05)  # of looking on without reading anything again
            beside.cancel_scope.cancel()
        return kept

    kept = anyio.run(nights)
    assert shelf.index(kept, "en").result.as_of == date(2020, 9, 6)
    assert len(read) == len(set(read)) == 2


def test_link_to_one_audit_stays_with_it_after_the_next(site, strange):
    reader = login(site, "reader")
    fixed = soup(reader, site, "/report").select_one(".facts-line a")["href"]
    narrow = "/report/duties?verdict=met&phase=before"
    shared = soup(reader, site, narrow).select_one(".facts-line a")["href"]
    rows = [row.text for row in soup(reader, site, narrow).select("tr.duty")]
    later = save(site, replace(made(as_of=date(2020, 9, 15)), items={}, as_of=date(2021, 1, 15), verdicts=()))
    assert [row.text for row in soup(reader, site, shared).select("tr.duty")] == rows != []
    assert soup(reader, site, narrow).select("tr.duty") == []
    later = save(site, replace(made(as_of=date(2020, 9, 15)), items={}, as_of=date(2021, 1, 16)))
    page = soup(reader, site, fixed)
    assert "Đây không phải lần đối chiếu mới nhất" in page.text
    assert all("audit=" in each for each in links(page, fixed) if each.startswith("/report?") or "/duties" in each)
    assert "16/01/2021" in soup(reader, site, "/report").select_one(".facts-line").text
    assert soup(reader, site, "/report?day=2021-01-16").select_one(".facts-line a")["href"].endswith(later)
    changes = soup(reader, site, f"/report/changes?since={strange}&until={later}")
    assert len(changes.select("tr.change")) == int(changes.select_one("#changed").text.split()[0]) > 0
    assert "Chưa quan sát được" in changes.text
    back = soup(reader, site, f"/report/changes?since={later}&until={strange}")
    assert len(back.select("tr.change")) == len(changes.select("tr.change"))
    same = soup(reader, site, f"/report/changes?since={later}&until={later}")
    assert "Không nhiệm vụ nào đổi kết luận" in same.text


def test_files_of_the_audits_own_report_can_be_had_and_no_others(site, strange):
    reader, folder = login(site, "reader"), site.config.data / "report" / "2020-12-31"
    result = made()
    write_report(replace(result, as_of=date(2020, 12, 30)), folder, ReportSettings(formats=("json",)))
    assert "không còn giữ tệp" in soup(reader, site, "/report").text  # a report of another audit lies there
    with site.store.read() as connection:
        write_report(audits.load(connection, strange), folder, ReportSettings(formats=("html", "json")))
    page = soup(reader, site, "/report")
    assert [a.text.split()[0] for a in page.select(".files a")] == ["bao-cao.html", "audit.json"]
    answer = reader.get(f"{site.url}{page.select_one('.files a')['href']}")
    assert answer.content == (folder / "bao-cao.html").read_bytes()
    assert answer.headers["content-disposition"].startswith("attachment")
    manifest = json.loads((folder / "manifest.json").read_text())
    manifest["files"]["../../config.toml"] = {"bytes": 1, "sha256": ""}
    (folder / "manifest.json").write_text(json.dumps(manifest))
    for name in ("..%2f..%2fconfig.toml", "../../config.toml", "manifest.json"):
        assert reader.get(f"{site.url}/report/files/{name}").status_code == 404


def test_reviewer_is_told_nothing_of_articles_to_be_read_independently(site, campaign, audited):
    with site.store.begin() as connection:
        queues.create(connection, Queue("q", "uniform", {}, "c", site.clock()))
        queues.add(connection, [Draw("q", 0, campaign.ids[0], "c", wanted=2)])
    title, path = "Đại hội đảng bộ huyện Thạch Bình", "/report/articles?phase=before&topic=congress&outlet=bao"
    hidden = soup(login(site, "reviewer"), site, path)
    assert len(hidden.select("li.hit")) == 1
    assert title not in hidden.text
    assert campaign.ids[0] not in str(hidden)
    assert "chờ anh/chị đọc độc lập" in hidden.text
    assert title in soup(login(site, "lead"), site, path).text


def test_reviewer_gets_no_file_that_tells_of_articles_to_be_read_independently(site, campaign, audited):
    folder = site.config.data / "report" / str(DAY)
    write_report(audited, folder, ReportSettings(formats=("html", "json")))
    path, reviewer = "/report/files/audit.json", login(site, "reviewer")
    assert reviewer.get(f"{site.url}{path}").content == (folder / "audit.json").read_bytes()
    with site.store.begin() as connection:
        queues.create(connection, Queue("q", "uniform", {}, "c", site.clock()))
        queues.add(connection, [Draw("q", 0, campaign.ids[0], "c", wanted=2)])
    refused = reviewer.get(f"{site.url}{path}")
    assert (refused.status_code, "1 bài mà anh/chị còn phải đọc độc lập" in refused.text) == (403, True)
    page = soup(reviewer, site, "/report")
    assert page.select(".files a") == []
    assert "nên chưa tải được" in page.select_one("section[aria-labelledby=files]").text
    assert login(site, "lead").get(f"{site.url}{path}").status_code == 200


def test_column_of_a_cut_map_leads_to_its_own_outlet(site):
    many = tuple(Outlet(f"o{number}", f"Cơ quan {number}", "agency") for number in range(MAX_COLUMNS + 3))
    save(site, made((), outlets=many, duties=()))
    heads = soup(login(site, "reader"), site, "/report/map?phase=before").select(".map thead a")
    assert [head.text for head in heads] == [each.name for each in many]
    assert [head["href"] for head in heads] == [f"/report/outlets/{each.id}" for each in many]


def test_lead_draws_the_queue_that_settles_a_duty_and_nobody_else_does(site, campaign, audited):
    duty = Duty("before", "youth", outlet="dai", min_items=1)
    open_ = Verdict(
        "before", "youth", "dai", duty, "uncertain", 0, 1, 1, "items", 5, 5, "", "", to_read=(campaign.ids[2],)
    )
    save(site, replace(audited, verdicts=(open_,)))
    path = "/report/duties?verdict=uncertain"
    assert soup(login(site, "reviewer"), site, path).select("form.settle") == []
    lead = login(site, "lead")
    (button,) = soup(lead, site, path).select("form.settle button")
    form = {"duty": button["value"], "csrf": lead.headers["X-CSRF-Token"]}
    assert login(site, "reviewer").post(f"{site.url}/report/settle", data=form).status_code == 403
    assert lead.get(f"{site.url}/report/settle").status_code == 405
    drawn = lead.post(f"{site.url}/report/settle", data=form)
    assert urlsplit(drawn.url).path.startswith("/read/settle-")
    with site.store.read() as connection:
        (queue,) = [each.queue for each in queues.states(connection)]
        assert [each.article for each in queues.draws(connection, queue.id)] == [campaign.ids[2]]
    nothing = lead.post(f"{site.url}/report/settle", data=form | {"duty": "before|nothing|dai|items"})
    assert (nothing.status_code, "đã có kết luận" in nothing.text) == (409, True)


def test_english_side_has_no_vietnamese_of_ours(site, strange):
    reader = login(site, "reader")
    reader.cookies.set("rasoat-lang", "en", domain="127.0.0.1")
    page = soup(reader, site, "/report/duties")
    assert {"Verdict", "Outlet", "Required", "Reason"} <= {th.text for th in page.select("th")}
    assert "Duties" in page.h1.text
    assert "Gap" in page.text
    assert "up to and including 31 Dec 2020" in page.text


def test_programs_get_audits_duties_and_whole_lists(site, strange):
    add_token(site.store, NAMES["reader"], "thử", lambda: "token", site.clock())
    program = site.visitor()
    program.headers["Authorization"] = "Bearer token"

    def get(path):
        return program.get(f"{site.url}/api/v1/audits{path}")

    assert [each["id"] for each in get("").json()] == [strange]
    newest = get("/newest").json()
    assert (newest["id"], newest["newest"], newest["phases"]) == (strange, True, ["before", "after"])
    met = get(f"/{strange}/duties?verdict=met").json()
    assert met["count"] == len(met["duties"]) > 0
    assert {each["verdict"] for each in met["duties"]} == {"met"}
    prep = get("/newest/articles?topic=prep&part=verified").json()
    assert prep["count"] == len(prep["articles"]) == 3
    assert prep["articles"][0]["evidence"] == "Câu về prep."
    assert get("/newest/articles?part=machine").json()["articles"][0]["url"] == ""  # javascript: is no web address
    for path in ("/nothing", "/newest/duties?topic=nothing", "/newest/articles?part=nothing"):
        assert get(path).status_code == 404, path
    described = program.get(f"{site.url}/api/v1/openapi.json").json()
    assert "/api/v1/audits/{audit}/articles" in described["paths"]
    assert "Verdict" in described["components"]["schemas"]
