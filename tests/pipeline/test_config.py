from pathlib import Path

import pytest

from pipeline.config import load_config
from pipeline.errors import ConfigError, InputError

SAMPLE = Path(__file__).parents[2] / "config.toml"


@pytest.fixture
def write(tmp_path):
    def write(text: str) -> Path:
        file = tmp_path / "config.toml"
        file.write_text(text, encoding="utf-8")
        return file

    return write


def faults(file: Path) -> dict[str, str]:
    with pytest.raises(ConfigError) as caught:
        load_config(file)
    return {fault.path: fault.en for fault in caught.value.faults}


def test_five_faults_give_five_lines(write):
    file = write(
        """
        colour = "red"
        [fetch]
        delay_s = "soon"
        retriess = 3
        [[source]]
        id = "bao"
        home = "https://bao.vn/"
        [[phase]]
        id = "truoc"
        name = "Trước"
        first_day = 2020-09-25
        last_day = 2020-09-01
        """
    )
    with pytest.raises(ConfigError) as caught:
        load_config(file)
    assert str(caught.value).splitlines() == [
        (
            "config.toml: colour: unknown key; known keys: store, paths, directive, fetch, classify, audit, engine, "
            "web, topic, phase, outlet, source, duty"
        ),
        "config.toml: fetch.delay_s: expected a number, got 'soon'",
        "config.toml: fetch.retriess: unknown key; did you mean `retries`?",
        "config.toml: source.0.name: is required and missing",
        "config.toml: phase.0.last_day: 2020-09-01 is before first_day 2020-09-25",
    ]
    assert "khóa lạ" in caught.value.text("vi")


def test_source_needs_only_id_name_and_home(write):
    config = load_config(write('[[source]]\nid = "bao"\nname = "Báo"\nhome = "https://bao.vn/"\n'))
    assert config.sources[0].outlet == "bao"
    assert [outlet.id for outlet in config.outlets] == ["bao"]


def test_relative_store_lies_beside_the_config(write, tmp_path):
    config = load_config(write('[store]\nurl = "sqlite:///var/a.sqlite"\n'))
    assert config.store_url == f"sqlite:///{tmp_path}/var/a.sqlite"


def test_overlapping_phases_are_refused(write):
    phase = '[[phase]]\nid = "{}"\nname = "x"\nfirst_day = 2020-09-{:02}\nlast_day = 2020-09-{:02}\n'
    found = faults(write(phase.format("a", 1, 10) + phase.format("b", 10, 20)))
    assert found == {"phase.1.first_day": "phase 'b' overlaps phase 'a'"}


def test_duty_must_name_what_exists_and_ask_for_something(write):
    found = faults(write('[[duty]]\nphase = "p"\ntopic = "t"\noutlet = "o"\n'))
    assert set(found) == {"duty.0.phase", "duty.0.topic", "duty.0.outlet", "duty.0"}


def test_numbers_keep_their_ranges(write):
    found = faults(write("[fetch]\ndelay_s = -1\nthreads = 0\n"))
    assert set(found) == {"fetch.delay_s", "fetch.threads"}


@pytest.mark.parametrize("url", ["ftp://bao.vn/", "bao.vn", "http://", "http://bao.vn:99999/"])
def test_home_must_be_a_web_address(write, url):
    found = faults(write(f'[[source]]\nid = "bao"\nname = "Báo"\nhome = "{url}"\n'))
    assert list(found) == ["source.0.home"]


def test_missing_file_names_the_remedy(tmp_path):
    with pytest.raises(InputError, match="rasoat init"):
        load_config(tmp_path / "none.toml")


def test_broken_toml_names_the_line(write):
    with pytest.raises(InputError, match="line 1"):
        load_config(write("a = ?\n"))
