"""A letter about a festival, as it would be read: three phases, two groups, no number."""

from __future__ import annotations

from datetime import date

from pipeline.directive.letter import Addressee, Duty, Fact, Item, Letter, Phase, Quote

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


def quote(text: str) -> Quote:
    return Quote(text, 1, 0, len(text), 1)


def fact(value: str) -> Fact:
    return Fact(value, blank=not value, quote=quote(value))


def festival() -> Letter:
    """Gives the letter."""
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
