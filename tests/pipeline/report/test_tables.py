import csv
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import date
from io import BytesIO, StringIO

import openpyxl
import pyarrow.parquet as pq
import pytest
from bs4 import BeautifulSoup

from pipeline.audits import Agreement, Drift, Estimate, Forecast, Risk, Sample
from pipeline.report.csv import csv_file
from pipeline.report.html import render
from pipeline.report.index import Index
from pipeline.report.method import chapters, method_lines
from pipeline.report.parquet import parquet_file
from pipeline.report.tables import FORMAT, tables
from pipeline.report.words import STARTS_FORMULA
from pipeline.report.xlsx import workbook
from pipeline.store.tables_file import sqlite_file
from pipeline.wording import Words


@pytest.fixture
def full(result):
    """The small audit with an estimate, a forecast, and something to read."""
    verdict = result.verdicts[0]
    waiting = replace(verdict, verdict="uncertain", to_read=(*sorted(result.items)[:2], "f" * 16))
    estimate = Estimate("before", "prep", "", "", 3, 1, 9, 5, 3, 3.0, 3.4, 6.0, None, None, 0.95, ("few_readings",))
    forecast = Forecast(
        "after", "plan", "dai", verdict.duty, "items", 1, 1.5, 4, 3, 6, 0.25, 0.5, 0.8125, date(2020, 9, 20)
    )
    return replace(
        result,
        verdicts=(waiting, *result.verdicts[1:]),
        estimates=(estimate,),
        forecasts=(forecast,),
        inputs={"config": "c0"},
    )


@pytest.fixture
def made(full):
    return tables(Index(full, Words("vi")))


@pytest.fixture
def base(made):
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.deserialize(sqlite_file(made))
        yield connection


def test_ids_of_tables_and_heads_of_columns_are_unique(made):
    assert len({table.id for table in made}) == len(made) == len({table.name for table in made})
    for table in made:
        for words in ([column.id for column in table.columns], [column.name for column in table.columns]):
            assert len(set(words)) == len(words), (table.id, words)
        for row in table.rows():
            assert len(row) == len(table.columns)


def test_rows_can_be_read_twice(made):
    for table in made:
        assert list(table.rows()) == list(table.rows())


def test_no_two_rows_of_a_table_share_its_key(made):
    for table in made:
        if table.key:
            places = [next(n for n, column in enumerate(table.columns) if column.id == name) for name in table.key]
            found = [tuple(row[place] for place in places) for row in table.rows()]
            assert len(set(found)) == len(found), table.id


def test_every_format_has_the_same_rows(made, base, full):
    book = openpyxl.load_workbook(BytesIO(workbook(made, "", full.as_of, Words("vi"))))
    for table in made:
        rows = list(table.rows())
        assert len(list(csv.reader(StringIO(csv_file(table).decode("utf-8-sig"), newline="")))) == len(rows) + 1
        if table.kind != "part":
            assert book[table.name].max_row == len(rows) + len(table.preface) + 1
        if table.kind != "answer":
            assert base.execute(f'SELECT count(*) FROM "{table.id}"').fetchone() == (len(rows),)
            read = pq.read_table(BytesIO(parquet_file(table)))
            plain = [
                [
                    float(v) if c.form in {"decimal", "share", "risk"} and v is not None else v
                    for v, c in zip(row, table.columns, strict=True)
                ]
                for row in rows
            ]
            assert [list(row.values()) for row in read.to_pylist()] == plain


def test_sqlite_file_is_whole_and_its_references_hold(base):
    assert base.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    assert base.execute("PRAGMA foreign_key_check").fetchall() == []
    assert base.execute("SELECT value FROM metadata WHERE key = 'format'").fetchone() == (FORMAT,)
    assert base.execute("SELECT value FROM metadata WHERE key = 'input_config'").fetchone() == ("c0",)


def test_sqlite_answers_by_itself_which_articles_a_count_rests_on(base, full):
    asked = """
        SELECT cells.verified, count(cell_articles.article), group_concat(articles.title, '|')
        FROM cells JOIN cell_articles USING (cell) JOIN articles USING (article)
        WHERE cells.outlet = 'bao' AND cells.topic = 'prep' AND cells.phase = 'before' AND confirmed
    """
    number, listed, titles = base.execute(asked).fetchone()
    assert number == listed == 2
    assert "=HYPERLINK(1)" in titles.split("|")  # SQLite runs no formulas: the title as it is


def test_sqlite_says_what_its_columns_mean(base):
    told = dict(base.execute("SELECT column_id, about FROM columns WHERE table_id = 'duties'"))
    assert "gap = Thiếu" in told["verdict"]
    types = {row[1]: row[2] for row in base.execute("PRAGMA table_info(duties)")}
    assert (types["duty"], types["risk"], types["reason"]) == ("INTEGER", "REAL", "TEXT")


def test_reading_list_names_described_articles_alone(base):
    assert base.execute("SELECT count(*) FROM reading_list WHERE duty = 1").fetchone() == (2,)
    assert base.execute("SELECT to_read FROM duties WHERE duty = 1").fetchone() == (3,)


