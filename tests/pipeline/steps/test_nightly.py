"""The main job over the sample province, end to end: the verdicts are those that were planted."""

import hashlib
import re
import sqlite3
import tomllib
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace

import pytest

from pipeline.config import load_config
from pipeline.console import Speaker
from pipeline.files import write_jsonl
from pipeline.journal import Journal
from pipeline.report.reasons import in_words
from pipeline.sample.demo import campaign
from pipeline.sample.server import SampleProvince
from pipeline.sample.texts import load_articles
from pipeline.steps.audit import audit
from pipeline.steps.ingest import night_of
from pipeline.steps.label_files import import_labels
from pipeline.steps.nightly import Watch, nightly
from pipeline.store import Store, articles, runs
from pipeline.store.audits import load_latest, saved
from pipeline.wording import Words

FACTS = tomllib.loads((Path(__file__).parents[3] / "pipeline/sample/facts.toml").read_text(encoding="utf-8"))
PLANTED = {(gap["outlet"], gap["phase"], gap["topic"]): gap["has"] for gap in FACTS["gap"]}
DOWN = FACTS["unobserved"]["outlet"]
AS_OF = date(2021, 1, 1)
NOW = datetime(2021, 1, 2, 0, 30, tzinfo=UTC)


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    """The province, its campaign in a folder, and how to run a night and to hand in everybody's labels."""
    folder = tmp_path_factory.mktemp("province")
    with SampleProvince(0) as province:
        text = campaign(province.homes).replace("retries = 2", "retries = 0").replace('"champion"', '"weak"')
        (folder / "config.toml").write_text(text, encoding="utf-8")
        config = load_config(folder / "config.toml")
        with Store.open(config.store_url, create=True) as store:

            def night(day):
                quiet = Speaker("vi", quiet=True)
                span = night_of(config, day)
                watch = Watch(quiet.progress, Journal(quiet, lambda: NOW), lambda: NOW, "vi")
                return nightly(config, store, span, AS_OF, folder / "report", watch)

            def judged():
                rows = [{"url": url, "topics": list(topics)} for url, topics in province.labels().items()]
                write_jsonl(folder / "labels.jsonl", rows)
                done = import_labels(config, store, folder / "labels.jsonl", "r1", NOW)
                return done, audit(config, store, AS_OF)

            yield SimpleNamespace(province=province, store=store, night=night, judged=judged, folder=folder)


@pytest.fixture(scope="module")
def first_night(world):
    return world.night(date(2021, 1, 1))


@pytest.fixture(scope="module")
def after_reading(world, first_night):
    """What the audit says once all that was collected has been read, the portal still being down in part."""
    return world.judged()


@pytest.fixture(scope="module")
def less_seen(world, after_reading, tmp_path_factory):
    """Audits a copy of the store that lacks the proofs which an SQL condition names."""

    def audited(condition):
        file = tmp_path_factory.mktemp("less") / "store.sqlite"
        with closing(sqlite3.connect(world.folder / "rasoat.sqlite")) as store, closing(sqlite3.connect(file)) as copy:
            store.backup(copy)
            copy.execute(f"DELETE FROM observations WHERE {condition}")
            copy.commit()
        with Store.open(f"sqlite:///{file}") as store:
            return audit(load_config(world.folder / "config.toml"), store, AS_OF)

    return audited


def answers(result):
    return {(v.outlet, v.phase, v.topic, v.unit): v.verdict for v in result.verdicts}


def true_count(verdict, phase):
    """What the texts of the province hold for a requirement, counted without the auditor."""
    found = [a for a in load_articles() if a.outlet == verdict.outlet and verdict.topic in a.topics]
    found = [each for each in found if phase.first_day <= each.published.date() <= phase.last_day]
    if verdict.unit == "minutes":
        return sum(each.video_seconds or 0 for each in found) / 60
    if verdict.unit == "items":
        return len(found)
    ends = {phase.first_day - timedelta(1), phase.last_day + timedelta(1)}
    return max((b - a).days - 1 for a, b in pairwise(sorted(ends | {each.published.date() for each in found})))


def gaps(result):
    return {(v.outlet, v.phase, v.topic): v.verified for v in result.verdicts if v.verdict == "gap"}


def test_night_says_nothing_is_met_before_anybody_has_read(first_night):
    assert {verdict.verdict for verdict in first_night.result.verdicts} <= {"uncertain", "not_observed", "gap"}
    assert set(gaps(first_night.result)) <= set(PLANTED)


def test_night_is_in_the_log_of_runs_with_its_counts(world, first_night):
    with world.store.read() as connection:
        run = runs.last(connection, "nightly")
        stored = articles.count(connection)
    assert (run.outcome, run.counts["new"], run.counts["predicted"]) == ("done", stored, stored)


