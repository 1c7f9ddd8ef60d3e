import doctest
import subprocess
import sys
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

import pipeline
from pipeline.errors import InputError

PAGE = Path(__file__).parents[2] / "docs" / "api.md"


@pytest.fixture
def read(campaign):
    """A campaign that is classified and audited."""
    assert campaign.run("classify") == campaign.run("audit", "--as-of", "2020-09-06") == 0
    return campaign


def test_page_shows_what_the_program_gives_and_columns_make_tables(read, capsys):
    capsys.readouterr()
    found = doctest.testfile(str(PAGE), module_relative=False, globs={"FILE": read.file}, encoding="utf-8")
    assert (found.failed, found.attempted > 10) == (0, True), capsys.readouterr().out
    with pipeline.open_campaign(read.file) as opened:
        for columns in (opened.articles(), opened.labels(), opened.verdicts()):
            assert pa.table(columns).num_rows == len(next(iter(columns.values())))
        model, codebook = opened.readings()[0]
        assert np.array_equal(opened.scores(model, codebook).scores, opened.scores().scores)
        assert opened.search("khong-co-tu-nay") == []


def test_what_is_not_there_is_told(campaign):
    with pipeline.open_campaign(str(campaign.file)) as opened:
        assert opened.audits() == []
        with pytest.raises(InputError, match="no such audit; run `rasoat audit`"):
            opened.verdicts()
    with pytest.raises(AttributeError, match="nothing"):
        _ = pipeline.nothing


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        (lambda opened: opened.articles(outlet="zz"), "unknown outlet 'zz'; there are: bao, dai"),
        (lambda opened: opened.scores("zz"), "unknown model 'zz'; there are: weak"),
        (lambda opened: opened.scores(codebook="zz"), "unknown codebook 'zz'; there are: [0-9a-f]+"),
        (lambda opened: opened.evidence("zz"), "unknown topic 'zz'; there are: congress, youth"),
        (lambda opened: opened.words(iter(["zz", "yy"])), "unknown article ids: zz, yy; "),
    ],
)
def test_what_nobody_knows_is_refused_with_what_there_is(read, asked, told):
    with pipeline.open_campaign(read.file) as opened, pytest.raises(InputError, match=told):
        asked(opened)


def test_importing_the_package_loads_nothing_heavy():
    """Every command imports it: what analysts use waits until it is named."""
    code = "import sys, pipeline; sys.exit(any(name in sys.modules for name in ('numpy', 'pipeline.analysis')))"
    assert subprocess.run([sys.executable, "-c", code], check=False, cwd=PAGE.parents[1]).returncode == 0
