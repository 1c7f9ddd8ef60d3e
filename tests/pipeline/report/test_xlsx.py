from dataclasses import replace
from datetime import date
from io import BytesIO
from zipfile import ZipFile

import openpyxl
import pytest

from pipeline.report.index import Index
from pipeline.report.tables import tables
from pipeline.report.words import STARTS_FORMULA
from pipeline.report.xlsx import LINE, MAX_TEXT, SCALE, safe
from pipeline.report.xlsx import workbook as written
from pipeline.wording import Words
from tests.pipeline.report.conftest import TOPICS

FAILED = "Địa chỉ không đọc được"


def workbook(result, lang="vi"):
    return written(tables(Index(result, Words(lang))), result.directive.subject, result.as_of, Words(lang))


def book(result, lang="vi"):
    return openpyxl.load_workbook(BytesIO(workbook(result, lang)))


def rows(sheet, head):
    lines = list(sheet.iter_rows(values_only=True))
    top = next(n for n, line in enumerate(lines) if line[0] == head)
    return [dict(zip(lines[top], line, strict=True)) for line in lines[top + 1 :]]


def cells(workbook):
    return [cell for sheet in workbook for line in sheet.iter_rows() for cell in line if cell.value is not None]


def test_each_question_has_a_sheet_named_in_the_language(result):
    names = book(result).sheetnames
    assert names[:6] == ["Tóm tắt", "Còn thiếu", "Có nguy cơ", "Cần đọc", "Nhiệm vụ", "Ước lượng"]
    assert {"Ma trận", "Quãng không có bài", "Chưa quan sát được", "Bài", "Nguồn tin", "Cách làm"} <= set(names)
    english = book(result, "en").sheetnames
    assert english[:6] == ["Summary", "Missing", "At risk", "To read", "Duties", "Estimates"]
    assert len(english) == len(names)


def test_failed_addresses_of_the_summary_are_those_of_their_sheet(result):
    workbook = book(result)
    failed = rows(workbook[FAILED], "Cơ quan")
    for row in rows(workbook["Tóm tắt"], "Cơ quan"):
        own = [each for each in failed if each["Cơ quan"] == row["Cơ quan"]]
        assert row["Địa chỉ không đọc được đêm gần nhất"] == len(own)
    assert [row["Địa chỉ"] for row in failed] == [each.url for each in result.failures]
    assert {row["Lý do"] for row in failed} == {"máy chủ báo lỗi 503"}


def test_counts_are_the_lengths_of_the_lists_of_the_cells(result):
    counts = rows(book(result)["Số liệu"], "Số TT")
    assert len(counts) == len(result.cells)
    for row, cell in zip(counts, result.cells, strict=True):
        assert row["Bài đã xác nhận"] == len(cell.verified_ids)
        assert row["Bài máy nhận ra"] == len(cell.machine_ids)


def test_matrix_says_verdict_and_counts_in_signs_too(result):
    matrix = rows(book(result)["Ma trận"], "Giai đoạn")
    assert len(matrix) == len(result.phases) * len(result.topics)
    first = matrix[0]
    assert (first["Chủ đề"], first["Báo Sơn Khê"]) == ("Công tác chuẩn bị", "● 2+1")
    assert matrix[2]["Báo Sơn Khê"].startswith(("✕", "◌"))
    assert matrix[2]["Huyện Nậm Pàn"] == "–"


def test_what_is_missing_is_what_the_verdicts_call_a_gap(result):
    gap = replace(result.verdicts[0], verdict="gap", verified=1.0, needed=3.0, method="sequential", risk=0.02)
    sheet = book(replace(result, verdicts=(gap, *result.verdicts[1:])))["Còn thiếu"]
    told = rows(sheet, "Số TT")
    assert len(told) == sum(verdict.verdict == "gap" for verdict in result.verdicts[1:]) + 1
    assert told[0]["Còn thiếu"] == 2
    assert told[0]["Khả năng kết luận nhầm (tối đa)"] == 0.02
    assert "0.0##%" in {cell.number_format for row in sheet.iter_rows() for cell in row if cell.value == 0.02}
    assert told[0]["Ngày cuối giai đoạn"].date() == date(2020, 9, 10)


