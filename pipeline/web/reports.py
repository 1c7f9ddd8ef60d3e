"""Reports for readers: the pages of the section, their place in the bar, and what home says of them."""

from __future__ import annotations

from typing import Final

from pipeline.web import report_articles, report_audits, report_duties, report_map, report_overview
from pipeline.web.desk import NavEntry
from pipeline.web.report_overview import panel
from pipeline.web.report_room import HOME

NAV: Final = (NavEntry(HOME, "Báo cáo", "Report"),)
ROUTES: Final = (
    *report_overview.ROUTES,
    *report_map.ROUTES,
    *report_duties.ROUTES,
    *report_articles.ROUTES,
    *report_audits.ROUTES,
)

__all__ = ["NAV", "ROUTES", "panel"]
