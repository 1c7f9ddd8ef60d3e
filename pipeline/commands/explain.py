"""The command that explains: which words, sentences and cues made each score of an article."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pipeline.console import BilingualCommand
from pipeline.errors import InputError
from pipeline.surface import FOLDER, JSON_OPTION, Surface

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pipeline.steps.why import Told


@click.command(
    cls=BilingualCommand,
    help="Cho biết câu, từ ngữ và từ khóa nào làm nên điểm của một bài trong kho (mã hoặc địa chỉ), hoặc của các bài"
    " trong tệp (JSONL; .txt có tiêu đề ở dòng đầu). || Tell which sentences, words and cues made the scores of an article"
    " of the store (id or URL), or of the articles of a file (JSONL; .txt with the title in its first line).",
)
@click.argument("named", metavar="ID|FILE")
@click.option(
    "--topic",
    help="Chỉ chủ đề này; mặc định: các chủ đề đã gán hoặc chưa chắc chắn, và chủ đề có điểm cao nhất trong số còn lại."
    " || This topic only; default: those decided or in doubt, and the strongest other one.",
)
@click.option(
    "--model",
    type=FOLDER,
    help="Thư mục mô hình; mặc định: theo config.toml, hoặc mô hình kèm sẵn. || Model folder; default: config.toml's, or the shipped one.",
)
@JSON_OPTION
@click.pass_obj
def explain(surface: Surface, named: str, topic: str | None, model: Path | None, as_json: bool) -> None:  # noqa: FBT001
    """Explains; for a file no campaign is needed."""
    from pipeline.steps.why import explain_article, explain_file  # noqa: PLC0415

    if Path(named).is_file():
        config = surface.config_if_any()
        _show(surface, explain_file(config, Path(named), topic=topic, model=model), as_json=as_json)
        return
    if not surface.file.exists():
        raise InputError(
            f"{named}: no such file; to ask about an article of the store go where config.toml is, or name it with --config",
            f"{named}: không có tệp này; nếu hỏi bài trong kho, hãy chạy ở thư mục có config.toml hoặc chỉ tệp ấy bằng --config",
        )
    with surface.campaign() as (config, store):
        _show(surface, [explain_article(config, store, named, topic=topic, model=model)], as_json=as_json)


def _show(surface: Surface, found: Iterable[Told], *, as_json: bool) -> None:
    from pipeline.report.why import head, lines  # noqa: PLC0415

    if as_json:
        surface.speaker.show_json([asdict(told) for told in found])
        return
    config = surface.config_if_any()
    names = {topic.id: surface.speaker.t(topic.name, topic.name_en) for topic in (config.topics if config else ())}
    for number, told in enumerate(found):
        for line in ([""] if number else []) + [*head(told.id, told.title, told.model, surface.words)]:
            surface.speaker.say(line, line)
        for line in lines(told.topics, names, surface.words):
            surface.speaker.say(line, line)
