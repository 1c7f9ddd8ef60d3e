"""Every route of every page, asked as everybody: who may what, and that no question breaks anything or gives away data."""

from __future__ import annotations

import itertools
import re
from typing import Any

import pytest
import requests
from bs4 import BeautifulSoup
from sqlalchemy import select
from starlette.routing import Route

from pipeline.readings import ROLES, Role
from pipeline.steps.users import add_token
from pipeline.store.schema import metadata
from pipeline.web.app import routes
from pipeline.web.security import GATE, PROGRAMS
from tests.pipeline.web.live import NAMES, Site, login

ALL = [
    (route, method)
    for route in routes()
    for method in sorted((route.methods or set()) - {"HEAD"})
    if route.path != "/logout"  # ends the session that the next question needs
]
PAGES = [(route, method) for route, method in ALL if not hasattr(route.endpoint, PROGRAMS)]
API = [(route, method) for route, method in ALL if hasattr(route.endpoint, PROGRAMS)]
DATA = ("Đại hội đảng bộ huyện Thạch Bình", "Giá rau tăng sau mưa", "Đoàn thanh niên ra quân", *NAMES.values())
HANDLER = re.compile("on[a-z]+|style")


def gate(route: Route) -> str:
    return str(getattr(route.endpoint, GATE))


def allows(route: Route, role: Role) -> bool:
    return gate(route) == "" or ROLES.index(role) >= ROLES.index(gate(route))  # type: ignore[arg-type]


def paths(route: Route, article: str) -> list[str]:
    """A path of the route about an article that exists, one about nothing, and one that tries to climb."""
    fillings = (article, "nothing", "..%2f..%2fetc%2fpasswd") if "{" in route.path else ("",)
    return [re.sub(r"\{[^}]*\}", filling, route.path) for filling in fillings]


def ask(browser: requests.Session, site: Site, method: str, path: str) -> requests.Response:
    return browser.request(method, f"{site.url}{path}", data={} if method == "POST" else None, allow_redirects=False)


def rows(site: Site) -> dict[str, list[object]]:
    """All rows of all tables, but the notes of who was shown what, and when somebody was last seen."""
    notes = {"servings", "review_draws", "sessions"}
    with site.store.read() as connection:
        return {
            table.name: list(connection.execute(select(table).order_by(*table.primary_key)))
            for table in metadata.sorted_tables
            if table.name not in notes
        }


def test_nobody_sees_anything_before_a_login(site: Site, campaign: Any) -> None:
    visitor = site.visitor()
    for route, method in PAGES:
        for path in paths(route, campaign.ids[0]):
            answer = ask(visitor, site, method, path)
            assert answer.status_code < 500, (method, path)
            assert not any(text in answer.text for text in DATA), (method, path)
            if gate(route) and answer.status_code != 404:  # a path that climbs is no route's
                assert answer.headers.get("location", "").startswith("/login"), (method, path)


@pytest.mark.parametrize(
    "role", [role if role in {"reader", "lead"} else pytest.param(role, marks=pytest.mark.long) for role in ROLES]
)
def test_each_role_reaches_what_it_may_and_nothing_else(site: Site, campaign: Any, role: Role) -> None:
    browser = login(site, role)
    for route, method in PAGES:
        for path in paths(route, campaign.ids[0]):
            answer = ask(browser, site, method, path)
            assert answer.status_code < 500, (method, path, answer.text)
            if not allows(route, role):
                assert answer.status_code == (404 if ".." in path else 403), (method, path)
            elif answer.status_code == 403:
                pytest.fail(f"{method} {path} is shut to {role}")


def test_looking_changes_nothing_that_counts(site: Site, campaign: Any) -> None:
    admin = login(site, "admin")
    before = rows(site)
    for route, method in PAGES:
        for path in paths(route, campaign.ids[0]):
            if method == "GET":
                ask(admin, site, method, path)
    assert rows(site) == before


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_no_page_has_a_script_a_style_or_a_handler_of_its_own(site: Site, campaign: Any, lang: str) -> None:
    admin = login(site, "admin")
    admin.cookies.set("rasoat-lang", lang, domain="127.0.0.1")
    seen = 0
    for route, method in PAGES:
        if method != "GET" or route.path.startswith("/static"):
            continue
        answer = ask(admin, site, method, paths(route, campaign.ids[0])[0])
        if "text/html" not in answer.headers.get("content-type", ""):
            continue
        page = BeautifulSoup(answer.text, "lxml")
        seen += 1
        if "<html" in answer.text:  # otherwise a part that htmx puts into a page
            assert page.html is not None, route.path
            assert page.html["lang"] == lang, route.path
        assert all(script.get("src", "").startswith("/static/") for script in page.find_all("script")), route.path
        assert page.find("style") is None, route.path
        for tag, name in itertools.chain.from_iterable(((tag, name) for name in tag.attrs) for tag in page.find_all()):
            assert not HANDLER.fullmatch(name), (route.path, tag)
    assert seen >= 3


def test_programs_bring_a_token_of_a_user_whose_role_allows_it(site: Site, campaign: Any) -> None:
    cookies = login(site, "admin")
    tokens = {role: add_token(site.store, NAMES[role], "thử", lambda: f"token-{role}", site.clock()) for role in ROLES}  # noqa: B023
    for route, method in API:
        path = paths(route, campaign.ids[0])[0]
        assert ask(cookies, site, method, path).status_code == 401, path  # cookies count for nothing
        for role, token in tokens.items():
            headers = {"Authorization": f"Bearer {token}".encode()}
            answer = requests.request(method, f"{site.url}{path}", headers=headers, timeout=60)
            assert answer.status_code < 500, (method, path, answer.text)
            assert answer.status_code != 401, path
            assert (answer.status_code == 403) == (not allows(route, role)), (method, path, role)
