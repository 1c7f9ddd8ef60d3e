"""Prints how well pages are read, on the shared portals, news pages and the article-extraction benchmark.

Usage: python tests/bench/extract_quality.py [portals] [news] [aeb] [--judged | --single] [-v]

A site is learnt from all its pages; with --judged from those that are judged, with --single each page stands alone.
RASOAT_SHARED names the shared folder.
"""

from __future__ import annotations

import gzip
import json
import os
import sys
import tarfile
import tempfile
import time
import unicodedata
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from crawlers.article import Page
from crawlers.dates import LOCAL_TZ, parse_date
from crawlers.extract import SiteModel, extract, learn
from crawlers.profiles import PROFILES

SHARED = Path(os.environ.get("RASOAT_SHARED", Path(__file__).parents[3] / "shared"))
VERBOSE = "-v" in sys.argv
SINGLE = "--single" in sys.argv
JUDGED = "--judged" in sys.argv


def main() -> int:
    if not (SHARED / "sites").is_dir():
        print(f"{SHARED}: not found; set RASOAT_SHARED")
        return 1
    asked = {name for name in sys.argv[1:] if not name.startswith("-")} or {"portals", "news", "aeb"}
    with tempfile.TemporaryDirectory() as scratch:
        for name, run in (("portals", portals), ("news", news), ("aeb", aeb)):
            if name in asked:
                run(unpack({"portals": "portals-dev", "news": "news-dev"}.get(name, name), Path(scratch)))
    return 0


def unpack(name: str, scratch: Path) -> Path:
    with tarfile.open(SHARED / "sites" / f"{name}.tar.xz") as tar:
        tar.extractall(scratch / name, filter="data")
    folder = scratch / name
    inner = folder / name
    return inner if inner.is_dir() else folder


def gold(name: str) -> list[dict]:
    packed = (SHARED / "sites" / name).read_bytes()
    text = gzip.decompress(packed) if name.endswith(".gz") else packed
    return [json.loads(row) for row in text.decode().split("\n") if row]


def read(path: Path) -> str:
    return path.read_text(encoding="utf-8", errors="replace")


def note(*parts: object) -> None:
    if VERBOSE:
        print("   ", *parts)


def norm(text: str | None) -> str:
    return " ".join(unicodedata.normalize("NFC", text or "").lower().split())


def page_url(folder: Path, path: Path) -> str:
    relative = path.relative_to(folder.parent).as_posix()
    return "http://" + relative.removesuffix("index.html")


# --- portals ---------------------------------------------------------------------------------------------------------


def portals(root: Path) -> None:
    rows = gold("portals-dev.gold.jsonl")
    for host in sorted({row["page"].split("/")[0] for row in rows}):
        folder = root / host
        start = time.process_time()
        site = portal_site(folder, [root / row["page"] for row in rows if row["page"].startswith(host + "/")])
        seconds = time.process_time() - start
        print(f"{host}: learnt from {site.pages} pages in {seconds:.1f} CPU s")
        score: Counter[str] = Counter()
        for row in rows:
            if row["page"].startswith(host + "/"):
                path = root / row["page"]
                judge_portal_page(row, extract(read(path), page_url(folder, path), site=site, profiles=PROFILES), score)
        for key in ("kind", "article kind", "false article", "title", "date", "must", "must_not", "start", "end"):
            if score[key + " of"]:
                print(f"  {key:14} {score[key]} of {score[key + ' of']}")
        print(f"  wrong dates    {score['date wrong']}, missing {score['date missing']}")


def portal_site(folder: Path, judged: list[Path]) -> SiteModel:
    if SINGLE:
        return SiteModel()
    paths = judged if JUDGED else sorted(folder.rglob("*.html"))
    return learn((page_url(folder, path), read(path)) for path in paths)


def judge_portal_page(row: dict, page: Page, score: Counter[str]) -> None:
    def count(key: str, right: object, *detail: object) -> None:
        score[key] += bool(right)
        score[key + " of"] += 1
        if not right and key != "false article":
            note(f"{key}: {row['page']}:", *detail)

    count("kind", page.kind == row["kind"], row["kind"], "->", page.kind)
    if row["kind"] == "article":
        count("article kind", page.kind == "article", page.kind)
    else:
        count("false article", page.kind == "article")
    if row["title"] and row["kind"] in {"article", "document"}:
        count("title", norm(page.title) == norm(row["title"]), row["title"], "->", page.title)
    if row["kind"] in {"article", "document"}:
        judge_date(row, page, score, count)
    if row["kind"] != "article":
        return
    text = norm(f"{page.lead or ''}\n{page.body or ''}")
    for phrase in row["must"]:
        count("must", norm(phrase) in text, phrase)
    for phrase in row["must_not"]:
        count("must_not", norm(phrase) not in text, phrase)
    begin, end = norm(row["body_start"]), norm(row["body_end"])
    count("start", text.strip().startswith(begin[:60]), begin[:60], "->", text.strip()[:80])
    count("end", text.strip().endswith(end[-60:]), end[-60:], "->", text.strip()[-90:])


