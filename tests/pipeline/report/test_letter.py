import re
import zipfile
from dataclasses import replace
from datetime import date
from io import BytesIO

import docx
import pypdfium2
import pytest
from docx.enum.section import WD_ORIENT
from docx.oxml.ns import qn
from docx.shared import Pt

from pipeline.audits import Estimate, Forecast
from pipeline.report import letter_annexes
from pipeline.report.docx import docx_file
from pipeline.report.index import Index
from pipeline.report.letter import letter
from pipeline.report.letter_blocks import Grid, Paragraph
from pipeline.report.pdf import pdf_file
from pipeline.settings import ReportSettings
from pipeline.wording import Words

OFFICE = ReportSettings(
    parent="UBND tỉnh Sơn Khê",
    office="Sở Thông tin và Truyền thông",
    number="12/BC-STTTT",
    place="Sơn Khê",
    signer="Giám đốc",
    recipients=("Tỉnh ủy Sơn Khê (để báo cáo)", "Các cơ quan báo chí", "Lưu: VT, BCXB"),
)


@pytest.fixture
def full(result):
    gap = replace(result.verdicts[0], outlet="huyen", verdict="gap", verified=1.0, needed=2, method="census")
    forecast = Forecast("after", "plan", "dai", gap.duty, "items", 1, 1.5, 4, 3, 6, 0.25, 0.5, 0.81, date(2020, 9, 20))
    estimate = Estimate("before", "prep", "", "", 3, 1, 9, 5, 3, 3.0, 3.4, 6.0, None, None, 0.95)
    return replace(result, verdicts=(gap, *result.verdicts[1:]), forecasts=(forecast,), estimates=(estimate,))


def made(result, settings=OFFICE, lang="vi"):
    return letter(Index(result, Words(lang)), settings)


def document(written):
    return docx.Document(BytesIO(docx_file(written)))


def texts(document):
    """Every paragraph of the body, of tables too, in the order of the pages."""
    return ["".join(t.text or "" for t in p.iter(qn("w:t"))) for p in document.element.body.iter(qn("w:p"))]


def pdf_text(written):
    pages = [page.get_textpage().get_text_bounded() for page in pypdfium2.PdfDocument(pdf_file(written))]
    return [" ".join(page.split()) for page in pages]


