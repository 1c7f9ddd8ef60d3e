"""The sections of the written report: what was audited, what was found, what is asked of whom by when, and how sure it is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby, islice
from string import ascii_lowercase
from typing import Final

from pipeline.audits import Forecast, OutletPhase, Verdict
from pipeline.report.duty_tables import asked_of
from pipeline.report.files import XLSX
from pipeline.report.forecasts import chance
from pipeline.report.index import Index
from pipeline.report.letter_blocks import Block, Grid, Heading, Paragraph, so_far
from pipeline.report.method import method_lines
from pipeline.report.reasons import in_words
from pipeline.wording import VERDICTS, spans

NAMED: Final = 40  # gaps or forecasts in the text; a longer list is read in the annex
SPANS: Final = 8  # of unobserved days in one line
DOTTED: Final = "……/……/………"
LETTERS: Final = ascii_lowercase.replace("f", "").replace("j", "").replace("w", "").replace("z", "")  # of Vietnamese


def within(subject: str) -> str:
    """Gives what a letter is about as the part of a sentence: its first letter is small, unless it begins a name in capitals."""
    return subject[:1].lower() + subject[1:] if subject[:2] and not subject[:2].isupper() else subject


def opening(index: Index, office: str) -> str:
    """Says on whose word the audit was made, and of which day it is."""
    words, result = index.words, index.result
    directive = result.directive
    named = f"{index.directive_number} {words.letter_date(directive.date)}".strip()
    about = within(directive.subject)
    return words.t(
        f"Thực hiện văn bản số {named} của {directive.issuer} về việc {about}, {office} báo cáo kết quả rà soát "
        f"tin, bài của {words.number(len(result.outlets))} cơ quan theo {words.number(len(result.topics))} chủ đề, số liệu "
        f"tính đến hết ngày {words.day(result.as_of)}, như sau:",
        f"As asked by letter {named} of {directive.issuer} on “{directive.subject}”, {office} reports what "
        f"{words.number(len(result.outlets))} outlets published on {words.number(len(result.topics))} topics up to "
        f"{words.day(result.as_of)}:",
    )


def sections(index: Index) -> tuple[Block, ...]:
    """Gives the body, sections numbered with Roman numerals."""
    return (*_results(index), *_gaps(index), *_risks(index), *_open(index), *_method(index))


def _results(index: Index) -> Iterator[Block]:
    words, result = index.words, index.result
    t = words.t
    yield Heading(1, t("I. PHẠM VI VÀ KẾT QUẢ CHUNG", "I. SCOPE AND RESULTS"))
    yield Heading(2, t("1. Phạm vi", "1. Scope"))
    phases = [f"{phase.name} ({words.phase(phase)})" for phase in result.phases]
    articles = words.number(sum(len(row.article_ids) for row in result.observed))
    undated, without = len(result.undated_ids), words.number(len(result.undated_ids))
    yield Paragraph(
        t(
            f"Các giai đoạn: {words.listing(phases)}. Đã thu thập {articles} tin, bài trong các giai đoạn; "
            + (
                f"{without} bài chưa rõ ngày đăng, không tính vào giai đoạn nào."
                if undated
                else "mọi bài đều rõ ngày đăng."
            ),
            f"Phases: {words.listing(phases)}. {articles} items were collected within the phases; "
            + (f"{without} without a certain date count in none." if undated else "all have a certain date."),
        )
    )
    yield Heading(2, t("2. Kết quả", "2. Results"))
    number = Counter(verdict.verdict for verdict in result.verdicts)
    counts = [f"{words.number(number[name])} {words.verdict(name).lower()}" for name in VERDICTS]
    whole = words.number(len(result.verdicts))
    yield Paragraph(t(f"Trong {whole} nhiệm vụ: {', '.join(counts)}.", f"Of {whole} duties: {', '.join(counts)}."))
    yield _by_outlet(index)


def _by_outlet(index: Index) -> Grid:
    words = index.words
    rows = []
    for outlet in index.result.outlets:
        own = Counter(verdict.verdict for verdict in index.result.verdicts if verdict.outlet == outlet.id)
        seen = [row for row in index.result.observed if row.outlet == outlet.id]
        ahead = sum(day > index.result.seen_to for row in seen for day in row.missing_days)
        days = f"{sum(row.days_proved for row in seen)}/{sum(row.days_total for row in seen) - ahead}"
        rows.append((outlet.name, *(words.number(own[name]) for name in VERDICTS), days))
    verdicts = tuple(words.verdict(name) for name in VERDICTS)
    return Grid(
        (words.t("Cơ quan", "Outlet"), *verdicts, words.t("Ngày đã quan sát", "Days observed")),
        (34, 11, 15, 14, 10, 16),
        ("left", "center", "center", "center", "center", "center"),
        tuple(rows),
    )


def _gaps(index: Index) -> Iterator[Block]:
    words = index.words
    t = words.t
    gaps = [verdict for verdict in index.result.verdicts if verdict.verdict == "gap"]
    yield Heading(1, t("II. NHIỆM VỤ CÒN THIẾU VÀ VIỆC ĐỀ NGHỊ", "II. WHAT IS MISSING, AND WHAT IS ASKED"))
    if not gaps:
        yield Paragraph(t("Không có nhiệm vụ nào bị kết luận là thiếu.", "No duty is found wanting."))
        return
    if len(gaps) > NAMED:
        yield Paragraph(
            t(
                f"Có {words.number(len(gaps))} nhiệm vụ còn thiếu, nêu tại Phụ lục I. Đề nghị các cơ quan sau đây giải trình hoặc "
                "gửi đường dẫn của bài chưa được thu thập:",
                f"{words.number(len(gaps))} duties are wanting; Annex I names them. These outlets are asked to explain, or to send "
                "links to items that were not collected:",
            )
        )
        number = Counter(verdict.outlet for verdict in gaps)
        named = (f"{index.outlets[outlet]} ({words.number(count)})" for outlet, count in number.most_common())
        yield Paragraph(f"{'; '.join(named)}.")
        return
    order = list(index.outlets)
    gaps.sort(key=lambda verdict: order.index(verdict.outlet))
    for place, (outlet, own) in enumerate(groupby(gaps, key=lambda verdict: verdict.outlet), start=1):
        yield Heading(2, f"{place}. {index.outlets[outlet]}")
        listed = list(own)
        yield from _lettered(f"{_what(index, verdict)}: {_of(index, verdict)}" for verdict in listed)
        yield Paragraph(_asked(index, listed))


def _lettered(lines: Iterator[str]) -> Iterator[Paragraph]:
    for place, line in enumerate(lines):
        name = LETTERS[place] if place < len(LETTERS) else str(place + 1)
        yield Paragraph(line, f"{name}) ")


def _what(index: Index, row: Verdict | Forecast) -> str:
    return f"{index.phases[row.phase].name}, {index.words.t('chủ đề', 'topic')} “{index.topics[row.topic]}”"


def _of(index: Index, verdict: Verdict) -> str:
    reason = index.words.t(verdict.reason, verdict.reason_en)
    return reason[:1].lower() + reason[1:]


def _asked(index: Index, gaps: Sequence[Verdict]) -> str:
    """Asks for what can still be published while a phase runs; of one that is over, for an answer."""
    words = index.words
    outlet = index.outlets[gaps[0].outlet]
    running = [verdict for verdict in gaps if index.phases[verdict.phase].last_day > index.result.as_of]
    if running:
        by = words.day(min(index.phases[verdict.phase].last_day for verdict in running))
        return words.t(
            f"Đề nghị {outlet} đăng bù trước hết ngày {by}, và gửi đường dẫn của bài chưa được thu thập (nếu có).",
            f"{outlet} is asked to publish what is missing by {by}, and to send links to items that were not collected.",
        )
    return words.t(
        f"Đề nghị {outlet} giải trình, hoặc gửi đường dẫn của bài chưa được thu thập, trước ngày {DOTTED}.",
        f"{outlet} is asked to explain, or to send links to items that were not collected, by {DOTTED}.",
    )


def _risks(index: Index) -> Iterator[Block]:
    words = index.words
    t = words.t
    yield Heading(1, t("III. NHIỆM VỤ CÓ NGUY CƠ KHÔNG ĐẠT", "III. DUTIES AT RISK"))
    risks = index.result.risky  # the annex and the workbook have all
    if not index.result.forecasts:
        yield Paragraph(t("Không có giai đoạn nào đang diễn ra.", "No phase is running."))
        return
    if not risks:
        yield Paragraph(t("Không nhiệm vụ nào có nguy cơ cao.", "No duty is at high risk."))
        return
    yield Paragraph(
        t(
            "Nếu các cơ quan giữ nhịp đăng như hiện nay thì những nhiệm vụ sau đây có nguy cơ không đạt. Đề nghị thực hiện chậm "
            "nhất vào ngày ghi trong bảng.",
            "If outlets go on as they do, these duties are likely to be missed. They are to be done by the day in the table.",
        )
    )
    rows = tuple(
        (
            index.outlets[each.outlet],
            f"{index.topics[each.topic]} ({index.phases[each.phase].name})",
            so_far(words, each),
            words.day(each.last_day),
            chance(words, each.missing),
        )
        for each in risks[:NAMED]
    )
    heads = (
        t("Cơ quan", "Outlet"),
        t("Chủ đề (giai đoạn)", "Topic (phase)"),
        t("Đã có / yêu cầu", "So far / asked"),
        t("Hạn chót", "By"),
        t("Khả năng không đạt", "Probability of missing"),
    )
    yield Grid(heads, (24, 32, 17, 14, 13), ("left", "left", "center", "center", "center"), rows)
    if len(risks) > NAMED:
        more = words.number(len(risks) - NAMED)
        yield Paragraph(index.more(f"{more} nhiệm vụ", f"{more} duties"))


def _open(index: Index) -> Iterator[Block]:
    words, result = index.words, index.result
    t = words.t
    yield Heading(1, t("IV. NHIỆM VỤ CHƯA KẾT LUẬN ĐƯỢC", "IV. WHAT CANNOT BE TOLD YET"))
    yield Heading(2, t("1. Chưa quan sát được", "1. Not observed"))
    yield Paragraph(_unobserved(index))
    rows = [row for row in result.observed if any(day <= result.seen_to for day in row.missing_days)]
    unseen = {
        outlet: [row for row in rows if row.outlet == outlet] for outlet in dict.fromkeys(row.outlet for row in rows)
    }
    yield from _lettered(_unseen(index, outlet, own) for outlet, own in islice(unseen.items(), NAMED))
    if len(unseen) > NAMED:
        more = words.number(len(unseen) - NAMED)
        yield Paragraph(index.more(f"{more} cơ quan", f"{more} outlets"))
    yield Heading(2, t("2. Chưa đủ căn cứ", "2. Uncertain"))
    uncertain = sum(verdict.verdict == "uncertain" for verdict in result.verdicts)
    if not uncertain:
        yield Paragraph(t("Không có nhiệm vụ nào phải đọc thêm.", "No duty needs more reading."))
        return
    number, to_read = words.number(uncertain), words.number(len(asked_of(index)))
    where = {
        "": "",
        XLSX: t("; xem trang “Cần đọc” của tệp bao-cao.xlsx", "; see the sheet “To read” of bao-cao.xlsx"),
    }.get(index.tables_file, t(f"; xem tệp {index.tables_file}", f"; see {index.tables_file}"))
    yield Paragraph(
        t(
            f"{number} nhiệm vụ phải đọc thêm mới kết luận được, cả thảy {to_read} bài xếp theo thứ tự cần đọc{where}.",
            f"{number} duties need more reading, {to_read} articles in the order in which they should be read{where}.",
        )
    )


def _unobserved(index: Index) -> str:
    """Says how many duties wait for days that must be collected, and how many for days to come alone."""
    words, waiting = index.words, [each for each in index.result.verdicts if each.verdict == "not_observed"]
    if not waiting:
        return words.t("Không có nhiệm vụ nào phải chờ thu thập lại.", "No duty waits for days to be collected.")
    ahead = sum(map(index.only_waits, waiting))
    lost, later = words.number(len(waiting) - ahead), words.number(ahead)
    causes = (
        (
            words.t(f"{lost} nhiệm vụ vì còn ngày chưa thu thập được", f"{lost} as days were not collected"),
            len(waiting) - ahead,
        ),
        (words.t(f"{later} nhiệm vụ vì giai đoạn chưa kết thúc", f"{later} as their phase has not ended"), ahead),
    )
    named = words.listing([text for text, number in causes if number])
    return words.t(f"Chưa kết luận được {named}; không coi là thiếu.", f"Not to be judged yet, and no gaps: {named}.")


def _unseen(index: Index, outlet: str, rows: Sequence[OutletPhase]) -> str:
    """Names the days of an outlet and why they are lost; the addresses where it happened stand in the workbook."""
    words = index.words
    days = spans(day for row in rows for day in row.missing_days if day <= index.result.seen_to)
    named = ", ".join(words.span(*span) for span in days[:SPANS]) + (", …" if len(days) > SPANS else "")
    why = "; ".join(dict.fromkeys(in_words(reason.root, words) for row in rows for reason in row.reasons))
    number = words.count(sum((last - first).days + 1 for first, last in days), "days")
    return f"{index.outlets[outlet]}: {number} ({named})" + (f"; {why}." if why else ".")


def _method(index: Index) -> Iterator[Block]:
    t = index.words.t
    yield Heading(1, t("V. CÁCH LÀM VÀ KHẢ NĂNG NHẦM LẪN", "V. METHOD AND RISK"))
    for place, (matter, text) in enumerate(method_lines(index), start=1):
        yield Paragraph(text, f"{place}. {matter}. ")
