"""Crawling the sample province into a real store: every article, every planted outage, and nothing on the second night."""

import json
import re
import tomllib
from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from crawlers.dates import local_day
from pipeline.cli import main
from pipeline.config import load_config
from pipeline.console import EXIT_BAD_INPUT, EXIT_OK, EXIT_WITH_FAILURES, Speaker
from pipeline.errors import InputError
from pipeline.records import StoredArticle
from pipeline.sample.demo import campaign
from pipeline.sample.server import SampleProvince
from pipeline.sample.texts import load_articles
from pipeline.steps.ingest import ingest, night_of, read_warc_files, replay
from pipeline.store import Store, articles, fetches, observations
from tests.pipeline.ledger import faults

FACTS = tomllib.loads((Path(__file__).parents[3] / "pipeline/sample/facts.toml").read_text(encoding="utf-8"))
FIRST, LAST = date(2020, 9, 1), date(2020, 12, 31)
NIGHT = date(2021, 1, 1)
TRUTH = {article.key: article for article in load_articles()}


def crawled(province: SampleProvince, folder: Path, *nights: date) -> Store:
    """Crawls the campaign of the province on some nights; the store stays open."""
    file = folder / "config.toml"
    file.write_text(campaign(province.homes), encoding="utf-8")
    config = load_config(file)
    config = replace(config, fetch=replace(config.fetch, retries=0))
    store = Store.open(config.store_url, create=True)
    with Speaker("vi", quiet=True).progress("", "") as advance:
        for night in nights:
            ingest(config, store, night_of(config, night), advance)
    return store


@pytest.fixture(scope="module")
def province():
    with SampleProvince(0) as served:
        yield served


@pytest.fixture(scope="module")
def store(province, tmp_path_factory):
    with crawled(province, tmp_path_factory.mktemp("campaign"), NIGHT) as opened:
        yield opened


@pytest.fixture(scope="module")
def stored(store):
    with store.read() as connection:
        return {article.url: article for article in articles.stream(connection)}


def test_every_article_that_can_be_seen_is_stored_with_its_title_and_day(province, stored):
    seen = {key: url for key, url in province.urls.items() if key[0] != "congtinh"}
    found = {url: (stored[url].title, local_day(stored[url].published)) for url in seen.values() if url in stored}
    assert found == {url: (TRUTH[key].title, TRUTH[key].published.date()) for key, url in seen.items()}


def test_nothing_else_is_stored_as_an_article(province, stored):
    assert set(stored) - set(province.urls.values()) == set()


def test_articles_of_each_outlet_are_those_planted(stored):
    planted = {outlet: sum(phases.values()) for outlet, phases in FACTS["articles"].items() if outlet != "congtinh"}
    assert {o: n for o, n in Counter(each.outlet for each in stored.values()).items() if o in planted} == planted


def test_night_over_the_province_says_a_word_on_every_address_and_day(store):
    assert faults(store, NIGHT, FIRST, LAST) == []


def test_days_that_could_not_be_observed_are_those_planted(store):
    facts = FACTS["unobserved"]
    with store.read() as connection:
        proofs = observations.day_proofs(connection, FIRST, LAST)
    unproved = {(proof.outlet, proof.day) for proof in proofs if not proof.proved}
    span = (facts["last_day"] - facts["first_day"]).days + 1
    planted = {facts["first_day"] + timedelta(days=number) for number in range(span)} | {facts["article_day"]}
    assert unproved == {(facts["outlet"], day) for day in planted}


def test_failures_name_the_pages_that_are_down(store, province):
    facts = FACTS["unobserved"]
    with store.read() as connection:
        failed = {failure.url: failure.reason for failure in fetches.failed(connection, NIGHT)}
    down = province.urls[facts["outlet"], facts["article"]]
    assert failed == {down: "http_5xx", province.homes[facts["outlet"]] + "tin-tuc?p=2": "http_5xx"}


@pytest.mark.long
def test_night_after_mending_proves_all_days_and_changes_no_old_article(tmp_path):
    with SampleProvince(0) as province:
        with crawled(province, tmp_path, NIGHT) as store, store.read() as connection:
            before = {article.id: article for article in articles.stream(connection)}
        province.mend()
        with crawled(province, tmp_path, NIGHT + timedelta(days=1)) as again, again.read() as connection:
            after = {article.id: article for article in articles.stream(connection)}
            proofs = observations.day_proofs(connection, FIRST, LAST)
        urls = province.urls
    assert [(proof.outlet, proof.day, proof.reason) for proof in proofs if not proof.proved] == []
    assert {each.url for each in after.values()} == set(urls.values())
    assert {key: after[key] for key in before} == before


