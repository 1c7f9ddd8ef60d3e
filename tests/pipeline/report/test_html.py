import re
from dataclasses import replace
from datetime import date

import pytest
from bs4 import BeautifulSoup

from pipeline.records import Outlet
from pipeline.report.html import render
from pipeline.report.maps import MAX_COLUMNS


def page(result, **options):
    return BeautifulSoup(render(result, **options), "lxml")


def text(soup, selector):
    return " ".join(soup.select_one(selector).get_text(" ", strip=True).split())


def number(text):
    return int(text.replace(".", "").replace(",", ""))


def counted(soup, selector):
    """Counts the rows again, with those that the cut lists say they leave out."""
    kind = selector.rsplit(".", 1)[1]
    root = selector.rsplit(" ", 1)[0]
    left_out = sum(int(row["data-more"]) for row in soup.select(f"{root} .more-{kind}"))
    return len(soup.select(selector)) + left_out


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_every_number_is_the_length_of_the_list_it_opens(result, lang):
    soup = page(result, lang=lang)
    figures = soup.select("[data-counts]")
    assert len(figures) > 25
    for figure in figures:
        assert number(figure.get_text()) == counted(soup, figure["data-counts"]), figure
    cells = soup.select("a [data-n]")
    assert len(cells) > 10
    for cell in cells:
        assert number(cell.get_text()) == counted(soup, f"{cell.find_parent('a')['href']} .{cell['data-n']}"), cell
    assert {cell.get_text() for cell in soup.select("[data-n]") if not cell.find_parent("a")} == {"0"}


def test_numbers_are_those_of_the_audit(result):
    soup = page(result)
    assert len(soup.select("#danh-sach .v")) == sum(len(cell.verified_ids) for cell in result.cells) == 5
    assert len(soup.select("#danh-sach .m")) == sum(len(cell.machine_ids) for cell in result.cells) == 3
    assert len(soup.select("#bai .b")) == sum(len(row.article_ids) for row in result.observed) == 9
    assert len(soup.select("#tung-co-quan .duty")) == len(result.verdicts) == 7
    tally = sum(
        number(word.split(":")[1]) for word in soup.select_one("#tung-co-quan").find_all(string=re.compile(r": \d"))
    )
    assert tally == 7


def test_every_link_within_the_page_leads_somewhere(result):
    soup = page(result)
    ids = [element["id"] for element in soup.select("[id]")]
    assert len(ids) == len(set(ids))
    assert {link["href"][1:] for link in soup.select('a[href^="#"]')} <= set(ids)
    assert {use["href"][1:] for use in soup.select("use")} <= set(ids)


def test_days_observed_and_spans_missing_add_up(result):
    soup = page(result)
    rows = [row for row in soup.select("table.collected tbody tr") if "Nậm Pàn" in row.get_text()]
    spans = [(span.get_text(), int(span["data-days"])) for row in rows for span in row.select(".gap-span")]
    assert spans == [("03/09–04/09", 2), ("18/09", 1)]
    assert "8/10" in rows[0].get_text()
    assert "9/10" in rows[1].get_text()
    assert "máy chủ báo lỗi 503 (trang chuyên mục https://huyen.example/tin?p=2)" in rows[0].get_text()


def test_opening_says_what_is_met_missing_and_unseen(result):
    lead = text(page(result), ".lead")
    assert "Tính đến hết ngày 31/12/2020, đã thu thập được 9 bài của 3 cơ quan" in lead
    assert "ngoài ra có 1 bài chưa rõ ngày đăng" in lead
    assert re.search(r"Trong 7 nhiệm vụ phải rà soát, \d đã đạt, \d còn thiếu, \d chưa đủ căn cứ kết luận", lead)
    assert "Còn ngày chưa quan sát được của Huyện Nậm Pàn" in lead


def test_first_table_says_who_must_do_what(result):
    rows = [" ".join(row.get_text(" ", strip=True).split()) for row in page(result).select("#viec-can-lam .action")]
    assert rows[0].startswith("Đài tỉnh <Sơn Khê> giải trình hoặc gửi đường dẫn bài còn sót: Công tác chuẩn bị")
    assert "đã hết hạn ngày 10/09/2020" in rows[0]
    assert rows[-1].startswith("Người rà soát đọc")


def test_days_on_which_duties_ended_are_named_one_by_one(result):
    gap = next(verdict for verdict in result.verdicts if verdict.verdict == "gap")
    late = replace(gap, phase="after", topic="plan")
    soup = page(replace(result, verdicts=(*result.verdicts, late)))
    assert "đã hết hạn các ngày 10/09 và 20/09/2020" in text(soup, "#viec-can-lam .action")


