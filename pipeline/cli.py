"""The command line: collects what every command needs, and turns errors into exit codes and lines."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from pipeline.commands import (
    audit,
    campaign,
    codebook,
    collect,
    compare,
    digest,
    directive,
    directive_accept,
    directive_draft,
    directive_review,
    explain,
    judge,
    keep,
    learn,
    logs,
    models,
    night,
    queues,
    score,
    sources,
    topics,
    trust,
    web,
)
from pipeline.console import (
    EXIT_BAD_INPUT,
    EXIT_OK,
    EXIT_TERMINATED,
    EXIT_USAGE,
    EXIT_WITH_FAILURES,
    BilingualGroup,
    Speaker,
    language,
    usage_text,
)
from pipeline.errors import PipelineError, system_fault
from pipeline.surface import FILE, Surface, Terminated
from pipeline.wording import Words

if TYPE_CHECKING:
    from crawlers.errors import CrawlError
    from models.errors import ModelError

LONG: Final = frozenset({"classify", "retrain"})  # commands beside which people go on reading
NICE: Final = 10  # by which they step back: beside the reviewers' pages they take what those leave
OWN_PROCESS: Final = "rasoat.own_process"  # of click's context: the process runs this command and nothing else


@click.group(
    cls=BilingualGroup,
    help="Rà soát: báo chí của tỉnh đã đăng đủ những gì văn bản chỉ đạo yêu cầu chưa?\n\nĐổi ngôn ngữ: --lang en"
    " || Rà soát: do a province's outlets publish what a directive asks for?\n\nLanguage: --lang vi",
)
@click.option(
    "--config",
    "file",
    type=FILE,
    default=Path("config.toml"),
    show_default=True,
    help="Tệp chiến dịch. || Campaign file.",
)
@click.option(
    "--lang",
    type=click.Choice(["vi", "en"]),
    help="Ngôn ngữ; mặc định vi hoặc $RASOAT_LANG. || Language; default vi or $RASOAT_LANG.",
)
@click.option("--quiet", is_flag=True, help="Không in tiến độ. || Print no progress.")
@click.version_option(
    package_name="rasoat",
    prog_name="rasoat",
    message="%(prog)s %(version)s",
    help="In phiên bản. || Print the version.",
)
@click.pass_context
def app(context: click.Context, file: Path, lang: str | None, quiet: bool) -> None:  # noqa: FBT001 - click's flags
    """Collects what every command needs."""
    if context.invoked_subcommand in LONG and context.meta.get(OWN_PROCESS):
        os.nice(NICE)
    chosen = lang or str(context.obj)
    context.obj = Surface(file, chosen, Speaker(chosen, quiet=quiet))


for command in (  # in the order of a campaign's life, which is that of --help and of the manuals
    campaign.init,
    directive.directive,
    collect.crawl,
    collect.extract,
    topics.tag,
    topics.classify,
    explain.explain,
    compare.compare,
    audit.audit,
    judge.nightly,
    night.schedule,
    digest.digest,
    queues.queue,
    learn.labels,
    learn.train,
    models.retrain,
    score.evaluate,
    models.models,
    codebook.codebook,
    campaign.export,
    campaign.doctor,
    keep.backup,
    keep.restore,
    keep.prune,
    sources.sources,
    sources.health,
    logs.log,
    web.serve,
    web.user,
):
    app.add_command(command)
codebook.codebook.add_command(trust.trust)
for command in (directive_review.review, directive_draft.check, directive_draft.diff, directive_accept.accept):
    directive.directive.add_command(command)


def main(arguments: list[str] | None = None) -> int:  # noqa: PLR0911 - one return for each way to end
    """Runs a command; the one place where errors become exit codes and lines."""
    lang = language(arguments if arguments is not None else sys.argv[1:], os.environ)
    speaker = Speaker(lang)
    try:
        return _run(arguments, lang)
    except click.exceptions.Exit as error:
        return error.exit_code
    except click.UsageError as error:
        speaker.fail(f"{speaker.t('lệnh không đúng', 'usage')}: {usage_text(error, lang)}")
        where = error.ctx.command_path if error.ctx else "rasoat"
        speaker.fail(speaker.t(f"xem: {where} --help", f"see: {where} --help"))
        return EXIT_USAGE
    except (KeyboardInterrupt, click.exceptions.Abort) as error:
        speaker.fail(speaker.t("đã dừng; chạy lại để tiếp tục", "stopped; run again to continue"))
        return EXIT_TERMINATED if isinstance(error, Terminated) else EXIT_WITH_FAILURES
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return EXIT_OK
    except PipelineError as error:
        speaker.fail(error.text(lang))
        return EXIT_BAD_INPUT
    except OSError as error:
        en, vi = system_fault(error)
        what = f"{error.filename}: {speaker.t(vi, en)}" if error.filename else speaker.t(vi, en)
        hint = speaker.t("kiểm tra đường dẫn, quyền và chỗ trống trên đĩa", "check the path, your rights and the disk")
        speaker.fail(f"{what}; {hint}")
        return EXIT_BAD_INPUT
    except _errors_below() as error:
        from pipeline.report.reasons import error_in_words  # noqa: PLC0415

        speaker.fail(error_in_words(error, Words(lang)))
        return EXIT_BAD_INPUT


def _run(arguments: list[str] | None, lang: str) -> int:
    context = app.make_context("rasoat", list(sys.argv[1:] if arguments is None else arguments), obj=lang)
    context.meta[OWN_PROCESS] = arguments is None
    with context:
        app.invoke(context)
        surface = context.obj
        return surface.exit_code if isinstance(surface, Surface) else EXIT_OK


def _errors_below() -> tuple[type[CrawlError], type[ModelError]]:
    """Errors of the packages below; each already is one clear line."""
    from crawlers.errors import CrawlError  # noqa: PLC0415
    from models.errors import ModelError  # noqa: PLC0415

    return (CrawlError, ModelError)


if __name__ == "__main__":
    sys.exit(main())
