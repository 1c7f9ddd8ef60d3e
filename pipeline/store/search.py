"""The full-text index of the newest texts: SQLite's FTS5, or vectors of PostgreSQL. What is asked comes as `terms.Term`.

SQLite's index holds no text and forgets none: a new text gets a new number, and numbers that no article bears any more are
found by nothing. So the index stays true even where a later version of this program reads words in another way.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import (
    Connection,
    and_,
    bindparam,
    column,
    exists,
    func,
    literal_column,
    not_,
    select,
    table,
    text,
    true,
)

from pipeline.store.schema import article_revisions, articles
from pipeline.store.terms import MAX_TEXT, MAX_TITLE, MAX_WORDS, Term, plain, words

TITLE_WEIGHT: Final = 5.0  # a word of the title tells as much as five of the text
BATCH: Final = 500  # articles indexed at a time

Text = tuple[str, str, str]  # id of the article, title, body

numbers = table("article_numbers", column("number"), column("article_id"))  # SQLite
index = table("article_index", column("rowid"))  # SQLite
vectors = table("article_vectors", column("article_id"), column("written"), column("plain"))  # PostgreSQL

SQLITE: Final = (
    """CREATE TABLE article_numbers (
        number INTEGER PRIMARY KEY AUTOINCREMENT, article_id VARCHAR NOT NULL UNIQUE REFERENCES articles (id)
    )""",
    """CREATE VIRTUAL TABLE article_index USING fts5 (
        title, body, title_plain, body_plain, content='', tokenize='ascii'
    )""",  # words are cut and lowered before they come here: "ascii" cuts at the blanks alone
)
POSTGRES: Final = (
    """CREATE TABLE article_vectors (
        article_id VARCHAR COLLATE "C" PRIMARY KEY REFERENCES articles (id),
        written TSVECTOR NOT NULL, plain TSVECTOR NOT NULL
    )""",
    "CREATE INDEX ix_article_vectors_written ON article_vectors USING gin (written)",
    "CREATE INDEX ix_article_vectors_plain ON article_vectors USING gin (plain)",
)


@dataclass(frozen=True, slots=True)
class Match:
    """How the articles that match are found: tables to join articles with, a condition, and the rank, the best least."""

    joined: tuple[tuple[Any, Any], ...]
    condition: Any
    rank: Any


def put(connection: Connection, article: str, title: str, body: str) -> None:
    """Makes the text the one by which the article is found. `body`: the lead and what follows."""
    put_batch(connection, [(article, title, body)])


def put_batch(connection: Connection, rows: Sequence[Text]) -> None:
    """Does for many articles what `put` does for one."""
    (_write_sqlite if connection.dialect.name == "sqlite" else _write_postgres)(connection, rows)


def put_all(connection: Connection) -> int:
    """Indexes the newest text of every article, for a store that had no index; gives their number."""
    done, last = 0, ""
    newest = and_(article_revisions.c.article_id == articles.c.id, article_revisions.c.revision == articles.c.revision)
    columns = (articles.c.id, articles.c.title, article_revisions.c.lead, article_revisions.c.body)
    query = select(*columns).join(article_revisions, newest).order_by(articles.c.id).limit(BATCH)
    while rows := connection.execute(query.where(articles.c.id > last)).all():
        put_batch(connection, [(row.id, row.title, searched(row.lead, row.body)) for row in rows])
        done, last = done + len(rows), rows[-1].id
    return done


def searched(lead: str, body: str) -> str:
    """Joins what is searched beside the title; the lead is not counted twice."""
    return body if not lead or body.startswith(lead) else f"{lead}\n{body}"


def matching(connection: Connection, terms: Sequence[Term], *, walked: bool = False) -> Match:
    """Gives how articles that match every term, and none of the negated, are found; without terms every article does.

    `walked`: the articles are met in another order, one after the other, so that few need to be looked up where many match.
    """
    if not terms:
        return Match((), true(), literal_column("0"))
    wanted = [term for term in terms if not term.negated]
    unwanted = [term for term in terms if term.negated]
    if connection.dialect.name == "sqlite":
        return _sqlite_match(wanted, unwanted, walked=walked)
    return _postgres_match(wanted, unwanted)


def _write_sqlite(connection: Connection, rows: Sequence[Text]) -> None:
    number, postings = text("INSERT OR REPLACE INTO article_numbers (article_id) VALUES (:article)"), []
    for article, title, body in rows:
        head, rest = _words(title, body)
        given = connection.execute(number, {"article": article}).lastrowid
        forms = (" ".join(head), " ".join(rest), plain(" ".join(head)), plain(" ".join(rest)))
        postings.append(
            dict(zip(("number", "title", "body", "title_plain", "body_plain"), (given, *forms), strict=True))
        )
    connection.execute(
        text(
            "INSERT INTO article_index (rowid, title, body, title_plain, body_plain)"
            " VALUES (:number, :title, :body, :title_plain, :body_plain)"
        ),
        postings,
    )


def _write_postgres(connection: Connection, rows: Sequence[Text]) -> None:
    connection.execute(
        text(
            "INSERT INTO article_vectors (article_id, written, plain)"
            " VALUES (:article, CAST(:written AS tsvector), CAST(:plain AS tsvector))"
            " ON CONFLICT (article_id) DO UPDATE SET written = excluded.written, plain = excluded.plain"
        ),
        [_vectors(article, *_words(title, body)) for article, title, body in rows],
    )


def _words(title: str, body: str) -> tuple[list[str], list[str]]:
    return words(title[:MAX_TITLE])[:MAX_WORDS], words(body[:MAX_TEXT])[:MAX_WORDS]


def _vectors(article: str, head: list[str], rest: list[str]) -> dict[str, str]:
    gap = len(head) + 2  # so that no phrase reaches from the title into the text
    placed = [(word, f"{place}A") for place, word in enumerate(head, 1)]
    placed += [(word, f"{place}") for place, word in enumerate(rest, gap)]
    written: dict[str, list[str]] = {}
    marks_off: dict[str, list[str]] = {}
    for word, place in placed:
        written.setdefault(word, []).append(place)
        marks_off.setdefault(plain(word), []).append(place)
    return {"article": article, "written": _vector(written), "plain": _vector(marks_off)}


def _vector(places: dict[str, list[str]]) -> str:
    """Writes a tsvector; words are letters and digits alone, so that nothing in them needs to be escaped."""
    return " ".join(f"'{word}':{','.join(where)}" for word, where in places.items())


def _sqlite_match(wanted: Sequence[Term], unwanted: Sequence[Term], *, walked: bool) -> Match:
    joined = ((numbers, numbers.c.article_id == articles.c.id),)
    rank: Any = literal_column(f"bm25(article_index, {TITLE_WEIGHT}, 1.0, {TITLE_WEIGHT}, 1.0)")
    excluded = " OR ".join(map(_fts, unwanted))
    if not wanted:
        hits = select(index.c.rowid).where(_matches(excluded))
        return Match(joined, numbers.c.number.not_in(hits), literal_column("0"))
    asked = " AND ".join(map(_fts, wanted))
    asked = f"({asked}) NOT ({excluded})" if excluded else asked
    if walked and any(term.prefix for term in wanted):  # beginnings are gathered anew at each look: so look once
        hits = select(index.c.rowid).where(_matches(asked))
        return Match(
            joined, (numbers.c.number + 0).in_(hits), literal_column("0")
        )  # + 0: not all hits are to be sorted
    if walked:
        here = exists().select_from(index).where(_matches(asked), index.c.rowid == numbers.c.number)
        return Match(joined, here, literal_column("0"))
    return Match(((index, true()), *joined), and_(_matches(asked), index.c.rowid == numbers.c.number), rank)


def _matches(expression: str) -> Any:
    return literal_column("article_index").op("MATCH")(bindparam(None, expression, unique=True))


def _fts(term: Term) -> str:
    columns = "title body" if term.written else "title_plain body_plain"
    return f'{{{columns}}} : "{" ".join(term.words)}"{" *" if term.prefix else ""}'


def _postgres_match(wanted: Sequence[Term], unwanted: Sequence[Term]) -> Match:
    conditions: list[Any] = []
    rank: Any = literal_column("0")
    for field, terms in _by_field(wanted):
        query = _tsquery(" & ".join(map(_ts, terms)))
        conditions.append(field.op("@@")(query))
        rank = rank - func.ts_rank(field, query)
    for field, terms in _by_field(unwanted):
        conditions.append(not_(field.op("@@")(_tsquery(" | ".join(map(_ts, terms))))))
    return Match(((vectors, vectors.c.article_id == articles.c.id),), and_(*conditions), rank)


def _by_field(terms: Sequence[Term]) -> list[tuple[Any, list[Term]]]:
    written = [term for term in terms if term.written]
    others = [term for term in terms if not term.written]
    return [(field, found) for field, found in ((vectors.c.written, written), (vectors.c.plain, others)) if found]


def _ts(term: Term) -> str:
    phrase = " <-> ".join(f"'{word}'" for word in term.words)
    return f"({phrase}{':*' if term.prefix else ''})"


def _tsquery(query: str) -> Any:
    return text("CAST(:query AS tsquery)").bindparams(bindparam("query", query, unique=True))
