"""What an attacker would try, over real HTTP."""

from __future__ import annotations

import re
import socket
import unicodedata
from urllib.parse import urlsplit

import pytest
import requests

from pipeline.steps import users
from pipeline.web.desk import PageError
from pipeline.web.security import LOGIN_BYTES, MOST_DEPTH, PAGE_BYTES, clean_html, local_path
from pipeline.web.static import asset_url
from tests.pipeline.web.live import PASSWORD, Site, csrf_of, login

ROLE_FORM = {"user": "Hoa", "role": "admin"}  # what an attacker would have an administrator's browser send


def role_of(site: Site, name: str) -> str:
    return next(each.user.role for each in users.list_users(site.store) if each.user.name == name)


def raw(site: Site, request: str) -> str:
    """Sends bytes as they are, which no client library would send, and gives the answer."""
    parts = urlsplit(site.url)
    with socket.create_connection((parts.hostname or "", parts.port or 0), timeout=30) as line:
        line.sendall(request.replace("HOST", parts.netloc).encode())
        answer = b""
        while piece := line.recv(65_536):
            answer += piece
    return answer.decode(errors="replace")


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://["},
        {"Origin": None, "Sec-Fetch-Site": None},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": None, "Sec-Fetch-Site": "none"},
    ],
    ids=lambda headers: " ".join(f"{name}={value}" for name, value in headers.items()),
)
def test_a_form_of_another_site_changes_nothing_even_with_the_right_token(site: Site, headers: dict[str, str]) -> None:
    admin = login(site, "admin")
    answer = admin.post(f"{site.url}/users/role", data=ROLE_FORM, headers=headers)
    assert answer.status_code == 403
    assert role_of(site, "Hoa") == "reader"


def test_a_form_needs_the_token_of_its_own_session(site: Site) -> None:
    admin, lead = login(site, "admin"), login(site, "lead")
    others = lead.headers.pop("X-CSRF-Token")
    own = admin.headers.pop("X-CSRF-Token")
    for token in (None, "", "ă" * 43, others):
        form = ROLE_FORM if token is None else {**ROLE_FORM, "csrf": token}
        assert admin.post(f"{site.url}/users/role", data=form).status_code == 403
    assert role_of(site, "Hoa") == "reader"
    assert admin.post(f"{site.url}/users/role", data={**ROLE_FORM, "csrf": own}).status_code == 200
    assert role_of(site, "Hoa") == "admin"


def test_nobody_is_logged_in_by_a_form_that_another_site_filled(site: Site) -> None:
    browser = site.visitor()
    form = {"name": "Lan", "password": PASSWORD}
    assert browser.post(f"{site.url}/login", data=form).status_code == 403
    planted = {**form, "csrf": csrf_of(site, site.visitor(), "/login")}  # a token of the attacker's own
    csrf_of(site, browser, "/login")
    assert browser.post(f"{site.url}/login", data=planted).status_code == 403
    assert browser.get(f"{site.url}/account", allow_redirects=False).status_code == 303


def test_a_bearer_header_opens_no_form(site: Site) -> None:
    admin = login(site, "admin")
    del admin.headers["X-CSRF-Token"]
    bare = {"Authorization": "Bearer x", "Origin": None, "Sec-Fetch-Site": None}
    assert admin.post(f"{site.url}/users/role", data=ROLE_FORM, headers=bare).status_code == 403


def test_a_session_that_was_planted_before_the_login_is_worth_nothing_after_it(site: Site) -> None:
    browser, name = site.visitor(), f"rasoat-{urlsplit(site.url).port}"
    browser.cookies.set(name, "planted", domain="127.0.0.1")
    form = {"name": "Lan", "password": PASSWORD, "csrf": csrf_of(site, browser, "/login")}
    answer = browser.post(f"{site.url}/login", data=form, allow_redirects=False)
    cookie = next(line for line in answer.raw.headers.getlist("set-cookie") if line.startswith(f"{name}="))
    assert "planted" not in cookie
    assert {"HttpOnly", "SameSite=lax", "Path=/"} <= {part.strip() for part in cookie.split(";")}
    thief = site.visitor()
    thief.cookies.set(name, "planted", domain="127.0.0.1")
    assert thief.get(f"{site.url}/", allow_redirects=False).status_code == 303


