"""From a letter to a draft campaign: topics, phrases, questions; what a draft catches and keeps."""

from __future__ import annotations

from dataclasses import replace
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
    own_topics,
    questions,
)
from pipeline.directive.draft import Draft, cut, draft_letter, drafted
from pipeline.directive.groups import NAMES
from pipeline.directive.letter import Item, Letter
from pipeline.directive.plain import plain_lines
from pipeline.directive.read import letter_of, read_letter
from pipeline.directive.source import Source
from pipeline.directive.waits import waiting
from pipeline.directive.written import written
from pipeline.errors import InputError
from pipeline.steps.directive_draft import Sample, draft_of, preview, write_draft
from pipeline.steps.directive_review import check_draft
from pipeline.wording import Words
from tests.pipeline.directive.festival import fact, quote
from tests.pipeline.directive.texts import HEAD, read_text


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


def test_cells_that_say_who_when_and_how_much_go_with_what_stands_beside(letter_file: Any) -> None:
    read = read_letter(letter_file("plan"))
    found = account(read, {item.id for item in read.items})
    assert found.unread == (
        "1. Mục đích: Tuyên truyền sâu rộng về ý nghĩa của cuộc bầu cử.",
        "2. Yêu cầu: Kịp thời, chính xác, đúng pháp luật.",
    )
    assert any(sentence.quote.text == "TT" for sentence in read.sentences)


def test_a_draft_made_beside_the_sample_campaign_asks_for_outlets_of_ones_own(letter: Letter) -> None:
    sample = load_config(Path(__file__).parents[3] / "config.toml")
    assert "Báo Sơn Khê" in draft_of(letter, sample).questions[0][0]
    real = replace(sample, sources=tuple(replace(source, loopback=False) for source in sample.sources))
    assert draft_of(letter, real).questions == draft_letter(letter, real.outlets).questions


def test_every_group_that_letters_speak_to_has_a_name_in_both_languages() -> None:
    assert set(NAMES) == set(GROUPS)


def test_units_that_are_only_asked_to_report_owe_no_contents_beside_those_that_are_named() -> None:
    head = "Số: 5/STTTT-BC\nSơn Khê, ngày 02 tháng 3 năm 2024\nV/v tuyên truyền\nSở đề nghị:\n"
    text = "1. Nội dung tuyên truyền\n- Ý nghĩa của Ngày hội trẻ em.\n2. Báo Sơn Khê mở chuyên mục về Ngày hội.\n"
    draft = draft_letter(read_text(f"{text}3. Các đơn vị báo cáo kết quả trước ngày 20/4/2024.", head))
    assert {each.id for each in draft.letter.addressees} == {"press", "departments"}
    assert {duty.group for duty in draft.duties} == {"press"}


def test_an_amount_of_a_table_row_is_that_of_the_topic_of_its_contents() -> None:
    table = (
        "| Nội dung | Thời gian | Đơn vị thực hiện | Số lượng |\n|---|---|---|---|\n"
        "| Phòng, chống cháy rừng | Từ 01/4 đến 15/4/2024 | Báo Sơn Khê | ít nhất 05 tin, bài |\n"
        "| Hiến máu tình nguyện | Từ 16/4 đến 30/4/2024 | Báo Sơn Khê | ít nhất 03 tin, bài |"
    )
    lines = plain_lines(f"{HEAD}Sở đề nghị như sau:\n1. Nội dung\n{table}".split("\n"))
    draft = draft_letter(letter_of(Source("x.txt", "", (tuple(lines),))))
    assert sorted((duty.phase, duty.min_items) for duty in draft.duties) == [("span-1", 5), ("span-2", 3)]
