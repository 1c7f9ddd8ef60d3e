"""The empty log keeps cells as they are typed, and never takes the place of a filled one."""

import io

import openpyxl
import pytest

from pipeline.errors import InputError
from pipeline.logs.columns import COLUMNS
from pipeline.logs.read import read_log
from pipeline.logs.template import write_template
from tests.pipeline.logs.filled import OUTLETS, workbook


def test_template_refuses_other_endings(tmp_path):
    with pytest.raises(InputError, match=r"log\.doc: name a \.csv or \.xlsx file"):
        write_template(tmp_path / "log.doc", {}, "vi")


@pytest.mark.parametrize("name", ["log.csv", "log.xlsx"])
def test_template_leaves_a_filled_log_alone(tmp_path, name):
    file = tmp_path / name
    file.write_bytes(b"filled in")
    with pytest.raises(InputError, match="there already, perhaps filled in; name a new file"):
        write_template(file, OUTLETS, "vi")
    assert file.read_bytes() == b"filled in"


def test_template_of_a_table_opens_as_utf8_and_is_read_back_empty(tmp_path):
    file = tmp_path / "log.csv"
    write_template(file, {}, "en")
    assert io.BytesIO(file.read_bytes()).read(3) == b"\xef\xbb\xbf"
    assert read_log(file, OUTLETS).rows == ()


def test_template_keeps_minutes_from_becoming_clock_times(tmp_path):
    file = workbook(tmp_path)
    sheet = openpyxl.load_workbook(file).worksheets[0]
    place = list(COLUMNS).index("minutes")
    assert sheet.column_dimensions[openpyxl.utils.get_column_letter(place + 1)].number_format == "@"
    lists = [each for each in sheet.data_validations.dataValidation if each.type == "list"]
    assert [each.formula1 for each in lists] == ["'Danh mục'!$A$1:$A$2", "'Danh mục'!$D$1:$D$8"]
