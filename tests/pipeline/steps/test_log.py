"""A log's rows become articles of their outlet and channel, once, and count in no crawl."""

from datetime import UTC, date, datetime

import pytest

from pipeline.config import load_config
from pipeline.errors import InputError
from pipeline.logs import COLUMNS
from pipeline.steps.log import import_log
from pipeline.store import articles, items, observations, outlets

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
def config(tmp_path, sqlite_store):
    file = tmp_path / "config.toml"
    file.write_text(CONFIG, encoding="utf-8")
    config = load_config(file)
    with sqlite_store.begin() as connection:
        outlets.sync(connection, config.outlets, config.sources)
    return config


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


def test_log_source_waits_for_no_proof(config, sqlite_store, log):
    import_log(config, sqlite_store, log, AT)
    with sqlite_store.read() as connection:
        proofs = observations.day_proofs(connection, date(2020, 9, 5), date(2020, 9, 5))
    assert [proof.outlet for proof in proofs] == ["ptth"]
    assert proofs[0].reason == "not looked"


def test_one_faulty_row_keeps_the_whole_file_out(config, sqlite_store, log):
    log.write_text(log.read_text(encoding="utf-8") + "\nxa,phát thanh,1/9/2020,,Tin,,,,", encoding="utf-8")
    with pytest.raises(InputError, match=r"log\.csv:5: Outlet id: no outlet 'xa'"):
        import_log(config, sqlite_store, log, AT)
    with sqlite_store.read() as connection:
        assert articles.count(connection) == 0
