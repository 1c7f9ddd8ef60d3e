import json
import resource
import subprocess
import sys
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

import pytest

from pipeline.errors import PipelineError
from pipeline.report.html import render
from pipeline.report.write import write_report

FILES = {"bao-cao.html", "bao-cao.xlsx", "audit.json", "manifest.json"}


@contextmanager
def small_disk(limit):
    """No file may grow beyond `limit` bytes: what a full disk looks like to a writer."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_manifest_names_every_file_by_its_digest(result, tmp_path):
    digests = write_report(result, tmp_path)
    assert {file.name for file in tmp_path.iterdir()} == set(digests) == FILES
    manifest = json.loads((tmp_path / "manifest.json").read_text())
    for name, file in manifest["files"].items():
        content = (tmp_path / name).read_bytes()
        assert (file["sha256"], file["bytes"]) == (sha256(content).hexdigest(), len(content))
        assert digests[name] == file["sha256"]
    assert (manifest["as_of"], manifest["codebook"], manifest["model"]) == ("2020-12-31", "c0debook", "m0del")


def test_json_holds_the_whole_result(result, tmp_path):
    write_report(result, tmp_path)
    audit = json.loads((tmp_path / "audit.json").read_text())
    assert len(audit["cells"]) == len(result.cells)
    assert audit["items"][f"{2:016x}"]["verified"] == ["people", "prep"]
    assert audit["observed"][2]["missing_days"] == ["2020-09-03", "2020-09-04"]


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_same_audit_gives_the_same_bytes(result, tmp_path, lang):
    assert write_report(result, tmp_path / "a", lang=lang) == write_report(result, tmp_path / "b", lang=lang)
    for name in FILES:
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()


def test_bytes_do_not_hang_on_the_seed_of_hashes(tmp_path):
    code = (
        "import sys, importlib.util as u; s = u.spec_from_file_location('c', sys.argv[1]); m = u.module_from_spec(s);"
        "s.loader.exec_module(m); from pathlib import Path; from pipeline.report.write import write_report;"
        "print(write_report(m.audit(), Path(sys.argv[2])))"
    )
    here = Path(__file__)
    said = {
        subprocess.run(
            [sys.executable, "-c", code, here.with_name("conftest.py"), tmp_path],
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": str(here.parents[3])},
            capture_output=True,
            check=True,
            text=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(said) == 1


def test_full_disk_is_one_clear_line_and_leaves_the_old_report(result, nothing, tmp_path):
    write_report(nothing, tmp_path)
    before = {file.name: file.read_bytes() for file in tmp_path.iterdir()}
    with (
        small_disk(1_000),
        pytest.raises(PipelineError, match=r"bao-cao\.html: cannot be written: .*free some space") as e,
    ):
        write_report(result, tmp_path)
    assert "\n" not in str(e.value)
    assert {file.name: file.read_bytes() for file in tmp_path.iterdir()} == before


def test_folder_that_cannot_be_written_is_one_clear_line(result, tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(PipelineError, match="cannot be written") as e:
        write_report(result, tmp_path / "file")
    assert "không ghi được" in e.value.text("vi")


def test_empty_campaign_is_written_too(nothing, tmp_path):
    assert set(write_report(nothing, tmp_path)) == FILES
    assert render(nothing) == (tmp_path / "bao-cao.html").read_text()
