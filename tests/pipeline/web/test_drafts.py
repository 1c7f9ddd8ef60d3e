"""The pages of drafts: the letter beside its topics, corrections that are saved, and what is refused."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from bs4 import BeautifulSoup

from pipeline.config import load_config
from pipeline.directive.correct import own_topics, questions
from pipeline.directive.draft import draft_letter
from pipeline.directive.read import read_letter
from pipeline.directive.waits import waiting
from pipeline.steps.directive_draft import write_draft
from pipeline.wording import Words
from tests.pipeline.web.live import Clock, Site, add_users, login, serve

LETTER = """SỞ VĂN HÓA TỈNH SƠN KHÊ

Số: 12/SVH-VP
V/v tuyên truyền Lễ hội hoa lê

Kính gửi: Báo Sơn Khê

Sở Văn hóa đề nghị tuyên truyền các nội dung sau:
- Ý nghĩa của Lễ hội hoa lê đối với du lịch của tỉnh;
- Nghề trồng lê và các món ăn của đồng bào Nậm Pàn;
- <script>alert(1)</script> cuộc thi ảnh về ruộng bậc thang.

Nơi nhận:
- Như trên.
"""


@pytest.fixture
def drafted(campaign: Any, clock: Clock) -> Iterator[tuple[Site, Path]]:
    """A server over a campaign beside which a letter and its draft lie."""
    folder = campaign.file.parent
    (folder / "le-hoi.txt").write_text(LETTER, encoding="utf-8")
    write_draft(draft_letter(read_letter(folder / "le-hoi.txt")), folder / "draft.toml", Words("vi"))
    with campaign.open() as store:
        add_users(store, clock())
    for site in serve(campaign.config, clock):
        yield site, folder / "draft.toml"


def shown(browser: requests.Session, site: Site, path: str = "/drafts/draft.toml") -> BeautifulSoup:
    answer = browser.get(f"{site.url}{path}")
    assert answer.status_code == 200, answer.text
    return BeautifulSoup(answer.text, "lxml")


def send(browser: requests.Session, site: Site, page: BeautifulSoup, **fields: str) -> requests.Response:
    hidden = page.select_one('form[action^="/drafts/"]')
    common = {each["name"]: each["value"] for each in hidden.select("input[type=hidden]") if each["name"] != "topic"}
    return browser.post(
        f"{site.url}/drafts/draft.toml",
        data=common | fields,
        headers={"origin": site.url},
        allow_redirects=False,
    )


def test_the_letter_stands_beside_its_topics_as_text(drafted: tuple[Site, Path]) -> None:
    site, file = drafted
    browser = login(site, "lead")
    (file.parent / "hong.toml").write_text(f"{file.read_text(encoding='utf-8')}\nday = 31/6/2024\n", encoding="utf-8")
    listed = shown(browser, site, "/drafts")
    assert [link.text for link in listed.select("tbody a")] == ["draft.toml"]
    assert "hong.toml: không phải TOML hợp lệ: ngày không hợp lệ ở dòng" in listed.select_one("tbody").text
    assert str(file.parent) not in listed.text
    page = shown(browser, site)
    marked = [each.text for each in page.select(".letter mark")]
    assert len(marked) == 3
    assert any("<script>alert(1)</script>" in text for text in marked)
    assert [each["id"] for each in page.select("article")] == [
        topic.id for topic in own_topics(file.read_text(encoding="utf-8"))
    ]
    (file.parent / "le-hoi.txt").write_text(f"{LETTER}Thêm.", encoding="utf-8")
    assert not shown(browser, site).select(".letter mark")  # another letter than that of the draft


def test_what_is_asked_of_a_topic_stands_with_it_until_somebody_has_looked(drafted: tuple[Site, Path]) -> None:
    site, file = drafted
    browser = login(site, "lead")
    page = shown(browser, site)
    said = "chưa biết tên tiếng Anh; đang tạm dùng tên tiếng Việt"
    asked = {each.partition(":")[0] for each in questions(file.read_text(encoding="utf-8")) if each.endswith(said)}
    assert asked
    assert {each["id"] for each in page.select("article") if said in each.text} == asked
    one, *rest = sorted(asked)
    send(browser, site, page, do="accept", topic=one)
    assert {each["id"] for each in shown(browser, site).select("article") if said in each.text} == set(rest)


def test_every_correction_is_saved_and_a_stale_page_is_refused(drafted: tuple[Site, Path]) -> None:
    site, file = drafted
    browser = login(site, "lead")
    page = shown(browser, site)
    one, two, *rest = [each["id"] for each in page.select("article")]
    assert send(browser, site, page, do="accept", topic=one).status_code == 303
    assert send(browser, site, page, do="accept", topic=two).status_code == 409  # the page is that of before
    page = shown(browser, site)
    assert len(page.select("article form.bar")) == 1 + len(rest)
    assert send(browser, site, page, do="merge", topic=one, other=two, name="Hoa lê").status_code == 303
    page = shown(browser, site)
    phases = [each["value"] for each in page.select("input[name=phase]")]
    assert send(browser, site, page, do="days", phase=phases[0], first="5/3/2024", last="20/3/2024").status_code == 303
    page = shown(browser, site)
    assert [each["value"] for each in page.select("input[name=key]")] == ["date"]  # the letter has a number
    assert send(browser, site, page, do="fact", key="date", said="một ngày đẹp trời").status_code == 400
    assert send(browser, site, page, do="fact", key="date", said="4/3/2024").status_code == 303
    page = shown(browser, site)
    assert not page.select("input[name=key]")
    answer = send(browser, site, page, do="amount", group="press", amount="2")
    assert answer.status_code == 303
    config = load_config(file)
    assert config.directive is not None
    assert config.directive.date == "2024-03-04"
    assert {(duty.group, duty.min_items) for duty in config.duties} == {("press", 2)}
    assert {duty.topic for duty in config.duties} == {topic.id for topic in config.topics}
    assert "Hoa lê" in {topic.name for topic in config.topics}
    assert not waiting(file.read_text(encoding="utf-8"))


def test_a_peak_is_set_apart_and_a_group_gets_its_outlets(drafted: tuple[Site, Path]) -> None:
    site, file = drafted
    said = LETTER.replace("Báo Sơn Khê", "Báo Sơn Khê; UBND các huyện").replace(
        "Nơi nhận:",
        "Thời gian tuyên truyền: từ ngày 01/3/2024 đến ngày 30/4/2024; cao điểm từ ngày 10/3/2024 đến ngày 20/3/2024.\n\nNơi nhận:",
    )
    (file.parent / "mua-le.txt").write_text(said, encoding="utf-8")
    file.unlink()
    write_draft(draft_letter(read_letter(file.parent / "mua-le.txt")), file, Words("vi"))
    browser = login(site, "lead")
    page = shown(browser, site)
    assert "nằm trong “" in page.text
    assert "sẽ bị cắt thành từng phần" in page.text  # before it is
    asked = page.select_one('details.confirm:has(input[value="peak"])')
    number = sum(table.row.get("phase") == "peak" for table in waiting(file.read_text(encoding="utf-8")))
    assert "Giai đoạn này không có nhiệm vụ nào." in asked.text if not number else f"{number} nhiệm vụ" in asked.text
    whole = page.select_one('details.confirm:has(input[value="period"])')
    assert re.search(r"[1-9]\d* nhiệm vụ của giai đoạn này cũng bị bỏ", whole.text)
    assert send(browser, site, page, do="apart", phase="peak").status_code == 303
    page = shown(browser, site)
    assert "nằm trong “" not in page.text
    assert "UBND các huyện: gồm những cơ quan nào" in page.text
    before = page.select_one("header.head .note").text
    names = "UBND huyện Nậm Pàn\r\nUBND huyện Khau Vài\r\n"
    assert send(browser, site, page, do="outlets", group="districts", names=names).status_code == 303
    page = shown(browser, site)
    assert send(browser, site, page, do="amount", group="districts", amount="1").status_code == 303
    page = shown(browser, site)
    assert page.select_one("header.head .note").text != before  # one thing less is open
    config = load_config(file)
    assert [each.name for each in config.outlets if "districts" in each.groups] == [
        "UBND huyện Nậm Pàn",
        "UBND huyện Khau Vài",
    ]
    assert {(duty.phase, duty.group) for duty in config.duties} == {(phase.id, "districts") for phase in config.phases}
    assert len(config.phases) == 3


def test_a_refused_change_shows_the_draft_again_with_what_was_typed(drafted: tuple[Site, Path]) -> None:
    site, file = drafted
    browser = login(site, "lead")
    page = shown(browser, site)
    answer = send(browser, site, page, do="days", phase="all", first="31/9/2020", last="<b>mai")
    assert answer.status_code == 400
    again = BeautifulSoup(answer.text, "lxml")
    assert "31/9/2020: trong lịch không có ngày này" in again.select_one('[role="alert"]').text
    assert [again.select_one(f"input[name={key}]")["value"] for key in ("first", "last")] == ["31/9/2020", "<b>mai"]
    assert again.select("article")
    last = send(browser, site, again, do="days", phase="all", first="1/9/2020", last="30/9/2020")
    assert last.status_code == 303  # the page that was shown again may be sent
    topic = page.select_one("article")["id"]
    fields = {"do": "phrases", "topic": topic, "cues": "(hỏng", "hints": "", "exclusions": ""}
    kept = BeautifulSoup(send(browser, site, shown(browser, site), **fields).text, "lxml")
    assert kept.select_one(f'article[id="{topic}"] textarea[name=cues]').text == "(hỏng"
    assert [each.text for each in kept.select("textarea[name=cues]")].count("(hỏng") == 1
    missing = BeautifulSoup(browser.get(f"{site.url}/drafts/none.toml").text, "lxml")
    assert missing.select_one('main a[href="/drafts"]')
    file.write_text(f"{file.read_text(encoding='utf-8')}\nday = 31/6/2024\n", encoding="utf-8")
    broken = BeautifulSoup(browser.get(f"{site.url}/drafts/draft.toml/tried").text, "lxml")
    assert broken.select_one('main a[href="/drafts/draft.toml"]')


def test_what_cannot_be_is_refused_and_the_draft_stays(drafted: tuple[Site, Path]) -> None:
    site, file = drafted
    browser = login(site, "lead")
    page = shown(browser, site)
    topic = page.select_one("article")["id"]
    before = file.read_bytes()
    for status, fields in (
        (409, {"do": "phrases", "topic": topic, "cues": "(hỏng", "hints": "", "exclusions": ""}),
        (400, {"do": "merge", "topic": topic, "other": topic, "name": "x"}),
        (400, {"do": "rename", "topic": "no_such", "name": "x", "name_en": "x"}),
        (400, {"do": "days", "phase": "all", "first": "hôm nay", "last": "mai"}),
        (400, {"do": "days", "phase": "all", "first": "5/3/2024", "last": "4/3/2024"}),
        (400, {"do": "apart", "phase": "all"}),
        (400, {"do": "without", "phase": "none"}),
        (400, {"do": "outlets", "group": "press", "names": " "}),
        (400, {"do": "amount", "group": "press", "amount": "-1"}),
        (400, {"do": "format"}),
    ):
        assert send(browser, site, page, **fields).status_code == status, fields
    assert file.read_bytes() == before
    for path in ("/drafts/config.toml", "/drafts/..%2fdraft.toml", "/drafts/none.toml"):
        assert browser.get(f"{site.url}{path}").status_code in (400, 404), path
    assert login(site, "reviewer").get(f"{site.url}/drafts/draft.toml").status_code == 403
