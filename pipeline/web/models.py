"""The models' page, for a lead: train anew, see how far that is, compare, use another model or go back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from models.errors import ModelError
from models.registry import Decision
from pipeline.report.scores import GateView, gate_view
from pipeline.report.training import STAGES, called
from pipeline.review.gate import Ruling
from pipeline.steps.jobs import ask_retrain, newest_retrain
from pipeline.steps.reign import Card, Change, Version, diff, promote, reigning, rollback, show, versions
from pipeline.store.jobs import Job
from pipeline.web.background import start_retrain
from pipeline.web.desk import Desk, NavEntry, PageError, Panel, PanelRow, desk_of
from pipeline.web.render import render
from pipeline.web.security import needs, read_form, text_field
from pipeline.wording import Pair

REASON_CHARS: Final = 1_000  # of why a model is used
ACTIONS: Final[Mapping[str, Pair]] = {
    "promote": ("Đưa vào dùng", "Promoted"),
    "keep": ("Chưa dùng", "Kept"),
    "rollback": ("Ngừng dùng", "Left"),
}
PAGES: Final = {"vi": "report.html", "en": "report.en.html"}  # the report of a model, as retraining wrote it
CARD: Final = "MODEL_CARD.md"


@dataclass(frozen=True, slots=True)
class Row:
    """One model in the list."""

    model: Version
    name: str
    state: str  # what was decided last; "" where nothing was


@dataclass(frozen=True, slots=True)
class JobView:
    """The newest retraining."""

    job: Job
    running: bool
    stage: str
    done: int
    total: int
    outcome: str  # in words, "" while it runs
    version: str  # of the candidate, "" where there is none


@dataclass(frozen=True, slots=True)
class DecisionRow:
    """One line of the log."""

    at: datetime
    action: str
    version: str
    name: str
    by: str
    reason: str


@dataclass(frozen=True, slots=True)
class ModelsView:
    """All models, what is going on, and the log, newest first."""

    rows: tuple[Row, ...]
    job: JobView | None
    decisions: tuple[DecisionRow, ...]
    own: bool  # a model of the campaign's own is in use, from which one can go back
    pinned: str  # `classify.model` where that is no champion


@dataclass(frozen=True, slots=True)
class ModelView:
    """One model's card."""

    model: Version
    name: str
    topics: tuple[tuple[str, ...], ...]  # topic, articles, precision, recall, F1, limits, cut-off
    macro: str
    facts: tuple[tuple[str, str], ...]
    gate: GateView | None
    agreement: tuple[tuple[str, ...], ...]
    decisions: tuple[DecisionRow, ...]
    files: tuple[str, ...]  # that can be downloaded
    others: tuple[tuple[str, str], ...]  # version and name, to compare with
    change: Change | None
    names: Mapping[str, str]  # of topics


@needs("lead")
def models(request: Request) -> Response:
    """Lists the models."""
    desk = desk_of(request)
    found = versions(desk.config)
    rows = tuple(
        Row(each, called(each.version, desk.words), desk.words.pair(ACTIONS[each.action]) if each.action else "")
        for each in reversed(found)
    )
    shown = [show(desk.config, each.version).decisions for each in found]
    log = sorted((each for own in shown for each in own), key=lambda each: each.at, reverse=True)
    view = ModelsView(
        rows=rows,
        job=_job(desk),
        decisions=tuple(_decision(each, desk) for each in log),
        own=reigning(desk.config) != "shipped",
        pinned="" if desk.config.classify.model == "champion" else desk.config.classify.model,
    )
    return render(request, "models.html", view)


@needs("lead")
def retrain(request: Request) -> Response:
    """Starts a retraining in the background."""
    desk = desk_of(request)
    job = ask_retrain(desk.config, desk.store, desk.user.name, desk.now)
    start_retrain(desk.config, job.id)
    return RedirectResponse("/models", 303)


@needs("lead")
def progress(request: Request) -> Response:
    """Shows how far the newest retraining is; once it has ended the whole page is shown anew."""
    view = _job(desk_of(request))
    response = render(request, "models_job.html", view)
    if view is None or not view.running:
        response.headers["HX-Refresh"] = "true"
    return response


