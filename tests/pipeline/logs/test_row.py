"""A row says what went out, however its office writes it, or every fault with its row and column."""

import zipfile
from datetime import date, datetime, time, timedelta

import openpyxl
import pytest

from crawlers.dates import LOCAL_TZ
from pipeline import tables
from pipeline.errors import InputError
from pipeline.logs import read as reading
from pipeline.logs.columns import COLUMNS
from pipeline.logs.read import read_log
from pipeline.logs.row import MAX_NAMED, MAX_SHOWN
from pipeline.report.words import CHANNELS
from tests.pipeline.logs.filled import OUTLETS, SHEET, faults, log, workbook


def test_row_of_a_loudspeaker_is_read(tmp_path):
    file = log(tmp_path, 'ptth,loa truyền thanh,05/09/2020,17h30,Chào mừng Đại hội,"Bài phát 3 lần",2:30,3,')
    [row] = read_log(file, OUTLETS).rows
    assert (row.outlet, row.channel, row.title, row.minutes, row.airings) == (
        "ptth",
        "loudspeaker",
        "Chào mừng Đại hội",
        2.5,
        3,
    )
    assert (row.at, row.timed) == (datetime(2020, 9, 5, 17, 30, tzinfo=LOCAL_TZ), True)


def test_page_of_a_paper_is_read_and_that_of_other_channels_is_not(tmp_path):
    pages = ("1", "1.0", "trang 1 4", "Trang nhất", "tr. 3", "")
    rows = [f"ptth,báo in,05/09/2020,,Tin {n},,,,,{page}" for n, page in enumerate(pages)]
    found = read_log(log(tmp_path, *rows, "ptth,website,05/09/2020,,Tin,,,,,trang chủ"), OUTLETS).rows
    assert [row.page for row in found] == [1, 1, 1, 1, 3, None, None]
    assert faults(log(tmp_path, "ptth,báo in,05/09/2020,,Tin,,,,,0")) == [
        "log:2: Page: no page '0'; write 1 for the first"
    ]


def test_every_fault_is_told_with_its_row_and_column(tmp_path):
    file = log(
        tmp_path,
        "bao,phát thanh,05/09/2020,,Tin,,,,",
        "ptth,điện tín,ngày kia,25:00,,,-3,không,",
    )
    assert faults(file) == [
        f"log:2: Outlet id: no outlet 'bao'; write one of: ptth ({OUTLETS['ptth']}), baosonkhe (Báo Sơn Khê)",
        "log:3: Channel: no channel 'điện tín'; write one of: " + ", ".join(en for _, en in CHANNELS.values()),
        "log:3: Date: no day 'ngày kia'; write as 05/09/2020",
        "log:3: Time: no time '25:00'; write as 17:30",
        "log:3: Minutes: no length '-3'; write as 2.5 or 2:30",
        "log:3: Airings: no count 'không'; write 1 to 1,000",
        "log:3: Title: empty; write what the item is called",
    ]


def test_every_fault_says_in_vietnamese_what_to_do(tmp_path):
    with pytest.raises(InputError) as caught:
        read_log(log(tmp_path, ",,,,,,,,x", "bao,thư,ngày kia,25:00,Tin,,-3,1001,"), OUTLETS)
    lines = [line.replace(str(tmp_path / "log.csv"), "log") for line in caught.value.vi.splitlines()]
    assert len(lines) == 10
    assert all("; hãy ghi " in line for line in lines)
    assert lines[0] == (
        "log:2: Mã cơ quan: còn trống; hãy ghi một trong: ptth (Đài Phát thanh và Truyền hình Sơn Khê), "
        "baosonkhe (Báo Sơn Khê)"
    )
    assert lines[3] == "log:2: Tiêu đề: còn trống; hãy ghi tên tin, bài"
    assert lines[-1] == "log:3: Số lần phát: không đọc được số lần '1001'; hãy ghi từ 1 đến 1.000"


