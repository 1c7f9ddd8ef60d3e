"""The whole way of an office: a letter comes, is read, reviewed and accepted, and its audit runs with nothing edited by hand."""

from __future__ import annotations

import io
from typing import Any

import pytest

from pipeline.cli import main
from pipeline.config import load_config
from pipeline.directive.correct import own_topics, questions
from pipeline.directive.waits import waiting

LETTER = """ỦY BAN NHÂN DÂN TỈNH SƠN KHÊ
SỞ THÔNG TIN VÀ TRUYỀN THÔNG

Số: 45/STTTT-TTBCXB
Sơn Khê, ngày 28 tháng 8 năm 2020
V/v tuyên truyền Tháng cao điểm đưa Internet băng rộng về thôn, bản

Kính gửi: Các cơ quan báo chí của tỉnh.

Sở Thông tin và Truyền thông đề nghị các cơ quan báo chí tuyên truyền, cụ thể như sau:
1. Nội dung tuyên truyền
a) Từ ngày 01/9/2020 đến ngày 05/9/2020:
- Tiến độ kéo cáp quang, lắp trạm thu phát sóng đến các thôn, bản chưa có sóng;
- Phong trào tình nguyện của đoàn thanh niên giúp thôn, bản dựng trạm, kéo dây;
- Giá cước, chất lượng dịch vụ của các doanh nghiệp viễn thông.
2. Các cơ quan báo chí dành thời lượng, mở chuyên mục về Tháng cao điểm.

Nơi nhận:
- Như trên;
- Lưu: VT.
"""


def answer(monkeypatch: pytest.MonkeyPatch, *lines: str) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("".join(f"{line}\n" for line in lines)))


@pytest.mark.long
def test_a_letter_of_another_matter_is_audited_with_nothing_edited_by_hand(
    campaign: Any, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    draft, before = campaign.folder / "draft.toml", campaign.file.read_bytes()
    (campaign.folder / "thu.txt").write_text(LETTER, encoding="utf-8")
    assert campaign.run("directive", "read", campaign.folder / "thu.txt", "--out", draft, lang="vi") == 0
    said = capsys.readouterr().out
    assert "3 nội dung → 3 chủ đề" in said
    assert "Đoàn thanh niên ra quân" in said  # the archive shows at once what a topic would catch
    answer(monkeypatch, "", "", "", "1", *("x",) * 20)  # three topics are right; one item each; all questions settled
    assert campaign.run("directive", "review", draft) == 0
    text = draft.read_text(encoding="utf-8")
    assert (questions(text), waiting(text)) == ([], [])
    assert campaign.run("directive", "check", draft) == 0
    answer(monkeypatch, "n")
    assert campaign.run("directive", "accept", draft) == 0
    assert campaign.file.read_bytes() == before  # asked first
    assert campaign.run("directive", "accept", draft, "--yes") == 0
    (kept,) = campaign.folder.glob("config-*.toml")
    assert kept.read_bytes() == before
    config = load_config(campaign.file)
    assert config.topics == own_topics(text)
    assert {(duty.group, duty.min_items) for duty in config.duties} == {("press", 1)}
    assert campaign.run("classify") == 0
    assert campaign.run("audit", "--out", campaign.folder / "report", "--as-of", "2020-09-06") == 0
    capsys.readouterr()
    assert campaign.run("directive", "diff", kept, campaign.file) == 0
    assert "Verdicts" not in capsys.readouterr().out  # no duty of the old campaign goes on


def test_a_draft_elsewhere_or_with_faults_is_not_accepted(campaign: Any, capsys: pytest.CaptureFixture[str]) -> None:
    before = campaign.file.read_bytes()
    (campaign.folder / "away").mkdir()
    for name in ("away/draft.toml", "broken.toml"):
        (campaign.folder / name).write_bytes(before if "away" in name else b"[[topic]]\nid = 7\n")
        assert main(["--config", str(campaign.file), "directive", "accept", str(campaign.folder / name), "--yes"]) == 1
    assert "phải nằm cạnh" in capsys.readouterr().err
    assert campaign.file.read_bytes() == before
    assert not list(campaign.folder.glob("config-*.toml"))
