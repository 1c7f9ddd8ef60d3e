"""A channel's log is read whole, in either language and both formats, or refused with every fault and its row."""

import io
import zipfile
from datetime import date, datetime, time, timedelta

import openpyxl
import pytest

from crawlers.dates import LOCAL_TZ
from pipeline.errors import InputError
from pipeline.logs import COLUMNS, read_log, write_template
from pipeline.report.words import CHANNELS

OUTLETS = ("ptth", "baosonkhe")
HEADING = ",".join(vi for vi, _ in COLUMNS.values())


def log(tmp_path, *rows, heading=HEADING, name="log.csv", encoding="utf-8-sig"):
    file = tmp_path / name
    file.write_bytes("\n".join([heading, *rows]).encode(encoding))
    return file


def faults(file):
    with pytest.raises(InputError) as caught:
        read_log(file, OUTLETS)
    return [line.replace(str(file), "log") for line in str(caught.value).splitlines()]


def test_row_of_a_loudspeaker_is_read(tmp_path):
    file = log(tmp_path, 'ptth,loa truyền thanh,05/09/2020,17h30,Chào mừng Đại hội,"Bài phát 3 lần",2:30,3,')
    [row] = read_log(file, OUTLETS)[0]
    assert (row.outlet, row.channel, row.title, row.minutes, row.airings) == (
        "ptth",
        "loudspeaker",
        "Chào mừng Đại hội",
        2.5,
        3,
    )
    assert (row.at, row.timed) == (datetime(2020, 9, 5, 17, 30, tzinfo=LOCAL_TZ), True)


@pytest.mark.parametrize(
    ("heading", "row"),
    [
        ("Outlet id,Channel,Date,Title", "ptth,loudspeaker,2020-09-05,Tin"),
        ("outlet;channel;day;title", "ptth;Loa truyen thanh;5-9-2020;Tin"),
        ("MÃ CƠ QUAN\tKÊNH\tNGÀY\tTIÊU ĐỀ", "ptth\tLOA TRUYỀN THANH\t05.09.2020\tTin"),
    ],
)
def test_headings_and_choices_are_known_in_any_dress(tmp_path, heading, row):
    [found] = read_log(log(tmp_path, row, heading=heading), OUTLETS)[0]
    assert (found.channel, found.at.date(), found.timed, found.airings, found.minutes) == (
        "loudspeaker",
        date(2020, 9, 5),
        False,
        1,
        None,
    )


def test_workbook_gives_what_a_table_gives(tmp_path):
    file = tmp_path / "log.xlsx"
    write_template(file, [(outlet, outlet) for outlet in OUTLETS], "vi")
    book = openpyxl.load_workbook(file)
    book.worksheets[0].append(["ptth", "truyền hình", date(2020, 9, 5), time(19, 45), "Thời sự", "", 12.5, 2, ""])
    book.save(file)
    [row] = read_log(file, OUTLETS)[0]
    assert (row.number, row.channel, row.at.hour, row.minutes, row.airings) == (2, "television", 19, 12.5, 2)


def test_empty_rows_are_passed_over_and_numbers_stay_those_of_the_file(tmp_path):
    file = log(tmp_path, "", ",,,,,,,,", "ptth,phát thanh,05/09/2020,,Tin sáng,,5,,")
    assert [row.number for row in read_log(file, OUTLETS)[0]] == [4]


def test_every_fault_is_told_with_its_row_and_column(tmp_path):
    file = log(
        tmp_path,
        "bao,phát thanh,05/09/2020,,Tin,,,,",
        "ptth,điện tín,ngày kia,25:00,,,-3,không,",
    )
    assert faults(file) == [
        "log:2: Outlet id: no outlet 'bao'; there are: ptth, baosonkhe",
        "log:3: Channel: no channel 'điện tín'; there are: " + ", ".join(en for _, en in CHANNELS.values()),
        "log:3: Date: no day 'ngày kia'; write 05/09/2020",
        "log:3: Time: no time '25:00'; write 17:30",
        "log:3: Minutes: no length '-3'; write 2.5 or 2:30",
        "log:3: Airings: no count 'không'; write 1 to 1000",
        "log:3: Title: empty",
    ]


def test_missing_columns_are_named_in_the_users_language(tmp_path):
    with pytest.raises(InputError) as caught:
        read_log(log(tmp_path, heading="Kênh,Ngày"), OUTLETS)
    assert 'thiếu cột "Mã cơ quan", "Tiêu đề"' in caught.value.vi


@pytest.mark.parametrize(("name", "raw"), [("x.xlsx", b"PK\x03\x04broken"), ("x.csv", b"\x00\x01\x02" * 100)])
def test_file_that_is_no_table_is_named(tmp_path, name, raw):
    file = tmp_path / name
    file.write_bytes(raw)
    assert len(faults(file)) == 1


def test_field_too_long_for_a_table_is_named_with_its_row(tmp_path):
    file = log(tmp_path, "ptth,phát thanh,05/09/2020,,Tin,,,,", f'ptth,phát thanh,05/09/2020,,"{"a" * 140_000},,,,')
    assert faults(file) == [
        "log:3: not a row of a table: field larger than field limit (131072); look for a quote that is not closed"
    ]


def workbook(tmp_path, *rows):
    file = tmp_path / "log.xlsx"
    write_template(file, [(outlet, outlet) for outlet in OUTLETS], "vi")
    book = openpyxl.load_workbook(file)
    for row in rows:
        book.worksheets[0].append(row)
    book.save(file)
    return file


@pytest.mark.parametrize(
    ("typed", "minutes"),
    [
        (time(2, 30), 2.5),
        (time(0, 45), 0.75),
        (time(0, 2, 30), 2.5),
        (timedelta(hours=30), 30.0),
        (timedelta(hours=1, seconds=30), 60.5),
    ],
)
def test_length_that_excel_made_a_clock_time_is_minutes_and_seconds(tmp_path, typed, minutes):
    file = workbook(tmp_path, ["ptth", "truyền hình", date(2020, 9, 5), None, "Thời sự", "", typed])
    [row] = read_log(file, OUTLETS)[0]
    assert row.minutes == pytest.approx(minutes)


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


def test_template_refuses_other_endings(tmp_path):
    with pytest.raises(InputError, match=r"log\.doc: name a \.csv or \.xlsx file"):
        write_template(tmp_path / "log.doc", [], "vi")


def test_template_of_a_table_opens_as_utf8_and_is_read_back_empty(tmp_path):
    file = tmp_path / "log.csv"
    write_template(file, [], "en")
    assert io.BytesIO(file.read_bytes()).read(3) == b"\xef\xbb\xbf"
    assert read_log(file, OUTLETS)[0] == []