@pytest.mark.parametrize(
    ("number", "told"), [(MAX_NAMED, "hãy ghi một trong: co-0 (Cơ quan 0), "), (MAX_NAMED + 1, SHEET)]
)
def test_many_outlets_are_looked_up_in_the_template(tmp_path, number, told):
    many = {f"co-{each}": f"Cơ quan {each}" for each in range(number)}
    with pytest.raises(InputError) as caught:
        read_log(log(tmp_path, "bao,loa,5/9/2020,,Tin,,,,"), many)
    assert f"không có cơ quan 'bao'; {told}" in caught.value.vi


@pytest.mark.parametrize(
    ("stored", "form", "minutes"),
    [
        (time(2, 30), "h:mm", 2.5),  # typed 2:30
        (time(0, 45), "h:mm", 0.75),
        (time(0, 2, 30), "h:mm:ss", 2.5),  # typed 0:02:30
        (time(0, 15), "hh:mm:ss", 15),
        (time(1, 0), "[h]:mm:ss", 60),
        (timedelta(hours=30), "[h]:mm:ss", 30.0),  # typed 30:00
        (timedelta(hours=1, seconds=30), "mm:ss", 60.5),
    ],
)
def test_length_that_excel_made_a_clock_time_is_what_was_typed(tmp_path, stored, form, minutes):
    file = tmp_path / "log.xlsx"
    book = openpyxl.Workbook()
    book.active.append([vi for vi, _ in COLUMNS.values()])
    book.active.append(["ptth", "truyền hình", date(2020, 9, 5), time(19, 45), "Thời sự", "", stored])
    book.active.cell(2, 7).number_format = form
    book.save(file)
    [row] = read_log(file, OUTLETS).rows
    assert row.minutes == pytest.approx(minutes)
    assert row.at.time() == time(19, 45)


@pytest.mark.parametrize(
    "name", ["ptth", "PTTH", "Đài Phát thanh và Truyền hình Sơn Khê", "đài phát thanh và truyền hình sơn khê"]
)
def test_outlet_may_be_written_by_its_name(tmp_path, name):
    [row] = read_log(log(tmp_path, f"{name},loa,5/9/2020,,Tin,,,,"), OUTLETS).rows
    assert row.outlet == "ptth"


@pytest.mark.parametrize(
    ("written", "channel"),
    [
        ("LED", "led_screen"),
        ("Facebook", "fan_page"),
        ("báo giấy", "print"),
        ("Tivi", "television"),
        ("Loa phát thanh", "loudspeaker"),
        ("xe loa", "mobile_unit"),
        ("Cổng thông tin điện tử", "website"),
    ],
)
def test_channel_may_be_called_as_offices_call_it(tmp_path, written, channel):
    [row] = read_log(log(tmp_path, f"ptth,{written},5/9/2020,,Tin,,,,"), OUTLETS).rows
    assert row.channel == channel


@pytest.mark.parametrize(
    ("written", "clock"),
    [
        ("17:30", time(17, 30)),
        ("17h", time(17)),
        ("5 giờ", None),
        ("5h30 chiều", time(17, 30)),
        ("5:30 CH", time(17, 30)),
        ("12:15 SA", time(0, 15)),
        ("17:30:00", time(17, 30)),
        ("24:00", None),
        ("13h CH", time(13)),
    ],
)
def test_clock_is_read_as_it_is_written_or_refused(tmp_path, written, clock):
    file = log(tmp_path, f"ptth,loa,5/9/2020,{written},Tin,,,,")
    if clock is None:
        assert faults(file) == [f"log:2: Time: no time {written!r}; write as 17:30"]
    else:
        assert read_log(file, OUTLETS).rows[0].at.time() == clock


@pytest.mark.parametrize(
    ("written", "minutes"),
    [
        ("2.5", 2.5),
        ('"2,5"', 2.5),
        ("2:30", 2.5),
        ("1:05:00", 65),
        ("2 phút 30 giây", 2.5),
        ("90 giây", 1.5),
        ("1 giờ 5 phút", 65),
        ("15'", 15),
        ("15p", 15),
        ("vài phút", None),
        ("2:xx", None),
        ("nan", None),
    ],
)
def test_length_is_read_as_it_is_written_or_refused(tmp_path, written, minutes):
    file = log(tmp_path, f"ptth,loa,5/9/2020,,Tin,,{written},3 lần,")
    if minutes is None:
        assert faults(file) == [f"log:2: Minutes: no length {written!r}; write as 2.5 or 2:30"]
    else:
        [row] = read_log(file, OUTLETS).rows
        assert (row.minutes, row.airings) == (pytest.approx(minutes), 3)


