"""What is given as a letter: of every kind that is read, whole or damaged."""

from __future__ import annotations

import random
import re
import unicodedata
from dataclasses import replace
from pathlib import Path

import docx
import pytest
import typst
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from models.text import normalise, old_tones
from pipeline.directive.letter import Letter, Quote
from pipeline.directive.read import letter_of, read_letter
from pipeline.directive.source import Source, TextLine

LETTERS = Path(__file__).parent / "letters"
NOWHERE = Quote("", 0, 0, 0, 0)
WORDS = ("Kính gửi:", "- ", "a) ", "1. ", "I. ", "Số: 12/UB", "Nơi nhận:", "GIÁM ĐỐC", "nội dung; ", "Trước Đại hội: ", "2", "\n", "\n\n", ". ", "./.",
         "Tuyên truyền kết quả ", "từ ngày 01/9 đến 05/9/2020 ", "ngày    tháng 9 năm 2020", "V/v ", "KẾ HOẠCH", "   ", "×", "(", "“", "tru-", "yền")  # fmt: skip


def _accounted(letter: Letter) -> bool:
    """Tells whether every letter of every page is in exactly one sentence, and quotations say what stands there."""
    seen: set[tuple[int, int]] = set()
    for sentence in letter.sentences:
        quote = sentence.quote
        for page in range(quote.page, quote.end_page + 1):
            start = quote.start if page == quote.page else 0
            end = quote.end if page == quote.end_page else len(letter.pages[page - 1])
            places = {(page, place) for place in range(start, end) if not letter.pages[page - 1][place].isspace()}
            if seen & places:
                return False
            seen |= places
    whole = {
        (page, at) for page, text in enumerate(letter.pages, 1) for at, char in enumerate(text) if not char.isspace()
    }
    return seen == whole


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.lists(st.one_of(st.sampled_from(WORDS), st.text(max_size=12)), max_size=40), min_size=1, max_size=3))
@example([["1. ", "Kính gửi:"], ["AKính gửi:- ", "Kính gửi:"], ["Kính gửi:"]])  # repeated behind a sentence's end
def test_any_text_is_read_and_nothing_of_it_is_lost(pages: list[list[str]]) -> None:
    lines = [
        tuple(TextLine(" ".join(line.split("\r"))) for line in "".join(page).replace("\f", " ").split("\n"))
        for page in pages
    ]
    assert _accounted(letter_of(Source("x.txt", "", tuple(lines))))


def test_damaged_letters_are_read_and_nothing_of_them_is_lost() -> None:
    chance = random.Random(17)
    text = (LETTERS / "guidance.txt").read_text()
    for _ in range(20):
        lines = text.split("\n")
        for _ in range(12):
            at = chance.randrange(len(lines))
            match chance.randrange(4):
                case 0:
                    del lines[at]
                case 1:
                    lines[at] = lines[at][: chance.randrange(len(lines[at]) + 1)]
                case 2:
                    lines.insert(at, lines[chance.randrange(len(lines))])
                case _:
                    lines[at] = lines[at].replace(" ", "", 3)
        assert _accounted(letter_of(Source("x.txt", "", (tuple(map(TextLine, lines)),))))


def test_a_sentence_that_runs_over_a_page_has_its_page_number_within(tmp_path: Path) -> None:
    file = tmp_path / "hai-trang.txt"
    file.write_text(
        "1. Nội dung tuyên truyền\n- Kết quả phát triển kinh tế - xã hội của\n\f2\ntỉnh trong năm năm qua.\n- Gương người tốt."
    )
    letter = read_letter(file)
    assert [item.text for item in letter.items] == [
        "Kết quả phát triển kinh tế - xã hội của tỉnh trong năm năm qua",
        "Gương người tốt",
    ]
    assert (letter.items[0].quote.page, letter.items[0].quote.end_page) == (1, 2)
    assert _accounted(letter)


def test_a_person_is_not_kept(letter_file) -> None:
    letter = repr(read_letter(letter_file("guidance"))) + repr(read_letter(letter_file("nested")))
    assert "Lê Thị Hoa" not in letter
    assert "Lương Thị Mai" not in letter
    assert "Thu" not in letter


def test_letters_of_old_fonts_and_of_other_charsets_are_read(tmp_path: Path) -> None:
    (tmp_path / "x.txt").write_bytes((LETTERS / "short.txt").read_text().encode("utf-16"))
    assert read_letter(tmp_path / "x.txt").number.value == "/SVHTTDL-TTBC"


