from dataclasses import replace
from datetime import date
from html.parser import HTMLParser

import pytest

from pipeline.audits import Forecast
from pipeline.report.digest import LISTED, TO_READ, digest
from pipeline.report.forecasts import told
from pipeline.settings import DigestSettings
from pipeline.wording import Words

PLACE = DigestSettings(url="https://rasoat.so.example/")


class Links(HTMLParser):
    def __init__(self, html):
        super().__init__()
        self.links, self.text = [], []
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        assert tag not in {"script", "img", "link", "style"}, "a mail reader would block it, or tell that it was opened"
        self.links += [value for name, value in attributes if name == "href"]

    def handle_data(self, data):
        self.text.append(data)


@pytest.fixture
def risky(result):
    duty = result.verdicts[0].duty
    items = Forecast("after", "plan", "dai", duty, "items", 1, 1.5, 4, 3, 6, 0.25, 0.5, 0.8125, date(2020, 9, 20))
    silence = replace(items, unit="days", verified=6, needed=8, missing=0.5)
    return replace(result, as_of=date(2020, 9, 14), forecasts=(items, silence, replace(items, missing=0.49)))


def yesterday(result, **changes):
    return replace(result, **{"as_of": date(2020, 9, 13), **changes})


def parts(text):
    """The plain text's sections, by their heads."""
    blocks = [block.split("\n") for block in text.split("\n\n")]
    return {block[0]: "\n".join(block[2:]) for block in blocks if len(block) > 1 and set(block[1]) == {"-"}}


def test_duties_at_risk_lead_and_say_what_is_due_by_when(risky):
    message = digest(yesterday(risky), risky, PLACE)
    assert message.subject == "[Rà soát] 14/09/2020: 2 nhiệm vụ có nguy cơ"
    head, told = next(iter(parts(message.text).items()))
    assert head == "CÓ NGUY CƠ KHÔNG ĐẠT"
    said = " ".join(told.split())
    assert (
        "Đài tỉnh <Sơn Khê> · Sau Đại hội · Chương trình hành động đã có 1/4 bài; cần thêm 3 bài trước hết ngày 20/09/2020"
        in said
    )
    assert "(khả năng không đạt 81%)" in said
    assert "đã 6 ngày không có bài, cho phép tối đa 8" in said
    assert "49%" not in said  # under digest.at_risk
    assert len(digest(yesterday(risky), replace(risky, at_risk=0.4), PLACE).text) > len(message.text)


def test_terminal_names_the_duties_at_risk_within_its_columns(risky):
    for lang in ("vi", "en"):
        lines = list(told(replace(risky, forecasts=risky.forecasts * 6), Words(lang)))
        assert max(map(len, lines)) <= 80
        assert sum("Đài tỉnh" in line for line in lines) == 10
    lines = list(told(risky, Words("vi")))
    assert lines[:2] == [
        "Có nguy cơ không đạt: 2 nhiệm vụ",
        "  Đài tỉnh <Sơn Khê> · Sau Đại hội · Chương trình hành động",
    ]
    assert "cần thêm 3 bài trước hết ngày 20/09/2020" in " ".join(lines)
    assert not list(told(replace(risky, at_risk=0.9), Words("vi")))


def test_nothing_new_is_said_and_still_sent(result):
    message = digest(yesterday(result), result, PLACE)
    assert message.subject.endswith(": không có gì mới")
    assert "Không có gì mới so với ngày 13/09/2020" in message.text.replace("\n", " ")
    assert digest(yesterday(result), result, PLACE, lang="en").subject.endswith(": nothing new")


def test_gaps_new_and_gone_are_told_with_what_they_were(result):
    gap = replace(result.verdicts[0], verdict="gap")
    other = replace(result.verdicts[1], verdict="gap")
    before = yesterday(result, verdicts=(replace(gap, verdict="uncertain"), other, *result.verdicts[2:]))
    now = replace(result, verdicts=(gap, replace(other, verdict="met"), *result.verdicts[2:]))
    message = digest(before, now, PLACE)
    told = parts(message.text)
    assert "(trước: chưa đủ căn cứ)" in " ".join(told["NAY KẾT LUẬN LÀ THIẾU"].split())
    assert "(trước: thiếu)" in " ".join(told["NAY ĐÃ ĐẠT"].split())
    assert message.subject == "[Rà soát] 31/12/2020: 1 nhiệm vụ mới bị kết luận là thiếu, 1 nhiệm vụ nay đã đạt"
    assert "2 kết luận thay đổi" in message.text


