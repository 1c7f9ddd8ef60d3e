"""Labels go out with all that is kept of them, come back as they were, and come from other tools."""

import csv
import gzip
import io
import json
import os
import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.errors import InputError
from pipeline.readings import Draw, Queue, Serving, Suggestion
from pipeline.records import LabelEvent
from pipeline.report.words import STARTS_FORMULA
from pipeline.steps.label_files import export_labels, import_labels
from pipeline.steps.label_rows import COLUMNS, cells, from_cells
from pipeline.store import labels, queues, readings
from pipeline.store.readings import Adjudication

AT = datetime(2020, 10, 1, 3, 0, 0, 123456, tzinfo=UTC)
SAID = Suggestion("congress", 0.83, 0.4, decided=True, evidence='=HYPERLINK("x")', challenger=0.1)
LABEL = {"congress": True, "youth": False}


def fill(campaign, store):
    """Keeps a reading, its words, a word taken back, and a lead's decision."""
    first, second, _ = campaign.ids
    version = campaign.config.codebook.version
    more = {"suggestion_shown": True, "model": "m1", "queue": "q2", "position": 1}
    serving = Serving("t1", first, "lan", AT, 0, version, (SAID,), **more)
    words = [
        (first, "congress", True, "lan", AT, version, "m1", 0.12, True, "review", "t1", '+84 "gọi"; ngay\nkhi'),
        (first, "youth", False, "lan", AT, version, None, None, False, "bulk"),
        (second, "old_topic", True, "'minh'", AT, "older-version", None, None, False, "codebook"),
        (first, "youth", None, "lan", AT + timedelta(seconds=1), version, None, None, False, "undo"),
    ]
    lead = (first, "youth", True, "trưởng", AT, version, "-1: xem lại")
    with store.begin() as connection:
        queues.create(connection, Queue("q2", "uniform", {"rate": 0.5, "seed": 7}, version, AT, "m1", closed=AT))
        drawn = {"inclusion_probability": 0.5, "stratum": "=a", "score": 0.25, "threshold": 0.5, "model": "m1"}
        queues.create(connection, Queue("q1", "strata", {}, "older", AT))
        queues.add(connection, [Draw("q1", 0, each, version, topic="youth") for each in (second, first)])
        queues.add(connection, [Draw("q2", 0, first, version, blind=True, wanted=2, **drawn)])
        queues.shut(connection, "q1", 1)
        readings.put(connection, serving)
        readings.finish(connection, "t1", "read", AT)
        queues.count_reading(connection, "q2", 1, 1)
        labels.append(connection, [LabelEvent(*word) for word in words])
        readings.adjudicate(connection, [Adjudication(*lead)])


def everything(store):
    with store.read() as connection:
        return (
            list(labels.events(connection)),
            readings.adjudicated(connection),
            list(readings.stream(connection)),
            [
                (state, list(queues.draws(connection, state.queue.id)))
                for state in queues.states(connection, closed=True)
            ],
            readings.words(connection, independent=True),
            labels.current(connection),
        )


@pytest.fixture
def filled_campaign(campaign):
    with campaign.open() as store:
        fill(campaign, store)
        yield campaign, store


@pytest.mark.parametrize("name", ["labels.jsonl", "labels.csv", "labels.jsonl.gz"])
def test_what_was_exported_comes_back_as_it_was_and_only_once(filled_campaign, new_campaign, tmp_path, name):
    campaign, store = filled_campaign
    file = tmp_path / name
    assert export_labels(store, file, "csv" if ".csv" in name else "jsonl") == 11
    before = everything(store)
    done = import_labels(campaign.config, store, file, "", AT)
    assert (done.rows, done.events, done.unmatched) == (11, 0, ())
    assert everything(store) == before
    (tmp_path / "other").mkdir()
    other = new_campaign(tmp_path / "other")
    with other.open() as empty:
        assert import_labels(other.config, empty, file, "", AT).events == 5
        assert everything(empty) == before
        again = tmp_path / f"again-{name}"
        export_labels(empty, again, "csv" if ".csv" in name else "jsonl")
    assert again.read_bytes() == file.read_bytes()


