"""A log's rows become articles of their outlet and channel, once, and count in no crawl."""

from datetime import UTC, date, datetime

import pytest

from pipeline.config import load_config
from pipeline.errors import InputError
from pipeline.logs.columns import COLUMNS
from pipeline.steps.log import import_log
from pipeline.store import articles, items, observations

AT = datetime(2020, 10, 1, 3, tzinfo=UTC)
CONFIG = """
[[outlet]]
id = "ptth"
name = "Đài Phát thanh và Truyền hình"
kind = "broadcaster"

[[source]]
id = "ptth"
name = "Đài"
outlet = "ptth"
home = "https://ptth.vn/"
"""


@pytest.fixture
def config(tmp_path):
    file = tmp_path / "config.toml"
    file.write_text(CONFIG, encoding="utf-8")
    return load_config(file)


@pytest.fixture
def log(tmp_path):
    rows = (
        "ptth,loa truyền thanh,05/09/2020,17:30,Chào mừng Đại hội,Bài viết,2:30,3,",
        "ptth,loa truyền thanh,05/09/2020,17:30,Chào mừng Đại hội,Bài viết,2:30,,",
        "ptth,truyền hình,06/09/2020,,Phóng sự,,10,,https://ptth.vn/phong-su",
    )
    file = tmp_path / "log.csv"
    file.write_text("\n".join([",".join(vi for vi, _ in COLUMNS.values()), *rows]), encoding="utf-8")
    return file


def test_rows_are_articles_with_channel_minutes_and_the_file_behind_them(config, sqlite_store, log):
    done = import_log(config, sqlite_store, log, AT)
    with sqlite_store.read() as connection:
        seen = sorted(items.audit_items(connection, "", ""), key=lambda each: (each.day, each.minutes))
    assert (done.rows, done.articles) == (3, {"new": 3})
    assert [(each.channel, each.day, round(each.minutes, 2), each.date_state) for each in seen] == [
        ("loudspeaker", date(2020, 9, 5), 2.5, "certain"),
        ("loudspeaker", date(2020, 9, 5), 7.5, "certain"),
        ("television", date(2020, 9, 6), 10.0, "certain"),
    ]
    assert {each.archive_file for each in seen} == {"rasoat-2020-10-01.warc.gz"}


def test_same_log_twice_changes_nothing(config, sqlite_store, log):
    import_log(config, sqlite_store, log, AT)
    assert import_log(config, sqlite_store, log, AT).articles == {"unchanged": 3}


def test_paper_says_what_stood_on_its_front_page_and_a_corrected_log_says_it_again(config, sqlite_store, tmp_path):
    def fronts(*pages):
        rows = [f"ptth,báo in,0{n}/09/2020,,Tin {n},,,,,{page}" for n, page in enumerate(pages, start=1)]
        import_log(config, sqlite_store, write(tmp_path, *rows), AT)
        with sqlite_store.read() as connection:
            return [each.front for each in items.audit_items(connection, "", "")]

    assert fronts("", "1", "3") == [None, True, False]
    assert fronts("1", "2", "3") == [True, False, False]
    assert fronts("", "", "") == [True, False, False]  # what is known stays


def test_log_source_waits_for_no_proof(config, sqlite_store, log):
    import_log(config, sqlite_store, log, AT)
    with sqlite_store.read() as connection:
        proofs = observations.day_proofs(connection, date(2020, 9, 5), date(2020, 9, 5))
    assert [proof.outlet for proof in proofs] == ["ptth"]
    assert proofs[0].reason == observations.NOT_LOOKED


def test_one_faulty_row_keeps_the_whole_file_out(config, sqlite_store, log):
    log.write_text(log.read_text(encoding="utf-8") + "\nxa,phát thanh,1/9/2020,,Tin,,,,", encoding="utf-8")
    with pytest.raises(InputError, match=r"log\.csv:5: Outlet id: no outlet 'xa'"):
        import_log(config, sqlite_store, log, AT)
    with sqlite_store.read() as connection:
        assert articles.count(connection) == 0


ROWS = (
    "ptth,loa truyền thanh,05/09/2020,17:30,Chào mừng Đại hội,,2:30,,",
    "ptth,loa truyền thanh,06/09/2020,17:30,Gương người tốt,,5,,",
    "ptth,loa truyền thanh,07/09/2020,17:30,Học tập và làm teo,,5,,",
)
MENDED = ROWS[2].replace("làm teo", "làm theo")


def write(folder, *rows, name="loa.csv"):
    file = folder / name
    file.write_text("\n".join([",".join(vi for vi, _ in COLUMNS.values()), *rows]), encoding="utf-8")
    return file


