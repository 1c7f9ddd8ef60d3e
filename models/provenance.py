"""What a model was made with: a digest of the code that trains and reads, and the versions of the libraries it rests on."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Final

LIBRARIES: Final = ("numpy", "scikit-learn", "scipy", "underthesea")  # another version may give another model


@cache
def code_sha256() -> str:
    """Gives the SHA-256 of the sources of this package, by name, comments and all."""
    digest = hashlib.sha256()
    for file in sorted(Path(__file__).parent.glob("*.py")):
        content = file.read_bytes()
        digest.update(f"{file.name}:{len(content)}:".encode() + content)
    return digest.hexdigest()


def libraries() -> dict[str, str]:
    """Gives the version of each library."""
    return {name: version(name) for name in LIBRARIES}
