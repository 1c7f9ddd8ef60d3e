import json
from dataclasses import replace
from datetime import date

import pytest
from bs4 import BeautifulSoup

from pipeline.comparison import Moved, Side, Tally
from pipeline.errors import InputError
from pipeline.records import Prediction
from pipeline.report.compare import page, rows
from pipeline.steps.classify import classify
from pipeline.steps.compare import compare
from pipeline.steps.model import model_version
from pipeline.store import articles, predictions
from pipeline.wording import Words

AS_OF = date(2020, 9, 6)
OTHER = "0123456789ab"


def silent(done, total=0, note=""):
    """Shows no progress."""


@pytest.fixture
def two(filled):
    """Two models on both engines: the cues, and one that sees prices as of the congress and no youth: config, store, ids."""
    config, store, ids = filled
    classify(config, store, silent)
    says = {ids[0]: ("congress",), ids[1]: ("congress",), ids[2]: ()}
    with store.begin() as connection:
        made = [
            Prediction(
                article,
                articles.get(connection, article).content_hash,
                OTHER,
                config.codebook.version,
                {"congress": 0.8 if topics else 0.1, "youth": 0.2},
                topics,
                dict.fromkeys(topics, "Tiểu thương <b>."),
            )
            for article, topics in says.items()
        ]
        predictions.save(connection, made)
    return config, store, ids


def test_articles_that_change_topic_are_told_with_the_evidence_of_either_side(two):
    config, store, ids = two
    found = compare(config, store, "weak", OTHER[:6], AS_OF)
    assert (found.before.model, found.after) == (model_version(config), Side(OTHER, config.codebook.version))
    assert (found.both, found.before_only, found.after_only) == (3, 0, 0)
    prices, youth = found.moved
    assert (prices.article, prices.gained, prices.lost) == (ids[1], ("congress",), ())
    assert (youth.article, youth.gained, youth.lost) == (ids[2], (), ("youth",))
    assert prices.evidence == {"congress": "Tiểu thương <b>."}
    assert youth.evidence == {"youth": "Đoàn thanh niên ra quân"}
    assert youth.scores["youth"][0] > 0.5 > youth.scores["youth"][1] == 0.2
    assert found.topics == (Tally("congress", "", 1, 2, 0, 1), Tally("youth", "", 1, 0, 1, 0))
    assert found.outlets == (Tally("congress", "bao", 1, 2, 0, 1), Tally("youth", "dai", 1, 0, 1, 0))
    assert found.verdicts is None  # the registry does not keep the second model


def test_another_codebook_moves_the_verdicts_that_rest_on_it(campaign):
    config = campaign.config
    wide = replace(config, topics=(replace(config.topics[0], cues=("giá rau", "đoàn thanh niên")), config.topics[1]))
    with campaign.open() as store:
        for each in (config, wide):
            classify(each, store, silent)
        found = compare(config, store, config.codebook.version, f"weak@{wide.codebook.version}", AS_OF)
        back = compare(config, store, wide.codebook.version, "weak", AS_OF)
    assert [(each.article, each.lost, each.gained) for each in found.moved] == [
        (campaign.ids[0], ("congress",), ()),
        (campaign.ids[1], (), ("congress",)),
        (campaign.ids[2], (), ("congress",)),
    ]
    assert [(each.lost, each.gained) for each in back.moved] == [(each.gained, each.lost) for each in found.moved]
    assert found.verdicts is not None
    assert back.verdicts is not None
    assert {(each.outlet, each.before, each.after) for each in back.verdicts} == {
        (each.outlet, each.after, each.before) for each in found.verdicts
    }


def test_articles_that_one_side_has_not_read_are_counted_and_compared_nowhere(two):
    config, store, ids = two
    with store.begin() as connection:
        connection.exec_driver_sql(f"DELETE FROM predictions WHERE model = '{OTHER}' AND article_id = '{ids[1]}'")
    found = compare(config, store, OTHER, "weak", AS_OF)
    assert (found.both, found.before_only, found.after_only) == (2, 0, 1)
    assert [each.article for each in found.moved] == [ids[2]]


@pytest.mark.parametrize(("first", "second"), [("weak", "ffffff"), ("weak", "weak"), (OTHER, "weak@zzzz")])
def test_what_is_no_reading_is_told_with_those_there_are(two, first, second):
    config, store, _ = two
    with pytest.raises(InputError, match=rf"not one reading .*{OTHER}@|are the same reading"):
        compare(config, store, first, second, AS_OF)


def test_page_and_rows_tell_all_and_trust_no_text(two):
    config, store, _ = two
    found = compare(config, store, "weak", OTHER, AS_OF)
    html = page(found, Words("vi"))
    assert "<b>2</b> bài đổi chủ đề" in html
    assert "Tiểu thương &lt;b&gt;." in html
    tables = BeautifulSoup(html, "lxml").select("div.wide > table")
    assert [len(table.select("tbody > tr")) for table in tables][-2:] == [len(found.topics), len(found.outlets)]
    assert "&lt;table" not in html
    assert html == page(found, Words("vi"))
    odd = replace(found, moved=(replace(found.moved[0], url="javascript:alert(1)"),))
    assert "javascript:" not in page(odd, Words("en"))
    kinds = [row["kind"] for row in rows(found)]
    assert (kinds.count("article"), kinds.count("count")) == (2, 4)
    assert all(isinstance(each, Moved) for each in found.moved)


def test_command_writes_both_files_and_fits_a_terminal(campaign, capsys, tmp_path):
    config = campaign.config
    with campaign.open() as store:
        for each in (config, replace(config, topics=config.topics[:1])):
            classify(each, store, silent)
    other = replace(config, topics=config.topics[:1]).codebook.version
    html, jsonl = tmp_path / "so-sanh.html", tmp_path / "so-sanh.jsonl"
    files = ("--html", html, "--jsonl", jsonl, "--as-of", "2020-09-06")
    assert campaign.run("compare", config.codebook.version[:8], other[:8], *files, lang="vi") == 0
    out = capsys.readouterr().out
    assert "Cùng đọc 3 bài; 1 bài đổi chủ đề" in out
    assert "− Thanh niên" in out
    assert max(map(len, out.splitlines())) <= 80
    assert "Thanh niên" in html.read_text(encoding="utf-8")
    made = [json.loads(line) for line in jsonl.read_text(encoding="utf-8").splitlines()]
    assert [row["lost"] for row in made if row["kind"] == "article"] == [["youth"]]
