"""Every reason and every fault has its Vietnamese, with the same values and no English left in it."""

import ast
import re
from datetime import date
from pathlib import Path

import pytest

from crawlers.errors import ArchiveError, FetchError
from crawlers.reason import REASONS, Reason, because, placeholders
from models.errors import FAULTS, ModelError
from pipeline.report.reasons import FAULTS_VI, REASONS_VI, ROUTES, error_in_words, in_words
from pipeline.wording import Words

ROOT = Path(__file__).parents[3]
VI, EN = Words("vi"), Words("en")
A, B = "https://a.vn/tin?p=2", "http://b.vn:8080/x/"
TABLES = [*((REASONS, REASONS_VI, code) for code in REASONS), *((FAULTS, FAULTS_VI, code) for code in FAULTS)]
KEPT = re.compile(
    r"\{\w+\}|fetch\.\w+|classify\.\w+|paths\.data|loopback = true|robots\.txt|`rasoat \w+`|--\w+|\b(selectors|security_level|ca_file)\b"
)
FOR_THE_LOG = {"error", "text"}  # what libraries worded: other languages may leave it out
SAID_AROUND = {"robots_forbid": {"url"}}  # where it happened is said by the sentence that it stands in
NAMES = {"rss", "atom", "xml", "css", "html", "http", "tls", "warc", "sha", "byte", "rasoat"}  # alike in both


def words_of(sentence):
    return set(re.findall(r"[^\W\d_]{3,}", KEPT.sub(" ", sentence).lower())) - NAMES


def test_both_languages_have_the_same_codes():
    assert REASONS_VI.keys() == REASONS.keys()
    assert FAULTS_VI.keys() == FAULTS.keys()


@pytest.mark.parametrize(("english", "vietnamese", "code"), TABLES)
def test_both_languages_say_the_same_values_but_those_for_the_log(english, vietnamese, code):
    en, vi = placeholders(english[code]), placeholders(vietnamese[code])
    assert vi <= en
    assert en - vi <= FOR_THE_LOG | SAID_AROUND.get(code, set())


@pytest.mark.parametrize(("english", "vietnamese", "code"), TABLES)
def test_vietnamese_borrows_no_english_word(english, vietnamese, code):
    assert not words_of(vietnamese[code]) & words_of(english[code])


@pytest.mark.parametrize(
    ("reason", "vi"),
    [
        (
            because("at", url=A, why=because("deadline", seconds=60.0)),
            f"sau 60 giây máy chủ vẫn chưa gửi xong trang ({A})",
        ),
        (
            because("listing_page", url=A, why=because("answered", status=503)),
            f"máy chủ báo lỗi 503 (trang chuyên mục {A})",
        ),
        (
            because(
                "at",
                url=A,
                why=because("given_up", host="a.vn", why=because("retry_after", status=503, seconds=3600.0)),
            ),
            f"đêm đó ngừng truy cập a.vn vì máy chủ báo lỗi 503, hẹn 3.600 giây sau mới được đọc tiếp ({A})",
        ),
        (
            because("reaches_back", route="feed", url=A, day=date(2020, 9, 6)),
            f"kênh RSS/Atom {A} chỉ có bài từ ngày 06/09/2020 trở lại đây",
        ),
        (because("no_name", error="gaierror", text="[Errno -2] Name or service not known"), "không tìm thấy tên miền"),
        (because("said", said="a {curly} 100% reason"), "lý do kỹ thuật: a {curly} 100% reason"),
        (Reason("eclipse", {"hours": 2}), "eclipse, hours=2"),
    ],
)
def test_addresses_numbers_and_days_go_over_into_the_vietnamese(reason, vi):
    assert in_words(reason, VI) == vi


def test_english_is_the_line_of_the_log():
    reason = because("on_route", route="sitemap", url=B, why=because("no_xml", text="line 1"))
    assert in_words(reason, EN) == str(reason) == f"sitemap {B}: no XML: line 1"


def test_every_route_of_the_crawl_has_a_name():
    assert ROUTES.keys() == {"feed", "sitemap", "listing", "walk"}


@pytest.mark.parametrize(
    ("error", "vi"),
    [
        (
            ModelError("few_labels", number=5),
            "nhãn: không chủ đề nào có đủ 5 bài có nhãn và 5 bài không có; hãy gán nhãn thêm",
        ),
        (
            ModelError("too_large", file="m.skops", number=1_234_567),
            "m.skops: giải nén ra 1.234.567 byte, mô hình của chương trình không lớn như vậy; không được dùng tệp này",
        ),
        (
            ModelError("log_damaged", file="log.jsonl", line=1234, text="x"),
            "log.jsonl:1234: bị hỏng; hãy khôi phục từ bản sao lưu",
        ),
        (
            ArchiveError(because("archive_taken", file="b.warc.gz")),
            "b.warc.gz: một lần thu thập khác đang ghi; hãy chờ cho xong",
        ),
        (FetchError(A, "http_4xx", because("gone", status=404), 404), f"máy chủ báo không có trang này (404) ({A})"),
    ],
)
def test_what_ends_a_command_is_told_in_both_languages(error, vi):
    assert error_in_words(error, VI) == vi
    assert error_in_words(error, EN) == str(error)


def test_every_fault_of_the_models_is_raised_somewhere():
    raised = set()
    for package in ("models", "pipeline"):
        texts = (file.read_text("utf-8") for file in (ROOT / package).rglob("*.py"))
        for tree in (ast.parse(text) for text in texts if "ModelError(" in text):
            calls = (node for node in ast.walk(tree) if isinstance(node, ast.Call))
            raised |= {ast.literal_eval(call.args[0]) for call in calls if _raises_model_error(call)}
    assert raised == set(FAULTS)


def _raises_model_error(call):
    return getattr(call.func, "id", "") == "ModelError" and isinstance(call.args[0], ast.Constant)
