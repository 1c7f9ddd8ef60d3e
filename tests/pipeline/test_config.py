import dataclasses
import re
from pathlib import Path

import pytest

from pipeline.config import SECTIONS, TABLES, load_config
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
    with pytest.raises(ConfigError, match=r"^config\.toml: colour: ") as caught:
        load_config(file)
    assert str(caught.value).splitlines() == [
        (
            "config.toml: colour: unknown key; known keys: store, paths, directive, fetch, classify, audit, report, digest, nightly, "
            "retention, engine, review, web, topic, phase, outlet, group, source, duty"
        ),
        "config.toml: fetch.delay_s: expected a number, got 'soon'",
        "config.toml: fetch.retriess: unknown key; did you mean `retries`?",
        "config.toml: source.0.name: is required and missing",
        "config.toml: phase.0.last_day: 2020-09-01 is before first_day 2020-09-25",
    ]
    assert "khóa không có trong danh mục" in caught.value.text("vi")


def test_key_that_is_wrong_in_many_rows_is_told_once_with_its_first_line(write):
    row = '[[source]]\nid = "s{0}"\nname = "Báo"\nhome = "https://{0}.vn/"\n'
    wrong = "".join(row.format(number) + 'fead = ["/rss"]\n' for number in range(1, 13))
    found = faults(write(row.format(0) + wrong + "[fetch]\nfead = 1\n"))
    assert found == {
        "source.1.fead": "unknown key; did you mean `feeds`? (12 times, first in line 9)",
        "fetch.fead": found["fetch.fead"],
    }
    assert found["fetch.fead"].startswith("unknown key; known keys: ")


def test_wrong_key_whose_lines_are_not_plain_to_see_is_counted_all_the_same(write):
    row = '{id = "s", name = "Báo", home = "https://s.vn/", fead = 1}'
    found = faults(write(f"source = [{row}, {row}]\n"))
    assert found == {"source.0.fead": "unknown key; did you mean `feeds`? (2 times)"}


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


SOURCE = '[[source]]\nid = "bao"\nname = "Báo"\nhome = "https://bao.vn/"\n'
TOPIC = '[[topic]]\nid = "t"\nname = "Chủ đề"\nname_en = "Topic"\ndefinition = "Mọi thứ."\n'
PHASE = '[[phase]]\nid = "p"\nname = "Trước"\nfirst_day = 2020-09-01\nlast_day = 2020-09-10\n'
DUTY = '[[duty]]\nphase = "p"\ntopic = "t"\noutlet = "bao"\n'


def test_sample_campaign_has_no_fault():
    config = load_config(SAMPLE)
    assert (len(config.topics), len(config.phases), len(config.outlets), len(config.sources)) == (14, 3, 8, 8)
    assert config.directive is not None
    assert {duty.phase for duty in config.duties} == {"before", "during", "after"}


@pytest.mark.parametrize("name", [*SECTIONS, *TABLES])
def test_every_key_stands_commented_in_the_sample(name):
    rows = re.findall(rf"(?m)^\[+{name}\]+\n((?:.+\n)*)", SAMPLE.read_text(encoding="utf-8"))
    for item in dataclasses.fields((SECTIONS | TABLES)[name]):
        explained = re.compile(rf"(?m)^# .+\n(# )?{item.name} = ")
        assert any(explained.search(row) for row in rows), f"{name}.{item.name}: no comment in config.toml"


