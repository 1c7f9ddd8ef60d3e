"""What nobody thought of breaks one page or one source, never the night."""

import pytest

import crawlers.reader
import crawlers.settle
from tests.crawlers.portal import run


def test_page_that_upsets_the_parser_is_one_failure(portal, source, tmp_path, monkeypatch):
    honest = crawlers.settle.extract

    def upset(html, url, **more):
        if url.endswith("/tin/3"):
            raise RecursionError("too deep")
        return honest(html, url, **more)

    monkeypatch.setattr(crawlers.settle, "extract", upset)
    night = run(source, tmp_path)
    assert len(night.articles) == 5
    assert str(night.failures[portal.url("tin/3")].detail) == "unexpected RecursionError: too deep"
    assert night.open_days == [9]


@pytest.mark.parametrize("fault", [RuntimeError("new kind of page"), UnicodeError("idna")])
def test_source_that_upsets_the_walk_is_broken_and_the_night_goes_on(portal, source, tmp_path, monkeypatch, fault):
    def upset(*_, **__):
        raise fault

    monkeypatch.setattr(crawlers.reader, "survey", upset)
    night = run(source, tmp_path)
    assert night.articles == {}
    assert night.open_days == list(range(1, 21))
    assert {str(seen.reason) for seen in night.observations.values()} == {f"unexpected {type(fault).__name__}: {fault}"}
