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
from pipeline.settings import ReportSettings

EVERY = ReportSettings(formats=("html", "xlsx", "docx", "pdf", "csv", "json", "parquet", "sqlite"))
FILES = {
    "bao-cao.html",
    "bao-cao.xlsx",
    "bao-cao.docx",
    "bao-cao.pdf",
    "audit.json",
    "audit.sqlite",
    "csv/duties.csv",
    "csv/missing.csv",
    "parquet/duties.parquet",
    "manifest.json",
}


def files(folder):
    return {file.relative_to(folder).as_posix() for file in folder.rglob("*") if file.is_file()}


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
    digests = write_report(result, tmp_path, EVERY)
    assert files(tmp_path) == set(digests) >= FILES
    manifest = json.loads((tmp_path / "manifest.json").read_text())
    assert set(manifest["files"]) == set(digests) - {"manifest.json"}
    for name, file in manifest["files"].items():
        content = (tmp_path / name).read_bytes()
        assert (file["sha256"], file["bytes"]) == (sha256(content).hexdigest(), len(content))
        assert digests[name] == file["sha256"]
    assert (manifest["as_of"], manifest["codebook"], manifest["model"]) == ("2020-12-31", "c0debook", "m0del")
    assert {"rasoat", "typst", "xlsxwriter", "python-docx", "pyarrow", "sqlite"} <= set(manifest["versions"])


def test_only_the_formats_that_the_campaign_asks_for_are_written(result, tmp_path):
    assert set(write_report(result, tmp_path, ReportSettings(formats=("json", "html")))) == {
        "audit.json",
        "bao-cao.html",
        "manifest.json",
    }


@pytest.mark.parametrize(("form", "library"), [("docx", "docx"), ("pdf", "typst"), ("parquet", "pyarrow")])
def test_missing_library_is_told_before_anything_is_written(result, tmp_path, monkeypatch, form, library):
    monkeypatch.setitem(sys.modules, library, None)
    with pytest.raises(PipelineError, match=rf'report\.formats: "{form}" needs {library}.*pip install') as e:
        write_report(result, tmp_path, ReportSettings(formats=("json", form)))
    assert "máy này chưa cài" in e.value.text("vi")
    assert not files(tmp_path)


def test_json_holds_the_whole_result(result, tmp_path):
    write_report(result, tmp_path)
    audit = json.loads((tmp_path / "audit.json").read_text())
    assert len(audit["cells"]) == len(result.cells)
    assert audit["items"][f"{2:016x}"]["verified"] == ["people", "prep"]
    assert audit["observed"][2]["missing_days"] == ["2020-09-03", "2020-09-04"]


def test_bytes_hang_on_neither_hashes_nor_place_nor_time_nor_language_of_the_machine(audit_of, tmp_path):
    code = (
        "import sys, importlib.util as u; s = u.spec_from_file_location('c', sys.argv[1]); m = u.module_from_spec(s);"
        "s.loader.exec_module(m); from pathlib import Path; from pipeline.report.write import write_report;"
        "from pipeline.settings import ReportSettings as S;"
        "e = S(formats=('html', 'xlsx', 'docx', 'pdf', 'csv', 'json', 'parquet', 'sqlite'));"
        "print(write_report(m.audit(), Path(sys.argv[2]), e))"
    )
    here = Path(__file__)
    said = subprocess.run(
        [sys.executable, "-c", code, here.with_name("conftest.py"), tmp_path / "there"],
        env={
            "PYTHONHASHSEED": "2",
            "TZ": "America/New_York",
            "LANG": "vi_VN.UTF-8",
            "PYTHONPATH": str(here.parents[3]),
        },
        capture_output=True,
        check=True,
        text=True,
    ).stdout
    assert said == f"{write_report(audit_of(), tmp_path / 'here', EVERY)}\n"
    assert files(tmp_path / "there") == files(tmp_path / "here") >= FILES


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_same_audit_gives_the_same_bytes_twice(result, tmp_path, lang):
    first = write_report(result, tmp_path / "a", EVERY, lang=lang)
    assert write_report(result, tmp_path / "b", EVERY, lang=lang) == first
    for name in first:
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()


def test_full_disk_is_one_clear_line_and_leaves_the_old_report(result, nothing, tmp_path):
    write_report(nothing, tmp_path)
    before = {name: (tmp_path / name).read_bytes() for name in files(tmp_path)}
    with (
        small_disk(1_000),
        pytest.raises(PipelineError, match=r"bao-cao\.html: cannot be written: .*free some space") as e,
    ):
        write_report(result, tmp_path)
    assert "\n" not in str(e.value)
    assert {name: (tmp_path / name).read_bytes() for name in files(tmp_path)} == before


def test_folder_that_cannot_be_written_is_one_clear_line(result, tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(PipelineError, match="cannot be written") as e:
        write_report(result, tmp_path / "file")
    assert "không ghi được" in e.value.text("vi")


def test_empty_campaign_is_written_too(nothing, tmp_path):
    assert set(write_report(nothing, tmp_path, EVERY)) >= FILES
    assert render(nothing) == (tmp_path / "bao-cao.html").read_text()
