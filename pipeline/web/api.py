"""The API: what the pages can do, for programs, as JSON. A program brings a user's token; cookies count for nothing here."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse

from pipeline.errors import InputError
from pipeline.steps.adjudicate import adjudicate, disagreements
from pipeline.steps.browse import article_page, look
from pipeline.steps.label_files import export_labels, import_labels
from pipeline.steps.reign import versions
from pipeline.steps.review import Conflict, Item, next_item, open_item, open_queues, served_item, skip, submit, undo
from pipeline.web.api_operations import answer, body_of, operation, operations, plain, routes_of
from pipeline.web.api_shapes import (
    AdjudicatedOut,
    AdjudicationIn,
    ArticleOut,
    ArticlesOut,
    DisagreementOut,
    EventOut,
    FoundOut,
    ImportedOut,
    ItemOut,
    Me,
    ModelOut,
    QueueOut,
    SavedOut,
    SubmitIn,
    UndoneOut,
)
from pipeline.web.desk import desk_of
from pipeline.web.openapi import describe
from pipeline.web.problem import problem
from pipeline.web.selection import FIELDS, asked_of, selection_of

CHUNK: Final = 1 << 16  # bytes of an export sent at a time
FORMS: Final = ("jsonl", "csv", "json")  # of a label file that is imported


@operation("GET", "/me", "reader", Me)
def me(request: Request) -> Response:
    """Tells whose token it is."""
    user = desk_of(request).user
    return answer(Me(user.name, user.role))


@operation("GET", "/queues", "reviewer", tuple[QueueOut, ...])
def queues(request: Request) -> Response:
    """Lists the open queues."""
    desk = desk_of(request)
    return answer(
        tuple(
            QueueOut(
                id=state.queue.id,
                purpose=state.queue.purpose,
                design=state.queue.design,
                codebook=state.queue.codebook,
                model=state.queue.model,
                created=state.queue.created,
                draws=state.draws,
                open=state.open,
                left=state.left,
                mine=state.mine,
            )
            for state in open_queues(desk.store, desk.user.name)
        )
    )


@operation("POST", "/queues/{queue}/next", "reviewer", ItemOut)
def next_of(request: Request) -> Response:
    """Serves the next article of a queue, or again what is on the desk; 204 where nothing is left."""
    desk = desk_of(request)
    queue = request.path_params["queue"]
    item = next_item(desk.config, desk.store, queue, desk.user.name, desk.now, desk.token())
    return Response(status_code=204) if item is None else answer(_item(item))


@operation("POST", "/articles/{article}/reading", "reviewer", ItemOut)
def read_article(request: Request) -> Response:
    """Serves an article outside of every queue."""
    desk = desk_of(request)
    article = request.path_params["article"]
    return answer(_item(open_item(desk.config, desk.store, article, desk.user.name, desk.now, desk.token())))


@operation("GET", "/readings/{serving}", "reviewer", ItemOut)
def reading(request: Request) -> Response:
    """Gives an article again as it was served."""
    desk = desk_of(request)
    return answer(_item(served_item(desk.config, desk.store, request.path_params["serving"], desk.user.name)))


@operation("POST", "/readings/{serving}", "reviewer", SavedOut, takes=SubmitIn)
def submit_reading(request: Request) -> Response:
    """Stores a reading; 409 with others' words and the new base where they have spoken since, and nothing is stored."""
    desk = desk_of(request)
    said: SubmitIn = body_of(request, SubmitIn)
    serving = request.path_params["serving"]
    done = submit(
        desk.config,
        desk.store,
        serving,
        desk.user.name,
        said.yes,
        desk.now,
        base=said.base,
        evidence=said.evidence,
    )
    if isinstance(done, Conflict):
        theirs = plain(tuple(done.theirs))
        return problem(
            409,
            "others have spoken since; look at their words and send again with the new base",
            "người khác đã gán nhãn từ lúc mở bài; hãy xem rồi gửi lại với base mới",
            more={"base": done.base, "mine": dict(done.mine), "theirs": theirs},
        )
    return answer(SavedOut(done.serving, done.article, done.events))


@operation("POST", "/readings/{serving}/skip", "reviewer", None)
def skip_reading(request: Request) -> Response:
    """Passes over an article: it is left to others."""
    desk = desk_of(request)
    skip(desk.store, request.path_params["serving"], desk.user.name, desk.now)
    return Response(status_code=204)


@operation("POST", "/undo", "reviewer", UndoneOut)
def undo_reading(request: Request) -> Response:
    """Takes back the user's last reading that stands; 204 where there is none."""
    desk = desk_of(request)
    done = undo(desk.store, desk.user.name, desk.now)
    return Response(status_code=204) if done is None else answer(UndoneOut(done.serving, done.article, done.queue))


