"""Commands about a campaign's models: train one from the store's labels, look at them, choose which is used."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import nullcontext
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from pipeline.console import BilingualCommand, BilingualGroup
from pipeline.surface import JSON_OPTION, SEED_OPTION, Surface
from pipeline.wording import capital

if TYPE_CHECKING:
    from collections.abc import Callable

    from models.registry import Decision
    from pipeline.config import Config
    from pipeline.review.gate import Ruling
    from pipeline.steps.reign import Card, Change, Throne
    from pipeline.steps.retrain import Retrained

VERSION_ARGUMENT = click.argument("version", metavar="VERSION")
REASON_OPTION = click.option("--reason", required=True, help="Lý do. || Why.")
BY_OPTION = click.option(
    "--by", default="", metavar="NAME", help="Mã người quyết định, được lưu lại. || Who decides (a code); it is kept."
)
NAME_WIDTH = 24  # columns of a topic in a table


@click.command(
    cls=BilingualCommand,
    help="Huấn luyện lại từ nhãn trong kho, so với mô hình đang dùng, chỉ thay khi không kém hơn."
    " || Train on the store's labels, compare with the model in use, replace it only where not worse.",
)
@SEED_OPTION
@BY_OPTION
@click.option("--job", type=int, hidden=True, help="Số việc do trang web giao. || Number of a job that the page gave.")
@JSON_OPTION
@click.pass_obj
def retrain(surface: Surface, seed: int, by: str, job: int | None, as_json: bool) -> None:  # noqa: FBT001
    """Retrains."""
    from pipeline.report.training import STAGES  # noqa: PLC0415
    from pipeline.steps.jobs import at_work  # noqa: PLC0415
    from pipeline.steps.retrain import retrain as run  # noqa: PLC0415

    with (
        surface.campaign() as (config, store),
        at_work(store, job, surface.now) if job is not None else nullcontext() as work,
        surface.step(config, store, "retrain", {"seed": str(seed)}, "Huấn luyện lại", "Retraining") as (counts, bar),
    ):

        def advance(done: int, total: int = 0, note: str = "") -> None:
            bar(done, total, surface.words.pair(STAGES[note]))
            if work is not None:
                work.advance(done, total, note)

        done = run(config, store, surface.now(), by=work.job.asked_by if work else by, seed=seed, advance=advance)
        counts.update(articles=done.taught, judging=done.ruling.articles, promoted=int(done.promoted))
        if work is not None:
            work.result = {"version": done.version, "promoted": done.promoted, "reigned": done.reigned}
    if as_json:
        surface.speaker.show_json({**asdict(done), "ruling": done.ruling.as_json()})
    else:
        _say_retrained(surface, config, done)


def _say_retrained(surface: Surface, config: Config, done: Retrained) -> None:
    from pipeline.report.training import reason  # noqa: PLC0415

    number, words = surface.words.number, surface.words
    macro, micro = (words.score(each, 3) for each in (done.macro_f1, done.micro_f1))
    surface.speaker.say(
        f"Mô hình {done.version}: học {number(done.taught)} bài, {done.learnt}/{done.asked} chủ đề; giữ lại"
        f" {number(done.held)} bài để chấm.\nF1 kiểm định chéo: macro {macro}, micro {micro}\n→ {done.folder}",
        f"Model {done.version}: {number(done.taught)} articles, {done.learnt} of {done.asked} topics; {number(done.held)}"
        f" kept to judge.\nCross-validated F1: macro {macro}, micro {micro}\n→ {done.folder}",
    )
    if done.reigned:
        surface.speaker.say(
            "Mô hình này đang được dùng, không có gì thay đổi.", "This model is in use already; nothing changes."
        )
        return
    for line in _gate_table(surface, config, done.ruling.as_json(), done.against):
        surface.speaker.say(line, line)
    why = reason(done.ruling, _names(surface, config), words)
    if done.promoted:
        surface.speaker.say(f"Từ nay dùng mô hình này: {why}.", f"In use from now on: {why}.")
        _say_next(surface, "" if config.classify.model == "champion" else config.classify.model)
    else:
        surface.speaker.say(f"Chưa dùng mô hình này: {why}.", f"Not in use: {why}.")
        surface.speaker.say(
            f"Trưởng nhóm vẫn có thể chọn: rasoat models promote {done.version} --reason …",
            f"A lead may still choose it: rasoat models promote {done.version} --reason …",
        )


@click.group(cls=BilingualGroup, help="Các mô hình của chiến dịch. || The campaign's models.")
def models() -> None:
    """Groups the commands about models."""


@models.command(
    "list", help="Liệt kê các mô hình đang có và mô hình đang dùng. || List the models and tell which one is used."
)
@JSON_OPTION
@click.pass_obj
def list_(surface: Surface, as_json: bool) -> None:  # noqa: FBT001
    """Lists the models."""
    from pipeline.steps.reign import versions  # noqa: PLC0415

    config = surface.config()
    found = versions(config)
    if as_json:
        surface.speaker.show_json([asdict(each) for each in found])
        return
    for each in found:
        sign, day = "*" if each.used else " ", surface.words.day(each.trained)
        number, score = surface.words.number(each.articles), surface.words.score(each.macro_f1, 3)
        surface.speaker.say(
            f"{sign} {_called(surface, each.version):<12}  {day}  học từ {number} bài, macro F1 {score}",
            f"{sign} {_called(surface, each.version):<12}  {day}  from {number} articles, macro F1 {score}",
        )
    if not any(each.used for each in found):
        surface.speaker.say(
            f"* {config.classify.model}: chỉ dùng từ khóa của từng chủ đề",
            f"* {config.classify.model}: the topics' cues alone",
        )


@models.command(
    "show",
    help="Xem phiếu mô tả một mô hình: học từ đâu, điểm từng chủ đề, kết quả so sánh, các quyết định."
    " || Show a model's card: data, scores by topic, comparison, decisions.",
)
@VERSION_ARGUMENT
@JSON_OPTION
@click.pass_obj
def show(surface: Surface, version: str, as_json: bool) -> None:  # noqa: FBT001
    """Shows one model."""
    from pipeline.steps.reign import show as find  # noqa: PLC0415

    config = surface.config()
    found = find(config, version)
    if as_json:
        surface.speaker.show_json(asdict(found))
        return
    for line in _card_lines(surface, config, found):
        surface.speaker.say(line, line)


@models.command(
    "diff",
    help="So hai mô hình: nhãn thêm bớt, thiết lập, điểm và ngưỡng từng chủ đề."
    " || Compare two models: labels, settings, scores and cut-offs by topic.",
)
@click.argument("older", metavar="OLDER")
@click.argument("newer", metavar="NEWER")
@JSON_OPTION
@click.pass_obj
def diff(surface: Surface, older: str, newer: str, as_json: bool) -> None:  # noqa: FBT001
    """Compares two models."""
    from pipeline.steps.reign import diff as compare  # noqa: PLC0415

    found = compare(surface.config(), older, newer)
    if as_json:
        surface.speaker.show_json(asdict(found))
        return
    for line in _change_lines(surface, found):
        surface.speaker.say(line, line)


@models.command(
    "promote",
    help="Đưa một mô hình vào dùng theo quyết định của trưởng nhóm; lý do được lưu lại."
    " || Use a model by a lead's decision; the reason is kept.",
)
@VERSION_ARGUMENT
@REASON_OPTION
@BY_OPTION
@click.pass_obj
def promote(surface: Surface, version: str, reason: str, by: str) -> None:
    """Promotes."""
    from pipeline.steps.reign import promote as crown  # noqa: PLC0415

    _say_throne(surface, crown(surface.config(), version, reason, surface.now(), by=by))


@models.command(
    "rollback",
    help="Quay lại mô hình đã dùng trước đó; lý do được lưu lại."
    " || Use the model before the present one again; the reason is kept.",
)
@REASON_OPTION
@BY_OPTION
@click.pass_obj
def rollback(surface: Surface, reason: str, by: str) -> None:
    """Rolls back."""
    from pipeline.steps.reign import rollback as step_back  # noqa: PLC0415

    _say_throne(surface, step_back(surface.config(), reason, surface.now(), by=by), again=True)


def _say_throne(surface: Surface, done: Throne, *, again: bool = False) -> None:
    left, used = _called(surface, done.left), _called(surface, done.used)
    if again:
        vi, en = f"Đã quay lại mô hình {used}", f"{used} is used again"
    else:
        vi, en = f"Từ nay dùng mô hình {used}", f"{used} is used from now on"
    surface.speaker.say(f"{vi}, ngừng dùng mô hình {left}.", f"Model {left} is left; {en}.")
    _say_next(surface, done.pinned)


def _say_next(surface: Surface, pinned: str) -> None:
    """Says when the change reaches the store's articles."""
    if pinned:
        surface.speaker.say(
            f'Lưu ý: classify.model trong config.toml đang chọn {pinned!r}, nên chưa có gì thay đổi; muốn dùng mô hình vừa chọn, ghi classify.model = "champion".',
            f'Mind: classify.model in config.toml names {pinned!r}, so nothing changes yet; write classify.model = "champion" to use it.',
        )
    else:
        surface.speaker.say(
            "Các bài trong kho được gán lại ở lần chạy `rasoat classify` hoặc `rasoat nightly` tới.",
            "The articles of the store are tagged anew by the next `rasoat classify` or `rasoat nightly`.",
        )


