"""How the numbers were made, in sentences that an office may quote: told once, whole on the page, in short elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.audits import SPREAD
from pipeline.report.index import Index
from pipeline.wording import VERDICTS, rounded_up


@dataclass(frozen=True, slots=True)
class Chapter:
    """One matter: what letters and workbooks say of it, and what the page adds."""

    title: str
    gist: str
    terms: tuple[tuple[str, str], ...] = ()  # words and what they mean; they belong to the gist
    more: tuple[str, ...] = ()  # paragraphs


def chapters(index: Index) -> tuple[Chapter, ...]:
    """Gives the chapters in the order in which an article travels."""
    running = (_forecasts(index),) if index.result.forecasts else ()
    return (
        _collecting(index),
        _days(index),
        _counting(index),
        _estimates(index),
        _judging(index),
        *running,
        _errors(index),
    )


def method_lines(index: Index) -> Iterator[tuple[str, str]]:
    """Yields what is explained and how, in short; then this audit's sample and risk."""
    t = index.words.t
    for chapter in chapters(index):
        yield chapter.title, " ".join([chapter.gist, *(f"{term}: {means}" for term, means in chapter.terms)])
    yield t("Mẫu ngẫu nhiên", "Random sample"), _sample(index)
    yield t("Khả năng kết luận nhầm", "Risk of false gaps"), _risk(index)
    yield from _doubtful(index)


def _collecting(index: Index) -> Chapter:
    t = index.words.t
    return Chapter(
        t("Thu thập", "Collecting"),
        t(
            "Hằng đêm, chương trình đọc kênh RSS/Atom, sơ đồ trang và các trang chuyên mục của từng cơ quan, theo đúng "
            "robots.txt, tải bài mới và lưu nguyên trang như lúc tải. Kênh không tự thu thập được (báo in, loa truyền thanh, "
            "màn hình LED, xe lưu động) do cơ quan kê khai bằng bảng, được đếm cùng bài thu thập và ghi rõ kênh.",
            "Every night the program reads the feeds, sitemaps and listing pages of each outlet, obeys robots.txt, fetches new "
            "items and archives each page exactly as fetched. Channels that cannot be crawled (print, loudspeakers, LED screens, "
            "mobile units) are logged by the outlets; their items are counted beside the others and name their channel.",
        ),
        more=(
            t(
                "Một ngày của một cơ quan chỉ được coi là đã quan sát khi các nguồn của cơ quan đó đã được đọc lùi đến trước ngày "
                "đó mà không gặp lỗi. Chưa thu thập được không có nghĩa là không đăng.",
                "A day of an outlet counts as observed only when the outlet's sources were read back past that day without error. "
                "Not collected does not mean not published.",
            ),
            t(
                "Mỗi bài thu thập nêu trong báo cáo đều ghi tệp lưu và mã SHA-256 của trang đã lưu để đối chiếu khi cần.",
                "Every crawled item named here carries its archived file and the SHA-256 of the archived page.",
            ),
        ),
    )


def _days(index: Index) -> Chapter:
    t = index.words.t
    return Chapter(
        t("Ngày đăng", "Days"),
        t(
            "Chỉ lấy từ căn cứ của chính bài viết: kênh tin, sơ đồ trang, thẻ dữ liệu, dòng ghi ngày. Bài không rõ ngày, hoặc có "
            "căn cứ mâu thuẫn, được liệt kê riêng và không tính vào giai đoạn nào cho đến khi có người xác định.",
            "Taken from evidence about the item itself: feeds, sitemaps, metadata, the line that names the day. Items without a "
            "certain date, or with proofs that conflict, are listed apart and count in no phase until a person dates them.",
        ),
    )


def _counting(index: Index) -> Chapter:
    t = index.words.t
    return Chapter(
        t("Đếm bài", "Counting"),
        t(
            "Máy đọc từng bài, cho điểm theo từng chủ đề và chọn câu làm căn cứ; kết quả của máy là gợi ý, người rà soát đọc rồi "
            "mới xác nhận hoặc bác bỏ. Vì vậy số bài đã xác nhận và số bài mới chỉ máy nhận ra luôn để riêng.",
            "The machine scores every item for every topic and picks the sentence that speaks for it; what it finds is a "
            "suggestion, and only a reviewer confirms or denies. Items confirmed and items by the machine alone stay apart.",
        ),
        more=(
            t(
                "Bài đăng lại vẫn tính cho cơ quan đăng và được ghi rõ là đăng lại bài nào; một bài nằm trên nhiều trang của cùng "
                "một cơ quan trong cùng một ngày chỉ tính một lần.",
                "A reprint counts for the outlet that printed it, and names its original; one text on several pages of an outlet on "
                "the same day counts once.",
            ),
            t(
                "“Quãng dài nhất không có bài” là số ngày liên tiếp dài nhất không có bài về chủ đề đó, chỉ tính những ngày đã quan "
                "sát; một ngày chưa quan sát được làm đứt quãng.",
                "“Longest silence” is the most days in a row without an item on the topic, among the observed days; an unobserved "
                "day breaks it.",
            ),
        ),
    )


