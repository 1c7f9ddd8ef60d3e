"""From stored articles to verdicts: pure functions over records; no store, no files, no clock."""