def _card_lines(surface: Surface, config: Config, found: Card) -> Iterator[str]:
    words, t, card = surface.words, surface.speaker.t, found.card
    version = found.version
    used = t(" (đang dùng)", " (in use)") if version.used else ""
    yield f"{capital(t('mô hình', 'model'))} {_called(surface, version.version)}{used}"
    articles, day = words.number(version.articles), words.day(version.trained)
    yield t(f"  huấn luyện {day}, {articles} bài", f"  trained {day} on {articles} articles")
    if kept := card.get("kept"):
        held, judging = words.number(kept["articles"]), words.number(kept["judging"])
        yield t(f"  giữ lại {held} bài, trong đó {judging} bài để chấm", f"  {held} kept, {judging} of them to judge")
    yield f"  {t('nhãn', 'labels')} SHA-256 {str(card.get('labels_sha256') or '–')[:16]}"
    if "code_sha256" in card:
        yield f"  {t('mã nguồn', 'code')} SHA-256 {card['code_sha256'][:16]}"
    scores = card["cross_validated"]
    macro, low, high = (words.score(scores[key], 3) for key in ("macro_f1", "macro_low", "macro_high"))
    yield ""
    yield f"{t('chủ đề', 'topic'):<{NAME_WIDTH}}{t('bài', 'n'):>6}{'P':>8}{'R':>8}{'F1':>8}  {'95%':^13}"
    for row in scores["topics"]:
        figures = "".join(f"{words.score(row[key], 3):>8}" for key in ("precision", "recall", "f1"))
        limits = f"{words.score(row['low'], 3)}–{words.score(row['high'], 3)}"
        yield f"{_cut(row['topic']):<{NAME_WIDTH}}{row['positives']:>6}{figures}  {limits}"
    yield f"{'macro F1':<{NAME_WIDTH}}{'':>22}{macro:>8}  {low}–{high}"
    if found.gate:
        yield ""
        yield from _gate_table(surface, config, found.gate, found.gate.get("against", "shipped"))
    if found.decisions:
        yield ""
        yield t("Các quyết định:", "Decisions:")
        yield from (_decision_line(surface, config, each) for each in found.decisions)
    yield ""
    yield f"→ {found.folder}"


