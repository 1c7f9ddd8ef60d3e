"""Where drafts begin and end on the web: a letter is given, topics are tried, the draft becomes the campaign."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import requests
from bs4 import BeautifulSoup

from pipeline.config import load_config
from pipeline.directive.draft import draft_letter
from pipeline.directive.read import read_letter
from pipeline.steps.directive_draft import write_draft
from pipeline.wording import Words
from tests.pipeline.web.live import Site, login

LETTER = """SỞ NÔNG NGHIỆP TỈNH SƠN KHÊ

Số: 31/SNN-KL
V/v tuyên truyền phòng cháy, chữa cháy rừng

Kính gửi: Báo Sơn Khê

Sở Nông nghiệp đề nghị tuyên truyền các nội dung sau:
- Quy định về đốt nương, xử lý thực bì;
- Hoạt động của đoàn thanh niên tham gia trực gác rừng.

Nơi nhận:
- Như trên.
"""


def give(browser: requests.Session, site: Site, name: str, content: bytes) -> requests.Response:
    return browser.post(f"{site.url}/drafts", files={"letter": (name, content)}, allow_redirects=False)


def page(browser: requests.Session, site: Site, path: str) -> BeautifulSoup:
    answer = browser.get(f"{site.url}{path}")
    assert answer.status_code == 200, answer.text
    return BeautifulSoup(answer.text, "lxml")


def listing(folder: Path) -> set[str]:
    return {file.name for file in folder.iterdir()}


@pytest.mark.long
def test_a_letter_that_is_given_becomes_a_draft_beside_the_campaign(site: Site) -> None:
    folder, admin = site.config.file.parent, login(site, "admin")
    (folder / "cong-van-31.pdf").write_bytes(b"another letter")
    answer = give(admin, site, "../Công văn 31.TXT", LETTER.encode())
    assert (answer.status_code, answer.headers["location"]) == (303, "/drafts/draft-cong-van-31_2.toml")
    assert (folder / "cong-van-31_2.txt").read_bytes() == LETTER.encode()
    config = load_config(folder / "draft-cong-van-31_2.toml")
    assert config.outlets == site.config.outlets  # the office's own go on
    assert len(config.topics) == 2
    shown = page(admin, site, answer.headers["location"])
    assert len(shown.select(".letter mark")) == 2


def test_what_is_no_letter_ends_in_one_clear_line_and_leaves_nothing(site: Site) -> None:
    folder, admin = site.config.file.parent, login(site, "admin")
    before = listing(folder)
    for name, content, said in (
        ("a.exe", b"MZ", "hãy chọn tệp có đuôi"),
        ("b.pdf", b"%PDF-1.7\x00 broken", "b.pdf"),
        ("", b"", "Hãy chọn tệp văn bản"),
    ):
        answer = give(admin, site, name, content)
        assert answer.status_code == 400, name
        told = BeautifulSoup(answer.text, "lxml").select_one("main").get_text(" ")
        assert said in told
        assert str(folder) not in answer.text
    assert listing(folder) == before
    assert give(login(site, "lead"), site, "c.txt", LETTER.encode()).status_code == 403
    stranger = login(site, "admin")
    del stranger.headers["X-CSRF-Token"]
    assert give(stranger, site, "d.txt", LETTER.encode()).status_code == 403
    assert listing(folder) == before


def test_a_draft_is_tried_and_becomes_the_campaign_only_as_it_was_seen(site: Site) -> None:
    target = site.config.file
    (target.parent / "thu.txt").write_text(LETTER, encoding="utf-8")
    draft = target.with_name("draft.toml")
    write_draft(draft_letter(read_letter(target.parent / "thu.txt")), draft, Words("vi"), site.config)
    tried = page(login(site, "lead"), site, "/drafts/draft.toml/tried")
    assert len(tried.select("main section")) == 2
    assert any("Đoàn thanh niên ra quân" in each.text for each in tried.select("main li"))
    assert all("Nhờ cụm từ" in each.text for each in tried.select("main section") if each.select("li"))
    assert login(site, "lead").get(f"{site.url}/drafts/draft.toml/accept").status_code == 403
    admin, before = login(site, "admin"), target.read_bytes()
    fields = {
        each["name"]: each["value"] for each in page(admin, site, "/drafts/draft.toml/accept").select("main input")
    }
    assert "Chưa nhiệm vụ nào có hiệu lực" in page(admin, site, "/drafts/draft.toml/accept").text  # no amount is given
    draft.write_text(draft.read_text(encoding="utf-8") + "# thêm\n", encoding="utf-8")
    path = f"{site.url}/drafts/draft.toml/accept"
    assert admin.post(path, data=fields, allow_redirects=False).status_code == 400  # another draft than was shown
    assert target.read_bytes() == before
    fields = {
        each["name"]: each["value"] for each in page(admin, site, "/drafts/draft.toml/accept").select("main input")
    }
    assert admin.post(path, data=fields, allow_redirects=False).headers["location"] == "/codebook"
    assert load_config(target).topics == load_config(draft).topics
    (kept,) = [
        file for file in target.parent.glob("config-*.toml") if re.fullmatch(r"config-\d{8}-\d{6}\.toml", file.name)
    ]
    assert kept.read_bytes() == before
    assert [link.text for link in page(admin, site, "/drafts").select("tbody a")] == ["draft.toml"]
    assert load_config(draft).topics[0].name in page(admin, site, "/codebook").text
