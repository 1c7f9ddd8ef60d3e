"""A log is read whole, in either language and both formats, however its office lays it out, or refused."""

import unicodedata
import zipfile
from datetime import date, time

import openpyxl
import pytest

from pipeline import tables
from pipeline.errors import InputError
from pipeline.logs import read as reading
from pipeline.logs.columns import COLUMNS
from pipeline.logs.read import read_log
from pipeline.logs.template import write_template
from tests.pipeline.logs.filled import HEADING, OUTLETS, faults, log, workbook


@pytest.mark.parametrize(
    ("heading", "row"),
    [
        ("Outlet id,Channel,Date,Title", "ptth,loudspeaker,2020-09-05,Tin"),
        ("outlet;channel;day;title", "ptth;Loa truyen thanh;5-9-2020;Tin"),
        ("MÃ CƠ QUAN\tKÊNH\tNGÀY\tTIÊU ĐỀ", "ptth\tLOA TRUYỀN THANH\t05.09.2020\tTin"),
    ],
)
def test_headings_and_choices_are_known_in_any_dress(tmp_path, heading, row):
    [found] = read_log(log(tmp_path, row, heading=heading), OUTLETS).rows
    assert (found.channel, found.at.date(), found.timed, found.airings, found.minutes) == (
        "loudspeaker",
        date(2020, 9, 5),
        False,
        1,
        None,
    )


def test_workbook_gives_what_a_table_gives(tmp_path):
    file = tmp_path / "log.xlsx"
    write_template(file, OUTLETS, "vi")
    book = openpyxl.load_workbook(file)
    book.worksheets[0].append(["ptth", "truyền hình", date(2020, 9, 5), time(19, 45), "Thời sự", "", 12.5, 2, ""])
    book.save(file)
    [row] = read_log(file, OUTLETS).rows
    assert (row.place, row.channel, row.at.hour, row.minutes, row.airings) == ("2", "television", 19, 12.5, 2)


def test_empty_rows_are_passed_over_and_numbers_stay_those_of_the_file(tmp_path):
    file = log(tmp_path, "", ",,,,,,,,", "ptth,phát thanh,05/09/2020,,Tin sáng,,5,,")
    assert [row.place for row in read_log(file, OUTLETS).rows] == ["4"]


def test_missing_columns_are_named_in_the_users_language(tmp_path):
    with pytest.raises(InputError) as caught:
        read_log(log(tmp_path, heading="Kênh,Ngày"), OUTLETS)
    assert 'thiếu cột "Mã cơ quan", "Tiêu đề"' in caught.value.vi


@pytest.mark.parametrize(
    ("name", "raw", "told"),
    [
        ("x.xlsx", b"PK\x03\x04broken", "bảng tính bị hỏng hoặc không phải tệp Excel; hãy mở bằng Excel"),
        ("x.csv", b"\x00\x01\x02" * 100, "không đọc được như bảng CSV; hãy lưu bảng thành .xlsx"),
    ],
)
def test_file_that_is_no_table_is_named_with_the_remedy(tmp_path, name, raw, told):
    file = tmp_path / name
    file.write_bytes(raw)
    assert len(faults(file)) == 1
    with pytest.raises(InputError) as caught:
        read_log(file, OUTLETS)
    assert caught.value.vi.startswith(f"{file}: {told}")


@pytest.mark.parametrize(
    ("limit", "told"),
    [("MAX_BYTES", "tệp lớn hơn 2,5 MB; hãy tách"), ("MAX_UNPACKED", "giải nén ra hơn 2,5 MB; hãy tách")],
)
def test_table_too_large_is_told_in_megabytes(tmp_path, monkeypatch, limit, told):
    file = tmp_path / "log.xlsx"
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED if limit == "MAX_UNPACKED" else zipfile.ZIP_STORED) as parts:
        parts.writestr("xl/workbook.xml", bytes(2_600_000))
    monkeypatch.setattr(tables, limit, 2_500_000)
    with pytest.raises(InputError) as caught:
        read_log(file, OUTLETS)
    assert told in caught.value.vi


def test_field_too_long_for_a_table_is_named_with_its_row(tmp_path):
    file = log(tmp_path, "ptth,phát thanh,05/09/2020,,Tin,,,,", f'ptth,phát thanh,05/09/2020,,"{"a" * 140_000},,,,')
    assert faults(file) == [
        "log:3: not a row of a table: a cell of more than 131,072 characters; look for a quote that is not closed"
    ]
    with pytest.raises(InputError) as caught:
        read_log(file, OUTLETS)
    assert caught.value.vi.endswith('log.csv:3: không đọc được dòng này; hãy tìm dấu " chưa đóng')