def test_form_is_that_of_an_administrative_report(full):
    lines = texts(document(made(full)))
    head = ["UBND TỈNH SƠN KHÊ", "SỞ THÔNG TIN VÀ TRUYỀN THÔNG", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"]
    places = [lines.index(line) for line in (*head, "Độc lập - Tự do - Hạnh phúc", "Số: 12/BC-STTTT", "BÁO CÁO")]
    assert places == sorted(places)
    assert "Sơn Khê, ngày 31 tháng 12 năm 2020" in lines
    assert "Kính gửi: Tỉnh ủy Sơn Khê." in lines
    end = lines.index("Nơi nhận:")
    assert lines[end + 1 : end + 4] == ["- Như trên;", "- Các cơ quan báo chí;", "- Lưu: VT, BCXB."]
    assert "GIÁM ĐỐC" in lines[end:]
    assert any(line.endswith("./.") for line in lines)
    assert [line for line in lines if re.match(r"[IVX]+\. ", line)] == [
        "I. PHẠM VI VÀ KẾT QUẢ CHUNG",
        "II. NHIỆM VỤ CÒN THIẾU VÀ VIỆC ĐỀ NGHỊ",
        "III. NHIỆM VỤ CÓ NGUY CƠ KHÔNG ĐẠT",
        "IV. NHIỆM VỤ CHƯA KẾT LUẬN ĐƯỢC",
        "V. CÁCH LÀM VÀ KHẢ NĂNG NHẦM LẪN",
    ]


@pytest.mark.parametrize(
    ("day", "said"), [(date(2021, 2, 9), "ngày 09 tháng 02"), (date(2020, 3, 10), "ngày 10 tháng 3")]
)
def test_days_and_months_that_could_be_added_to_have_a_nought(full, day, said):
    assert said in made(replace(full, as_of=day)).place_and_date


def test_page_is_a4_with_the_margins_and_the_font_of_the_decree(full):
    opened = document(made(full))
    first, *others = opened.sections
    assert (round(first.page_width.mm), round(first.page_height.mm)) == (210, 297)
    assert all(20 <= round(side.mm, 1) <= 25 for side in (first.top_margin, first.bottom_margin))
    assert 30 <= round(first.left_margin.mm, 1) <= 35
    assert 15 <= round(first.right_margin.mm, 1) <= 20
    assert opened.styles["Normal"].font.name == "Times New Roman"
    assert opened.styles["Normal"].font.size == Pt(14)
    assert all(section.orientation == WD_ORIENT.LANDSCAPE for section in others)
    assert first.different_first_page_header_footer
    assert first.header._element.findall(".//" + qn("w:fldSimple"))


def test_head_of_a_table_is_repeated_on_every_page(full):
    bordered = [table for table in document(made(full)).tables if table.style.name == "Table Grid"]
    assert len(bordered) == 5  # results, forecasts, three annexes
    for table in bordered:
        first, *rest = table._tbl.findall(qn("w:tr"))
        assert first.find(".//" + qn("w:tblHeader")) is not None
        assert all(row.find(".//" + qn("w:cantSplit")) is not None for row in (first, *rest))


def test_word_and_pdf_say_the_same(full):
    written = made(full)
    said = " ".join(pdf_text(written))
    for line in texts(document(written)):
        for word in line.split():
            assert word in said, word


def test_pdf_has_a_number_on_every_page_but_the_first(full):
    first, *others = pdf_text(made(full))
    assert not re.match(r"\d+ ", first)
    assert [page.split()[0] for page in others] == [str(n) for n in range(2, len(others) + 2)]


def test_pdf_sets_every_vietnamese_letter(result):
    every = "ĂẮẰẲẴẶÂẤẦẨẪẬĐÊẾỀỂỄỆÔỐỒỔỖỘƠỚỜỞỠỢƯỨỪỬỮỰÝỲỶỸỴ ăắằẳẵặâấầẩẫậđêếềểễệôốồổỗộơớờởỡợưứừửữựýỳỷỹỵ"
    named = replace(result, outlets=(replace(result.outlets[0], name=every), *result.outlets[1:]))
    content = pdf_file(made(named))
    said = "".join("".join(page.get_textpage().get_text_bounded().split()) for page in pypdfium2.PdfDocument(content))
    for letter_ in every.replace(" ", ""):
        assert letter_ in said, letter_
    fonts = set(re.findall(rb"/BaseFont /([A-Z]{6}\+)?([\w-]+)", content))
    assert all(name.startswith(b"LibertinusSerif") for _, name in fonts)


def test_gap_asks_whom_for_what(full):
    lines = texts(document(made(full)))
    [place] = [number for number, line in enumerate(lines) if re.fullmatch(r"\d\. Huyện Nậm Pàn", line)]
    assert lines[place + 1].startswith("a) Trước Đại hội, chủ đề “")
    assert any("Đề nghị Huyện Nậm Pàn giải trình" in line for line in lines)
    running = made(replace(full, as_of=date(2020, 9, 5)))
    assert any("Huyện Nậm Pàn đăng bù trước hết ngày 10/09/2020" in line for line in texts(document(running)))


def test_what_is_at_risk_is_told_with_its_day_and_its_probability(full):
    lines = texts(document(made(full)))
    for said in ("Chương trình hành động (Sau Đại hội)", "1 / 4 bài", "20/09/2020", "81%"):
        assert said in lines


def test_texts_of_strangers_are_no_markup(full):
    evil = '#panic("x") $a$ *b* \\ @c <d> `e` [f] //g /* h \x00'
    named = replace(full, outlets=(full.outlets[0], full.outlets[1], replace(full.outlets[2], name=evil)))
    shown = "".join(evil.split()).replace("\x00", "")
    assert shown in "".join("".join(pdf_text(made(named))).split())
    assert shown in "".join("".join(texts(document(made(named)))).split())


@pytest.fixture
def few_rows(monkeypatch):
    """Cuts annexes at a tenth of their length: as many rows as a real report has take seconds to set."""
    monkeypatch.setattr(letter_annexes, "MOST_ROWS", 30)
    return 30


def test_report_of_a_large_campaign_is_cut_and_says_so(full, few_rows):
    many = tuple(replace(full.verdicts[0], topic=topic) for topic, _, _ in full.topics for _ in range(15))
    written = made(replace(full, verdicts=many))
    grids = [block for annex in written.annexes for block in annex.blocks if isinstance(block, Grid)]
    assert max(len(grid.rows) for grid in grids) == few_rows
    assert "Còn 15 dòng nữa, xem tệp bao-cao.xlsx." in texts(document(written))


def test_english_report_has_no_vietnamese_but_names(full):
    lines = texts(document(made(full, lang="en")))
    assert {"SOCIALIST REPUBLIC OF VIET NAM", "REPORT", "II. WHAT IS MISSING, AND WHAT IS ASKED", "Copies to:"} <= set(
        lines
    )
    assert "No.: 12/BC-STTTT" in lines
    assert not any(word in " ".join(lines) for word in ("nhiệm vụ", "chưa", "Kính gửi", "Nơi nhận", "Đề nghị"))


def test_office_that_says_nothing_of_itself_gets_dots_to_fill_in(result):
    written = made(result, ReportSettings())
    assert (written.office, written.parent) == ("SỞ THÔNG TIN VÀ TRUYỀN THÔNG", "")
    assert written.number == "Số: ……/BC-……"
    assert written.place_and_date.startswith("……, ngày 31 tháng 12 năm 2020")
    assert written.addressees == ()
    assert written.recipients == ("- Lưu: VT.",)
    assert "Nơi nhận:" in texts(document(written))


def test_package_tells_nothing_of_the_machine_or_the_hour(full):
    content = docx_file(made(full))
    with zipfile.ZipFile(BytesIO(content)) as parts:
        assert {part.date_time for part in parts.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        core = parts.read("docProps/core.xml").decode()
    assert "2020-12-31T00:00:00Z" in core
    assert "python-docx" not in core
    assert b"/ModDate (D:20201231" in pdf_file(made(full)) or b"2020-12-31T00:00:00" in pdf_file(made(full))


def test_what_is_left_to_be_filled_in_stands_as_dots(full):
    result = replace(
        full, directive=replace(full.directive, number="/STTTT", subject="Tuyên truyền Đại hội"), undated_ids=()
    )
    written = made(result, ReportSettings())
    assert "văn bản số ……/STTTT " in written.opening
    assert "về việc tuyên truyền Đại hội, " in written.opening
    assert set(written.signer) == {"…"}
    assert written.annexes[0].belongs.startswith("(Kèm theo Báo cáo số ……/BC-…… ngày 31 tháng 12 năm 2020 của ")
    assert any("mọi bài đều rõ ngày đăng" in block.text for block in written.blocks if isinstance(block, Paragraph))


def test_days_that_were_not_seen_are_told_once_an_outlet_and_without_addresses(audit_of):
    written = made(audit_of(as_of=date(2020, 9, 14)))
    told = [block.text for block in written.blocks if isinstance(block, Paragraph)]
    start = next(place for place, text in enumerate(told) if text.startswith("Chưa kết luận được"))
    assert re.fullmatch(
        r"Chưa kết luận được \d+ nhiệm vụ vì còn ngày chưa thu thập được và \d+ nhiệm vụ vì giai đoạn chưa kết thúc; "
        "không coi là thiếu.",
        told[start],
    )
    assert told[start + 1] == "Huyện Nậm Pàn: 2 ngày (03/09–04/09); máy chủ báo lỗi 503."
    assert not any("https://" in text for text in told)


def test_letter_names_no_file_that_is_not_written(full, few_rows):
    uncertain = replace(full.verdicts[0], verdict="uncertain", to_read=tuple(full.items)[:2])
    many = replace(full, verdicts=(uncertain,) * (few_rows + 7))

    def said(*formats):
        written = letter(Index(many, Words("vi"), formats), OFFICE)
        return " ".join(texts(document(written)))

    assert "xem trang “Cần đọc” của tệp bao-cao.xlsx." in said("docx", "xlsx")
    assert "Còn 7 dòng nữa, xem tệp audit.sqlite." in said("docx", "sqlite")
    bare = said("docx")
    assert "Còn 7 dòng nữa." in bare
    assert "bao-cao.xlsx" not in said("docx", "sqlite") + bare
