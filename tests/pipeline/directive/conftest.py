"""Letters written for the tests: texts as they stand, PDF set by typst, DOCX with lists that Word numbers."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import docx
import pytest
import typst
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from pipeline.directive.draft import Draft, draft_letter
from pipeline.directive.letter import Letter
from pipeline.directive.written import written
from pipeline.wording import Words
from tests.pipeline.directive.festival import festival

LETTERS = Path(__file__).parent / "letters"
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml"
FORMS = (("decimal", "%1."), ("lowerLetter", "%2)"), ("bullet", "-"))
DEEP = (("upperRoman", "%1."), ("decimal", "%2."), ("lowerLetter", "%3)"), ("bullet", "-"))


@pytest.fixture(scope="session")
def letter_file(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """Gives the file of a letter by its name; PDF and DOCX are made at the first call."""
    folder = tmp_path_factory.mktemp("letters")
    made: dict[str, Path] = {}

    def file(name: str) -> Path:
        if name not in made:
            made[name] = _made(folder, name)
        return made[name]

    return file


@pytest.fixture(scope="session")
def letter() -> Letter:
    return festival()


@pytest.fixture(scope="session")
def draft(letter: Letter) -> Draft:
    return draft_letter(letter)


@pytest.fixture
def text(draft: Draft) -> str:
    return written(draft, Words("vi"))


def _made(folder: Path, name: str) -> Path:
    if (source := LETTERS / f"{name}.typ").exists():
        target = folder / f"{name}.pdf"
        target.write_bytes(typst.compile(source, format="pdf", ignore_system_fonts=True))  # its own has all signs
        return target
    if (source := LETTERS / f"{name}.lists").exists():
        return _written(source.read_text(encoding="utf-8"), folder / f"{name}.docx")
    if (
        build := {
            "nested": _nested,
            "framed": _framed,
            "rural": _rural,
            "party_plan": _party_plan,
            "martyrs": _martyrs,
        }.get(name)
    ) is not None:
        return build(folder / f"{name}.docx")
    return next(file for file in LETTERS.glob(f"{name}.*") if file.suffix != ".json")


def _written(text: str, target: Path) -> Path:
    """Makes a DOCX of lines: "|left / left|right / right" two columns, "#2 text" an element of Word's third level."""
    document = docx.Document()
    _numbering(document, DEEP)
    for line in text.splitlines():
        if line.startswith("|"):
            left, right = line[1:].split("|")
            _two(document, tuple(left.split(" / ")), tuple(right.split(" / ")))
        elif line.startswith("#"):
            level, words = line[1:].split(" ", maxsplit=1)
            _listed(document, words, int(level))
        else:
            document.add_paragraph(line)
    document.save(str(target))
    return target


def _nested(target: Path) -> Path:
    """Makes a công văn whose numbers, letters and dashes are Word's, in lists of three levels."""
    document = docx.Document()
    _numbering(document)
    _two(
        document,
        (
            "UBND TỈNH SƠN KHÊ",
            "SỞ THÔNG TIN VÀ TRUYỀN THÔNG",
            "Số: 318/STTTT-TTBCXB",
            "V/v tuyên truyền chương trình mục tiêu quốc gia xây dựng nông thôn mới",
        ),
        ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc", "Sơn Khê, ngày 06 tháng 6 năm 2022"),
    )
    document.add_paragraph("Kính gửi:")
    for text in ("Báo Sơn Khê, Đài Phát thanh và Truyền hình tỉnh;", "UBND các huyện, thành phố."):
        _listed(document, text, 2)
    document.add_paragraph(
        "Thực hiện Quyết định số 263/QĐ-TTg ngày 22/02/2022 của Thủ tướng Chính phủ về việc phê duyệt Chương trình, Sở Thông tin và Truyền thông đề nghị:"
    )
    for text, level in (
        ("Nội dung tuyên truyền", 0),
        ("Giai đoạn 1 (từ ngày 15/6/2022 đến ngày 30/9/2022)", 1),
        ("Mục tiêu, nội dung của Chương trình giai đoạn 2021 - 2025; cơ chế, chính sách hỗ trợ người dân.", 2),
        ("Gương điển hình hiến đất làm đường; cách làm hay trong xây dựng khu dân cư kiểu mẫu.", 2),
        ("Giai đoạn 2 (từ ngày 01/10/2022 đến ngày 31/12/2022)", 1),
        ("Kết quả thực hiện các tiêu chí tại các xã về đích.", 2),
        (
            "Sản phẩm OCOP và hiệu quả kinh tế đem lại cho người dân; phản ánh khó khăn, vướng mắc cần tháo gỡ ở cơ sở.",
            2,
        ),
        ("Báo Sơn Khê, Đài Phát thanh và Truyền hình tỉnh", 0),
        ("Xây dựng chuyên mục, đăng phát ít nhất 01 chuyên mục/tuần.", 1),
        ("UBND các huyện, thành phố", 0),
        ("Chỉ đạo tuyên truyền trên hệ thống truyền thanh cơ sở và cổng thông tin điện tử.", 1),
        ("Tổng hợp, báo cáo kết quả về Sở trước ngày 20/12/2022.", 1),
    ):
        _listed(document, text, level)
    document.add_paragraph("Trân trọng./.")
    _two(document, ("Nơi nhận:", "- Như trên;", "- Lưu: VT (Thu)."), ("GIÁM ĐỐC", "Lương Thị Mai"))
    document.save(str(target))
    return target


