"""The command that runs the whole night and judges the outlets at its end."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pipeline.commands.audit import audit_json, say_audit
from pipeline.commands.collect import say_ingested
from pipeline.commands.digest import send_digest
from pipeline.console import EXIT_WITH_FAILURES, BilingualCommand
from pipeline.surface import AS_OF_OPTION, FOLDER, JSON_OPTION, Surface, terminable
from pipeline.wording import Words

if TYPE_CHECKING:
    from pipeline.records import Health


@click.command(
    cls=BilingualCommand,
    help="Chạy cả đêm: thu thập, trích xuất, gán chủ đề, đối chiếu, báo cáo, dọn dữ liệu quá hạn. || Run the whole night: crawl, extract, classify, audit, report, prune.",
)
@AS_OF_OPTION
@click.option("--out", type=FOLDER, help="Thư mục báo cáo. || Report folder.")
@click.option(
    "--log-json",
    is_flag=True,
    help="Ghi nhật ký ra lỗi chuẩn (stderr) dạng JSON, mỗi dòng một việc. || Write the log to standard error as JSON, one event a line.",
)
@JSON_OPTION
@click.pass_obj
def nightly(surface: Surface, as_of: date | None, out: Path | None, log_json: bool, as_json: bool) -> None:  # noqa: FBT001
    """Runs the night."""
    from pipeline.journal import Journal  # noqa: PLC0415
    from pipeline.report.sources import said  # noqa: PLC0415
    from pipeline.steps.ingest import night_of  # noqa: PLC0415
    from pipeline.steps.nightly import Watch  # noqa: PLC0415
    from pipeline.steps.nightly import nightly as run  # noqa: PLC0415

    day = as_of or surface.today()
    with terminable(), surface.campaign(create=True) as (config, store):
        folder = out or config.data / "report" / str(day)
        night = night_of(config, surface.today(), until=min(day, night_of(config, surface.today()).until))
        journal = Journal(surface.speaker, surface.now, as_json=log_json)
        surface.speaker.quiet |= log_json  # who reads the log line by line finds nothing else there
        done = run(
            config, store, night, day, folder, Watch(surface.speaker.progress, journal, surface.now, surface.lang)
        )
    for source in done.changed if log_json else ():
        vi, en = (said(source.source, source.findings[0], Words(lang)) for lang in ("vi", "en"))
        journal.warn("source_changed", f"{source.source}: {vi}", f"{source.source}: {en}", source=source.source)
    if as_json:
        surface.speaker.show_json(
            {
                "crawl": asdict(done.ingested),
                "changed": [each.source for each in done.changed],
                "extract": asdict(done.reread),
                "classify": asdict(done.classified),
                "sample": done.drawn and asdict(done.drawn),
                "pruned": done.pruned and asdict(done.pruned),
                **audit_json(done.result),
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
        say_audit(surface, done.result, folder)
    sent = not config.digest.to or send_digest(surface, config, done.message)
    for fault in (done.unpruned, done.unmeasured):
        if fault and not log_json:
            surface.speaker.fail(surface.speaker.t(*fault))
    if done.ingested.broken or done.changed or not sent or done.unpruned:
        surface.exit_code = EXIT_WITH_FAILURES


def _say_changed(surface: Surface, changed: Iterable[Health]) -> None:
    """Names the sources whose pages or whose address are not what they were."""
    from pipeline.report.sources import said  # noqa: PLC0415

    for source in changed:
        line = f"  {source.source}: {said(source.source, source.findings[0], surface.words)}"
        surface.speaker.fold(line, line)
