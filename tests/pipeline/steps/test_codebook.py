"""Operations of the codebook over a whole campaign: config.toml, labels, leads' words, duties, queues, models, old audits."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from pipeline.errors import InputError
from pipeline.operations import Named, Operation
from pipeline.records import LabelEvent
from pipeline.steps import codebook as step
from pipeline.steps.audit import judge
from pipeline.steps.classify import classify
from pipeline.steps.model import cutoffs_of
from pipeline.steps.run import recorded
from pipeline.steps.versions import compare, history, version_of
from pipeline.store import audits, codebooks, labels, queues, readings
from pipeline.store.readings import Adjudication

AT = datetime(2020, 10, 1, 3, tzinfo=UTC)
RENAME = Operation("rename", ("congress",), (Named("meeting"),))
BACK = Operation("rename", ("meeting",), (Named("congress"),))
MERGE = Operation("merge", ("congress", "youth"), (Named("both", "Cả hai", "Both"),))
SPLIT = Operation("split", ("congress",), (Named("before", "Trước"), Named("after", "Sau")))
RETIRE = Operation("retire", ("youth",), (), "công văn mới không còn yêu cầu")


@pytest.fixture
def read(campaign):
    """The campaign after two reviewers have read its articles."""
    first, second, third = campaign.ids
    said = [
        ("lan", first, "congress", True),
        ("lan", first, "youth", False),
        ("lan", second, "congress", False),
        ("lan", second, "youth", False),
        ("minh", third, "congress", False),
        ("minh", third, "youth", True),
        ("minh", first, "congress", False),
    ]
    version = campaign.config.codebook.version
    events = [
        LabelEvent(article, topic, value, who, AT + timedelta(minutes=number), version, origin="review")
        for number, (who, article, topic, value) in enumerate(said)
    ]
    with campaign.open() as store, store.begin() as connection:
        labels.append(connection, events)
        readings.adjudicate(
            connection,
            [Adjudication(first, "congress", value=True, lead="chi", at=AT + timedelta(hours=1), codebook=version)],
        )
    return campaign


def do(campaign, operation, at=AT):
    with campaign.open() as store:
        return step.apply(campaign.config, store, operation, at)


def current(campaign):
    """Present labels on the topics of the campaign."""
    asked = campaign.config.codebook.ids
    with campaign.open() as store, store.read() as connection:
        found = labels.current(connection)
    return {article: {t: v for t, v in said.items() if t in asked} for article, said in found.items()}


def test_preview_tells_all_and_does_nothing(read):
    with read.open() as store:
        before, told = read.file.read_bytes(), step.preview(read.config, store, RENAME)
        with store.read() as connection:
            assert len(list(labels.events(connection))) == 7
            assert codebooks.history(connection) == []
    assert read.file.read_bytes() == before
    assert [(each.reviewer, each.yes, each.no) for each in told.labels] == [("lan", 1, 1), ("minh", 0, 2)]
    assert (told.settled, told.carried, told.again) == (1, 5, ())
    assert [duty.topic for duty in (*told.duties, *told.new_duties)] == ["congress", "meeting"]


def test_renamed_topic_keeps_labels_duties_and_the_rest_of_the_file(read):
    before, text = current(read), read.file.read_text(encoding="utf-8")
    done = do(read, RENAME)
    expected = text.replace('id = "congress"', 'id = "meeting"').replace('topic = "congress"', 'topic = "meeting"')
    assert read.file.read_text(encoding="utf-8") == expected
    assert done.queue is None
    renamed = {"congress": "meeting", "youth": "youth"}
    assert current(read) == {a: {renamed[t]: v for t, v in said.items()} for a, said in before.items()}
    with read.open() as store:
        (first, second) = history(store)
        assert (first.kind, second.kind, second.old, second.new) == ("first", "rename", ("congress",), ("meeting",))
        assert second.version == read.config.codebook.version
        found = compare(read.config, store, first.version[:6]).difference
        assert [(each.old, each.new) for each in found.revised] == [("congress", "meeting")]
        assert version_of(read.config, store, first.version).ids == ("congress", "youth")


def test_rename_and_back_is_as_if_nothing_had_been(read):
    before, content, version = current(read), read.file.read_bytes(), read.config.codebook.version
    do(read, RENAME)
    do(read, BACK)
    assert (current(read), read.file.read_bytes(), read.config.codebook.version) == (before, content, version)
    with read.open() as store:
        assert [each.version for each in history(store)][::2] == [version, version]
        with store.read() as connection:
            assert sum(event.topic == "congress" for event in labels.events(connection)) == 4


def test_merged_topics_leave_a_queue_of_what_must_be_read_again(read):
    with read.open() as store, store.begin() as connection:
        alone = LabelEvent(read.ids[1], "youth", None, "lan", AT + timedelta(hours=2), "c")
        labels.append(connection, [alone])
    done = do(read, MERGE)
    assert done.preview.again == (read.ids[1],)
    assert current(read) == {read.ids[0]: {"both": True}, read.ids[2]: {"both": True}, read.ids[1]: {}}
    assert [duty.topic for duty in read.config.duties] == ["both", "both"]
    with read.open() as store, store.read() as connection:
        queue = queues.get(connection, done.queue)
        (draw,) = queues.draws(connection, done.queue)
    assert (queue.purpose, queue.codebook, draw.article, draw.topic) == (
        "again",
        read.config.codebook.version,
        read.ids[1],
        "both",
    )


def test_split_topic_is_read_again_where_it_was_there(read):
    done = do(read, SPLIT)
    assert (done.drawn, done.preview.again) == (1, (read.ids[0],))
    assert current(read)[read.ids[1]] == {"before": False, "after": False, "youth": False}
    assert current(read)[read.ids[0]] == {"youth": False}
    with read.open() as store, store.read() as connection:
        assert [draw.topic for draw in queues.draws(connection, done.queue)] == [None]


def test_retired_topic_counts_no_more_and_its_labels_stay(read):
    done = do(read, RETIRE)
    assert [duty.topic for duty in done.preview.duties] == ["youth"]
    assert [duty.topic for duty in read.config.duties] == ["congress"]
    with read.open() as store, store.read() as connection:
        assert labels.current(connection)[read.ids[2]]["youth"] is True
        assert codebooks.history(connection)[-1].reason == RETIRE.reason


def test_added_topic_has_no_label(read):
    done = do(read, Operation("add", (), (Named("culture", "Văn hóa", "", "Việc văn hóa."),)))
    assert (done.preview.read, done.preview.carried, done.queue) == (3, 0, None)
    assert read.config.topics[-1].name_en == "Văn hóa"
    assert all("culture" not in said for said in current(read).values())


@pytest.mark.parametrize("operation", [RENAME, MERGE, SPLIT])
def test_operation_killed_between_store_and_file_is_completed_by_running_it_again(read, monkeypatch, operation):
    content, write = read.file.read_bytes(), step._write

    def killed(file, content):
        raise KeyboardInterrupt

    monkeypatch.setattr(step, "_write", killed)
    with pytest.raises(KeyboardInterrupt):
        do(read, operation)
    assert read.file.read_bytes() == content
    before = read.config.codebook.ids
    assert current(read)[read.ids[0]] == {"congress": True, "youth": False}  # the old codebook still stands whole
    monkeypatch.setattr(step, "_write", write)
    done = do(read, operation, AT + timedelta(hours=3))
    assert read.config.codebook.ids != before
    with read.open() as store:
        assert [each.kind for each in history(store)] == ["first", operation.kind]
        with store.read() as connection:
            found = list(labels.events(connection))
            drawn = [] if done.queue is None else list(queues.draws(connection, done.queue))
    assert len(found) == len({(e.article, e.topic, e.value, e.reviewer, e.at) for e in found})
    assert [draw.article for draw in drawn] == list(done.preview.again)


def test_operation_is_completed_although_a_night_came_between(read, monkeypatch):
    write = step._write
    monkeypatch.setattr(step, "_write", _refuse)
    with pytest.raises(KeyboardInterrupt):
        do(read, RENAME)
    monkeypatch.setattr(step, "_write", write)
    with read.open() as store, recorded(read.config, store, "crawl", {}, lambda: AT):
        pass
    do(read, RENAME)
    with read.open() as store:
        assert [each.kind for each in history(store)] == ["first", "rename", "edited", "rename"]
    assert current(read)[read.ids[0]]["meeting"] is True


def _refuse(*_):
    raise KeyboardInterrupt


def test_file_that_was_changed_meanwhile_is_not_written_over(read):
    config = read.config
    read.file.write_text(read.file.read_text(encoding="utf-8") + "# thêm\n", encoding="utf-8")
    with read.open() as store, pytest.raises(InputError, match="was changed meanwhile"):
        step.apply(config, store, RENAME, AT)
    assert read.file.read_text(encoding="utf-8").endswith("# thêm\n")
    assert "meeting" not in read.config.codebook.ids


def test_phrases_follow_into_a_file_of_their_own(read):
    (read.folder / "tu.txt").write_text(
        "// ghi chú\n[congress]\ncue họp đại hội\n[youth]\ncue chi đoàn\n", encoding="utf-8"
    )
    text = read.file.read_text(encoding="utf-8")
    read.file.write_text(text.replace('model = "weak"', 'model = "weak"\ncues = "tu.txt"'), encoding="utf-8")
    moved = do(read, RENAME).preview.phrases
    assert (moved.old, moved.new, moved.phrases) == ("tu.txt", "tu-2.txt", 1)
    made = (read.folder / "tu-2.txt").read_text(encoding="utf-8")
    assert made == "// ghi chú\n[meeting]\ncue họp đại hội\n[youth]\ncue chi đoàn\n"
    assert "họp đại hội" in read.config.topics[0].cues
    moved = do(read, RETIRE).preview.phrases
    assert (moved.new, moved.phrases) == ("tu-3.txt", 1)
    assert (read.folder / "tu-3.txt").read_text(encoding="utf-8") == "// ghi chú\n[meeting]\ncue họp đại hội\n"


def test_shipped_phrases_and_the_shipped_model_follow_a_renamed_topic(read):
    text = read.file.read_text(encoding="utf-8").replace('id = "youth"', 'id = "emulation"')
    text = text.replace('topic = "youth"', 'topic = "emulation"')
    text = text.replace('model = "weak"', 'model = "champion"\ncues = "shipped"')
    read.file.write_text(text, encoding="utf-8")
    before, cutoff = read.config.topics[1], cutoffs_of(read.config)["emulation"]
    told = do(read, Operation("rename", ("emulation",), (Named("contest"),))).preview
    assert [(each.version, each.used, each.answers) for each in told.models] == [("shipped", True, ("contest",))]
    assert told.phrases.new == "cues.txt"
    assert read.config.topics[1] == replace(before, id="contest", formerly=("emulation",))
    assert cutoffs_of(read.config)["contest"] == cutoff != cutoffs_of(read.config)["congress"]
    told = do(read, Operation("merge", ("contest", "congress"), (Named("all"),))).preview
    assert [(each.topics, each.answers) for each in told.models] == [(("contest",), ())]
    assert read.config.topics[0].formerly == ()


def test_old_audit_and_predictions_stay_readable_under_their_version(read):
    with read.open() as store:
        classify(read.config, store, lambda *_: None)
        old = judge(read.config, store, date(2020, 9, 6))
        version = read.config.codebook.version
    do(read, RENAME)
    with read.open() as store:
        classify(read.config, store, lambda *_: None)
        new = judge(read.config, store, date(2020, 9, 6))
        with store.read() as connection:
            kept = [audits.load(connection, each.id) for each in audits.saved(connection)]
            assert codebooks.predicted(connection, version) == len(read.ids)
    assert kept == [new, old]
    assert [topic for topic, _, _ in old.topics] == ["congress", "youth"]
    assert [(v.topic, v.verdict) for v in new.verdicts] == [
        ("meeting" if v.topic == "congress" else v.topic, v.verdict) for v in old.verdicts
    ]


def test_edited_definition_is_a_step_of_the_history_at_the_next_run(read):
    with read.open() as store, recorded(read.config, store, "audit", {}, lambda: AT):
        pass
    text = read.file.read_text(encoding="utf-8").replace("Mọi việc của đại hội.", "Mọi việc của đại hội Đảng.")
    read.file.write_text(text, encoding="utf-8")
    with read.open() as store, recorded(read.config, store, "audit", {}, lambda: AT):
        steps = history(store)
    assert [(each.kind, each.changed) for each in steps] == [("first", ()), ("edited", ("congress",))]


def test_version_is_named_by_its_beginning_or_refused(read):
    with read.open() as store, pytest.raises(InputError, match="codebook 'zzzz': no such version; there are: "):
        version_of(read.config, store, "zzzz")


def test_word_said_while_an_operation_is_thought_out_goes_on_too(read, monkeypatch):
    ready, calls = step._ready, []

    def slow(config, connection, operation):
        found = ready(config, connection, operation)
        calls.append(found)
        if len(calls) == 1:
            word = LabelEvent(read.ids[2], "congress", True, "tu", AT + timedelta(hours=5), "c")  # noqa: FBT003
            with read.open() as other, other.begin() as writing:
                labels.append(writing, [word])
        return found

    monkeypatch.setattr(step, "_ready", slow)
    assert do(read, RENAME).preview.carried == calls[0].told.carried + 1
    assert current(read)[read.ids[2]]["meeting"] is True
