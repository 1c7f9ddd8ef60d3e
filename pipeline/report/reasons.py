"""Why a day could not be observed, in words that an office understands: the crawl says it in codes and in English."""

from __future__ import annotations

import re
from collections.abc import Mapping

from pipeline.report.words import Pair, Words

CODES: Mapping[str, Pair] = {
    "robots": ("robots.txt không cho phép đọc", "robots.txt forbids it"),
    "refused": ("địa chỉ bị từ chối vì lý do an toàn", "address refused for safety"),
    "dns": ("không tìm thấy tên miền", "domain name not found"),
    "connect": ("không kết nối được máy chủ", "no connection to the server"),
    "tls": ("chứng thư bảo mật của trang không hợp lệ", "invalid TLS certificate"),
    "timeout": ("máy chủ trả lời quá chậm", "server too slow"),
    "too_large": ("trang quá lớn", "page too large"),
    "redirects": ("trang chuyển hướng vòng quanh", "too many redirects"),
    "http_4xx": ("máy chủ báo không có trang hoặc không cho đọc (4xx)", "server refuses the page (4xx)"),
    "http_5xx": ("máy chủ báo lỗi (5xx)", "server error (5xx)"),
    "throttled": ("máy chủ yêu cầu đọc chậm lại", "server asks to slow down"),
    "wrong_type": ("nội dung trả về không phải trang tin", "not a page"),
    "truncated": ("trang tải về không trọn vẹn", "page cut short"),
    "budget": ("hết hạn mức đọc trong đêm", "budget of the night spent"),
    "decode": ("không đọc được bảng mã chữ", "text encoding not readable"),
    "parse": ("không đọc được cấu trúc trang", "page not understood"),
}
"""The codes of `crawlers.article.FAILURE_REASONS`."""

SENTENCES: tuple[tuple[str, Pair], ...] = (
    (r"not looked( at yet)?", ("chưa thu thập lần nào", "not looked at yet")),
    (r"unknown", ("không rõ lý do", "reason unknown")),
    (
        r"no feed, sitemap or listing was read to past this day",
        (
            "chưa có nguồn tin hay trang chuyên mục nào đọc lùi được đến ngày này",
            "no feed, sitemap or listing reached it",
        ),
    ),
    (r"not a page that can be read", ("không phải trang đọc được", "not a page that can be read")),
    (
        r"more than (\d+) pages \(.*\)",
        (
            r"trang chuyên mục dài hơn \1 trang, quá hạn mức mỗi đêm",
            r"listing longer than \1 pages, the limit of a night",
        ),
    ),
    (
        r"shows only its (\d+) newest items, no further page found",
        (r"trang chuyên mục chỉ hiện \1 bài mới nhất", r"listing shows only its \1 newest items"),
    ),
)
"""What `crawlers.walk`, `crawlers.proof` and the store say, whole; groups are put into the words."""

_ADDRESS = re.compile(r"(https?://\S+): (.*)", re.DOTALL)


def in_words(reason: str, words: Words) -> str:
    """Says in one language why a day was not observed; what is not known here is shown as it came."""
    address = _ADDRESS.fullmatch(reason)
    said = _said(address[2] if address else reason, words)
    return f"{said}: {address[1]}" if address else said


def _said(text: str, words: Words) -> str:
    code, _, _ = text.partition(":")  # the detail after it is technical and stays in audit.json
    if code in CODES:
        return words.pair(CODES[code])
    for pattern, both in SENTENCES:
        if match := re.fullmatch(pattern, text):
            return match.expand(words.pair(both))
    return text