VNI_MARKS = {
    tuple(unicodedata.normalize("NFD", letter)[1:]): told
    for letter, told in zip("áàảãạâấầẩẫậăắằẳẵặ", "ùøûõïâáàåãäêéèúüë", strict=True)
}
VNI_LETTERS = dict(zip("ơưđíìỉĩịỵ", "ôöñíìæóòî", strict=True))


def _vni(char: str) -> str:
    """Writes a letter as VNI's fonts of the 1990s did: a vowel, and a letter behind it that stands for its marks."""
    if char.lower() in VNI_LETTERS:
        told = VNI_LETTERS[char.lower()]
    else:
        base, *marks = unicodedata.normalize("NFD", char.lower())
        if "\u031b" in marks:
            base, marks = (
                VNI_LETTERS[unicodedata.normalize("NFC", f"{base}\u031b")],
                [m for m in marks if m != "\u031b"],
            )
        told = base + (VNI_MARKS[tuple(marks)] if marks else "")
    return told.upper() if char.isupper() else told


WAYS = {
    "decomposed": lambda text: unicodedata.normalize("NFD", text).encode(),
    "lines of Windows, with a mark": lambda text: text.replace("\n", "\r\n").encode("utf-8-sig"),
    "hard spaces": lambda text: re.sub(r"(?<=\w) (?=\w)", "\u00a0", text).encode(),
    "two spaces": lambda text: re.sub(r"(?<=\w) (?=\w)", "  ", text).encode(),
    "hidden signs": lambda text: re.sub(r"(?<=[a-z]{2})(?=[a-z]{2})", "\u00ad", text.replace(" ", " \u200b")).encode(),
    "tabs": lambda text: re.sub(r"^ *", "\t", text, flags=re.MULTILINE).encode(),
    "double lines": lambda text: text.replace("\n", "\n\n").encode(),
    "old places of tone marks": lambda text: old_tones(text).encode(),
    "dashes and bullets": lambda text: re.sub(r"^(\s*)- ", r"\1• ", text, flags=re.MULTILINE).encode(),
    "numbers with slashes": lambda text: re.sub(r"^(\s*\d)\. ", r"\1/ ", text, flags=re.MULTILINE).encode(),
    "old font": lambda text: text.replace("–", "-").translate(OLD_FONT).encode("latin-1"),
    "older font": lambda text: "".join(map(_vni, text.replace("–", "-"))).encode("latin-1"),
}
OLD = "àáảãạăằắẳẵặâầấẩẫậđèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵ"
NEW = "µ¸¶·¹¨»¾¼½Æ©ÇÊÈÉË®ÌÐÎÏÑªÒÕÓÔÖ×ÝØÜÞßãáâä«åèæçé¬êíëìîïóñòô\u00adõøö÷ùúýûüþ"
OLD_FONT = str.maketrans(
    OLD + OLD.upper() + "ĂÂÊÔƠƯĐ", NEW + NEW + "¡¢£¤¥¦§"
)  # other capitals with marks are small letters in another font


@pytest.mark.parametrize("way", WAYS)
def test_the_way_in_which_a_text_is_written_changes_nothing_that_is_read(way: str, tmp_path: Path) -> None:
    for name in ("forest", "guidance", "waste"):
        (tmp_path / "x.txt").write_bytes(WAYS[way]((LETTERS / f"{name}.txt").read_text()))
        read, plain = read_letter(tmp_path / "x.txt"), read_letter(LETTERS / f"{name}.txt")
        assert [(item.phase, normalise(item.text)) for item in read.items] == [
            (item.phase, normalise(item.text)) for item in plain.items
        ], name
        assert [replace(phase, name="", quote=NOWHERE) for phase in read.phases] == [
            replace(phase, name="", quote=NOWHERE) for phase in plain.phases
        ], name
        assert [(duty.addressees, duty.min_items, duty.report_back, duty.report_day) for duty in read.duties] == [
            (duty.addressees, duty.min_items, duty.report_back, duty.report_day) for duty in plain.duties
        ], name
        assert [(cited.number, cited.date) for cited in read.citations] == [
            (cited.number, cited.date) for cited in plain.citations
        ], name
        assert (read.number.value, read.date.value) == (plain.number.value, plain.date.value), name
        assert normalise(read.subject.value) == normalise(plain.subject.value), name
        assert _accounted(read)


