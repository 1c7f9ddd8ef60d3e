"""A browser, an office, and people who work in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.browser.office import CHROMIUM, SIZES, Office, Person, Ticking, make_office, moved
from tests.pipeline.web.live import Site, serve

PATIENCE_MS = 60_000  # a browser may be slow where others compute; a test that hangs still ends


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    """A headless Chromium of the system; closed with the module, as its event loop would be in the way of others'."""
    if CHROMIUM is None:
        pytest.skip("no Chromium to test with; install one, or name it in RASOAT_CHROMIUM")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def first_office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    """The office that all others are copies of."""
    return make_office(tmp_path_factory.mktemp("office"))


@pytest.fixture
def office(first_office: Office, tmp_path: Path) -> Office:
    """An office of one's own."""
    return moved(first_office, tmp_path / "office")


@pytest.fixture
def site(office: Office) -> Iterator[Site]:
    """A running server over the office."""
    yield from serve(office.config, Ticking())


@pytest.fixture
def person(chromium: Any, site: Site) -> Iterator[Callable[..., Person]]:
    """Makes somebody with a browser of their own; a fault of a page's script, or a breach of its policy, fails the test."""
    contexts, faults = [], []

    def make(name: str, size: str = "wide", theme: str = "light") -> Person:
        width, height = SIZES[size]
        context = chromium.new_context(viewport={"width": width, "height": height}, color_scheme=theme)
        context.set_default_timeout(PATIENCE_MS)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda said: faults.append(said.text) if "Content Security Policy" in said.text else None)
        return Person(site, page, name)

    yield make
    for context in contexts:
        context.close()
    assert faults == []