def test_duties_that_wait_for_days_ahead_are_folded_and_counted_with_the_others(audit_of):
    result = audit_of(as_of=date(2020, 9, 14))
    table = page(result).select_one("#chua-quan-sat")
    ahead = [each for each in result.verdicts if each.verdict == "not_observed" and each.phase == "after"]
    assert ahead
    assert len(table.select("details .duty")) == len(ahead)
    lost = len(table.select(".duty")) - len(ahead)
    assert f"( {lost} nhiệm vụ)" in text(page(result), "#viec-can-lam .action.not_observed")
    assert f"chưa đến lúc kết luận: {len(ahead)} nhiệm vụ" in " ".join(table.summary.get_text().split())
    assert number(table.select_one("[data-counts]").get_text()) == len(table.select(".duty")) > len(ahead)


def test_number_that_was_left_blank_has_dots(result):
    blank = replace(result, directive=replace(result.directive, number="/STTTT-TTBCXB"))
    assert "số ……/STTTT-TTBCXB," in text(page(blank), ".facts")


def test_gaps_come_before_the_heat_maps_with_their_reason(result):
    soup = page(result)
    gap = next(verdict for verdict in result.verdicts if verdict.verdict == "gap")
    assert gap.reason in text(soup, "#thieu")
    sections = [section["id"] for section in soup.select("main > section")]
    assert sections.index("can-xu-ly") < sections.index("ban-do") < sections.index("thu-thap")


def test_cell_keeps_verified_and_machine_apart_and_says_its_verdict_without_colour(result):
    cell = page(result).select_one("#o-0-0-0")
    assert " ".join(cell.select_one(".n").get_text(" ", strip=True).split()) == "2 + 1 ?"
    assert cell.select_one("use")["href"] == "#i-met"
    assert cell.a["aria-label"].startswith("2 bài đã xác nhận, 1 bài máy nhận ra")
    assert cell.a["aria-label"].endswith("; Đạt")


def test_cell_without_proof_is_hatched(result):
    soup = page(result)
    assert "unproved" in soup.select_one("#o-0-0-2")["class"]
    assert "unproved" not in soup.select_one("#o-0-0-0")["class"]


def test_days_ahead_are_not_called_unobserved(audit_of):
    soup = page(audit_of(as_of=date(2020, 9, 14)))
    assert "unproved" not in soup.select_one("#o-1-0-0")["class"]
    assert "còn 6 ngày" in text(soup, "#gd-1 h3")
    assert "còn 6 ngày chưa đến" in text(soup, "#hang-bai-1-0")


def test_list_shows_day_link_evidence_and_archived_page(result):
    row = page(result).select_one("#ds-0-0-0 .v")
    shown = row.get_text(" ", strip=True)
    assert "02/09/2020" in shown
    assert "đã xác nhận" in shown
    assert "Câu về prep." in shown
    assert "bao-1.warc.gz" in shown
    assert row.a["href"] == "https://bao.example/tin-1.html"
    assert f"{1:064x}" in row.select_one(".a-proof code").get_text()
    assert "máy nhận ra (0,90)" in page(result).select_one("#ds-0-0-0 .m").get_text()


def test_reprint_names_the_original_and_the_original_is_marked(result):
    soup = page(result)
    assert "đăng lại bài của Báo Sơn Khê, ngày 02/09/2020" in text(soup, "#ds-0-0-0 .m")
    assert "bài gốc" in text(soup, "#ds-0-0-0 .v")
    assert "2 bài không trùng" in text(soup, "#ds-0-0-0")


def test_strangers_text_is_shown_never_run(result):
    html = render(result)
    soup = BeautifulSoup(html, "lxml")
    assert len(soup.select("script")) == 1
    assert "<script>alert" not in html
    assert '<script>alert("x")</script> & "ngoặc"' in soup.select_one("#ds-0-0-0 .v").get_text()
    assert not [link for link in soup.select("a[href]") if link["href"].lower().startswith("javascript")]


def test_control_and_turning_characters_are_taken_out(result):
    key = next(iter(result.items))
    odd = replace(result.items[key], title="Bài\x00 \u202eđảo\ud800 ngược")
    html = render(replace(result, items={**result.items, key: odd}))
    assert "Bài đảo ngược" in html
    assert html.encode()


def test_page_needs_nothing_else(result):
    soup = page(result)
    assert not soup.select("link, img, iframe, object, embed, script[src]")
    assert "@import" not in soup.style.string
    assert "url(" not in soup.style.string


def test_tables_carry_headers_for_those_who_listen(result):
    for table in page(result).select("table"):
        assert all(head.get("scope") for head in table.select("th"))
        assert table.select("thead th[scope=col]")


def test_archived_files_are_named_and_not_linked_as_a_report_travels_without_them(result):
    proof = page(result).select_one("#ds-0-0-0 .v .a-proof")
    assert "bao-1.warc.gz" in proof.get_text()
    assert proof.select("a") == []


