"""What is judged by: a campaign's directive, its phases, its outlets, its topics and what they owe."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.records import Directive, Duty, Outlet, Phase
from pipeline.settings import AuditSettings


@dataclass(frozen=True, slots=True)
class Campaign:
    """One campaign, as far as the auditor asks."""

    directive: Directive
    codebook: str  # version
    model: str  # version of the champion
    phases: tuple[Phase, ...]
    outlets: tuple[Outlet, ...]
    topics: tuple[tuple[str, str, str], ...]  # id, name, name_en; in the order of the frame's columns
    duties: tuple[Duty, ...]
    settings: AuditSettings

    @property
    def topic_ids(self) -> tuple[str, ...]:
        """Topic ids, in the order of the frame's columns."""
        return tuple(topic for topic, _, _ in self.topics)
