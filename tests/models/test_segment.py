import gzip
import json
from itertools import islice

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from underthesea import word_tokenize

from models import segment
from models.document import Document
from models.kept import SEGMENTER_VERSION
from models.segment import Segmenter
from models.text import normalise, old_tones

TEXTS = (
    "Sáng nay, Đảng bộ huyện Thạch Bình khai mạc đại hội đại biểu lần thứ XXIV.",
    "Bà con thôn Nà Lầu góp 1.250 ngày công làm 3,5 km đường bê tông; ai cũng vui.",
    'Ông Lý Văn Sáng nói: "Tôi mong Đại hội bàn kỹ chuyện nước sạch".',
    "Website https://bao.example/dai-hoi-1.html?x=1 đăng toàn văn; thư gửi về toasoan@bao.example.",
    "Nghị quyết số 05-NQ/TU ngày 12/9/2020, Quyết định 123/2020/QĐ-UBND, TS. Hoàng, Th.S Mai.",
    "A B C D E F",
    "…",
)
LINES = 10  # of each article: the library takes 20 ms for a page
SIGNED = st.text(alphabet="aThSsQXĐđđoàýúỷTpMrDs0123456789.,:;!?…()\"“”‘’'/%=>&@_- \u200b\u00adТа\u0301", max_size=40)


@pytest.fixture(scope="module")
def segmenter():
    return Segmenter()


@pytest.fixture(scope="module")
def slow():
    return Segmenter(fast=False)


def test_installed_model_files_are_the_known_ones(segmenter):
    assert segmenter.is_fast


@pytest.mark.parametrize("text", TEXTS)
def test_words_are_those_of_underthesea(segmenter, text):
    line = normalise(text)
    assert segmenter.segment_lines([[line]]) == [[word_tokenize(line, format="text")]]


def test_words_of_real_articles_are_those_of_underthesea(segmenter, slow, shared):
    with gzip.open(shared / "corpus" / "articles.jsonl.gz", "rt", encoding="utf-8") as rows:
        articles = [json.loads(row) for row in islice(rows, 80)]
    lines = [Document(article["title"], article["body"]).lines()[:LINES] for article in articles]
    assert segmenter.segment_lines(lines) == slow.segment_lines(lines)
    plain = [line for text in lines for line in text if line == normalise(line) == old_tones(line)]
    assert segmenter.segment_lines([plain]) == [[word_tokenize(line, format="text") for line in plain]]


@pytest.mark.long
def test_words_of_the_whole_corpus_are_those_of_underthesea(segmenter, slow, shared, monkeypatch):
    asked = []
    ask = Segmenter._ask
    monkeypatch.setattr(Segmenter, "_ask", lambda self, line: asked.append(self) or ask(self, line))
    count = 0
    with gzip.open(shared / "corpus" / "articles.jsonl.gz", "rt", encoding="utf-8") as rows:
        for row in rows:
            article = json.loads(row)
            lines = Document(article["title"] or "", article["body"] or "").lines()
            assert segmenter.segment_lines([lines]) == slow.segment_lines([lines]), article["id"]
            count += len(lines)
    assert asked.count(segmenter) < 0.001 * count  # exact ties (9 of 181,027 lines with odd ones): underthesea decides


def test_unmended_tones_give_the_words_of_underthesea_to_the_letter(segmenter):
    line = "Uỷ ban nhân dân xã xây nhà văn hoá, thuỷ lợi và trạm y tế; bà con khoẻ mạnh, hoà thuận."
    plain, mended = Segmenter(mend_tones=False), segmenter
    assert plain.segment_lines([[line]]) == [[word_tokenize(normalise(line), format="text")]]
    assert plain.segment_lines([[line]]) != mended.segment_lines([[line]])
    assert plain.version != mended.version == SEGMENTER_VERSION


@settings(max_examples=60, deadline=None)
@given(lines=st.lists(st.text(max_size=60), max_size=4))
def test_any_lines_give_the_words_of_underthesea(segmenter, slow, lines):
    lines = [line.replace("\n", " ") for line in lines]
    assert segmenter.segment_lines([lines]) == slow.segment_lines([lines])


@settings(max_examples=200, deadline=None)
@given(
    before=SIGNED,
    core=st.sampled_from(["", "Tp", "Mrs", "ThS", "TP", "hoá", "văn", "ThaS", "12", "x"]),
    after=SIGNED,
)
def test_signs_around_letters_and_digits_give_the_words_of_underthesea(segmenter, slow, before, core, after):
    lines = [before + core + after, f"{core}{after} {before}{core}"]
    assert segmenter.segment_lines([lines]) == slow.segment_lines([lines])


@pytest.mark.parametrize(
    "line", ["Th S. Mai", "bài Th\u200b Sách", "Xong. \u200b", "\u200b", "a" * 1_000, "X." * 300, "Thessaloniki"]
)
def test_odd_lines_give_the_words_of_underthesea(segmenter, slow, line):
    assert segmenter.segment_lines([[line, "Xong."]]) == slow.segment_lines([[line, "Xong."]])


def test_other_model_files_are_left_to_underthesea(slow, monkeypatch):
    monkeypatch.setitem(segment._KNOWN_FILES, "models.bin", "of another release")
    other = Segmenter()
    assert not other.is_fast
    assert other.segment_lines([TEXTS]) == slow.segment_lines([TEXTS])


def test_tables_that_disagree_with_underthesea_are_not_used(slow, monkeypatch):
    monkeypatch.setattr(segment.CrfDecoder, "decode", lambda _, ids: (ids < 0, ids[:0]))
    other = Segmenter()
    assert not other.is_fast
    assert other.segment_lines([TEXTS]) == slow.segment_lines([TEXTS])


def test_one_line_of_words_for_each_line_of_text(segmenter):
    texts = [["Đại hội", "", "Kết quả tốt."], [], ["\u200b"]]
    assert [len(words) for words in segmenter.segment_lines(texts)] == [3, 0, 1]
    assert segmenter.segment_lines(texts)[0][1] == ""


def test_old_and_new_tones_give_the_same_words(segmenter):
    (old,), (new,) = segmenter.segment_lines([["Uỷ ban văn hoá"], ["Ủy ban văn hóa"]])
    assert old == new
    assert "văn_hóa" in new


def test_words_never_join_across_lines(segmenter):
    assert segmenter.segment_lines([["lần thứ XVII", "Kính thưa"]])[0][0].endswith("XVII")


def test_forgetting_changes_no_word(segmenter, monkeypatch):
    before = segmenter.segment_lines([TEXTS])
    monkeypatch.setattr("models.segment.MAX_REMEMBERED", 1)
    assert segmenter.segment_lines([TEXTS]) == before


def test_memory_of_words_is_bounded(monkeypatch):
    monkeypatch.setattr("models.segment.MAX_REMEMBERED", 500)
    monkeypatch.setattr("models.segment.BATCH_CHARS", 500)
    fresh = Segmenter()
    held = []
    for start in range(0, 1_600, 100):
        fresh.segment_lines([[f"thửa số {number} xã{number}." for number in range(start, start + 100)]])
        held.append(len(fresh._chunks) + fresh._chunks.decoder.size)
    assert max(held) < 800
    assert min(held[1:]) < max(held)