def _gate_table(surface: Surface, config: Config, gate: Mapping[str, Any], against: str) -> Iterator[str]:
    """Yields the comparison as a table of 80 columns."""
    from pipeline.report.training import gate_rows, quality_rows  # noqa: PLC0415

    words, t = surface.words, surface.speaker.t
    ruling = _ruling(gate)
    number, model = words.number(ruling.articles), _called(surface, against)
    yield t(f"So với mô hình {model} trên {number} bài dùng để chấm:", f"Against {model} on {number} judging articles:")
    heads = (("bài", "n"), ("F1 cũ", "F1 old"), ("F1 mới", "F1 new"), ("chênh", "diff"), ("cận", "limit"))
    yield f"  {'':<{NAME_WIDTH}}{''.join(f'{words.pair(head):>7}' for head in heads)}"
    for name, *figures, finding in gate_rows(ruling, _names(surface, config), words):
        yield f"  {_cut(name):<{NAME_WIDTH}}{''.join(f'{each:>7}' for each in figures)}  {finding}".rstrip()
    for what, theirs, own in quality_rows(ruling, words):
        yield f"  {what:<32}{theirs:>8}{own:>8}"


def _decision_line(surface: Surface, config: Config, each: Decision) -> str:
    """Tells one decision; what the gate found is told in the language, as the log has it in English."""
    from pipeline.report.training import reason  # noqa: PLC0415

    names = {
        "promote": surface.speaker.t("đưa vào dùng", "promoted"),
        "keep": surface.speaker.t("chưa dùng", "kept"),
        "rollback": surface.speaker.t("ngừng dùng", "left"),
    }
    by = f" ({each.by})" if each.by else ""
    why = reason(_ruling(each.gate), _names(surface, config), surface.words) if each.gate else each.reason
    return f"  {surface.words.day(datetime.fromisoformat(each.at).date())} {names[each.action]}{by}: {why}"


