"""An operation edits config.toml as a careful hand would: its own lines, and not a byte of any other."""

import tomllib
from pathlib import Path

import pytest

from models.codebook import Topic
from pipeline.campaign_file import edited
from pipeline.errors import InputError
from pipeline.operations import Named, Operation, renewed

SAMPLE = Path(__file__).parents[2] / "config.toml"
SMALL = '''# đầu tệp
[classify]
cues = ""   # không dùng

[[topic]]   # chủ đề thứ nhất
id = 'a'  # mã
name="An"
name_en = "A"
definition = """
[[topic]]
"""
cues = [
  "một",   # ghi chú
  "hai",
]

# --- phần sau ---

[[topic]]
id = "b"
name = "Bình"
name_en = "B"
definition = ""

# --- nhiệm vụ ---

[[duty]]
phase = "p"
topic = "a"
group = "g"
min_items = 1

[[duty]]
phase = "p"
topic = "b"
group = "g"
min_items = 1
# hết'''
RENAME = Operation("rename", ("a",), (Named("z"),))
MERGE = Operation("merge", ("a", "b"), (Named("ab", "Chung", "Both", "Cả hai."),))
SPLIT = Operation("split", ("b",), (Named("b1"), Named("b2")))
ADD = Operation("add", (), (Named("new", "Mới", "New", "Định nghĩa."),))
RETIRE = Operation("retire", ("b",), (), "hết")


def topics(content):
    rows = tomllib.loads(content.decode("utf-8-sig"))["topic"]
    return [Topic(**{key: tuple(v) if isinstance(v, list) else v for key, v in row.items()}) for row in rows]


def done(text, operation, cues=None, learnt=()):
    content = text.encode() if isinstance(text, str) else text
    return edited(content, operation, renewed(operation, topics(content), learnt), cues)


def test_renaming_touches_the_lines_of_the_topic_and_its_duties_alone():
    expected = SMALL.replace("id = 'a'  # mã", 'id = "z"  # mã').replace('topic = "a"', 'topic = "z"')
    assert done(SMALL, RENAME).decode() == expected


def test_renaming_a_topic_of_the_sample_campaign_and_back_leaves_every_byte_as_it_was():
    before = SAMPLE.read_bytes()
    there = done(before, Operation("rename", ("congress_preparation",), (Named("prep"),)))
    back = Operation("rename", ("prep",), (Named("congress_preparation"),))
    assert there != before
    assert done(there, back) == before


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_marks_and_line_ends_of_windows_stay(newline, mark):
    content = mark + SMALL.replace("\n", newline).encode()
    made = done(content, ADD)
    assert made.startswith(mark)
    text = made.decode("utf-8-sig")
    assert text.count("\r\n") == (text.count("\n") if newline == "\r\n" else 0)
    assert text.replace(newline, "\n").startswith(SMALL[: SMALL.index("# --- nhiệm vụ")].rstrip("\n"))


def test_merged_topic_takes_the_place_of_the_first_and_equal_duties_become_one():
    made = done(SMALL, MERGE)
    (topic,) = topics(made)
    assert (topic.id, topic.name, topic.definition, topic.cues) == ("ab", "Chung", "Cả hai.", ("một", "hai"))
    assert [row["topic"] for row in tomllib.loads(made.decode())["duty"]] == ["ab"]
    text = made.decode()
    assert all(remark in text for remark in ("# đầu tệp", "# mã", '"một",   # ghi chú', "# --- phần sau", "# hết"))


def test_each_part_of_a_split_has_the_duties_of_the_whole():
    raw = tomllib.loads(done(SMALL, SPLIT).decode())
    assert [row["id"] for row in raw["topic"]] == ["a", "b1", "b2"]
    assert [(row["topic"], row["min_items"]) for row in raw["duty"]] == [("a", 1), ("b1", 1), ("b2", 1)]


def test_retired_topic_takes_its_duties_along_and_leaves_the_remarks_that_lead_to_what_follows():
    text = done(SMALL, RETIRE).decode()
    raw = tomllib.loads(text)
    assert [row["id"] for row in raw["topic"]] == ["a"]
    assert [row["topic"] for row in raw["duty"]] == ["a"]
    assert text.startswith(SMALL[: SMALL.index('[[topic]]\nid = "b"')])
    assert "# --- nhiệm vụ ---" in text


def test_new_topic_stands_behind_the_last_one():
    text = done(SMALL, ADD).decode()
    row = '[[topic]]\nid = "new"\nname = "Mới"\nname_en = "New"\ndefinition = "Định nghĩa."\n'
    assert text == SMALL.replace("\n# --- nhiệm vụ", f"\n{row}\n# --- nhiệm vụ")


def test_new_file_of_phrases_is_named_where_the_old_one_was():
    assert 'cues = "cues-2.txt"   # không dùng\n' in done(SMALL, RENAME, "cues-2.txt").decode()


@pytest.mark.parametrize(
    ("text", "cues", "said"),
    [
        ('topic = [{ id = "a", name = "A", name_en = "A", definition = "" }]', None, "topic does not stand in tables"),
        (SMALL.replace("[classify]\ncues", "classify.cues"), "cues-2.txt", "classify. does not stand in a table"),
    ],
)
def test_file_that_cannot_be_edited_with_care_is_refused(text, cues, said):
    with pytest.raises(InputError, match=said):
        done(text, RENAME, cues)


@pytest.mark.parametrize("operation", [RENAME, MERGE, SPLIT, RETIRE])
def test_values_come_back_as_they_were_given(operation):
    odd = 'Học "tập" \\ và\tlàm theo'
    new = tuple(Named(each.id, odd, odd, f"{odd}\nhai dòng") for each in operation.new)
    made = topics(done(SMALL, Operation(operation.kind, operation.old, new, operation.reason)))
    assert {(t.name, t.definition) for t in made if t.id in operation.ids} <= {(odd, f"{odd}\nhai dòng")}
    assert {t.id for t in made} >= set(operation.ids)
