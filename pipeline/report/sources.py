"""How the sources of the articles are, in words that an office understands: who must act, and on what."""

from __future__ import annotations

from collections.abc import Mapping

from pipeline.records import Finding, Health, HealthState
from pipeline.report.index import Index
from pipeline.report.page import Count, SourceRow, Sources
from pipeline.report.reasons import in_words
from pipeline.wording import Pair, Words

STATES: Mapping[HealthState, Pair] = {
    "moved": ("Đổi địa chỉ", "Moved"),
    "layout": ("Có thể đã đổi giao diện", "Layout may have changed"),
    "unseen": ("Chưa quan sát đủ ngày", "Days not observed"),
    "never": ("Chưa thu thập", "Never crawled"),
    "undated": ("Chưa rõ ngày đăng", "Without sure dates"),
    "volume": ("Số bài bất thường", "Unusual number of items"),
    "quiet": ("Không đăng bài", "Published nothing"),
    "well": ("Bình thường", "Well"),
}


def sources(index: Index) -> Sources | None:
    """Gives the sources that are not well, those that somebody must act on first; None where nobody looked."""
    healths = index.result.health
    if not healths:
        return None
    unwell = tuple(_row(index, health) for health in healths if health.state != "well")
    well = tuple(health.source for health in healths if health.state == "well")
    return Sources(unwell, well, Count(len(well), "#nguon-tin .well-source", ""))


def said(source: str, finding: Finding, words: Words) -> str:
    """Says what was found in a source: of days that were not observed also why, and which command tells more."""
    text = words.t(finding.vi, finding.en)
    if finding.why:
        text = f"{text}: {in_words(finding.why, words)}"
    if finding.state == "unseen":
        text += words.t("; xem", "; see") + f" `rasoat sources explain {source}`"
    return text


def _row(index: Index, health: Health) -> SourceRow:
    words = index.words
    return SourceRow(
        outlet=index.outlets.get(health.outlet, health.outlet),
        source=health.source,
        state=words.pair(STATES[health.state]),
        broken=health.broken,
        findings=tuple(said(health.source, finding, words) for finding in health.findings),
        last_published=words.day(health.last_published),
    )
