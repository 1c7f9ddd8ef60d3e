"""Logging in and out, as a browser meets it."""

from __future__ import annotations

from tests.pipeline.web.live import Site, csrf_of, login


def test_whoever_is_not_logged_in_comes_to_the_login_page_and_from_there_to_where_he_wanted(site: Site) -> None:
    browser = site.visitor()
    asked = browser.get(f"{site.url}/account", allow_redirects=False)
    assert (asked.status_code, asked.headers["location"]) == (303, "/login?next=/account")
    form = {"name": "Lan", "password": "đọc bài mỗi sáng", "next": "/account", "csrf": csrf_of(site, browser, "/login")}
    answer = browser.post(f"{site.url}/login", data=form)
    assert answer.url == f"{site.url}/account"
    assert "Lan" in answer.text


def test_the_home_page_greets_and_names_the_campaign(site: Site) -> None:
    text = login(site, "reviewer").get(f"{site.url}/").text
    assert "Chào Lan" in text
    assert "12/STTTT" in text
