"""What the commands of the codebook print: a codebook, its history, what parts two versions, what an operation would do."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from textwrap import wrap
from typing import TYPE_CHECKING, Final

from crawlers.dates import LOCAL_TZ
from pipeline.difference import Listed, Mark
from pipeline.operations import Change
from pipeline.report.codebook import FIELDS, change_in_words, topics
from pipeline.wording import Words

if TYPE_CHECKING:
    from models.codebook import Codebook
    from pipeline.difference import Revised
    from pipeline.records import Duty
    from pipeline.steps.codebook import Done, Knowing, Preview
    from pipeline.steps.versions import Compared

WIDTH: Final = 78  # letters of a line
SHOWN: Final = 12  # phrases of a long list that are shown; the rest is counted
SIGNS: Final[dict[Mark, tuple[str, str]]] = {"same": ("", ""), "gone": ("[-", "-]"), "new": ("{+", "+}")}


def shown(book: Codebook, words: Words) -> Iterator[str]:
    """Yields a codebook: for each topic its id, names, definition, and how many phrases it has."""
    version = words.t("phiên bản", "version")
    yield f"{words.t('Bộ chủ đề', 'Codebook')} ({version} {book.version}): {topics(len(book.ids), words)}"
    for number, topic in enumerate(book.topics, start=1):
        yield ""
        yield f"{number:>2}. {topic.id}"
        yield from _wrapped(words.t(topic.name, topic.name_en), "    ")
        yield from _wrapped(topic.definition, "    ")
        counts = [(field, len(getattr(topic, field))) for field in ("cues", "hints", "exclusions")]
        told = ", ".join(f"{words.number(n)} {words.pair(FIELDS[field])}" for field, n in counts if n)
        clauses = f"{words.pair(FIELDS['clauses'])} {', '.join(topic.clauses)}" if topic.clauses else ""
        if told or clauses:
            yield f"    {'; '.join(each for each in (told, clauses) if each)}"


def told_history(steps: Sequence[Change], present: str, words: Words) -> Iterator[str]:
    """Yields the steps of the history, the newest first; a star marks the version of config.toml."""
    last = next((step.seq for step in reversed(steps) if step.version == present), 0)
    if not last:
        yield words.t(
            f"* {present}  hiện nay trong config.toml; chưa lệnh nào chạy với bộ này",
            f"* {present}  in config.toml now; no command has run with it yet",
        )
    for step in reversed(steps):
        sign, day = (
            "*" if step.seq == last else " ",
            words.day(step.at.astimezone(LOCAL_TZ).date() if step.at else None),
        )
        yield f"{sign} {step.version}  {day:<11} {change_in_words(step, words)}"
        if step.reason:
            yield from _wrapped(f"{words.t('Lý do', 'Reason')}: {step.reason}", " " * 28)


def told_difference(compared: Compared, words: Words) -> Iterator[str]:
    """Yields what parts two versions: [-gone-] and {+new+} words, lists by what went and what came."""
    found = compared.difference
    yield f"{compared.old} → {compared.new}"
    if found.same:
        yield words.t("Không khác nhau.", "Nothing parts them.")
    for sign, verb, listed in (
        ("-", words.t("bỏ", "removed"), found.removed),
        ("+", words.t("thêm", "added"), found.added),
    ):
        for topic in listed:
            yield f"{sign} {topic.id} ({verb}): {words.t(topic.name, topic.name_en)}"
    for each in found.revised:
        yield from _revised(each, words)
    if found.reordered:
        yield words.t("~ Thứ tự các chủ đề đã đổi.", "~ The topics stand in another order.")


def told_preview(told: Preview, words: Words) -> Iterator[str]:
    """Yields all that an operation does, by subject."""
    operation = told.operation
    change = Change(0, told.after, told.before, None, operation.kind, operation.old, operation.ids)
    yield change_in_words(change, words)
    yield f"{words.t('Phiên bản', 'Version')}: {told.before} → {told.after}"
    for title, lines in (
        (words.t("Nhãn", "Labels"), _labels(told, words)),
        (words.t("Phải đọc lại", "To be read again"), _again(told, words)),
        (words.t("Dự đoán", "Predictions"), _predictions(told, words)),
        (words.t("Mô hình", "Models"), _models(told, words)),
        (words.t("Nhiệm vụ", "Duties"), _duties(told, words)),
        (words.t("Từ khóa và điểm của công văn", "Phrases and clauses"), _phrases(told, words)),
    ):
        told_lines = list(lines)
        if told_lines:
            yield title
        for line in told_lines:
            yield from _wrapped(line, "  ")


def told_done(done: Done, words: Words) -> Iterator[str]:
    """Yields what was done and what comes next."""
    yield words.t(
        f"Đã ghi bộ chủ đề mới {done.preview.after} vào kho và config.toml.",
        f"The new codebook {done.preview.after} is in the store and in config.toml.",
    )
    if done.queue is not None:
        number = words.number(len(done.preview.again))
        yield words.t(
            f"Hàng đợi đọc lại: {done.queue} ({number} bài).", f"Queue to be read again: {done.queue} ({number} items)."
        )
    yield words.t("Tiếp theo: chạy `rasoat classify`.", "Next: run `rasoat classify`.")


def _labels(told: Preview, words: Words) -> Iterator[str]:
    for each in told.labels:
        yes, no = words.number(each.yes), words.number(each.no)
        yield words.t(
            f"{each.topic} · {each.reviewer}: {yes} có, {no} không",
            f"{each.topic} · {each.reviewer}: {yes} yes, {no} no",
        )
    if told.settled:
        number = words.number(told.settled)
        yield words.t(f"{number} kết luận của trưởng nhóm", f"{number} decisions of leads")
    if not told.labels and not told.settled:
        yield words.t("Không có nhãn nào bị ảnh hưởng.", "No label is touched.")
    carried = words.number(told.carried)
    match told.operation.kind:
        case "retire" if told.labels:
            yield words.t(
                "→ Nhãn vẫn lưu dưới phiên bản cũ, không còn được tính.",
                "→ The labels stay under the old version and count no more.",
            )
        case "merge" | "split" | "rename" if told.operation.moves and (told.labels or told.settled):
            yield words.t(
                f"→ Ghi thêm {carried} nhãn dưới mã mới, giữ nguyên người gán và thời điểm; nhãn cũ không bị sửa.",
                f"→ {carried} labels are added under the new ids, reviewer and time kept; no old label is changed.",
            )


def _again(told: Preview, words: Words) -> Iterator[str]:
    if told.operation.kind == "add":
        read = words.number(told.read)
        yield words.t(
            f"Chưa bài nào được xét theo chủ đề mới, kể cả {read} bài đã có nhãn.",
            f"No article has been read for the new topic, nor the {read} that have labels.",
        )
        return
    number = words.number(len(told.again))
    yield (
        words.t(f"{number} bài, được đưa vào một hàng đợi.", f"{number} articles; they become a queue.")
        if told.again
        else words.t("Không có bài nào.", "No article.")
    )
    if told.waiting:
        waiting = words.number(told.waiting)
        one = len(told.operation.new) == 1
        yield words.t(
            f"{waiting} lượt đọc đang chờ {'chuyển sang mã mới' if one else 'sẽ không được giao nữa'}.",
            f"{waiting} waiting readings {'ask for the new id' if one else 'are served no more'}.",
        )


def _predictions(told: Preview, words: Words) -> Iterator[str]:
    number = words.number(told.predictions)
    yield words.t(
        f"{number} dự đoán theo phiên bản cũ vẫn được lưu. Phải chạy `rasoat classify` trước lần đối chiếu tới.",
        f"{number} predictions stay under the old version. Run `rasoat classify` before the next audit.",
    )


def _models(told: Preview, words: Words) -> Iterator[str]:
    for model in told.models:
        name = words.t("kèm sẵn", "shipped") if model.version == "shipped" else model.version
        used = words.t(" (đang dùng)", " (in use)") if model.used else ""
        yield f"{name}{used}: {_fate(model, words)}"
    if not told.models:
        yield words.t(
            "Chưa mô hình nào học các chủ đề này; chỉ dùng từ khóa.",
            "No model has learnt these topics; their cues speak.",
        )


def _fate(model: Knowing, words: Words) -> str:
    learnt = ", ".join(model.topics)
    if model.answers:
        ids = ", ".join(model.answers)
        return words.t(
            f"đã học {learnt}, tiếp tục gán chủ đề dưới mã {ids}", f"has learnt {learnt} and goes on to answer as {ids}"
        )
    return words.t(
        f"đã học {learnt}; cho đến khi huấn luyện lại, chủ đề mới chỉ được gán theo từ khóa",
        f"has learnt {learnt}; until it is trained anew, cues alone speak for the new topics",
    )


def _duties(told: Preview, words: Words) -> Iterator[str]:
    for sign, duties in (("-", told.duties), ("+", told.new_duties)):
        for duty in duties:
            yield f"{sign} {_duty(duty, words)}"
    if not told.duties:
        yield words.t("Không có nhiệm vụ nào bị ảnh hưởng.", "No duty is touched.")
    elif told.operation.kind in {"merge", "split"}:
        yield words.t(
            "Hãy xem lại số lượng của các nhiệm vụ mới trong config.toml.",
            "Look over what the new duties ask, in config.toml.",
        )


def _duty(duty: Duty, words: Words) -> str:
    asked = [
        *([words.count(duty.min_items, "items")] if duty.min_items is not None else []),
        *([words.count(duty.min_minutes, "minutes")] if duty.min_minutes is not None else []),
        *([_longest_silence(duty.max_gap_days, words)] if duty.max_gap_days is not None else []),
    ]
    return f"{duty.phase} · {duty.topic} · {duty.outlet or duty.group}: {', '.join(asked)}"


def _longest_silence(days: int, words: Words) -> str:
    most = words.count(days, "days")
    return words.t(f"tối đa {most} không có bài", f"silent at most {most}")


def _phrases(told: Preview, words: Words) -> Iterator[str]:
    clauses = sorted({clause for topic in (*told.ending, *told.beginning) for clause in topic.clauses})
    if clauses:
        yield f"{words.pair(FIELDS['clauses'])}: {', '.join(clauses)}".capitalize()
    if told.phrases:
        number = words.number(told.phrases.phrases)
        old = words.t("tệp kèm sẵn", "the shipped file") if told.phrases.old == "shipped" else told.phrases.old
        yield words.t(
            f"{number} cụm từ của {old} đi theo chủ đề: tệp mới {told.phrases.new} được ghi vào classify.cues, tệp cũ giữ nguyên.",
            f"{number} phrases of {old} follow: classify.cues names the new file {told.phrases.new}; the old one stays.",
        )
    match told.operation.kind:
        case "merge":
            yield words.t(
                "Từ khóa và cụm từ loại trừ của các chủ đề được gộp chung; hãy xem lại trong config.toml.",
                "Cues and exclusions of all parts count together; look them over in config.toml.",
            )
        case "split":
            yield words.t(
                "Các chủ đề mới đang có cùng từ khóa; hãy sửa định nghĩa và từ khóa của từng chủ đề trong config.toml.",
                "The new topics have the same cues; edit the definition and the cues of each in config.toml.",
            )
        case "add":
            yield words.t(
                "Chủ đề mới chưa có từ khóa; hãy ghi vào config.toml.",
                "The new topic has no cues; write them in config.toml.",
            )


def _revised(each: Revised, words: Words) -> Iterator[str]:
    moved = f"{each.old} → {each.new} ({words.t('đổi mã', 'renamed')})" if each.old != each.new else each.new
    yield f"~ {moved}"
    for text in each.texts:
        runs = "".join(f"{SIGNS[mark][0]}{run}{SIGNS[mark][1]}" for mark, run in text.runs)
        yield from _wrapped(f"{words.pair(FIELDS[text.field])}: {runs}", "    ")
    for listed in each.lists:
        yield from _wrapped(f"{words.pair(FIELDS[listed.field])}: {_listed(listed, words)}", "    ")


def _listed(listed: Listed, words: Words) -> str:
    parts = [f"{sign} {each}" for sign, items in (("-", listed.gone), ("+", listed.new)) for each in items[:SHOWN]]
    rest = sum(max(0, len(items) - SHOWN) for items in (listed.gone, listed.new))
    if rest:
        number = words.number(rest)
        parts.append(words.t(f"… và {number} cụm từ khác", f"… and {number} more"))
    return "; ".join(parts)


def _wrapped(text: str, indent: str) -> list[str]:
    return wrap(
        text,
        WIDTH,
        initial_indent=indent,
        subsequent_indent=f"{indent}  ",
        break_long_words=False,
        break_on_hyphens=False,
    )
