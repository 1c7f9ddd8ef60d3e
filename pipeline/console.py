"""How the command line speaks: language, progress, summaries, and which exit code says what. The only printing room."""

from __future__ import annotations

import difflib
import json
import os
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from textwrap import wrap
from typing import Any, Protocol, TextIO

import click
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    Task,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.text import Text

EXIT_OK = 0
EXIT_BAD_INPUT = 1
EXIT_USAGE = 2
EXIT_WITH_FAILURES = 3  # the work was done, but some source, row or check failed
EXIT_TERMINATED = 143  # 128 + SIGTERM, as shells have it

SIDES = " || "  # parts the Vietnamese from the English of a help text
SIGNS_VI: Mapping[str, str] = {  # what click writes in usage lines and behind options
    "[OPTIONS]": "[TÙY CHỌN]",
    "COMMAND": "LỆNH",
    "[ARGS]...": "[THAM SỐ]...",
    "INTEGER RANGE": "SỐ",
    "FLOAT RANGE": "SỐ",
    "INTEGER": "SỐ",
    "PATH": "TỆP",
    "FILE": "TỆP",
    "DIRECTORY": "THƯ_MỤC",
    "TEXT": "CHỮ",
    "IN": "TỆP_VÀO",
    "OUT": "TỆP_RA",
    "OLD": "MÃ_CŨ",
    "OLD_FILE": "TỆP_CŨ",
    "NEW": "MÃ_MỚI",
    "NEW_FILE": "TỆP_MỚI",
    "TOPIC": "CHỦ_ĐỀ",
    "VERSION": "PHIÊN_BẢN",
    "YYYY-MM-DD": "NĂM-THÁNG-NGÀY",
    "NAME": "TÊN",
    "LABEL": "NHÃN",
    "COLUMN=VALUE": "CỘT=GIÁ_TRỊ",
    "[required]": "[bắt buộc]",
    "[default: ": "[mặc định: ",
    "; required]": "; bắt buộc]",
}
_SIGNS = re.compile(r"(?<![\w.])(?:" + "|".join(map(re.escape, SIGNS_VI)) + r")(?!(?<=\w)\w)")
DAY_FORMS = ("%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y")
COLUMNS = 80  # of a terminal
YES = frozenset(("c", "có", "y", "yes"))  # what agrees to a question
PLAIN_EVERY = 200  # items between two plain progress lines in cron; a night of 20,000 pages gives 100 lines


def language(arguments: Sequence[str], environment: Mapping[str, str]) -> str:
    """Gives "vi" or "en": `--lang` before the environment's RASOAT_LANG, Vietnamese where neither says otherwise."""
    for number, argument in enumerate(arguments):
        if argument == "--lang" and number + 1 < len(arguments):
            return "en" if arguments[number + 1] == "en" else "vi"
        if argument.startswith("--lang="):
            return "en" if argument.endswith("=en") else "vi"
    return "en" if environment.get("RASOAT_LANG") == "en" else "vi"


def side(text: str | None, lang: str) -> str:
    """Gives one language's side of "Vietnamese || English"; a text without sides is for both."""
    vi, _, en = (text or "").partition(SIDES)
    return en if lang == "en" and en else vi


class Speaker:
    """Says things in one language: results to standard output, all else to standard error."""

    def __init__(self, lang: str, *, quiet: bool = False, out: TextIO | None = None, err: TextIO | None = None) -> None:
        self.lang = lang
        self.quiet = quiet
        self._out = Console(file=out or sys.stdout, highlight=False, soft_wrap=True, emoji=False)
        self._err = Console(file=err or sys.stderr, highlight=False, soft_wrap=True, emoji=False)

    def t(self, vi: str, en: str) -> str:
        """Gives the side of the language."""
        return en if self.lang == "en" else vi

    def say(self, vi: str, en: str) -> None:
        """Prints a line of the result."""
        self._out.print(self.t(vi, en), markup=False)

    def fold(self, vi: str, en: str) -> None:
        """Prints a line of the result on as many lines of a terminal as it takes, those after the first further in.

        A hard space holds two words together, and is printed as a plain one.
        """
        text = self.t(vi, en)
        indent = " " * (len(text) - len(text.lstrip()) + 2)
        for line in wrap(text, COLUMNS, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False):
            self._out.print(line.replace("\xa0", " "), markup=False)

    def note(self, vi: str, en: str) -> None:
        """Prints a remark to standard error; silent with --quiet."""
        if not self.quiet:
            self._err.print(self.t(vi, en), markup=False)

    def agreed(self, vi: str, en: str) -> bool:
        """Asks on standard error; only a clear yes, in either language, is one."""
        said = click.prompt(self.t(f"{vi} [c/K]", f"{en} [y/N]"), default="", show_default=False, err=True)
        return said.strip().lower() in YES

    def fail(self, text: str) -> None:
        """Prints a fault, one line each, to standard error."""
        for line in text.splitlines():
            self._err.print(f"rasoat: {line}", markup=False)

    def show_json(self, value: object) -> None:
        """Prints one JSON document for a machine to read."""
        click.echo(json.dumps(value, ensure_ascii=False, indent=2, default=str))

    @property
    def shows_bars(self) -> bool:
        """Tells whether progress is a bar on a terminal."""
        return not self.quiet and self._err.is_terminal and os.environ.get("TERM") != "dumb"

    @contextmanager
    def progress(self, vi: str, en: str) -> Iterator[Advance]:
        """Shows work going on: a bar on a terminal, plain lines elsewhere."""
        title = self.t(vi, en)
        if self.quiet:
            yield _silent
        elif self.shows_bars:
            yield from _bar(title, self._err, self.t("còn", "left"))
        else:
            yield _PlainProgress(title, self._err)


