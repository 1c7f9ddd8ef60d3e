"""Label files of other tools, doccano and Label Studio, read as what a person said of which topics of which article.

What a tool's machine suggested is no label and is passed over, and so is a document that nobody has read. An article is
known by our id or its address, which the tool has kept among the texts or in `meta`.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from models.codebook import Codebook
from pipeline.errors import InputError

ID_KEYS: Final = ("article", "article_id", "rasoat_id", "id")
URL_KEYS: Final = ("url", "link", "address")
CHOICE_KEYS: Final = (
    "topics",
    "topic",
    "label",
    "labels",
    "choice",
    "choices",
)  # a control with one choice is plain text


@dataclass(frozen=True, slots=True)
class Said:
    """One row of a label file: which article, and what is said of which topic by whom."""

    number: int  # of the line, or of the task
    id: str  # "" where the row has none
    url: str  # "" likewise
    reviewer: str  # "" where the row leaves it to the command
    topics: Mapping[str, bool]


def doccano_row(file: Path, number: int, row: Mapping[str, Any], codebook: Codebook) -> Said | None:
    """Reads a document of doccano's JSONL or CSV; None where it carries no label: doccano does not say whether it was read.

    Raises:
        InputError: names file and line of an unknown label.
    """
    given = row.get("label", row.get("labels"))
    named = given.split("#") if isinstance(given, str) else given or []
    if not isinstance(named, list) or any(not isinstance(each, str) for each in named):
        raise _no_list(file, number, given)
    named = [each for each in named if each.strip()]
    if not named:
        return None
    identity, url = _identity(row)
    reviewer = row.get("annotator") or row.get("username") or ""
    return Said(number, identity, url, str(reviewer), _spoken(file, number, named, codebook))


def label_studio_tasks(file: Path, document: object, codebook: Codebook, reviewer: str) -> Iterator[Said | InputError]:
    """Yields what the annotations of Label Studio's JSON or JSON_MIN say, and the faults of tasks that cannot be read.

    Cancelled annotations and tasks without any are passed over; the task's place in the file counts as its line. Annotators
    whom the tool knows by number alone are told apart as the `reviewer`'s.
    """
    if not isinstance(document, list):
        yield InputError(f"{file}: expected a list of tasks […]", f"{file}: cần một danh sách […]")
        return
    for number, task in enumerate(document, start=1):
        if not isinstance(task, dict):
            yield InputError(f"{file}:{number}: expected an object {{…}}", f"{file}:{number}: cần một đối tượng {{…}}")
            continue
        try:
            yield from (
                _full(file, number, task, codebook, reviewer)
                if "data" in task
                else _short(file, number, task, codebook, reviewer)
            )
        except InputError as error:
            yield error


def _full(file: Path, number: int, task: Mapping[str, Any], codebook: Codebook, reviewer: str) -> Iterator[Said]:
    data = task["data"] if isinstance(task["data"], dict) else {}
    identity, url = _identity({**data, "meta": task.get("meta")})
    annotations = task.get("annotations") or []
    if not isinstance(annotations, list) or any(not isinstance(each, dict) for each in annotations):
        raise _no_list(file, number, annotations)
    for each in annotations:
        if each.get("was_cancelled"):
            continue
        named: list[str] = []
        for result in each.get("result") or []:
            value = result.get("value") if isinstance(result, dict) else None
            chosen = value.get("choices", []) if isinstance(value, dict) else []
            named += chosen if isinstance(chosen, list) else [chosen]
        yield Said(
            number, identity, url, _who(each.get("completed_by"), reviewer), _spoken(file, number, named, codebook)
        )


def _short(file: Path, number: int, task: Mapping[str, Any], codebook: Codebook, reviewer: str) -> Iterator[Said]:
    if "annotation_id" not in task and "annotator" not in task:
        return
    identity, url = _identity({key: value for key, value in task.items() if key != "id"})
    named: list[str] = []
    for key, value in task.items():
        if isinstance(value, dict) and isinstance(value.get("choices"), list):
            named += value["choices"]
        elif key in CHOICE_KEYS and value:
            named += value if isinstance(value, list) else [value]
    yield Said(number, identity, url, _who(task.get("annotator"), reviewer), _spoken(file, number, named, codebook))


def _identity(row: Mapping[str, Any]) -> tuple[str, str]:
    """Gives our id and the address, "" for none, from the row itself or from what the tool calls its meta."""
    meta = row.get("meta") or row.get("metadata")
    places = [meta if isinstance(meta, dict) else {}, row]
    found = []
    for keys in (ID_KEYS, URL_KEYS):
        values = (place.get(key) for place in places for key in keys)
        found.append(next((value.strip() for value in values if isinstance(value, str) and value.strip()), ""))
    return found[0], found[1]


def _who(said: object, reviewer: str) -> str:
    """Gives the annotator by the name that the tool knows, or as one of the reviewer's by number."""
    if isinstance(said, dict):
        said = said.get("email") or said.get("username") or said.get("id")
    return said if isinstance(said, str) else reviewer if said is None else f"{reviewer}-{said}"


def _spoken(file: Path, number: int, named: Sequence[object], codebook: Codebook) -> dict[str, bool]:
    """Gives a word on every topic, named by id or by name in either language."""
    names = {_folded(name): topic.id for topic in codebook.topics for name in (topic.name_en, topic.name, topic.id)}
    yes = set()
    for label in named:
        topic = names.get(_folded(label)) if isinstance(label, str) else None
        if topic is None:
            known = ", ".join(codebook.ids)
            raise InputError(
                f"{file}:{number}: no topic is called {label!r:.80}; there are: {known}",
                f"{file}:{number}: không có chủ đề nào tên là {label!r:.80}; đang có: {known}",
            )
        yes.add(topic)
    return {topic: topic in yes for topic in codebook.ids}


def _folded(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).casefold().split())


def _no_list(file: Path, number: int, got: object) -> InputError:
    return InputError(
        f"{file}:{number}: expected a list of labels, got {got!r:.80}",
        f"{file}:{number}: cần danh sách nhãn, nhận được {got!r:.80}",
    )
