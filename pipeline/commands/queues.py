"""Commands about queues: what is read next, why, and how far it is."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pipeline.console import BilingualGroup
from pipeline.surface import FILE_ARGUMENT, JSON_OPTION, Surface

if TYPE_CHECKING:
    from pipeline.readings import Purpose
    from pipeline.steps.drawing import Drawn

PURPOSES = {  # as a list of queues names them
    "uniform": ("mẫu ngẫu nhiên", "uniform sample"),
    "strata": ("mức điểm", "score strata"),
    "active": ("bài giúp máy học", "worth learning"),
    "settle": ("chốt kết luận", "settle a verdict"),
    "disagreement": ("ý kiến khác nhau", "disagreement"),
    "suspect": ("nhãn có thể sai", "suspected labels"),
    "again": ("đọc lại", "read again"),
}
READS_OPTION = click.option(
    "--reads",
    type=click.IntRange(1, 100_000),
    required=True,
    help="Số bài cần đọc thêm. || Articles to read.",
)


@click.group(cls=BilingualGroup, help="Hàng đợi bài cần đọc và rà soát. || Queues of articles to be read.")
def queue() -> None:
    """Groups the commands about queues."""


@queue.group("draw", cls=BilingualGroup, help="Chọn bài để đọc. || Draw articles for reading.")
def draw() -> None:
    """Groups the kinds of draws."""


@draw.command(
    "uniform",
    help="Bổ sung mẫu ngẫu nhiên dùng cho đối chiếu bằng các bài mới, theo review.uniform_rate."
    " || Top up the audit's uniform sample with new articles, at review.uniform_rate.",
)
@JSON_OPTION
@click.pass_obj
def uniform(surface: Surface, as_json: bool) -> None:  # noqa: FBT001 - click's flag
    """Draws the uniform sample."""
    from pipeline.steps.draw import draw_uniform  # noqa: PLC0415

    with surface.campaign() as (config, store):
        _tell(surface, draw_uniform(config, store, surface.now()), as_json=as_json)


@draw.command(
    "strata",
    help="Chọn thêm bài của một chủ đề theo mức điểm của mô hình, mỗi bài với xác suất biết trước."
    " || Draw more articles of a topic from strata of the model's scores, each with a known chance.",
)
@click.option("--topic", required=True, help="Mã chủ đề. || Topic id.")
@READS_OPTION
@JSON_OPTION
@click.pass_obj
def strata(surface: Surface, topic: str, reads: int, as_json: bool) -> None:  # noqa: FBT001
    """Draws strata."""
    from pipeline.steps.draw import draw_strata  # noqa: PLC0415

    with surface.campaign() as (config, store):
        _tell(surface, draw_strata(config, store, topic, reads, surface.now()), as_json=as_json)


@draw.command(
    "active",
    help="Chọn các bài mà mô hình học được nhiều nhất khi có người đọc."
    " || Draw the articles that the model would learn most from.",
)
@READS_OPTION
@JSON_OPTION
@click.pass_obj
def active(surface: Surface, reads: int, as_json: bool) -> None:  # noqa: FBT001
    """Draws for learning."""
    from pipeline.steps.active import draw_active  # noqa: PLC0415

    with surface.campaign() as (config, store):
        _tell(surface, draw_active(config, store, reads, surface.now()), as_json=as_json)


@draw.command(
    "suspect",
    help="Chọn các nhãn có thể sai để xem lại, ở những chủ đề đã có từ 50 bài."
    " || Draw labels that may be wrong for a second look, of topics with 50 articles or more.",
)
@READS_OPTION
@JSON_OPTION
@click.pass_obj
def suspect(surface: Surface, reads: int, as_json: bool) -> None:  # noqa: FBT001
    """Draws suspected labels."""
    from pipeline.steps.active import draw_suspects  # noqa: PLC0415

    with surface.campaign() as (config, store):
        with surface.speaker.progress("Tìm nhãn có thể sai", "Looking for wrong labels") as advance:
            done = draw_suspects(config, store, reads, surface.now(), advance)
        _tell(surface, done, as_json=as_json)


@draw.command(
    "disagreement",
    help="Chọn các bài mà người rà soát có ý kiến khác nhau, để đọc thêm lần nữa."
    " || Draw what reviewers disagree on, for another reading.",
)
@JSON_OPTION
@click.pass_obj
def disagreement(surface: Surface, as_json: bool) -> None:  # noqa: FBT001
    """Draws disagreements."""
    from pipeline.steps.draw import draw_disagreements  # noqa: PLC0415

    with surface.campaign() as (config, store):
        _tell(surface, draw_disagreements(config, store, surface.now()), as_json=as_json)


@draw.command(
    "settle",
    help='Chọn các bài trong danh sách (JSONL: "article", có thể thêm "topic") để chốt kết luận.'
    ' || Draw a list of articles (JSONL: "article", optionally "topic") that settles a verdict.',
)
@FILE_ARGUMENT
@JSON_OPTION
@click.pass_obj
def settle(surface: Surface, file: Path, as_json: bool) -> None:  # noqa: FBT001
    """Draws a list that settles a verdict."""
    _listed(surface, "settle", file, as_json=as_json)


@draw.command(
    "again",
    help='Chọn các bài trong danh sách (JSONL: "article", có thể thêm "topic") để đọc lại.'
    ' || Draw a list of articles (JSONL: "article", optionally "topic") that are to be read again.',
)
@FILE_ARGUMENT
@JSON_OPTION
@click.pass_obj
def again(surface: Surface, file: Path, as_json: bool) -> None:  # noqa: FBT001
    """Draws a list that is read again."""
    _listed(surface, "again", file, as_json=as_json)


@queue.command("list", help="Liệt kê các hàng đợi và tiến độ. || List the queues and how far they are.")
@click.option("--all", "closed", is_flag=True, help="Cả hàng đợi đã đóng. || Closed ones too.")
@JSON_OPTION
@click.pass_obj
def list_queues(surface: Surface, closed: bool, as_json: bool) -> None:  # noqa: FBT001
    """Lists queues."""
    from crawlers.dates import local_day  # noqa: PLC0415
    from pipeline.steps.draw import listed_queues  # noqa: PLC0415

    with surface.campaign() as (_, store):
        found = listed_queues(store, closed=closed)
    if as_json:
        surface.speaker.show_json([asdict(state) for state in found])
        return
    if not found:
        surface.speaker.say(
            "Chưa có hàng đợi nào; hãy chạy `rasoat queue draw uniform`.",
            "No queue yet; run `rasoat queue draw uniform`.",
        )
    for state in found:
        done, whole = (surface.words.number(each) for each in (state.draws - state.open, state.draws))
        shut = surface.speaker.t(", đã đóng", ", closed") if state.queue.closed else ""
        day = surface.words.day(local_day(state.queue.created))
        vi, en = PURPOSES[state.queue.purpose]
        surface.speaker.say(state.queue.id, state.queue.id)  # alone: with its digest an id may fill half a line
        surface.speaker.say(
            f"  {vi}, lập {day}: đã đọc {done}/{whole}{shut}",
            f"  {en}, {day}: {done} of {whole} read{shut}",
        )


@queue.command(
    "show",
    help="Cho biết một hàng đợi được chọn thế nào và còn gì phải đọc. || Tell how a queue was drawn and what is left.",
)
@click.argument("identity", metavar="ID")
@JSON_OPTION
@click.pass_obj
def show(surface: Surface, identity: str, as_json: bool) -> None:  # noqa: FBT001
    """Shows one queue."""
    from pipeline.steps.draw import shown_queue  # noqa: PLC0415

    with surface.campaign() as (_, store):
        found, drawn = shown_queue(store, identity)
    if as_json:
        surface.speaker.show_json({"queue": asdict(found), "draws": [asdict(each) for each in drawn]})
        return
    t, number = surface.speaker.t, surface.words.number
    vi, en = PURPOSES[found.purpose]
    left = sum(each.done < each.wanted for each in drawn)
    surface.speaker.say(f"{found.id}: {vi}", f"{found.id}: {en}")
    surface.speaker.say(
        f"  {number(len(drawn))} bài, còn {number(left)} bài phải đọc; "
        f"{number(sum(each.blind for each in drawn))} bài không kèm gợi ý, "
        f"{number(sum(each.wanted > 1 for each in drawn))} bài hai người đọc",
        f"  {number(len(drawn))} articles, {number(left)} left; "
        f"{number(sum(each.blind for each in drawn))} without suggestion, "
        f"{number(sum(each.wanted > 1 for each in drawn))} read by two",
    )
    for name, count in Counter(each.stratum for each in drawn if each.stratum).items():
        chances = {each.inclusion_probability for each in drawn if each.stratum == name}
        chance = ", ".join(surface.words.score(each, 4) for each in sorted(filter(None, chances)))
        told = t(f", xác suất được chọn {chance}", f", chance to be drawn {chance}") if chance else ""
        surface.speaker.say(f"  {name}: {number(count)} bài{told}", f"  {name}: {number(count)} articles{told}")


@queue.command(
    "close",
    help="Không giao bài của hàng đợi này nữa; kết quả đã đọc vẫn giữ. || Serve a queue no longer; readings stay.",
)
@click.argument("identity", metavar="ID")
@click.pass_obj
def close(surface: Surface, identity: str) -> None:
    """Closes one queue."""
    from pipeline.steps.draw import close_queue  # noqa: PLC0415

    with surface.campaign() as (_, store):
        was_open = close_queue(store, identity, surface.now())
    if was_open:
        surface.speaker.say(f"Đã đóng hàng đợi {identity}.", f"Queue {identity} is closed.")
    else:
        surface.speaker.say(f"Hàng đợi {identity} đã đóng từ trước.", f"Queue {identity} was closed already.")


def _listed(surface: Surface, purpose: Purpose, file: Path, *, as_json: bool) -> None:
    from pipeline.steps.draw import draw_listed  # noqa: PLC0415

    with surface.campaign() as (config, store):
        _tell(surface, draw_listed(config, store, purpose, file, surface.now()), as_json=as_json)


def _tell(surface: Surface, done: Drawn | None, *, as_json: bool) -> None:
    """Says what a draw did."""
    if as_json:
        surface.speaker.show_json(None if done is None else asdict(done))
    elif done is None:
        surface.speaker.say("Không có bài nào cần chọn.", "There is nothing to draw.")
    else:
        new, total = surface.words.number(done.new), surface.words.number(done.total)
        surface.speaker.say(
            f"Hàng đợi {done.queue}: thêm {new} bài, tất cả {total} bài.",
            f"Queue {done.queue}: {new} articles more, {total} in all.",
        )
