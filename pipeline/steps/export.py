"""Export: what the store holds, as JSON lines, CSV or Parquet, for other tools."""

from __future__ import annotations

import csv
import io
import json
import sys
from collections.abc import Iterator, Mapping
from itertools import chain, islice
from pathlib import Path
from typing import IO, Any, Literal

from crawlers.dates import LOCAL_TZ
from pipeline.config import Config
from pipeline.errors import PipelineError
from pipeline.files import write_jsonl, writing
from pipeline.steps.model import model_version
from pipeline.store import Store, articles, audits, labels, predictions

Subject = Literal["articles", "labels", "predictions", "audit"]
Format = Literal["jsonl", "csv", "parquet"]

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")  # a spreadsheet would run a cell that begins so
PARQUET_BATCH = 2_000  # rows of one row group


def export(config: Config, store: Store, subject: Subject, fmt: Format, out: Path | None) -> int:
    """Writes one subject to a file, whole or not at all, or to standard output; gives the number of rows.

    Raises:
        PipelineError: Parquet is asked for and pyarrow is not installed, or the file cannot be written.
    """
    rows = {"articles": _articles, "labels": _labels, "predictions": _predictions, "audit": _audit}[subject](
        config, store
    )
    if fmt == "jsonl":
        return write_jsonl(out, rows)
    write = _write_csv if fmt == "csv" else _write_parquet
    if out is None:
        return write(sys.stdout.buffer, rows)
    with writing(out) as handle:
        return write(handle, rows)


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
    for verdict in result.verdicts if result else ():
        yield {
            "as_of": result.as_of.isoformat() if result else None,
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


def _write_csv(out: IO[bytes], rows: Iterator[Mapping[str, Any]]) -> int:
    """Writes CSV with a byte-order mark, as office spreadsheets expect of UTF-8."""
    out.write(b"\xef\xbb\xbf")
    number = 0
    writer: csv.DictWriter[str] | None = None
    for row in rows:
        buffer = io.StringIO(newline="")
        if writer is None:
            fields = list(row)
            csv.writer(buffer).writerow(fields)
        writer = csv.DictWriter(buffer, fields)
        writer.writerow({key: _cell(value) for key, value in row.items()})
        out.write(buffer.getvalue().encode())
        number += 1
    return number


def _cell(value: object) -> object:
    if isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, str) and value.startswith(FORMULA_STARTS):
        return "'" + value
    return value


def _write_parquet(out: IO[bytes], rows: Iterator[Mapping[str, Any]]) -> int:
    try:
        import pyarrow as pa  # noqa: PLC0415 - an extra; only this format needs it
        import pyarrow.parquet as pq  # noqa: PLC0415
    except ImportError:
        raise PipelineError(
            "parquet: pyarrow is not installed; install rasoat[scale]",
            "parquet: chưa cài pyarrow; hãy cài rasoat[scale]",
        ) from None
    flat = (
        {k: json.dumps(v, ensure_ascii=False) if isinstance(v, list | dict) else v for k, v in r.items()} for r in rows
    )
    first = list(islice(flat, PARQUET_BATCH))
    if not first:
        pq.write_table(pa.table({}), out)
        return 0
    number = 0
    schema = _text_for_nulls(pa, pa.Table.from_pylist(first).schema)
    with pq.ParquetWriter(out, schema, compression="zstd") as writer:
        for batch in chain([first], iter(lambda: list(islice(flat, PARQUET_BATCH)), [])):
            writer.write_table(pa.Table.from_pylist(batch, schema=schema))
            number += len(batch)
    return number


def _text_for_nulls(pa: Any, schema: Any) -> Any:
    """A column that is null throughout the first batch may hold text later."""
    return pa.schema([pa.field(f.name, pa.string() if pa.types.is_null(f.type) else f.type) for f in schema])
