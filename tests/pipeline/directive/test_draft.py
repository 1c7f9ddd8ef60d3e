"""From a letter to a draft campaign: topics, phrases, questions; corrected, checked and compared."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from models.codebook import Codebook, Topic
from models.document import Document
from models.segment import Segmenter
from pipeline.config import load_config, parse_config
from pipeline.directive import glossary
from pipeline.directive.account import account
from pipeline.directive.background import shipped
from pipeline.directive.bodies import GROUPS
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
from pipeline.directive.draft import Draft, cut, draft_letter, drafted
from pipeline.directive.faults import checked
from pipeline.directive.groups import NAMES
from pipeline.directive.letter import Addressee, Duty, Fact, Item, Letter, Phase, Quote
from pipeline.directive.opened import opened
from pipeline.directive.periods import set_apart, with_days, without_phase
from pipeline.directive.read import read_letter
from pipeline.directive.remarks import MARKS
from pipeline.directive.waits import waiting
from pipeline.directive.written import written
from pipeline.errors import ConfigError, InputError
from pipeline.operations import Named, Operation
from pipeline.steps.directive_draft import Sample, draft_of, preview, write_draft
from pipeline.steps.directive_review import check_draft, correct
from pipeline.wording import Words

CONTENTS = (  # clause, phase, item
    ("1.a.1", "before", "ý nghĩa, mục đích của Ngày hội Văn hóa các dân tộc"),
    ("1.a.1", "before", "công tác chuẩn bị Ngày hội Văn hóa của các huyện, các đoàn nghệ thuật"),
    ("1.a.2", "before", "nghề dệt thổ cẩm và các làng nghề rèn truyền thống"),
    ("1.a.2", "before", "những điển hình tiên tiến, cách làm hay trong giữ gìn tiếng nói, chữ viết"),
    ("1.b.1", "during", "các hoạt động tại Ngày hội Văn hóa: liên hoan hát then, đàn tính, thi kéo co"),
    ("1.b.1", "during", "tình cảm, nguyện vọng của đồng bào đối với Ngày hội Văn hóa"),
    ("1.c.1", "after", "các làng nghề rèn, nghề dệt thổ cẩm có sản phẩm được trao giải"),
    ("1.c.1", "after", "gương điển hình, cách làm sáng tạo sau Ngày hội Văn hóa"),
)


def advance(done: int, total: int = 0, note: str = "") -> None:
    """Shows nothing."""


def quote(text: str) -> Quote:
    return Quote(text, 1, 0, len(text), 1)


def fact(value: str) -> Fact:
    return Fact(value, blank=not value, quote=quote(value))


@pytest.fixture(scope="module")
def letter() -> Letter:
    return Letter(
        file="ngay-hoi.txt",
        sha256="ab" * 32,
        kind="Công văn",
        pages=("",),
        sentences=(),
        issuer=fact("Sở Văn hóa tỉnh Sơn Khê"),
        parent=fact("UBND tỉnh Sơn Khê"),
        number=fact(""),
        place=fact("Sơn Khê"),
        date=fact("2024-03-04"),
        subject=fact('Tuyên truyền Ngày hội Văn hóa các dân tộc "Mùa xuân"'),
        signed_by=fact("GIÁM ĐỐC"),
        addressees=(
            Addressee("press", "Các cơ quan báo chí", ("Báo Sơn Khê", "Đài Phát thanh tỉnh"), quote("Báo Sơn Khê")),
            Addressee("districts", "UBND các huyện", (), quote("UBND các huyện")),
        ),
        recipients=(),
        citations=(),
        phases=(
            Phase("before", "Trước Ngày hội", date(2024, 3, 5), date(2024, 3, 20), quote("Trước Ngày hội")),
            Phase("during", "Trong Ngày hội", None, None, quote("Trong Ngày hội")),
            Phase("after", "Sau Ngày hội", None, None, quote("Sau Ngày hội")),
        ),
        duties=(Duty("2", ("press",), (), (), (), 2, None, 7, None, None, quote("mỗi tuần ít nhất 2 tin, bài")),),
        items=tuple(
            Item(clause, number, text, phase, ("press", "districts"), quote(text))
            for number, (clause, phase, text) in enumerate(CONTENTS, start=1)
        ),
        questions=(("“Trong Ngày hội”: từ ngày nào?", "“Trong Ngày hội”: from which day?"),),
    )


@pytest.fixture(scope="module")
def draft(letter: Letter) -> Draft:
    return draft_letter(letter)


@pytest.fixture
def text(draft: Draft) -> str:
    return written(draft, Words("vi"))


def test_alike_items_of_several_phases_are_one_topic_and_every_clause_is_served(draft: Draft) -> None:
    of_item = {item.number: each.topic.id for each in draft.topics for item in each.items}
    assert of_item[3] == of_item[7]  # weaving and forging, by the words that both share
    assert of_item[4] == of_item[8] == "exemplary_models"  # by a term of the field
    assert len(set(of_item.values())) == 6
    assert sorted(of_item) == list(range(1, 9))
    assert all(
        each.topic.clauses == tuple(dict.fromkeys(i.id for i in (*each.items, *each.also))) for each in draft.topics
    )
    assert draft.theme == "ngày hội văn hóa"


def test_a_topic_that_the_field_knows_has_its_names_and_another_asks_for_an_english_one(draft: Draft) -> None:
    by_id = {each.topic.id: each for each in draft.topics}
    assert by_id["public_voice"].topic.name_en == "Thoughts, wishes and expectations of the people"
    assert by_id["event_meaning"].topic.name == "Ý nghĩa, mục đích của Ngày hội Văn hóa các dân tộc"
    assert (
        "(ý nghĩa|tầm quan trọng|mục đích|vai trò|thông điệp) … ngày hội văn hóa" in by_id["event_meaning"].topic.cues
    )
    (own,) = (each for each in draft.topics if each.topic.id not in {term.id for term in glossary.shipped()})
    assert own.topic.id == "nghe_det_tho_cam"
    assert "thổ cẩm" in " ".join(own.topic.cues)
    assert any("tên tiếng Anh" in vi for vi, _ in own.questions)


def test_an_item_in_which_nothing_can_be_searched_for_is_told_and_not_dropped(letter: Letter) -> None:
    odd = replace(letter, items=(*letter.items, Item("3", 9, "những việc khác", None, (), quote("những việc khác"))))
    made = draft_letter(odd)
    assert [item.id for item in made.unplaced] == ["3"]
    assert any("điểm 3" in vi for vi, _ in made.questions)


def test_the_draft_is_a_campaign_that_loads_and_says_on_what_it_rests(draft: Draft, text: str) -> None:
    config = parse_config(Path("draft.toml"), text.encode())
    assert [topic.id for topic in config.topics] == list(draft.codebook.ids)
    assert [phase.id for phase in config.phases] == ["before"]  # the days of the others are asked for
    assert [outlet.kind for outlet in config.outlets] == ["newspaper", "broadcaster"]
    assert config.directive is not None
    assert config.directive.subject.endswith('"Mùa xuân"')
    assert all(item.quote.text[:40] in text for item in draft.letter.items)
    assert not config.duties  # the letter's number is for all that it asks for, not for one topic
    assert {table.missing for table in waiting(text) if table.name == "duty"} == {("min_items",)}
    assert text == written(draft, Words("vi"))


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
    with pytest.raises(ConfigError, match=r"phase\.1\.first_day"):
        correct(file, lambda old: with_days(old, "during", date(2024, 3, 10), date(2024, 3, 12)))
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
    for wrong in (set_apart, without_phase):
        with pytest.raises(InputError, match="period"):
            wrong(text, "period")


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


def test_the_preview_shows_what_a_topic_catches_and_why(draft: Draft) -> None:
    articles = [
        Document("Giữ nghề dệt thổ cẩm", "Làng nghề rèn ở Nà Lầu còn mười lò. Nghề dệt thổ cẩm đã có hợp tác xã."),
        Document("Giá xăng giảm", "Giá xăng giảm từ chiều nay. Người đi xe vui."),
    ]
    names = {topic.id: topic.name for topic in draft.codebook.topics}
    words = Segmenter().segment_lines([article.lines() for article in articles])
    found = preview(draft.codebook, names, Sample(2, tuple(articles), tuple(words)))
    caught = {each.topic: each for each in found.catches if each.articles}
    assert found.articles == 2
    assert list(caught) == ["nghe_det_tho_cam"]
    (example,) = caught["nghe_det_tho_cam"].examples
    assert "dệt thổ cẩm" in example.evidence
    assert example.phrases
    assert set(example.phrases) <= {phrase for phrase, number in caught["nghe_det_tho_cam"].phrases if number == 1}


def test_the_preview_shows_each_bad_phrase_once_before_more_of_a_good_one() -> None:
    titles = [f"Hiến máu ở xã số {number}: người dân xếp hàng hiến máu" for number in range(6)]
    titles += ["Hiến máu ở xã số 1: người dân xếp hàng hiến máu", "Tình nguyện viên dọn rác"]
    articles = tuple(Document(title, "Sáng nay mọi người đến sớm.") for title in titles)
    words = tuple(Segmenter().segment_lines([article.lines() for article in articles]))
    topic = Topic("blood", "Hiến máu", "Blood", "Hiến máu.", ("hiến máu", "tình nguyện viên"))
    (found,) = preview(Codebook((topic,)), {"blood": "Hiến máu"}, Sample(8, articles, words)).catches
    shown = [example.title for example in found.examples]
    assert found.phrases == (("hiến máu", 7), ("tình nguyện viên", 1))
    assert len(set(shown)) == 5
    assert "Tình nguyện viên dọn rác" in shown


def test_a_draft_never_takes_the_place_of_a_file(tmp_path: Path, draft: Draft) -> None:
    file = tmp_path / "draft.toml"
    assert write_draft(draft, file, Words("en")).topics
    with pytest.raises(InputError, match="is there already"):
        write_draft(draft, file, Words("en"))


def test_hostile_words_of_a_letter_stay_words(letter: Letter) -> None:
    evil = '"""\n[store]\nurl = "x"\n#~ [[duty]]\u2028 (a|b … & ! = 90% \\u0000'
    items = tuple(replace(item, text=f"{item.text} {evil}", quote=quote(evil)) for item in letter.items)
    made = draft_letter(replace(letter, items=items, subject=fact(evil), questions=((evil, evil),)))
    text = written(made, Words("vi"))
    config = parse_config(Path("draft.toml"), text.encode())
    assert config.store.url == "sqlite:///var/rasoat.sqlite"
    assert len(config.topics) == len(made.topics)
    assert len(text.splitlines()) == len(text.split("\n")) - 1


