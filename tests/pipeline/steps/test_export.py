import csv
import gzip
import io
import json
from datetime import UTC, datetime

import pyarrow.parquet as pq
import pytest

from pipeline.records import LabelEvent
from pipeline.report.words import STARTS_FORMULA
from pipeline.steps.export import COLUMNS
from pipeline.store import labels

SUBJECTS = list(COLUMNS)
ROWS = {"articles": 3, "labels": 2, "predictions": 3, "audit": 3}


@pytest.fixture
def full(campaign):
    """A campaign with something of every subject."""
    at = datetime(2020, 9, 6, 8, tzinfo=UTC)
    said = [LabelEvent(campaign.ids[0], "congress", value=True, reviewer="=r1", at=at, codebook="c1")]
    said.append(
        LabelEvent(
            campaign.ids[1],
            "congress",
            value=False,
            reviewer="r2",
            at=at,
            codebook="c1",
            model="m1",
            inclusion_probability=0.25,
        )
    )
    with campaign.open() as store, store.begin() as connection:
        labels.append(connection, said)
    assert campaign.run("classify") == 0
    assert campaign.run("audit", "--as-of", "2020-09-06") == 0
    return campaign


def exported(campaign, subject, fmt, suffix=""):
    out = campaign.folder / f"{subject}.{fmt}{suffix}"
    assert campaign.run("export", subject, "--format", fmt, "--out", out) == 0
    return out


def rows_of(file, fmt):
    if fmt == "jsonl":
        return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    if fmt == "csv":
        return list(csv.DictReader(io.StringIO(file.read_text(encoding="utf-8-sig"), newline="")))
    return pq.read_table(file).to_pylist()


@pytest.mark.parametrize("fmt", ["jsonl", "csv", "parquet"])
@pytest.mark.parametrize("subject", SUBJECTS)
def test_every_subject_has_its_columns_in_every_format(full, subject, fmt):
    rows = rows_of(exported(full, subject, fmt), fmt)
    assert len(rows) == ROWS[subject]
    assert {tuple(row) for row in rows} == {tuple(COLUMNS[subject])}


def test_formats_say_the_same(full):
    for subject in SUBJECTS:
        plain = rows_of(exported(full, subject, "jsonl"), "jsonl")
        flat = [
            {k: json.dumps(v, ensure_ascii=False) if isinstance(v, list | dict) else v for k, v in row.items()}
            for row in plain
        ]
        assert rows_of(exported(full, subject, "parquet"), "parquet") == flat


def test_article_is_exported_in_local_time_and_known_precision(full):
    rows = {row["id"]: row for row in rows_of(exported(full, "articles", "jsonl"), "jsonl")}
    first, second, _ = (rows[article] for article in full.ids)
    assert (first["published"], second["published"]) == ("2020-09-02", "2020-09-03T08:30:00+07:00")
    assert (first["url"], first["source"], first["outlet"]) == ("http://bao.example/bai-0.html", "bao", "bao")


def test_no_cell_of_a_spreadsheet_begins_a_formula(full):
    for subject in SUBJECTS:
        file = exported(full, subject, "csv")
        assert file.read_bytes().startswith(b"\xef\xbb\xbf")
        for row in csv.reader(io.StringIO(file.read_text(encoding="utf-8-sig"), newline="")):
            assert not [cell for cell in row if cell.startswith(STARTS_FORMULA)]
    assert "'=Đại hội đảng bộ" in exported(full, "articles", "csv").read_text(encoding="utf-8")


@pytest.mark.parametrize("fmt", ["jsonl", "csv"])
def test_standard_output_carries_the_same_bytes(full, fmt, capfdbinary):
    assert full.run("export", "articles", "--format", fmt) == 0
    assert capfdbinary.readouterr().out == exported(full, "articles", fmt).read_bytes()


def test_name_that_ends_in_gz_is_compressed(full):
    packed = exported(full, "articles", "jsonl", ".gz").read_bytes()
    assert gzip.decompress(packed) == exported(full, "articles", "jsonl").read_bytes()


@pytest.mark.parametrize("fmt", ["csv", "parquet"])
@pytest.mark.parametrize("subject", ["labels", "predictions"])
def test_nothing_to_export_still_has_its_columns(campaign, subject, fmt):
    file = exported(campaign, subject, fmt)
    if fmt == "csv":
        assert file.read_text(encoding="utf-8-sig").strip().split(",") == list(COLUMNS[subject])
    else:
        assert pq.read_table(file).column_names == list(COLUMNS[subject])


def test_export_without_an_audit_says_so_and_leaves_no_file(campaign, capsys):
    out = campaign.folder / "audit.csv"
    assert campaign.run("export", "audit", "--format", "csv", "--out", out, lang="vi") == 1
    assert "kho chưa có lượt kiểm tra nào" in capsys.readouterr().err
    assert not list(campaign.folder.glob("*audit.csv*"))


def test_place_that_cannot_be_written_is_one_line(campaign, capsys):
    (campaign.folder / "file").touch()
    assert campaign.run("export", "articles", "--out", campaign.folder / "file" / "x.jsonl") == 1
    assert "cannot be written: " in capsys.readouterr().err