def test_draw_that_both_stores_have_keeps_its_place_and_its_twin(filled_campaign, new_campaign, tmp_path):
    campaign, store = filled_campaign
    file, (first, second, third) = tmp_path / "labels.jsonl", campaign.ids
    export_labels(store, file, "jsonl")
    (tmp_path / "other").mkdir()
    other = new_campaign(tmp_path / "other")
    with other.open() as grown:
        with grown.begin() as connection:
            queues.create(connection, Queue("q2", "uniform", {}, "c", AT))
            queues.add(connection, [Draw("q2", 0, third, "c"), Draw("q2", 0, first, "c", wanted=2)])
            queues.create(connection, Queue("q1", "strata", {}, "c", AT))
            queues.add(connection, [Draw("q1", 0, second, "c", topic="youth")])
        import_labels(other.config, grown, file, "", AT)
        with grown.read() as connection:
            assert [(draw.article, draw.done) for draw in queues.draws(connection, "q2")] == [(third, 0), (first, 1)]
            assert [each.position for each in readings.stream(connection)] == [2]
            assert {word.reviewer for word in readings.words(connection, independent=True)} == {"lan"}
            assert [(s.queue.id, s.open) for s in queues.states(connection)] == [("q1", 2), ("q2", 2)]  # open as it was


def test_file_that_names_nobody_asks_for_a_reviewer(campaign, tmp_path):
    file, row = tmp_path / "labels.jsonl", {"id": campaign.ids[0], "topics": ["youth"]}
    file.write_text(f"{json.dumps(row | {'reviewer': 'r2'})}\n{json.dumps(row)}\n", encoding="utf-8")
    with campaign.open() as store, pytest.raises(InputError, match=r"jsonl:2: names no reviewer; .* --reviewer CODE"):
        import_labels(campaign.config, store, file, "", AT)


def test_reading_of_a_draw_that_the_store_has_counts_once(campaign, tmp_path):
    file, first = tmp_path / "labels.jsonl", campaign.ids[0]
    row = {"kind": "serving", "serving": "t9", "article": first, "reviewer": "lan", "codebook": "c", "base": 0}
    row |= {"at": AT.isoformat(), "done": AT.isoformat(), "outcome": "read", "queue": "q", "position": 1}
    file.write_text(json.dumps(row) + "\n", encoding="utf-8")
    with campaign.open() as store:
        with store.begin() as connection:
            queues.create(connection, Queue("q", "uniform", {}, "c", AT))
            queues.add(connection, [Draw("q", 0, first, "c")])
        for _ in range(2):
            import_labels(campaign.config, store, file, "r1", AT)
        with store.read() as connection:
            assert queues.one(connection, "q", 1).done == 1
            assert [(state.open, state.mine) for state in queues.states(connection, "lan")] == [(0, 1)]


def test_cell_never_begins_a_formula(filled_campaign, tmp_path):
    file = tmp_path / "labels.csv"
    export_labels(filled_campaign[1], file, "csv")
    rows = list(csv.reader(io.StringIO(file.read_text(encoding="utf-8-sig"), newline="")))
    assert rows[0] == list(COLUMNS)
    assert any("84" in cell for row in rows for cell in row)
    assert not [cell for row in rows[1:] for cell in row if cell.startswith(STARTS_FORMULA)]


values = st.none() | st.text(max_size=8) | st.sampled_from([*STARTS_FORMULA, "'", "''=1", "true", "12", ""])


@settings(max_examples=80, deadline=None)
@given(st.fixed_dictionaries(dict.fromkeys(("evidence", "note", "reviewer", "model"), values)))
def test_every_text_survives_a_cell(row):
    made = cells({"kind": "label", "value": False, "base": 7, "suggestions": [{"a": None}], **row})
    found = from_cells(dict(zip(COLUMNS, made, strict=True)))
    assert {name: found[name] for name in row} == row
    assert (found["value"], found["base"], found["suggestions"]) == (False, 7, [{"a": None}])
    assert not [cell for cell in made if cell.startswith(STARTS_FORMULA)]


