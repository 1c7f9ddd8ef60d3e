"""URL identity: what must stay apart stays apart, what is one page becomes one."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawlers.urls import resolve, same_site, site_key, url_key

CASES, OWN = (
    json.loads((Path(__file__).parent / name).read_text(encoding="utf-8"))["urls"]
    for name in ("cases.json", "own_cases.json")
)


@pytest.mark.parametrize(("one", "other"), [*map(tuple, CASES["apart"]), *map(tuple, OWN["apart"])])
def test_different_pages_stay_apart(one, other):
    assert url_key(one) != url_key(other)


@pytest.mark.parametrize(("one", "other"), [*map(tuple, CASES["same"]), *map(tuple, OWN["same"])])
def test_variants_of_one_page_merge(one, other):
    assert url_key(one) == url_key(other)


@given(
    st.text(st.characters(blacklist_categories=["Cs"]), max_size=20),
    st.dictionaries(st.text("abcdm=&é", max_size=4), st.text("12é&", max_size=4), max_size=3),
)
def test_key_of_a_key_is_the_key(path, query):
    from urllib.parse import quote, urlencode

    key = url_key(f"https://a.vn/{quote(path)}?{urlencode(query)}")
    assert url_key(f"http://{key}") == key


def test_key_refuses_what_is_no_page():
    with pytest.raises(ValueError, match="expected an absolute http"):
        url_key("mailto:toa-soan@a.vn")


def test_twin_hosts_are_one_site_and_ports_are_not():
    assert same_site("http://www.a.vn/x", "https://m.a.vn/y")
    assert not same_site("http://127.0.0.1:8701/", "http://127.0.0.1:8702/")
    assert not same_site("http://a.vn/", "mailto:x@a.vn")


@pytest.mark.parametrize(
    "href", ["", "#top", "javascript:void(0)", "mailto:a@b.vn", "tel:0254", "http://[", "/" + "x" * 3000]
)
def test_links_that_lead_to_no_page_resolve_to_none(href):
    assert resolve("https://a.vn/tin/", href) is None


def test_links_resolve_against_their_page():
    assert resolve("https://a.vn/tin/a.html", " b c.html ") == "https://a.vn/tin/b%20c.html"
    assert resolve("https://a.vn/tin/", "//b.vn/x#top") == "https://b.vn/x"
    assert resolve("https://a.vn/tin", "..\\anh\\1.html") == "https://a.vn/anh/1.html"
    assert resolve("https://a.vn/", "#/tin/1") == "https://a.vn/#/tin/1"


@pytest.mark.parametrize(
    "host", ["a" * 64 + ".vn", "ă" * 64 + ".vn", "ă..b.vn", "a..b.vn", ".a.vn", "\u200b.vn", "ă" * 63 + ".vn"]
)
def test_hosts_that_no_name_server_knows_lead_nowhere(host):
    url = f"http://{host}/tin"
    assert resolve("https://a.vn/", url) is None
    assert not same_site(url, url)
    for key in (url_key, site_key):
        with pytest.raises(ValueError, match=r"is no name of a host|expected an absolute") as raised:
            key(url)
        assert type(raised.value) is ValueError


@pytest.mark.parametrize(
    "host", ["a" * 63 + ".vn", "báo.vn", "a_b.vn", "a.vn.", "127.0.0.1:80", "[::1]:8080", "localhost"]
)
def test_hosts_that_may_exist_are_followed(host):
    assert resolve("https://a.vn/", f"http://{host}/tin") == f"http://{host}/tin"
    assert same_site(f"http://{host}/tin", f"http://{host}/tin")


@pytest.mark.parametrize("href", ["#!", "#/", "#", "#top", "javascript:;", "/tin#!"])
def test_fragment_without_a_name_is_no_page_of_its_own(href):
    found = resolve("https://bao.vn/tin", href)
    assert found is None or url_key(found) == url_key("https://bao.vn/tin")


def test_routes_that_scripts_draw_stay_apart():
    assert url_key("https://bao.vn/#!/tin/5") != url_key("https://bao.vn/#!/tin/6")


@pytest.mark.parametrize(
    "query",
    [
        "redirect=%2Fweb%2Fguest",
        "_101_X_redirect=http%3A%2F%2Fbao.vn%2F",
        "inheritRedirect=true",
        "returnUrl=%2F",
        "p_auth=Ab3",
    ],
)
def test_address_of_where_the_reader_came_from_is_no_part_of_a_page(query):
    assert url_key(f"https://bao.vn/tin?nid=5&{query}") == url_key("https://bao.vn/tin?nid=5")


def test_redirect_that_names_a_page_is_part_of_it():
    assert url_key("https://bao.vn/go?redirect=15") != url_key("https://bao.vn/go?redirect=16")