@pytest.mark.parametrize(
    ("text", "path", "words"),
    [
        (SOURCE + 'selectors = { body = "div[", lead = ".sapo" }\n', "source.0.selectors.body", "CSS selector"),
        (SOURCE + 'selectors = { bodi = "div" }\n', "source.0.selectors.bodi", "did you mean `body`"),
        (SOURCE + "selectors = { body = 3 }\n", "source.0.selectors.body", "expected text in quotes"),
        (SOURCE + 'profile = "sharepint"\n', "source.0.profile", "sharepoint"),
        (SOURCE + 'feeds = "https://bao.vn/rss"\n', "source.0.feeds", "a list in"),
        (SOURCE + 'feeds = ["/rss"]\n', "source.0.feeds", "expected http"),
        (SOURCE + 'channel = "tv"\n', "source.0.channel", "television"),
        (SOURCE + 'outlet = "dai"\n', "source.0.outlet", "no such id 'dai'"),
        (SOURCE + SOURCE, "source.1.id", "stands twice"),
        (SOURCE.replace('"bao"', '"Báo chí"'), "source.0.id", "lower-case letters"),
        (TOPIC + TOPIC, "topic.1.id", "stands twice"),
        (PHASE.replace("2020-09-01", "2020-09-01T08:00:00"), "phase.0.first_day", "a day such as 2020-09-01"),
        (PHASE.replace("2020-09-01", '"tháng 9"'), "phase.0.first_day", "a day such as 2020-09-01"),
        (SOURCE + PHASE + TOPIC + DUTY + "min_items = 0\n", "duty.0.min_items", "at least 1"),
        (SOURCE + PHASE + TOPIC + DUTY + "max_gap_days = 10\n", "duty.0.max_gap_days", "ask for nothing"),
        (SOURCE + PHASE + TOPIC + DUTY + 'min_items = 1\ngroup = "press"\n', "duty.0.group", "no such id 'press'"),
        ("[web]\nport = 70000\n", "web.port", "at most 65535"),
        ("[fetch]\nmax_bytes = 10\n", "fetch.max_bytes", "at least 1000"),
        ("[fetch]\ndelay_s = nan\n", "fetch.delay_s", "at least 0"),
        ("[fetch]\nthreads = 2.5\n", "fetch.threads", "a whole number"),
        ('[fetch]\ntls = [{ hots = "x.vn" }]\n', "fetch.tls.0.hots", "did you mean `host`"),
        ('[fetch]\ntls = [{ host = "x.vn", ca_file = "chain.pem" }]\n', "fetch.tls.0.ca_file", "no such file"),
        ('[store]\nurl = "mysql://x"\n', "store.url", "expected sqlite"),
        ('[engine]\nkind = "threads"\n', "engine.kind", "'processes'"),
        ('[engine]\nkind = "dask"\naddress = "tls://h:1"\n', "engine.kind", "PostgreSQL"),
        ('[engine]\nkind = "dask"\n', "engine.address", "tls://10.0.0.5:8786"),
        ('fetch = "fast"\n', "fetch", "expected a table"),
        ("[topic]\n", "topic", "an array of tables"),
        ('[[outlet]]\nid = "x"\nname = "X"\nkind = "blog"\n', "outlet.0.kind", "'newspaper'"),
        ('[[group]]\nid = "pres"\nname = "Báo chí"\n', "group.0.id", "no such id 'pres'"),
    ],
)
def test_fault_names_its_key_and_what_was_expected(write, text, path, words):
    found = faults(write(text))
    assert words in found[path]


def test_outlet_may_not_end_before_it_begins(write):
    dates = "valid_from = 2021-01-01\nvalid_to = 2020-01-01\n"
    assert set(faults(write(f'[[outlet]]\nid = "x"\nname = "X"\nkind = "agency"\n{dates}'))) == {"outlet.0.valid_to"}


def test_faulty_row_does_not_raise_false_alarms_elsewhere(write):
    found = faults(write(SOURCE + PHASE + TOPIC.replace("name_en", "nameen") + DUTY + "min_items = 1\n"))
    assert set(found) == {"topic.0.name_en", "topic.0.nameen"}


def test_certificates_count_from_the_folder_of_the_campaign(write, tmp_path, monkeypatch):
    (tmp_path / "chain.pem").touch()
    file = write('[fetch]\ntls = [{ host = "x.vn", ca_file = "chain.pem" }]\n')
    monkeypatch.chdir("/")
    assert load_config(file).fetch.tls[0].ca_file == str(tmp_path / "chain.pem")


def test_mark_of_windows_editors_is_no_fault(tmp_path):
    file = tmp_path / "config.toml"
    file.write_text(SOURCE, encoding="utf-8-sig")
    assert load_config(file).sources[0].name == "Báo"


def test_file_that_is_not_utf8_is_one_line(tmp_path):
    file = tmp_path / "config.toml"
    file.write_bytes('name = "Báo"\n'.encode("utf-16"))
    with pytest.raises(InputError, match="not TOML") as caught:
        load_config(file)
    assert "\n" not in str(caught.value)


def test_two_sources_with_one_home_are_a_fault(tmp_path):
    file = tmp_path / "config.toml"
    row = '[[source]]\nid = "{}"\nname = "S"\nhome = "{}"\n'
    file.write_text(
        row.format("a", "https://bao.vn/") + row.format("b", "http://www.bao.vn/index.html"), encoding="utf-8"
    )
    with pytest.raises(ConfigError, match=r"source\.1\.home: a has the same home; one address is one source"):
        load_config(file)


def test_former_id_is_that_of_one_topic_alone(write):
    topic = '[[topic]]\nid = "{}"\nname = "x"\nname_en = "x"\ndefinition = ""\nformerly = [{}]\n'
    assert load_config(write(topic.format("a", '"old", "older"'))).topics[0].formerly == ("old", "older")
    found = faults(write(topic.format("a", '"old", "b"') + topic.format("b", '"old"')))
    assert set(found) == {"topic.0.formerly", "topic.1.formerly"}
    assert found["topic.1.formerly"] == "'old' is the id of another topic, now or formerly"
