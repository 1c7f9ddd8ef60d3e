"""A draft corrected, checked and compared: amounts, days, peaks, topics, outlets."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from itertools import permutations
from pathlib import Path

import pytest

from pipeline.config import parse_config
from pipeline.directive.correct import (
    looked_at,
    own_topics,
    questions,
    settled,
    told_duties,
    with_amount,
    with_operation,
    with_outlets,
    with_phrases,
)
from pipeline.directive.differ import Side, differ
from pipeline.directive.draft import draft_letter
from pipeline.directive.faults import checked
from pipeline.directive.html import html_pages
from pipeline.directive.nested import told_cut, told_place
from pipeline.directive.opened import opened
from pipeline.directive.periods import set_apart, with_days, without_phase
from pipeline.directive.read import letter_of, read_letter
from pipeline.directive.remarks import MARKS
from pipeline.directive.source import Source
from pipeline.directive.waits import waiting
from pipeline.directive.written import written
from pipeline.errors import InputError
from pipeline.operations import Named, Operation
from pipeline.steps.directive_review import correct
from pipeline.wording import Words

YEAR = (
    ("Luật Đất đai và các văn bản hướng dẫn thi hành", "Quý I"),
    ("Các dự thảo chính sách có tác động lớn đến xã hội", "Cả năm"),
    ("Kết quả phổ biến pháp luật ở cơ sở", "Quý III/2025"),
)
NESTED = (
    ("Dấu hiệu nhận biết và cách phòng bệnh tay chân miệng ở trẻ em", "Cả năm"),
    ("Diệt bọ gậy, loăng quăng, thu gom phế thải đọng nước", "Tháng 4 - tháng 10/2025"),
    ("Hưởng ứng Ngày ASEAN phòng, chống sốt xuất huyết", "01/6 - 20/6/2025"),
)


def test_an_amount_and_days_bring_duties_into_force_where_their_group_has_outlets(text: str) -> None:
    given = with_amount(text, "min_items", 3, group="press")
    before = parse_config(Path("draft.toml"), given.encode())
    assert {(duty.phase, duty.group, duty.min_items) for duty in before.duties} == {("before", "press", 3)}
    later = with_days(given, "during", date(2024, 3, 21), date(2024, 3, 23))
    after = parse_config(Path("draft.toml"), later.encode())
    assert {duty.phase for duty in after.duties} == {"before", "during"}
    assert not any("Trong Ngày hội" in question for question in questions(later))
    assert {table.row["group"] for table in waiting(with_amount(later, "min_items", 1)) if table.name == "duty"} == {
        "press",  # after: no days yet
        "districts",
    }


def test_days_that_overlap_are_refused_and_the_file_stays(tmp_path: Path, text: str) -> None:
    file = tmp_path / "draft.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match="“Trước Ngày hội”") as refused:
        correct(file, lambda old: with_days(old, "during", date(2024, 3, 10), date(2024, 3, 12)))
    assert "“Trong Ngày hội”: trùng ngày với “Trước Ngày hội” (05/03/2024 – 20/03/2024)" in refused.value.text("vi")
    assert file.read_text(encoding="utf-8") == text


def test_a_peak_within_the_whole_time_waits_and_hinders_no_duty(
    tmp_path: Path, letter_file: Callable[[str], Path]
) -> None:
    def phases_that_wait(text: str) -> list[str]:
        return [table.row["id"] for table in waiting(text) if table.name == "phase"]

    file = tmp_path / "draft.toml"
    dated, begun = (
        written(draft_letter(read_letter(letter_file(name))), Words("vi")) for name in ("august80", "rhythm")
    )
    assert phases_that_wait(dated) == ["peak"]
    file.write_text(dated, encoding="utf-8")
    correct(file, lambda old: with_amount(old, "min_items", 2, group="press"))
    config = parse_config(file, file.read_bytes())
    assert {(duty.phase, duty.group, duty.min_items) for duty in config.duties} == {("period", "press", 2)}
    assert phases_that_wait(file.read_text(encoding="utf-8")) == ["peak"]
    assert phases_that_wait(begun) == ["period", "peak"]  # the letter does not say when the whole begins
    file.write_text(with_amount(begun, "min_items", 2), encoding="utf-8")
    correct(file, lambda old: with_days(old, "period", date(2025, 4, 1), date(2025, 5, 31)))
    assert phases_that_wait(file.read_text(encoding="utf-8")) == ["peak"]
    assert {duty.phase for duty in parse_config(file, file.read_bytes()).duties} == {"period"}


def test_a_peak_is_set_apart_from_the_whole_time_or_dropped(letter_file: Callable[[str], Path]) -> None:
    text = with_amount(
        written(draft_letter(read_letter(letter_file("august80"))), Words("vi")), "min_items", 2, group="press"
    )
    (peak,) = (each for each in opened(text) if each.kind == "phase")
    assert "để riêng hay bỏ" in peak.said[0][0]
    apart = parse_config(Path("draft.toml"), (made := set_apart(text, "peak")).encode())
    spans = {phase.id: (phase.name, phase.first_day, phase.last_day) for phase in apart.phases}
    assert spans["period"] == ("Trước đợt cao điểm", date(2025, 8, 11), date(2025, 8, 14))
    assert spans["peak"][1:] == (date(2025, 8, 15), date(2025, 9, 5))
    assert spans["period_2"] == ("Sau đợt cao điểm", date(2025, 9, 6), date(2025, 9, 10))
    assert {duty.phase for duty in apart.duties} == {"period"}
    asked = {(table.row["phase"], table.row["group"], table.missing) for table in waiting(made) if table.name == "duty"}
    for phase in ("peak", "period_2"):  # an amount for the whole time is none for a part of it
        assert (phase, "press", ("min_items",)) in asked
    assert {duty.phase for duty in parse_config(Path("b.toml"), with_amount(made, "min_items", 1).encode()).duties} == {
        "period",
        "peak",
        "period_2",
    }
    assert not any(each.kind == "phase" for each in opened(made))
    dropped = without_phase(text, "peak")
    assert not any("peak" in table.row.values() for table in waiting(dropped))
    assert {phase.id for phase in parse_config(Path("draft.toml"), dropped.encode()).phases} == {"period"}
    with pytest.raises(InputError, match="period"):
        set_apart(text, "period")
    for wrong, why in ((dropped, "the only phase"), (text, "no such phase")):
        with pytest.raises(InputError, match=why):
            without_phase(wrong, "period" if why == "the only phase" else "autumn")


def drafted_plan(rows: Sequence[tuple[str, str]]) -> str:
    """Gives the draft of a plan for a year whose table tells contents and times."""
    table = "".join(
        f"<tr><td>{number}</td><td>{what}</td><td>{time}</td></tr>" for number, (what, time) in enumerate(rows, start=1)
    )
    page = f"<p>Số: 2/KH-STP</p><p>Sơn Khê, ngày 10 tháng 01 năm 2025</p><p>KẾ HOẠCH</p><p>Truyền thông năm 2025</p><p>Kính gửi: Báo Sơn Khê</p><table><tr><th>TT</th><th>Nội dung truyền thông</th><th>Thời gian</th></tr>{table}</table>"
    letter = letter_of(Source("year.html", "", tuple(map(tuple, html_pages(page)))))
    return written(draft_letter(letter), Words("vi"))


def spans_of(text: str) -> list[tuple[str, date, date]]:
    """Gives the phases in force, by their days."""
    phases = parse_config(Path("draft.toml"), text.encode()).phases
    return sorted(((each.name, each.first_day, each.last_day) for each in phases), key=lambda span: span[1])


@pytest.mark.parametrize("order", list(permutations(("span-1", "span-2"))))
def test_nested_phases_are_set_apart_in_any_order(order: tuple[str, ...]) -> None:
    text = drafted_plan(NESTED)
    assert [each[0] for each in spans_of(text)] == ["Cả năm"]
    for phase in order:
        text = set_apart(text, phase)
        parse_config(Path("draft.toml"), text.encode())
    assert [each[1:] for each in spans_of(text)] == [
        (date(2025, 1, 1), date(2025, 3, 31)),
        (date(2025, 4, 1), date(2025, 5, 31)),
        (date(2025, 6, 1), date(2025, 6, 20)),
        (date(2025, 6, 21), date(2025, 10, 31)),
        (date(2025, 11, 1), date(2025, 12, 31)),
    ]
    names = [each[0] for each in spans_of(text)]
    assert (names[0], names[2], names[4]) == ("Cả năm (phần trước)", "01/6 - 20/6/2025", "Cả năm (phần sau)")
    assert not any(each.name_en for each in parse_config(Path("draft.toml"), text.encode()).phases)
    assert not any(table.name == "phase" for table in waiting(text))
    owed = {(table.row["phase"], table.row["topic"]) for table in waiting(text) if table.name == "duty"}
    year, middle = ({topic for phase, topic in owed if phase == each} for each in ("period", "span-1"))
    assert year < middle < {topic for phase, topic in owed if phase == "span-2"}
    assert {topic for phase, topic in owed if phase == "period_2"} == year
    assert {topic for phase, topic in owed if phase == "span-1_2"} == middle


def test_what_an_inner_phase_left_of_the_whole_goes_to_the_phase_around_it() -> None:
    rows = ((NESTED[0]), (NESTED[1][0], "Tháng 4 - tháng 12/2025"), NESTED[2])
    text = set_apart(set_apart(drafted_plan(rows), "span-2"), "span-1")
    assert [each[1:] for each in spans_of(text)] == [
        (date(2025, 1, 1), date(2025, 3, 31)),
        (date(2025, 4, 1), date(2025, 5, 31)),
        (date(2025, 6, 1), date(2025, 6, 20)),
        (date(2025, 6, 21), date(2025, 12, 31)),
    ]
    assert not any("period_2" in table.row.values() for table in waiting(text))


def test_the_whole_time_may_be_dropped_first_and_one_of_those_within_it_stands() -> None:
    text = without_phase(drafted_plan(NESTED), "period")
    assert [each[0] for each in spans_of(text)] == ["Tháng 4 - tháng 10/2025"]
    assert [table.row["id"] for table in waiting(text) if table.name == "phase"] == ["span-2"]
    assert [each[0] for each in spans_of(without_phase(text, "span-1"))] == ["01/6 - 20/6/2025"]


def test_a_part_that_is_cut_again_keeps_a_name_of_its_own() -> None:
    rows = (NESTED[0], (NESTED[1][0], "Tháng 6/2025"), (NESTED[2][0], "Tháng 9/2025"), (YEAR[2][0], "Tháng 11/2025"))
    text = drafted_plan(rows)
    for phase in ("span-1", "span-2", "span-3"):
        text = set_apart(text, phase)
    names = [each[0] for each in spans_of(text) if each[0].startswith("Cả năm")]
    assert names == ["Cả năm (phần trước)", "Cả năm (phần giữa)", "Cả năm (phần giữa 2)", "Cả năm (phần sau)"]


def test_how_phases_lie_to_each_other_is_told_with_what_becomes_of_them() -> None:
    year, half, june, may = (
        (name, name, date(2025, *first), date(2025, *last))
        for name, first, last in (
            ("năm", (1, 1), (12, 31)),
            ("nửa năm", (1, 1), (6, 30)),
            ("tháng 6", (6, 1), (6, 30)),
            ("tháng 5, 6", (5, 15), (6, 15)),
        )
    )
    assert told_place(june, [year]) == ("nằm trong “năm”", "lies within “năm”")
    assert told_place(half, [june, may])[0] == "bao trùm “tháng 6”, “tháng 5, 6”"
    assert told_place(june, [may])[0] == "trùng một số ngày với “tháng 5, 6”"
    assert told_cut(may, [year])[0] == "“năm” sẽ bị cắt thành từng phần, chỉ còn những ngày không trùng"
    assert told_cut(june, [may])[0] == "“tháng 5, 6” sẽ bị cắt, chỉ còn những ngày không trùng"
    assert told_cut(half, [june])[1].startswith("“nửa năm” will keep the days")


def test_a_whole_year_has_the_days_that_the_phases_in_it_leave() -> None:
    text = drafted_plan(YEAR)
    config = parse_config(Path("draft.toml"), set_apart(text, "period").encode())
    spans = [(phase.id, phase.name, phase.first_day, phase.last_day) for phase in config.phases]
    assert sorted(spans) == [
        ("period", "Cả năm (1)", date(2025, 4, 1), date(2025, 6, 30)),
        ("period_2", "Cả năm (2)", date(2025, 10, 1), date(2025, 12, 31)),
        ("span-1", "Quý I", date(2025, 1, 1), date(2025, 3, 31)),
        ("span-2", "Quý III/2025", date(2025, 7, 1), date(2025, 9, 30)),
    ]


def test_a_phase_that_stands_goes_with_its_duties_and_the_rest_stays(text: str) -> None:
    given = with_amount(text, "min_items", 3)
    assert any(duty.phase == "before" for duty in parse_config(Path("draft.toml"), given.encode()).duties)
    dropped = without_phase(given, "before")
    config = parse_config(Path("draft.toml"), dropped.encode())
    assert "before" not in {phase.id for phase in config.phases}
    assert not any(duty.phase == "before" for duty in config.duties)
    assert not any(table.row.get("phase") == "before" for table in waiting(dropped))
    assert own_topics(dropped) == own_topics(given)


def test_merging_carries_duties_and_clauses_and_asks_again(text: str) -> None:
    merge = Operation("merge", ("public_voice", "event_activities"), (Named("festival", "Ngày hội", "Festival"),))
    made = with_operation(text, own_topics(text), merge)
    (topic,) = (each for each in own_topics(made) if each.id == "festival")
    assert topic.clauses == ("1.b.1",)
    owed = [table.row["topic"] for table in waiting(made) if table.name == "duty"]
    assert "public_voice" not in owed
    assert owed.count("festival") == 2  # both groups, once
    assert any(question.startswith("festival:") for question in questions(made))
    assert not any(question.startswith("public_voice:") for question in questions(made))


def test_phrases_of_a_kind_that_the_last_topic_had_not_stay_in_its_table(text: str) -> None:
    last = own_topics(text)[-1]
    for phrases in (["giáo dục mầm non"], [], ["giáo dục mầm non"]):
        text = with_phrases(text, last.id, "exclusions", phrases)
    made = with_days(with_amount(text, "min_items", 1), "during", date(2024, 3, 21), date(2024, 3, 23))
    assert own_topics(made)[-1] == replace(last, exclusions=("giáo dục mầm non",))
    assert parse_config(Path("draft.toml"), made.encode()).duties


def test_a_dropped_topic_leaves_its_clause_as_a_question(text: str) -> None:
    made = with_operation(text, own_topics(text), Operation("retire", ("exemplary_models",), (), "thừa"))
    assert "exemplary_models" not in {topic.id for topic in own_topics(made)}
    assert not any("1.a.2" in question for question in questions(made))  # the weaving still serves it
    alone = {topic.id for topic in own_topics(made) if "1.b.1" in topic.clauses}
    for identity in sorted(alone):
        made = with_operation(made, own_topics(made), Operation("retire", (identity,), (), "thừa"))
    assert any(question.startswith("1.b.1:") for question in questions(made))
    assert made.startswith(MARKS)  # it is a draft still


def test_check_tells_what_is_open_until_nothing_is(text: str) -> None:
    found = checked(Path("draft.toml"), text.encode())
    assert not found.done
    assert found.faults == ()
    assert [each.about for each in found.opened if each.kind == "phase"] == ["during", "after"]
    assert [each.name[0] for each in found.opened if each.kind == "group"] == ["Các cơ quan báo chí", "UBND các huyện"]
    made = with_days(text, "during", date(2024, 3, 21), date(2024, 3, 23))
    made = with_days(made, "after", date(2024, 3, 24), date(2024, 4, 24))
    made = made.replace('groups = ["press"]', 'groups = ["press", "districts"]')
    made = with_amount(made, "min_items", 1)
    for topic in own_topics(made):
        made = looked_at(made, topic.id)
    for question in questions(made):
        made = settled(made, question)
    done = checked(Path("draft.toml"), made.encode())
    assert (done.faults, done.opened) == ((), ())
    assert done.done
    empty = checked(Path("draft.toml"), b"")
    assert [each.about for each in empty.opened] == ["topic", "phase"]  # what is empty is no campaign
    broken = checked(Path("draft.toml"), made.replace("first_day = 2024-03-21", "first_day = 2024-03-20").encode())
    assert any(path.startswith("phase.1.first_day") for path, _ in broken.faults)


def test_a_difference_says_what_must_be_read_again(text: str) -> None:
    owing = with_amount(text, "min_items", 2, group="press")
    old = parse_config(Path("a.toml"), owing.encode())
    side = Side(old, waiting(owing), told_duties(owing))
    same = differ(side, side)
    assert same.same
    changed = with_phrases(owing.replace("Nghề dệt thổ cẩm", "Nghề dệt lanh"), "public_voice", "cues", ["nguyện vọng"])
    changed = changed.replace("min_items = 2", "min_items = 4", 1)
    new = parse_config(Path("b.toml"), changed.encode())
    changed = changed.replace("mỗi tuần ít nhất 2 tin, bài", "mỗi tuần ít nhất 3 tin, bài")
    found = differ(side, Side(new, waiting(changed), told_duties(changed)))
    assert {change.id: change.changed for change in found.topics if change.id == "public_voice"} == {
        "public_voice": ("cues",)
    }
    assert found.read_again == ("nghe_det_tho_cam",)
    assert [(duty.old, duty.new) for duty in found.duties] == [({"min_items": 2}, {"min_items": 4})]
    assert found.told == (("2", "[press]: mỗi tuần ít nhất 2 tin, bài", "[press]: mỗi tuần ít nhất 3 tin, bài"),)
    moved = told_duties(changed.replace("#: 2 [", "#: 3.-1 ["))
    assert not differ(Side(new, told=told_duties(changed)), Side(new, told=moved)).told  # word for word, elsewhere
    assert ("before", "nghe_det_tho_cam", "press") in found.not_comparable
    first = found.duties[0]
    assert (first.phase, first.topic, first.owner) in found.not_comparable


def test_a_group_without_an_outlet_is_called_as_the_letter_does_and_owes_once_it_has_one(text: str) -> None:
    whole = with_amount(text, "min_items", 2)
    whole = with_days(whole, "during", date(2024, 3, 21), date(2024, 3, 23))
    whole = with_days(whole, "after", date(2024, 3, 26), date(2024, 3, 30))
    (bare,) = (each for each in opened(whole) if each.kind == "group")
    assert (bare.name, bare.said) == (("UBND các huyện", "Districts"), (("chưa có cơ quan nào", "no outlet yet"),))
    named = with_outlets(whole, "districts", ["UBND huyện Nậm  Pàn", "Báo Sơn Khê", ""])
    config = parse_config(Path("draft.toml"), named.encode())
    assert [(each.name, each.kind, each.groups) for each in config.outlets] == [
        ("Báo Sơn Khê", "newspaper", ("press", "districts")),
        ("Đài Phát thanh tỉnh", "broadcaster", ("press",)),
        ("UBND huyện Nậm Pàn", "district", ("districts",)),
    ]
    assert {group.id: group.name for group in config.groups} == {
        "press": "Các cơ quan báo chí",
        "districts": "UBND các huyện",
    }
    assert {duty.group for duty in config.duties} == {"press", "districts"}
    assert not waiting(named)
    with pytest.raises(InputError, match="at least one outlet"):
        with_outlets(whole, "districts", [" "])
