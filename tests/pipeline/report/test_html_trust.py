"""What the page says of numbers that are not counts: forecasts, estimates, risks, drift, agreement; and lists that are cut."""

import re
from dataclasses import replace
from datetime import date

import pytest
from bs4 import BeautifulSoup

from pipeline.audits import Agreement, Drift, Estimate, Forecast, Risk, Sample
from pipeline.report.articles import rows_each
from pipeline.report.html import render
from pipeline.report.index import Index
from pipeline.report.tables import tables
from pipeline.wording import Words

CLAIM = re.compile(r"(\d[\d.]*) bài máy nhận ra")


def page(result, **options):
    return BeautifulSoup(render(result, **options), "lxml")


def said(element):
    return re.sub(r" ([,.;:)?])", r"\1", " ".join(element.get_text(" ", strip=True).split()))


def forecast(result, unit, missing, **other):
    duty = next(verdict.duty for verdict in result.verdicts if verdict.unit == unit)
    values = Forecast(
        phase="after",
        topic="plan",
        outlet="dai",
        duty=duty,
        unit=unit,
        verified=1,
        likely=2,
        needed=4,
        days_seen=4,
        days_left=6,
        pace=0.1,
        pace_needed=0.5,
        missing=missing,
        last_day=date(2020, 9, 18),
    )
    return replace(values, **other)


@pytest.fixture
def running(audit_of):
    result = audit_of(as_of=date(2020, 9, 14))
    forecasts = (
        forecast(result, "items", 0.996),
        forecast(
            result, "minutes", 0.62, outlet="bao", verified=4.5, likely=24.5, needed=30.0, pace=2.0, pace_needed=4.2
        ),
        forecast(result, "days", 0.31, verified=5, likely=5, needed=8),
        forecast(result, "items", 0.01, outlet="huyen"),
    )
    return replace(result, forecasts=forecasts)


def test_report_opens_with_what_can_still_be_met_and_by_when(running):
    soup = page(running)
    first, second, *rest = [said(row) for row in soup.select("#viec-can-lam .action")]
    assert first == (
        "Đài tỉnh <Sơn Khê> đăng thêm 3 bài: Chương trình hành động chậm nhất ngày 18/09/2020 khả năng không đạt trên 99%"
    )
    assert second.startswith("Báo Sơn Khê phát thêm 25,5 phút")
    assert not any("khả năng không đạt" in row for row in rest)
    sections = [section["id"] for section in soup.select("main > section")]
    assert sections[:3] == ["tom-tat", "viec-can-lam", "can-xu-ly"]


def test_what_one_outlet_has_to_do_stands_in_one_row(running):
    first = running.forecasts[0]
    more = [replace(first, topic=topic, missing=0.9, last_day=date(2020, 9, 20)) for topic in ("prep", "people")]
    soup = page(replace(running, forecasts=(first, *more, *running.forecasts[1:])))
    rows = [said(row) for row in soup.select("#viec-can-lam .action.risk")]
    assert [row.split(" đăng ")[0].split(" phát ")[0] for row in rows] == ["Đài tỉnh <Sơn Khê>", "Báo Sơn Khê"]
    assert "Chương trình hành động; đăng thêm 3 bài: Công tác chuẩn bị; và 1 nhiệm vụ khác" in rows[0]
    assert rows[0].endswith("hạn gần nhất ngày 18/09/2020 khả năng không đạt cao nhất: trên 99%")


def test_table_of_forecasts_compares_pace_with_what_is_needed(running):
    soup = page(running)
    rows = [said(row) for row in soup.select("#co-nguy-co .forecast")]
    assert len(rows) == 3
    assert "1 bài (máy ước thêm 1)" in rows[0]
    assert "cần 3,5 bài/tuần, dự kiến 0,7" in rows[0]
    assert "cần 4,2 phút/ngày, dự kiến 2" in rows[1]
    assert "đã 5 ngày chưa có bài xác nhận ngắt tối đa 8 ngày đăng bài mới, không để ngắt quá 8 ngày" in rows[2]
    assert "Ngoài ra 1 nhiệm vụ gần như chắc chắn đạt" in said(soup.select_one("#co-nguy-co .note"))
    assert soup.select_one("#co-nguy-co h3 [data-counts]").get_text() == "2"
    careful = page(replace(running, at_risk=0.3))
    assert careful.select_one("#co-nguy-co h3 [data-counts]").get_text() == "3"
    english = said(page(running, lang="en").select_one("#co-nguy-co .forecast"))
    assert "publish 3 more items needs 3.5 items a week, 0.7 expected" in english