def judge_date(row: dict, page: Page, score: Counter[str], count) -> None:
    shown = page.published.astimezone(LOCAL_TZ) if page.published else None
    if row["published"]:
        right = shown is not None and str(shown.date()) == row["published"]
        right = right and (not row["published_time"] or f"{shown:%H:%M}" == row["published_time"])
        count("date", right, row["published"], row["published_time"], "->", shown, page.date_evidence)
        score["date missing"] += shown is None
        score["date wrong"] += shown is not None and not right
    else:
        count("date", shown is None, None, "->", shown, page.date_evidence)
        score["date wrong"] += shown is not None


# --- news ------------------------------------------------------------------------------------------------------------


def news(root: Path) -> None:
    rows = [row for row in gold("news-dev.gold.jsonl") if row["file"].endswith(".html")]
    score: Counter[str] = Counter()
    total = 0.0
    for host in sorted({row["site"] for row in rows}):
        own = [row for row in rows if row["site"] == host]
        site = SiteModel() if SINGLE else learn((row["url"], read(root / row["file"])) for row in own)
        for row in own:
            page = extract(read(root / row["file"]), row["url"], site=site, profiles=PROFILES)
            total += judge_news_page(row, page, score)
    for key in ("kind", "title", "date", "lead"):
        print(f"news {key:6} {score[key]} of {score[key + ' of']}")
    print(f"news body F1 {total / score['bodies']:.4f} over {score['bodies']} pages")


def judge_news_page(row: dict, page: Page, score: Counter[str]) -> float:
    expected = {"home": {"section", "listing"}}.get(row["kind"], {row["kind"]})
    for key, right, detail in (
        ("kind", page.kind in expected, page.kind),
        ("title", row["kind"] != "article" or page.title == row["silver_title"], page.title),
        ("date", same_moment(row.get("gold_date"), page), (row.get("gold_date"), page.date_evidence)),
        (
            "lead",
            not row.get("silver_sapo") or norm(page.lead) == norm(row["silver_sapo"]),
            (page.lead, row.get("silver_sapo")),
        ),
    ):
        score[key] += right
        score[key + " of"] += 1
        if not right:
            note(key, row["file"], detail)
    if not row.get("silver_body"):
        return 0.0
    score["bodies"] += 1
    value = f1(row["silver_body"], page.body or "")
    note("body", row["file"], round(value, 3))
    return value


def same_moment(text: str | None, page: Page) -> bool:
    if not text:
        return True
    wanted = parse_date(text)
    if wanted is None or page.published is None:
        return False
    if wanted.precision == "day":
        return wanted.value.astimezone(LOCAL_TZ).date() == page.published.astimezone(LOCAL_TZ).date()
    return abs((wanted.value - page.published).total_seconds()) < 60


# --- the public benchmark ----------------------------------------------------------------------------------------------


def aeb(root: Path) -> None:
    rows = gold("aeb.gold.jsonl.gz")
    pages = [(row, read(next(root.rglob(row["file"])))) for row in rows]
    import trafilatura  # noqa: F401 - the last resort is imported once in a crawl, not once in 181 pages

    start = time.process_time()
    found = [extract(html, row["url"], profiles=PROFILES) for row, html in pages]
    seconds = time.process_time() - start
    values = [f1(row["body"], page.body or "") for (row, _), page in zip(pages, found, strict=True)]
    joined = [
        f1(row["body"], f"{page.lead or ''} {page.body or ''}") for (row, _), page in zip(pages, found, strict=True)
    ]
    for value, (row, _), page in sorted(zip(values, pages, found, strict=True), key=lambda item: item[0])[:40]:
        note(
            round(value, 3),
            row["file"][:12],
            row["url"][:90],
            len(row["body"]),
            len(page.body or ""),
            page.provenance.get("body"),
        )
    kinds = Counter(page.kind for page in found)
    precision = sum(share(row["body"], page.body or "") for (row, _), page in zip(pages, found, strict=True)) / len(
        rows
    )
    recall = sum(share(page.body or "", row["body"]) for (row, _), page in zip(pages, found, strict=True)) / len(rows)
    print(
        f"aeb body F1 {sum(values) / len(values):.4f} (precision {precision:.3f}, recall {recall:.3f}; with lead {sum(joined) / len(joined):.4f})"
    )
    print(f"aeb {len(rows) / seconds:.1f} pages per CPU s; kinds {dict(kinds)}")


def grams(text: str, size: int = 4) -> Counter[tuple[str, ...]]:
    words = tokens(text)
    if len(words) < size:
        return Counter([tuple(words)]) if words else Counter()
    return Counter(zip(*(words[shift:] for shift in range(size)), strict=False))


def tokens(text: str) -> list[str]:
    import re

    return re.findall(r"\w+", text, re.UNICODE)


def f1(wanted: str, got: str) -> float:
    left, right = grams(wanted), grams(got)
    shared = sum((left & right).values())
    if not shared:
        return float(not left and not right)
    precision, recall = shared / sum(right.values()), shared / sum(left.values())
    return 2 * precision * recall / (precision + recall)


def share(inside: str, of: str) -> float:
    """Returns which share of the 4-grams of `of` is found in `inside`."""
    left, right = grams(inside), grams(of)
    return sum((left & right).values()) / sum(right.values()) if right else 0.0


if __name__ == "__main__":
    raise SystemExit(main())
