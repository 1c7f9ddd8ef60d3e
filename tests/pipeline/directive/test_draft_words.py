"""What drafting knows of words: how rare they are, what the field says, what the store has kept."""

from __future__ import annotations

import json
import re
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from models.codebook import Codebook, Topic
from models.document import Document
from models.kept import SEGMENTER_VERSION
from models.segment import Segmenter
from pipeline.config import parse_config
from pipeline.directive import glossary
from pipeline.directive.background import counted, shipped
from pipeline.directive.background import written as counts_file
from pipeline.directive.letter import Item, Quote
from pipeline.directive.naming import name_of
from pipeline.directive.spoken import brief, briefly
from pipeline.directive.synonyms import shipped as synonyms
from pipeline.directive.theme import theme
from pipeline.errors import InputError
from pipeline.steps import directive_draft
from pipeline.steps.directive_draft import Sample, count_store, preview, sample_of_file, sample_of_store
from pipeline.store import articles, words


def test_the_glossary_is_whole_and_every_phrase_of_it_can_be_read() -> None:
    terms = glossary.shipped()
    topics = [
        Topic(
            term.id,
            term.name,
            term.name_en,
            "",
            tuple(cue.replace("{event}", "x") for cue in term.cues),
            term.exclusions,
        )
        for term in terms
    ]
    assert all(term.name and term.name_en and term.said and term.cues for term in terms)
    assert len({term.id for term in terms}) == len(terms)
    rows = "".join(
        f"[[topic]]\nid = {topic.id!r}\nname = 'x'\nname_en = 'x'\ndefinition = ''\ncues = {list(topic.cues)}\n"
        for topic in topics
    )
    assert len(parse_config(Path("x.toml"), f"classify.cues = ''\n{rows}".encode()).topics) == len(terms)


@pytest.mark.parametrize(
    ("item", "terms"),
    [
        ("gây phiền hà cho người dân, doanh nghiệp", set()),
        ("chính sách hỗ trợ doanh nghiệp", {"private_economy"}),
        ("lái xe an toàn trên cao tốc, đường đèo", set()),
        ("tiến độ thi công đường cao tốc", {"public_investment"}),
        ("giữ vệ sinh tại các khu du lịch", set()),
        ("sản phẩm du lịch mới tại các bản", {"tourism"}),
        ("tổ chức hiến máu tại Nhà văn hóa xã", set()),
        ("giữ gìn bản sắc văn hóa của đồng bào", {"culture"}),
        ("tin giả trên không gian mạng", {"cyber_safety"}),  # a place, but no common word
        ("truyền thống của Đoàn TNCS Hồ Chí Minh", set()),
        ("Lời kêu gọi Toàn quốc kháng chiến của Chủ tịch Hồ Chí Minh", set()),
        ("cuộc đời, sự nghiệp của Chủ tịch Hồ Chí Minh", {"hcm_study"}),
        ("hỗ trợ học sinh khó khăn", set()),
    ],
)
def test_a_common_word_names_a_term_with_another_beside_it_and_not_where_it_tells_a_place(
    item: str, terms: set[str]
) -> None:
    known = glossary.Glossary("tuyên truyền", [term for term in glossary.shipped() if not term.of_event], shipped())
    found = known.said([item])[0]
    assert {known.terms[number].id for number in found.nonzero()[0]} == terms