def estimate(outlet="", **other):
    values = Estimate("before", "prep", outlet, "", 3, 1, 200, 120, 2, 3.0, 4.2, 9.6, 3.4, 7.0, 0.95)
    return replace(values, **other)


@pytest.fixture
def estimated(result):
    shaky = estimate(
        topic="people", verified=1, machine=1, low=1.0, estimate=1.8, high=60.0, doubts=("few_readings", "drift")
    )
    none = estimate(topic="plan", low=None, estimate=None, high=None, inner_low=None, inner_high=None)
    return replace(result, estimates=(estimate(), estimate("bao", high=5.0), shaky, none, estimate(group="press")))


def test_estimates_are_drawn_where_their_numbers_are(estimated):
    soup = page(estimated)
    rows = soup.select("#uoc-luong .estimate")
    assert [said(row.td.find_next_siblings("td")[3]) for row in rows] == [
        "≈ 4 (3–10)",
        "≈ 2 (1–60) †",
        "≈ 4 (3–10)",
    ]
    assert "1 chủ đề chưa có bài đọc ngẫu nhiên" in said(soup.select_one("#uoc-luong > .quiet"))
    assert [end.get_text() for end in soup.select_one("#uoc-luong .axis").select("span")] == ["0", "5", "10"]
    drawn = rows[0].svg
    line, inner, dot = (drawn.select_one(f".{name}") for name in ("w-line", "w-inner", "w-dot"))
    assert (line["x1"], line["x2"], dot["cx"]) == ("30.0%", "96.0%", "42.0%")
    assert (inner["x1"], inner["x2"]) == ("34.0%", "70.0%")
    assert rows[1].select_one(".w-line")["x2"] == "100.0%"
    assert rows[1].select_one(".w-over")


def test_doubts_are_said_in_words_and_marked_in_the_cells(estimated):
    soup = page(estimated)
    [_, shaky, *_] = soup.select("#uoc-luong .estimate")
    assert "† Chưa đủ bài đọc ngẫu nhiên; điểm của máy không còn khớp với thực tế" in said(shaky)
    assert soup.select_one("#o-0-0-0 .est").get_text() == "≈ 4 (3–5)"
    assert "ước lượng ≈ 4 (3–5); Đạt" in soup.select_one("#o-0-0-0 a")["aria-label"]
    sums = [
        cell.select_one(".est").get_text() if cell.select_one(".est") else "" for cell in soup.select("#gd-0 td.sum")
    ]
    assert sums == ["≈ 4 (3–10)", "≈ 2 (1–60)†", ""]
    assert "† là chưa đủ tin cậy" in said(soup.select_one(".legend"))


def test_estimates_of_the_auditor_reach_the_page(sampled):
    soup = page(sampled)
    wide = [each for each in sampled.estimates if not each.outlet and not each.group]
    assert len(soup.select("#uoc-luong > table .estimate")) == len([each for each in wide if each.low is not None]) > 0
    assert "đã đọc 3, còn 1 bài chưa ai đọc" in said(soup.select_one("#do-tin-cay .sample"))


