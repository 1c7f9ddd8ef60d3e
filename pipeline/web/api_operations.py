"""What the API offers: each operation with who may call it, how often, what it takes and gives; faults become problems."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any, Final

from pydantic import TypeAdapter, ValidationError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from models.errors import ModelError
from pipeline.errors import InputError, PipelineError
from pipeline.readings import Role
from pipeline.steps.said import has_article
from pipeline.web.desk import Desk, PageError, desk_of
from pipeline.web.problem import problem
from pipeline.web.security import IMPORT_BYTES, PAGE_BYTES, api_needs

PREFIX: Final = "/api/v1"
PER_MINUTE: Final = 600  # requests of one user; a reviewer's program needs some two an article

Handler = Callable[[Request], Response]


@dataclass(frozen=True, slots=True)
class Operation:
    """One thing that programs may do."""

    method: str
    path: str
    role: Role
    handler: Handler
    takes: type | None
    gives: Any  # a dataclass, a tuple of one, or None for an answer without a body or of another kind
    query: tuple[str, ...]


class Allowance:
    """Counts requests by user and minute. One for the whole program, as threads share it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._used: dict[str, tuple[datetime, int]] = {}

    def take(self, user: str, at: datetime) -> int:
        """Counts a request; gives the seconds to wait where the minute's are used up, else 0."""
        with self._lock:
            since, used = self._used.get(user, (at, 0))
            if at - since >= timedelta(minutes=1) or at < since:
                since, used = at, 0
            self._used[user] = since, used + 1
            return 0 if used < PER_MINUTE else max(1, 60 - int((at - since).total_seconds()))


_OPERATIONS: Final[list[Operation]] = []
_allowance: Final = Allowance()


def operation(
    method: str,
    path: str,
    role: Role,
    gives: Any,
    *,
    takes: type | None = None,
    query: tuple[str, ...] = (),
) -> Callable[[Handler], Handler]:
    """Lists a handler among what the API offers and describes."""

    def wrap(handler: Handler) -> Handler:
        _OPERATIONS.append(Operation(method, f"{PREFIX}{path}", role, handler, takes, gives, query))
        return handler

    return wrap


def routes_of(module: str) -> tuple[Route, ...]:
    """Gives the routes of the operations that a module lists."""
    own = (each for each in _OPERATIONS if each.handler.__module__ == module)
    return tuple(Route(each.path, _endpoint(each), methods=[each.method]) for each in own)


def operations() -> tuple[Operation, ...]:
    """Gives all operations that modules have listed so far."""
    return tuple(_OPERATIONS)


def _endpoint(each: Operation) -> Any:
    limit = IMPORT_BYTES if each.path == f"{PREFIX}/labels" else PAGE_BYTES

    def guarded(request: Request) -> Response:
        desk = desk_of(request)
        wait = _allowance.take(desk.user.name, desk.now)
        if wait:
            headers = {"retry-after": str(wait)}
            return problem(429, f"more than {PER_MINUTE} requests a minute; wait {wait} s", headers=headers)
        try:
            return each.handler(request)
        except InputError as error:
            return problem(_status(desk, request), str(error), error.vi)
        except PageError as error:
            return problem(error.status, str(error), error.vi)
        except ModelError as error:
            return problem(409, str(error))
        except PipelineError as error:
            name = str(desk.store.name)  # where the store lies is nobody's business either
            return problem(409, str(error).replace(name, "store"), error.vi.replace(name, "kho"))

    guarded.__name__ = each.handler.__name__
    guarded.__doc__ = each.handler.__doc__
    return api_needs(each.role, limit=limit)(guarded)


def _status(desk: Desk, request: Request) -> int:
    """Gives 404 where the path names an article that is not there, else 400."""
    article_id = request.path_params.get("article")
    if article_id is None:
        return 400
    return 400 if has_article(desk.store, article_id) else 404


@cache
def form_of(kind: Any) -> TypeAdapter[Any]:
    """Gives what reads and writes one kind of value: made once, not for every request."""
    return TypeAdapter(kind)


def body_of(request: Request, kind: type) -> Any:
    """Reads the body.

    Raises:
        InputError: names all that is wrong with it.
    """
    try:
        return form_of(kind).validate_json(request.state.body)
    except ValidationError as error:
        told = "; ".join(f"{'.'.join(map(str, each['loc'])) or 'body'}: {each['msg']}" for each in error.errors())
        raise InputError(told, f"nội dung gửi lên không đúng: {told}") from None


def plain(value: Any) -> Any:
    """Gives a value as JSON has it."""
    kind: Any = tuple[Any, ...] if isinstance(value, tuple) else type(value)
    return form_of(kind).dump_python(value, mode="json")


def answer(value: Any) -> JSONResponse:
    """Gives a value as an answer."""
    return JSONResponse(plain(value))
