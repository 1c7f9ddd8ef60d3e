"""Commands about audits: make one, and what is asked of those that were made."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import click

from pipeline.console import EXIT_WITH_FAILURES, BilingualGroup
from pipeline.surface import AS_OF_OPTION, FILE, FILE_ARGUMENT, FOLDER, JSON_OPTION, Surface

if TYPE_CHECKING:
    from pipeline.audits import AuditResult, Verdict
    from pipeline.steps.drawing import Drawn


@click.group(
    cls=BilingualGroup,
    invoke_without_command=True,
    help="Đối chiếu kho với nhiệm vụ của văn bản chỉ đạo và xuất báo cáo. || Judge the store against the directive's duties and write the report.",
)
@AS_OF_OPTION
@click.option(
    "--out",
    type=FOLDER,
    help="Thư mục báo cáo; mặc định: report/NGÀY trong thư mục dữ liệu. || Report folder; default: report/DAY in the data folder.",
)
@click.option(
    "--manifest",
    type=FILE,
    help="Ghi bản kê đầu vào và mã băm các tệp, để `rasoat audit verify` làm lại và so sánh."
    " || Write what the audit was made of and the hashes of its files, for `rasoat audit verify`.",
)
@JSON_OPTION
@click.pass_context
def audit(
    context: click.Context,
    as_of: date | None,
    out: Path | None,
    manifest: Path | None,
    as_json: bool,  # noqa: FBT001
) -> None:
    """Audits, where no command of the group is named."""
    if context.invoked_subcommand is None:
        _audit(context.obj, as_of, out, manifest, as_json=as_json)


def _audit(surface: Surface, as_of: date | None, out: Path | None, manifest: Path | None, *, as_json: bool) -> None:
    from pipeline.steps.audit import audit as run  # noqa: PLC0415
    from pipeline.steps.judged_by import known_now  # noqa: PLC0415
    from pipeline.steps.manifest import signing_key, write  # noqa: PLC0415
    from pipeline.steps.report import report  # noqa: PLC0415
    from pipeline.steps.run import recorded  # noqa: PLC0415

    day = as_of or surface.today()
    with surface.campaign() as (config, store), recorded(config, store, "audit", {"as_of": str(day)}, surface.now):
        if manifest is not None:
            signing_key(config)  # a key that is missing is told before the work is done
        known = known_now(store)
        with surface.speaker.progress(
            "Đối chiếu", "Auditing"
        ) as advance:  # the first one looks at all texts for reprints
            result = run(config, store, day, known, advance)
        folder = out or config.data / "report" / str(day)
        files = report(config, result, folder, surface.lang)
        if manifest is not None:
            write(config, manifest, result, known, files, surface.lang)
    if as_json:
        surface.speaker.show_json(audit_json(result))
        return
    say_audit(surface, result, folder)
    if manifest is not None:
        surface.speaker.say(f"Bản kê: {manifest}", f"Manifest: {manifest}")


@audit.command("list", help="Liệt kê các lần đối chiếu đã lưu. || List the audits that are kept.")
@JSON_OPTION
@click.pass_obj
def list_audits(surface: Surface, as_json: bool) -> None:  # noqa: FBT001
    """Lists audits."""
    from pipeline.steps.audit_diff import listed  # noqa: PLC0415

    with surface.campaign() as (_, store):
        found = listed(store)
    if as_json:
        surface.speaker.show_json([asdict(each) for each in found])
        return
    if not found:
        surface.speaker.say("Chưa có lần đối chiếu nào; hãy chạy `rasoat audit`.", "No audit yet; run `rasoat audit`.")
    for each in found:
        met, gap, uncertain, unseen = (
            surface.words.number(each.tally.get(name, 0)) for name in ("met", "gap", "uncertain", "not_observed")
        )
        surface.speaker.say(
            f"{each.id}  {each.as_of:%d/%m/%Y}\n"
            f"  {met} đạt · {gap} thiếu · {uncertain} chưa đủ căn cứ · {unseen} chưa quan sát được",
            f"{each.id}  {each.as_of}\n  {met} met · {gap} gaps · {uncertain} uncertain · {unseen} not observed",
        )


@audit.command(
    "verify",
    help="Làm lại lần đối chiếu của một bản kê và so sánh từng byte; kiểm tra chữ ký, nếu có."
    " || Make the audit of a manifest again and compare byte by byte; check its signature, if any.",
)
@FILE_ARGUMENT
@click.option(
    "--files",
    "folder",
    type=FOLDER,
    help="Thư mục báo cáo đã phát hành: kiểm tra cả các tệp trong đó. || Folder of the report that was handed out: check its files too.",
)
@JSON_OPTION
@click.pass_obj
def verify(surface: Surface, file: Path, folder: Path | None, as_json: bool) -> None:  # noqa: FBT001
    """Verifies a manifest."""
    from pipeline.commands.audit_words import told_comparison, told_files, told_rebuilt  # noqa: PLC0415
    from pipeline.steps.audit import result_of  # noqa: PLC0415
    from pipeline.steps.manifest import altered, compare, kept, read, signed_by  # noqa: PLC0415
    from pipeline.steps.report import report  # noqa: PLC0415

    manifest = read(file)
    signer = signed_by(file, manifest)
    with surface.campaign() as (config, store), TemporaryDirectory(prefix="rasoat-") as again:
        result = result_of(config, store, manifest.as_of, manifest.known)
        found = compare(manifest, result.inputs, report(config, result, Path(again), manifest.lang))
        before = None if found.same else kept(store, manifest)
        rebuilt = None if before is None else report(config, before, Path(again), manifest.lang) == manifest.files
    wrong = altered(manifest, folder) if folder else ()
    if as_json:
        document = {"same": found.same, "signed_by": signer, **asdict(found), "altered": wrong}
        surface.speaker.show_json(document | ({} if found.same else {"rebuilt": rebuilt}))
    else:
        told = "\n".join(
            [
                *told_comparison(found, len(manifest.files), surface.words),
                *told_files(folder, wrong, len(manifest.files), surface.words),
                *([] if found.same else [told_rebuilt(surface.words, rebuilt=rebuilt)]),
            ]
        )
        surface.speaker.say(told, told)
        surface.speaker.say(
            f"Chữ ký đúng, của khóa {signer}" if signer else "Bản kê không có chữ ký.",
            f"Signed, and the signature fits, by the key {signer}" if signer else "The manifest is not signed.",
        )
    if wrong or not found.same:
        surface.exit_code = EXIT_WITH_FAILURES


@audit.command(
    "diff",
    help="So sánh hai lần đối chiếu (mã hoặc ngày): gì đã đổi, vì sao; mặc định: hai lần gần nhất."
    " || Compare two audits (id or day): what changed, and why; default: the last two.",
)
@click.argument("old", metavar="[OLD]", default="")
@click.argument("new", metavar="[NEW]", default="")
@JSON_OPTION
@click.pass_obj
def diff(surface: Surface, old: str, new: str, as_json: bool) -> None:  # noqa: FBT001
    """Compares two audits."""
    from pipeline.commands.audit_words import told_diff  # noqa: PLC0415
    from pipeline.steps.audit_diff import diff as compared  # noqa: PLC0415

    with surface.campaign() as (_, store):
        before, after, found = compared(store, old, new)
    if as_json:
        surface.speaker.show_json(
            {
                "before": asdict(before),
                "after": asdict(after),
                **{name: getattr(found, name) for name in ("inputs", "new", "gone")},
                "verdicts": [asdict(each) for each in found.turned],
                "cells": [asdict(each) for each in found.cells],
            }
        )
    else:
        told = "\n".join(told_diff(before, after, found, surface.words))
        surface.speaker.say(told, told)


def audit_json(result: AuditResult) -> dict[str, Any]:
    """Gives what `--json` prints of an audit."""
    return {
        "as_of": result.as_of,
        "model": result.model,
        "codebook": result.codebook,
        "verdicts": [asdict(verdict) for verdict in result.verdicts],
        "cells": [asdict(cell) for cell in result.cells],
        "observed": [asdict(row) for row in result.observed],
        "undated_ids": result.undated_ids,
    }


def say_audit(surface: Surface, result: AuditResult, folder: Path) -> None:
    """Says how the duties stand, those at risk first, and where the report lies."""
    from pipeline.report.forecasts import told  # noqa: PLC0415

    tally = Counter(verdict.verdict for verdict in result.verdicts)
    number = surface.words.number
    day, duties = surface.words.day(result.as_of), number(len(result.verdicts))
    met, gap, uncertain, unseen = (number(tally[name]) for name in ("met", "gap", "uncertain", "not_observed"))
    surface.speaker.say(
        f"Đến {day}, trong {duties} nhiệm vụ:\n"
        f"  {met} đạt · {gap} thiếu · {uncertain} chưa đủ căn cứ · {unseen} chưa quan sát được",
        f"As of {day}, of {duties} duties:\n"
        f"  {met} met · {gap} {surface.words.plural(tally['gap'], 'gap', 'gaps')} · {uncertain} uncertain · {unseen} not observed",
    )
    for line in told(result, surface.words):
        surface.speaker.say(line, line)
    for outlet in result.outlets:
        gaps = [v for v in result.verdicts if v.verdict == "gap" and v.outlet == outlet.id]
        if gaps:
            surface.speaker.say(f"  {outlet.name} còn thiếu:", f"  {outlet.name} has gaps:")
        for verdict in gaps:
            _say_gap(surface, result, verdict)
    surface.speaker.say(f"Báo cáo: {folder / 'bao-cao.html'}", f"Report: {folder / 'bao-cao.html'}")


def _say_gap(surface: Surface, result: AuditResult, verdict: Verdict) -> None:
    phase = next(surface.words.phase_name(phase) for phase in result.phases if phase.id == verdict.phase)
    vi, en = next((vi, en) for topic, vi, en in result.topics if topic == verdict.topic)
    if verdict.unit == "days":
        surface.speaker.fold(f"    {phase} · {vi}: {verdict.reason}", f"    {phase} · {en}: {verdict.reason_en}")
        return
    number = surface.words.number
    has, unit_vi, unit_en = f"{number(verdict.verified)}/{number(verdict.needed)}", "bài", "items"
    if verdict.unit == "minutes":
        unit_vi, unit_en = "phút", "minutes"
    surface.speaker.fold(f"    {phase} · {vi}: {has}\xa0{unit_vi}", f"    {phase} · {en}: {has}\xa0{unit_en}")


@audit.command(
    "plan",
    help="Cho biết nên đọc bài nào, theo thứ tự nào, để kết luận được nhiều nhiệm vụ nhất."
    " || Tell which articles to read, in which order, to settle the most verdicts.",
)
@click.option(
    "--reads",
    type=click.IntRange(1, 10_000),
    default=60,
    show_default=True,
    help="Số bài có thể đọc. || Articles that can be read.",
)
@click.option(
    "--queue",
    "drawing",
    is_flag=True,
    help="Đưa các bài ấy vào một hàng đợi cho người rà soát. || Put the articles into a queue for reviewers.",
)
@JSON_OPTION
@click.pass_obj
def plan_reading(surface: Surface, reads: int, drawing: bool, as_json: bool) -> None:  # noqa: FBT001
    """Plans what to read."""
    from pipeline.report.planned import told  # noqa: PLC0415
    from pipeline.steps.plan import draw_plan, plan_reading  # noqa: PLC0415

    with surface.campaign() as (config, store):
        found = plan_reading(config, store, reads)
        drawn = draw_plan(config, store, found, surface.now()) if drawing else None
    if as_json:
        queue = None if drawn is None else drawn.queue
        surface.speaker.show_json({"as_of": found.as_of, **asdict(found.plan), "queue": queue})
        return
    t = surface.speaker.t
    names = {outlet.id: outlet.name for outlet in config.outlets}
    names |= {phase.id: surface.words.phase_name(phase) for phase in config.phases}
    names |= {topic.id: t(topic.name, topic.name_en) for topic in config.topics}
    surface.speaker.say(
        f"Theo lần đối chiếu ngày {surface.words.day(found.as_of)}:",
        f"By the audit of {surface.words.day(found.as_of)}:",
    )
    for line in told(found.plan, names, found.titles, surface.words):
        surface.speaker.say(line, line)
    if drawing:
        _say_drawn(surface, drawn)


def _say_drawn(surface: Surface, drawn: Drawn | None) -> None:
    """Says which queue the plan stands in."""
    if drawn is None:
        surface.speaker.say(
            "Không có bài mới để đưa vào hàng đợi.", "No new article for a queue: all of them wait in one already."
        )
    else:
        new = surface.words.number(drawn.new)
        surface.speaker.say(f"Hàng đợi {drawn.queue}: thêm {new} bài.", f"Queue {drawn.queue}: {new} articles more.")
