"""Commands about drafts of campaigns: check them, compare them; and how a letter's draft is written and tried at once."""

from __future__ import annotations

import textwrap
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from pipeline.console import EXIT_WITH_FAILURES, BilingualCommand
from pipeline.surface import FILE, JSON_OPTION, Surface

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pipeline.config import Config
    from pipeline.directive.account import Account
    from pipeline.directive.draft import Draft
    from pipeline.directive.faults import Checked
    from pipeline.directive.letter import Letter
    from pipeline.directive.opened import Open
    from pipeline.steps.directive_draft import Catch, Preview, Sample
    from pipeline.wording import Pair, Words

WIDTH: Final = 80  # letters of a line
MANY: Final = 3  # things of which the same is asked, from which it is told once
SPOKEN: Final = 8  # phrases that are named of those by which a topic catches articles
DRAFT: Final = click.argument("draft", type=FILE, metavar="FILE")


def write(
    surface: Surface,
    letter: Letter,
    out: Path,
    source: Path | None,
    *,
    own_counts: bool,
    untried: bool,
    as_json: bool,
) -> None:
    """Writes the draft of a letter, tells what is open, and unless untried what its topics catch of the articles at hand."""
    from pipeline.steps.directive_draft import count_store, draft_of, write_draft  # noqa: PLC0415

    own = surface.config_if_any()
    counts = None
    if own_counts:
        with surface.campaign() as (_, store):
            counts = count_store(store)
    draft = draft_of(letter, own, counts)
    config = write_draft(draft, out, surface.words, own)
    if as_json:
        found = None if untried else tried(surface, config, sampled(surface, own, source))
        surface.speaker.show_json(
            {"letter": asdict(letter), "draft": _as_json(draft), "preview": found and asdict(found)}
        )
        return
    for line in drafted_lines(draft, out, surface.words):
        surface.speaker.say(line, line)
    if untried:
        return
    for line in preview_lines(tried(surface, config, sampled(surface, own, source)), surface.words):
        surface.speaker.say(line, line)


@click.command(
    cls=BilingualCommand,
    help="Kiểm tra bản dự thảo: lỗi, việc còn mở, mỗi câu của văn bản đã đi vào đâu."
    " || Check a draft: faults, what is still open, what became of every sentence of the letter.",
)
@DRAFT
@JSON_OPTION
@click.pass_obj
def check(surface: Surface, draft: Path, as_json: bool) -> None:  # noqa: FBT001 - click's flag
    """Checks a draft."""
    from pipeline.steps.directive_review import check_draft  # noqa: PLC0415

    found = check_draft(draft)
    if as_json:
        surface.speaker.show_json({**asdict(found), "done": found.done})
    else:
        for line in checked_lines(found, surface.words):
            surface.speaker.say(line, line)
    if not found.done:
        surface.exit_code = EXIT_WITH_FAILURES


@click.command(
    cls=BilingualCommand,
    help="So sánh hai chiến dịch, dự thảo hoặc văn bản: điểm, chủ đề, nhiệm vụ nào thay đổi; kết luận nào không còn so sánh"
    " được; chủ đề nào phải đọc lại. || Compare two campaigns, drafts or letters: which clauses, topics, duties changed;"
    " which verdicts cannot be compared any more; which topics must be read again.",
)
@click.argument("old", type=FILE, metavar="OLD_FILE")
@click.argument("new", type=FILE, metavar="NEW_FILE")
@JSON_OPTION
@click.pass_obj
def diff(surface: Surface, old: Path, new: Path, as_json: bool) -> None:  # noqa: FBT001 - click's flag
    """Compares two campaigns."""
    from pipeline.commands.directive_diff_words import differing_lines  # noqa: PLC0415 - which breaks lines as we do
    from pipeline.steps.directive_review import compare_files  # noqa: PLC0415

    found = compare_files(old, new, surface.words)
    if as_json:
        surface.speaker.show_json({**asdict(found), "same": found.same})
        return
    for line in differing_lines(found, surface.words):
        surface.speaker.say(line, line)


