"""A year of nights: whatever breaks, nothing is lost, nothing is twice, every outlet-day has proof or a reason, and audits stand."""

import json
from collections import Counter
from datetime import timedelta

import pytest

from crawlers.archive import Archive
from pipeline.config import load_config
from pipeline.steps.manifest import kept, read
from pipeline.steps.report import report
from pipeline.store import Store, articles, labels, observations, runs
from tests.faults.conftest import content
from tests.faults.year import DAYS, FIRST, OK, OUTLETS, begun

SHORT = 4  # nights of the short form


def live(year, plan):
    """Runs the nights of a plan: number -> what happens before it and with it."""
    for number in range(year.days):
        happens = plan(number)
        for prepare in happens.get("first", ()):
            prepare(year, number)
        if not happens.get("off"):
            year.night(number, down=happens.get("down", ()), fate=happens.get("fate", ""))


def a_year(number):
    """What happens in a year. Every tenth night is killed; the disk fills up, outlets are down, pages and codebook change."""
    happens = {"first": [], "fate": "kill"} if number % 10 == 9 else {"first": []}
    if number % 50 == 11:
        happens["fate"] = "disk"
    elif number % 25 == 5:
        happens["fate"] = "archive"
    if number in {30, 31, 32, 33, 300}:
        happens["down"] = ("nampan",)
    if number in {90, 91, 92}:
        happens["down"] = OUTLETS
    happens["off"] = number in {120, 121}  # a night without current
    if number in {150, 240}:
        happens["first"].append(lambda year, number: redesign(year, "m-" if number == 150 else "n-"))
    if number in {200, 203}:
        happens["first"].append(lambda year, number: setattr(year, "broken", number == 200))
    if number == 182:
        happens["first"].append(change_codebook)
    if number % 15 == 14:
        happens["first"].append(lambda year, number: year.read(number))
    return happens


def some_nights(number):
    """The same in little, without the processes that are killed."""
    return {
        0: {"fate": "stop"},
        1: {"down": ("nampan",)},
        2: {"first": [lambda year, _: redesign(year, "m-")], "fate": "archive"},
        3: {"first": [change_codebook, lambda year, number: year.read(number)]},
    }[number]


def redesign(year, prefix):
    year.design = prefix
    year.tally["redesigned"] += 1


def change_codebook(year, _):
    named = ("--name", "Thanh niên", "--name-en", "Youth", "--definition", "Việc của đoàn thanh niên trong tỉnh.")
    assert year.command("codebook", "add", "youth", *named, "--yes") == OK
    text = year.file.read_text(encoding="utf-8")
    assert text.count('id = "youth"') == 1
    year.tally["codebook changed"] += 1


def assert_nothing_lost_and_nothing_twice(year, store):
    last = year.start_of(year.days - 1)
    wanted = {year.province.urls[each.key]: each for each in year.visible(last)}
    with store.read() as connection:
        stored = list(articles.stream(connection))
        assert Counter(each.url for each in stored) == Counter(list(wanted))
        for each in stored:
            truth = wanted[each.url]
            assert (each.title, each.outlet) == (truth.title, truth.outlet)
            assert each.published.astimezone(truth.published.tzinfo).date() == truth.published.date(), each.url
            states = articles.revisions(connection, each.id)
            assert [state.revision for state in states] == list(range(1, len(states) + 1))
        archive = Archive(year.folder / "archive")
        pages = [state.archive for each in stored for state in articles.revisions(connection, each.id)]
    assert all(archive.read(page)[0] for page in pages)
    year.tally |= {"articles": len(stored), "revisions": len(pages)}


def assert_every_outlet_day_has_proof_or_a_reason(year, store):
    yesterday = FIRST + timedelta(days=year.days - 2)
    with store.read() as connection:
        proofs = observations.day_proofs(connection, FIRST, yesterday)
    assert len(proofs) == len(OUTLETS) * (year.days - 1)
    assert [each for each in proofs if not each.proved and each.reason in {None, observations.NOT_LOOKED}] == []
    year.tally |= {"outlet-days": len(proofs), "proved": sum(each.proved for each in proofs)}


def assert_every_night_is_in_the_log(year, store):
    with store.read() as connection:
        done = runs.done(connection, "nightly", 10 * DAYS)
        newest = runs.last(connection, "nightly")
    assert len(done) == year.tally["nights"] + year.tally["spared"]  # whom fate had nothing to take from
    assert newest.id - len(done) >= year.tally["killed"]
    assert {each.arguments["night"] for each in done} == {str(night) for night in year.nights}
    year.tally["pages pruned"] = sum(each.counts.get("pruned_pages", 0) for each in done)


def assert_audits_stand(year, store, capsys):
    """Every night's audit gives its files again, byte by byte; made anew it gives them too, or the inputs that changed are named."""
    config = load_config(year.file)
    manifests = sorted((year.folder / "manifests").glob("*.json"))
    assert [file.stem for file in manifests] == [str(night) for night in sorted(set(year.nights))]
    for file in manifests:
        manifest = read(file)
        again = report(config, kept(store, manifest), year.folder / "again", manifest.lang)
        assert again == manifest.files, file
    for file in manifests[:: max(2, len(manifests) // 8)] + manifests[-1:]:
        capsys.readouterr()
        code = year.command("audit", "verify", file, "--files", year.folder / "report" / file.stem, "--json")
        told = json.loads(capsys.readouterr().out)
        assert told["altered"] == []
        assert (code == OK) == told["same"]
        assert told["same"] or (told["inputs"] and told["rebuilt"])
        year.tally["made anew the same" if told["same"] else "changed since, named"] += 1
    assert told["same"]


def assert_the_last_night_again_changes_nothing(year, store):
    before = content(store)
    year.night(year.days - 1)
    assert content(store) == before


def assert_all_is_well(year, capsys):
    with Store.open(load_config(year.file).store_url) as store:
        assert_nothing_lost_and_nothing_twice(year, store)
        assert_every_outlet_day_has_proof_or_a_reason(year, store)
        assert_every_night_is_in_the_log(year, store)
        assert_audits_stand(year, store, capsys)
        with store.read() as connection:
            said = labels.current(connection)
        assert said
        assert_the_last_night_again_changes_nothing(year, store)
    print(json.dumps(year.tally))


@pytest.mark.long
def test_a_year_of_nights_loses_nothing_and_keeps_its_word(tmp_path, capsys):
    with begun(tmp_path, DAYS) as year:
        live(year, a_year)
        assert_all_is_well(year, capsys)
    assert year.tally["killed"] >= 30
    assert year.tally["pages pruned"] >= 100
    assert min(year.tally["disk full"], year.tally["archive full"]) >= 3
    assert year.tally["nights"] == DAYS - 2 + 1


def test_some_nights_with_all_that_may_happen_lose_nothing(tmp_path, capsys):
    with begun(tmp_path, SHORT) as year:
        live(year, some_nights)
        assert_all_is_well(year, capsys)
    assert (year.tally["stopped"], year.tally["archive full"]) == (1, 1)