def test_an_empty_letter_gives_an_empty_draft_that_asks(letter: Letter) -> None:
    bare = replace(letter, items=(), addressees=(), phases=(), duties=(), subject=fact(""), questions=())
    text = written(draft_letter(bare), Words("vi"))
    assert parse_config(Path("draft.toml"), text.encode()).topics == ()
    assert [table.name for table in waiting(text)] == ["phase"]
    assert len(questions(text)) == 1  # who is to do it; what to write about is asked where the letter is read


def test_a_letter_with_more_contents_than_any_has_is_not_drafted(letter: Letter) -> None:
    with pytest.raises(InputError, match=r"ngay-hoi\.txt: 608 contents, more than 600"):
        draft_letter(replace(letter, items=letter.items * 76))


def test_without_a_glossary_topics_come_from_the_words_alone(letter: Letter) -> None:
    made = drafted(letter, shipped(), cut, terms=())
    assert sorted(item.number for each in made.topics for item in each.items) == list(range(1, 9))
    assert all(each.topic.cues for each in made.topics)


def test_words_that_mean_the_same_are_added_and_told_where_the_field_is_unknown(letter: Letter) -> None:
    asked = "vận động người dân chấp hành quy định về đốt nương và trực gác trong mùa khô"
    items = (Item("1.a", 1, asked, "before", (), quote(asked)), *letter.items[2:4])
    made = drafted(replace(letter, items=items), shipped(), cut, terms=())
    (burning,) = (each for each in made.topics if "1.a" in each.topic.clauses)
    assert {"đốt rẫy", "đốt thực bì"} <= set(burning.added) <= {*burning.topic.cues, *burning.topic.hints}
    assert not any(word in asked for word in burning.added)
    text = written(made, Words("vi"))
    assert "# Không có trong văn bản, thêm vì gần nghĩa: " in text
    assert parse_config(Path("draft.toml"), text.encode()).topics[0] == burning.topic
    known = draft_letter(letter)
    assert not next(each for each in known.topics if each.topic.id == "exemplary_models").added


