"""How programs are told of a fault: `application/problem+json`, RFC 9457, in English and in Vietnamese."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus

from starlette.responses import JSONResponse


def problem(
    status: int,
    detail: str,
    detail_vi: str = "",
    *,
    headers: Mapping[str, str] | None = None,
    more: Mapping[str, object] | None = None,
) -> JSONResponse:
    """Makes the answer; `more` are members of the problem's own."""
    told = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "detail": detail}
    vi = {"detail_vi": detail_vi} if detail_vi else {}
    return JSONResponse(
        {**told, **vi, **(more or {})}, status, dict(headers or {}), media_type="application/problem+json"
    )
