"""What is old goes where nothing rests on it: copies of pages, audits of days before; and what is kept can be read as before."""

import json
import random
import shutil
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from crawlers.archive import Archive
from crawlers.article import Fetch, Observation
from crawlers.errors import ArchiveError
from pipeline.console import EXIT_OK, EXIT_WITH_FAILURES
from pipeline.settings import RetentionSettings
from pipeline.steps.manifest import file_of
from pipeline.steps.prune import prune
from pipeline.store import articles, audits, changes, fetches, observations, runs
from pipeline.store.pruning import spare_records
from tests.pipeline.conftest import _article

NOW = datetime(2020, 12, 1, tzinfo=UTC)
LIST, PAGE, PROOF = "http://bao.example/", "http://bao.example/bai-9.html", "http://bao.example/tin"


def clock():
    return NOW


@pytest.fixture
def archived(filled):
    """Two nights of three addresses: a list, an article, and the page that proves a day; the archive, and places by address and night."""
    config, store, _ = filled
    archive, chance = Archive(config.data / "archive"), random.Random(2)
    refs = {}
    for night in (date(2020, 9, 2), date(2020, 9, 3)):
        for url in (LIST, PAGE, PROOF):
            at = datetime(night.year, night.month, night.day, tzinfo=UTC)
            body = chance.randbytes(30_000)
            ref = archive.write(night, url=url, status=200, headers=(), body=body, fetched_at=at)
            refs[url, night.day] = ref
            with store.begin() as connection:
                key, role = url.removeprefix("http://"), "page" if url == PAGE else "listing"
                fetches.save_fetch(connection, Fetch("bao", url, key, role, 200, at, archive=ref), night)
                if url == PAGE:
                    page = replace(_article(9, "bao", "Tin", "Nội dung.", 2), archive=ref, url=url, url_key=key)
                    articles.save(connection, replace(page, body=f"Nội dung {night}."), "bao")
                if url == PROOF:
                    seen = Observation("bao", date(2020, 9, 1), proved=True, route="listing", evidence_url=url)
                    observations.save(connection, [seen], night)
    archive.close()
    return replace(config, retention=RetentionSettings(pages_days=30)), store, archive, refs


def test_only_copies_on_which_nothing_rests_are_spare(archived):
    _, store, _, refs = archived
    spare = refs[LIST, 2]
    with store.read() as connection:
        assert spare_records(connection, date(2020, 9, 10)) == {spare.file: ((spare.offset, spare.length),)}
        assert spare_records(connection, date(2020, 9, 2)) == {}


def test_pages_go_once_and_all_others_stay_readable(archived):
    config, store, archive, refs = archived
    plan = prune(config, store, clock, lambda *_: None, dry_run=True)
    assert (plan.records, plan.files) == (1, 1)
    assert archive.read(refs[LIST, 2])
    done = prune(config, store, clock, lambda *_: None, dry_run=False)
    assert (done.records, done.files, done.audits) == (1, 1, 0)
    with pytest.raises(ArchiveError):
        archive.read(refs[LIST, 2])
    assert all(archive.read(ref) for place, ref in refs.items() if place != (LIST, 2))
    assert prune(config, store, clock, lambda *_: None, dry_run=False).records == 0