def test_csv_opens_in_excel_in_vietnamese(made):
    duties = next(table for table in made if table.id == "duties")
    raw = csv_file(duties)
    assert raw.startswith(b"\xef\xbb\xbf")
    first = next(csv.DictReader(StringIO(raw.decode("utf-8-sig"), newline="")))
    assert (first["Cơ quan"], first["Kết luận"]) == ("Báo Sơn Khê", "Chưa đủ căn cứ")


@pytest.mark.parametrize("start", STARTS_FORMULA)
def test_no_cell_of_csv_begins_a_formula(full, start):
    key = min(full.items)
    evil = replace(full.items[key], title=f"{start}cmd|' /C calc'!A0", evidence={"prep": f"{start}1"})
    changed = tables(Index(replace(full, items={**full.items, key: evil}), Words("vi")))
    found = 0
    for table in changed:
        for row in csv.reader(StringIO(csv_file(table).decode("utf-8-sig"), newline="")):
            assert not any(cell.startswith(STARTS_FORMULA) for cell in row)
            found += any("cmd|" in cell for cell in row)
    assert found >= 2  # it was there, in the list of articles and in what is to be read


def test_texts_of_strangers_cannot_break_a_file(full):
    key = min(full.items)
    odd = replace(full.items[key], title="Bài\x00 \ud800viết\u202e", url='https://x.example/"; DROP TABLE duties; --')
    changed = tables(Index(replace(full, items={**full.items, key: odd}), Words("vi")))
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.deserialize(sqlite_file(changed))
        asked = "SELECT title, url FROM articles WHERE article = ?"
        assert connection.execute(asked, (key,)).fetchone() == ("Bài viết", odd.url)
    articles = next(table for table in changed if table.id == "articles")
    assert "Bài viết" in pq.read_table(BytesIO(parquet_file(articles))).column("title").to_pylist()
    assert "Bài viết" in csv_file(articles).decode()


def test_estimates_and_forecasts_are_told_with_doubts_and_by_when(made):
    by_id = {table.id: table for table in made}
    [estimate] = by_id["estimates"].rows()
    assert estimate[-1] == "chưa đủ bài đọc ngẫu nhiên"
    assert (estimate[0], estimate[1]) == (None, "")
    [forecast] = by_id["forecasts"].rows()
    assert (forecast[0], forecast[3], forecast[4]) == ("dai", 0.8125, date(2020, 9, 20))


def test_method_says_sample_risk_and_which_topics_are_in_doubt(full):
    told = dict(method_lines(Index(full, Words("vi"))))
    assert told["Mẫu ngẫu nhiên"].startswith("Chưa rút mẫu ngẫu nhiên nào")
    assert told["Khả năng kết luận nhầm"].startswith("Không kết luận “thiếu” nào dựa vào thống kê")
    assert "Chưa thống nhất" not in told
    doubtful = replace(
        full,
        sample=Sample(0.12, 1_200, 900, 4, 296),
        risk=Risk(1 / 48, 48, 3, 0.0601, 1.0),
        agreements=(Agreement("people", 40, 0.4, 0.1, 0.6, 0.3, poor=True),),
        drifts=(Drift("after", "plan", 9.0, 1.0, 3.0, (1, 5), (20, 22), parted=True),),
    )
    told = dict(method_lines(Index(doubtful, Words("vi"))))
    assert "Rút 12% số bài" in told["Mẫu ngẫu nhiên"]
    assert "1.200 bài, đã đọc 900" in told["Mẫu ngẫu nhiên"]
    assert (
        "48 nhiệm vụ, mỗi nhiệm vụ có khả năng kết luận nhầm không quá 2,1%; 3 nhiệm vụ"
        in told["Khả năng kết luận nhầm"]
    )
    assert "không quá 0,07; mức cho phép" in told["Khả năng kết luận nhầm"]
    assert told["Chưa thống nhất"].endswith("Tâm tư, nguyện vọng.")
    assert told["Máy không còn khớp"].endswith("Chương trình hành động.")


def test_method_is_told_whole_on_the_page_and_in_short_elsewhere(full):
    index = Index(full, Words("vi"))
    page = " ".join(BeautifulSoup(render(full), "lxml").select_one("#cach-lam").get_text(" ", strip=True).split())
    told = dict(method_lines(index))
    for chapter in chapters(index):
        parts = [chapter.title, chapter.gist, *chapter.more, *(part for term in chapter.terms for part in term)]
        assert all(" ".join(part.split()) in page for part in parts)
        assert told[chapter.title].startswith(chapter.gist)
        assert not any(text in told[chapter.title] for text in chapter.more)
    assert "Không bao giờ được coi là thiếu" in told["Kết luận"]
    quiet = dict(method_lines(Index(replace(full, forecasts=()), Words("vi"))))
    assert ("Dự báo" in told, "Dự báo" in quiet) == (True, False)


def test_reports_in_english_call_phases_by_their_english_names(full):
    before, *rest = full.phases
    named = replace(full, phases=(replace(before, name_en="Before the congress"), *rest))
    english, vietnamese = (render(named, lang=lang) for lang in ("en", "vi"))
    assert "Before the congress" in english
    assert before.name not in english
    assert rest[0].name in english  # has no other name
    assert before.name in vietnamese
    assert "Before the congress" not in vietnamese