def _framed(target: Path) -> Path:
    """Makes a công văn all of whose lists stand in tables, one without a heading, and which cites in a footnote."""
    document = docx.Document()
    _two(
        document,
        (
            "UBND TỈNH SƠN KHÊ",
            "SỞ NỘI VỤ",
            "Số: 655/SNV-XDCQ",
            "V/v tuyên truyền sắp xếp đơn vị hành chính cấp xã",
        ),
        ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập – Tự do – Hạnh phúc", "Sơn Khê, ngày 14 tháng 4 năm 2025"),
    )
    _two(
        document,
        ("Kính gửi:",),
        ("- Báo Sơn Khê;", "- Đài Phát thanh và Truyền hình tỉnh;", "- UBND các huyện, thành phố."),
    )
    opening = document.add_paragraph(
        "Căn cứ Kết luận số 127-KL/TW ngày 28/02/2025 của Bộ Chính trị, Ban Bí thư; Kế hoạch số 47/KH-BCĐ ngày 14/4/2025 của Ban Chỉ đạo sắp xếp đơn vị hành chính các cấp, Sở Nội vụ đề nghị các cơ quan, địa phương phối hợp tuyên truyền:"
    )
    opening._p.append(parse_xml(f'<w:r {nsdecls("w")}><w:footnoteReference w:id="2"/></w:r>'))
    document.add_paragraph("1. Nội dung, thời gian")
    for text, time in (
        ("Chủ trương sắp xếp đơn vị hành chính cấp xã; sự cần thiết của việc sắp xếp", "Trước ngày 30/4/2025"),
        ("Phương án, tên gọi, trụ sở của các xã mới; quy trình lấy ý kiến cử tri", "Từ 01/5 đến 31/5/2025"),
        (
            "Hoạt động của chính quyền xã mới; việc giải quyết thủ tục hành chính cho người dân",
            "Từ 01/7 đến 31/8/2025",
        ),
    ):
        table = document.tables[2] if len(document.tables) > 2 else document.add_table(rows=0, cols=2)
        for cell, words in zip(table.add_row().cells, (text, time), strict=True):
            cell.text = words
    for text in (
        "2. Tần suất, hình thức",
        'a) Báo Sơn Khê: mở chuyên trang "Sắp xếp đơn vị hành chính" trên báo in và báo điện tử, 02 tin, bài/tuần.',
        "b) Đài Phát thanh và Truyền hình tỉnh: mỗi ngày 1 chuyên mục, thời lượng 5 phút.",
        "c) UBND các huyện, thành phố: tuyên truyền trên cổng thông tin điện tử, trang mạng xã hội; phát trên đài truyền thanh 2 lần/ngày.",
        "3. Các cơ quan, địa phương gửi báo cáo về Sở Nội vụ vào thứ Sáu hằng tuần.",
        "Trân trọng cảm ơn sự phối hợp của quý cơ quan./.",
    ):
        document.add_paragraph(text)
    _two(
        document,
        ("Nơi nhận:", "- Như trên;", "- UBND tỉnh (b/c);", "- Lưu: VT, XDCQ."),
        ("GIÁM ĐỐC", "", "Hà Thị Thu"),
    )
    notes = Part(
        PackURI("/word/footnotes.xml"),
        f"{WORD}.footnotes+xml",
        f'<w:footnotes {nsdecls("w")}><w:footnote w:id="2"><w:p><w:r><w:t>Theo Nghị quyết số 76/2025/UBTVQH15 ngày 14/4/2025 của Ủy ban Thường vụ Quốc hội.</w:t></w:r></w:p></w:footnote></w:footnotes>'.encode(),
        document.part.package,
    )
    document.part.relate_to(notes, RELATIONSHIP_TYPE.FOOTNOTES)
    document.save(str(target))
    return target