def test_cells_that_are_empty_and_not_merged_are_faults(tmp_path):
    file = log(tmp_path, "ptth,loa,5/9/2020,,Một,,,,", ",,,,Hai,,,,")
    assert [fault.split(": ")[1:3] for fault in faults(file)] == [
        ["Outlet id", "empty; write one of"],
        ["Channel", "empty; write one of"],
        ["Date", "empty; write as 05/09/2020"],
    ]


LONG = "9" * 5000  # digits; int() refuses more than 4,300


@pytest.mark.parametrize(
    ("day", "minutes", "airings", "columns"),
    [
        ("5/9/2020", "1", LONG, ["Airings"]),
        ("5/9/2020", f"{LONG}:30", "1", ["Minutes"]),
        ("5/9/2020", f"1:{LONG}", "1", ["Minutes"]),
        ("5/9/2020", LONG, "1", ["Minutes"]),
        ("5/9/2020", f"{LONG} phút", "1", ["Minutes"]),
        ("5/9/2020", "1_0", "1_0", ["Minutes", "Airings"]),
        ("5/9/2020", "1e1", "1e1", ["Minutes", "Airings"]),
        (LONG, "²", "²", ["Date", "Minutes", "Airings"]),
    ],
)
def test_numbers_that_are_none_are_faults_of_their_row(tmp_path, day, minutes, airings, columns):
    told = faults(log(tmp_path, f"ptth,loa,{day},,Tin,,{minutes},{airings},"))
    assert [line.split(": ")[:2] for line in told] == [["log:2", column] for column in columns]


def test_cell_without_end_is_told_by_its_beginning(tmp_path):
    [told] = faults(log(tmp_path, f"ptth,loa,5/9/2020,,Tin,,,{LONG},"))
    assert told == f"log:2: Airings: no count '{'9' * MAX_SHOWN}…'; write 1 to 1,000"


def test_numbers_of_a_workbook_that_are_none_are_faults_of_their_row(tmp_path):
    file = workbook(
        tmp_path, ["ptth", "loa", 1.5, None, "Một", None, 2.5, 3], ["ptth", "loa", 1.5, None, "Hai", None, 3]
    )
    with zipfile.ZipFile(file) as parts:
        contents = {name: parts.read(name) for name in parts.namelist()}
    sheet = "xl/worksheets/sheet1.xml"
    contents[sheet] = contents[sheet].replace(b"<v>1.5</v>", b"<v>1E999</v>").replace(b"<v>2.5</v>", b"<v>-1E999</v>")
    with zipfile.ZipFile(file, "w") as parts:
        for name, content in contents.items():
            parts.writestr(name, content)
    assert [fault.split(": ")[:2] for fault in faults(file)] == [
        ["log:2", "Date"],
        ["log:2", "Minutes"],
        ["log:3", "Date"],
    ]


@pytest.mark.parametrize("day", [date(1, 1, 1), datetime.combine(date(1899, 12, 31), time()), date(9999, 12, 31)])
def test_day_of_a_workbook_that_no_outlet_saw_is_a_fault(tmp_path, monkeypatch, day):
    cells = ["ptth", "loa", day, None, "Tin"]
    sheet = tables.Sheet("", iter([tables.Row(1, [vi for vi, _ in COLUMNS.values()]), tables.Row(2, cells)]))
    monkeypatch.setattr(reading, "sheets", lambda *_: iter([sheet]))
    assert [fault.split(": ")[:2] for fault in faults(log(tmp_path))] == [["log:2", "Date"]]


def test_last_day_that_is_stored_with_its_hours_is_read(tmp_path):
    [row] = read_log(workbook(tmp_path, ["ptth", "loa", 44_110.75, None, "Tin", None, 12]), OUTLETS).rows
    assert (row.at.date(), row.minutes) == (date(2020, 10, 6), 12.0)
