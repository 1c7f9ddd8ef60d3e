"""The report in a browser: it fits every screen, its lists open with and without scripts, axe has nothing to say, it prints."""

from datetime import date
from io import BytesIO

import pytest

from pipeline.report.html import render
from tests.browser.office import SIZES
from tests.pipeline.report.conftest import CHANCE, audit

SERIOUS = {"serious", "critical"}


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    """The report of an audit in a running phase, with readings by chance; as a file, the way it is sent."""
    file = tmp_path_factory.mktemp("report") / "bao-cao.html"
    file.write_text(render(audit(chance=CHANCE, as_of=date(2020, 9, 14))))
    return file.as_uri()


@pytest.fixture
def open_report(chromium, report):
    contexts, faults = [], []

    def opened(size="wide", theme="light", *, script=True):
        width, height = SIZES[size]
        context = chromium.new_context(
            viewport={"width": width, "height": height}, color_scheme=theme, java_script_enabled=script
        )
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("request", lambda request: faults.append(request.url) if request.url != report else None)
        page.goto(report)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert faults == []


def test_list_opens_by_keyboard_and_closes_where_it_was_opened(open_report):
    page = open_report()
    cell = page.locator("#o-0-0-0 a")
    cell.focus()
    page.keyboard.press("Enter")
    opened = page.locator("#ds-0-0-0")
    assert opened.is_visible()
    assert opened.locator("li.v").count() == 2
    page.keyboard.press("Escape")
    assert not opened.is_visible()
    assert cell.evaluate("link => link === document.activeElement")


def test_page_works_without_scripts_and_never_wider_than_the_screen(open_report):
    page = open_report("narrow", script=False)
    page.locator("#viec-can-lam .action a").first.click()
    page.locator("#o-0-0-0 a").click()
    assert page.locator("#ds-0-0-0 .a-proof code").first.is_visible()
    for size in SIZES:
        width = open_report(size).evaluate("document.documentElement.scrollWidth")
        assert width <= SIZES[size][0], size


def test_report_prints_on_a4_with_what_is_folded(open_report):
    from pypdfium2 import PdfDocument

    printed = PdfDocument(BytesIO(open_report().pdf(prefer_css_page_size=True)))
    assert [round(length) for length in printed[0].get_size()] == [595, 842]
    text = " ".join(each.get_textpage().get_text_range() for each in printed)
    assert all(title in text for title in ("Việc cần làm", "Từng cơ quan", "Cách làm", "Danh sách bài theo chủ đề"))
    assert f"{1:064x}" in text.replace("\r\n", "")
    assert "Hiện mọi danh sách" not in text


@pytest.mark.long
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_serious(open_report, theme):
    from axe_playwright_python.sync_playwright import Axe

    for size, place in (("wide", ""), ("wide", "#ds-0-0-0"), ("narrow", "")):
        page = open_report(size, theme)
        page.goto(page.url + place)
        found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
        assert [(each["id"], each["nodes"][0]["html"]) for each in found if each["impact"] in SERIOUS] == []
