"""Two audits are compared: which answers are others, and what made them so."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import text

from pipeline.console import EXIT_BAD_INPUT, EXIT_OK
from pipeline.records import LabelEvent
from pipeline.steps.audit import audit
from pipeline.steps.audit_diff import compare
from pipeline.store import codebooks, labels

DAY = date(2020, 9, 6)


def say(campaign, article, *, value=True):
    at = datetime(2020, 9, 7, tzinfo=UTC)
    with campaign.open() as store, store.begin() as connection:
        codebooks.register(connection, "c", campaign.config.codebook.as_json())
        labels.append(connection, [LabelEvent(article, "congress", value=value, reviewer="r1", at=at, codebook="c")])


def judged(campaign, day=DAY):
    with campaign.open() as store:
        return audit(campaign.config, store, day)


def causes(before, after):
    return {each.key: each.causes for each in compare(before, after).turned}


def test_answer_that_a_reading_turned_says_so(campaign, capsys):
    campaign.run("classify")
    for _ in range(2):
        assert campaign.run("audit", "--as-of", DAY) == EXIT_OK
    say(campaign, campaign.ids[0])
    assert campaign.run("audit", "--as-of", DAY) == EXIT_OK
    capsys.readouterr()
    assert campaign.run("audit", "diff") == EXIT_OK
    told = capsys.readouterr().out
    assert "Inputs that changed: the words of reviewers." in told
    assert "Articles: 0 new, 0 no longer counted." in told
    assert (
        "  Báo Sơn Khê · Trước · Congress\n    Uncertain (0/1 item) → Met (1/1 item)\n    because: reviewers read more\n"
        in told
    )
    assert "  Báo Sơn Khê · Trước · Congress: 0+1 → 1+0\n" in told
    assert max(map(len, told.splitlines())) <= 80
    assert campaign.run("audit", "diff", "--json") == EXIT_OK
    found = json.loads(capsys.readouterr().out)
    assert [(each["key"], each["causes"]) for each in found["verdicts"]] == [("before|congress|bao|items", ["labels"])]
    assert campaign.run("audit", "list") == EXIT_OK
    assert len(capsys.readouterr().out.splitlines()) == 2 * 2  # the same audit made twice is one


def test_day_and_beginning_of_an_id_name_an_audit(campaign, capsys):
    campaign.run("classify")
    for day in (5, 6):
        campaign.run("audit", "--as-of", date(2020, 9, day))
    capsys.readouterr()
    assert campaign.run("audit", "list", "--json") == EXIT_OK
    newest, oldest = json.loads(capsys.readouterr().out)
    for names in (("2020-09-05", "2020-09-06"), (oldest["id"][:6], newest["id"][:6]), ("05/09/2020",), ()):
        assert campaign.run("audit", "diff", *names) == EXIT_OK
        assert f"From 5 Sep 2020 ({oldest['id']}) to 6 Sep 2020 ({newest['id']})" in capsys.readouterr().out
    assert campaign.run("audit", "diff", "2020-01-01") == EXIT_BAD_INPUT
    assert "see `rasoat audit list`" in capsys.readouterr().err


def test_days_that_are_over_and_a_duty_that_is_another_are_told_apart(campaign):
    campaign.run("classify")
    running, over = judged(campaign, date(2020, 9, 5)), judged(campaign)
    assert set(causes(running, over).values()) == {("days",)}
    changed = campaign.file.read_text(encoding="utf-8").replace("min_items = 1", "min_items = 2")
    campaign.file.write_text(changed, encoding="utf-8")
    stricter = causes(over, judged(campaign))
    assert stricter
    assert set(stricter.values()) == {("config",)}


def test_proof_that_is_taken_away_and_an_article_that_came_are_told(campaign):
    campaign.run("classify")
    before = judged(campaign)
    with campaign.open() as store, store.begin() as connection:
        connection.execute(text("DELETE FROM observations WHERE source_id = 'dai' AND day = '2020-09-02'"))
    after = judged(campaign)
    assert {key: found for key, found in causes(before, after).items() if "|dai|" in key}.keys()
    assert set(causes(before, after).values()) == {("proofs",)}
    row = before.observed[0]
    fewer = replace(before, observed=(replace(row, article_ids=row.article_ids[1:]), *before.observed[1:]))
    assert compare(fewer, before).new == row.article_ids[:1]
    assert compare(before, fewer).gone == row.article_ids[:1]


@pytest.mark.parametrize("number", [0, 1])
def test_fewer_than_two_audits_cannot_be_compared(campaign, capsys, number):
    for _ in range(number):
        campaign.run("audit", "--as-of", DAY)
    capsys.readouterr()
    assert campaign.run("audit", "diff") == EXIT_BAD_INPUT
    assert "fewer than two audits are kept" in capsys.readouterr().err


def test_audit_of_another_version_that_cannot_be_read_says_so(campaign, capsys):
    for day in (5, 6):
        campaign.run("audit", "--as-of", date(2020, 9, day))
    with campaign.open() as store, store.begin() as connection:
        connection.execute(text('UPDATE audits SET header = \'{"as_of": "2020-09-05"}\' WHERE seq = 1'))
    capsys.readouterr()
    assert campaign.run("audit", "list") == EXIT_OK
    assert len(capsys.readouterr().out.splitlines()) == 2 * 2
    assert campaign.run("audit", "diff") == EXIT_BAD_INPUT
    assert "another version of rasoat wrote it" in capsys.readouterr().err