def test_replaying_the_night_changes_nothing_while_the_parsers_are_the_same(store, stored):
    config = load_config(Path(store.name).parent / "config.toml")
    found = replay(config, store, (), lambda *_: None)
    with store.read() as connection:
        again = {article.url: article for article in articles.stream(connection)}
    assert found.articles == {"unchanged": len(stored)}
    assert again == stored


@pytest.mark.long
def test_second_crawl_of_a_day_asks_nothing_unless_it_is_told_to(tmp_path):
    with SampleProvince(0, mended=True) as province, crawled(province, tmp_path, NIGHT) as store:
        config = load_config(tmp_path / "config.toml")
        span, before = night_of(config, NIGHT), store_of(store)
        assert ingest(config, store, span, lambda *_: None).requests == 0
        anew = ingest(config, store, span, lambda *_: None, again=True)
        assert 0 < anew.requests < sum(len(log) for log in province.requests.values()) / 2
        assert set(anew.articles) <= {"unchanged"}
        assert store_of(store) == before


def store_of(store: Store) -> list[StoredArticle]:
    with store.read() as connection:
        return list(articles.stream(connection))


@pytest.mark.long
def test_quiet_night_asks_for_few_pages_and_conditionally(tmp_path):
    with SampleProvince(0, mended=True) as province, crawled(province, tmp_path, NIGHT):
        first = {outlet: len(log) for outlet, log in province.requests.items()}
        with crawled(province, tmp_path, NIGHT + timedelta(days=1)):
            second = {outlet: log[first[outlet] :] for outlet, log in province.requests.items()}
    assert all(len(second[outlet]) < first[outlet] / 2 for outlet in first)
    assert all(each.conditional for log in second.values() for each in log if each.target != "/robots.txt")


def test_source_that_is_not_there_is_named(province, tmp_path):
    file = tmp_path / "config.toml"
    file.write_text(campaign(province.homes), encoding="utf-8")
    config = load_config(file)
    with Store.open(config.store_url, create=True) as store, pytest.raises(InputError, match="--source bao: no such"):
        ingest(config, store, night_of(config, NIGHT), lambda *_: None, ("bao",))


@pytest.mark.long
def test_archive_of_one_store_fills_another_without_proving_a_day(store, stored, province, tmp_path):
    archive = Path(store.name).parent / "archive" / f"rasoat-{NIGHT}.warc.gz"
    file = tmp_path / "config.toml"
    file.write_text(campaign(province.homes), encoding="utf-8")
    config = load_config(file)
    with Store.open(config.store_url, create=True) as empty:
        read_warc_files(config, empty, [archive], date(2021, 2, 1), lambda *_: None)
        with empty.read() as connection:
            found = {article.url: article.title for article in articles.stream(connection)}
            proofs = observations.day_proofs(connection, FIRST, LAST)
    assert found == {url: article.title for url, article in stored.items()}
    assert not any(proof.proved for proof in proofs)


def test_damaged_file_among_others_is_told_and_the_others_are_read(store, stored, province, tmp_path, capsys):
    archive = Path(store.name).parent / "archive" / f"rasoat-{NIGHT}.warc.gz"
    half, none = tmp_path / "half.warc.gz", tmp_path / "none.warc.gz"
    half.write_bytes(archive.read_bytes()[:-10])
    none.write_text("không phải WARC", encoding="utf-8")
    file = tmp_path / "config.toml"
    file.write_text(campaign(province.homes), encoding="utf-8")
    call = ["--config", str(file), "crawl", "--warc"]
    assert main([*call, str(none), "--warc", str(half), "--warc", str(archive)]) == EXIT_WITH_FAILURES
    out, err = capsys.readouterr()
    assert f"rasoat: {none}: không phải tệp WARC hoặc tệp đã hỏng" in err
    assert re.search(rf"rasoat: {half}: hỏng hoặc bị cắt từ byte thứ [\d.]+; phần trước đó đã được đọc", err)
    assert re.search(rf"Thu thập: {len(stored)} bài mới", out)
    assert re.search(r"^ +\d+  trang được nhận$", out, re.MULTILINE)
    assert re.search(r"^ +\d+  trang kho đã có$", out, re.MULTILINE)
    assert main([*call, str(archive), "--json"]) == EXIT_OK
    again = json.loads(capsys.readouterr().out)
    assert (again["articles"], again["records"].get("taken")) == ({}, None)
    assert main([*call, str(none)]) == EXIT_BAD_INPUT
    assert main([*call, str(archive), "--warc", "absent.warc.gz"]) == EXIT_BAD_INPUT
    assert "rasoat: absent.warc.gz: không có tệp này" in capsys.readouterr().err