def test_reprints_of_outlets_that_were_seen_are_found(world, first_night):
    urls = {f"{outlet}/{slug}": url for (outlet, slug), url in world.province.urls.items()}
    with world.store.read() as connection:
        stored = {article.url: article for article in articles.stream(connection)}
    of = {urls[f"{each.outlet}/{each.slug}"]: urls[each.reprint_of] for each in load_articles() if each.reprint_of}
    seen = {copy: origin for copy, origin in of.items() if copy in stored}
    assert {url for url, article in stored.items() if article.cluster != article.id} == set(seen)
    assert all(stored[copy].cluster == stored[origin].id for copy, origin in seen.items())
    assert first_night.clusters == len(set(seen.values()))


def test_gaps_are_those_planted_and_none_is_of_the_portal_that_was_down(after_reading):
    _, result = after_reading
    assert gaps(result) == PLANTED
    unknown = {verdict.outlet for verdict in result.verdicts if verdict.verdict == "not_observed"}
    assert unknown == {DOWN}
    assert {verdict.verdict for verdict in result.verdicts if verdict.outlet != DOWN} == {"met", "gap"}


def test_days_not_observed_are_those_on_which_the_portal_was_down(after_reading):
    facts, rows = FACTS["unobserved"], after_reading[1].observed
    spans = range((facts["last_day"] - facts["first_day"]).days + 1)
    down = {facts["first_day"] + timedelta(days) for days in spans} | {facts["article_day"]}
    assert {day for row in rows if row.outlet == DOWN for day in row.missing_days} == down
    assert {row.outlet for row in rows if row.missing_days} == {DOWN}


@pytest.mark.parametrize(
    "condition",
    ["source_id = 'nampan'", "source_id = 'nampan' AND day IN ('2020-09-10', '2020-09-26', '2020-10-10')"],
    ids=["all proofs", "one day of each phase"],
)
def test_gaps_of_an_outlet_are_not_observed_where_its_proofs_are_taken_away(after_reading, less_seen, condition):
    before, after = answers(after_reading[1]), answers(less_seen(condition))
    lost = {key for key, verdict in before.items() if verdict == "gap" and key[0] == "nampan"}
    assert len(lost) == sum(outlet == "nampan" for outlet, *_ in PLANTED)
    assert after == before | dict.fromkeys(lost, "not_observed")


def test_outage_of_all_outlets_yields_no_gap_and_takes_nothing_from_what_was_met(after_reading, less_seen):
    before, after = answers(after_reading[1]), answers(less_seen("day BETWEEN '2020-09-20' AND '2020-10-03'"))
    assert "gap" in before.values()
    assert after == {key: "met" if verdict == "met" else "not_observed" for key, verdict in before.items()}


def test_every_number_of_a_verdict_opens_its_articles(after_reading):
    _, result = after_reading
    cells = {(cell.phase, cell.topic, cell.outlet): cell for cell in result.cells}
    counted = [verdict for verdict in result.verdicts if verdict.unit == "items"]
    assert counted
    for verdict in counted:
        cell = cells[verdict.phase, verdict.topic, verdict.outlet]
        assert (verdict.verified, verdict.machine) == (len(cell.verified_ids), len(cell.machine_ids))
        assert {*cell.verified_ids, *cell.machine_ids} <= set(result.items)


def test_reasons_of_the_night_are_told_in_vietnamese(first_night):
    reasons = {
        *first_night.ingested.broken.values(),
        *(why for row in first_night.result.observed for why in row.reasons),
    }
    said = [re.sub(r"http://\S+", "", in_words(reason, Words("vi"))) for reason in reasons]
    assert said
    assert set(said) == {"máy chủ báo lỗi 503 (trang chuyên mục ", "máy chủ báo lỗi 503 ("}


def test_stored_audit_is_the_one_that_was_reported(world, after_reading):
    with world.store.read() as connection:
        assert load_latest(connection) == after_reading[1]


def test_mended_portal_is_judged_like_the_others(world, after_reading):
    done, _ = after_reading
    assert {line.split(": ")[1].split("/")[2] for line in done.unmatched} == {world.province.homes[DOWN].split("/")[2]}
    world.province.mend()
    world.night(date(2021, 1, 2))
    done, result = world.judged()
    assert done.unmatched == ()
    assert gaps(result) == PLANTED
    assert {verdict.verdict for verdict in result.verdicts} == {"met", "gap"}
    phases = {phase.id: phase for phase in result.phases}
    for verdict in result.verdicts:  # met and gap, items, minutes and silences: each with the number that was planted
        assert verdict.verified == pytest.approx(true_count(verdict, phases[verdict.phase]), abs=0.001), verdict.key


def test_night_and_audit_name_the_inputs_they_rest_on(world, first_night):
    config = load_config(world.folder / "config.toml")
    digest = hashlib.sha256((world.folder / "config.toml").read_bytes()).hexdigest()
    with world.store.read() as connection:
        run, oldest = runs.last(connection, "nightly"), saved(connection)[-1]
    assert run.hashes == {"config": digest, "codebook": config.codebook.version}
    assert oldest.hashes == first_night.result.inputs
    named = {"config": digest, "codebook": config.codebook.version, "model": first_night.result.model}
    assert oldest.hashes.items() >= named.items()
    assert {"articles", "labels", "predictions", "proofs", "rasoat", "sources"} <= oldest.hashes.keys()
