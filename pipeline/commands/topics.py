"""Commands that give articles their topics: those of a file, and those of the store."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

from pipeline.console import BilingualCommand
from pipeline.surface import FILE, JSON_OPTION, Surface


@click.command(
    cls=BilingualCommand,
    help='Gán chủ đề cho bài trong tệp JSONL (mỗi dòng "id", "title", "body"; có thể nén .gz).'
    ' || Tag the articles of a JSONL file (rows with "id", "title", "body"; .gz allowed).',
)
@click.argument("source", metavar="IN", type=FILE)
@click.argument("target", metavar="OUT", type=FILE)
@click.option(
    "--model",
    type=FILE,
    help="Thư mục mô hình; mặc định: theo config.toml, hoặc mô hình kèm sẵn. || Model folder; default: config.toml's, or the shipped one.",
)
@click.option("--workers", type=click.IntRange(1, 256), help="Số tiến trình. || Number of processes.")
@click.pass_obj
def tag(surface: Surface, source: Path, target: Path, model: Path | None, workers: int | None) -> None:
    """Tags; works without a campaign."""
    from pipeline.files import apart  # noqa: PLC0415
    from pipeline.steps.tag import tag_file  # noqa: PLC0415

    apart(source, target)
    config = surface.config_if_any()
    with surface.speaker.progress("Gán chủ đề", "Tagging") as advance:
        done = tag_file(config, source, target, advance, model=model, workers=workers)
    surface.tell(source, done.faults)
    rows, wrong = surface.words.number(done.rows), surface.words.number(len(done.faults))
    surface.speaker.note(
        f"Đã gán chủ đề cho {rows} bài, {wrong} dòng không đọc được → {target}",
        f"Tagged {rows} articles, {wrong} rows unreadable → {target}",
    )


@click.command(
    cls=BilingualCommand,
    help="Gán chủ đề cho các bài trong kho mà mô hình đang dùng chưa đọc: bài mới, bài đã sửa, hoặc mọi bài sau khi đổi mô hình; kết quả cũ vẫn giữ."
    " || Tag the store's articles that the model in use has not read: new or edited ones, all of them after another model was chosen; older tags stay.",
)
@JSON_OPTION
@click.pass_obj
def classify(surface: Surface, as_json: bool) -> None:  # noqa: FBT001
    """Classifies."""
    from pipeline.steps.classify import classify as run  # noqa: PLC0415

    with (
        surface.campaign() as (config, store),
        surface.step(config, store, "classify", {}, "Gán chủ đề", "Classifying") as (counts, advance),
    ):
        done = run(config, store, advance)
        counts.update(predicted=done.articles)
    if as_json:
        surface.speaker.show_json(asdict(done))
    else:
        number = surface.words.number(done.articles)
        surface.speaker.say(
            f"Đã gán {number} bài bằng mô hình {done.model}.",
            f"Classified {number} articles with model {done.model}.",
        )
