"""Export: what the store holds, as JSON lines, CSV or Parquet, for other tools."""

from __future__ import annotations

import csv
import io
import json
import sys
from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import IO, Any, Literal

from crawlers.dates import LOCAL_TZ
from pipeline.config import Config
from pipeline.errors import InputError, PipelineError
from pipeline.files import write_jsonl, writing
from pipeline.report.words import STARTS_FORMULA
from pipeline.steps.model import model_version
from pipeline.store import Store, articles, audits, labels, predictions

Subject = Literal["articles", "labels", "predictions", "audit"]
Format = Literal["jsonl", "csv", "parquet"]

PARQUET_BATCH = 2_000  # rows of one row group

COLUMNS: Mapping[Subject, Mapping[str, type]] = {
    "articles": {
        "id": str,
        "url": str,
        "source": str,
        "outlet": str,
        "channel": str,
        "title": str,
        "lead": str,
        "body": str,
        "published": str,  # in local time; the day alone where no more is known
        "published_precision": str,
        "date_state": str,
        "dated_by": str,  # the person whose word the date is
        "media_seconds": float,
        "revision": int,
        "cluster": str,
        "archive_file": str,
        "archive_sha256": str,
    },
    "labels": {
        "article": str,
        "topic": str,
        "value": bool,
        "reviewer": str,
        "at": str,
        "codebook": str,
        "model": str,
        "inclusion_probability": float,
        "suggestion_seen": bool,
    },
    "predictions": {"article": str, "model": str, "codebook": str, "topics": list, "scores": dict, "evidence": dict},
    "audit": {
        "as_of": str,
        "phase": str,
        "topic": str,
        "outlet": str,
        "verdict": str,
        "unit": str,
        "needed": float,
        "verified": float,
        "machine": float,
        "days_proved": int,
        "days_total": int,
        "reason": str,
        "reason_en": str,
    },
}
"""The columns of every subject, in order; lists and mappings are JSON text where a format has none."""


def export(config: Config, store: Store, subject: Subject, fmt: Format, out: Path | None) -> int:
    """Writes one subject to a file, whole or not at all, or to standard output; gives the number of rows.

    Raises:
        InputError: there is no audit to export yet.
        PipelineError: Parquet is asked for and pyarrow is not installed, or the file cannot be written.
    """
    rows = ROWS[subject](config, store)
    if fmt == "jsonl":
        return write_jsonl(out, rows)
    write = _write_csv if fmt == "csv" else _write_parquet
    if out is None:
        return write(sys.stdout.buffer, rows, COLUMNS[subject])
    with writing(out) as handle:
        return write(handle, rows, COLUMNS[subject])


def _articles(config: Config, store: Store) -> Iterator[dict[str, Any]]:  # noqa: ARG001 - one signature for all subjects
    with store.read() as connection:
        for article in articles.stream(connection):
            published = article.published.astimezone(LOCAL_TZ) if article.published else None
            day_only = article.published_precision == "day"
            yield {
                "id": article.id,
                "url": article.url,
                "source": article.source,
                "outlet": article.outlet,
                "channel": article.channel,
                "title": article.title,
                "lead": article.lead,
                "body": article.body,
                "published": published and (published.date() if day_only else published).isoformat(),
                "published_precision": article.published_precision,
                "date_state": article.date_state,
                "dated_by": article.dated_by,
                "media_seconds": article.media_s,
                "revision": article.revision,
                "cluster": article.cluster,
                "archive_file": article.archive_file,
                "archive_sha256": article.archive_sha256,
            }


def _labels(config: Config, store: Store) -> Iterator[dict[str, Any]]:  # noqa: ARG001
    with store.read() as connection:
        for event in labels.events(connection):
            yield {
                "article": event.article,
                "topic": event.topic,
                "value": event.value,
                "reviewer": event.reviewer,
                "at": event.at.isoformat(),
                "codebook": event.codebook,
                "model": event.model,
                "inclusion_probability": event.inclusion_probability,
                "suggestion_seen": event.suggestion_seen,
            }


def _predictions(config: Config, store: Store) -> Iterator[dict[str, Any]]:
    with store.read() as connection:
        for row in predictions.stream(connection, model_version(config), config.codebook.version):
            yield {
                "article": row.article,
                "model": row.model,
                "codebook": row.codebook,
                "topics": list(row.topics),
                "scores": dict(row.scores),
                "evidence": dict(row.evidence),
            }


def _audit(config: Config, store: Store) -> Iterator[dict[str, Any]]:  # noqa: ARG001
    with store.read() as connection:
        result = audits.load_latest(connection)
    if result is None:
        raise InputError(
            "export audit: the store has no audit yet; run `rasoat audit`",
            "export audit: kho chưa có lượt kiểm tra nào; hãy chạy `rasoat audit`",
        )
    for verdict in result.verdicts:
        yield {
            "as_of": result.as_of.isoformat(),
            "phase": verdict.phase,
            "topic": verdict.topic,
            "outlet": verdict.outlet,
            "verdict": verdict.verdict,
            "unit": verdict.unit,
            "needed": verdict.needed,
            "verified": verdict.verified,
            "machine": verdict.machine,
            "days_proved": verdict.days_proved,
            "days_total": verdict.days_total,
            "reason": verdict.reason,
            "reason_en": verdict.reason_en,
        }


ROWS: Mapping[Subject, Callable[[Config, Store], Iterator[dict[str, Any]]]] = {
    "articles": _articles,
    "labels": _labels,
    "predictions": _predictions,
    "audit": _audit,
}


def _write_csv(out: IO[bytes], rows: Iterator[Mapping[str, Any]], columns: Mapping[str, type]) -> int:
    """Writes CSV with a byte-order mark, as office spreadsheets expect of UTF-8."""
    text = io.TextIOWrapper(out, encoding="utf-8-sig", newline="", write_through=True)
    try:
        writer = csv.writer(text)
        writer.writerow(columns)
        number = 0
        for row in rows:
            writer.writerow([_cell(row[name]) for name in columns])
            number += 1
        return number
    finally:
        text.detach()  # whoever opened the file closes it


def _cell(value: object) -> object:
    value = _flat(value)
    return f"'{value}" if isinstance(value, str) and value.startswith(STARTS_FORMULA) else value


def _flat(value: object) -> object:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, list | dict) else value


def _write_parquet(out: IO[bytes], rows: Iterator[Mapping[str, Any]], columns: Mapping[str, type]) -> int:
    try:
        import pyarrow as pa  # noqa: PLC0415 - an extra; only this format needs it
        import pyarrow.parquet as pq  # noqa: PLC0415
    except ImportError:
        raise PipelineError(
            "parquet: pyarrow is not installed; install rasoat[scale]",
            "parquet: chưa cài pyarrow; hãy cài rasoat[scale]",
        ) from None
    kinds = {int: pa.int64(), float: pa.float64(), bool: pa.bool_()}
    schema = pa.schema([(name, kinds.get(kind, pa.string())) for name, kind in columns.items()])
    number = 0
    with pq.ParquetWriter(out, schema, compression="zstd") as writer:
        while batch := [{name: _flat(row[name]) for name in columns} for row in islice(rows, PARQUET_BATCH)]:
            writer.write_table(pa.Table.from_pylist(batch, schema=schema))
            number += len(batch)
    return number
