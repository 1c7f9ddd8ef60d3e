"""The columns of a log and the channels: how we head and name them, and what else offices call them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, get_args

from crawlers.article import Channel
from crawlers.decode import clean_text
from pipeline.report.words import CHANNELS
from pipeline.tables import HEADING_WITHIN, Row

COLUMNS: Final[Mapping[str, tuple[str, str]]] = {  # key -> heading in Vietnamese, in English
    "outlet": ("Mã cơ quan", "Outlet id"),
    "channel": ("Kênh", "Channel"),
    "day": ("Ngày", "Date"),
    "time": ("Giờ", "Time"),
    "title": ("Tiêu đề", "Title"),
    "text": ("Nội dung", "Text"),
    "minutes": ("Thời lượng (phút)", "Minutes"),
    "airings": ("Số lần phát", "Airings"),
    "link": ("Đường dẫn", "Link"),
    "page": ("Trang", "Page"),
}
ALSO: Final[Mapping[str, tuple[str, ...]]] = {  # how offices head these columns in tables of their own
    "outlet": ("Cơ quan", "Đơn vị", "Tên cơ quan", "Tên đơn vị", "Outlet"),
    "channel": ("Kênh tuyên truyền", "Kênh phát", "Kênh đăng"),
    "day": ("Ngày đăng", "Ngày phát", "Ngày phát sóng", "Ngày tháng", "Ngày tháng năm"),
    "time": ("Giờ đăng", "Giờ phát", "Giờ phát sóng", "Khung giờ"),
    "title": ("Tên bài", "Tên tin bài", "Tiêu đề tin bài", "Tin bài", "Tên chương trình"),
    "text": ("Nội dung tuyên truyền", "Tóm tắt", "Nội dung tóm tắt"),
    "minutes": ("Thời lượng", "Số phút"),
    "airings": ("Số lần", "Số lượt", "Số lượt phát", "Số lần đăng"),
    "link": ("Đường link", "Liên kết", "URL"),
    "page": ("Trang báo", "Trang số", "Số trang", "Trang đăng"),
}
NEEDED: Final = ("outlet", "channel", "day", "title")
CHANNEL_IDS: Final[tuple[Channel, ...]] = get_args(Channel)
CHANNELS_ALSO: Final[Mapping[Channel, tuple[str, ...]]] = {  # how offices call the channels
    "website": ("trang tin điện tử", "trang TTĐT", "cổng thông tin điện tử", "báo điện tử", "trang web", "web"),
    "radio": ("đài phát thanh", "phát thanh FM"),
    "television": ("tivi", "TV", "phát sóng truyền hình"),
    "print": ("báo giấy", "báo viết", "tạp chí in", "bản tin in"),
    "fan_page": ("fanpage", "facebook", "mạng xã hội", "zalo", "zalo OA", "trang facebook"),
    "led_screen": ("LED", "bảng LED", "bảng điện tử", "màn hình điện tử"),
    "loudspeaker": ("loa", "truyền thanh", "loa phát thanh", "đài truyền thanh", "truyền thanh cơ sở"),
    "mobile_unit": ("xe loa", "xe lưu động", "tuyên truyền lưu động", "xe tuyên truyền"),
}


def unmarked(text: str) -> str:
    """Gives a text without marks."""
    apart = unicodedata.normalize("NFD", text).replace("đ", "d")
    return "".join(letter for letter in apart if not unicodedata.combining(letter))


def plain(text: str) -> str:
    """Gives a text without marks, case and signs: how headings and choices are compared."""
    return re.sub(r"[^a-z0-9]+", "", unmarked(text.casefold()))


HEADINGS: Final[Sequence[Mapping[str, str]]] = (  # plain heading -> key; ours come before those of offices
    {plain(name): key for key, pair in COLUMNS.items() for name in (key, *pair)},
    {plain(name): key for key, names in ALSO.items() for name in names},
)
NUMBERING: Final = ("", "stt", "tt", "no")  # headings of columns that only number the rows
CHANNEL_NAMES: Final[Mapping[str, Channel]] = {
    plain(name): channel for channel in CHANNEL_IDS for name in (channel, *CHANNELS[channel], *CHANNELS_ALSO[channel])
}


def is_heading(cells: Iterable[Any]) -> bool:
    """Tells whether a row of cells heads all columns that are needed."""
    return not _missing(_places(cells))


def heading(rows: Iterator[Row]) -> tuple[dict[str, int], list[str], Sequence[str]]:
    """Reads on to the heading: the place of each column, the headings that nobody knows, and the columns that lack."""
    missing: Sequence[str] = NEEDED
    for row in rows:
        places = _places(row.cells)
        if not (absent := _missing(places)):
            strange = (
                clean_text(str(cell)) for place, cell in enumerate(row.cells) if place not in places.values() and cell
            )
            return places, [each for each in strange if plain(each) not in NUMBERING], ()
        missing = min(missing, absent, key=len)
        if row.number >= HEADING_WITHIN:
            break
    return {}, [], missing


def _places(cells: Iterable[Any]) -> dict[str, int]:
    """Finds the columns by their headings in either language or their keys, then by what else offices call them."""
    heads = [plain(str(cell or "")) for cell in cells]
    found: dict[str, int] = {}
    for names in HEADINGS:
        for place, name in enumerate(heads):
            if name in names and place not in found.values():
                found.setdefault(names[name], place)
    return found


def _missing(places: Mapping[str, int]) -> tuple[str, ...]:
    return tuple(name for name in NEEDED if name not in places)