def titles(store):
    with store.read() as connection:
        return [each.title for each in items.audit_items(connection, "", "")]


def bring(config, store, folder, *rows, name="loa.csv", **options):
    done = import_log(config, store, write(folder, *rows, name=name), AT, **options)
    return done.articles.get("new", 0), done.withdrawn


def test_corrected_log_takes_the_place_of_the_older_one(config, sqlite_store, tmp_path):
    assert bring(config, sqlite_store, tmp_path, *ROWS) == (3, 0)
    assert bring(config, sqlite_store, tmp_path, *ROWS[:2], MENDED, name="loa (1).csv") == (1, 1)
    assert titles(sqlite_store) == ["Chào mừng Đại hội", "Gương người tốt", "Học tập và làm theo"]


def test_row_that_is_corrected_twice_stands_once(config, sqlite_store, tmp_path):
    for row in (ROWS[2], MENDED, MENDED.replace("Học", "Hãy học")):
        bring(config, sqlite_store, tmp_path, *ROWS[:2], row)
    assert titles(sqlite_store)[2:] == ["Hãy học tập và làm theo"]


def test_older_log_brings_its_rows_back(config, sqlite_store, tmp_path):
    for row in (ROWS[2], MENDED, ROWS[2]):
        bring(config, sqlite_store, tmp_path, *ROWS[:2], row)
    assert titles(sqlite_store)[2:] == ["Học tập và làm teo"]


def test_log_of_other_days_takes_nothing_away(config, sqlite_store, tmp_path):
    bring(config, sqlite_store, tmp_path, *ROWS)
    later = (ROWS[2], ROWS[1].replace("06/09", "08/09"))
    assert bring(config, sqlite_store, tmp_path, *later) == (1, 0)
    assert len(titles(sqlite_store)) == 4


def test_log_of_another_screen_on_the_same_days_stands_beside(config, sqlite_store, tmp_path):
    bring(config, sqlite_store, tmp_path, *ROWS)
    other = [
        row.replace("Chào mừng", "Thi đua mừng").replace("Gương", "Nêu gương").replace("teo", "theo") for row in ROWS
    ]
    done = import_log(config, sqlite_store, write(tmp_path, *other, name="loa-2.csv"), AT)
    assert (done.articles, done.withdrawn, done.beside) == ({"new": 3}, 0, 3)


def test_log_of_another_commune_with_the_same_bulletins_at_other_hours_stands_beside(config, sqlite_store, tmp_path):
    bring(config, sqlite_store, tmp_path, *ROWS)
    other = [row.replace("17:30", "05:00") for row in ROWS]
    assert bring(config, sqlite_store, tmp_path, *other, name="loa-2.csv") == (3, 0)
    assert len(titles(sqlite_store)) == 6


@pytest.mark.parametrize(("first", "second"), [("17:30", ""), ("", "17:30")])
def test_hours_that_are_added_or_left_out_correct_a_log_of_any_name(config, sqlite_store, tmp_path, first, second):
    bring(config, sqlite_store, tmp_path, *(row.replace("17:30", first) for row in ROWS))
    again = [row.replace("17:30", second) for row in ROWS]
    assert bring(config, sqlite_store, tmp_path, *again, name="loa moi.csv") == (3, 3)


def test_hours_are_corrected_in_a_file_of_the_same_name(config, sqlite_store, tmp_path):
    bring(config, sqlite_store, tmp_path, *ROWS)
    assert bring(config, sqlite_store, tmp_path, *(row.replace("17:30", "18:30") for row in ROWS)) == (3, 3)


def test_replace_drops_all_that_was_imported_for_the_channel_and_days(config, sqlite_store, tmp_path):
    bring(config, sqlite_store, tmp_path, *ROWS)
    bring(config, sqlite_store, tmp_path, "ptth,màn hình LED,06/09/2020,17:30,Chạy chữ,,5,,", name="led.csv")
    assert bring(config, sqlite_store, tmp_path, MENDED, ROWS[0], name="moi.csv", replace=True) == (1, 2)
    assert titles(sqlite_store) == ["Chào mừng Đại hội", "Chạy chữ", "Học tập và làm theo"]


def test_corrected_log_takes_the_place_of_the_older_one_on_both_engines(store, tmp_path):
    file = tmp_path / "config.toml"
    file.write_text(CONFIG, encoding="utf-8")
    config = load_config(file)
    for rows in (ROWS, (*ROWS[:2], MENDED), ROWS):
        bring(config, store, tmp_path, *rows)
    assert titles(store) == ["Chào mừng Đại hội", "Gương người tốt", "Học tập và làm teo"]