def test_gap_says_its_method_and_risk_and_the_report_its_own(result):
    verdicts = tuple(
        replace(each, method="sequential", risk=0.018) if each.verdict == "gap" else each for each in result.verdicts
    )
    soup = page(
        replace(
            result,
            verdicts=verdicts,
            sample=Sample(0.12, 1200, 1000, 3, 197),
            risk=Risk(0.018, 40, 2, 0.72, 1.0),
        )
    )
    assert "Đọc ngẫu nhiên lần lượt; nhầm không quá 1,8%" in said(soup.select_one("#thieu .duty"))
    assert "khả năng kết luận nhầm không quá 1,8%" in said(soup.select_one(".action.gap"))
    assert "lấy 12% số bài: rút 1.200 bài (không tính bài trùng), đã đọc 1.000, 3 bài" in said(
        soup.select_one(".sample")
    )
    assert "Trong 40 nhiệm vụ được xét bằng thống kê, 2 nhiệm vụ bị kết luận là thiếu" in said(
        soup.select_one(".risk-line")
    )
    assert "dự tính nhiều nhất là 0,72 (mức cho phép: 1)" in said(soup.select_one(".risk-line"))


def test_drift_and_readers_who_disagree_stand_first_in_their_tables(result):
    drifts = (
        Drift("before", "prep", 30.0, 25.0, 40.0, (18, 20), (40, 44), parted=False),
        Drift("after", "prep", 3.0, 0.0, 40.0, (0, 0), (40, 44), parted=False),
        Drift("before", "people", 80.0, 2.0, 11.0, (1, 9), (40, 44), parted=True),
    )
    agreements = (
        Agreement("prep", 40, 0.82, 0.7, 0.93, 0.9, poor=False),
        Agreement("plan", 24, None, None, None, 0.4, poor=True),
        Agreement("other", 0, None, None, None, 1.0, poor=False),  # nobody read twice: nothing to say
    )
    soup = page(replace(result, drifts=drifts, agreements=agreements))
    assert [said(row) for row in soup.select(".drift")] == [
        "Tâm tư, nguyện vọng Trước Đại hội 80 bài 2–11 bài 1/9 40/44 không còn khớp",
        "Công tác chuẩn bị Trước Đại hội 30 bài 25–40 bài 18/20 40/44 khớp",
    ]
    assert "ở 1 lượt chủ đề theo giai đoạn" in said(soup.select_one(".untold"))
    assert [said(row) for row in soup.select(".agreement")] == [
        "Chương trình hành động 24 không tính được 40% chưa thống nhất",
        "Công tác chuẩn bị 40 0,82 (0,70–0,93) 90% thống nhất",
    ]


def test_longest_silence_is_marked_where_it_lies(result):
    soup = page(result)
    prep = next(row for row in soup.select("#cq-0 .t-rows .t-row") if "chuẩn bị" in row.get_text())
    first = prep.select_one(".t-silence")
    assert first["title"] == "4 ngày: 07/09–10/09"
    assert first["style"] == "left:30.0%;width:20.0%"
    assert first.get_text() == "4 ngày"
    assert prep.select_one(".counted")["d"] == "M1 0h1V1h-1zM4 0h1V1h-1z"
    assert prep.select_one(".every")["d"] == "M5 0.5h1V1h-1z"
    unseen = soup.select("#cq-2 .t-back .t-miss")
    assert [(mark["title"], mark["style"]) for mark in unseen] == [
        ("03/09–04/09", "left:10.0%;width:10.0%"),
        ("18/09", "left:85.0%;width:5.0%"),
    ]


def test_section_of_an_outlet_names_its_duties_its_days_and_what_it_published_beyond_them(result):
    soup = page(result)
    assert said(soup.select_one("#cq-2 .seen")).startswith(
        "Trước Đại hội: quan sát được 8/10 ngày, 1 bài; chưa quan sát được 03/09–04/09 (máy chủ báo lỗi 503"
    )
    assert len(soup.select("#cq-1 .duty")) == 4
    beyond = [said(row) for row in soup.select("#cq-0 .counts tbody tr")]
    assert beyond == ["Tâm tư, nguyện vọng 1 0"]


def test_colour_is_for_what_is_settled(result):
    style = page(result).style.string
    for verdict, coloured in (("met", True), ("gap", True), ("uncertain", False), ("not_observed", False)):
        [rule] = re.findall(rf"td\.{verdict}, \.key\.{verdict} {{([^}}]*)}}", style)
        assert ("background" in rule) == coloured, verdict


