from dataclasses import replace
from datetime import date
from io import BytesIO
from zipfile import ZipFile

import openpyxl
import pytest

from pipeline.report.words import STARTS_FORMULA
from pipeline.report.xlsx import MAX_TEXT, safe, workbook

FAILED = "Địa chỉ không đọc được"


def book(result, lang="vi"):
    return openpyxl.load_workbook(BytesIO(workbook(result, lang=lang)))


def rows(sheet, head):
    lines = list(sheet.iter_rows(values_only=True))
    top = next(n for n, line in enumerate(lines) if line[0] == head)
    return [dict(zip(lines[top], line, strict=True)) for line in lines[top + 1 :]]


def cells(workbook):
    return [cell for sheet in workbook for line in sheet.iter_rows() for cell in line if cell.value is not None]


def test_sheets_carry_the_names_of_the_language(result):
    assert book(result).sheetnames == ["Tóm tắt", "Nhiệm vụ", "Ma trận", "Bài", "Quan sát", "Nguồn tin", FAILED]
    assert book(result, "en").sheetnames == [
        "Summary",
        "Duties",
        "Matrix",
        "Articles",
        "Collection",
        "Sources",
        "Failed addresses",
    ]


def test_failed_addresses_of_the_summary_are_those_of_their_sheet(result):
    workbook = book(result)
    failed = rows(workbook[FAILED], "Cơ quan")
    for row in rows(workbook["Tóm tắt"], "Cơ quan"):
        own = [each for each in failed if each["Cơ quan"] == row["Cơ quan"]]
        assert row["Địa chỉ không đọc được đêm gần nhất"] == len(own)
    assert [row["Địa chỉ"] for row in failed] == [each.url for each in result.failures]
    assert {row["Lý do"] for row in failed} == {"máy chủ báo lỗi 503"}


def test_matrix_counts_what_the_cells_list(result):
    matrix = rows(book(result)["Ma trận"], "Giai đoạn")
    assert len(matrix) == len(result.cells)
    for row, cell in zip(matrix, result.cells, strict=True):
        assert row["Bài đã xác nhận"] == len(cell.verified_ids) == len((row["Mã bài đã xác nhận"] or "").split())
        assert row["Bài máy nhận ra"] == len(cell.machine_ids) == len((row["Mã bài máy nhận ra"] or "").split())


def test_articles_are_all_there_with_evidence_and_archive(result):
    articles = {row["Mã bài"]: row for row in rows(book(result)["Bài"], "Ngày đăng")}
    assert set(articles) == set(result.items)
    row = articles[f"{2:016x}"]
    assert row["Ngày đăng"].date() == date(2020, 9, 5)
    assert row["Chủ đề đã xác nhận"] == "Công tác chuẩn bị; Tâm tư, nguyện vọng"
    assert row["Câu làm căn cứ"] == "Công tác chuẩn bị: Câu về prep.\nTâm tư, nguyện vọng: Câu về people."
    assert (row["Tệp lưu"], row["SHA-256"]) == ("bao-1.warc.gz", f"{2:064x}")


def test_duties_carry_verdicts_and_reasons(result):
    duties = rows(book(result)["Nhiệm vụ"], "Cơ quan")
    assert [row["Lý do"] for row in duties] == [verdict.reason for verdict in result.verdicts]
    assert {row["Kết luận"] for row in duties} <= {"Đạt", "Thiếu", "Chưa đủ căn cứ", "Chưa quan sát được"}


def test_observed_spans_cover_every_day_once(result):
    spans = rows(book(result)["Quan sát"], "Cơ quan")
    for row in result.observed:
        own = [
            s
            for s in spans
            if s["Cơ quan"] == names(result)[row.outlet] and s["Giai đoạn"] == phases(result)[row.phase]
        ]
        assert sum(span["Số ngày"] for span in own) == row.days_total
        assert sum(s["Số ngày"] for s in own if s["Quan sát"] == "đã quan sát") == row.days_proved


def test_every_source_is_told_with_all_that_was_found(result):
    sources = rows(book(result)["Nguồn tin"], "Cơ quan")
    assert [row["Nguồn tin"] for row in sources] == ["huyen-web", "dai-fb", "bao-web", "dai-web"]
    assert [row["Cần xử lý"] for row in sources] == ["có", None, None, None]
    assert sources[0]["Nhận thấy"].endswith(
        "https://huyen.example/tin?p=2); xem `rasoat sources explain huyen-web`\n17/9: 2 bài, ít hơn hẳn mọi khi"
    )
    assert sources[2]["Bài mới nhất"].date() == date(2020, 9, 12)


def names(result):
    return {outlet.id: outlet.name for outlet in result.outlets}


def phases(result):
    return {phase.id: phase.name for phase in result.phases}


def test_only_web_addresses_become_links(result):
    links = [cell.hyperlink.target for cell in cells(book(result)) if cell.hyperlink]
    assert len(links) == 9
    assert all(link.startswith("https://") for link in links)


@pytest.mark.parametrize("start", STARTS_FORMULA)
def test_no_cell_begins_a_formula(result, start):
    key = next(iter(result.items))
    evil = replace(result.items[key], title=f"{start}cmd|' /C calc'!A0", url=f"{start}1+1", archive_file=f"{start}2")
    filled = replace(result, items={**result.items, key: evil})
    for cell in cells(book(filled)):
        assert cell.data_type != "f"
        assert not (isinstance(cell.value, str) and cell.value.startswith(STARTS_FORMULA)), cell


def test_long_and_odd_texts_fit_a_cell():
    assert len(safe("a" * 40_000)) == MAX_TEXT
    assert safe("Bài\x00 \ud800viết") == "Bài viết"


def test_head_stays_in_sight_and_can_be_filtered(result):
    for sheet in book(result):
        assert sheet.auto_filter.ref
        assert sheet.freeze_panes
        assert all(sheet.column_dimensions[cell.column_letter].width > 8 for cell in sheet[sheet.max_row])


def test_same_audit_gives_the_same_bytes_whenever_it_is_written(result, monkeypatch):
    first = workbook(result)
    monkeypatch.setenv("TZ", "America/New_York")
    assert workbook(result) == first
    assert {member.date_time for member in ZipFile(BytesIO(first)).infolist()} == {(1980, 1, 1, 0, 0, 0)}
    assert book(result).properties.created.date() == date(2020, 12, 31)


def test_empty_campaign_gives_a_workbook(nothing):
    assert [sheet.max_row for sheet in book(nothing)] == [11, 1, 1, 1, 1, 1, 1]
