"""A whole shift by keyboard: reading, undo, Telex, a conflict of two reviewers, and what a lead then decides."""

from datetime import timedelta

import pytest

from tests.browser.office import SECOND, draw

ITEMS = 40


@pytest.mark.long
def test_whole_shift_is_read_by_keyboard_alone(site, office, person):
    draw(site, "ca-sang", office.ids[: ITEMS + 2])
    lan = person("reviewer")
    lan.log_in("/read/ca-sang")
    lan.act("Enter")
    titles = [lan.title]
    assert lan.chosen  # what the machine suggests is chosen already
    for number in range(1, ITEMS):
        if number == 3:
            _choose_mark_and_look_up(lan)
        if number == 5:
            _type_in_the_search_field(lan)
        lan.act("Enter")
        assert lan.focused() == "read-title"
        assert lan.title in lan.said
        titles.append(lan.title)
        if number == 7:
            lan.act("u")  # back to the article before, as a new event
            assert lan.title == titles[-2]
            assert lan.events()[-1].origin == "undo"
            lan.act("Enter")
            assert lan.title == titles[-1]
    assert len(set(titles)) == ITEMS
    assert f"{ITEMS - 1}/{ITEMS + 2} bài đã đọc xong" in lan.page.locator(".progress-line").inner_text()
    lan.act("s")  # the fortieth is left to others
    words = {(each.article, each.topic): each for each in lan.events()}
    assert len(words) == (ITEMS - 1) * len(site.config.topics)
    assert {each.inclusion_probability for each in words.values()} == {0.4}
    marked = words[office.ids[2], site.config.codebook.ids[12]]
    assert (marked.value, marked.evidence) == (True, titles[2])
    assert {each.suggestion_seen for each in words.values() if each.article == office.ids[9]} == {False}  # blind

    thao = person(SECOND)
    _both_speak_and_the_later_sees_it(lan, thao)
    _lead_decides(person("lead"))


def _choose_mark_and_look_up(lan):
    """Chooses topic 13, marks the title for it, and looks at its definition; a first digit that is given up does nothing."""
    before = lan.chosen
    lan.press("9", "Escape", "1", "3")
    assert lan.chosen == sorted([*before, "13"])
    lan.page.locator("#desk .sentence[data-n='1']").click()
    assert lan.page.locator(".topic.here .evidence").input_value() == "1"
    lan.press("e", "0", "Enter")  # that Enter ends the field, it accepts nothing
    assert lan.page.locator("#read-title .sentence").get_attribute("data-topics").split()[-1] == "13"
    lan.press("d")
    assert lan.page.locator(".topic.here details[open] p").first.is_visible()
    lan.press("j", "x", "x", "?")
    assert lan.page.locator("#keys").evaluate("each => each.open")
    lan.press("0", "1", "?")  # nothing but the table hears keys while it is open
    assert lan.chosen == sorted([*before, "13"])


def _type_in_the_search_field(lan):
    """Types a word by Telex: digits and letters go into the field, composing too, and toggle, skip or undo nothing."""
    before, url = lan.chosen, lan.page.url
    lan.press("/")
    lan.page.keyboard.type("susd 0104")
    ime = lan.page.context.new_cdp_session(lan.page)
    ime.send("Input.imeSetComposition", {"text": "đại", "selectionStart": 3, "selectionEnd": 3})
    for key in ("1", "2", "Enter"):
        lan.page.evaluate(
            "key => document.body.dispatchEvent(new KeyboardEvent('keydown', {key, bubbles: true, isComposing: true}))",
            key,
        )
        lan.page.evaluate(
            "key => document.body.dispatchEvent(new KeyboardEvent('keydown', {key, bubbles: true, keyCode: 229}))", key
        )
    ime.send("Input.insertText", {"text": "đại hội"})
    assert lan.page.locator("input[type=search]").input_value() == "susd 0104đại hội"
    assert (lan.chosen, lan.page.url) == (before, url)
    lan.press("Escape")


def _both_speak_and_the_later_sees_it(lan, thao):
    """Lan leaves an article on the desk until another is given it; both then say something else of it."""
    lan.press("0", "1", "0", "2")
    mine = lan.chosen
    lan.site.clock.at += timedelta(minutes=lan.site.config.review.lease_minutes)
    thao.log_in("/read/ca-sang")
    thao.act("Enter")
    while thao.title != lan.title:
        thao.act("s")
    for code in thao.chosen:
        thao.press(*code)
    thao.press("1", "4")
    thao.act("Enter")
    before = len(lan.events())
    lan.act("Enter")
    assert lan.page.locator("h1").inner_text() == "Hai ý kiến khác nhau"
    assert "14" in lan.page.locator(".versions").inner_text()
    assert SECOND in lan.page.locator(".versions").inner_text()
    assert len(lan.events()) == before
    lan.act("e")  # look at the article again: the choices are still there
    assert lan.chosen == mine
    lan.act("Enter")
    assert len(lan.events()) == before + len(lan.site.config.topics)


def _lead_decides(minh):
    minh.log_in("/settle")
    minh.act("Enter")
    left = minh.page.locator(".matter").count()
    assert left >= 3
    minh.press("y", "e")
    minh.page.keyboard.type("nêu rõ ở tiêu đề 01")
    minh.press("Enter", "m")
    minh.page.wait_for_selector("#machine .voices")
    for _ in range(left - 1):
        minh.press("j", "n")
    minh.act("Enter")
    assert "Không còn bài nào chờ phân xử" in minh.page.locator("#desk").inner_text()
    decided = minh.decisions()
    assert sorted(each.value for each in decided) == [False] * (left - 1) + [True]
    assert {each.note for each in decided if each.value} == {"nêu rõ ở tiêu đề 01"}
