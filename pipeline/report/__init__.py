"""Reports: one audit result in, files out; no store, no clock, no network."""

from pipeline.report.write import write_report

__all__ = ["write_report"]
