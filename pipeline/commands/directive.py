"""Commands about an official letter: read it, make a draft campaign of it, correct and compare drafts."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from pipeline.console import BilingualGroup
from pipeline.surface import FILE, JSON_OPTION, Surface

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipeline.directive.letter import Duty, Item, Letter, Phase
    from pipeline.wording import Pair, Words

WIDTH: Final = 76  # letters of a line that tells an item or a duty


@click.group(
    cls=BilingualGroup,
    help="Đọc văn bản chỉ đạo và soạn chiến dịch từ văn bản đó. || Read an official letter and draft a campaign from it.",
)
def directive() -> None:
    """Groups the commands about letters."""


@directive.command(
    "read",
    help="Đọc một văn bản (PDF, DOCX, HTML hoặc tệp chữ): nơi ban hành, nơi nhận, căn cứ, thời gian, nhiệm vụ,"
    " nội dung cần tuyên truyền, và những gì văn bản còn để ngỏ."
    " || Read a letter (PDF, DOCX, HTML or text): issuer, addressees, cited documents, phases, duties, contents,"
    " and what it leaves open.",
)
@click.argument("letter", type=FILE, metavar="FILE")
@click.option(
    "--out",
    type=FILE,
    help="Soạn dự thảo chiến dịch và ghi vào tệp này, ví dụ draft.toml. || Draft a campaign and write it here, such as draft.toml.",
)
@click.option(
    "--articles",
    type=FILE,
    help="Cùng --out: thử từ khóa của dự thảo trên tệp bài này (.jsonl, .jsonl.gz) thay cho kho dữ liệu."
    " || With --out: try the draft's cues on these articles (.jsonl, .jsonl.gz), not on those of the store.",
)
@click.option(
    "--own-counts",
    is_flag=True,
    help="Cùng --out: đo độ hiếm của từ bằng chính các bài trong kho (từ 1.000 bài), thay cho bảng đếm kèm sẵn."
    " || With --out: weigh words by how rare they are in the store's articles (1,000 or more), not in the shipped counts.",
)
@click.option(
    "--untried",
    is_flag=True,
    help="Cùng --out: không thử từ khóa, chỉ soạn. || With --out: do not try the cues, only draft.",
)
@JSON_OPTION
@click.pass_obj
def read(
    surface: Surface,
    letter: Path,
    out: Path | None,
    articles: Path | None,
    own_counts: bool,  # noqa: FBT001 - click's flag
    untried: bool,  # noqa: FBT001 - click's flag
    as_json: bool,  # noqa: FBT001 - click's flag
) -> None:
    """Reads a letter; with `out` makes a draft campaign of it."""
    from pipeline.directive.read import read_letter  # noqa: PLC0415

    given = {"--articles": articles is not None, "--own-counts": own_counts, "--untried": untried}
    if out is None and (option := next((name for name, is_given in given.items() if is_given), None)) is not None:
        raise click.UsageError(surface.speaker.t(f"{option}: phải đi cùng --out", f"{option}: needs --out"))
    found = read_letter(letter)
    if out is not None:
        from pipeline.commands.directive_draft import write  # noqa: PLC0415 - which adds commands to this group

        write(surface, found, out, articles, own_counts=own_counts, untried=untried, as_json=as_json)
        return
    if as_json:
        surface.speaker.show_json(asdict(found))
        return
    for line in _lines(found, surface.words):
        surface.speaker.say(line, line)


def _lines(letter: Letter, words: Words) -> list[str]:
    """Says what was found, part by part."""
    from pipeline.directive.groups import NAMES, groups_of  # noqa: PLC0415

    t = words.t
    blank = {"number": t("(để trống số)", "(number blank)"), "date": t("(để trống ngày)", "(day blank)")}
    lines = []
    for label, key in (
        (t("Cơ quan ban hành", "Issuer"), "issuer"),
        (t("Số, ký hiệu", "Number"), "number"),
        (t("Ngày", "Date"), "date"),
        (t("Trích yếu", "Subject"), "subject"),
        (t("Chức vụ người ký", "Signed by"), "signed_by"),
    ):
        fact = getattr(letter, key)
        value = words.issued(fact.value) if key == "date" else fact.value
        left = blank.get(key, t("(để trống)", "(blank)")) if fact.blank else ""
        lines += _wrapped(f"{label}: {' '.join(filter(None, (value, left))) or '–'}")
    groups = groups_of(letter)
    lines += [t(f"\nNơi nhận nhiệm vụ: {len(letter.addressees)}", f"\nAddressees: {len(letter.addressees)}")]
    for group in letter.addressees:
        english = f"{NAMES[group.id][1]}: " if words.lang == "en" and group.id in NAMES else ""
        lines += _wrapped(f"  {english}{group.name}")
    lines += [t(f"Văn bản viện dẫn: {len(letter.citations)}", f"Cited documents: {len(letter.citations)}")]
    for cited in letter.citations:
        told = (cited.kind, cited.number, words.day(cited.date) if cited.date else "", cited.issuer)
        lines += _wrapped("  " + ", ".join(filter(None, told)))
    lines += [t(f"Giai đoạn: {len(letter.phases)}", f"Phases: {len(letter.phases)}")]
    for phase in letter.phases:
        lines += _wrapped(f"  {phase.name} ({_days(phase, words)})")
    lines += [t(f"\nNhiệm vụ: {len(letter.duties)}", f"\nDuties: {len(letter.duties)}")]
    for duty in letter.duties:
        lines += _wrapped(f"  {_duty(duty, groups, words)}")
    lines += _contents(letter, words)
    if letter.questions:
        lines += [t(f"\nCòn để ngỏ: {len(letter.questions)}", f"\nLeft open: {len(letter.questions)}")]
        lines += [line for question in letter.questions for line in _wrapped(f"  ? {words.pair(question)}")]
    return lines


def _days(phase: Phase, words: Words) -> str:
    """Says from when to when, as far as the letter does."""
    if phase.first_day is None and phase.last_day is None:
        return words.t("văn bản không ghi ngày", "no days stated")
    if phase.first_day is None:
        return words.t(f"đến hết {words.day(phase.last_day)}", f"until {words.day(phase.last_day)}")
    if phase.last_day is None:
        return words.t(f"từ {words.day(phase.first_day)}", f"from {words.day(phase.first_day)}")
    if phase.first_day == phase.last_day:
        return words.day(phase.first_day)
    return f"{words.day(phase.first_day)} – {words.day(phase.last_day)}"


def _contents(letter: Letter, words: Words) -> list[str]:
    lines = [words.t(f"\nNội dung: {len(letter.items)}", f"\nContents: {len(letter.items)}")]
    names: dict[str | None, Phase] = {phase.id: phase for phase in letter.phases}
    last: str | None = ""
    for item in letter.items:
        if item.phase != last:
            last = item.phase
            named = names.get(last)
            lines.append(f"  [{named.name if named else words.t('không nêu giai đoạn', 'no phase')}]")
        lines += _wrapped(f"  {_place(item)} {item.text}")
    return lines


def _place(item: Item) -> str:
    return f"{item.id}({item.number})"


def _duty(duty: Duty, groups: Mapping[str, Pair], words: Words) -> str:
    """Says what a duty measures, and the beginning of its words."""
    from pipeline.directive.groups import called  # noqa: PLC0415
    from pipeline.directive.measured import measured  # noqa: PLC0415

    who = "; ".join(called(group, groups, words) for group in duty.addressees)
    what = (
        duty.quote.text if len(duty.quote.text) <= 2 * WIDTH else f"{duty.quote.text[: 2 * WIDTH].rsplit(' ', 1)[0]} …"
    )
    return " ".join(filter(None, (duty.id, f"[{who}]" if who else "", measured(duty, words), "“" + what + "”")))


def _wrapped(text: str) -> list[str]:
    """Breaks a line between words; what goes on is set in."""
    import textwrap  # noqa: PLC0415 - for what is shown alone

    return textwrap.wrap(
        text, 80, initial_indent="", subsequent_indent="      ", break_long_words=False, break_on_hyphens=False
    )