def test_audits_go_with_their_files_but_for_the_last_of_a_month_and_the_newest(campaign, capsys):
    text = '\n[report]\nformats = ["json"]\n[retention]\naudits_days = 30\n'
    campaign.file.write_text(campaign.file.read_text(encoding="utf-8") + text, encoding="utf-8")
    assert campaign.run("classify") == EXIT_OK
    days = [date(2020, 9, 6), date(2020, 9, 7), date(2020, 10, 1), date(2020, 10, 2)]
    for day in days:
        assert campaign.run("audit", "--as-of", day, "--manifest", file_of(campaign.config, day)) == EXIT_OK
    handed_out = shutil.copy(file_of(campaign.config, days[0]), campaign.folder / "handed-out.json")
    capsys.readouterr()
    assert campaign.run("prune", "--dry-run", "--json") == EXIT_OK
    assert json.loads(capsys.readouterr().out)["days"] == ["2020-09-06", "2020-10-01"]
    assert campaign.run("prune", lang="vi") == EXIT_OK
    assert capsys.readouterr().out == "Đã bỏ 2 lần đối chiếu, 0 bản lưu trang trong 0 tệp: 0 MB\n"
    with campaign.open() as store, store.read() as connection:
        assert [each.as_of for each in audits.saved(connection)] == [days[3], days[1]]
    left = [each.name for each in sorted((campaign.config.data / "report").iterdir())]
    assert left == ["2020-09-07", "2020-10-02"]
    assert campaign.run("audit", "verify", handed_out) == EXIT_OK  # made anew it is the same
    campaign.file.write_text(campaign.file.read_text(encoding="utf-8") + "# sửa\n", encoding="utf-8")
    capsys.readouterr()
    campaign.run("audit", "verify", handed_out)
    assert "The store does not keep this audit: it was pruned" in capsys.readouterr().out


def test_night_prunes_as_of_its_day_and_a_fault_hinders_no_report(campaign, capsys):
    text = '\n[report]\nformats = ["json"]\n[retention]\naudits_days = 30\n'
    campaign.file.write_text(campaign.file.read_text(encoding="utf-8") + text, encoding="utf-8")
    report, day, newest = campaign.config.data / "report", date(2020, 9, 6), date(2020, 11, 2)
    for each in (day, date(2020, 9, 7)):
        assert campaign.run("audit", "--as-of", each) == EXIT_OK
    shutil.rmtree(report / str(day))
    (report / str(day)).write_text("a file that nobody expects here", encoding="utf-8")
    capsys.readouterr()
    assert campaign.run("nightly", "--as-of", newest) == EXIT_WITH_FAILURES
    out, err = capsys.readouterr()
    assert "Not pruned: Not a directory" in err
    assert (report / str(newest) / "audit.json").is_file()
    (report / str(day)).unlink()
    (report / str(day)).mkdir()
    campaign.run("nightly", "--as-of", newest, "--json", "--log-json")
    out, err = capsys.readouterr()
    assert json.loads(out)["pruned"]["days"] == [str(day)]
    assert "prune_done" in {json.loads(line)["event"] for line in err.splitlines()}
    campaign.run("nightly", "--as-of", day, "--json")  # of an older day: as of that day nothing is old yet
    assert json.loads(capsys.readouterr().out)["pruned"]["days"] == []
    assert [each.name for each in sorted(report.iterdir())] == ["2020-09-06", "2020-09-07", "2020-11-02"]
    with campaign.open() as store, store.read() as connection:
        assert [each.as_of for each in audits.saved(connection)] == [newest, date(2020, 9, 7), day]
        assert runs.last(connection, "nightly").counts["pruned_audits"] == 0
        assert (
            changes.now(connection).seq == changes._taken_out(connection).seq + 1
        )  # the audit knows all but the newest


def test_last_report_of_a_month_stays_though_the_store_knows_no_audit_of_it(campaign, capsys):
    """As after an older backup was put back, which knows nothing of later nights."""
    campaign.file.write_text(
        campaign.file.read_text(encoding="utf-8") + "\n[retention]\naudits_days = 30\n", encoding="utf-8"
    )
    for day in ("2020-08-30", "2020-08-31", "2020-09-01"):
        (campaign.config.data / "report" / day).mkdir(parents=True)
        file = file_of(campaign.config, date.fromisoformat(day))
        file.parent.mkdir(exist_ok=True)
        file.write_text("{}", encoding="utf-8")
    assert campaign.run("prune") == EXIT_OK
    assert [each.name for each in sorted((campaign.config.data / "report").iterdir())] == ["2020-08-31", "2020-09-01"]
    assert [each.stem for each in sorted(file.parent.glob("*.json"))] == ["2020-08-31", "2020-09-01"]


def test_nothing_goes_where_nothing_is_said(campaign, capsys):
    assert campaign.run("prune", lang="en") == EXIT_OK
    assert capsys.readouterr().out == "[retention] keeps everything for ever: nothing goes.\n"