@needs("lead")
def card(request: Request) -> Response:
    """Shows one model's card; with `against` what parts it from another."""
    desk = desk_of(request)
    found = show(desk.config, request.path_params["version"])
    other = request.query_params.get("against", "")
    change = diff(desk.config, other, found.version.version) if other else None
    others = tuple(
        (each.version, called(each.version, desk.words))
        for each in versions(desk.config)
        if each.version != found.version.version
    )
    return render(request, "model.html", _model(found, change, others, desk))


@needs("lead")
def download(request: Request) -> Response:
    """Gives the report of a model as a file: it has its own styles, which no page of ours may have."""
    desk = desk_of(request)
    found, name = show(desk.config, request.path_params["version"]), request.path_params["name"]
    if name not in _files(found, desk):
        raise PageError(404, f"{name}: no such file", f"{name}: không có tệp này")
    kind = "text/html; charset=utf-8" if name.endswith(".html") else "text/markdown; charset=utf-8"
    headers = {"content-disposition": f'attachment; filename="{found.version.version}-{name}"'}
    return Response((found.folder / name).read_bytes(), media_type=kind, headers=headers)


@needs("lead")
def crown(request: Request) -> Response:
    """Uses a model by a lead's decision."""
    desk = desk_of(request)
    why = text_field(read_form(request), "reason", REASON_CHARS)
    _reasoned(why)
    promote(desk.config, request.path_params["version"], why, desk.now, by=desk.user.name)
    return RedirectResponse("/models", 303)


@needs("lead")
def step_back(request: Request) -> Response:
    """Goes back to the model before."""
    desk = desk_of(request)
    why = text_field(read_form(request), "reason", REASON_CHARS)
    _reasoned(why)
    rollback(desk.config, why, desk.now, by=desk.user.name)
    return RedirectResponse("/models", 303)


def _reasoned(why: str) -> None:
    if not why:
        raise PageError(400, "Say why; it is kept.", "Hãy ghi lý do; lý do được lưu lại.")


def panel(desk: Desk) -> Panel | None:
    """Tells a lead on the home page which model is in use, and how the newest retraining stands."""
    if not desk.may("lead"):
        return None
    title = desk.t("Mô hình", "Models")
    try:
        used = [each for each in versions(desk.config) if each.used]
    except ModelError:
        return Panel(title, (PanelRow(desk.t("Không đọc được mô hình", "A model cannot be read"), "/models"),))
    rows = [_used(each, desk) for each in used]
    if job := _job(desk):
        state = f"{job.stage} ({desk.words.number(job.done)}/{desk.words.number(job.total)})"
        note = state if job.running else job.outcome
        rows.append(PanelRow(desk.t("Lần huấn luyện mới nhất", "The newest training"), "/models", note=note))
    return Panel(title, tuple(rows), desk.t("Đang gán chủ đề bằng từ khóa.", "Topics are told by their cues alone."))


def _used(model: Version, desk: Desk) -> PanelRow:
    trained, articles = desk.words.day(model.trained), desk.words.number(model.articles)
    note = desk.t(f"đang dùng · huấn luyện {trained} trên {articles} bài", f"in use · {trained}, {articles} articles")
    return PanelRow(called(model.version, desk.words), f"/models/{model.version}", note=note)


def _job(desk: Desk) -> JobView | None:
    job = newest_retrain(desk.config, desk.store, desk.now)
    if job is None:
        return None
    at, result = job.progress or {}, job.result or {}
    stage = STAGES.get(str(at.get("note")), ("đang khởi động", "starting"))
    return JobView(
        job=job,
        running=job.outcome is None,
        stage=desk.words.pair(stage),
        done=int(at.get("done", 0)),
        total=max(1, int(at.get("total", 1))),
        outcome=_outcome(job, result, desk),
        version=str(result.get("version", "")),
    )


def _outcome(job: Job, result: Mapping[str, Any], desk: Desk) -> str:
    if job.outcome == "failed":
        return str(result.get(desk.lang, ""))
    if job.outcome != "done":
        return ""
    if result.get("reigned"):
        return desk.t("nhãn không đổi nên mô hình không đổi", "the labels are the same, and so is the model")
    if result.get("promoted"):
        return desk.t("mô hình ứng viên đã được đưa vào dùng", "the candidate is in use")
    return desk.t("mô hình ứng viên chưa được dùng, xem lý do bên dưới", "the candidate is not in use, see why below")