DRAW = {"kind": "draw", "queue": "nowhere", "position": 1, "blind": False, "wanted": 1, "open": True}


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"kind": "x"}, '"kind": expected queue | draw | serving | label | adjudication'),
        ({"at": "2020-10-01"}, '"at": expected 2020-09-25T08:30:00+00:00'),
        ({"value": "yes"}, '"value": expected true | false'),
        ({"reviewer": None}, 'missing "reviewer"'),
        ({"inclusion_probability": 0}, '"inclusion_probability": expected 0 < p <= 1'),
        ({"origin": "guess"}, '"origin": expected review | bulk'),
        ({"topic": "weather"}, "no such topic 'weather'"),
        ({"serving": "nowhere"}, "\"serving\": neither the file nor the store has 'nowhere'"),
        ({"suggestions": [{"topic": 1}]}, '"suggestions": expected'),
        ({"score": float("nan")}, '"score": expected 0.5'),
        ({"wanted": 2**40}, '"wanted": expected 0, 1, 2'),
        ({"purpose": "fun"}, '"purpose": expected uniform | strata'),
        ({"kind": "draw"}, 'missing "queue"'),
        (DRAW, "\"queue\": neither the file nor the store has 'nowhere'"),
    ],
)
def test_bad_row_is_told_with_its_line_and_nothing_is_stored(campaign, tmp_path, change, told):
    good = {
        "kind": "label",
        "article": campaign.ids[0],
        "topic": "congress",
        "value": True,
        "reviewer": "lan",
        "at": AT.isoformat(),
        "codebook": campaign.config.codebook.version,
        "origin": "review",
        "suggestion_seen": False,
    }
    file = tmp_path / "labels.jsonl"
    file.write_text(f"{json.dumps(good)}\n{json.dumps(good | {'topic': 'youth'} | change)}\n", encoding="utf-8")
    with campaign.open() as store:
        with pytest.raises(InputError) as error:
            import_labels(campaign.config, store, file, "r1", AT)
        assert str(error.value).startswith(f"{file}:2: ")
        assert told in str(error.value)
        assert everything(store)[0] == []


def imported(campaign, name, text):
    file = campaign.folder / name
    file.write_bytes(text.encode() if not name.endswith(".gz") else gzip.compress(text.encode()))
    with campaign.open() as store:
        done = import_labels(campaign.config, store, file, "r1", AT)
        return done, everything(store)


def test_doccano_speaks_by_name_of_what_it_has_labelled(campaign):
    rows = [
        {"id": 1, "text": "…", "label": ["Đại hội"], "meta": {"article_id": campaign.ids[0]}},
        {"id": 2, "text": "…", "label": [], "url": "http://bao.example/bai-1.html"},
        {"id": 3, "text": "…", "labels": ["YOUTH"], "url": "http://dai.example/bai-2.html"},
        {"id": 4, "text": "…", "label": ["youth"], "url": "http://dai.example/khac.html"},
    ]
    done, (events, *_, current) = imported(campaign, "all.jsonl", "".join(f"{json.dumps(row)}\n" for row in rows))
    assert (done.rows, done.events, done.unread) == (2, 4, 1)
    assert done.unmatched == (f"{campaign.folder / 'all.jsonl'}:4: http://dai.example/khac.html",)
    assert current == {campaign.ids[0]: LABEL, campaign.ids[2]: {"congress": False, "youth": True}}
    assert {event.reviewer for event in events} == {"r1"}


def test_cell_may_be_as_long_as_a_text(campaign):
    row = {"kind": "label", "article": campaign.ids[0], "topic": "youth", "value": True, "reviewer": "lan"}
    row |= {
        "at": AT.isoformat(),
        "codebook": "c",
        "origin": "review",
        "suggestion_seen": False,
        "evidence": "x" * 200_000,
    }
    text = "\r\n".join((",".join(COLUMNS), ",".join(cells(row)), ""))
    _, (events, *_) = imported(campaign, "long.csv", text)
    assert [len(event.evidence) for event in events] == [200_000]


def test_doccano_table_has_labels_parted_by_a_hash(campaign):
    text = f"id,text,label,article\r\n1,a,congress#youth,{campaign.ids[0]}\r\n2,b,,{campaign.ids[1]}\r\n"
    done, (*_, current) = imported(campaign, "doccano.csv", text)
    assert (done.rows, done.unread) == (1, 1)
    assert current == {campaign.ids[0]: {"congress": True, "youth": True}}


def test_label_studio_keeps_annotators_apart_and_takes_no_prediction(campaign):
    def choices(*named):
        return [{"type": "choices", "from_name": "t", "to_name": "x", "value": {"choices": list(named)}}]

    tasks = [
        {
            "id": 7,
            "data": {"text": "…", "url": "http://bao.example/bai-0.html"},
            "annotations": [
                {"completed_by": 3, "was_cancelled": False, "result": choices("Congress")},
                {"completed_by": {"email": "minh@example.vn"}, "result": []},
                {"completed_by": 5, "was_cancelled": True, "result": choices("Youth")},
            ],
            "predictions": [{"result": choices("Youth")}],
        },
        {
            "id": 8,
            "data": {"article_id": campaign.ids[1]},
            "annotations": [],
            "predictions": [{"result": choices("Youth")}],
        },
    ]
    done, (events, *_) = imported(campaign, "project.json", json.dumps(tasks, indent=1))
    assert (done.rows, done.events) == (2, 4)
    assert {(e.article, e.topic, e.value, e.reviewer) for e in events if e.topic == "congress"} == {
        (campaign.ids[0], "congress", True, "r1-3"),
        (campaign.ids[0], "congress", False, "minh@example.vn"),
    }
    assert not any(event.value for event in events if event.topic == "youth")


