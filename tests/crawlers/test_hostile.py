"""The links of a page that somebody built to keep the crawler busy are read in steps that grow as the page does."""

import sys

import pytest

from crawlers.listing import survey

TITLE = "Bà con làm xong con mương đầu tiên"


LINK = f"<a href='/x'>{TITLE}</a>"
HOSTILE = {  # what stands before, and what follows over and over
    "one page linked over and over": ("<div>", LINK),
    "one page's details over and over": ("<div>", "<a href='/x'>Chi tiết</a>"),
    "pictures of one page": (f"<div><h3>{TITLE}</h3>", "<a href='/x'><img></a>"),
    "links without text": ("<div>", "<a href='/x{}'></a>"),
    "links without rows": ("<div>", f"<a href='/x{{}}'>{TITLE}</a><b>c</b>"),
    "boxes in one another": ("<div data-url='/x'>" * 100, "<span>a</span>"),
    "boxes to many pages in one another": ("".join(f"<div data-url='/x{n}'>" for n in range(100)), "<span>a</span>"),
    "links in one another": ("<a href='#'><div>" * 100, "<b>chữ</b>"),
    "buttons in one another": ("<button data-page='2'><div>" * 100, "<b>chữ</b>"),
    "a row in many boxes": ("<div>" * 100 + LINK, "<b>chữ</b>"),
}


def steps(html):
    """How many calls reading the links of a page takes."""
    counted = 0

    def count(frame, event, argument):
        nonlocal counted
        counted += event in {"call", "c_call"}

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        survey(html, "https://a.vn/tin")
    finally:
        sys.setprofile(before)
    return counted


@pytest.mark.parametrize(("before", "unit"), HOSTILE.values(), ids=HOSTILE.keys())
def test_twice_the_page_takes_about_twice_the_steps(before, unit):
    short, long = (
        f"<html><body>{before}{''.join(unit.format(number) for number in range(size // len(unit)))}</body></html>"
        for size in (6_000, 12_000)
    )
    steps(short)  # what is remembered of addresses
    once, twice = steps(short), steps(long)
    assert twice < 2.7 * once
    assert twice < 40 * len(long)


def test_title_beside_its_picture_is_found_among_a_few_links_and_not_in_a_list():
    links = "<a href='/tin/1.html'><img></a><a href='/tin/1.html'>Chi tiết</a>"
    few, many = (f"<body><div><h3>{TITLE}</h3>{links * number}</div></body>" for number in (2, 3))
    assert [link.text for link in survey(few, "https://a.vn/tin").links] == [TITLE]
    assert [link.text for link in survey(many, "https://a.vn/tin").links] == ["Chi tiết"]


def test_link_in_a_clickable_box_keeps_its_own_title():
    html = f"<body><div data-href='/tin/1.html'><h3><a href='/tin/1.html'>{TITLE}</a></h3><p>Tóm tắt</p></div></body>"
    assert [link.text for link in survey(html, "https://a.vn/tin").links] == [TITLE]