def _decision(each: Decision, desk: Desk) -> DecisionRow:
    why = _gate(dict(each.gate), desk)
    return DecisionRow(
        at=datetime.fromisoformat(each.at),
        action=desk.words.pair(ACTIONS[each.action]),
        version=each.version,
        name=called(each.version, desk.words),
        by=each.by,
        reason=each.reason if why is None else why.reason,
    )


def _gate(gate: Mapping[str, Any], desk: Desk) -> GateView | None:
    if not gate:
        return None
    ruling = Ruling.from_json({key: value for key, value in gate.items() if key != "against"})
    return gate_view(ruling, str(gate.get("against", "shipped")), _names(desk), desk.words)


def _names(desk: Desk) -> dict[str, str]:
    return {topic.id: desk.t(topic.name, topic.name_en) for topic in desk.config.topics}


def _model(found: Card, change: Change | None, others: tuple[tuple[str, str], ...], desk: Desk) -> ModelView:
    scores, words = found.card["cross_validated"], desk.words
    macro, low, high = (words.score(scores[key], 3) for key in ("macro_f1", "macro_low", "macro_high"))
    return ModelView(
        model=found.version,
        name=called(found.version.version, words),
        topics=tuple(_topics(found.card, desk)),
        macro=f"{macro} ({low}–{high})",
        facts=tuple(_facts(found, desk)),
        gate=_gate(found.gate, desk),
        agreement=tuple(_agreement(found.card.get("agreement", ()), desk)),
        decisions=tuple(_decision(each, desk) for each in reversed(found.decisions)),
        files=_files(found, desk),
        others=others,
        change=change,
        names=_names(desk),
    )


def _topics(card: Mapping[str, Any], desk: Desk) -> Iterator[tuple[str, ...]]:
    names, words = _names(desk), desk.words
    for row in card["cross_validated"]["topics"]:
        figures = (words.score(row[key], 3) for key in ("precision", "recall", "f1"))
        limits = f"{words.score(row['low'])}–{words.score(row['high'])}"
        cut = words.score(card["thresholds"].get(row["topic"], 0.5), 3)
        yield names.get(row["topic"], row["topic"]), words.number(row["positives"]), *figures, limits, cut


def _agreement(rows: Any, desk: Desk) -> Iterator[tuple[str, ...]]:
    names, words = _names(desk), desk.words
    for row in rows:
        figures = ("–" if row[key] is None else words.score(row[key], 3) for key in ("alpha", "f1"))
        yield names.get(row["topic"], row["topic"]), words.number(row["articles"]), *figures


def _facts(found: Card, desk: Desk) -> Iterator[tuple[str, str]]:
    card, words = found.card, desk.words
    yield desk.t("Huấn luyện ngày", "Trained"), words.day(found.version.trained)
    yield desk.t("Số bài đã học", "Articles"), words.number(found.version.articles)
    if kept := card.get("kept"):
        yield desk.t("Số bài giữ lại để chấm", "Kept to judge"), words.number(kept["judging"])
    if not_learnt := card.get("not_learnt"):
        names = _names(desk)
        listed = words.listing([names.get(each, each) for each in not_learnt])
        yield desk.t("Chủ đề chưa đủ bài, dùng từ khóa", "Topics left to their cues"), listed
    yield desk.t("Nhãn (SHA-256)", "Labels (SHA-256)"), str(card.get("labels_sha256") or "–")[:16]
    if "code_sha256" in card:
        yield desk.t("Mã nguồn (SHA-256)", "Code (SHA-256)"), str(card["code_sha256"])[:16]


def _files(found: Card, desk: Desk) -> tuple[str, ...]:
    return tuple(name for name in (PAGES[desk.lang], CARD) if (found.folder / name).is_file())


NAV: Final = (NavEntry("/models", "Mô hình", "Models", "lead"),)
ROUTES: Final = (
    Route("/models", models, methods=["GET"]),
    Route("/models/retrain", retrain, methods=["POST"]),
    Route("/models/rollback", step_back, methods=["POST"]),
    Route("/models/job", progress, methods=["GET"]),
    Route("/models/{version}", card, methods=["GET"]),
    Route("/models/{version}/promote", crown, methods=["POST"]),
    Route("/models/{version}/files/{name}", download, methods=["GET"]),
)
