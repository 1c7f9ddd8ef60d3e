"""Logs filled in for the tests, and the faults that reading them tells."""

import openpyxl
import pytest

from pipeline.errors import InputError
from pipeline.logs.columns import COLUMNS
from pipeline.logs.read import read_log
from pipeline.logs.template import write_template

OUTLETS = {"ptth": "Đài Phát thanh và Truyền hình Sơn Khê", "baosonkhe": "Báo Sơn Khê"}


HEADING = ",".join(vi for vi, _ in COLUMNS.values())


SHEET = "xem trang tính Danh mục của biểu mẫu `rasoat log template`"


def log(tmp_path, *rows, heading=HEADING, name="log.csv", encoding="utf-8-sig"):
    file = tmp_path / name
    file.write_bytes("\n".join([heading, *rows]).encode(encoding))
    return file


def faults(file):
    with pytest.raises(InputError) as caught:
        read_log(file, OUTLETS)
    return [line.replace(str(file), "log") for line in str(caught.value).splitlines()]


def workbook(tmp_path, *rows):
    file = tmp_path / "log.xlsx"
    write_template(file, OUTLETS, "vi")
    book = openpyxl.load_workbook(file)
    for row in rows:
        book.worksheets[0].append(row)
    book.save(file)
    return file
