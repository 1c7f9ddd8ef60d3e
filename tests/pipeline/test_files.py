import gzip
import os
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest

from pipeline.errors import InputError, PipelineError
from pipeline.files import MAX_LINE, numbered_jsonl, write_jsonl, writing

PROJECT = Path(__file__).parents[2]
STALL = """
import sys, time
from pathlib import Path
from pipeline.files import writing
with writing(Path(sys.argv[1])) as out:
    out.write(b"half of it" * 1000)
    out.flush()
    print("half", flush=True)
    time.sleep(600)
"""


def rows_of(file, required=()):
    return [row for _, row in numbered_jsonl(file, required)]


@pytest.fixture
def stalled(tmp_path):
    """A process that has written half of a file and waits."""
    file = tmp_path / "out.txt"
    child = subprocess.Popen([sys.executable, "-c", STALL, str(file)], stdout=subprocess.PIPE, text=True, cwd=PROJECT)
    assert child.stdout.readline() == "half\n"
    yield file, child
    end(child)


def end(child: subprocess.Popen) -> None:
    child.kill()
    child.wait()
    child.stdout.close()


def write(file: Path, content: bytes) -> None:
    with writing(file) as out:
        out.write(content)


def test_file_appears_whole_readable_by_others_and_alone(tmp_path):
    file = tmp_path / "new" / "out.txt"
    write(file, b"first, and longer")
    write(file, b"second")
    assert file.read_bytes() == b"second"
    assert file.stat().st_mode & 0o444 == 0o444
    assert list(file.parent.iterdir()) == [file]


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt])
def test_failed_write_leaves_the_old_file_and_no_scratch(tmp_path, error):
    file = tmp_path / "out.txt"
    write(file, b"old")
    with pytest.raises(error, match="stopped"), writing(file) as out:  # noqa: PT012 - the write is what fails
        out.write(b"half")
        raise error("stopped")
    assert file.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [file]


def test_killed_writer_leaves_no_file_and_the_next_writes_over_its_scratch(stalled):
    file, child = stalled
    end(child)
    assert not file.exists()
    write(file, b"whole")
    assert file.read_bytes() == b"whole"
    assert list(file.parent.iterdir()) == [file]


def test_two_writers_of_one_file_do_not_mix(stalled):
    file, _ = stalled
    with pytest.raises(PipelineError, match="another process is writing it"):
        write(file, b"mine")
    assert not file.exists()


def test_place_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(PipelineError, match=r"file/out\.txt: cannot be written: ") as caught:
        write(tmp_path / "file" / "out.txt", b"x")
    assert "không ghi được" in caught.value.text("vi")


def test_gzip_has_neither_time_nor_name(tmp_path):
    rows = [{"id": 1, "tên": "Đại hội"}]
    write_jsonl(tmp_path / "a.jsonl.gz", rows)
    first = (tmp_path / "a.jsonl.gz").read_bytes()
    os.utime(tmp_path / "a.jsonl.gz", (0, 0))
    time.sleep(0.01)
    write_jsonl(tmp_path / "b.jsonl.gz", rows)
    assert (tmp_path / "b.jsonl.gz").read_bytes() == first
    assert rows_of(tmp_path / "a.jsonl.gz") == rows


def test_rows_carry_the_number_of_their_line(tmp_path):
    file = tmp_path / "in.jsonl"
    file.write_text('\n{"a": 1}\n\n{"a": 2}', encoding="utf-8")
    assert list(numbered_jsonl(file, ["a"])) == [(2, {"a": 1}), (4, {"a": 2})]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"{}\n{\n", "in.jsonl:2: not JSON"),
        (b"[]\n", "in.jsonl:1: expected an object"),
        (b"[" * 100_000, "in.jsonl:1: not JSON"),
        (b'{"a": ' + b"9" * 5_000 + b"}", "in.jsonl:1: not JSON"),
        (b'{"b": 1}\n', 'in.jsonl:1: missing "a"'),
        (b'{"a": 1}\n\xff\xfe\n', "in.jsonl:2: not UTF-8"),
    ],
)
def test_bad_row_is_named_by_file_and_line(tmp_path, content, words):
    file = tmp_path / "in.jsonl"
    file.write_bytes(content)
    with pytest.raises(InputError, match=words):
        rows_of(file, ["a"] if b"b" in content else [])


def test_damaged_gzip_is_one_line(tmp_path):
    file = tmp_path / "in.jsonl.gz"
    file.write_bytes(gzip.compress(b'{"a": 1}\n' * 1_000)[:-20])
    with pytest.raises(InputError, match=r"in\.jsonl\.gz:\d+: damaged gzip") as caught:
        rows_of(file)
    assert caught.value.vi.endswith(": tệp nén gzip bị hỏng; hãy nén lại hoặc dùng tệp chưa nén")
    file.write_bytes(b"not gzip")
    with pytest.raises(InputError, match="damaged gzip"):
        rows_of(file)


def test_absent_file_and_folder_are_one_line(tmp_path):
    with pytest.raises(InputError, match="no such file"):
        rows_of(tmp_path / "none.jsonl")
    with pytest.raises(InputError, match="cannot be read"):
        rows_of(tmp_path)


def test_endless_line_does_not_fill_the_memory(tmp_path, monkeypatch):
    assert MAX_LINE >= 10_000_000
    monkeypatch.setattr("pipeline.files.MAX_LINE", 100)
    file = tmp_path / "in.jsonl"
    file.write_text('{"a": "' + "x" * 1_000 + '"}', encoding="utf-8")
    with pytest.raises(InputError, match=r"in\.jsonl:1: a line of more than 100 bytes"):
        rows_of(file)


def test_mark_of_windows_editors_is_no_fault(tmp_path):
    file = tmp_path / "in.jsonl"
    file.write_text('{"a": "Đại hội"}\n', encoding="utf-8-sig")
    assert rows_of(file) == [{"a": "Đại hội"}]


def test_pipe_is_written_through_and_stays_a_pipe(tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    write(pipe, b"rows")
    assert os.read(reader, 100) == b"rows"
    os.close(reader)
    assert pipe.is_fifo()
    assert sorted(tmp_path.iterdir()) == [pipe]


def test_full_device_is_one_line_and_stays_a_device():
    with pytest.raises(PipelineError, match="/dev/full: cannot be written: No space left on device"):
        write(Path("/dev/full"), b"x" * 100)
    assert Path("/dev/full").is_char_device()


def test_link_keeps_leading_to_the_file_that_is_replaced(tmp_path):
    (tmp_path / "there").mkdir()
    link = tmp_path / "link.txt"
    link.symlink_to(tmp_path / "there" / "file.txt")
    write(link, b"new")
    assert link.is_symlink()
    assert (tmp_path / "there" / "file.txt").read_bytes() == b"new"


def test_rows_that_cannot_be_read_are_handed_over_and_passed_over(tmp_path, monkeypatch):
    monkeypatch.setattr("pipeline.files.MAX_LINE", 40)
    file = tmp_path / "in.jsonl"
    file.write_bytes(b'{"a": 1}\n{\n{"a": "' + b"x" * 100 + b'"}\n[]\n{"a": 2}\n{"b": 3}')
    bad = []
    assert list(numbered_jsonl(file, ["a"], bad=bad.append)) == [(1, {"a": 1}), (5, {"a": 2})]
    assert [re.search(r"jsonl:(\d)", str(fault))[1] for fault in bad] == ["2", "3", "4", "6"]
