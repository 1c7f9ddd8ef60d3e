"""How long a session lives, and what ends it."""

from __future__ import annotations

import pytest
import requests

from pipeline.steps import users
from pipeline.steps.login import user_of_token
from tests.pipeline.web.live import PASSWORD, Clock, Site, login


def inside(site: Site, browser: requests.Session) -> bool:
    return browser.get(f"{site.url}/account", allow_redirects=False).status_code == 200


def test_a_session_ends_when_nobody_uses_it_and_lives_while_somebody_does(site: Site, clock: Clock) -> None:
    idle, busy = login(site, "reader"), login(site, "reviewer")
    for _ in range(5):
        clock.forward(minutes=25)
        assert inside(site, busy)
    assert not inside(site, idle)


def test_a_session_ends_after_its_hours_however_busy(site: Site, clock: Clock) -> None:
    browser = login(site, "reviewer")
    for _ in range(11):
        clock.forward(hours=1)
        assert inside(site, browser)
    clock.forward(hours=1)
    assert not inside(site, browser)


def test_logging_out_ends_the_session_for_whoever_has_its_cookie(site: Site) -> None:
    browser, thief = login(site, "reviewer"), site.visitor()
    thief.cookies.update(browser.cookies)
    assert inside(site, thief)
    browser.post(f"{site.url}/logout")
    assert not inside(site, thief)


def test_whoever_is_removed_or_lowered_feels_it_with_the_next_request(site: Site) -> None:
    admin, lead = login(site, "admin"), login(site, "lead")
    users.add_user(site.store, "Quý", "admin", PASSWORD, site.clock())
    second = login(site, "Quý")
    assert second.get(f"{site.url}/users").status_code == 200
    admin.post(f"{site.url}/users/role", data={"user": "Quý", "role": "reader"})
    assert second.get(f"{site.url}/users").status_code == 403
    token = users.add_token(site.store, "Minh", "báo cáo", lambda: "mã", site.clock())
    admin.post(f"{site.url}/users/remove", data={"user": "Minh"})
    assert not inside(site, lead)
    assert user_of_token(site.store, token, site.clock()) is None
    with pytest.raises(AssertionError):
        login(site, "lead")


def test_nobody_removes_or_lowers_himself(site: Site) -> None:
    admin = login(site, "admin")
    for path in ("/users/remove", "/users/role"):
        assert admin.post(f"{site.url}{path}", data={"user": "Sơn", "role": "reader"}).status_code == 409
    assert admin.get(f"{site.url}/users").status_code == 200


def test_a_new_password_ends_all_other_sessions_and_all_tokens_of_its_user(site: Site) -> None:
    here, there = login(site, "reviewer"), login(site, "reviewer")
    for name in ("Lan", "Minh"):
        users.add_token(site.store, name, "máy", lambda name=name: f"token of {name}", site.clock())
    new = "mật khẩu khác hẳn"
    wrong = {"old": "không phải thế", "new": new, "twice": new}
    assert "Mật khẩu hiện tại không đúng" in here.post(f"{site.url}/account/password", data=wrong).text
    unlike = {"old": PASSWORD, "new": new, "twice": f"{new}!"}
    assert "không giống nhau" in here.post(f"{site.url}/account/password", data=unlike).text
    assert inside(site, there)
    changed = here.post(f"{site.url}/account/password", data={"old": PASSWORD, "new": new, "twice": new})
    assert "Đã đổi mật khẩu" in changed.text
    assert inside(site, here)
    assert not inside(site, there)
    assert inside(site, login(site, "reviewer", new))
    assert user_of_token(site.store, "token of Lan", site.clock()) is None
    assert user_of_token(site.store, "token of Minh", site.clock()) is not None


def test_a_token_is_shown_once_and_worth_nothing_once_it_is_revoked(site: Site) -> None:
    browser = login(site, "reviewer")
    page = browser.post(f"{site.url}/account/token", data={"label": "máy <b>xuất</b>"}).text
    token = page.partition('<code class="token">')[2].partition("<")[0]
    owner = user_of_token(site.store, token, site.clock())
    assert owner is not None
    assert owner.name == "Lan"
    after = browser.get(f"{site.url}/account").text
    assert token not in after
    assert "máy &lt;b&gt;xuất&lt;/b&gt;" in after
    browser.post(f"{site.url}/account/revoke", data={"label": "máy <b>xuất</b>"})
    assert user_of_token(site.store, token, site.clock()) is None


def test_an_administrator_adds_users_and_is_asked_about_a_name_that_was_anothers(site: Site) -> None:
    admin = login(site, "admin")
    admin.post(f"{site.url}/users/remove", data={"user": "Hoa"})
    form = {"name": " Hoa ", "role": "lead", "password": PASSWORD}
    asked = admin.post(f"{site.url}/users", data=form)
    assert asked.status_code == 400
    assert "nếu không, hãy chọn tên khác" in asked.text
    assert admin.post(f"{site.url}/users", data={**form, "again": "yes"}).status_code == 200
    assert inside(site, login(site, "Hoa"))


def test_language_and_theme_are_kept_by_forms_before_and_after_a_login(site: Site) -> None:
    browser = site.visitor()
    csrf = browser.get(f"{site.url}/login").text.partition('name="csrf" value="')[2].partition('"')[0]
    for path, choice in (("/language", "en"), ("/theme", "dark")):
        answer = browser.post(f"{site.url}{path}", data={"choice": choice, "next": "/login?next=/users", "csrf": csrf})
        assert answer.url.endswith("/login?next=/users")
    assert '<html lang="en" data-theme="dark">' in answer.text
    assert "Log in" in answer.text
    assert browser.get(f"{site.url}/theme").status_code == 405
