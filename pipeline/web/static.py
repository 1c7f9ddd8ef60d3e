"""The static files: read once at the start, so that no request can name a path; addressed by their content, so that they stay cached."""

from __future__ import annotations

import hashlib
import mimetypes
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from pipeline.web.desk import PageError
from pipeline.web.security import GATE

FOLDER: Final = Path(__file__).parent / "static"
FOREVER: Final = "public, max-age=31536000, immutable"
HOUR: Final = "public, max-age=3600"


@dataclass(frozen=True, slots=True)
class Asset:
    """One static file."""

    content: bytes
    kind: str
    version: str  # of the content: 12 hex digits of its SHA-256


@lru_cache(maxsize=1)
def assets() -> Mapping[str, Asset]:
    """Gives the static files by name."""
    return {file.name: _asset(file) for file in sorted(FOLDER.iterdir()) if file.is_file()}


def asset_url(name: str) -> str:
    """Gives the address of a static file; it changes with the content.

    Raises:
        KeyError: there is no such file.
    """
    return f"/static/{name}?v={assets()[name].version}"


async def static(request: Request) -> Response:
    """Answers with a static file."""
    asset = assets().get(request.path_params["name"])
    if asset is None:
        raise PageError(404, "There is no such page.", "Không có trang này.")
    caching = FOREVER if request.query_params.get("v") == asset.version else HOUR
    headers = {"cache-control": caching, "etag": f'"{asset.version}"'}
    if request.headers.get("if-none-match") == headers["etag"]:
        return Response(status_code=304, headers=headers)
    return Response(asset.content, media_type=asset.kind, headers=headers)


setattr(static, GATE, "")
ROUTES: Final = (Route("/static/{name}", static),)


def _asset(file: Path) -> Asset:
    content = file.read_bytes()
    kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
    return Asset(content, kind, hashlib.sha256(content).hexdigest()[:12])