def _ruling(gate: Mapping[str, Any]) -> Ruling:
    from pipeline.review.gate import Ruling  # noqa: PLC0415

    return Ruling.from_json({key: value for key, value in gate.items() if key != "against"})


def _change_lines(surface: Surface, found: Change) -> Iterator[str]:
    words, t = surface.words, surface.speaker.t
    one, other = (_called(surface, each) for each in found.versions)
    yield f"{one} → {other}"
    articles = " → ".join(words.number(each) for each in found.articles)
    more = ""
    if found.added is not None and found.dropped is not None:
        more = t(f" (thêm {found.added}, bớt {found.dropped})", f" ({found.added} added, {found.dropped} dropped)")
    yield f"  {t('bài đã học', 'articles')}: {articles}{more}"
    same = t("như nhau", "the same"), t("khác nhau", "different")
    yield f"  {t('nhãn', 'labels')}: {same[not found.same_labels]}; {t('mã nguồn', 'code')}: {same[not found.same_code]}"
    for key, old, new in found.settings:
        yield f"  {key}: {old} → {new}"
    yield f"  macro F1: {' → '.join(words.score(each, 3) for each in found.macro_f1)}"
    heads = (("F1", "F1"), ("ngưỡng", "cut-off"), ("bài", "articles"))
    yield f"  {t('chủ đề', 'topic'):<{NAME_WIDTH}}{''.join(f'{words.pair(head):>17}' for head in heads)}"

    def both(values: tuple[Any, Any], write: Callable[[Any], str]) -> str:
        return f"{' → '.join('–' if each is None else write(each) for each in values):>17}"

    for each in found.topics:
        f1, cut = both(each.f1, lambda v: words.score(v, 3)), both(each.threshold, lambda v: words.score(v, 3))
        yield f"  {_cut(each.topic):<{NAME_WIDTH}}{f1}{cut}{both(each.positives, words.number)}"


def _names(surface: Surface, config: Config) -> dict[str, str]:
    return {topic.id: surface.speaker.t(topic.name, topic.name_en) for topic in config.topics}


def _called(surface: Surface, version: str) -> str:
    return surface.speaker.t("kèm sẵn", "shipped") if version == "shipped" else version


def _cut(name: str) -> str:
    return name if len(name) < NAME_WIDTH else f"{name[: NAME_WIDTH - 2]}…"