def drafted_lines(draft: Draft, out: Path, words: Words) -> Iterator[str]:
    """Says what a draft holds and what is open."""
    from pipeline.directive.opened import opened  # noqa: PLC0415
    from pipeline.directive.written import written  # noqa: PLC0415

    t = words.t
    yield t(f"Dự thảo: {out}", f"Draft: {out}")
    counts = (len(draft.letter.items), len(draft.topics), len(draft.duties))
    yield t("{} nội dung → {} chủ đề, {} nhiệm vụ", "{} contents → {} topics, {} duties").format(*counts)
    yield from (line for each in draft.topics for line in wrapped(f"- {_named(each.topic, words)}", 2))
    yield ""
    yield from open_lines(opened(written(draft, words), draft.letter), words)


def open_lines(things: Sequence[Open], words: Words) -> Iterator[str]:
    """Says what a person has yet to do; what is asked alike of many topics is told once: it would bury the others."""
    from pipeline.directive.opened import TITLES  # noqa: PLC0415

    if not things:
        return
    yield words.t(f"Việc còn mở: {len(things)}", f"Things open: {len(things)}")
    for kind, title in TITLES.items():
        found = [each for each in things if each.kind == kind]
        if found:
            yield f"  {words.pair(title)}: {len(found)}"
        alike: dict[tuple[Pair, ...], list[Open]] = {}
        for each in found:
            alike.setdefault(each.said, []).append(each)
        for said, several in alike.items():
            asked = "; ".join(map(words.pair, said))
            if kind == "topic" and len(several) >= MANY:
                told = [words.t("{} chủ đề: {}", "{} topics: {}").format(len(several), asked)]
            else:
                told = [": ".join(filter(None, (words.pair(each.name), asked))) for each in several]
            yield from (line for each in told for line in wrapped(f"    [ ] {each}", 8))


def preview_lines(preview: Preview, words: Words) -> Iterator[str]:
    """Says what each topic would catch."""
    t = words.t
    if not preview.articles:
        yield t(
            "\nChưa có bài nào để thử; hãy thêm --articles TỆP.",
            "\nNo article to try the topics on; add --articles FILE.",
        )
        return
    number, total = words.count(preview.articles, "items"), words.count(preview.total, "items")
    if preview.total > preview.articles:
        yield from wrapped(
            t(
                f"\nThử bằng từ khóa trên {words.number(preview.articles)} trong {total}, lấy đều:",
                f"\nTried by their cues alone on {words.number(preview.articles)} of {total}, evenly spread:",
            ),
            0,
        )
    else:
        yield t(f"\nThử bằng từ khóa trên {number}:", f"\nTried by their cues alone on {number}:")
    for each in preview.catches:
        yield from wrapped(f"\n{each.name} ({each.topic}): {caught(each, preview, words)}", 2)
        yield from example_lines(each, words)


def caught(catch: Catch, preview: Preview, words: Words) -> str:
    """Says how many articles a topic would catch, and whether that looks amiss."""
    said = [words.count(catch.articles, "items"), words.percent(catch.articles, preview.articles)]
    if preview.total > preview.articles:
        whole = words.count(round(catch.articles * preview.total / preview.articles), "items")
        said.append(words.t(f"tất cả khoảng {whole}", f"about {whole} of all"))
    if not catch.articles:
        said.append(words.t("không bắt được bài nào, nên thêm từ khóa", "catches nothing, add cues"))
    elif preview.is_wide(catch):
        said.append(words.t("bắt quá rộng, nên xem lại từ khóa", "catches widely, look at its cues"))
    return ", ".join(said)


def example_lines(catch: Catch, words: Words, margin: str = "") -> Iterator[str]:
    """Says by which phrases a topic would catch articles, and some of these, each with its sentence and what stands there."""
    from pipeline.directive.spoken import brief, briefly  # noqa: PLC0415

    indent = len(margin) + 4

    if catch.phrases:
        said = " · ".join(f"{brief(phrase)} {number}" for phrase, number in catch.phrases[:SPOKEN])
        more = " …" if len(catch.phrases) > SPOKEN else ""
        by = words.t(f"Nhờ cụm từ (số bài): {said}{more}", f"By phrases (articles): {said}{more}")
        yield from wrapped(f"{margin}  {by}", indent)
    for example in catch.examples:
        by = f" [{briefly(example.phrases)}]" if example.phrases else ""
        if example.evidence in ("", example.title):
            yield from wrapped(f"{margin}  · {example.title}{by}", indent)
        else:
            yield from wrapped(f"{margin}  · {example.title}", indent)
            yield from wrapped(f"{margin}    “{_short(example.evidence)}”{by}", indent)


