"""Commands that judge the outlets: an audit of the store, and the whole night that leads to one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pipeline.commands.collect import say_ingested
from pipeline.console import EXIT_WITH_FAILURES, BilingualCommand
from pipeline.surface import AS_OF_OPTION, FILE, JSON_OPTION, Surface

if TYPE_CHECKING:
    from pipeline.audits import AuditResult, Verdict
    from pipeline.records import Health


@click.command(
    cls=BilingualCommand,
    help="Đối chiếu kho với nhiệm vụ của văn bản chỉ đạo và xuất báo cáo. || Judge the store against the directive's duties and write the report.",
)
@AS_OF_OPTION
@click.option(
    "--out",
    type=FILE,
    help="Thư mục báo cáo; mặc định: report/NGÀY trong thư mục dữ liệu. || Report folder; default: report/DAY in the data folder.",
)
@JSON_OPTION
@click.pass_obj
def audit(surface: Surface, as_of: date | None, out: Path | None, as_json: bool) -> None:  # noqa: FBT001
    """Audits."""
    from pipeline.steps.audit import audit as run  # noqa: PLC0415
    from pipeline.steps.report import report  # noqa: PLC0415
    from pipeline.steps.run import recorded  # noqa: PLC0415

    day = as_of or surface.today()
    with surface.campaign() as (config, store), recorded(config, store, "audit", {"as_of": str(day)}, surface.now):
        result = run(config, store, day)
        folder = out or config.data / "report" / str(day)
        report(result, folder, surface.lang)
    if as_json:
        surface.speaker.show_json(_audit_json(result))
    else:
        _say_audit(surface, result, folder)


def _audit_json(result: AuditResult) -> dict[str, Any]:
    return {
        "as_of": result.as_of,
        "model": result.model,
        "codebook": result.codebook,
        "verdicts": [asdict(verdict) for verdict in result.verdicts],
        "cells": [asdict(cell) for cell in result.cells],
        "observed": [asdict(row) for row in result.observed],
        "undated_ids": result.undated_ids,
    }


def _say_audit(surface: Surface, result: AuditResult, folder: Path) -> None:
    tally = Counter(verdict.verdict for verdict in result.verdicts)
    number = surface.words.number
    duties = number(len(result.verdicts))
    met, gap, uncertain, unseen = (number(tally[name]) for name in ("met", "gap", "uncertain", "not_observed"))
    surface.speaker.say(
        f"Đến {result.as_of:%d/%m/%Y}, trong {duties} nhiệm vụ:\n"
        f"  {met} đạt · {gap} thiếu · {uncertain} chưa đủ căn cứ · {unseen} chưa quan sát được",
        f"As of {result.as_of}, of {duties} duties:\n"
        f"  {met} met · {gap} gaps · {uncertain} uncertain · {unseen} not observed",
    )
    for outlet in result.outlets:
        gaps = [v for v in result.verdicts if v.verdict == "gap" and v.outlet == outlet.id]
        if gaps:
            surface.speaker.say(f"  {outlet.name} còn thiếu:", f"  {outlet.name} has gaps:")
        for verdict in gaps:
            _say_gap(surface, result, verdict)
    surface.speaker.say(f"Báo cáo: {folder / 'bao-cao.html'}", f"Report: {folder / 'bao-cao.html'}")


def _say_gap(surface: Surface, result: AuditResult, verdict: Verdict) -> None:
    phase = next(phase.name for phase in result.phases if phase.id == verdict.phase)
    vi, en = next((vi, en) for topic, vi, en in result.topics if topic == verdict.topic)
    if verdict.unit == "days":
        surface.speaker.say(f"    {phase} · {vi}: {verdict.reason}", f"    {phase} · {en}: {verdict.reason_en}")
        return
    number = surface.words.number
    has, unit_vi, unit_en = f"{number(verdict.verified)}/{number(verdict.needed)}", "bài", "items"
    if verdict.unit == "minutes":
        unit_vi, unit_en = "phút", "minutes"
    surface.speaker.say(f"    {phase} · {vi}: {has} {unit_vi}", f"    {phase} · {en}: {has} {unit_en}")


@click.command(
    cls=BilingualCommand,
    help="Chạy cả đêm: thu thập, gán chủ đề, đối chiếu, báo cáo. || Run the whole night: crawl, classify, audit, report.",
)
@AS_OF_OPTION
@click.option("--out", type=FILE, help="Thư mục báo cáo. || Report folder.")
@JSON_OPTION
@click.pass_obj
def nightly(surface: Surface, as_of: date | None, out: Path | None, as_json: bool) -> None:  # noqa: FBT001
    """Runs the night."""
    from pipeline.steps.ingest import night_of  # noqa: PLC0415
    from pipeline.steps.nightly import nightly as run  # noqa: PLC0415

    day = as_of or surface.today()
    with surface.campaign(create=True) as (config, store):
        folder = out or config.data / "report" / str(day)
        night = night_of(config, surface.today(), until=min(day, night_of(config, surface.today()).until))
        done = run(config, store, night, day, folder, surface.speaker.progress, surface.now, surface.lang)
    if as_json:
        surface.speaker.show_json(
            {
                "crawl": asdict(done.ingested),
                "changed": [each.source for each in done.changed],
                "classify": asdict(done.classified),
                **_audit_json(done.result),
            }
        )
    else:
        say_ingested(surface, done.ingested)
        _say_changed(surface, done.changed)
        articles, clusters = surface.words.number(done.classified.articles), surface.words.number(done.clusters)
        surface.speaker.say(
            f"Gán chủ đề: {articles} bài. Nhóm bài đăng lại: {clusters}.",
            f"Classified: {articles} articles. Reprint groups: {clusters}.",
        )
        _say_audit(surface, done.result, folder)
    if done.ingested.broken or done.changed:
        surface.exit_code = EXIT_WITH_FAILURES


def _say_changed(surface: Surface, changed: Iterable[Health]) -> None:
    """Names the sources whose pages or whose address are not what they were."""
    from pipeline.report.sources import said  # noqa: PLC0415

    for source in changed:
        line = f"  {source.source}: {said(source.source, source.findings[0], surface.words)}"
        surface.speaker.note(line, line)
