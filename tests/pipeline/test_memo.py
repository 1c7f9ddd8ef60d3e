"""Results are kept by what they were worked out from; a file that is lost or damaged costs time and no more."""

import subprocess
import sys
from zipfile import ZipFile

import numpy as np
import pytest
from pydantic import TypeAdapter

from pipeline import memo as module
from pipeline.memo import Memo, key

NUMBERS = TypeAdapter(list[float])


def run(file, asked):
    """Asks for results in a run of its own, and gives what had to be made."""
    made = []
    memo = Memo.open(file)
    for name in asked:
        found = memo.told(NUMBERS, key(name), lambda name=name: made.append(name) or [0.1, len(name)])
        assert found == [0.1, len(name)]
    memo.save(file)
    return made


def test_known_result_is_not_made_again_and_what_nobody_asked_for_is_dropped(tmp_path):
    file = tmp_path / "judged.zip"
    assert run(file, ["a", "bb"]) == ["a", "bb"]
    assert run(file, ["bb", "ccc"]) == ["ccc"]
    assert run(file, ["a", "bb", "ccc"]) == ["a"]
    assert [each.name for each in tmp_path.iterdir()] == [file.name]


def test_without_a_file_nothing_is_kept(tmp_path):
    assert run(None, ["a"]) == run(None, ["a"]) == ["a"]


@pytest.mark.parametrize("harm", ["torn", "bit", "empty", "member", "line"])
def test_damaged_file_is_made_anew(tmp_path, harm, caplog):
    file = tmp_path / "judged.zip"
    run(file, ["a", "bb"])
    whole = file.read_bytes()
    if harm in ("member", "line"):
        with ZipFile(file, "w") as other:
            lines = [f"{key('a').hex()} [not numbers", f"{key('bb').hex()} [0.1, 2]"]
            other.writestr("other" if harm == "member" else module.MEMBER, "\n".join(lines))
    else:
        place = whole.index(module.MEMBER.encode()) + len(module.MEMBER) + 5
        bit = whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :]
        file.write_bytes({"torn": whole[:40], "bit": bit, "empty": b""}[harm])
    assert run(file, ["a", "bb"]) == (["a"] if harm == "line" else ["a", "bb"])
    assert harm == "line" or str(file) in caplog.text
    assert run(file, ["a", "bb"]) == []


def test_result_of_another_form_or_program_is_not_taken(tmp_path, monkeypatch):
    file = tmp_path / "judged.zip"
    run(file, ["a"])
    assert Memo.open(file).told(TypeAdapter(str), key("a"), lambda: "text") == "text"
    monkeypatch.setattr(module, "_program", lambda: b"another")
    assert run(file, ["a"]) == ["a"]


def test_keys_tell_apart_what_differs_in_anything():
    ones = np.ones(4, dtype=np.int8)
    parts = [(), ("a",), ("a", "b"), ("ab",), (1,), (1.0,), ("1",), (True,), (b"a",), (None,), (ones,), (ones, ones)]
    parts += [(ones.astype(np.int16)[:2],), (ones.astype(bool),), (ones.reshape(2, 2),), (np.zeros(0),), (-ones,)]
    assert len({key(*each) for each in parts}) == len(parts)
    assert key(ones[::2]) == key(ones[:2])  # equal arrays, wherever they lie


def test_program_is_that_of_the_start_whatever_replaces_its_files_while_a_night_runs():
    code = "from pathlib import Path; from pipeline.memo import key; del Path.read_bytes; print(key().hex())"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == key().hex()