class Advance(Protocol):
    """Tells how far work has come; `total` 0 when it cannot be known."""

    def __call__(self, done: int, total: int = 0, note: str = "") -> None:
        """Moves to `done` of `total`; `note` says what is being worked on."""


def _silent(done: int, total: int = 0, note: str = "") -> None:
    """Shows nothing."""


class _Left(TimeRemainingColumn):
    """How long it will take still; nothing until that can be told."""

    def __init__(self, words: str) -> None:
        super().__init__()
        self.words = words

    def render(self, task: Task) -> Text:
        if task.total is None or task.time_remaining is None:
            return Text("")
        return Text(f"{self.words} {timedelta(seconds=round(task.time_remaining))}", style="progress.remaining")


def _bar(title: str, console: Console, left: str) -> Iterator[Advance]:
    columns = (
        TextColumn("{task.description}"),
        BarColumn(bar_width=24),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        _Left(left),
        TextColumn("{task.fields[note]}"),
    )
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task(title, total=None, note="")

        def advance(done: int, total: int = 0, note: str = "") -> None:
            bar.update(task, completed=done, total=total or None, note=note[:24])

        yield advance


class _PlainProgress:
    """One line every PLAIN_EVERY items."""

    def __init__(self, title: str, console: Console) -> None:
        self.title = title
        self.console = console
        self.said = 0

    def __call__(self, done: int, total: int = 0, note: str = "") -> None:
        """Prints when enough was done since the last line."""
        if done - self.said >= PLAIN_EVERY:
            self.said = done
            of = f"/{total}" if total else ""
            self.console.print(f"{self.title}: {done}{of} {note}".rstrip(), markup=False)


class Day(click.ParamType):  # type: ignore[type-arg]  # generic since click 8.4 only, and we take older ones
    """A day such as 2020-09-25, or day first as it is written in Vietnam: 25/09/2020."""

    name = "day"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """Reads the day; fails with the usage error."""
        if isinstance(value, date):
            return value
        for form in DAY_FORMS:
            try:
                return datetime.strptime(value, form).date()  # noqa: DTZ007 - a day of the calendar has no zone
            except ValueError:
                continue
        vi = f"không đọc được ngày {value!r}; hãy ghi 25/09/2020 hoặc 2020-09-25"
        return self.fail(f"{vi}{SIDES}expected a day such as 2020-09-25, got {value!r}", param, ctx)


def usage_text(error: click.UsageError, lang: str) -> str:
    """Says in one line what was wrong with the call; click itself knows English only."""
    hint = error.param.get_error_hint(error.ctx) if isinstance(error, click.BadParameter) and error.param else ""
    if lang == "en":
        ours = isinstance(error, click.BadParameter) and SIDES in error.message
        return f"{hint}: {side(error.message, 'en')}" if ours else side(error.format_message(), "en")
    match error:
        case click.MissingParameter():
            return f"thiếu {_signs(hint, lang)}"
        case click.NoSuchOption():
            near = f"; có phải {' hay '.join(error.possibilities)}?" if error.possibilities else ""
            return f"không có tùy chọn {error.option_name}{near}"
        case click.BadOptionUsage():
            return f"tùy chọn {error.option_name} cần một giá trị"
        case click.BadParameter():
            return f"{hint}: {_wanted(error)}"
    said = side(error.message, "vi")
    for english, vi in (("Got unexpected extra argument", "thừa tham số"), ("Missing command.", "thiếu tên lệnh")):
        said = said.replace(english, vi)
    return said


