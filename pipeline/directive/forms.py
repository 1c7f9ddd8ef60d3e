"""Set forms of administrative letters (Decree 30/2020) and Party documents: what each of their parts begins with."""

from __future__ import annotations

import re
from typing import Final

from pipeline.directive.letters import LOWER, UPPER

KINDS: Final = (
    "KẾ HOẠCH", "HƯỚNG DẪN", "CHỈ THỊ", "ĐỀ CƯƠNG", "CÔNG VĂN", "CÔNG ĐIỆN", "THÔNG BÁO", "THÔNG TRI", "NGHỊ QUYẾT",
    "QUYẾT ĐỊNH", "CHƯƠNG TRÌNH", "ĐỀ ÁN", "PHƯƠNG ÁN", "QUY ĐỊNH", "QUY CHẾ", "BÁO CÁO", "TỜ TRÌNH", "KẾT LUẬN", "THỂ LỆ", "LỜI KÊU GỌI", "THƯ NGỎ", "THÔNG CÁO",
)  # fmt: skip
JOINT: Final = (
    re.compile(  # how a document was made, behind its kind: "KẾ HOẠCH PHỐI HỢP", and its subject on the next line
        r"(?:PHỐI HỢP|LIÊN TỊCH|LIÊN NGÀNH|HÀNH ĐỘNG|CÔNG TÁC)$"
    )
)
OFFICES: Final = (
    rf"(?:PHÓ\s+)?(?:TỔNG\s+)?GIÁM ĐỐC|(?:PHÓ\s+)?CHỦ TỊCH|(?:PHÓ\s+)?TRƯỞNG [{UPPER}]{{2,}}|(?:PHÓ\s+)?BÍ THƯ"
    r"(?: THƯỜNG TRỰC)?|(?:PHÓ\s+)?CHÁNH VĂN PHÒNG|(?:PHÓ\s+)?TỔNG BIÊN TẬP|(?:PHÓ\s+)?(?:VỤ|CỤC|CHI CỤC|CHỈ HUY|THUẾ|ĐỘI|ĐỒN|HẠT|TRẠM) TRƯỞNG|BỘ TRƯỞNG"
    r"|THỨ TRƯỞNG|(?:PHÓ\s+)?TỔNG BÍ THƯ|THỦ TƯỚNG|PHÓ THỦ TƯỚNG|BAN THƯỜNG VỤ|BAN THƯỜNG TRỰC|ỦY BAN NHÂN DÂN|BAN BÍ THƯ"
    r"|(?:PHÓ\s+)?HIỆU TRƯỞNG|(?:PHÓ\s+)?VIỆN TRƯỞNG|ỦY VIÊN(?: THƯỜNG TRỰC)?|(?:PHÓ\s+)?CHỦ NHIỆM|(?:PHÓ\s+)?CHÍNH (?:ỦY|UỶ)"
)
FOR: Final = r"(?:(?:TM|KT|TL|TUQ|Q)\s*\.|(?:T/M|K/T|T/L|T/U)\b\s*\.?)"  # on behalf of, in place of
OFFICE: Final = re.compile(rf"(?:{FOR}\s*)*(?:{FOR}.*|(?:{OFFICES})\b.*)")
OFFICE_END: Final = re.compile(rf"(?<!\w)(?:{FOR}\s*[{UPPER}, ]+|\b(?:{OFFICES})(?:\s+[{UPPER}]+)*)\s*$")
NATIONAL: Final = re.compile(
    r"(?i:CỘNG\s+H(?:OÀ|ÒA)\s+XÃ\s+HỘI\s+CHỦ\s+NGHĨA(?:\s+VIỆT)?(?:\s+NAM)?)|ĐOÀN\s+TNCS\s+HỒ\s+CHÍ\s+MINH|ĐẢNG\s+CỘNG\s+SẢN\s+VIỆT\s+NAM"
)
MOTTO: Final = re.compile(r"Độc\s+lập\s*[-–]\s*Tự\s+do\s*[-–]\s*Hạnh\s+phúc", re.IGNORECASE)
BLANK: Final = r"[\s.…_]*"
PLACE_DATE: Final = re.compile(
    rf"(?P<place>(?:(?:TP|Tp)\.\s*)?[{UPPER}][{LOWER}]+(?:[ -][\w.]+){{0,5}})\s*,?\s*ngày{BLANK}(?P<day>\d{{0,2}}){BLANK}"
    rf"(?:tháng|[/.-](?=\s*\d)){BLANK}(?P<month>\d{{0,2}}){BLANK}(?:năm|[/.-](?=\s*\d)){BLANK}(?P<year>\d{{0,4}})"
)
NUMBER: Final = re.compile(r"Số\s*:?\s*(?P<digits>[\d.…_\s]*)(?P<rest>\s*[-/–]\s*[^\W_][\w&.,/-]*)?")
STAMP: Final = re.compile(
    r"(?:Người ký|Ký bởi|Được ký bởi|Email|Cơ quan|Thời gian ký|Ngày ký|Chức vụ)\s*:", re.IGNORECASE
)
URGENT: Final = re.compile(  # stamps of haste and secrecy
    r"\W*(?:hỏa tốc|hoả tốc|thượng khẩn|khẩn|tối mật|tuyệt mật|mật|hỏa tốc hẹn giờ)\W*", re.IGNORECASE
)
SUBJECT: Final = re.compile(r"[“\"(]?\s*(?:V/v|v/v|V/V|Về việc)\s*:?\s*")
ADDRESSED: Final = re.compile(  # its mark is often misread; telegrams are "sent by wire"
    rf"(?i:K[ií]nh\s+g[ửừữưứụu][iỉí](?!\w))\s*:?\s*|[{UPPER}][{UPPER},. -]{{6,90}}\s(?:điện|gửi|điện gửi|ĐIỆN)\s*:\s*"
)
RECIPIENTS: Final = re.compile(r"N[ơƠ]+[iI]\s+n[hH]?[ậẬ][nN]\s*:?", re.IGNORECASE)
PREAMBLE: Final = re.compile(
    r"(?:Thực hiện|Căn cứ|Để |Nhằm |Triển khai|Tiếp tục thực hiện|Hưởng ứng|Hướng tới|Thi hành|Tiếp theo|Theo |Sau khi|Trong thời gian|Trong (?:những|các|nhiều) năm|Những năm (?:qua|gần đây)|Từ đầu năm|Trước tình hình|Hiện nay,|Qua (?:theo dõi|báo cáo|nắm)|"
    r"Trên cơ sở|Ngày \d|Vừa qua|Thời gian qua|Nhân (?:dịp|kỷ niệm)|Chào mừng|Xét |Được sự|Năm \d|Ngày \d)"
)
CLOSING: Final = re.compile(
    r"(?:Trên đây là|Vậy |Nhận được|Trong quá trình (?:tổ chức |triển khai )?(?:thực hiện|triển khai)|Căn cứ (?:nội dung |vào )?(?:Kế hoạch|Hướng dẫn|Công văn|Chỉ thị|văn bản|Đề cương|nội dung) ?(?:này|trên)"
    r"|(?:Kế hoạch|Hướng dẫn|Chỉ thị) này|Đề nghị (?:các|quý|Thủ trưởng|UBND|Ban|lãnh đạo)|Yêu cầu (?:các|Thủ trưởng)|Rất mong|Kính đề nghị)"
    r"|.{0,120}(?:trân trọng (?:đề nghị|cảm ơn)|trân trọng\b|\sthông báo (?:để|đến|tới|cho)\s.{0,80}\bbiết\b)"
)
CONTACT: Final = re.compile(  # whom to ask
    r"(?:(?:Mọi )?(?:thông tin|chi tiết|vướng mắc|ý kiến)[^.;:]{0,60}?(?:liên hệ|phản ánh về|trao đổi)|Đầu mối (?:liên hệ|phối hợp|tiếp nhận))",
    re.IGNORECASE,
)
HEAD_STARTS: Final = (  # of a subject in capitals, the Party's name is a part: "… NGÀY THÀNH LẬP ĐẢNG CỘNG SẢN VIỆT NAM"
    re.compile(rf"(?<!LẬP )(?<!CỦA )(?<!BỘ )(?<!VỀ )(?<!MỪNG )(?<!NƯỚC )(?<!nước )(?:{NATIONAL.pattern})"),
    MOTTO,
    re.compile(r"(?<!\w)Số\s*:"),
    re.compile(r"(?<!\w)Số\s+(?=[\d\s.…_]*[-/]\s?[A-ZĐ])"),
    re.compile(r"(?<!\w)(?:V/v|V/V|v/v)\s"),
    re.compile(
        rf"(?<![\w,])(?:(?:TP|Tp)\.\s*)?[{UPPER}][{LOWER}]+(?:\s{{1,2}}[{UPPER}-][\w.]*){{0,3}}\s*,\s*ngày{BLANK}\d{{0,2}}{BLANK}(?:tháng|[/.-]\s*\d{{1,2}}\s*[/.-]\s*\d{{4}})"
    ),
    re.compile(r"(?<!\w)K[ií]nh\s+g[ửừữưứụu][iỉí]\s*:"),
)


def is_capitals(text: str) -> bool:
    """Tells headings in capitals: at least two words, and no small letter but in brackets."""
    outside = re.sub(r"\([^)]*\)", "", text)
    letters = [char for char in outside if char.isalpha()]
    return len(letters) >= 5 and all(not char.islower() for char in letters) and len(outside.split()) >= 2


def opens_head(text: str) -> bool:
    """Tells whether a line begins a part of a letter's head."""
    text = text.strip()
    if any(pattern.match(text) for pattern in HEAD_STARTS) or kind_of(text):
        return True
    return bool(PLACE_DATE.match(text))


def kind_of(text: str) -> str:
    """Gives the kind of document that a line in capitals names, "" where it names none."""
    text = " ".join(text.split())
    for kind in KINDS:
        if text.startswith(kind) and (len(text) == len(kind) or text[len(kind)] in " :\n"):
            rest = text[len(kind) :].strip(" :")
            if not re.match(r"(?:số|này|của)\b|\d", rest):
                return kind.capitalize()
    return ""