def test_articles_that_came_are_counted(result):
    fewer = yesterday(result, observed=tuple(replace(row, article_ids=row.article_ids[1:]) for row in result.observed))
    came = sum(len(row.article_ids) for row in result.observed) - sum(len(row.article_ids) for row in fewer.observed)
    assert came > 0
    assert f"thêm {came} tin, bài trong các giai đoạn" in digest(fewer, result, PLACE).text.replace("\n", " ")
    assert f"bớt {came} tin, bài" in digest(result, fewer, PLACE).text.replace("\n", " ")


def test_sources_in_trouble_are_named_and_new_trouble_is_marked(result):
    assert "Huyện Nậm Pàn · huyen-web: Chưa quan sát đủ ngày\n" in digest(yesterday(result), result, PLACE).text
    message = digest(yesterday(result, health=()), result, PLACE)
    assert "huyen-web: Chưa quan sát đủ ngày (mới)" in message.text
    assert message.subject.endswith("1 nguồn tin mới gặp trục trặc")


def test_what_to_read_leads_to_the_pages_of_the_office(result):
    ids = sorted(result.items)
    waiting = replace(result.verdicts[0], verdict="uncertain", to_read=tuple(ids))
    asked = replace(result, verdicts=(waiting, *result.verdicts[1:]))
    here = Links(digest(yesterday(asked), asked, PLACE).html)
    assert f"https://rasoat.so.example/articles/{ids[0]}" in here.links
    assert sum("/articles/" in link for link in here.links) == TO_READ
    assert any(f"và {len(ids) - TO_READ} mục nữa" in text for text in here.text)
    away = Links(digest(yesterday(asked), asked, DigestSettings()).html)
    assert result.items[ids[0]].url in away.links
    assert not any(link.startswith("javascript:") for link in away.links)


def test_long_lists_are_cut_and_say_so(risky):
    many = replace(risky, forecasts=risky.forecasts[:1] * 40)
    told = parts(digest(None, many, PLACE).text)["CÓ NGUY CƠ KHÔNG ĐẠT"]
    assert told.count("\n- ") + 1 == LISTED
    assert told.endswith(f"… và {40 - LISTED} mục nữa, xem báo cáo.")


def test_first_audit_says_that_it_is_the_first_and_names_all_gaps(result):
    message = digest(None, result, PLACE)
    assert "Đây là lần đối chiếu đầu tiên" in message.text
    gaps = [verdict for verdict in result.verdicts if verdict.verdict == "gap"]
    assert gaps
    assert f"{len(gaps)} nhiệm vụ mới bị kết luận là thiếu" in message.subject
    told = " ".join(parts(message.text)["NAY KẾT LUẬN LÀ THIẾU"].split())
    for verdict in gaps[:LISTED]:
        assert verdict.reason in told


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_text_fits_any_mail_reader_and_both_forms_say_the_same(risky, lang):
    message = digest(yesterday(risky, health=()), risky, PLACE, lang=lang)
    assert max(len(line) for line in message.text.splitlines() if "://" not in line) <= 72
    shown = "".join("".join(Links(message.html).text).split()).casefold()
    body = message.text.rpartition("\n\n")[0]  # without the line that leads to the pages
    for word in body.split():
        assert set(word) == {"-"} or "://" in word or word.casefold() in shown, word


def test_texts_of_strangers_are_no_markup(result):
    ids = sorted(result.items)[:1]
    waiting = replace(result.verdicts[0], verdict="uncertain", to_read=tuple(ids))
    evil = replace(result.items[ids[0]], title="<script>alert(1)</script>\x00")
    asked = replace(result, verdicts=(waiting,), items={**result.items, ids[0]: evil})
    message = digest(None, asked, PLACE)
    assert "<script>" not in message.html
    assert "\x00" not in message.html + message.text
    assert "<script>alert(1)</script>" in "".join(Links(message.html).text)


def test_empty_campaign_gives_a_message(nothing):
    message = digest(nothing, nothing, PLACE)
    assert message.subject.endswith("không có gì mới")
    assert "Thiếu: 0" in message.text
