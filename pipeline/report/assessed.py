"""An assessment in words: names of slices and of worsened states, and the tables that a terminal of 80 columns shows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from models.assess import Assessment, EvidenceScore, Mistake
from models.evaluate import Scores
from pipeline.wording import Pair, Words

SLICES: Final[Mapping[str, Pair]] = {
    "upper_case_title": ("Tiêu đề viết hoa toàn bộ", "Headline in capitals"),
    "no_diacritics": ("Văn bản không dấu", "No diacritics"),
    "short": ("Rất ngắn (chú thích video)", "Very short (captions)"),
    "long": ("Rất dài (báo cáo chính trị)", "Very long (reports)"),
    "noisy": ("Lỗi nhận dạng chữ (OCR)", "OCR-like noise"),
    "foreign": ("Sự kiện của nước ngoài", "Foreign parties' events"),
    "other_bodies": ("Sự kiện của tổ chức khác", "Other bodies' events"),
    "place_names": ("Địa danh có chứa từ khóa", "Place names holding a cue"),
    "quoted_slogans": ("Khẩu hiệu trong ngoặc kép", "Quoted slogans"),
    "boilerplate": ("Từ khóa chỉ có ở chân trang", "Cue in the page's foot only"),
}
COLUMNS: Final[Mapping[str, Pair]] = {"readers": ("Số người đọc", "Readers")}
VARIANTS: Final[Mapping[str, Pair]] = {
    "upper_title": ("Tiêu đề viết hoa toàn bộ", "Title in capitals"),
    "no_diacritics": ("Bỏ hết dấu tiếng Việt", "All diacritics lost"),
    "ocr_noise": ("Nhiều lỗi nhận dạng chữ (OCR)", "OCR noise"),
    "banner": ("Thêm dòng chuyên mục nêu chủ đề", "Page banner naming topics"),
    "digest": ("Lẫn trong một bản tin dài", "Within a long digest"),
    "lead_only": ("Chỉ còn đoạn mở đầu", "Title and lead only"),
    "caption": ("Ngắn như chú thích video", "As short as a caption"),
}
KINDS: Final[Mapping[str, Pair]] = {"wrong": ("gán nhầm", "wrong"), "missed": ("bỏ sót", "missed")}

WIDTH: Final = 80  # columns
BAR: Final = 20  # characters of a full bar


def slice_name(name: str, words: Words) -> str:
    """Names a slice; one of a column's value is written after the column's name."""
    column, _, value = name.partition("=")
    return words.pair(SLICES[name]) if not value else f"{words.pair(COLUMNS.get(column, (column, column)))}: {value}"


def lines(found: Assessment, words: Words) -> Iterator[str]:
    """Yields everything that was measured, a line each; mistakes only the surest of each topic and kind."""
    yield from _head(found, words)
    yield from _scores(found.scores, words)
    for part in (_calibration, _doubt, _slices, _variants, _evidence, _curve, _against, _mistakes):
        told = list(part(found, words))
        yield from ("", *told) if told else ()


def how(found: Assessment, words: Words) -> str:
    """Says in one sentence what was scored and how."""
    scores, number = found.scores, words.number
    rows = words.t(f"{number(scores.articles)} bài", f"{number(scores.articles)} articles")
    if scores.articles < found.articles:
        rows += words.t(f" trong {number(found.articles)} bài", f" of {number(found.articles)}")
    if found.scored_on:
        rows += f" ({found.scored_on})"
    if scores.folds is None:
        return words.t(f"Mô hình {found.model}, {rows}.", f"Model {found.model}, {rows}.")
    again = words.t(f", lặp {scores.repeats} lần", f", {scores.repeats} times") if scores.repeats > 1 else ""
    return words.t(
        f"Kiểm định chéo {scores.folds} phần{again}, {rows}.", f"{scores.folds}-fold cross-validation{again}, {rows}."
    )


def flattered(words: Words) -> str:
    """Warns of scores on articles that the model was trained on."""
    return words.t(
        "Lưu ý: mô hình học từ chính các nhãn này; muốn biết điểm thật, dùng --folds.",
        "Mind: the model was trained on these very labels; for honest scores use --folds.",
    )


def _head(found: Assessment, words: Words) -> Iterator[str]:
    yield how(found, words)
    if found.flattered:
        yield flattered(words)
    yield ""


def _scores(scores: Scores, words: Words) -> Iterator[str]:
    topic = words.t("chủ đề", "topic")
    yield f"{topic:<24}{words.t('bài', 'n'):>6}{'P':>8}{'R':>8}{'F1':>8}  {'95%':^13}{'AP':>7}"
    for row in scores.topics:
        told = [words.score(each, 3) if row.positives else "–" for each in (row.precision, row.recall, row.f1)]
        figures = "".join(f"{each:>8}" for each in told)
        limits = _span(row.low, row.high, words) if row.positives else f"{'–':^11}"
        average = "–" if row.average_precision is None else words.score(row.average_precision, 3)
        yield f"{_cut(row.topic, 23):<24}{row.positives:>6}{figures}  {limits}{average:>9}"
    limits = _span(scores.macro_low, scores.macro_high, words)
    average = words.score(scores.mean_average_precision, 3)
    yield f"{'macro F1':<24}{scores.articles:>6}{words.score(scores.macro_f1, 3):>24}  {limits}{average:>9}"
    yield f"{'micro F1':<24}{'':>6}{words.score(scores.micro_f1, 3):>24}"


def _calibration(found: Assessment, words: Words) -> Iterator[str]:
    every, *topics = found.calibration
    error, brier = words.score(every.error, 4), words.score(every.brier, 4)
    yield words.t(
        f"Độ tin cậy của điểm: sai số hiệu chỉnh {error}, Brier {brier}",
        f"Calibration: expected error {error}, Brier {brier}",
    )
    columns = words.t("điểm", "score"), words.t("lượt", "pairs"), words.t("điểm TB", "mean"), words.t("đúng", "true")
    yield f"  {columns[0]:<12}{columns[1]:>8}{columns[2]:>10}{columns[3]:>9}"
    for each in every.bins:
        bar = "█" * round(BAR * each.true)
        bounds = f"{words.score(each.low, 1)}–{words.score(each.high, 1)}"
        figures = f"{words.number(each.cells):>8}{words.score(each.said):>10}{words.score(each.true):>9}"
        yield f"  {bounds:<12}{figures}  {bar}".rstrip()
    worst = sorted(topics, key=lambda each: -each.error)[:3]
    named = ", ".join(f"{each.topic} {words.score(each.error, 3)}" for each in worst)
    yield _cut(words.t(f"  lệch nhất: {named}", f"  farthest off: {named}"), WIDTH)


def _doubt(found: Assessment, words: Words) -> Iterator[str]:
    if not found.doubt or not found.doubt[0].unsure:  # cues alone know no doubt
        return
    every = found.doubt[0]
    number, share = words.number(round(every.unsure)), words.percent(round(every.unsure), every.articles)
    yield words.t(
        f"Cần người đọc lại: {number} bài ({share}) chưa chắc chắn về ít nhất một chủ đề",
        f"To be read by a person: {number} articles ({share}), in doubt for some topic",
    )
    yield words.t(
        "  (vùng: khoảng điểm chưa chắc chắn; R: tìm được nếu đọc hết các bài trong vùng)",
        "  (above the band: right unread; from it on: found once it has been read)",
    )
    heads = (("chưa chắc", "in doubt"), ("có chủ đề", "true"), ("P trên vùng", "P above"), ("R cả vùng", "R from it"))
    yield f"  {'':<22}{'':>2}{''.join(f'{words.t(*head):>13}' for head in heads)}"
    for each in found.doubt:
        shares = ("–" if value is None else words.score(value, 3) for value in (each.true, each.precision, each.recall))
        name = _cut(each.topic or words.t("mọi chủ đề", "all topics"), 23)
        yield f"  {name:<24}{words.number(round(each.unsure)):>13}{''.join(f'{share:>13}' for share in shares)}"


def _slices(found: Assessment, words: Words) -> Iterator[str]:
    heads = [words.t(*each) for each in (("bài", "n"), ("nhãn", "gold"))]
    kinds = [words.t(*each) for each in (("nhầm", "wrong"), ("sót", "miss"))]
    scores = f"{'P':>6}{'R':>5}{'F1':>5}{'95%':>11}"
    yield f"{words.t('Nhóm bài khó', 'Slice'):<28}{heads[0]:>6}{heads[1]:>6}{scores}{kinds[0]:>6}{kinds[1]:>6}".rstrip()
    for each in found.slices:
        figures = [
            words.score(value) if each.positives else "–" for value in (each.precision, each.recall, each.micro_f1)
        ]
        limits = f"{words.score(each.low)}–{words.score(each.high)}" if each.positives else "–"
        wrong = f"{words.number(each.false):>6}{words.number(each.missed):>6}" if each.articles else ""
        yield (
            f"{_cut(slice_name(each.name, words), 27):<28}{each.articles:>6}{each.positives:>6}"
            + (f"{figures[0]:>6}{figures[1]:>5}{figures[2]:>5}{limits:>11}{wrong}" if each.articles else "")
        ).rstrip()


def _variants(found: Assessment, words: Words) -> Iterator[str]:
    if found.variants:
        title = words.t("Cùng bài ấy, văn bản bị biến đổi", "The same articles, made worse")
        before, after, change = (
            words.t("trước", "before"),
            words.t("sau", "after"),
            words.t("chênh lệch macro F1", "macro F1 change"),
        )
        yield f"{title:<36}{before:>8}{after:>8}{change:>26}"
    for each in found.variants:
        figures = f"{words.score(each.macro_before, 3):>8}{words.score(each.macro_f1, 3):>8}"
        change = f"{signed(each.difference, words)} ({signed(each.low, words)} … {signed(each.high, words)})"
        yield f"  {_cut(words.pair(VARIANTS[each.name]), 33):<34}{figures}{change:>28}"


def _evidence(found: Assessment, words: Words) -> Iterator[str]:
    for each in found.evidence:
        yield evidence_line(each, words) if not each.topic else f"  {each.topic:<24}{_share(each, words)}"


def evidence_line(each: EvidenceScore, words: Words) -> str:
    """Says which share of the sentences shown a reader had marked."""
    marked, shown = words.number(each.marked), words.number(each.shown)
    limits = f"{words.score(each.precision, 3)} ({_span(each.low, each.high, words)})"
    return words.t(
        f"Câu làm căn cứ: người đọc đã đánh dấu {marked}/{shown} câu được nêu, {limits}",
        f"Evidence: readers had marked {marked} of {shown} sentences shown, {limits}",
    )


def _curve(found: Assessment, words: Words) -> Iterator[str]:
    if found.curve:
        title = words.t("Số bài huấn luyện và điểm đạt được", "Training articles and what they reach")
        yield f"{title:<42}{'macro F1':>9}{'95%':>10}"
    for point in found.curve:
        scores = point.scores
        size = words.number(point.articles) if point.articles else words.t("0 (chỉ từ khóa)", "0 (cues alone)")
        limits = _span(scores.macro_low, scores.macro_high, words)
        yield f"{size:>17}  {'█' * round(BAR * scores.macro_f1):<23}{words.score(scores.macro_f1, 3):>9}  {limits}"


def _against(found: Assessment, words: Words) -> Iterator[str]:
    other = found.against
    if other is None:
        return
    title = _cut(f"{words.t('So với mô hình', 'Against model')} {other.model}", 36)
    yield f"{title:<37}{words.t('này', 'ours'):>8}{words.t('kia', 'theirs'):>8}{words.t('chênh lệch', 'difference'):>27}"
    for each in other.differences:
        change = f"{signed(each.difference, words)} ({signed(each.low, words)} … {signed(each.high, words)})"
        figures = f"{words.score(each.own, 3):>10}{words.score(each.other, 3):>8}"
        yield f"  {_cut(each.topic or 'macro F1', 32):<33}{figures}{change:>27}"
    if other.flattered:
        yield flattery(words)


def flattery(words: Words) -> str:
    """Warns of a comparison with a model that knows the answers."""
    return words.t(
        "  Lưu ý: mô hình kia học từ chính các nhãn này nên điểm của nó cao hơn thực tế.",
        "  Mind: the other model was trained on these very labels, which flatters it.",
    )


def _mistakes(found: Assessment, words: Words) -> Iterator[str]:
    seen: set[tuple[str, str]] = set()
    for each in found.mistakes:
        if (each.topic, each.kind) in seen:
            continue
        if not seen:
            yield words.t(
                "Bài gán nhầm, bỏ sót rõ nhất của từng chủ đề (xem thêm: --html)",
                "Surest mistakes by topic (more: --html)",
            )
        seen.add((each.topic, each.kind))
        yield from _mistake(each, words)


def _mistake(each: Mistake, words: Words) -> Iterator[str]:
    against = words.t("ngưỡng", "cut-off")
    score = f"{words.t('điểm', 'score')} {words.score(each.score)}"
    said = f"{words.pair(KINDS[each.kind])}, {score}, {against} {words.score(each.cutoff)}"
    yield _cut(f"  {each.topic}: {said}; {each.id}".rstrip("; "), WIDTH)
    yield _cut(f"    {each.title}", WIDTH)
    if each.sentence and each.sentence != each.title:
        yield _cut(f"    → {each.sentence}", WIDTH)


def _span(low: float, high: float, words: Words) -> str:
    return f"{words.score(low, 3)}–{words.score(high, 3)}"


def signed(value: float, words: Words) -> str:
    """Writes a difference with its sign: +0,012 or −0,012."""
    rounded = round(value, 3) + 0.0  # no -0
    return f"{'+' if rounded > 0 else '−' if rounded < 0 else ''}{words.score(abs(rounded), 3)}"


def _share(each: EvidenceScore, words: Words) -> str:
    counts = f"{words.number(each.marked)}/{words.number(each.shown)}"
    return f"{counts:>9}{words.score(each.precision, 3):>8}  {_span(each.low, each.high, words)}"


def _cut(text: str, width: int) -> str:
    return text if len(text) <= width else f"{text[: width - 1]}…"