def test_logging_in_again_ends_the_session_before(site: Site) -> None:
    browser, thief = login(site, "reviewer"), site.visitor()
    thief.cookies.update(browser.cookies)
    form = {"name": "Minh", "password": PASSWORD, "csrf": browser.headers["X-CSRF-Token"]}
    assert browser.post(f"{site.url}/login", data=form).status_code == 200
    assert thief.get(f"{site.url}/", allow_redirects=False).status_code == 303


def test_guessing_is_stopped_for_the_right_password_too_and_the_page_says_until_when(site: Site) -> None:
    browser = site.visitor()
    form = {"name": "Lan", "csrf": csrf_of(site, browser, "/login")}
    tries = [browser.post(f"{site.url}/login", data={**form, "password": f"sai {n}"}).status_code for n in range(10)]
    assert tries == [401] * 10
    late = browser.post(f"{site.url}/login", data={**form, "password": PASSWORD})
    assert late.status_code == 429
    assert "Hãy thử lại sau 09:15" in late.text  # 15 minutes after 09:00 in Việt Nam
    assert int(late.headers["retry-after"]) == 15 * 60 + 1
    other = browser.post(f"{site.url}/login", data={**form, "name": "Hoa", "password": PASSWORD}, allow_redirects=False)
    assert other.status_code == 303  # another user of the same office
    site.clock.forward(minutes=15)
    assert login(site, "Lan").get(f"{site.url}/account").status_code == 200


def test_the_login_page_says_the_same_of_a_wrong_name_and_of_a_wrong_password(site: Site) -> None:
    browser = site.visitor()
    csrf = csrf_of(site, browser, "/login")
    answers = [
        browser.post(f"{site.url}/login", data={"name": name, "password": "không phải thế", "csrf": csrf})
        for name in ("Lan", "Ai đó")
    ]
    assert {answer.status_code for answer in answers} == {401}
    assert answers[0].text.replace("Lan", "?") == answers[1].text.replace("Ai đó", "?")


