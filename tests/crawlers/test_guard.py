"""What nobody thought of breaks one page or one source, never the night."""

import pytest

import crawlers.days
import crawlers.gather
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


@pytest.mark.parametrize(("path", "lost"), [("tin?page=2", {1, 2, 3}), ("tin", {1, 2, 3, 4, 5, 6})])
def test_list_that_upsets_the_reader_is_one_failure_and_its_days_stay_open(
    portal, source, tmp_path, monkeypatch, path, lost
):
    honest = crawlers.reader.survey

    def upset(html, url, **more):
        if url.endswith(path):
            raise ValueError("new kind of list")
        return honest(html, url, **more)

    monkeypatch.setattr(crawlers.reader, "survey", upset)
    night = run(source, tmp_path)
    assert {int(url.rsplit("/", 1)[1]) for url in night.articles} == {1, 2, 3, 4, 5, 6} - lost
    assert {url: str(each.detail) for url, each in night.failures.items()} == {
        portal.url(path): "unexpected ValueError: new kind of list"
    }
    assert {3 * number for number in lost if number < 4} <= set(night.open_days)


@pytest.mark.parametrize("place", [(crawlers.gather, "survey"), (crawlers.days, "extract")])
def test_page_that_upsets_a_second_look_costs_no_other(portal, source, tmp_path, monkeypatch, place):
    honest = getattr(*place)

    def upset(html, url, **more):
        if url.endswith("/tin/3"):
            raise RecursionError("too deep")
        return honest(html, url, **more)

    monkeypatch.setattr(*place, upset)
    night = run(source, tmp_path)
    assert night.articles.keys() >= {portal.url(f"tin/{number}") for number in (1, 2, 4, 5, 6)}
    assert (portal.url("tin/3") in night.articles) != (9 in night.open_days)


@pytest.mark.parametrize("fault", [RuntimeError("new kind of page"), UnicodeError("idna")])
def test_source_that_upsets_the_walk_is_broken_and_the_night_goes_on(portal, source, tmp_path, monkeypatch, fault):
    def upset(*_, **__):
        raise fault

    monkeypatch.setattr(crawlers.gather.Routes, "read_feeds", upset)
    night = run(source, tmp_path)
    assert night.articles == {}
    assert night.open_days == list(range(1, 21))
    assert {str(seen.reason) for seen in night.observations.values()} == {f"unexpected {type(fault).__name__}: {fault}"}
