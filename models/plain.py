"""Plain values and arrays out of a skops file. Nothing else is read, and no class is ever looked up.

skops itself reads in all of scikit-learn before it reads a file, more than a second of CPU in every worker.
"""

from __future__ import annotations

import json
from io import BytesIO
from pathlib import Path
from typing import Any, Final
from zipfile import ZipFile

import numpy as np

PROTOCOL: Final = 2  # of skops 0.11 and later


class ForeignError(Exception):
    """A file holds something that is not plain data; its text names the type."""


def read_plain(file: Path) -> Any:
    """Gives the dict, list, text, number or array that `skops.io.dump` wrote.

    Raises:
        ForeignError: there is something else in it.
        BadZipFile, KeyError, TypeError, ValueError: it is not such a file.
    """
    with ZipFile(file) as parts:
        schema = json.loads(parts.read("schema.json"))
        if schema["protocol"] != PROTOCOL:
            raise ValueError(f"skops protocol {schema['protocol']}, this program reads {PROTOCOL}")
        return _value(schema, parts)


def _value(node: dict[str, Any], parts: ZipFile) -> Any:
    kind, name = node["__loader__"], f"{node['__module__']}.{node['__class__']}"
    match kind, name:
        case "JsonNode", _ if node["__module__"] == "builtins":
            return json.loads(node["content"])
        case "DictNode", "builtins.dict":
            _check_keys(node["key_types"])
            return {key: _value(value, parts) for key, value in node["content"].items()}
        case "ListNode", "builtins.list":
            return [_value(value, parts) for value in node["content"]]
        case "NdArrayNode", "numpy.ndarray" if node["type"] == "numpy":
            return np.load(BytesIO(parts.read(node["file"])), allow_pickle=False)
    raise ForeignError(name)


def _check_keys(types: dict[str, Any]) -> None:
    """Raises ForeignError where keys are not texts."""
    for each in types["content"]:
        if (each["__module__"], each["__class__"]) != ("builtins", "str"):
            raise ForeignError(f"{each['__module__']}.{each['__class__']}")