def test_an_article_to_be_read_stands_once_however_many_duties_it_serves(result):
    ids = sorted(result.items)[:2]
    waiting = [replace(each, verdict="uncertain", to_read=tuple(ids)) for each in result.verdicts[:2]]
    told = rows(book(replace(result, verdicts=tuple(waiting)))["Cần đọc"], "Thứ tự đọc")
    assert [row["Mã bài"] for row in told] == ids
    assert [row["Số nhiệm vụ chờ"] for row in told] == [2, 2]


def test_articles_are_all_there_with_evidence_and_archive(result):
    articles = {row["Mã bài"]: row for row in rows(book(result)["Bài"], "Ngày đăng")}
    assert set(articles) == set(result.items)
    row = articles[f"{2:016x}"]
    assert row["Ngày đăng"].date() == date(2020, 9, 5)
    assert row["Chủ đề đã xác nhận"] == "Công tác chuẩn bị; Tâm tư, nguyện vọng"
    assert row["Câu làm căn cứ"] == "Công tác chuẩn bị: Câu về prep.\nTâm tư, nguyện vọng: Câu về people."
    assert (row["Tệp lưu"], row["SHA-256"]) == ("bao-1.warc.gz", f"{2:064x}")


def test_duties_carry_verdicts_and_reasons(result):
    duties = rows(book(result)["Nhiệm vụ"], "Số TT")
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
    assert set(links) == {item.url for item in result.items.values() if item.url.startswith("https://")}


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


def test_sheets_are_printed_across_in_letters_that_can_be_read_with_their_heads_on_every_page(result):
    for sheet in book(result):
        page, settings = sheet.sheet_properties.pageSetUpPr, sheet.page_setup
        assert (settings.orientation, settings.paperSize) == ("landscape", 9)
        assert sheet.print_title_rows
        one_page = bool(page and page.fitToPage)
        assert one_page == (settings.scale is None)
    duties, gaps = book(result)["Nhiệm vụ"], book(result)["Còn thiếu"]
    assert (duties.page_setup.scale, duties.print_title_cols) == (SCALE, "$A:$B")
    assert gaps.sheet_properties.pageSetUpPr.fitToPage


def test_column_is_as_wide_as_its_longest_value_asks_and_no_wider(result):
    sheet = book(result)["Tóm tắt"]
    head = next(row for row in sheet if row[0].value == "Cơ quan")
    width = {cell.value: sheet.column_dimensions[cell.column_letter].width for cell in head}
    assert width["Tổng số ngày"] < 12 < width["Cơ quan"] < 40


def test_same_audit_gives_the_same_bytes_whenever_it_is_written(result, monkeypatch):
    first = workbook(result)
    monkeypatch.setenv("TZ", "America/New_York")
    assert workbook(result) == first
    assert {member.date_time for member in ZipFile(BytesIO(first)).infolist()} == {(1980, 1, 1, 0, 0, 0)}
    assert book(result).properties.created.date() == date(2020, 12, 31)


def test_empty_campaign_gives_a_workbook(nothing):
    made = book(nothing)
    assert [sheet.title for sheet in made if sheet.max_row > 1] == ["Tóm tắt", "Cách làm"]


def test_rows_are_high_enough_for_what_is_folded_in_them(audit_of):
    name = "Học tập và làm theo tư tưởng, đạo đức, phong cách Hồ Chí Minh trong toàn tỉnh"
    sheet = book(audit_of(topics=(("prep", name, "Study"), *TOPICS[1:])))["Số liệu"]
    place = next(cell.column for cell in sheet[1] if cell.value == "Chủ đề")
    heights = {sheet.cell(row, place).value: sheet.row_dimensions[row].height for row in range(2, sheet.max_row + 1)}
    assert 2 * LINE <= heights[name] < 3 * LINE
    assert heights["Tâm tư, nguyện vọng"] is None
    assert sheet.row_dimensions[1].height > LINE  # the longest heads take two lines


def test_whole_numbers_have_no_decimals(result):
    assert {each.number_format for each in book(result)["Còn thiếu"]["E"][1:]} == {"#,##0"}