def test_list_that_is_cut_says_how_many_it_leaves_out(result):
    unknown = tuple(f"{number:016x}" for number in range(5_000, 7_345))
    cell = result.cells[0]
    cells = (replace(cell, machine_ids=(*cell.machine_ids, *unknown)), *result.cells[1:])
    soup = page(replace(result, cells=cells))
    shown, left_out = soup.select("#ds-0-0-0 .m"), soup.select_one("#ds-0-0-0 .more-m")
    assert (len(shown), left_out["data-more"]) == (1, "2345")
    assert said(left_out) == "2.345 bài máy nhận ra khác (tệp audit.sqlite)"
    assert soup.select_one("#o-0-0-0 [data-n=m]").get_text() == "2.346"
    assert CLAIM.search(soup.select_one("#o-0-0-0 a")["aria-label"])[1] == "2.346"


def test_lists_share_the_rows_there_are():
    assert rows_each([], 10) == 1_000
    assert rows_each([3, 1_400, 0, 7], 999) == 500
    assert rows_each([3, 400, 900, 7], 250) == 100
    assert rows_each([5] * 100, 99) == 0


def test_items_with_words_a_front_page_and_reprints_say_so(audit_of, result):
    items = [
        replace(item, words=640, front=True) if item.article.endswith("1") else item for item in result.items.values()
    ]
    soup = page(audit_of(items=items))
    row = said(soup.select_one("#ds-0-0-0 .v"))
    assert "640 chữ" in row
    assert "trang chủ" in row
    listing = said(soup.select_one("#ds-0-0-0 > .quiet"))
    assert "2 bài không trùng nhau" in listing
    assert "1 bài đăng lại" in listing
    assert "640 chữ" in listing
    assert "trang nhất, trang chủ: 1/1 bài biết rõ vị trí" in listing


def test_days_that_an_audit_does_not_tell_are_not_drawn_as_silent(result):
    unknown = tuple(f"{number:016x}" for number in range(5_000, 5_400))
    observed = [replace(row, per_day=(), on_topic=()) for row in result.observed]
    observed[0] = replace(observed[0], article_ids=unknown)
    cells = (replace(result.cells[0], machine_ids=unknown), *result.cells[1:])
    blind = page(replace(result, observed=tuple(observed), cells=cells))
    strip = next(row for row in blind.select("#thu-thap .t-row") if "Báo" in row.get_text())
    assert "không có số liệu theo ngày" in said(strip)
    assert strip.select_one(".every")["d"] == ""
    topic = next(row for row in blind.select("#cq-0 .t-rows .t-row") if "chuẩn bị" in row.get_text())
    assert [mark["style"] for mark in topic.select(".t-unknown")] == ["left:5.0%;width:25.0%"]
    told = replace(observed[0], per_day=(0, 40, *[0] * 7, 360), on_topic=(0, 10, *[0] * 8))
    seen = page(replace(result, observed=(told, *observed[1:]), cells=cells))
    strip = next(row for row in seen.select("#thu-thap .t-row") if "Báo" in row.get_text())
    assert strip.select_one(".every")["d"].startswith("M1 20v-4h1v4zM9 20v-20h1v20z")
    assert strip.select_one(".counted")["d"].startswith("M1 20v-4h1v4z")
    assert "cao nhất: 360 bài" in said(seen.select_one("#thu-thap .note"))


def test_groups_are_called_by_their_names_and_empty_ones_have_no_row(estimated):
    empty = replace(estimated.estimates[-1], group="districts", units=0)
    named = replace(estimated, groups=(("press", "Báo, đài", "Press"),), estimates=(*estimated.estimates, empty))
    texts = [said(row) for row in page(named).select("#uoc-luong details tr.estimate th")]
    assert texts == ["Công tác chuẩn bị (nhóm Báo, đài)"]
    assert "(group Press)" in said(page(named, lang="en").select_one("#uoc-luong details tr.estimate th"))
    [table] = [each for each in tables(Index(named, Words("vi"))) if each.id == "estimates"]
    assert len(table.rows()) == len(estimated.estimates)
    assert table.columns[1].labels == {"": "(mọi cơ quan)", "press": "Báo, đài", "districts": "districts"}
