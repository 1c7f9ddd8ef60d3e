"""Rà soát's pipeline; to analysts it offers `open_campaign`, see docs/api.md. What is offered is loaded when it is asked for."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipeline.analysis import Columns, OpenCampaign, Scores, open_campaign

__all__ = ["Columns", "OpenCampaign", "Scores", "open_campaign"]


def __getattr__(name: str) -> object:
    """Loads what analysts use when they first name it: commands that need none of it start without."""
    if name in __all__:
        return getattr(import_module("pipeline.analysis"), name)
    raise AttributeError(f"module 'pipeline' has no attribute {name!r}")
