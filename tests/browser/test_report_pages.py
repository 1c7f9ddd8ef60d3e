"""The report's pages by keyboard and by screen reader, on wide and narrow screens, in both themes, on paper."""

import os
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from crawlers.article import Observation
from pipeline.records import LabelEvent
from pipeline.steps.audit import audit
from pipeline.store import audits, labels, observations
from tests.browser.office import SIZES
from tests.browser.test_access import faults_in_both_themes

DAY = date(2020, 10, 15)  # while the last phase runs


@pytest.fixture
def audited(site, office):
    """An audit while a phase runs: most days were seen, and a reviewer has confirmed what the machine finds in ten articles."""
    config, first = site.config, min(phase.first_day for phase in site.config.phases)
    days = [first + timedelta(days=n) for n in range((DAY - first).days + 1)]
    said = [
        LabelEvent(article, topic, value=n % 3 > 0, reviewer="Lan", at=site.clock(), codebook=config.codebook.version)
        for n, article in enumerate(office.ids[:10])
        for topic in config.codebook.ids[:6]
    ]
    with site.store.begin() as connection:
        labels.append(connection, said)
        for source in config.sources[1:]:
            seen = [Observation(source.id, day, proved=True, route="feed", evidence_url=source.home) for day in days]
            observations.save(connection, seen, DAY)
    return audit(config, site.store, DAY)


def pages_of(reader):
    """The main pages, each with an address that a page named: an outlet, a cell with articles."""
    reader.go("/report/map")
    href = "each => each.getAttribute('href')"
    outlet = reader.page.locator(".map thead a").first.evaluate(href)
    cell = reader.page.locator(".map td:not(.absent) a").first.evaluate(href)
    named = {"overview": "/report", "map": "/report/map", "duties": "/report/duties", "phases": "/report/phases"}
    return named | {"audits": "/report/audits", "outlet": outlet, "cell": cell, "all": "/report/articles?part=all"}


def test_reader_goes_from_the_overview_to_the_evidence_by_keyboard(site, audited, person):
    hoa = person("reader")
    hoa.log_in("/report")
    hoa.page.locator("a", has_text="Chủ đề và cơ quan").focus()
    hoa.press("Enter")
    hoa.page.wait_for_url("**/report/map*")
    hoa.page.locator("select[name=topic]").select_option(index=1)
    hoa.page.locator("form.chooser button").focus()
    hoa.press("Enter")
    hoa.page.wait_for_url("**topic=*")
    assert hoa.page.locator(".map tbody tr").count() == 1
    number = sum(len(cell.verified_ids) for cell in audited.cells if cell.topic == audited.topics[0][0])
    assert number > 0
    hoa.go(f"/report/articles?topic={audited.topics[0][0]}&part=verified")
    assert hoa.page.locator("li.hit").count() == number
    hoa.page.locator("li.hit h3 a").first.focus()
    hoa.press("Enter")
    hoa.page.wait_for_url("**/articles/*")
    assert hoa.page.locator("#history").count() == 1


def test_page_is_shared_as_it_was_filtered_and_phases_lead_to_their_lists(site, audited, person):
    topic, verdict = audited.topics[0][0], audited.verdicts[0].verdict
    wanted = sum(each.topic == topic and each.verdict == verdict for each in audited.verdicts)
    minh, hoa = person("lead"), person("reader")
    minh.log_in("/report/duties")
    minh.page.locator("select[name=topic]").select_option(topic)
    minh.page.locator("select[name=verdict]").select_option(verdict)
    minh.page.locator("form.chooser button").click()
    minh.page.wait_for_url("**topic=*")
    minh.page.locator(".facts-line a").click()
    minh.page.wait_for_url("**audit=*")
    with site.store.begin() as connection:
        later = replace(audited, as_of=DAY + timedelta(days=1), verdicts=())
        audits.save(connection, later, later.model, later.inputs)
    hoa.log_in("/report")
    hoa.page.goto(minh.page.url)
    assert hoa.page.locator("tr.duty").count() == wanted > 0
    assert hoa.page.locator("select[name=topic]").input_value() == topic
    assert "không phải lần đối chiếu mới nhất" in hoa.page.locator("main").inner_text()
    hoa.page.locator("nav.tabs a", has_text="So sánh giai đoạn").click()
    hoa.page.wait_for_url("**/report/phases*")
    assert hoa.page.locator(".sides thead th").count() == 1 + len(audited.phases)
    assert hoa.page.locator(".sides tbody tr").count() == len(audited.outlets)  # of the topic that was chosen
    figure = hoa.page.locator(".sides a.figure").first
    number = int(figure.inner_text().split()[0])
    figure.click()
    hoa.page.wait_for_url("**/report/articles*")
    assert int(hoa.page.locator(".count[data-part=verified]").inner_text()) == number


@pytest.mark.long
def test_axe_finds_nothing_serious_on_the_reports_pages(site, audited, person):
    minh, faults = person("lead"), []
    minh.log_in("/report")
    for path in pages_of(minh).values():
        minh.go(path)
        faults += faults_in_both_themes(minh.page)
    assert faults == []


@pytest.mark.long
@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize("size", SIZES)
def test_report_fits_its_screen(site, audited, person, size, lang):
    """Nothing is wider than the screen. With RASOAT_SHOTS, a folder, every page is kept there as a picture, and on paper."""
    minh, wide, folder = person("lead", size), [], os.environ.get("RASOAT_SHOTS")
    minh.log_in("/report")
    if lang == "en":
        minh.page.locator("button[name=choice][value=en]").click()
        minh.ready()
    for name, path in pages_of(minh).items():
        minh.go(path)
        over = minh.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if over > 0:
            wide.append(f"{name}: {over} px too wide")
        if folder:
            minh.page.screenshot(path=Path(folder) / f"report-{name}-{lang}-{size}.png", full_page=True)
            if size == "wide":
                minh.page.pdf(path=Path(folder) / f"report-{name}-{lang}.pdf", format="A4", print_background=False)
    assert wide == []
