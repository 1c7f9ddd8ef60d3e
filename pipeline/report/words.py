"""What the report calls outlets, channels and the states of a date, and what no file may carry."""

from __future__ import annotations

import re
from collections.abc import Mapping

from crawlers.article import Channel, DateState
from pipeline.audits import AuditItem
from pipeline.records import OutletKind
from pipeline.wording import Pair, Words

KINDS: Mapping[OutletKind, Pair] = {
    "newspaper": ("Báo", "Newspaper"),
    "broadcaster": ("Đài phát thanh, truyền hình", "Broadcaster"),
    "magazine": ("Tạp chí", "Magazine"),
    "agency": ("Sở, ban, ngành", "Department"),
    "district": ("Huyện, thị xã, thành phố", "District"),
    "portal": ("Cổng thông tin", "Portal"),
}

CHANNELS: Mapping[Channel, Pair] = {
    "website": ("trang thông tin điện tử", "website"),
    "radio": ("phát thanh", "radio"),
    "television": ("truyền hình", "television"),
    "print": ("báo in", "print"),
    "fan_page": ("trang mạng xã hội", "fan page"),
    "led_screen": ("màn hình LED", "LED screen"),
    "loudspeaker": ("loa truyền thanh", "loudspeaker"),
    "mobile_unit": ("xe tuyên truyền lưu động", "mobile unit"),
}

DATE_STATES: Mapping[DateState, Pair] = {
    "certain": ("rõ ngày", "certain"),
    "probable": ("ngày đăng chỉ có một căn cứ", "date has one proof"),
    "doubtful": (
        "căn cứ về ngày đăng mâu thuẫn hoặc không đáng tin",
        "proofs of the date conflict or are not to be trusted",
    ),
    "undated": ("trang không ghi ngày đăng", "page gives no date"),
}


def date_state(words: Words, item: AuditItem) -> str:
    """Says what an article's day rests on: the proofs on the page, or a person's word."""
    if item.dated_by is None:
        return words.pair(DATE_STATES[item.date_state])
    return words.t(f"ngày đăng do {item.dated_by} xác định", f"dated by {item.dated_by}")


STARTS_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What spreadsheets read as the start of a formula, when a cell is typed again or a sheet is saved as CSV."""

_UNSEEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")


def clean(text: str) -> str:
    """Takes out what no file may carry: control characters, marks that turn text around, halves of surrogates."""
    return _UNSEEN.sub("", text)