def _rural(target: Path) -> Path:
    """Makes a programme of two bodies whose lists have four levels, and whose plain last paragraphs are of no phase."""
    document = docx.Document()
    _numbering(document, DEEP)
    _two(
        document,
        ("BÁO VÀ PHÁT THANH, TRUYỀN HÌNH TÂY KHÊ - VĂN PHÒNG ĐIỀU PHỐI NÔNG THÔN MỚI TỈNH", "Số: 09/CTPH-BPTTH-VPĐP"),
        ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc", "Tây Khê, ngày 15 tháng 02 năm 2026"),
    )
    document.add_paragraph("CHƯƠNG TRÌNH PHỐI HỢP")
    document.add_paragraph("Tuyên truyền Chương trình mục tiêu quốc gia xây dựng nông thôn mới năm 2026")
    document.add_paragraph(
        "Căn cứ Quyết định số 318/QĐ-TTg ngày 08/3/2022 của Thủ tướng Chính phủ ban hành Bộ tiêu chí quốc gia về xã nông thôn mới, hai cơ quan thống nhất Chương trình phối hợp như sau:"
    )
    for text, level in (
        ("Mục đích", 0),
        ("Tạo sự đồng thuận trong Nhân dân về xây dựng nông thôn mới.", 1),
        ("Nội dung phối hợp", 0),
        ("Giai đoạn I: từ ngày 01/3/2026 đến ngày 30/6/2026", 1),
        ("Tuyên truyền chủ trương, chính sách:", 2),
        ("Cơ chế hỗ trợ vốn, xi măng làm đường giao thông nông thôn;", 3),
        ("Bộ tiêu chí nông thôn mới giai đoạn 2026 - 2030.", 3),
        ("Giới thiệu các mô hình sản xuất theo chuỗi giá trị; hợp tác xã hoạt động hiệu quả.", 2),
        ("Giai đoạn II: từ ngày 01/7/2026 đến ngày 15/12/2026", 1),
        ("Kết quả thực hiện tiêu chí môi trường, thu nhập ở các xã đăng ký về đích.", 2),
        ("Biểu dương người dân hiến đất, góp công; thôn kiểu mẫu, vườn mẫu.", 2),
        ("Phản ánh những tồn tại, hạn chế trong quản lý, bảo vệ công trình sau đầu tư.", 2),
        ("Trách nhiệm của các bên", 0),
        ("Báo và phát thanh, truyền hình Tây Khê", 1),
        ('Xây dựng chuyên mục "Nông thôn mới" trên sóng truyền hình, thời lượng 15 phút, phát 02 số/tháng.', 2),
        ("Đăng tải trên báo điện tử ít nhất 08 tin, bài/tháng.", 2),
        ("Văn phòng Điều phối nông thôn mới tỉnh", 1),
        ("Cung cấp thông tin, tài liệu; cử cán bộ cùng phóng viên đi cơ sở.", 2),
        ("Tổng hợp kết quả, báo cáo Ban Chỉ đạo tỉnh trước ngày 25/12/2026.", 2),
        ("Kinh phí", 0),
    ):
        _listed(document, text, level)
    document.add_paragraph("Kinh phí thực hiện được bố trí từ nguồn vốn sự nghiệp của Chương trình năm 2026.")
    document.add_paragraph("Chương trình phối hợp có hiệu lực kể từ ngày ký./.")
    _two(
        document,
        ("Nơi nhận:", "- Ban Chỉ đạo tỉnh (b/c);", "- UBND các xã, phường;", "- Lưu: BPTTH, VPĐP."),
        ("TỔNG BIÊN TẬP", "", "Mông Văn Khoa"),
    )
    document.save(str(target))
    return target


