"""How the numbers were made, in sentences that an office may quote: for the workbook, the document and the tables."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.report.index import Index


def method_lines(index: Index) -> Iterator[tuple[str, str]]:
    """Yields what is explained and how, in the order in which an article travels; then this audit's sample and risk."""
    t = index.words.t
    yield (
        t("Thu thập", "Collecting"),
        t(
            "Mỗi đêm chương trình đọc trang chuyên mục, RSS và sơ đồ trang của từng cơ quan, theo đúng robots.txt, lưu nguyên "
            "trang vào tệp WARC. Kênh không thu thập tự động được (màn hình LED, loa truyền thanh, báo in…) thì ghi nhật ký.",
            "Every night the program reads each outlet's listings, feeds and sitemaps, obeys robots.txt, and archives the "
            "pages as WARC. Channels that cannot be crawled (LED screens, loudspeakers, print …) are logged by hand.",
        ),
    )
    yield (
        t("Ngày đăng", "Days"),
        t(
            "Lấy theo căn cứ trên trang; bài không rõ ngày hoặc có căn cứ mâu thuẫn được nêu ra nhưng không tính vào giai đoạn "
            "nào cho đến khi có người xác định.",
            "Taken from evidence on the page; articles without a date, or with proofs that conflict, are shown but count in "
            "no phase until a person dates them.",
        ),
    )
    yield (
        t("Chủ đề", "Topics"),
        t(
            "Máy chấm điểm theo từng chủ đề, người rà soát đọc và xác nhận hoặc bác. Bài đã xác nhận và bài mới chỉ máy nhận ra "
            "được đếm riêng. Bài đăng lại tính là một bài khi ước lượng.",
            "The machine scores each topic; reviewers read, confirm or deny. Confirmed items and items by the machine alone "
            "are counted apart. Reprints are one text in estimates.",
        ),
    )
    yield (
        t("Kết luận", "Verdicts"),
        t(
            "Đạt: đủ bài đã xác nhận. Thiếu: đã quan sát đủ ngày và phần chưa đọc không thể bù được, hoặc phép kiểm định loại "
            "trừ được khả năng đủ, với khả năng nhầm ghi kèm. Chưa đủ căn cứ: phải đọc thêm. Chưa quan sát được: còn ngày chưa "
            "thu thập hoặc chưa đến; không bao giờ coi là thiếu.",
            "Met: enough confirmed items. Gap: the days were observed, and what is unread cannot make up for it, or a test "
            "excludes that the duty was met at the risk stated beside it. Uncertain: more must be read. Not observed: days "
            "were not collected or lie ahead; this is never called a gap.",
        ),
    )
    yield t("Mẫu ngẫu nhiên", "Random sample"), _sample(index)
    yield t("Khả năng kết luận nhầm", "Risk of false gaps"), _risk(index)
    yield from _doubtful(index)
    yield (
        t("Ước lượng", "Estimates"),
        t(
            "Bài được chia lớp theo điểm của máy; trong mỗi lớp, giới hạn chính xác theo phân phối siêu bội của những bài đọc "
            "ngẫu nhiên, cộng lại bằng phương pháp MOVER. Không dùng điểm của máy thay cho việc đọc.",
            "Articles are stratified by score; within each stratum, exact hypergeometric limits from those read by chance, "
            "summed by MOVER. Scores never stand in for reading.",
        ),
    )


def _doubtful(index: Index) -> Iterator[tuple[str, str]]:
    """Names the topics on which statistics may not speak, where there are any."""
    t, result = index.words.t, index.result
    poor = [index.topics[each.topic] for each in result.agreements if each.poor]
    parted = list(dict.fromkeys(index.topics[each.topic] for each in result.drifts if each.parted))
    if poor:
        yield (
            t("Chưa thống nhất", "Readers disagree"),
            t(
                f"Hai người đọc cùng một bài chưa thống nhất thế nào là đúng các chủ đề sau, nên không kết luận “thiếu” bằng thống "
                f"kê: {'; '.join(poor)}.",
                f"Two readers of one article do not agree what counts for these topics, so statistics call no gap: "
                f"{'; '.join(poor)}.",
            ),
        )
    if parted:
        yield (
            t("Máy không còn khớp", "Scores no longer fit"),
            t(
                f"Ở các chủ đề sau, điểm của máy không còn khớp với những gì người đọc thấy, nên phải đọc thêm mới kết luận được: "
                f"{'; '.join(parted)}.",
                f"On these topics the machine's scores no longer fit what readers find, so more must be read to tell: "
                f"{'; '.join(parted)}.",
            ),
        )


def _sample(index: Index) -> str:
    words, sample = index.words, index.result.sample
    if not sample.rate:
        return words.t(
            "Chưa rút mẫu ngẫu nhiên nào, nên báo cáo chỉ dựa vào những bài đã có người đọc.",
            "No random sample was drawn, so the report rests on what was read and on full counts.",
        )
    rate = f"{words.number(100 * sample.rate)}%"
    drawn, read, skipped, pending = map(words.number, (sample.drawn, sample.read, sample.skipped, sample.pending))
    return words.t(
        f"Rút {rate} số bài bằng số ngẫu nhiên cố định: {drawn} bài, đã đọc {read}, người đọc từ chối {skipped}, "
        f"chưa đọc {pending}.",
        f"{rate} of all texts by permanent random numbers: {drawn} drawn, {read} read, {skipped} refused, {pending} pending.",
    )


def _risk(index: Index) -> str:
    words, risk = index.words, index.result.risk
    if not risk.gaps:
        return words.t(
            "Không kết luận “thiếu” nào dựa vào thống kê: chỉ coi là thiếu khi tính hết số bài chưa đọc vẫn không đủ.",
            "No gap rests on statistics; all were found by full counts.",
        )
    each, tested, gaps = f"{words.number(100 * risk.each)}%", words.number(risk.tested), words.number(risk.gaps)
    expected, limit = words.score(risk.expected), words.number(risk.limit)
    return words.t(
        f"Thống kê xét {tested} nhiệm vụ, mỗi nhiệm vụ có khả năng kết luận nhầm không quá {each}; {gaps} nhiệm vụ bị kết luận là "
        f"thiếu. Trong đó số kết luận nhầm kỳ vọng không quá {expected}; mức cho phép của cả báo cáo là {limit}.",
        f"Statistics judged {tested} duties, each at a risk of at most {each}, and called {gaps} a gap. At most {expected} "
        f"false gaps are expected among them; the whole report is allowed {limit}.",
    )