def checked_lines(found: Checked, words: Words) -> Iterator[str]:
    """Says what is wrong or open, as a checklist."""
    t = words.t
    if found.faults:
        yield f"{t('Lỗi', 'Faults')}: {len(found.faults)}"
        yield from (line for each in found.faults for line in wrapped(f"  [x] {words.pair(each)}", 6))
    yield from open_lines(found.opened, words)
    if found.remarks:
        yield f"{t('Nên xem lại', 'Worth a look')}: {len(found.remarks)}"
        yield from (line for each in found.remarks for line in wrapped(f"  - {words.pair(each)}", 6))
    if found.account is not None:
        yield from account_lines(found.account, words)
    elif not found.faults:
        yield from wrapped(
            t(
                "Không có văn bản gốc cạnh bản dự thảo, hoặc văn bản đã thay đổi: chưa đối chiếu được từng câu.",
                "The letter does not lie beside the draft, or has changed: its sentences are not accounted for.",
            ),
            0,
        )
    if found.done:
        yield t("Dự thảo đã dùng được.", "The draft may be used.")


def account_lines(found: Account, words: Words) -> Iterator[str]:
    """Says what became of the letter's sentences, and which of them a person should look at."""
    from pipeline.directive.account import NAMES  # noqa: PLC0415

    total = sum(found.counts.values())
    yield words.t(f"Các câu của văn bản: {total}", f"Sentences of the letter: {total}")
    for fate, name in NAMES.items():
        if found.counts[fate]:
            yield f"  {found.counts[fate]:4} {words.pair(name)}"
        shown = found.unplaced if fate == "unplaced" else found.unread if fate == "unread" else ()
        yield from (line for each in shown for line in wrapped(f"       “{_short(each)}”", 8))


def _as_json(draft: Draft) -> dict[str, Any]:
    """Gives what a draft adds to its letter."""
    return {key: each for key, each in asdict(draft).items() if key != "letter"}


def tried(surface: Surface, config: Config, sample: Sample) -> Preview:
    """Tries all topics of a draft."""
    from pipeline.steps.directive_draft import preview  # noqa: PLC0415

    return preview(config.codebook, {topic.id: _named(topic, surface.words) for topic in config.topics}, sample)


def sampled(surface: Surface, own: Config | None, source: Path | None) -> Sample:
    """Gives articles to try topics on: of a file, or of the office's store where there is one; else none."""
    from pipeline.errors import StoreError  # noqa: PLC0415
    from pipeline.steps.directive_draft import Sample, sample_of_file, sample_of_store  # noqa: PLC0415
    from pipeline.store import Store  # noqa: PLC0415

    title = ("Đọc bài để thử từ khóa", "Reading articles to try cues")
    if source is not None:
        with surface.speaker.progress(*title) as advance:
            return sample_of_file(source, advance)
    nothing = Sample(0, (), ())
    if own is None:
        return nothing
    try:
        store = Store.open(own.store_url, create=False)
    except StoreError as error:
        surface.speaker.note(error.text("vi"), error.text("en"))
        return nothing
    try:
        with surface.speaker.progress(*title) as advance:
            return sample_of_store(store, advance=advance)
    finally:
        store.close()


def _named(topic: Any, words: Words) -> str:
    return words.t(topic.name, topic.name_en)


def _short(text: str) -> str:
    return text if len(text) <= 2 * WIDTH else f"{text[: 2 * WIDTH].rsplit(' ', 1)[0]} …"


def wrapped(text: str, indent: int) -> list[str]:
    """Breaks a line between words; what goes on is set in."""
    start = "\n" if text.startswith("\n") else ""
    text = text.removeprefix("\n")
    lead = text[: len(text) - len(text.lstrip())]
    lines = textwrap.wrap(
        text.lstrip(),
        WIDTH,
        initial_indent=lead,
        subsequent_indent=" " * indent,
        break_long_words=False,
        break_on_hyphens=False,
    )
    return [f"{start}{lines[0]}", *lines[1:]] if lines else [start]