def _estimates(index: Index) -> Chapter:
    t = index.words.t
    level = next((f" {index.words.number(100 * each.level)}%" for each in index.result.estimates), "")
    return Chapter(
        t("Ước lượng", "Estimates"),
        t(
            "Chương trình rút một mẫu ngẫu nhiên: mỗi bài có cơ hội được rút như nhau, máy không được chọn. Từ những bài trong mẫu "
            "đã có người đọc suy ra có bao nhiêu bài thật sự đúng chủ đề, kể cả bài máy bỏ sót. Khoảng tin cậy tính riêng cho từng "
            "mức điểm của máy theo phân phối siêu bội, rồi gộp lại bằng phương pháp MOVER; không dùng điểm của máy thay cho việc "
            "đọc.",
            "The program draws a random sample: every item has the same chance, and the machine has no say. From what readers find "
            "in it follows how many items really carry a topic, those the machine misses included. Limits are exact "
            "(hypergeometric) within each band of the machine's scores, and combined by the MOVER method; scores never stand in "
            "for reading.",
        ),
        more=(
            t(
                f"Con số ước lượng luôn đi cùng khoảng tin cậy{level}: làm lại nhiều lần theo cách này thì khoảng ấy chứa số thật "
                "ít nhất từng ấy phần trăm số lần. Bài trùng nội dung tính là một, vì đọc một bài là đọc cả các bài trùng với nó. "
                "Bài mà máy đưa lên để đọc trước không phải là mẫu, nên không được dùng để ước lượng.",
                f"An estimate always comes with its interval{level and ' at' + level}: if all this were done many times over, the "
                "interval would hold the true number at least that often. Copies of one text count once, as reading one is reading "
                "all. What the machine put forward for reading is no sample and is not used here.",
            ),
            t(
                "Chỗ nào mẫu còn ít, chưa đọc xong, người đọc chưa thống nhất hoặc máy không còn nhận đúng thì ghi dấu † và nói rõ "
                "lý do.",
                "Where the sample is small or unfinished, readers disagree or the machine no longer sees right, the number is "
                "marked † and the reason is given.",
            ),
        ),
    )


def _judging(index: Index) -> Chapter:
    words, t = index.words, index.words.t
    met, gap, uncertain, unseen = (words.pair(VERDICTS[name]) for name in ("met", "gap", "uncertain", "not_observed"))
    return Chapter(
        t("Kết luận", "Verdicts"),
        t("Mỗi nhiệm vụ có một trong bốn kết luận.", "Every duty has one of four verdicts."),
        terms=(
            (
                met,
                t(
                    "số bài, số phút hoặc nhịp đăng do người rà soát xác nhận đã đủ yêu cầu; không dựa vào máy, cũng không dựa vào "
                    "ước lượng.",
                    "the items, minutes or rhythm confirmed by reviewers are what was asked; this rests neither on the machine nor "
                    "on estimates.",
                ),
            ),
            (
                gap,
                t(
                    "đã quan sát các ngày cần xem, trừ số ngày mà chiến dịch cho phép thiếu, và một trong ba cách sau cho thấy "
                    "không đủ bài: tính hết mọi bài chưa đọc vẫn thiếu; đọc ngẫu nhiên lần lượt mà không thấy, đến mức khó có thể còn đủ bài; hoặc số bài máy tìm ra quá ít so "
                    "với tỷ lệ máy nhận ra đã đo được, xét cùng kết quả đọc ngẫu nhiên. Hai cách cuối có thể nhầm; mỗi dòng ghi rõ "
                    "khả năng kết luận nhầm. Khi chiến dịch cho phép thiếu một số ngày, khả năng ấy tính cả trường hợp còn bài "
                    "trong những ngày đó.",
                    "all the days were observed, but for those that the campaign allows to miss, and one of three ways shows "
                    "that the items are too few: even all unread items would not be enough; readings in random order found so little that enough can hardly remain; or the machine "
                    "found too little for the share of items it is known to find, readings in random order considered. The latter "
                    "two may be wrong, with the probability named in each row. Where some days may go unseen, that probability "
                    "counts in that items lie there.",
                ),
            ),
            (
                uncertain,
                t(
                    "còn bài chưa đọc có thể thay đổi kết quả. Báo cáo nêu bài nên đọc trước và số bài cần đọc.",
                    "unread items could change the answer. The report names what to read first, and how much.",
                ),
            ),
            (
                unseen,
                t(
                    "còn ngày chưa thu thập được, hoặc giai đoạn chưa kết thúc. Không bao giờ được coi là thiếu.",
                    "some days could not be collected, or the phase has not ended. This is never called a gap.",
                ),
            ),
        ),
        more=(
            t(
                "Báo cáo càng nhiều nhiệm vụ thì càng dễ có kết luận nhầm, nên mức cho phép của từng nhiệm vụ được hạ xuống để "
                "số kết luận “thiếu” bị nhầm của cả báo cáo không vượt quá mức đã định (xem phần Độ tin cậy).",
                "The more duties a report has, the more of them will be wrong by chance; so the risk of each is lowered until the "
                "false gaps of the whole report stay within what was allowed (see How far to trust this).",
            ),
        ),
    )