def test_words_may_be_weighed_by_the_office_s_own_articles(campaign: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    with campaign.open() as store:
        with pytest.raises(InputError, match="too few to count words"):
            count_store(store)
        monkeypatch.setattr("pipeline.steps.directive_draft.ENOUGH", 1)
        assert count_store(store).articles == len(campaign.ids)
    own = counted([["Nghề dệt thổ cẩm"], ["nghề dệt thổ cẩm"], ["giá rau"], ["giá gạo"]], least=1)
    assert own.share(["thổ", "cẩm"]) == pytest.approx(0.5)  # there a common word, which speaks for nothing


def test_counts_are_of_articles_and_rare_runs_are_as_rare_as_the_least() -> None:
    made = counted([["Lễ hội xuân", "lễ hội"], ["lễ hội 2024"], ["mùa xuân"]], least=2)
    assert made.counts == {"hội": 2, "lễ": 2, "lễ hội": 2, "xuân": 2}
    assert made.share(["lễ", "hội"]) == made.share(["mùa"]) == pytest.approx(2 / 3)
    assert counts_file(made) == counts_file(counted([["lễ hội xuân"], ["Lễ hội"], ["xuân mùa"]], least=2))
    assert shipped().joined("nâng", "cao")
    assert not shipped().joined("nhà", "ở")
    assert shipped().share(["đại", "hội"]) > 5 * shipped().share(["làng", "nghề", "rèn"])


def test_words_that_the_segmenter_ran_together_are_parted() -> None:
    assert shipped().mended("chính_trị_trình") == ["chính_trị", "trình"]
    assert shipped().mended("ủy_ban_nhân_dân") == ["ủy_ban_nhân_dân"]
    assert shipped().mended("xuân") == ["xuân"]


def test_words_that_the_store_has_kept_are_not_cut_again_and_a_large_store_is_tried_in_part(
    campaign: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    with campaign.open() as store:
        with store.begin() as connection:
            (first, *_) = articles.stream(connection)
            words.put(connection, SEGMENTER_VERSION, {first.content_hash: "đã_giữ lại"})
        found = sample_of_store(store)
        assert found.total == len(found.documents) == len(campaign.ids)
        assert found.words[found.documents.index(Document(first.title, first.text))] == ["đã_giữ lại"]
        assert sum(list(cut) == ["đã_giữ lại"] for cut in found.words) == 1
        part = sample_of_store(store, most=2)
        assert (part.total, len(part.documents)) == (len(campaign.ids), 2)
        monkeypatch.setattr(
            directive_draft, "Segmenter", lambda: pytest.fail("cut again")
        )  # what was cut at the first visit is kept for the second
        assert sample_of_store(store) == found


def test_the_cutter_of_words_is_made_once_however_many_articles_it_cuts(
    campaign: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[Segmenter] = []

    def make() -> Segmenter:
        made.append(Segmenter())
        return made[-1]

    monkeypatch.setattr(directive_draft, "Segmenter", make)
    monkeypatch.setattr(directive_draft, "BATCH", 1)
    with campaign.open() as store:
        assert len(sample_of_store(store).documents) == len(campaign.ids) > 1
    assert len(made) == 1


def test_words_that_mean_the_same_do_so_both_ways() -> None:
    found = synonyms()
    assert all(word in found[other] for word, others in found.items() for other in others)
    assert all(word not in others for word, others in found.items())
    assert "lửa rừng" in found["cháy rừng"]


def test_a_theme_cuts_no_word() -> None:
    subject = "tuyên truyền Ngày Chuyển đổi số quốc gia năm 2025"
    items = ("ý nghĩa của Ngày Chuyển đổi số quốc gia", "sự kiện của Ngày Chuyển đổi số quốc gia", "nền tảng số")

    def _words(text: str) -> list[str]:
        return re.findall(r"quốc gia|chuyển đổi|ý nghĩa|sự kiện|nền tảng|tuyên truyền|\w+", text.lower())

    assert theme(subject, items, shipped(), _words) == "ngày chuyển đổi số"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (
            "khuyến cáo chuyển đổi cơ cấu cây trồng, điều chỉnh lịch gieo sạ phù hợp với nguồn nước từng vùng",
            "Khuyến cáo chuyển đổi cơ cấu cây trồng, điều chỉnh lịch gieo sạ",
        ),
        (
            "thiệt hại về cây trồng, vật nuôi và chính sách hỗ trợ người dân vùng hạn khôi phục sản xuất",
            "Thiệt hại về cây trồng, vật nuôi",
        ),
        ("mực nước hồ chứa", "Mực nước hồ chứa"),
        (
            "Luật Phòng thủ dân sự, Luật Phòng, chống thiên tai và các văn bản hướng dẫn thi hành của Chính phủ",
            "Luật Phòng thủ dân sự, Luật Phòng, chống thiên tai",
        ),
        (
            "những biện pháp phòng trừ sâu bệnh cho cây hồi: phun thuốc, tỉa cành, bắt sâu bằng tay",
            "Biện pháp phòng trừ sâu bệnh cho cây hồi",
        ),
        ("tường thuật lễ ra quân trồng rừng tại Khau Vài", "Lễ ra quân trồng rừng tại Khau Vài"),
        ("phản ánh, kiến nghị của người dân", "Phản ánh, kiến nghị của người dân"),
        (
            "tấm lòng sẻ chia và công sức đóng góp bền bỉ suốt mấy chục năm của những người giữ rừng Nậm Pàn",
            "Tấm lòng sẻ chia và công sức đóng góp bền bỉ suốt mấy chục năm",
        ),
    ],
)
def test_a_name_ends_where_the_sentence_turns_unless_that_leaves_too_little(text: str, name: str) -> None:
    assert name_of(Item("1", 1, text, None, (), Quote(text, 1, 0, len(text), 1))) == name


def test_of_a_long_phrase_what_stands_there_is_shown_and_of_many_the_first_few() -> None:
    long = "cử tri … (nói|nêu|hỏi|mong|đề nghị|kiến nghị) ! (quốc hội|đi bầu)"
    assert brief(long) == "cử tri … (nói|nêu|hỏi|mong|…)"
    assert brief("mô hình (hay|điểm|hiệu quả|tiêu biểu|mới)") == "mô hình (hay|điểm|hiệu quả|tiêu biểu|mới)"
    assert briefly([long, "tiếp xúc cử tri", "lòng dân", "nguyện vọng"]) == (
        "cử tri … (nói|nêu|hỏi|mong|…) · tiếp xúc cử tri · lòng dân · …"
    )
    assert briefly(["lòng dân"]) == "lòng dân"


@pytest.mark.parametrize(("rows", "most"), [(7, 10), (10, 10), (11, 10), (39, 10), (1000, 10)])
def test_articles_of_a_file_are_spread_evenly_over_it(tmp_path: Path, rows: int, most: int) -> None:
    file = tmp_path / "articles.jsonl"
    said = [json.dumps({"title": f"bài {number}", "body": ""}) for number in range(rows)]
    file.write_text("\n\n".join(said), encoding="utf-8")
    found = sample_of_file(file, lambda *_: None, most)
    places = [int(each.title.split()[1]) for each in found.documents]
    assert found.total == rows
    assert len(places) == len(found.words) == min(rows, most)
    steps = [after - before for before, after in pairwise(places)]
    assert max(steps) <= 2 * min(steps)
    assert places[0] == 0
    assert rows - places[-1] <= max(2 * max(steps), 1)
    assert sample_of_file(file, lambda *_: None, most) == found


def test_an_article_without_a_title_is_known_by_its_first_words() -> None:
    body = (
        "Sáng nay, bệnh viện tỉnh tổ chức ngày hội hiến máu tình nguyện cho cán bộ, nhân dân toàn tỉnh. Có 300 người."
    )
    topic = Topic("blood", "Hiến máu", "Blood", "Hiến máu.", ("hiến máu",))
    sample = Sample(1, (Document("", body),), (("", "hiến máu", "Có người"),))
    (catch,) = preview(Codebook((topic,)), {"blood": "Hiến máu"}, sample).catches
    assert [each.title for each in catch.examples] == [
        "Sáng nay, bệnh viện tỉnh tổ chức ngày hội hiến máu tình nguyện cho cán bộ, nhân …"
    ]