def test_label_studio_short_form_has_its_choices_under_any_name(campaign):
    tasks = [
        {"id": 1, "url": "http://bao.example/bai-0.html", "chủ đề": {"choices": ["Congress", "Youth"]}, "annotator": 1},
        {"id": 2, "article_id": campaign.ids[1], "topics": "Youth", "annotator": 1, "annotation_id": 9},
    ]
    _, (*_, current) = imported(campaign, "min.json", json.dumps(tasks))
    assert current == {
        campaign.ids[0]: {"congress": True, "youth": True},
        campaign.ids[1]: {"congress": False, "youth": True},
    }


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        (
            "a.json",
            '[{"data": {}, "annotations": [{"result": [{"value": {"choices": ["Weather"]}}]}]}]',
            ":1: no topic is called 'Weather'",
        ),
        ("a.json", "[1]", ":1: expected an object"),
        ("a.json", "[{", ": not JSON"),
        ("a.csv", 'id,topics\r\n"x', ":2: not CSV"),
        ("a.csv", "id,topics\r\nx,congress,youth\r\n", ":2: 3 cells under 2 headings"),
        ("a.csv", "id,topics\r\nx,weather\r\n", ":2: no such topic 'weather'"),
        ("a.jsonl", '{"id": 1, "label": ["x"]}', ":1: no topic is called 'x'"),
        ("a.jsonl", '{"id": "x"}', ':1: missing "topics"'),
    ],
)
def test_fault_of_another_tools_file_is_told_with_its_place(campaign, name, text, told):
    with pytest.raises(InputError) as error:
        imported(campaign, name, text)
    assert str(error.value).startswith(f"{campaign.folder / name}{told}")


def test_present_labels_come_back_from_a_table(filled_campaign, new_campaign, tmp_path):
    _, store = filled_campaign
    file = tmp_path / "now.csv"
    assert export_labels(store, file, "csv", current=True) == 2
    text = file.read_text(encoding="utf-8-sig")
    assert "'=Đại hội đảng bộ huyện Thạch Bình" in text
    (tmp_path / "other").mkdir()
    other = new_campaign(tmp_path / "other")
    file.write_text("\n".join(line for line in text.splitlines() if "old_topic" not in line), encoding="utf-8")
    with other.open() as empty:
        import_labels(other.config, empty, file, "r1", AT)
        assert everything(empty)[-1] == {other.ids[0]: {"congress": True, "youth": True}}


def test_killed_import_has_left_nothing_and_the_next_completes(campaign, tmp_path):
    file = tmp_path / "labels.jsonl"
    rows = [{"id": article, "topics": ["congress"], "reviewer": f"r{n}"} for n in range(30) for article in campaign.ids]
    file.write_text("".join(f"{json.dumps(row)}\n" for row in rows), encoding="utf-8")
    program = (
        "import os, signal, sys\n"
        "from pathlib import Path\n"
        "from datetime import UTC, datetime\n"
        "from pipeline.config import load_config\n"
        "from pipeline.steps import label_files\n"
        "from pipeline.store import Store\n"
        "label_files.BATCH = 40\n"
        "whole = label_files.labels.append\n"
        "calls = []\n"
        "def killed(connection, events):\n"
        "    done = whole(connection, events)\n"
        "    calls.append(done)\n"
        "    if len(calls) == 2:\n"
        "        os.kill(os.getpid(), signal.SIGKILL)\n"
        "    return done\n"
        "label_files.labels.append = killed\n"
        "config = load_config(Path(sys.argv[1]))\n"
        "with Store.open(config.store_url) as store:\n"
        "    label_files.import_labels(config, store, Path(sys.argv[2]), 'r1', datetime.now(UTC))\n"
    )
    done = subprocess.run([sys.executable, "-c", program, campaign.file, file], check=False, env=os.environ)
    assert done.returncode == -signal.SIGKILL
    with campaign.open() as store:
        assert everything(store)[0] == []
        assert import_labels(campaign.config, store, file, "r1", AT).events == 180
