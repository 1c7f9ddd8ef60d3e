"""A letter in a browser: given, drafted, corrected from the keyboard, tried, and made the campaign; axe has nothing to say."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from pipeline.config import load_config
from pipeline.steps.directive_letter import SECONDS
from tests.browser.office import SIZES
from tests.browser.test_access import faults_in_both_themes

LETTER = """SỞ NÔNG NGHIỆP TỈNH SƠN KHÊ

Số:        /SNN-KL
Sơn Khê, ngày     tháng 3 năm 2025
V/v tuyên truyền phòng cháy, chữa cháy rừng mùa khô

Kính gửi:
- Các cơ quan báo chí của tỉnh;
- Ủy ban nhân dân các huyện;
- Các doanh nghiệp trồng rừng.

Sở Nông nghiệp đề nghị các cơ quan tuyên truyền, cụ thể như sau:
1. Nội dung tuyên truyền
- Quy định về đốt nương, xử lý thực bì; trách nhiệm của chủ rừng;
- Kỹ thuật làm đường băng cản lửa, cách báo tin khi thấy lửa rừng;
- Cấp dự báo cháy rừng hằng ngày; diễn biến thời tiết khô hanh;
- Gương chủ rừng, tổ đội xung kích chữa cháy.
2. Thời gian tuyên truyền: từ ngày 10/3/2025 đến ngày 30/4/2025; cao điểm từ ngày 01/4/2025 đến ngày 15/4/2025.
3. Đài Phát thanh và Truyền hình tỉnh dành thời lượng phát bản tin cảnh báo.
4. Hằng tuần báo cáo kết quả về Sở.

Nơi nhận:
- Như trên.
"""


@pytest.mark.long
@pytest.mark.parametrize("size", SIZES)
def test_a_letter_becomes_the_campaign_in_a_browser(site, office, person, tmp_path, size):
    from playwright.sync_api import expect

    (tmp_path / "Công văn.txt").write_text(LETTER, encoding="utf-8")
    boss, faults, wide, shots = person("admin", size), [], [], os.environ.get("RASOAT_SHOTS")

    def look(name):
        over = boss.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        wide.extend([f"{name}: {over} px too wide"] if over > 0 else [])
        if size != "narrow":  # where all pages of an administrator have room beside each other
            cut = boss.page.evaluate("(bar => bar.scrollWidth - bar.clientWidth)(document.querySelector('.nav'))")
            wide.extend([f"{name}: {cut} px of the bar are cut off"] if cut > 0 else [])
        if shots:
            boss.page.screenshot(path=Path(shots) / f"drafts-{name}-{size}.png", full_page=size == "narrow")
        faults.extend(faults_in_both_themes(boss.page))

    boss.log_in("/drafts")
    look("none")
    boss.page.set_input_files("input[name=letter]", tmp_path / "Công văn.txt")
    boss.page.locator("form[enctype] button").press("Enter", no_wait_after=True)
    boss.page.wait_for_url("**/drafts/draft-cong-van.toml", timeout=1_000 * SECONDS)
    look("draft")
    unseen = boss.page.locator("article form.bar button")
    before = unseen.count()
    unseen.first.press("Enter")  # a topic is right
    expect(unseen).to_have_count(before - 1)
    boss.page.locator("article summary").first.press("Enter")  # its phrases open
    assert boss.page.locator("article textarea[name=cues]").first.is_visible()
    look("open")
    days = boss.page.locator("section[aria-labelledby=days]")
    days.locator("button", has_text="Để riêng").press("Enter")  # the peak becomes a phase of its own
    expect(days.locator("button", has_text="Để riêng")).to_have_count(0)
    boss.page.locator("textarea[name=names]").fill("Công ty Lâm nghiệp Nậm Pàn\nHợp tác xã Hồi Khau Vài")
    boss.page.locator("form:has(textarea[name=names]) button").press("Enter")
    expect(boss.page.locator("textarea[name=names]")).to_have_count(0)
    boss.page.locator("form:has(input[name=group][value=enterprises]) input[name=amount]").fill("2")
    boss.page.keyboard.press("Enter")
    expect(boss.page.locator("form:has(input[name=group][value=enterprises])")).to_have_count(0)
    look("amounts")
    boss.go("/drafts/draft-cong-van.toml/tried")
    look("tried")
    boss.go("/drafts/draft-cong-van.toml/accept")
    look("accept")
    boss.page.locator("main form button").press("Enter")
    boss.page.wait_for_url("**/codebook")
    made = load_config(office.config.file)
    assert made.topics == load_config(office.config.file.parent / "draft-cong-van.toml").topics
    assert {(duty.phase, duty.group, duty.min_items) for duty in made.duties} == {
        (phase.id, "enterprises", 2) for phase in made.phases
    }
    assert len(made.phases) == 3
    assert (faults, wide) == ([], [])
