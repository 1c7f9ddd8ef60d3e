"""Trusts of phrases by command: learnt from a file or the store, written into a new file of phrases that the campaign can read."""

import json
from datetime import UTC, datetime

import pytest

from pipeline.console import EXIT_BAD_INPUT, EXIT_OK, EXIT_WITH_FAILURES
from pipeline.steps.trust import LEAST
from pipeline.store import articles
from tests.pipeline.pages import article_at

AT = datetime(2020, 9, 2, 3, tzinfo=UTC)
CUES = "// của tỉnh\n[congress]\nhint đại biểu\ncue họp báo\nexclusion đại hội cổ đông\n"
FILLER = "Trời nắng.\n" * 6


def bodies():
    """Four cues that come together, and one, "họp báo", that comes alone."""
    together = "Khai mạc đại hội.\nĐại hội đảng bộ huyện.\nCác đại biểu về dự.\n"
    return [together if number % 2 else "Sở họp báo.\n" for number in range(LEAST)]


@pytest.fixture
def office(campaign):
    """The campaign with a file of phrases, and articles without labels in a file."""
    (campaign.folder / "phrases.txt").write_text(CUES, encoding="utf-8")
    text = campaign.file.read_text(encoding="utf-8").replace("[classify]\n", '[classify]\ncues = "phrases.txt"\n')
    campaign.file.write_text(text, encoding="utf-8")
    rows = [json.dumps({"title": f"Tin {n}", "body": body + FILLER}) for n, body in enumerate(bodies())]
    (campaign.folder / "articles.jsonl").write_text("\n".join(rows), encoding="utf-8")
    return campaign


def test_file_teaches_and_the_campaign_can_read_what_was_written(office, capsys):
    old, file = office.config, office.folder / "articles.jsonl"
    assert office.run("codebook", "trust", "--from", file, lang="vi") == EXIT_OK
    said = capsys.readouterr().out
    assert max(len(line) for line in said.splitlines() if not line.startswith("→")) <= 80
    assert said.startswith("Đã đọc 300 bài, học độ tin cậy của 4/5 cụm từ\n→ ")
    assert 'ghi cues = "phrases-2.txt";\n' in said
    assert (office.folder / "phrases.txt").read_text(encoding="utf-8") == CUES
    assert office.config == old
    text = office.file.read_text(encoding="utf-8").replace("phrases.txt", "phrases-2.txt")
    office.file.write_text(text, encoding="utf-8")
    congress, youth = office.config.topics
    trusts = {cue.partition(" = ")[0]: int(cue.rpartition(" = ")[2].rstrip("%")) for cue in congress.cues}
    assert trusts.keys() == {"khai mạc đại hội", "đại hội đảng bộ", "họp báo"}
    assert trusts["họp báo"] < 50 < trusts["khai mạc đại hội"]
    assert (youth.cues, congress.exclusions) == (("đoàn thanh niên",), ("đại hội cổ đông",))
    assert office.config.codebook.version != old.codebook.version

    with file.open("a", encoding="utf-8") as out:
        out.write('\n{"title": 5}\n')
    again = office.folder / "again.txt"  # trusts that are there already count for nothing
    assert office.run("codebook", "trust", "--from", file, "--out", again) == EXIT_WITH_FAILURES
    assert f"{file}:{LEAST + 1}" in capsys.readouterr().err
    assert again.read_bytes() == (office.folder / "phrases-2.txt").read_bytes()


def test_store_teaches_without_a_file_of_phrases(campaign, capsys):
    with campaign.open() as store, store.begin() as connection:
        for number, body in enumerate(bodies()):
            article = article_at(f"bao.example/{number}.html", f"Tin {number}", body + FILLER, at=AT)
            articles.save(connection, article, "bao")
    assert campaign.run("codebook", "trust", "--json") == EXIT_OK
    told = json.loads(capsys.readouterr().out)
    assert (told["setting"], told["articles"], told["phrases"]) == ("cues.txt", LEAST + 3, 3)
    assert {each["text"] for each in told["trusted"]} == {"khai mạc đại hội", "đại hội đảng bộ", "đoàn thanh niên"}
    assert "[congress]\ncue khai mạc đại hội = " in (campaign.folder / "cues.txt").read_text(encoding="utf-8")


def test_few_articles_teach_nothing(campaign, capsys):
    assert campaign.run("codebook", "trust", lang="vi") == EXIT_BAD_INPUT
    assert "mới có 3 bài để học, cần ít nhất 300 bài" in capsys.readouterr().err
    assert not (campaign.folder / "cues.txt").exists()
