"""How a body's name, which heads of letters write in capitals, stands in a sentence: "Sở Văn hóa, Thể thao và Du lịch"."""

from __future__ import annotations

import re
from typing import Final

_UNITS: Final = ("tỉnh", "huyện", "quận", "xã", "phường", "thành phố", "thị xã", "thị trấn", "đặc khu")
_FIELDS: Final = (  # of ministries, and of what is below them in a province or district
    *("Y tế", "Nội vụ", "Tài chính", "Tư pháp", "Xây dựng", "Công Thương", "Du lịch", "Ngoại vụ", "Giao thông vận tải"),
    *("Giáo dục và Đào tạo", "Khoa học và Công nghệ", "Thông tin và Truyền thông", "Văn hóa và Thông tin"),
    *("Văn hóa, Thể thao và Du lịch", "Văn hoá, Thể thao và Du lịch", "Văn hóa và Thể thao", "Kế hoạch và Đầu tư"),
    *("Nông nghiệp và Môi trường", "Nông nghiệp và Phát triển nông thôn", "Tài nguyên và Môi trường"),
    *("Lao động - Thương binh và Xã hội", "Dân tộc và Tôn giáo"),
)
_PLACED: Final = (  # behind whose names that of a place may follow
    *(
        "Tỉnh ủy",
        "Tỉnh uỷ",
        "Thành ủy",
        "Thành uỷ",
        "Huyện ủy",
        "Huyện uỷ",
        "Đảng ủy",
        "Đảng uỷ",
        "Đảng bộ",
        "Tỉnh đoàn",
    ),
    *(f"{office} {field}" for office in ("Sở", "Bộ", "Phòng") for field in _FIELDS),
    *_UNITS,
)
_OTHERS: Final = (
    *("Ủy ban nhân dân", "Uỷ ban nhân dân", "Hội đồng nhân dân", "UBND", "HĐND", "Văn phòng"),
    *("Ban Tuyên giáo và Dân vận", "Ban Tuyên giáo", "Ban Thường vụ"),
)
_KNOWN: Final = {name.upper(): name for name in sorted((*_PLACED, *_OTHERS), key=len, reverse=True)}
_PIECE: Final = re.compile(rf"(?P<known>{'|'.join(_KNOWN)})(?!\w)|(?P<place>\w+)|(?:,| -)?\s")
_LONGEST: Final = 3  # words of the name of a place


def in_sentence(name: str) -> str:
    """Gives a name in capitals as it stands in a sentence; one of a form that is not known stays as it is."""
    if not name.isupper():
        return name
    told, at, room = "", 0, 0
    while at < len(name):
        found = _PIECE.match(name, at)
        if found is None or (found["place"] and not room):
            return name
        if found["known"]:
            known = _KNOWN[found["known"]]
            told, room = told + known, _LONGEST if known in _PLACED else 0
        else:
            told, room = told + found[0].capitalize(), room - bool(found["place"])
        at = found.end()
    return told