@pytest.mark.parametrize(
    "part", ["xl/worksheets/sheet1.xml", "xl/workbook.xml", "xl/styles.xml", "[Content_Types].xml"]
)
@pytest.mark.parametrize("damage", [lambda xml: xml[: len(xml) // 2], lambda xml: xml[:0], lambda xml: b"\x00" + xml])
def test_damaged_part_of_a_workbook_is_one_fault(tmp_path, part, damage):
    file = workbook(tmp_path, ["ptth", "truyền hình", date(2020, 9, 5), None, "Thời sự"])
    with zipfile.ZipFile(file) as parts:
        contents = {name: parts.read(name) for name in parts.namelist()}
    with zipfile.ZipFile(file, "w") as parts:
        for name, content in contents.items():
            parts.writestr(name, damage(content) if name == part else content)
    assert len(faults(file)) == 1


def test_workbook_whose_packed_bytes_were_altered_is_one_fault(tmp_path):
    file = workbook(tmp_path, ["ptth", "truyền hình", date(2020, 9, 5), None, "Thời sự"])
    whole = file.read_bytes()
    with zipfile.ZipFile(file) as parts:
        start = parts.getinfo("xl/worksheets/sheet1.xml").header_offset
    for at in range(start + 80, start + 400, 40):  # within the packed stream
        file.write_bytes(whole[:at] + bytes(255 - byte for byte in whole[at : at + 8]) + whole[at + 8 :])
        assert len(faults(file)) == 1


def test_table_below_the_office_s_name_and_a_title_is_found(tmp_path):
    above = "ĐÀI TRUYỀN THANH HUYỆN SƠN KHÊ;;;;;\n\n;;NHẬT KÝ PHÁT THANH, THÁNG 9, NĂM 2020;;;"
    file = log(
        tmp_path, "1;ptth;loa;5/9/2020;Tin sáng;2,5", heading=f"{above}\nSTT;Đơn vị;Kênh phát;Ngày phát;Tên bài;Số phút"
    )
    [row] = read_log(file, OUTLETS).rows
    assert (row.place, row.channel, row.title, row.minutes) == ("5", "loudspeaker", "Tin sáng", 2.5)


def test_our_own_heading_comes_before_what_offices_call_it(tmp_path):
    file = log(tmp_path, "Tổ 3,ptth,loa,5/9/2020,Tin", heading="Đơn vị,Mã cơ quan,Kênh,Ngày,Tiêu đề")
    found = read_log(file, OUTLETS)
    assert found.rows[0].outlet == "ptth"
    assert found.unused == ("Đơn vị",)


def test_columns_that_say_nothing_to_us_are_named(tmp_path):
    file = log(tmp_path, "1,ptth,loa,5/9/2020,Tin,x,y", heading="TT,Mã cơ quan,Kênh,Ngày,Tiêu đề,Ghi chú,Người trực")
    assert read_log(file, OUTLETS).unused == ("Ghi chú", "Người trực")


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8", "cp1258"])
def test_encodings_that_spreadsheets_save_in_are_read(tmp_path, encoding):
    heading = HEADING.replace(",", "\t")
    row = "ptth\tphát thanh\t05/09/2020\t\tChào mừng Đại hội\t\t2,5\t\t"
    file = log(tmp_path, heading=heading)
    text = f"{heading}\r\n{row}\r\n"
    file.write_bytes(viet1258(text) if encoding == "cp1258" else text.encode(encoding))
    [found] = read_log(file, OUTLETS).rows
    assert (found.channel, found.title, found.minutes) == ("radio", "Chào mừng Đại hội", 2.5)


def viet1258(text):
    """Text as Windows wrote it before Unicode: marks of tone apart, other marks with their letter."""
    tones = "\u0300\u0301\u0303\u0309\u0323"
    parts = []
    for letter in unicodedata.normalize("NFC", text):
        apart = unicodedata.normalize("NFD", letter)
        tone = "".join(mark for mark in apart if mark in tones)
        base = unicodedata.normalize("NFC", "".join(mark for mark in apart if mark not in tones))
        parts.append(base + tone)
    return "".join(parts).encode("cp1258")


TCVN3 = ("M· c¬ quan", "Kªnh", "Ngµy", "Tiªu ®Ò")


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_table_typed_in_a_font_of_the_1990s_is_read(tmp_path, kind):
    cells = ["ptth", "b¸o in", "05/09/2020", "Chµo mõng §¹i héi §¶ng bé huyÖn"]
    file = tmp_path / f"log.{kind}"
    if kind == "csv":
        file.write_bytes("\n".join(",".join(row) for row in (TCVN3, cells)).encode("cp1252"))
    else:
        book = openpyxl.Workbook()
        for row in (TCVN3, cells):
            book.active.append(row)
        book.save(file)
    [row] = read_log(file, OUTLETS).rows
    assert (row.channel, row.title) == ("print", "Chào mừng Đại hội Đảng bộ huyện")


def test_every_sheet_with_the_headings_is_read_and_named(tmp_path):
    file = tmp_path / "log.xlsx"
    book = openpyxl.Workbook()
    cover, september, october = book.active, book.create_sheet("Tháng 9"), book.create_sheet("Tháng 10")
    cover.append(["Tổng hợp năm 2020"])
    for sheet, day in ((september, date(2020, 9, 5)), (october, 44_110)):
        sheet.append([vi for vi, _ in COLUMNS.values()])
        sheet.append(["ptth", "loa", day, None, "Tin"])
    book.save(file)
    rows = read_log(file, OUTLETS).rows
    assert [(row.place, row.at.date()) for row in rows] == [("2", date(2020, 9, 5)), ("Tháng 10:2", date(2020, 10, 6))]
    october.append(["ptth", "loa", None, None, "Tin"])
    book.save(file)
    assert faults(file) == ["log:Tháng 10:3: Date: empty; write as 05/09/2020"]


@pytest.mark.parametrize(
    ("raw", "told"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(900), "bảng tính kiểu cũ (.xls) hoặc có mật khẩu"),
        (None, "tài liệu loại khác, không phải bảng tính Excel"),
    ],
)
def test_other_document_is_told_how_to_save_it(tmp_path, raw, told):
    file = tmp_path / "log.xlsx"
    file.write_bytes(raw or b"")
    if raw is None:
        with zipfile.ZipFile(file, "w") as parts:
            parts.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
    with pytest.raises(InputError) as caught:
        read_log(file, OUTLETS)
    assert told in caught.value.vi


def test_column_that_is_wrong_throughout_is_not_told_a_thousand_times(tmp_path):
    found = faults(log(tmp_path, *["xa,loa,5/9/2020,,Tin,,,,"] * 1000))
    assert (len(found), found[-1]) == (201, "log: 800 more faults")


def test_cell_that_is_merged_downwards_speaks_for_all_its_rows(tmp_path):
    file = tmp_path / "log.xlsx"
    book = openpyxl.Workbook()
    sheet = book.active
    for row in (
        ["NHẬT KÝ THÁNG 9"],
        ["Đơn vị", "Kênh", "Ngày", "Tiêu đề"],
        ["ptth", "loa", date(2020, 9, 5), "Một"],
        [None, None, None, "Hai"],
        [None, None, date(2020, 9, 6), "Ba"],
        ["baosonkhe", "LED", date(2020, 9, 7), "Bốn"],
    ):
        sheet.append(row)
    for span in ("A1:D1", "A3:A5", "B3:B5", "C3:C4"):
        sheet.merge_cells(span)
    book.save(file)
    assert [(row.outlet, row.channel, row.at.day, row.title) for row in read_log(file, OUTLETS).rows] == [
        ("ptth", "loudspeaker", 5, "Một"),
        ("ptth", "loudspeaker", 5, "Hai"),
        ("ptth", "loudspeaker", 6, "Ba"),
        ("baosonkhe", "led_screen", 7, "Bốn"),
    ]


def test_total_and_lines_to_sign_below_a_table_are_no_items(tmp_path):
    below = (
        "Tổng cộng,,,,,,12,5,",
        ',,,,"Sơn Khê, ngày 30 tháng 9 năm 2020",,,,',
        "Người lập biểu,,,,Thủ trưởng đơn vị,,,,",
    )
    file = log(tmp_path, "ptth,loa,5/9/2020,,Tổng kết phong trào thi đua,,2,,", *below)
    assert [row.title for row in read_log(file, OUTLETS).rows] == ["Tổng kết phong trào thi đua"]


@pytest.mark.parametrize(
    "row",
    [
        "ptth,,,05:30,Tổng công ty điện lực ra quân chào mừng Đại hội,,5,1,",
        "ptth,,,,Tổng số ca mắc giảm,,5,1,",
        ",,,05:30,Người lập nghiệp trên đất phèn,,5,1,",
        ",,,,Thứ trưởng Bộ Y tế thăm huyện,,5,1,",
        ",,,,Tong cong ty dien luc ra quan,,5,1,",
        ",,,,Kỷ niệm ngày 2 tháng 9 năm 1945,,5,1,",
    ],
)
def test_item_whose_channel_and_day_were_forgotten_is_a_fault_whatever_its_title(tmp_path, row):
    told = [fault.split(": ")[1] for fault in faults(log(tmp_path, row))]
    assert told[-2:] == ["Channel", "Date"]


@pytest.mark.parametrize(
    "row",
    [
        "ptth,,,05:30,Tổng cộng,,12,,",
        "ptth,,,,Cộng:,,12,5,",
        "ptth,,,,TỔNG SỐ: 12 tin bài,,,,",
        "TONG CONG,,,,,,12,5,",
        ",,,,Tổng số tin đã phát trong tháng: 40,,,,",
        "Trưởng đài,,,,Người lập biểu,,,,",
        ',,,,"(Ký, ghi rõ họ tên)",,,,',
        ',,,"Sơn Khê, ngày ... tháng ... năm 2020",,,,,',
    ],
)
def test_feet_are_known_in_any_dress(tmp_path, row):
    assert len(read_log(log(tmp_path, "ptth,loa,5/9/2020,,Một,,2,,", row), OUTLETS).rows) == 1


def test_only_rows_that_hold_something_count_against_the_limit(tmp_path, monkeypatch):
    monkeypatch.setattr(reading, "MAX_ROWS", 2)
    rows = ["ptth,loa,5/9/2020,,Một,,,,", *[",,,,,,,,"] * 5, "ptth,loa,5/9/2020,,Hai,,,,"]
    assert len(read_log(log(tmp_path, *rows), OUTLETS).rows) == 2
    assert faults(log(tmp_path, *rows, rows[0])) == ["log: more than 2 rows; split it"]
