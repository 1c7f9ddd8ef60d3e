"""The documents say what the code does: every command, key and topic is explained, and no generated part is stale."""

import re
from dataclasses import fields
from pathlib import Path

import click
import pytest
from cogapp import Cog

from crawlers.profiles import PROFILES
from crawlers.source import TlsException
from pipeline.cli import app
from pipeline.config import SECTIONS, TABLES, load_config
from pipeline.console import SIDES, side
from pipeline.reference import command_table, explanations, key_table, leaves, profile_table
from pipeline.sample.demo import demo

ROOT = Path(__file__).parents[1]
READMES = (ROOT / "README.md", ROOT / "README.vi.md")
CONFIG = ROOT / "config.toml"
VIETNAMESE = re.compile("[ăâđêôơưàáảãạằắẳẵặầấẩẫậèéẻẽẹềếểễệìíỉĩịòóỏõọồốổỗộờớởỡợùúủũụừứửữựỳýỷỹỵ]", re.IGNORECASE)
KEYS = [(name, item.name) for name, kind in {**SECTIONS, **TABLES}.items() for item in fields(kind)]


def groups_and_commands(command: click.Command = app, path: str = "rasoat") -> list[tuple[str, click.Command]]:
    below = command.commands if isinstance(command, click.Group) else {}
    return [
        (path, command),
        *(found for name, one in below.items() for found in groups_and_commands(one, f"{path} {name}")),
    ]


COMMANDS = groups_and_commands()
OPTIONS = [
    (f"{path} {option.opts[0]}", option.help)
    for path, command in COMMANDS
    for option in command.params
    if isinstance(option, click.Option)
]


def said_in_both_languages(text: str | None) -> bool:
    """A Vietnamese side with Vietnamese letters, an English one without."""
    vi, en = side(text, "vi"), side(text, "en")
    return SIDES in (text or "") and bool(VIETNAMESE.search(vi)) and en != "" and not VIETNAMESE.search(en)


@pytest.mark.parametrize("command", [command for _, command in COMMANDS[1:]], ids=[path for path, _ in COMMANDS[1:]])
def test_every_command_has_help_in_both_languages(command: click.Command) -> None:
    assert said_in_both_languages(command.help)


@pytest.mark.parametrize("text", [text for _, text in OPTIONS], ids=[name for name, _ in OPTIONS])
def test_every_option_has_help_in_both_languages(text: str) -> None:
    assert said_in_both_languages(text)


@pytest.mark.parametrize(("section", "key"), KEYS, ids=[".".join(key) for key in KEYS])
def test_every_key_is_explained_in_the_sample_campaign_in_both_languages(section: str, key: str) -> None:
    vi, en = explanations(CONFIG.read_text(encoding="utf-8"))[section, key]
    assert VIETNAMESE.search(vi), vi
    assert not VIETNAMESE.search(re.sub(r"\([^)]*\)", "", en)), en


def test_the_sample_campaign_explains_no_key_that_does_not_exist() -> None:
    explained = explanations(CONFIG.read_text(encoding="utf-8"))
    assert set(explained) == set(KEYS)


def test_keys_of_tls_exceptions_stand_in_the_example() -> None:
    vi, en = explanations(CONFIG.read_text(encoding="utf-8"))["fetch", "tls"]
    for item in fields(TlsException):
        assert f"{item.name} = " in vi
        assert f"{item.name} = " in en


def test_every_key_behind_a_comment_mark_may_be_used(tmp_path: Path) -> None:
    text, file = CONFIG.read_text(encoding="utf-8"), tmp_path / "config.toml"
    found = [match for match in re.finditer(r"^# (\w+) = .*$", text, re.MULTILINE) if match[1] != "outlet"]  # of a duty
    for match in found:
        file.write_text(text[: match.start()] + match[0].removeprefix("# ") + text[match.end() :], encoding="utf-8")
        assert load_config(file).topics
    assert len(found) >= len(
        {"valid_from", "valid_to", "feeds", "sitemaps", "listings", "selectors", "channel", "profile"}
    )