def test_undated_items_and_failures_are_listed(result):
    soup = page(result)
    assert "Bài số 9" in text(soup, "#khong-ro-ngay")
    assert text(soup, "#dia-chi-hong tbody") == "Huyện Nậm Pàn 3"
    [group] = soup.select("#dia-chi-hong .sheet")
    assert soup.select_one("#dia-chi-hong tbody a")["href"] == f"#{group['id']}"
    assert [each.get_text(" ", strip=True) for each in group.select("li")] == [
        f"https://huyen.example/tin-{number} huyen-web máy chủ báo lỗi 503" for number in range(3)
    ]


def test_sources_that_are_not_well_are_told_in_full_and_the_others_counted(result):
    soup = page(result)
    rows = [" ".join(row.get_text(" ", strip=True).split()) for row in soup.select("#nguon-tin .unwell")]
    assert rows == [
        (
            "Huyện Nậm Pàn huyen-web Chưa quan sát đủ ngày (cần xử lý) 3/7 ngày gần nhất chưa quan sát được: máy chủ báo "
            "lỗi 503 (trang chuyên mục https://huyen.example/tin?p=2); xem `rasoat sources explain huyen-web`; "
            "17/9: 2 bài, ít hơn hẳn mọi khi 09/09/2020"
        ),
        "Đài tỉnh <Sơn Khê> dai-fb Không đăng bài cơ quan không đăng bài nào –",
    ]
    assert text(soup, "#nguon-tin .well") == "2 nguồn tin còn lại bình thường: bao-web , dai-web ."


def test_health_of_sources_is_said_in_english_too(result):
    section = text(page(result, lang="en"), "#nguon-tin")
    assert "Health of sources" in section
    assert (
        "Days not observed (to act on) 3 of the last 7 days not observed: listing page https://huyen.example/tin?p=2: answered 503"
        in section
    )
    assert "2 other sources are well: bao-web , dai-web ." in section


def test_well_sources_are_one_line_and_unknown_health_is_none(result):
    well = page(replace(result, health=result.health[2:]))
    assert text(well, "#nguon-tin") == "Tình trạng nguồn tin Tất cả 2 nguồn tin đều bình thường: bao-web , dai-web ."
    assert page(replace(result, health=())).select_one("#nguon-tin") is None


def test_english_page_has_no_vietnamese_of_ours(result):
    soup = page(result, lang="en")
    assert soup.html["lang"] == "en"
    assert "Preparation" in text(soup, "#gd-0")
    ours = text(soup, "#cach-lam") + text(soup, "nav") + text(soup, ".legend")
    assert not re.search("[ạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựđ]", ours.replace("Rà soát", ""))


def test_numbers_and_days_are_written_as_vietnamese_does(result):
    shown = text(page(result), "#tung-co-quan")
    assert "12,5 phút" in shown
    assert "14/09/2020 – 15/09/2020" in shown
    assert "nếu tính bài máy nhận ra" in shown


def test_empty_campaign_gives_a_page(nothing):
    soup = page(nothing)
    assert "Chưa có nhiệm vụ nào được giao" in text(soup, "#tom-tat")
    assert all(number(figure.get_text()) == 0 for figure in soup.select("[data-counts]"))


def test_outlet_that_did_not_exist_has_no_number(audit_of):
    gone = Outlet("cu", "Huyện cũ", "district", valid_to=date(2020, 8, 31))
    soup = page(audit_of(outlets=(gone,), duties=(), items=()))
    assert {cell.get_text() for cell in soup.select("td.absent")} == {"–"}
    assert "không hoạt động trong giai đoạn này" in text(soup, "table.collected")


def test_many_outlets_go_on_in_a_further_table(audit_of):
    outlets = tuple(Outlet(f"o{n}", f"Huyện {n}", "district") for n in range(MAX_COLUMNS + 1))
    soup = page(audit_of(outlets=outlets, duties=(), items=()))
    assert [len(map_.select("thead th")) - 2 for map_ in soup.select("#gd-0 table.map")] == [MAX_COLUMNS, 1]


def test_same_audit_gives_the_same_page(result):
    shuffled = replace(result, items=dict(reversed(result.items.items())))
    assert render(result) == render(shuffled)


@pytest.mark.parametrize(
    ("lang", "told"), [("vi", "riêng 1 nhiệm vụ còn ngày chưa quan sát được"), ("en", "(1 of the duties;")]
)
def test_gap_beside_days_that_nobody_saw_stands_under_no_heading_that_says_all_were_collected(result, lang, told):
    [gap] = [each for each in result.verdicts if each.verdict == "gap"]
    rows = [
        replace(row, missing_days=(result.phases[0].first_day,), days_proved=row.days_total - 1)
        if (row.phase, row.outlet) == (gap.phase, gap.outlet)
        else row
        for row in result.observed
    ]
    soup = page(replace(result, observed=tuple(rows)), lang=lang)
    assert told in text(soup, "#thieu")
    assert told not in text(page(result, lang=lang), "#thieu")
    whole = {"vi": "thu thập đủ ngày mà không đủ bài", "en": "all was collected"}[lang]
    assert whole in page(result, lang=lang).get_text()
    assert whole not in soup.get_text()
