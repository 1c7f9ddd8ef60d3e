"""`rasoat directive read`, as a person at a terminal and a program see it."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from pipeline.cli import main

LETTERS = Path(__file__).parent / "letters"


def test_a_letter_is_told_within_eighty_columns(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["directive", "read", str(LETTERS / "guidance.txt")]) == 0
    out = capsys.readouterr().out
    assert all(len(line) <= 80 for line in out.splitlines())
    assert "Số, ký hiệu: 87-HD/BTGTU\nNgày: 05/03/2025\n" in out
    assert "\nNội dung: 16\n  [Đợt 1]\n" in out
    assert "báo cáo trước 15/11/2025" in " ".join(out.split())


def test_a_program_gets_page_and_place_of_every_quotation(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--lang", "en", "directive", "read", str(LETTERS / "short.txt"), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    item = told["items"][0]
    page = told["pages"][item["quote"]["page"] - 1]
    assert " ".join(page[item["quote"]["start"] : item["quote"]["end"]].split()) == item["quote"]["text"]
    assert told["phases"][0]["first_day"] == "2025-08-05"


def test_what_is_no_letter_ends_in_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "x.pdf").write_bytes(b"%PDF-1.4 cut")
    assert main(["directive", "read", str(tmp_path / "x.pdf")]) == 1
    assert capsys.readouterr().err.count("\n") == 1


def test_what_a_letter_leaves_blank_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    said = (LETTERS / "short.txt").read_text(encoding="utf-8")
    (tmp_path / "thu.txt").write_text(re.sub(r"(Số:\s*)\d+", r"\1     ", said, count=1), encoding="utf-8")
    assert main(["directive", "read", str(tmp_path / "thu.txt")]) == 0
    out = capsys.readouterr().out
    assert re.search(r"^Số, ký hiệu: /\S+ \(để trống số\)$", out, re.MULTILINE)
    assert "(– – –)" not in out


def test_a_phase_of_which_a_letter_states_one_end_is_told_without_gaps(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "thu.txt").write_text(
        "Số: 5/STTTT-BC\nSơn Khê, ngày 02 tháng 3 năm 2024\nV/v tuyên truyền\nKính gửi: Báo Sơn Khê\n1. Nội dung tuyên truyền\n"
        "a) Trong lễ hội (ngày 15/5/2024)\n- Không khí ngày hội.\nb) Sau lễ hội (đến hết ngày 31/5/2024)\n- Kết quả của lễ hội.\n",
        encoding="utf-8",
    )
    assert main(["directive", "read", str(tmp_path / "thu.txt")]) == 0
    out = capsys.readouterr().out
    assert "Trong lễ hội (15/05/2024)" in out
    assert "Sau lễ hội (đến hết 31/05/2024)" in out