def test_every_topic_has_two_names_a_definition_cues_and_clauses() -> None:
    for topic in load_config(CONFIG).topics:
        assert VIETNAMESE.search(topic.name)
        assert topic.name_en not in {"", topic.name}
        assert len(topic.definition.split()) >= 15, topic.id  # words; a shorter one leaves the hard cases open
        assert topic.cues
        assert topic.clauses


def test_explanations_are_the_two_lines_above_a_key_where_it_is_first_used() -> None:
    text = "[a]\n# một\n# one\nx = 1\ny = 2\n\n[[b]]\n# khác\n# other\n# x = 3\n\n[[b]]\nx = 4\n"
    assert explanations(text) == {("a", "x"): ("một", "one"), ("b", "x"): ("khác", "other")}


@pytest.mark.parametrize("readme", READMES, ids=lambda file: file.name)
def test_generated_parts_are_fresh(readme: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert Cog().main(["cog", "--check", str(readme)]) == 0, f"run `make docs`: {capsys.readouterr().out}"


@pytest.mark.parametrize("readme", READMES, ids=lambda file: file.name)
def test_readmes_carry_the_tables_of_commands_keys_and_profiles(readme: Path) -> None:
    text, lang = readme.read_text(encoding="utf-8"), "vi" if readme.name.endswith(".vi.md") else "en"
    for table in (command_table(lang), key_table(lang), profile_table(lang)):
        assert table in text


def test_tables_name_every_command_and_profile_once() -> None:
    first_cells = re.findall(r"^\| `([^`]+)`", f"{command_table('en')}\n{profile_table('en')}", re.MULTILINE)
    assert first_cells == [*(" ".join(path) for path, _ in leaves(app)), *(profile.id for profile in PROFILES)]


def test_both_readmes_show_the_same_commands() -> None:
    call = re.compile(r"^(?:\$ )?(?:RASOAT_LANG=en )?((?:\.venv/bin/)?rasoat|make) ([a-z-]+)", re.MULTILINE)
    shown = [call.findall(file.read_text(encoding="utf-8")) for file in READMES]
    assert shown[0] == shown[1]
    assert {word for tool, word in shown[0] if tool != "make"} <= {path.split()[1] for path, _ in COMMANDS[1:]}


@pytest.mark.long
@pytest.mark.parametrize("readme", READMES, ids=lambda file: file.name)
def test_readmes_show_what_the_demo_really_prints(
    readme: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """A line "…" stands for lines left out, a "…" at the end of a line for its rest; ports and progress differ by run."""
    block = re.search(r"^\$ .*make demo\n(.*?)^```$", readme.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    assert block
    monkeypatch.chdir(tmp_path)
    assert demo(Path("var/demo"), "vi" if readme.name.endswith(".vi.md") else "en") == 0
    said = capfd.readouterr()
    printed = [re.sub(r":\d+/", ":PORT/", line) for line in f"{said.err}{said.out}".splitlines()]
    for line in re.sub(r":\d+/", ":PORT/", block[1]).splitlines():
        start = line.removesuffix("…")
        assert any(each.startswith(start) if start != line else each == line for each in printed), line
    assert [line for line in printed if len(line) > 80 and "rasoat --config" not in line] == []
    assert "  0 met · 1 gap · 52 uncertain" in said.out or readme.name.endswith(".vi.md")


@pytest.mark.parametrize("readme", READMES, ids=lambda file: file.name)
def test_links_of_the_readmes_lead_somewhere(readme: Path) -> None:
    links = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", readme.read_text(encoding="utf-8"))
    assert links
    assert [link for link in links if not (ROOT / link).exists()] == []


def test_the_changelog_begins_with_what_is_unreleased() -> None:
    titles = re.findall(r"^## (.+)$", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert titles[0] == "Unreleased"


def test_every_make_target_says_what_it_does() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    phony = re.search(r"^\.PHONY: (.+)$", makefile, re.MULTILINE)
    assert phony
    assert sorted(phony[1].split()) == sorted(re.findall(r"^([a-z-]+):.*##", makefile, re.MULTILINE))