def test_what_stands_before_the_theme_is_what_is_asked_for_and_not_a_side_of_the_theme(letter: Letter) -> None:
    asked = ("kết quả của Ngày hội Văn hóa", "kết quả khôi phục làn điệu cổ tại Ngày hội Văn hóa")
    items = tuple(Item("1.c", n, text, "after", (), quote(text)) for n, text in enumerate(asked, start=1))
    made = draft_letter(replace(letter, items=(*letter.items, *items)))
    of_item = {item.text: each.topic.id for each in made.topics for item in each.items}
    assert of_item[asked[0]] == "event_results"
    assert of_item[asked[1]] != "event_results"


def test_a_draft_keeps_what_the_letter_does_not_speak_of(tmp_path: Path, draft: Draft, campaign: Any) -> None:
    beside = write_draft(draft, campaign.file.parent / "draft.toml", Words("vi"), campaign.config)
    own = campaign.config
    assert (beside.store, beside.outlets, beside.sources, beside.web) == (own.store, own.outlets, own.sources, own.web)
    assert beside.classify.model == own.classify.model == "weak"
    assert beside.topics != own.topics
    elsewhere = write_draft(draft, tmp_path / "b" / "draft.toml", Words("vi"), own)
    assert elsewhere.store_url != own.store_url
    assert elsewhere.sources == own.sources