def _wanted(error: click.BadParameter) -> str:
    kind = error.param.type if error.param else None
    if isinstance(kind, click.Choice):
        return f"cần một trong: {', '.join(map(str, kind.choices))}"
    if isinstance(kind, click.IntRange):
        return f"cần số nguyên từ {kind.min} đến {kind.max}"
    if kind is click.INT:
        return "cần số nguyên"
    if isinstance(kind, click.FloatRange):
        above = "lớn hơn" if kind.min_open else "từ"
        return f"cần số {above} {kind.min}, không quá {kind.max}, viết dấu chấm thập phân như 0.9"
    return side(error.message, "vi")


class BilingualCommand(click.Command):
    """A command whose help texts hold both languages; the one asked for is shown, Vietnamese with an English line."""

    def get_help_option_names(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Gives what asks for help."""
        return ["-h", "--help"]

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Reads the options; a fault says in which command it lies."""
        try:
            return super().parse_args(ctx, args)
        except click.UsageError as error:
            error.ctx = error.ctx or ctx
            raise

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Writes how the command is called."""
        prefix = "Cách gọi: " if _lang(ctx) == "vi" else "Usage: "
        formatter.write_usage(ctx.command_path, _signs(" ".join(self.collect_usage_pieces(ctx)), _lang(ctx)), prefix)

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Writes what the command does."""
        _write_help(self.help, _lang(ctx), formatter)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Writes the options in the language."""
        _write_options(self, ctx, formatter)

    def get_short_help_str(self, limit: int = 200) -> str:  # noqa: ARG002 - click asks with a limit; we wrap instead
        """Gives the first sentence for the table of commands."""
        return side(self.help, _lang(click.get_current_context())).split("\n")[0]


class BilingualGroup(BilingualCommand, click.Group):
    """A group of bilingual commands."""

    command_class = BilingualCommand

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Writes the options, then the commands."""
        _write_options(self, ctx, formatter)
        rows = [(name, self.commands[name].get_short_help_str()) for name in self.list_commands(ctx)]
        with formatter.section("Lệnh" if _lang(ctx) == "vi" else "Commands"):
            formatter.write_dl(rows)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Shows the help to who names no command, where the group does nothing by itself; that is a wrong call all the same."""
        if not args and not self.invoke_without_command and not ctx.resilient_parsing:
            click.echo(ctx.get_help(), err=True)
            ctx.exit(EXIT_USAGE)
        return super().parse_args(ctx, args)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Finds the command, or says which one may be meant."""
        name = args[0]
        if name == "help" and "help" not in self.commands:
            raise click.UsageError("muốn xem trợ giúp, gõ --help || for help write --help", ctx)
        if self.get_command(ctx, name) is None and not name.startswith("-"):
            near = difflib.get_close_matches(name, self.commands, n=1)
            vi = f"; có phải `{near[0]}`?" if near else f"; đang có: {', '.join(self.commands)}"
            en = f"; did you mean `{near[0]}`?" if near else f"; there are: {', '.join(self.commands)}"
            raise click.UsageError(f"không có lệnh `{name}`{vi} || no such command `{name}`{en}", ctx)
        return super().resolve_command(ctx, args)

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Gives the commands in the order in which they are written."""
        return list(self.commands)


def _lang(ctx: click.Context) -> str:
    return language(sys.argv[1:], os.environ) if ctx.obj is None else str(getattr(ctx.obj, "lang", ctx.obj))


def _write_help(text: str | None, lang: str, formatter: click.HelpFormatter) -> None:
    formatter.write_paragraph()
    with formatter.indentation():
        formatter.write_text(side(text, lang))
        if lang == "vi" and SIDES in (text or ""):
            formatter.write_paragraph()
            formatter.write_text("English: " + side(text, "en").split("\n")[0])


def _write_options(command: click.Command, ctx: click.Context, formatter: click.HelpFormatter) -> None:
    lang = _lang(ctx)
    rows = []
    for parameter in command.get_params(ctx):
        record = parameter.get_help_record(ctx)
        if record is not None and isinstance(parameter, click.Option):  # arguments stand in the line above
            rows.append((_signs(record[0], lang), _signs(_option_text(record[1], lang), lang)))
    with formatter.section("Tùy chọn" if lang == "vi" else "Options"):
        formatter.write_dl(rows)


def _signs(text: str, lang: str) -> str:
    """Puts click's own marks, of how a command is called and what an option takes, into the language."""
    return text if lang == "en" else _SIGNS.sub(lambda match: SIGNS_VI[match[0]], text)


def _option_text(text: str, lang: str) -> str:
    """Picks the side, keeping what click appends to the end in brackets (defaults, required)."""
    vi, parted, rest = text.partition(SIDES)
    if not parted:
        return "Hiện trợ giúp này rồi thoát." if lang == "vi" and text.startswith("Show this message") else text
    en, bracket, extra = rest.partition("  [")
    return (en if lang == "en" else vi) + (f"  [{extra}" if bracket else "")