def _party_plan(target: Path) -> Path:
    """Makes a plan of a Party committee whose contents, times and bodies stand in a table."""
    document = docx.Document()
    _two(
        document,
        ("THÀNH ỦY LAM KINH", "BAN CHỈ ĐẠO 35", "*", "Số 22-KH/BCĐ35"),
        ("ĐẢNG CỘNG SẢN VIỆT NAM", "Lam Kinh, ngày 18 tháng 02 năm 2025"),
    )
    document.add_paragraph("KẾ HOẠCH")
    document.add_paragraph("bảo vệ nền tảng tư tưởng của Đảng trên không gian mạng dịp đại hội đảng bộ các cấp")
    document.add_paragraph(
        "Căn cứ Nghị quyết số 35-NQ/TW, ngày 22/10/2018 của Bộ Chính trị khóa XII; Chỉ thị số 35-CT/TW, ngày 14/6/2024 của Bộ Chính trị, Ban Chỉ đạo 35 Thành ủy xây dựng kế hoạch như sau:"
    )
    for text in (
        "I. MỤC ĐÍCH, YÊU CẦU",
        "1. Chủ động nắm bắt, định hướng dư luận.",
        "2. Bảo đảm tuyên truyền đúng trọng tâm, trọng điểm.",
        "II. NỘI DUNG, THỜI GIAN",
    ):
        document.add_paragraph(text)
    table = document.add_table(rows=1, cols=4)
    for cell, words in zip(
        table.rows[0].cells, ("TT", "Nội dung tuyên truyền", "Thời gian", "Cơ quan chủ trì"), strict=True
    ):
        cell.text = words
    for row in (
        (
            "1",
            "Kết quả lãnh đạo phát triển kinh tế - xã hội của thành phố nhiệm kỳ 2020 - 2025",
            "Tháng 3/2025",
            "Ban Tuyên giáo và Dân vận Thành ủy",
        ),
        (
            "2",
            "Công tác chuẩn bị đại hội ở cơ sở; những điểm mới của Chỉ thị 35-CT/TW",
            "Từ 01/4 đến 31/5/2025",
            "Đảng ủy các xã, phường",
        ),
        ("3", "Phản bác luận điệu xuyên tạc công tác nhân sự đại hội", "Từ 01/6 đến 31/8/2025", "Công an thành phố"),
    ):
        for cell, words in zip(table.add_row().cells, row, strict=True):
            cell.text = words
    for text in (
        "III. PHƯƠNG THỨC",
        "1. Đăng bài viết chính luận trên cổng thông tin điện tử thành phố, tối thiểu 04 bài/tháng.",
        "2. Chia sẻ, lan tỏa thông tin tích cực trên các trang, nhóm facebook, zalo, tiktok.",
        "IV. TỔ CHỨC THỰC HIỆN",
        "1. Ban Tuyên giáo và Dân vận Thành ủy là cơ quan thường trực, tham mưu sơ kết hằng quý, báo cáo Thường trực Thành ủy trước ngày 20 của tháng cuối quý.",
        '2. Trung tâm Văn hóa, Thông tin và Thể thao thành phố mở chuyên mục "Hướng tới đại hội", phát trên hệ thống truyền thanh thành phố mỗi tuần 02 số, 15 phút/số.',
        "3. Thành đoàn xây dựng lực lượng nòng cốt, mỗi cơ sở đoàn đăng tải ít nhất 03 tin, bài/tuần trên fanpage.",
    ):
        document.add_paragraph(text)
    _two(
        document,
        (
            "Nơi nhận:",
            "- Ban Chỉ đạo 35 Tỉnh ủy (b/c),",
            "- Thường trực Thành ủy (b/c),",
            "- Các đảng ủy trực thuộc,",
            "- Lưu VT.",
        ),
        ("T/M BAN CHỈ ĐẠO", "TRƯỞNG BAN", "", "Bế Văn Sáng"),
    )
    document.save(str(target))
    return target


