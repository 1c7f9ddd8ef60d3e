"""Reviewers with browsers that run no scripts, at one queue over the articles of the small campaign."""

from __future__ import annotations

import re
from typing import Any

import requests

from pipeline.readings import Draw, Queue, User
from pipeline.records import LabelEvent
from pipeline.steps.classify import classify
from pipeline.store import labels, queues, users
from tests.pipeline.web.live import Site, _hashed, login

FIELD = re.compile(r'<input type="hidden" name="(base|content|seen)" value="([^"]*)">')


def make_desk(site: Site, campaign: Any) -> Desk:
    """Gives a reviewer at a queue "q1" of all three articles, which the machine has read; the second is served blind."""
    classify(campaign.config, site.store, lambda *_: None)
    with site.store.begin() as connection:
        users.add(connection, User("Thảo", "reviewer", site.clock()), _hashed())
        queues.create(connection, Queue("q1", "uniform", {}, "c", site.clock()))
        drawn = [Draw("q1", 0, each, "c", blind=n == 1) for n, each in enumerate(campaign.ids)]
        queues.add(connection, drawn)
    return Desk(site, login(site, "reviewer"), campaign.ids)


class Desk:
    """A reviewer's browser without scripts."""

    def __init__(self, site: Site, browser: requests.Session, ids: tuple[str, ...]) -> None:
        self.site, self.browser, self.ids = site, browser, ids

    def get(self, path: str) -> requests.Response:
        return self.browser.get(f"{self.site.url}{path}")

    def post(self, path: str, **fields: Any) -> requests.Response:
        self.site.clock.forward(seconds=5)
        return self.browser.post(f"{self.site.url}{path}", data=fields)

    def another(self, name: str) -> Desk:
        return Desk(self.site, login(self.site, name), self.ids)

    def say(self, page: requests.Response, act: str = "accept", topic: Any = (), **more: Any) -> requests.Response:
        path = re.search(r'action="(/read/desk/[^"]+)"', page.text)[1]
        return self.post(path, act=act, topic=list(topic), **dict(FIELD.findall(page.text)), **more)

    def labels(self, number: int) -> dict[str, bool]:
        with self.site.store.read() as connection:
            return labels.of(connection, self.ids[number])

    def events(self) -> list[LabelEvent]:
        with self.site.store.read() as connection:
            return list(labels.events(connection))