def test_too_much_is_refused_whether_its_length_is_told_or_not(site: Site) -> None:
    browser = site.visitor()
    large = {"name": "x" * LOGIN_BYTES, "csrf": csrf_of(site, browser, "/login")}
    assert browser.post(f"{site.url}/login", data=large).status_code == 413
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    chunks = (b"x" * 1024 for _ in range(LOGIN_BYTES // 1024 + 1))
    assert browser.post(f"{site.url}/login", data=chunks, headers=kind).status_code == 413
    head = (
        "POST /account/token HTTP/1.1\r\nHost: HOST\r\nConnection: close\r\nSec-Fetch-Site: same-origin\r\n"
        f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {PAGE_BYTES + 1}\r\n"
    )
    admin = login(site, "admin")
    cookies = "; ".join(f"{name}={value}" for name, value in admin.cookies.items())
    assert " 413 " in raw(site, f"{head}Cookie: {cookies}\r\n\r\n").partition("\r\n")[0]
    assert " 303 " in raw(site, f"{head}\r\n").partition("\r\n")[0]  # who is nobody is not even read


def test_endless_addresses_and_headers_are_refused(site: Site) -> None:
    assert site.visitor().get(f"{site.url}/login?q={'x' * 9_000}").status_code == 414
    answer = raw(site, f"GET /login HTTP/1.1\r\nHost: HOST\r\nConnection: close\r\nX: {'x' * 70_000}\r\n\r\n")
    assert " 431 " in answer.partition("\r\n")[0]


@pytest.mark.parametrize(
    "path",
    [
        "/static/../app.py",
        "/static/..%2fapp.py",
        "/static/%2e%2e/app.py",
        "/static/..%5capp.py",
        "/static/....//app.py",
        "/static//etc/passwd",
        "/static/%00",
        "/static/rasoat.css%00.py",
        "//etc/passwd",
        "/../../config.toml",
    ],
)
def test_no_path_leads_out_of_the_static_files(site: Site, path: str) -> None:
    answer = raw(site, f"GET {path} HTTP/1.1\r\nHost: HOST\r\nConnection: close\r\n\r\n")
    assert answer.partition("\r\n")[0].split()[1] in {"303", "400", "404"}
    assert "make_app" not in answer
    assert "root:" not in answer


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1", "127.0.0.1:1", "localhost.evil.example:PORT", ""])
def test_another_name_for_this_machine_is_refused(site: Site, host: str) -> None:
    host = host.replace("PORT", str(urlsplit(site.url).port))
    answer = raw(site, f"GET /login HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n")
    assert " 400 " in answer.partition("\r\n")[0]
    assert "csrf" not in answer


@pytest.mark.parametrize(
    "there",
    [
        "//evil.example",
        "//[",
        "//a\uff0fb",
        "https://evil.example/",
        "/\\evil.example",
        "javascript:alert(1)",
        "/\t/evil.example",
        "",
    ],
)
def test_nobody_is_sent_to_another_site_after_the_login(there: str) -> None:
    assert local_path(there) == "/"
    assert local_path("/queue?topic=a&page=2") == "/queue?topic=a&page=2"


def test_markup_in_a_users_name_is_shown_as_text(site: Site) -> None:
    name = '<img src=x onerror="alert(1)">'
    users.add_user(site.store, name, "admin", PASSWORD, site.clock())
    browser = login(site, name)
    for path in ("/", "/users", "/account"):
        text = browser.get(f"{site.url}{path}").text
        assert "&lt;img src=x" in text
        assert "<img src=x" not in text


def test_every_answer_carries_the_headers_that_bind_browsers(site: Site) -> None:
    admin = login(site, "admin")
    answers = [
        admin.get(f"{site.url}/"),
        admin.get(f"{site.url}/không-có"),
        site.visitor().get(f"{site.url}/", allow_redirects=False),
        requests.post(f"{site.url}/login", timeout=30),
        admin.get(f"{site.url}{asset_url('rasoat.css')}"),
    ]
    assert [answer.status_code for answer in answers] == [200, 404, 303, 403, 200]
    for answer in answers:
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert answer.headers["x-content-type-options"] == "nosniff"
    assert {answer.headers["cache-control"] for answer in answers[:4]} == {"no-store"}
    assert "immutable" in answers[4].headers["cache-control"]


def test_html_of_strangers_keeps_its_text_and_loses_what_runs_loads_or_styles() -> None:
    dirty = (
        '<h2 onclick="a()">Tin</h2><script>a()</script><style>*{}</style><img src="//x"><iframe src="/"></iframe>'
        '<a href="javascript:a()" style="x">một</a><a href="https://b.example/">hai</a><form><input></form>'
        '<svg><a xlink:href="javascript:a()">ba</a></svg><math><mtext><table><mglyph><style><img src=x onerror=a()>'
    )
    clean = clean_html(dirty)
    assert "<h2>Tin</h2>" in clean
    assert 'href="https://b.example/"' in clean
    assert not re.search(r"<(script|style|img|iframe|form|input|svg|math)|javascript:|on\w+=|style=", clean)


def test_a_page_nested_to_tire_the_sanitiser_is_not_cleaned_and_an_ordinary_one_is() -> None:
    for tag in ("<div>", "<div></span>", "<a><b>"):
        with pytest.raises(PageError, match="nested"):
            clean_html(tag * (MOST_DEPTH + 1))
    assert clean_html("<div><p>Tin<br></div>" * MOST_DEPTH).count("Tin") == MOST_DEPTH


def test_no_spelling_of_ones_own_name_lets_an_administrator_shut_himself_out(site: Site) -> None:
    admin = login(site, "admin")
    for name in ("Sơn", unicodedata.normalize("NFD", "Sơn")):
        assert admin.post(f"{site.url}/users/role", data={"user": name, "role": "reader"}).status_code == 409
    assert role_of(site, "Sơn") == "admin"


@pytest.mark.parametrize("path", ["/articles/%00", "/read/%00"])
def test_address_with_a_nul_is_refused_before_any_page(site: Site, path: str) -> None:
    answer = login(site, "reviewer").get(f"{site.url}{path}")
    assert (answer.status_code, "không hợp lệ" in answer.text) == (400, True)
