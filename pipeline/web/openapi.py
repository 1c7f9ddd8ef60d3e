"""The description of the API, OpenAPI 3.1, made from its operations and the dataclasses that they take and give."""

from __future__ import annotations

import re
from typing import Any, Final

from pydantic import TypeAdapter

from pipeline.web.api_operations import Operation

REFERENCE: Final = "#/components/schemas/{model}"
PROBLEM: Final = {
    "type": "object",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "detail_vi": {"type": "string"},
    },
}


def describe(operations: tuple[Operation, ...]) -> dict[str, Any]:
    """Gives the document."""
    schemas: dict[str, Any] = {"Problem": PROBLEM}
    paths: dict[str, dict[str, Any]] = {}
    for each in operations:
        paths.setdefault(each.path, {})[each.method.lower()] = _operation(each, schemas)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Rà soát", "version": "1", "description": "Reading, labelling and searching, for programs."},
        "security": [{"token": []}],
        "paths": paths,
        "components": {
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
            "schemas": dict(sorted(schemas.items())),
        },
    }


def _operation(each: Operation, schemas: dict[str, Any]) -> dict[str, Any]:
    said = " ".join((each.handler.__doc__ or "").split())
    told: dict[str, Any] = {
        "operationId": each.handler.__name__,
        "summary": said,
        "description": f"Role: {each.role}.",
        "parameters": [
            *(
                {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
                for name in _names(each.path)
            ),
            *({"name": name, "in": "query", "schema": {"type": "string"}} for name in each.query),
        ],
        "responses": {
            "200": {"description": "Done."}
            | ({} if each.gives is None else {"content": _json(_schema(each.gives, schemas, "serialization"))}),
            **({"204": {"description": "Nothing to give."}} if "204" in said or each.gives is None else {}),
            "default": {
                "description": "A fault.",
                "content": {"application/problem+json": {"schema": {"$ref": REFERENCE.format(model="Problem")}}},
            },
        },
    }
    if each.takes is not None:
        told["requestBody"] = {"required": True, "content": _json(_schema(each.takes, schemas, "validation"))}
    return told


def _names(path: str) -> list[str]:
    return re.findall(r"{(\w+)}", path)


def _json(schema: dict[str, Any]) -> dict[str, Any]:
    return {"application/json": {"schema": schema}}


def _schema(kind: Any, schemas: dict[str, Any], mode: Any) -> dict[str, Any]:
    """Gives the schema of a type, and puts those that it names among `schemas`."""
    made = TypeAdapter(kind).json_schema(ref_template=REFERENCE, mode=mode)
    schemas.update(made.pop("$defs", {}))
    if made.get("type") == "object" and "title" in made:
        schemas[made["title"]] = made
        return {"$ref": REFERENCE.format(model=made["title"])}
    return dict(made)