@operation("GET", "/articles", "reader", ArticlesOut, query=(*FIELDS, "after"))
def articles(request: Request) -> Response:
    """Searches articles, with the fields of the search page; a page of them, and the cursor of the next."""
    desk = desk_of(request)
    asked = asked_of(request.query_params.multi_items(), desk.config)
    selection, after = selection_of(asked, desk.config), request.query_params.get("after")
    found = look(desk.config, desk.store, selection, desk.user, after)
    rows = tuple(
        FoundOut(
            id=row.article.id,
            url=row.article.url,
            outlet=row.article.outlet,
            title=row.article.title,
            published=row.article.published,
            date_state=row.article.date_state,
            labels=row.labels,
            machine=tuple(sorted(row.machine)),
            scores=row.scores,
            sealed=row.sealed,
        )
        for row in found.rows
    )
    return answer(ArticlesOut(rows, found.count, found.more, found.after))


@operation("GET", "/articles/{article}", "reader", ArticleOut)
def article(request: Request) -> Response:
    """Gives one article with its text and what was said of it."""
    desk = desk_of(request)
    page = article_page(desk.config, desk.store, request.path_params["article"], desk.user)
    found = page.found.article
    return answer(
        ArticleOut(
            id=found.id,
            url=found.url,
            outlet=found.outlet,
            title=found.title,
            text=found.text,
            published=found.published,
            date_state=found.date_state,
            cluster=found.cluster,
            archive_sha256=found.archive_sha256,
            suggestions=page.suggestions,
            labels=tuple(
                EventOut(each.topic, each.value, each.reviewer, each.at, each.codebook, each.origin)
                for each in page.labels
            ),
            adjudications=tuple(
                EventOut(each.topic, each.value, each.lead, each.at, each.codebook, "adjudication")
                for each in page.adjudications
            ),
            model=page.model,
            sealed=page.found.sealed,
        )
    )


@operation("GET", "/models", "reader", tuple[ModelOut, ...])
def models(request: Request) -> Response:
    """Lists the models, the shipped one first."""
    found = versions(desk_of(request).config)
    return answer(tuple(ModelOut(v.version, v.trained, v.articles, v.macro_f1, v.used) for v in found))


@operation("GET", "/disagreements", "lead", tuple[DisagreementOut, ...])
def disagreed(request: Request) -> Response:
    """Lists what reviewers part on and no lead has decided."""
    found = disagreements(desk_of(request).store)
    return answer(tuple(DisagreementOut(words[0].article, words[0].topic, words) for words in found))


@operation("POST", "/articles/{article}/adjudication", "lead", AdjudicatedOut, takes=AdjudicationIn)
def adjudicate_article(request: Request) -> Response:
    """Stores a lead's decisions on one article."""
    desk = desk_of(request)
    said: AdjudicationIn = body_of(request, AdjudicationIn)
    article_id = request.path_params["article"]
    notes = dict.fromkeys(said.decisions, said.note)
    done = adjudicate(desk.config, desk.store, desk.user.name, article_id, said.decisions, desk.now, notes)
    return answer(AdjudicatedOut(done or 0))


@operation("GET", "/labels", "lead", None, query=("current",))
def labels(request: Request) -> Response:
    """Gives every word that was said as JSON lines, or with `current=true` the present labels."""
    desk = desk_of(request)
    current = request.query_params.get("current") == "true"
    with tempfile.TemporaryDirectory(prefix="rasoat-api-") as folder:
        file = Path(folder) / "labels.jsonl"
        export_labels(desk.store, file, "jsonl", current=current)
        raw = file.open("rb")  # stays readable when its name goes

    def chunks() -> Iterator[bytes]:
        with raw:
            while chunk := raw.read(CHUNK):
                yield chunk

    return StreamingResponse(chunks(), media_type="application/x-ndjson")


@operation("POST", "/labels", "lead", ImportedOut, query=("form",))
def import_file(request: Request) -> Response:
    """Reads a label file, the body, whole or not at all; `form` is jsonl, csv or json. Words without a name are the user's."""
    desk = desk_of(request)
    form = request.query_params.get("form", FORMS[0])
    if form not in FORMS:
        return problem(400, f"form: expected {' | '.join(FORMS)}", f"form: cần {' | '.join(FORMS)}")
    with tempfile.TemporaryDirectory(prefix="rasoat-api-") as folder:
        file = Path(folder) / f"body.{form}"
        file.write_bytes(request.state.body)
        try:
            done = import_labels(desk.config, desk.store, file, desk.user.name, desk.now)
        except InputError as error:  # where the file lay here is nobody's business
            raise InputError(str(error).replace(str(file), "body"), error.vi.replace(str(file), "body")) from None
    lost = tuple(line.replace(str(file), "body") for line in done.unmatched)
    return answer(ImportedOut(done.rows, done.events, lost, done.unread))


@operation("GET", "/openapi.json", "reader", None)
def described(_request: Request) -> Response:
    """Gives this description of the API."""
    return JSONResponse(describe(operations()))


def _item(item: Item) -> ItemOut:
    serving = item.serving
    return ItemOut(
        serving=serving.id,
        base=serving.base,
        queue=serving.queue,
        purpose=item.purpose,
        article=item.article.id,
        url=item.article.url,
        title=item.article.title,
        paragraphs=item.paragraphs,
        asked=item.asked,
        chosen=tuple(topic for topic in item.asked if topic in item.chosen),
        suggestions=serving.suggestions if serving.suggestion_shown else (),
        suggestion_shown=serving.suggestion_shown,
        codebook=serving.codebook,
        model=serving.model,
    )


ROUTES: Final = routes_of(__name__)
