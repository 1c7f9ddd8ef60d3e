"""Libraries that come with an extra: asked for by the format that needs them, and named where they are absent."""

from __future__ import annotations

from importlib import import_module
from typing import Any, Final

from pipeline.errors import PipelineError

EXTRAS: Final = {"docx": ("docx", "reports"), "pdf": ("typst", "reports"), "parquet": ("pyarrow", "scale")}
"""Format -> the library it needs and the extra that brings it."""


def needed(library: str, form: str) -> Any:
    """Imports a library for a format of reports.

    Raises:
        PipelineError: it is not installed; names the extra and the setting.
    """
    try:
        return import_module(library)
    except ImportError:
        extra = EXTRAS[form][1]
        raise PipelineError(
            f'config.toml: report.formats: "{form}" needs {library}, which is not installed; '
            f"run pip install 'rasoat[{extra}]', or take \"{form}\" out of report.formats",
            f'config.toml: report.formats: "{form}" cần {library}, máy này chưa cài; '
            f"hãy chạy pip install 'rasoat[{extra}]', hoặc bỏ \"{form}\" khỏi report.formats",
        ) from None
