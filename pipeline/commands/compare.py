"""The command that sets two readings side by side: models, codebooks, or both."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from textwrap import shorten
from typing import TYPE_CHECKING, Final

import click

from pipeline.console import BilingualCommand
from pipeline.surface import AS_OF_OPTION, FILE, Surface

if TYPE_CHECKING:
    from pipeline.comparison import Comparison
    from pipeline.wording import Words

SHOWN: Final = 10  # articles and verdicts on the screen; the files have all
NAME: Final = 48  # columns of a topic's name; four numbers stand beside it


@click.command(
    cls=BilingualCommand,
    help="So sánh hai mô hình hoặc hai bộ chủ đề trên các bài trong kho: bài nào đổi chủ đề, vì câu nào, số đếm và kết luận nào thay đổi."
    " || Compare two models or codebooks on the store's articles: which change topics, by which sentence, which counts and verdicts move.",
)
@click.argument("first", metavar="A")
@click.argument("second", metavar="B")
@click.option("--html", type=FILE, help="Ghi trang HTML vào tệp này. || Write the HTML page to this file.")
@click.option(
    "--jsonl",
    type=FILE,
    help="Ghi mọi thay đổi dạng JSONL vào tệp này. || Write all changes as JSON lines to this file.",
)
@AS_OF_OPTION
@click.pass_obj
def compare(
    surface: Surface, first: str, second: str, html: Path | None, jsonl: Path | None, as_of: date | None
) -> None:
    """Compares."""
    from pipeline.files import write_jsonl, writing  # noqa: PLC0415
    from pipeline.report.compare import page, rows  # noqa: PLC0415
    from pipeline.steps.compare import compare as run  # noqa: PLC0415

    with surface.campaign() as (config, store):
        found = run(config, store, first, second, as_of or surface.today())
    if html is not None:
        with writing(html) as out:
            out.write(page(found, surface.words).encode())
    if jsonl is not None:
        write_jsonl(jsonl, rows(found))
    for line in told(found, surface.words):
        surface.speaker.say(line, line)
    for file in (html, jsonl):
        if file is not None:
            surface.speaker.note(f"→ {file}", f"→ {file}")


def told(found: Comparison, words: Words) -> Iterator[str]:
    """Yields the summary in lines of at most 80 columns."""
    t, number = words.t, words.number
    for name, side in (("A", found.before), ("B", found.after)):
        yield f"{name}: {side.model}  " + t(f"bộ chủ đề {side.codebook}", f"codebook {side.codebook}")
    share = f" ({words.percent(len(found.moved), found.both)})" if found.both else ""
    yield t(
        f"Cùng đọc {number(found.both)} bài; {number(len(found.moved))} bài đổi chủ đề{share}",
        f"Both read {number(found.both)} articles; {number(len(found.moved))} change topics{share}",
    )
    if unread := found.before_only + found.after_only:
        yield t(
            f"{number(unread)} bài mới được một bên đọc, không so sánh",
            f"{number(unread)} articles were read by one side only and are not compared",
        )
    yield ""
    yield f"{t('Chủ đề', 'Topic'):<{NAME}} {'A':>7} {'B':>7} {t('mất', 'lost'):>7} {t('thêm', 'gained'):>7}"
    for tally in found.topics:
        name = shorten(found.topic_names[tally.topic], NAME, placeholder="…")
        lost = f"−{number(tally.lost)}" if tally.lost else ""
        gained = f"+{number(tally.gained)}" if tally.gained else ""
        yield f"{name:<{NAME}} {number(tally.before):>7} {number(tally.after):>7} {lost:>7} {gained:>7}".rstrip()
    yield ""
    yield from _told_verdicts(found, words)
    yield from _told_articles(found, words)


def _told_verdicts(found: Comparison, words: Words) -> Iterator[str]:
    if found.verdicts is None:
        yield words.t(
            "Không kết luận được theo cả hai lần đọc (thiếu nhiệm vụ, hoặc mô hình không còn).",
            "The audit could not be made by both (no duties, or a model is no longer kept).",
        )
        return
    moved = words.number(len(found.verdicts))
    yield words.t(f"Kết luận thay đổi: {moved}", f"Verdicts that move: {moved}")
    for each in found.verdicts[:SHOWN]:
        answers = [
            words.t("không yêu cầu", "not asked") if v is None else words.verdict(v) for v in (each.before, each.after)
        ]
        name = found.outlet_names.get(each.outlet, each.outlet)
        yield f"  {shorten(f'{name} · {found.topic_names.get(each.topic, each.topic)}', 78, placeholder='…')}"
        yield f"    {each.phase}: {answers[0]} → {answers[1]}"
    yield from _more(len(found.verdicts), words)


def _told_articles(found: Comparison, words: Words) -> Iterator[str]:
    if not found.moved:
        return
    yield words.t("Bài đổi chủ đề:", "Articles that change topics:")
    for moved in found.moved[:SHOWN]:
        yield f"  {shorten(moved.title, 78, placeholder='…')}"
        for sign, topics in (("−", moved.lost), ("+", moved.gained)):
            for topic in topics:
                yield f"    {sign} {shorten(found.topic_names.get(topic, topic), 74, placeholder='…')}"
                if sentence := moved.evidence.get(topic):
                    yield f"      “{shorten(sentence, 72, placeholder='…')}”"
    yield from _more(len(found.moved), words)


def _more(count: int, words: Words) -> Iterator[str]:
    if count > SHOWN:
        left = words.number(count - SHOWN)
        yield words.t(
            f"  … và {left} nữa; xem đủ bằng --html hoặc --jsonl", f"  … and {left} more; see --html or --jsonl"
        )
