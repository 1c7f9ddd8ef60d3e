"""The web page as browsers meet it: a real server on a loopback port, over a small campaign with a user of each role."""

from __future__ import annotations

import re
import secrets
import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache

import requests
import uvicorn

from pipeline.config import Config
from pipeline.passwords import hash_password
from pipeline.readings import Role, User
from pipeline.store import Store, users
from pipeline.web.address import address_of
from pipeline.web.app import make_app
from pipeline.web.server import listen, make_server

PASSWORD = "đọc bài mỗi sáng"
NAMES: dict[Role, str] = {"reader": "Hoa", "reviewer": "Lan", "lead": "Minh", "admin": "Sơn"}
CSRF = re.compile(r'name="csrf" value="([^"]+)"')


class Clock:
    """A clock that a test may put forward."""

    def __init__(self) -> None:
        self.at = datetime(2025, 11, 25, 2, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.at

    def forward(self, **span: float) -> None:
        self.at += timedelta(**span)


@dataclass(frozen=True, slots=True)
class Site:
    """A running server."""

    url: str  # http://127.0.0.1:PORT
    config: Config
    store: Store
    clock: Clock

    def visitor(self) -> requests.Session:
        """Gives a browser that nobody has logged in with; it says where its forms come from, as browsers do."""
        browser = requests.Session()
        browser.trust_env = False
        browser.headers.update({"Origin": self.url, "Sec-Fetch-Site": "same-origin"})
        return browser


def csrf_of(site: Site, browser: requests.Session, path: str = "/account") -> str:
    """Gives the token of the forms that the browser is shown."""
    found = CSRF.search(browser.get(f"{site.url}{path}").text)
    assert found, path
    return found[1]


def login(site: Site, name: str, password: str = PASSWORD) -> requests.Session:
    """Logs in: `name` is a user or a role; forms need `data={"csrf": browser.headers["X-CSRF-Token"], …}` or that header."""
    browser = site.visitor()
    form = {"name": NAMES.get(name, name), "password": password, "csrf": csrf_of(site, browser, "/login")}
    answer = browser.post(f"{site.url}/login", data=form, allow_redirects=False)
    assert answer.status_code == 303, answer.text
    browser.headers["X-CSRF-Token"] = csrf_of(site, browser)
    return browser


def add_users(store: Store, at: datetime) -> None:
    """Adds a user of each role."""
    with store.begin() as connection:
        for role, name in NAMES.items():
            users.add(connection, User(name, role, at), _hashed())


@lru_cache(maxsize=1)
def _hashed() -> str:
    """Gives the hash of PASSWORD; making one takes its time."""
    return hash_password(PASSWORD)


def serve(config: Config, clock: Clock) -> Iterator[Site]:
    """Runs a server in a thread until the test is over."""
    taken = listen("127.0.0.1", 0)
    port = taken.getsockname()[1]
    config = replace(config, web=replace(config.web, port=port))
    with Store.open(config.store_url) as store:
        app, address = make_app(config, store, now=clock, token=lambda: secrets.token_urlsafe(32)), address_of(config)
        server = make_server(app, address, "127.0.0.1", port)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [taken]}, daemon=True)
        thread.start()
        _wait(server, thread)
        yield Site(address.home.rstrip("/"), config, store, clock)
        server.should_exit = True
        thread.join(timeout=20)
        assert not thread.is_alive()


def _wait(server: uvicorn.Server, thread: threading.Thread) -> None:
    pause = threading.Event()
    while not server.started:
        assert thread.is_alive(), "the server did not start"
        pause.wait(0.01)