def test_the_first_directive_is_read_whole(shared: Path) -> None:
    letter = read_letter(shared / "directives" / "2020-langson-dai-hoi-xvii.txt")
    phases = [item.phase for item in letter.items]
    assert [phases.count(phase) for phase in ("before", "during", "after")] == [10, 9, 7]
    assert len(phases) == 26
    assert [each.id for each in letter.addressees] == ["departments", "press", "districts"]
    assert [(each.number, str(each.date)) for each in letter.citations] == [
        ("35-CT/TW", "2019-05-30"),
        ("112-KH/TU", "2019-07-16"),
        ("01-KH/TBTT", "2020-03-31"),
    ]
    assert {channel for duty in letter.duties for channel in duty.channels} == {
        "website",
        "led_screen",
        "fan_page",
        "loudspeaker",
    }
    assert (letter.number.blank, letter.date.blank, letter.date.value) == (True, True, "2020-09")
    assert set(letter.items[0].addressees) == {"departments", "press", "districts"}
    assert _accounted(letter)


ROWS = '<tr><th>TT</th><th>Nội dung</th><th>Thời gian</th><th>Đơn vị</th></tr><tr><td>1</td><td>Mừng Đảng, mừng Xuân</td><td rowspan="2">Quý I/2023</td><td>Báo Sơn Khê</td></tr><tr><td>2</td><td>Công tác tuyển quân</td><td></td></tr>'  # fmt: skip


def test_a_time_that_is_merged_over_rows_holds_for_each_and_an_empty_body_for_none(tmp_path: Path) -> None:
    (tmp_path / "x.html").write_text(f"<html><body><p>II. NỘI DUNG</p><table>{ROWS}</table></body></html>")
    web = read_letter(tmp_path / "x.html")
    document = docx.Document()
    document.add_paragraph("II. NỘI DUNG")
    table = document.add_table(rows=3, cols=4)
    for at, texts in enumerate(
        (
            ("TT", "Nội dung", "Thời gian", "Đơn vị"),
            ("1", "Mừng Đảng, mừng Xuân", "Quý I/2023", "Báo Sơn Khê"),
            ("2", "Công tác tuyển quân", "", ""),
        )
    ):
        for cell, text in zip(table.rows[at].cells, texts, strict=True):
            cell.text = text
    table.cell(1, 2).merge(table.cell(2, 2))
    document.save(str(tmp_path / "x.docx"))
    cells = "[TT],[Nội dung],[Thời gian],[Đơn vị],[1],[Mừng Đảng, mừng Xuân],table.cell(rowspan: 2)[Quý I/2023],[Báo Sơn Khê],[2],[Công tác tuyển quân],[]"
    (tmp_path / "x.pdf").write_bytes(
        typst.compile(f"II. NỘI DUNG\n#table(columns: (2cm, 5cm, 4cm, 4cm), {cells})".encode(), format="pdf")
    )
    for letter in (web, read_letter(tmp_path / "x.docx"), read_letter(tmp_path / "x.pdf")):
        assert [(item.text, item.phase, item.addressees) for item in letter.items] == [
            ("Mừng Đảng, mừng Xuân", "span-1", ("press",)),
            ("Công tác tuyển quân", "span-1", ()),
        ]
        assert _accounted(letter)


def test_a_footnote_parts_no_sentence_that_runs_over_its_page(tmp_path: Path) -> None:
    words = "Tuyên truyền chủ trương của Đảng về phát triển kinh tế số "
    text = f"#set page(width: 14cm, height: 9cm)\n#set text(size: 13pt)\n1. Nội dung\n\na) {words * 5} #footnote[Kết luận số 12-KL/TW ngày 02/3/2024 của Bộ Chính trị.] {words * 5}."
    (tmp_path / "x.pdf").write_bytes(typst.compile(text.encode(), format="pdf"))
    letter = read_letter(tmp_path / "x.pdf")
    assert len(letter.pages) > 1
    assert [(cited.number, cited.issuer) for cited in letter.citations] == [("12-KL/TW", "Bộ Chính trị")]
    assert not any("Kết luận" in item.text for item in letter.items)
    assert _accounted(letter)


def test_a_page_that_is_one_form_is_read(tmp_path: Path) -> None:
    (tmp_path / "x.html").write_text(
        "<html><body><form><p>Kính gửi: Báo Sơn Khê</p><nav>Trang chủ</nav></form></body></html>"
    )
    assert read_letter(tmp_path / "x.html").pages == ("Kính gửi: Báo Sơn Khê",)
