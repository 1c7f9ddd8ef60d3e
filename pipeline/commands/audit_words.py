"""How the commands about audits say what changed: inputs, causes, answers; one line each, in two languages."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from textwrap import wrap
from typing import TYPE_CHECKING, Final

from pipeline.console import COLUMNS
from pipeline.wording import CAUSES, INPUTS, VERDICTS, Words, capital

if TYPE_CHECKING:
    from pipeline.audits import AuditResult, Verdict
    from pipeline.steps.audit_diff import Diff, Turned
    from pipeline.steps.manifest import Compared
    from pipeline.store.audits import SavedAudit


CELLS_SHOWN: Final = 20
TURNED_SHOWN: Final = 50


def input_name(name: str, words: Words) -> str:
    """Names an input of an audit."""
    return words.pair(INPUTS.get(name, (f"phiên bản {name}", f"the version of {name}")))


def told_rebuilt(words: Words, *, rebuilt: bool | None) -> str:
    """Says what the audit as the store keeps it gives, where made again it differs; None: it is not kept."""
    if rebuilt is None:
        text = words.t(
            "Kho không còn giữ lần đối chiếu này: đã dọn theo [retention], hoặc của kho khác.",
            "The store does not keep this audit: it was pruned ([retention]), or is another store's.",
        )
    elif rebuilt:
        text = words.t(
            "Lần đối chiếu ấy như kho đã lưu cho ra đúng từng byte các tệp của bản kê.",
            "The audit as the store kept it gives the manifest's files byte by byte.",
        )
    else:
        text = words.t(
            "Lần đối chiếu ấy như kho đã lưu cũng cho ra tệp khác: kho hoặc chương trình đã đổi.",
            "The audit as the store kept it gives other files too: the store or the program has changed.",
        )
    return "\n".join(wrap(text, COLUMNS, break_long_words=False))


def told_diff(before: SavedAudit, after: SavedAudit, found: Diff, words: Words) -> Iterator[str]:
    """Says what changed between two audits, the answers first; no line is wider than a terminal."""
    for line in _told_diff(before, after, found, words):
        indent = " " * (len(line) - len(line.lstrip()) + 2)
        yield from wrap(line, COLUMNS, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False)


def _told_diff(before: SavedAudit, after: SavedAudit, found: Diff, words: Words) -> Iterator[str]:
    yield words.t(
        f"Từ {words.day(before.as_of)} ({before.id}) đến {words.day(after.as_of)} ({after.id})",
        f"From {words.day(before.as_of)} ({before.id}) to {words.day(after.as_of)} ({after.id})",
    )
    if found.inputs:
        names = ", ".join(input_name(name, words) for name in found.inputs)
        yield words.t(f"Đầu vào đã đổi: {names}.", f"Inputs that changed: {names}.")
    new, gone = words.number(len(found.new)), words.number(len(found.gone))
    yield words.t(f"Bài: {new} mới, {gone} không còn tính.", f"Articles: {new} new, {gone} no longer counted.")
    yield from _told_turned(found, words)
    yield from _told_cells(found, words)


def _told_turned(found: Diff, words: Words) -> Iterator[str]:
    number = words.number(len(found.turned))
    if not found.turned:
        yield words.t("Không kết luận nào đổi.", "No answer changed.")
        return
    yield words.t(f"Kết luận đã đổi: {number}", f"Answers that changed: {number}")
    for each in islice(found.turned, TURNED_SHOWN):
        yield from _turned(found, each, words)
    if len(found.turned) > TURNED_SHOWN:
        yield _and_more(len(found.turned) - TURNED_SHOWN, words)


def _turned(found: Diff, each: Turned, words: Words) -> Iterator[str]:
    one = each.after or each.before
    if one is None:
        return
    yield f"  {_place(found.after if each.after else found.before, (one.phase, one.topic, one.outlet), words)}"
    yield f"    {_answer(each.before, words)} → {_answer(each.after, words)}"
    causes = "; ".join(words.pair(CAUSES[cause]) for cause in each.causes)
    yield words.t(f"    vì: {causes}", f"    because: {causes}")


def _answer(verdict: Verdict | None, words: Words) -> str:
    if verdict is None:
        return words.t("không yêu cầu", "not asked")
    counted = f"{words.number(verdict.verified)}/{words.count(verdict.needed, verdict.unit)}"
    return f"{words.pair(VERDICTS[verdict.verdict])} ({counted})"


def _told_cells(found: Diff, words: Words) -> Iterator[str]:
    if not found.cells:
        return
    number = words.number(len(found.cells))
    yield words.t(
        f"Số bài đã đổi ở {number} ô (đã xác nhận + chỉ máy nhận ra):",
        f"Counts that changed: {number} (confirmed + by the machine alone):",
    )
    for each in islice(found.cells, CELLS_SHOWN):
        before, after = (f"{words.number(yes)}+{words.number(machine)}" for yes, machine in (each.before, each.after))
        yield f"  {_place(found.after, each.place, words)}: {before} → {after}"
    if len(found.cells) > CELLS_SHOWN:
        yield _and_more(len(found.cells) - CELLS_SHOWN, words)


def _and_more(number: int, words: Words) -> str:
    return words.t(
        f"  … và {words.number(number)} nữa; xem đủ bằng --json",
        f"  … and {words.number(number)} more; --json has all",
    )


def _place(result: AuditResult, place: tuple[str, str, str], words: Words) -> str:
    phase, topic, outlet = place
    phases = {each.id: words.phase_name(each) for each in result.phases}
    topics = {id_: words.t(vi, en) for id_, vi, en in result.topics}
    outlets = {each.id: each.name for each in result.outlets}
    return f"{outlets.get(outlet, outlet)} · {phases.get(phase, phase)} · {topics.get(topic, topic)}"


def told_comparison(found: Compared, files: int, words: Words) -> Iterator[str]:
    """Says how an audit that was made again stands to its manifest."""
    if found.same:
        yield words.t(
            f"Làm lại: {files} tệp trùng khớp từng byte.", f"Made again: {files} files are the same, byte by byte."
        )
    else:
        names = [each.name for each in found.files]
        yield words.t(
            f"Làm lại: {len(names)} tệp khác với bản kê:", f"Made again: {len(names)} files differ from the manifest:"
        )
        yield from (f"  {name}" for name in names)
    if found.inputs:
        yield words.t("Đầu vào đã đổi từ đó đến nay:", "Inputs that changed since then:")
        for each in found.inputs:
            then, now = (_short(value, words) for value in (each.then, each.now))
            yield f"  {capital(input_name(each.name, words))}: {then} → {now}"
    elif not found.same:
        yield words.t(
            "Không đầu vào nào đổi: chương trình hoặc thư viện ghi tệp đã khác; so sánh mục versions trong manifest.json.",
            "No input changed: the program or a library that writes files is another; compare `versions` in manifest.json.",
        )


def told_files(folder: Path | None, wrong: Sequence[str], files: int, words: Words) -> Iterator[str]:
    """Says whether the files that were handed out are those of the manifest."""
    if folder is None:
        yield words.t(
            "Chưa xem các tệp đã phát hành: thêm --files THƯ_MỤC để kiểm tra.",
            "The files that were handed out were not looked at: add --files FOLDER.",
        )
    elif wrong:
        yield words.t(
            f"{folder}: {len(wrong)} tệp thiếu hoặc đã bị sửa:", f"{folder}: {len(wrong)} files are missing or altered:"
        )
        yield from (f"  {name}" for name in wrong)
    else:
        yield words.t(
            f"{folder}: {files} tệp đúng như lúc phát hành.", f"{folder}: {files} files are as they were handed out."
        )


def _short(value: str | None, words: Words) -> str:
    if value is None:
        return words.t("không có", "none")
    return value[:12] if len(value) == 64 else value