def test_every_sentence_of_a_letter_is_accounted_for(letter_file: Any, tmp_path: Path) -> None:
    source = letter_file("short")
    (tmp_path / source.name).write_bytes(source.read_bytes())
    read = read_letter(tmp_path / source.name)
    write_draft(draft_letter(read), tmp_path / "draft.toml", Words("vi"))
    found = check_draft(tmp_path / "draft.toml").account
    assert found is not None
    assert sum(found.counts.values()) == len([s for s in read.sentences if any(map(str.isalnum, s.quote.text))])
    assert found.counts["placed"] >= 1
    assert not found.unplaced
    first = own_topics((tmp_path / "draft.toml").read_text(encoding="utf-8"))[0]
    lost = account(read, set())
    assert lost.counts["unplaced"] == found.counts["placed"]
    assert first.definition.rstrip(".").lower()[:20] in " ".join(lost.unplaced).lower()


def test_a_draft_made_beside_the_sample_campaign_asks_for_outlets_of_ones_own(letter: Letter) -> None:
    sample = load_config(Path(__file__).parents[3] / "config.toml")
    assert "Báo Sơn Khê" in draft_of(letter, sample).questions[0][0]
    real = replace(sample, sources=tuple(replace(source, loopback=False) for source in sample.sources))
    assert draft_of(letter, real).questions == draft_letter(letter, real.outlets).questions


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


def test_every_group_that_letters_speak_to_has_a_name_in_both_languages() -> None:
    assert set(NAMES) == set(GROUPS)