def _forecasts(index: Index) -> Chapter:
    t = index.words.t
    return Chapter(
        t("Dự báo", "Forecasts"),
        t(
            "Với giai đoạn đang diễn ra, chương trình lấy nhịp đăng của chính cơ quan đến nay (khi mới có ít ngày thì dựa thêm vào "
            "mức chung của nhóm cơ quan) để tính khả năng không đạt khi giai đoạn kết thúc. Dự báo là lời nhắc để kịp xử lý, không "
            "phải kết luận.",
            "The outlet's own pace so far (and, while days are few, the pace of its group) gives the probability that a duty of a "
            "running phase will be missed when the phase ends. A forecast is a reminder in time, not a verdict.",
        ),
    )


def _errors(index: Index) -> Chapter:
    t, spread = index.words.t, round(100 * SPREAD)
    return Chapter(
        t("Máy có thể sai ở đâu", "What the machine can get wrong"),
        t(
            "Máy có thể bỏ sót bài viết về chủ đề bằng lời lẽ khác thường, bài chỉ có hình hoặc video, bài nằm trong tệp đính kèm; "
            "có thể nhận nhầm bài chỉ nhắc qua chủ đề.",
            "It may miss items that speak of a topic in unusual words, items that are only pictures or video, and texts in "
            "attachments; it may take a passing mention for a topic.",
        ),
        more=(
            t(
                "Cách viết của một cơ quan có thể khiến máy bỏ sót nhiều hơn ở nơi khác. Kết luận dựa vào tỷ lệ máy nhận ra đã tính đến "
                f"việc các cơ quan khác nhau (độ lệch chuẩn tới {spread} điểm phần trăm); khi thấy dấu hiệu khác nhau nhiều hơn thế, "
                "kết luận bị hạ xuống “chưa đủ căn cứ”. Chương trình coi lời của người rà soát là đúng; mức thống nhất giữa hai "
                "người đọc được nêu ở phần Độ tin cậy.",
                "The style of one outlet may hide more from it than that of others. Gaps that rest on the machine's recall allow for "
                f"outlets that differ (by a standard deviation of up to {spread} points of a hundred); where more shows, they fall "
                "back to uncertain. Reviewers are taken to be right; how far two readers agree stands under "
                "How far to trust this.",
            ),
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
    each, tested, gaps = words.risk(risk.each), words.number(risk.tested), words.number(risk.gaps)
    expected, limit = words.score(rounded_up(risk.expected, 2)), words.number(risk.limit)
    return words.t(
        f"Thống kê xét {tested} nhiệm vụ, mỗi nhiệm vụ có khả năng kết luận nhầm không quá {each}; {gaps} nhiệm vụ bị kết luận là "
        f"thiếu. Trong đó số kết luận nhầm kỳ vọng không quá {expected}; mức cho phép của cả báo cáo là {limit}.",
        f"Statistics judged {tested} duties, each at a risk of at most {each}, and called {gaps} a gap. At most {expected} "
        f"false gaps are expected among them; the whole report is allowed {limit}.",
    )
