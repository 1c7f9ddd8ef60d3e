"""Sources of one host take what lies below their homes; a source alone takes the whole site."""

import pytest

from crawlers.scope import Scope
from crawlers.source import Source


def scopes(*homes):
    sources = [Source(f"s{number}", "S", home) for number, home in enumerate(homes)]
    return [Scope(source, sources) for source in sources]


@pytest.mark.parametrize("home", ["https://a.vn/", "https://a.vn/tin/index.html"])
def test_source_alone_on_its_host_has_all_of_it(home):
    [scope] = scopes(home)
    assert scope.holds("https://a.vn/khac/bai-1.html")


def test_departments_of_one_portal_take_their_own_folders():
    health, school = scopes("https://a.vn/so-y-te/", "https://a.vn/So-GDDT/trang-chu.html")
    assert health.holds("https://a.vn/so-y-te/bai-1")
    assert not health.holds("https://a.vn/so-y-te-du-phong/bai-1")
    assert school.holds("https://a.vn/so-gddt/bai-2")
    assert not school.holds("https://a.vn/so-y-te/bai-1")


def test_source_at_the_root_leaves_a_channel_what_is_the_channels():
    paper, radio = scopes("https://www.a.vn/", "https://a.vn/phat-thanh")
    assert [paper.holds("https://a.vn/phat-thanh/1"), paper.holds("https://a.vn/tin/1")] == [False, True]
    assert [radio.holds("https://a.vn/phat-thanh/1"), radio.holds("https://a.vn/tin/1")] == [True, False]


def test_hosts_apart_do_not_bound_each_other():
    one, other = scopes("https://a.vn/tin/", "https://b.vn/")
    assert one.holds("https://a.vn/khac/1")
    assert other.holds("https://b.vn/tin/1")
