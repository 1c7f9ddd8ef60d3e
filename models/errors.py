"""What the models raise: one clear line naming the file, what differs, and the remedy."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

FAULTS: Final[Mapping[str, str]] = {
    "not_a_model": "{file}: holds something that is not a model; name a new or empty folder",
    "missing": "{file}: missing; restore the folder from a backup or train again with `rasoat train`",
    "changed": (
        "{file}: its SHA-256 is not the manifest's; restore the folder from a backup or train again with `rasoat train`"
    ),
    "segmenter": (
        "{file}: trained on words of segmenter '{found}', this program has '{ours}'; train again with `rasoat train`"
    ),
    "no_model_folder": "{file}: no such file; {folder} is not a model folder",
    "damaged": "{file}: damaged ({text}); restore the folder from a backup or train again with `rasoat train`",
    "format": "{file}: format {found}, this program reads {ours}; upgrade rasoat or train again with `rasoat train`",
    "too_large": "{file}: {number:,} bytes unpacked, which no model of ours has; do not use this file",
    "foreign": "{file}: holds {names}, which no model of ours does; do not use this file",
    "unreadable": "{file}: not a model of ours ({text}); train again with `rasoat train`",
    "other_version": "{file}: holds {found}, expected {asked}; run the command again",
    "no_version": "classify.model: {version}: no such version in {folder}; there are: {known}",
    "no_version_yet": (
        "classify.model: {version}: no such version in {folder}; there are: none yet; train one with `rasoat train`"
    ),
    "nothing_before": "{file}: the shipped model reigns; there is nothing to roll back to",
    "log_damaged": "{file}:{line}: damaged ({text}); restore it from a backup",
    "training": "{folder}: a model is being trained already; wait until that ends",
    "few_labels": "labels: no topic has {number} articles for it and as many against it; label more articles",
    "no_encoder_extra": "an encoder needs {names}, not installed here; run {command}",
    "encoder_absent": "{folder}: no such folder; --encoder names a folder of an encoder's files on this machine",
    "encoder_incomplete": "{folder}: lacks {names}; copy all files of the encoder there, nothing is ever downloaded",
    "encoder_unread": "{folder}: not an encoder that can be read ({text}); copy the files of an encoder there anew",
    "floors_sink": "{file}: floors would sink: {names}; say --lower if that is meant",
}
"""Code -> its English line; other languages have a table of their own with the same codes."""


class ModelError(Exception):
    """A model cannot be loaded, saved or trained as asked: a code of FAULTS, and the values of its line."""

    def __init__(self, code: str, **values: object) -> None:
        self.code = code
        self.values: Mapping[str, Any] = {
            name: value if isinstance(value, int) else str(value) for name, value in values.items()
        }
        super().__init__(FAULTS[code].format(**self.values))

    def __reduce__(self) -> tuple[Any, ...]:  # a worker's error crosses to the process that waits for it
        return _again, (self.code, dict(self.values))


def _again(code: str, values: Mapping[str, Any]) -> ModelError:
    return ModelError(code, **values)
