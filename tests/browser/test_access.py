"""What a screen reader and a keyboard meet: axe finds nothing serious on any page, in both themes."""

import os
from pathlib import Path

import pytest

from tests.browser.office import SECOND, SIZES, draw

GRAVE = {"serious", "critical"}


def tour(site, office, person, look, size="wide", theme="light"):
    """Goes through the reading pages as people come to them, and looks at each."""
    draw(site, "ca-sang", office.ids[:3], blind=False)
    draw(site, "an-danh", office.ids[3:5], blind=True)
    draw(site, "hai-nguoi", office.ids[5:6], wanted=2)
    lan, thao = person("reviewer", size, theme), person(SECOND, size, theme)
    lan.log_in("/read")
    look(lan, "queues")
    lan.go("/read/ca-sang")
    look(lan, "queue")
    lan.act("Enter")
    lan.act("Enter")
    look(lan, "reading")
    lan.press("0", "4", "d")
    look(lan, "definition")
    lan.press("?")
    look(lan, "keys")
    lan.press("?")
    thao.log_in("/read/an-danh")
    thao.act("Enter")
    look(thao, "blind")
    site.clock.forward(minutes=site.config.review.lease_minutes)
    thao.go("/read/ca-sang")
    thao.act("Enter")
    thao.press("1", "4")
    thao.act("Enter")
    lan.act("Enter")
    look(lan, "conflict")
    lan.act("m")
    for each in (lan, thao):
        each.go("/read/hai-nguoi")
        each.act("Enter")
        each.press("0", "3", "e", "1", "Enter")
        if each is thao:
            each.press("0", "5")
        each.act("Enter")
    minh = person("lead", size, theme)
    minh.log_in("/settle")
    look(minh, "settle")
    minh.act("Enter")
    minh.press("m")
    minh.page.wait_for_selector("#machine .voices")
    look(minh, "matter")
    minh.go("/agreement")
    look(minh, "agreement")


def faults_of(page, *rules):
    from axe_playwright_python.sync_playwright import Axe

    options = {"runOnly": list(rules)} if rules else None
    found = Axe().run(page, options=options).response["violations"]
    return [
        f"{page.url}: {each['id']} ({each['impact']}): {each['nodes'][0]['html'][:160]}"
        for each in found
        if each["impact"] in GRAVE
    ]


def faults_in_both_themes(page):
    """All rules on the light page; on the dark one those of colours, as nothing else differs."""
    page.emulate_media(color_scheme="light")
    light = faults_of(page)
    page.emulate_media(color_scheme="dark")
    return light + [f"dark: {fault}" for fault in faults_of(page, "color-contrast", "link-in-text-block")]


@pytest.mark.long
def test_axe_finds_nothing_serious_on_the_reading_pages(site, office, person):
    faults, seen = [], []

    def look(someone, name):
        seen.append(name)
        faults.extend(faults_in_both_themes(someone.page))

    tour(site, office, person, look)
    assert len(seen) == 10
    assert faults == []


@pytest.mark.long
def test_axe_finds_nothing_serious_on_any_page_of_the_bar(site, office, person):
    draw(site, "ca-sang", office.ids[:3])
    boss, faults = person("admin"), []
    boss.log_in("/")
    links = boss.page.locator("nav.nav a").evaluate_all("all => all.map(each => each.getAttribute('href'))")
    assert len(links) > 4
    for path in [*links, "/account", f"/articles/{office.ids[0]}"]:
        boss.go(path)
        faults += faults_in_both_themes(boss.page)
    assert faults == []


@pytest.mark.long
@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
def test_pages_fit_their_screen(site, office, person, size, theme, lang):
    """Nothing is wider than the screen. With RASOAT_SHOTS, a folder, every page is kept there as a picture."""
    wide, folder = [], os.environ.get("RASOAT_SHOTS")

    def look(someone, name):
        if someone.page.locator("html").get_attribute("lang") != lang:
            someone.page.locator(f"button[name=choice][value={lang}]").click()
            someone.ready()
        over = someone.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if over > 0:
            wide.append(f"{name}: {over} px too wide")
        if folder:
            someone.page.screenshot(path=Path(folder) / f"{name}-{lang}-{theme}-{size}.png", full_page=size == "narrow")

    tour(site, office, person, look, size, theme)
    assert wide == []
