"""The numbers of every file are those that somebody counts by hand, in SQL and without the auditor, in the store itself."""

import csv
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime

import openpyxl
import pytest
from bs4 import BeautifulSoup

from pipeline.console import EXIT_OK
from pipeline.records import LabelEvent
from pipeline.store import articles, codebooks, labels
from tests.pipeline.conftest import _article

DAY = date(2020, 9, 6)
BODIES = {
    "c": "Hôm nay khai mạc đại hội đảng bộ xã số {}.",
    "y": "Đoàn thanh niên xã số {} ra quân.",
    "-": "Giá rau chợ {}.",
}
MORE = (  # outlet, what its text speaks of, day of September, state of its date, what readers said of both topics
    ("bao", "c", 1, "certain", {"congress": [True]}),
    ("bao", "c", 2, "probable", {"congress": [False, True]}),
    ("bao", "c", 3, "certain", {"congress": [True, False]}),
    ("bao", "c", 4, "certain", {}),
    ("bao", "y", 5, "doubtful", {"youth": [True]}),  # stored, and counted nowhere
    ("bao", "y", 5, "certain", {"youth": [True, None]}),  # the word was taken back: it is the machine's again
    ("bao", "-", 9, "certain", {"congress": [True]}),  # after the phase
    ("dai", "y", 1, "certain", {"youth": [True]}),
    ("dai", "-", 2, "certain", {"youth": [True], "congress": [False]}),
    ("dai", "c", 3, "certain", {"youth": [False]}),
)
HAND = """
    SELECT count(*) FILTER (WHERE word = 1), count(*) FILTER (WHERE word IS NULL AND found),
           coalesce(sum(media_s) FILTER (WHERE word = 1), 0) / 60
    FROM (SELECT a.media_s,
                 (SELECT value FROM label_events e WHERE e.article_id = a.id AND e.topic = :topic ORDER BY e.id DESC LIMIT 1) word,
                 EXISTS (SELECT 1 FROM predictions p, json_each(p.topics) t WHERE p.article_id = a.id AND t.value = :topic) found
          FROM articles a WHERE a.outlet_id = :outlet AND a.day BETWEEN '2020-09-01' AND '2020-09-05'
                            AND a.date_state IN ('certain', 'probable'))
"""
CELLS = [(topic, outlet) for topic in ("congress", "youth") for outlet in ("bao", "dai")]


@pytest.fixture(scope="module")
def counted(new_campaign, tmp_path_factory):
    """The campaign with more articles, tagged, read in part and audited; what is counted by hand, cell by cell."""
    campaign = new_campaign(tmp_path_factory.mktemp("counted"))
    with campaign.open() as store, store.begin() as connection:
        codebooks.register(connection, "c", campaign.config.codebook.as_json())
        for number, (outlet, about, day, state, words) in enumerate(MORE, start=len(campaign.ids)):
            made = _article(number, outlet, f"Bài {number}", BODIES[about].format(number), day)
            articles.save(connection, replace(made, date_state=state), outlet)
            identity = articles.article_id(outlet, made.channel, made.url_key)
            said = [(topic, value) for topic, values in words.items() for value in values]
            labels.append(
                connection,
                [
                    LabelEvent(identity, topic, value, "Lan", datetime(2020, 9, 7, 1, n, tzinfo=UTC), "c")
                    for n, (topic, value) in enumerate(said)
                ],
            )
    assert campaign.run("classify", lang="vi") == EXIT_OK
    assert campaign.run("audit", "--as-of", DAY, lang="vi") == EXIT_OK
    with closing(sqlite3.connect(campaign.config.data / "rasoat.sqlite")) as store:
        return campaign.config.data / "report" / str(DAY), {
            (topic, outlet): store.execute(HAND, {"topic": topic, "outlet": outlet}).fetchone()
            for topic, outlet in CELLS
        }


def test_every_file_counts_what_is_counted_by_hand(counted):
    folder, hand = counted
    assert {cell: numbers[:2] for cell, numbers in hand.items()} == {
        ("congress", "bao"): (2, 2),
        ("congress", "dai"): (0, 1),
        ("youth", "bao"): (0, 1),
        ("youth", "dai"): (2, 1),
    }
    soup = BeautifulSoup((folder / "bao-cao.html").read_text(encoding="utf-8"), "lxml")
    for (topic, outlet), (verified, machine, _) in hand.items():
        place = f"0-{['congress', 'youth'].index(topic)}-{['bao', 'dai'].index(outlet)}"
        shown = {each["data-n"]: int(each.text) for each in soup.select(f"#o-{place} [data-n]")}
        assert (shown.get("v", 0), shown.get("m", 0)) == (verified, machine)
        assert (len(soup.select(f"#ds-{place} .v")), len(soup.select(f"#ds-{place} .m"))) == (verified, machine)
    with closing(sqlite3.connect(folder / "audit.sqlite")) as base:
        rows = base.execute("SELECT topic, outlet, verified, machine, verified_minutes FROM cells").fetchall()
    assert {(topic, outlet): numbers for topic, outlet, *numbers in rows} == {
        cell: [*each] for cell, each in hand.items()
    }
    lines = list(openpyxl.load_workbook(folder / "bao-cao.xlsx")["Số liệu"].iter_rows(values_only=True))
    sheet = {(line[2], line[3]): line for line in lines}
    assert sheet["Đại hội", "Báo Sơn Khê"][4:6] == hand["congress", "bao"][:2]


def test_verdicts_follow_from_what_is_counted_by_hand(counted):
    folder, hand = counted
    with (folder / "csv" / "duties.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = {(row["Chủ đề"], row["Cơ quan"]): row for row in csv.DictReader(file)}
    met, open_, minutes = (
        rows[each] for each in (("Đại hội", "Báo Sơn Khê"), ("Đại hội", "Đài Sơn Khê"), ("Thanh niên", "Đài Sơn Khê"))
    )
    assert (met["Kết luận"], float(met["Đã xác nhận"])) == ("Đạt", hand["congress", "bao"][0])
    assert (open_["Kết luận"], float(open_["Đã xác nhận"])) == ("Chưa đủ căn cứ", hand["congress", "dai"][0])
    assert (minutes["Kết luận"], float(minutes["Đã xác nhận"])) == ("Đạt", hand["youth", "dai"][2])
    assert hand["youth", "dai"][2] == 2.0
