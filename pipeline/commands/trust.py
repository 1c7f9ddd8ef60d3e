"""The command that learns, without labels, how far each phrase of the codebook can be trusted."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from pipeline.console import BilingualCommand
from pipeline.surface import FILE, JSON_OPTION, Surface

if TYPE_CHECKING:
    from pipeline.steps.trust import Learnt, Trusted

SHOWN: Final = 5  # phrases that are trusted least
WIDTH: Final = 44  # letters of a phrase


@click.command(
    cls=BilingualCommand,
    help="Học từ bài chưa gán nhãn xem mỗi từ khóa, cụm từ gợi ý đáng tin đến đâu, rồi ghi tệp cụm từ mới;"
    " có tác dụng với chủ đề mà chưa mô hình nào học."
    " || Learn from articles without labels how far each cue and hint can be trusted, and write a new file of phrases;"
    " it counts for topics that no model has learnt.",
)
@click.option(
    "--from",
    "source",
    type=FILE,
    help='Tệp bài JSONL ("title", "body"; có thể nén .gz); mặc định: các bài trong kho.'
    ' || Articles as JSONL ("title", "body"; .gz allowed); default: those of the store.',
)
@click.option(
    "--out",
    type=FILE,
    help="Tệp cụm từ sẽ ghi; mặc định: cues.txt hoặc cues-2.txt, … cạnh config.toml, không ghi đè tệp nào."
    " || File of phrases to write; default: cues.txt or cues-2.txt, … beside config.toml, none is written over.",
)
@JSON_OPTION
@click.pass_obj
def trust(surface: Surface, source: Path | None, out: Path | None, as_json: bool) -> None:  # noqa: FBT001
    """Learns trusts."""
    from pipeline.files import apart  # noqa: PLC0415
    from pipeline.steps.trust import learn_from_file, learn_from_store  # noqa: PLC0415

    title = ("Học độ tin cậy", "Learning trusts")
    if source is not None:
        if out is not None:
            apart(source, out)
        config = surface.config()
        with surface.speaker.progress(*title) as advance:
            done = learn_from_file(config, source, out, advance)
        surface.tell(source, done.faults)
    else:
        with surface.campaign() as (config, store), surface.speaker.progress(*title) as advance:
            done = learn_from_store(config, store, out, advance)
    if as_json:
        surface.speaker.show_json(
            {**asdict(done), "file": str(done.file), "faults": [str(each) for each in done.faults]}
        )
    else:
        _say(surface, done)


def _say(surface: Surface, done: Learnt) -> None:
    articles, learnt, phrases = map(surface.words.number, (done.articles, len(done.trusted), done.phrases))
    surface.speaker.say(
        f"Đã đọc {articles} bài, học độ tin cậy của {learnt}/{phrases} cụm từ\n→ {done.file}",
        f"Read {articles} articles, learnt the trust in {learnt} of {phrases} phrases\n→ {done.file}",
    )
    if done.trusted:
        surface.speaker.say("Ít tin cậy nhất (mức thường là 50%):", "Trusted least (50% is ordinary):")
    for each in done.trusted[:SHOWN]:
        line = f"  {each.percent:>3}%  {each.topic}: {_short(each)}"
        surface.speaker.say(line, line)
    surface.speaker.say(
        f'Để dùng: trong config.toml, mục [classify], ghi cues = "{done.setting}";\n'
        "bộ chủ đề sẽ có phiên bản mới, và `rasoat classify` gán lại chủ đề cho các bài.",
        f'To use it: write cues = "{done.setting}" under [classify] in config.toml;\n'
        "the codebook gets a new version, and `rasoat classify` tags the articles again.",
    )


def _short(each: Trusted) -> str:
    return each.text if len(each.text) <= WIDTH else f"{each.text[: WIDTH - 1]}…"