def _martyrs(target: Path) -> Path:
    """Makes a công văn whose contents stand under the one body that owes them, and are referred to by another."""
    document = docx.Document()
    _numbering(document)
    _two(
        document,
        (
            "UBND TỈNH THƯỢNG LÂM",
            "SỞ NỘI VỤ",
            "Số: 977/SNV-TNTG",
            "V/v tuyên truyền kỷ niệm 79 năm Ngày Thương binh - Liệt sĩ",
        ),
        ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc", "Thượng Lâm, ngày 18 tháng 6 năm 2026"),
    )
    document.add_paragraph("Kính gửi: Các sở, ban, ngành; Báo Thượng Lâm; UBND các xã, phường.")
    document.add_paragraph(
        "Thực hiện Kế hoạch số 141/KH-UBND ngày 02/6/2026 của UBND tỉnh về các hoạt động kỷ niệm 79 năm Ngày Thương binh - Liệt sĩ (27/7/1947 - 27/7/2026), Sở Nội vụ đề nghị:"
    )
    for text, level in (
        ("Các sở, ban, ngành tuyên truyền trong cơ quan, đơn vị; vận động ủng hộ Quỹ Đền ơn đáp nghĩa.", 0),
        ("Báo Thượng Lâm tuyên truyền các nội dung:", 0),
        ("Chính sách ưu đãi người có công với cách mạng; công tác tìm kiếm, quy tập hài cốt liệt sĩ;", 1),
        ('Phong trào "Đền ơn đáp nghĩa", "Uống nước nhớ nguồn";', 1),
        ("Gương thương binh, thân nhân liệt sĩ vượt khó:", 1),
        ("Gương làm kinh tế giỏi;", 2),
        ("Gương tham gia công tác xã hội.", 2),
        ("UBND các xã, phường:", 0),
        ("Phát thanh nội dung tại mục 2 trên hệ thống loa truyền thanh, 02 lần/tuần;", 1),
        ("Treo cờ, băng rôn tại nghĩa trang liệt sĩ.", 1),
    ):
        _listed(document, text, level)
    document.add_paragraph(
        "Thời gian tuyên truyền từ ngày 01/7/2026 đến ngày 31/7/2026. Kết quả báo cáo về Sở Nội vụ trước ngày 05/8/2026./."
    )
    _two(
        document,
        ("Nơi nhận:", "- Như trên;", "- UBND tỉnh (b/c);", "- Lưu: VT, NCC."),
        ("KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC", "", "Sùng Thị Mỷ"),
    )
    document.save(str(target))
    return target


def _numbering(document: docx.document.Document, forms: tuple[tuple[str, str], ...] = FORMS) -> None:
    levels = "".join(
        f'<w:lvl w:ilvl="{at}"><w:start w:val="1"/><w:numFmt w:val="{form}"/><w:lvlText w:val="{text}"/></w:lvl>'
        for at, (form, text) in enumerate(forms)
    )
    root = document.part.numbering_part.element
    root.insert(0, parse_xml(f'<w:abstractNum {nsdecls("w")} w:abstractNumId="90">{levels}</w:abstractNum>'))
    root.append(parse_xml(f'<w:num {nsdecls("w")} w:numId="91"><w:abstractNumId w:val="90"/></w:num>'))


def _listed(document: docx.document.Document, text: str, level: int) -> None:
    properties = document.add_paragraph(text)._p.get_or_add_pPr()
    properties.append(parse_xml(f'<w:numPr {nsdecls("w")}><w:ilvl w:val="{level}"/><w:numId w:val="91"/></w:numPr>'))


def _two(document: docx.document.Document, left: tuple[str, ...], right: tuple[str, ...]) -> None:
    table = document.add_table(rows=1, cols=2)
    for cell, texts in zip(table.rows[0].cells, (left, right), strict=True):
        cell.paragraphs[0].text = texts[0]
        for text in texts[1:]:
            cell.add_paragraph(text)
