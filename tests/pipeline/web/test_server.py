"""The server itself: TLS, browsers that dawdle, and faults of ours."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests

from pipeline.errors import StoreError
from tests.pipeline.web.live import PASSWORD, Clock, Site, add_users, csrf_of, login, serve

TLS = Path(__file__).parents[2] / "crawlers" / "tls"


@pytest.fixture
def secure_site(campaign: Any, clock: Clock) -> Iterator[Site]:
    """A server with a certificate of its own."""
    with campaign.open() as store:
        add_users(store, clock())
    files = {"tls_cert": str(TLS / "self-signed.pem"), "tls_key": str(TLS / "key.pem")}
    config = campaign.config
    yield from serve(replace(config, web=replace(config.web, host="127.0.0.1", **files)), clock)


def test_over_tls_cookies_are_bound_to_the_host_and_browsers_told_to_stay(secure_site: Site) -> None:
    browser = secure_site.visitor()
    browser.verify = str(TLS / "self-signed.pem")
    form = {"name": "Lan", "password": PASSWORD, "csrf": csrf_of(secure_site, browser, "/login")}
    answer = browser.post(f"{secure_site.url}/login", data=form, allow_redirects=False)
    assert answer.status_code == 303
    assert "max-age=" in answer.headers["strict-transport-security"]
    (cookie,) = [line for line in answer.raw.headers.getlist("set-cookie") if line.startswith("__Host-rasoat=")]
    parts = {part.strip() for part in cookie.split(";")}
    assert {"Secure", "HttpOnly", "Path=/"} <= parts
    assert not any(part.startswith("Domain") for part in parts)
    assert browser.get(f"{secure_site.url}/account").status_code == 200


def connect(site: Site) -> socket.socket:
    parts = urlsplit(site.url)
    return socket.create_connection((parts.hostname or "", parts.port or 0), timeout=60)


def test_a_connection_that_sends_no_request_is_closed(monkeypatch: pytest.MonkeyPatch, site: Site) -> None:
    monkeypatch.setattr("pipeline.web.server.HEAD_S", 0.2)
    with connect(site) as line:
        line.sendall(b"GET /login HTTP/1.1\r\nHost: ")
        assert line.recv(100) == b""


def test_a_form_that_does_not_come_is_not_waited_for(monkeypatch: pytest.MonkeyPatch, site: Site) -> None:
    monkeypatch.setattr("pipeline.web.security.BODY_S", 0.2)
    head = (
        f"POST /login HTTP/1.1\r\nHost: {urlsplit(site.url).netloc}\r\nOrigin: {site.url}\r\n"
        "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 100\r\n\r\nname="
    )
    with connect(site) as line:
        line.sendall(head.encode())
        assert line.recv(100).startswith(b"HTTP/1.1 408 ")


def test_a_fault_of_ours_tells_nothing_of_the_inside(monkeypatch: pytest.MonkeyPatch, site: Site) -> None:
    def fail(store: Any) -> None:
        raise RuntimeError("SELECT secret")

    def refuse(store: Any) -> None:
        raise StoreError(f"{store.name}: locked", f"{store.name}: đang bị khóa")

    admin = login(site, "admin")
    monkeypatch.setattr("pipeline.web.users.list_users", fail)
    broken = admin.get(f"{site.url}/users")
    assert broken.status_code == 500
    assert "Chương trình gặp lỗi" in broken.text
    assert "secret" not in broken.text
    assert "default-src 'none'" in broken.headers["content-security-policy"]
    monkeypatch.setattr("pipeline.web.users.list_users", refuse)
    refused = admin.get(f"{site.url}/users")
    assert refused.status_code == 409
    assert "kho: đang bị khóa" in refused.text
    assert site.store.name not in refused.text


def test_what_htmx_asks_without_a_session_sends_the_whole_page_to_the_login(site: Site) -> None:
    answer = requests.get(f"{site.url}/account?a=1&b=2", headers={"HX-Request": "true"}, timeout=60)
    assert (answer.status_code, answer.headers["hx-redirect"]) == (401, "/login?next=/account%3Fa%3D1%26b%3D2")
