"""Programs can do what the pages can, with a token of a user and nothing else."""

import json
import re
from datetime import UTC, datetime, timedelta

import pytest
import requests

from pipeline.readings import Draw, Queue
from pipeline.steps.users import add_token, revoke_token
from pipeline.store import articles, queues
from pipeline.web import api, api_operations, report_api
from pipeline.web.api_operations import Allowance
from pipeline.web.security import IMPORT_BYTES
from tests.pipeline.web.live import NAMES, login


class Program:
    """A program that brings a user's token."""

    def __init__(self, site, role):
        self.site = site
        self.session = requests.Session()
        self.session.trust_env = False
        token = f"token-of-{role}"
        add_token(site.store, NAMES[role], "thử", lambda: token, site.clock())
        self.session.headers["Authorization"] = f"Bearer {token}"

    def get(self, path, **more):
        return self.session.get(f"{self.site.url}/api/v1{path}", timeout=30, **more)

    def post(self, path, **more):
        return self.session.post(f"{self.site.url}/api/v1{path}", timeout=30, **more)


@pytest.fixture
def lan(site):
    return Program(site, "reviewer")


@pytest.fixture
def minh(site):
    return Program(site, "lead")


@pytest.fixture
def ids(site):
    with site.store.read() as connection:
        return [each.id for each in articles.stream(connection)]


@pytest.fixture
def queue(site, ids):
    with site.store.begin() as connection:
        queues.create(connection, Queue("q", "uniform", {"rate": 1.0}, "c", site.clock()))
        queues.add(connection, [Draw("q", 0, one, "c", inclusion_probability=0.5) for one in ids])
    return "q"


def is_problem(answer, status):
    told = answer.json()
    assert answer.status_code == told["status"] == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    return told["detail"]


def test_shift_of_a_program_serves_stores_takes_back_and_skips(lan, queue, ids):
    (state,) = lan.get("/queues").json()
    assert (state["id"], state["draws"], state["left"]) == (queue, 3, 3)
    item = lan.post(f"/queues/{queue}/next").json()
    assert item["article"] == ids[0]
    assert item["asked"] == ["congress", "youth"]
    assert lan.get(f"/readings/{item['serving']}").json() == item
    path = f"/readings/{item['serving']}"
    assert lan.post(path, json={"yes": ["congress"]}).json()["events"] == 2
    assert lan.post(path, json={"yes": ["congress"]}).json()["events"] == 0
    words = lan.get(f"/articles/{ids[0]}").json()["labels"]
    assert {each["topic"]: each["value"] for each in words} == {"congress": True, "youth": False}
    assert lan.post("/undo").json()["article"] == ids[0]
    assert lan.post("/undo").status_code == 204
    again = lan.post(f"/queues/{queue}/next").json()
    assert lan.post(f"/readings/{again['serving']}/skip").status_code == 204
    for _ in ids[1:]:
        other = lan.post(f"/queues/{queue}/next").json()
        assert lan.post(f"/readings/{other['serving']}", json={"yes": []}).status_code == 200
    assert lan.post(f"/queues/{queue}/next").status_code == 204


def test_conflict_shows_both_and_a_lead_decides(site, lan, minh, ids):
    first, second = (program.post(f"/articles/{ids[0]}/reading").json() for program in (lan, minh))
    assert lan.post(f"/readings/{first['serving']}", json={"yes": ["congress"]}).status_code == 200
    site.clock.forward(minutes=1)
    answer = minh.post(f"/readings/{second['serving']}", json={"yes": []})
    is_problem(answer, 409)
    (theirs,) = answer.json()["theirs"]
    assert (theirs["topic"], theirs["value"], theirs["reviewer"]) == ("congress", True, NAMES["reviewer"])
    said = {"yes": [], "base": answer.json()["base"]}
    assert minh.post(f"/readings/{second['serving']}", json=said).status_code == 200
    (parted,) = minh.get("/disagreements").json()
    assert (parted["article"], parted["topic"], len(parted["words"])) == (ids[0], "congress", 2)
    site.clock.forward(minutes=1)
    decision = {"decisions": {"congress": True}, "note": "xem đoạn đầu"}
    assert minh.post(f"/articles/{ids[0]}/adjudication", json=decision).json() == {"decisions": 1}
    assert minh.get("/disagreements").json() == []


def test_articles_are_searched_and_models_listed(lan, ids):
    found = lan.get("/articles", params={"q": "dai hoi"}).json()
    assert [each["id"] for each in found["articles"]] == [ids[0]]
    assert lan.get(f"/articles/{ids[1]}").json()["title"] == "Giá rau tăng sau mưa"
    assert lan.get("/models").json()[0]["version"] == "shipped"
    assert "no article" in is_problem(lan.get("/articles/0000000000000000"), 404)


def test_labels_go_out_and_come_in(site, lan, minh, ids):
    item = lan.post(f"/articles/{ids[0]}/reading").json()
    lan.post(f"/readings/{item['serving']}", json={"yes": ["congress"]})
    out = minh.get("/labels")
    rows = [json.loads(line) for line in out.text.splitlines()]
    assert [row["kind"] for row in rows] == ["serving", "label", "label"]
    assert minh.post("/labels", data=out.content).json()["events"] == 0
    told = minh.post("/labels", data=json.dumps({"url": "http://dai.example/bai-2.html", "topics": ["youth"]}))
    assert (told.json()["rows"], told.json()["events"]) == (1, 2)
    current = [json.loads(line) for line in minh.get("/labels", params={"current": "true"}).text.splitlines()]
    assert {row["id"]: row["topics"] for row in current} == {ids[0]: ["congress"], ids[2]: ["youth"]}
    assert is_problem(minh.post("/labels", data='{"id": "x", "topics": ["?"]}'), 400).startswith(
        "body:1: no such topic"
    )
    is_problem(lan.get("/labels"), 403)


def test_cookie_opens_nothing_and_a_foreign_page_can_send_nothing(site, lan):
    browser = login(site, "admin")
    is_problem(browser.get(f"{site.url}/api/v1/me"), 401)
    assert lan.get("/me").json() == {"name": NAMES["reviewer"], "role": "reviewer"}
    assert lan.post("/undo", headers={"Origin": "https://evil.example"}).status_code == 403
    assert not lan.get("/me").cookies


def test_token_that_was_revoked_or_invented_opens_nothing(site, lan):
    revoke_token(site.store, NAMES["reviewer"], "thử", site.clock())
    is_problem(lan.get("/me"), 401)
    lan.session.headers["Authorization"] = "Bearer ' OR 1=1 --"
    is_problem(lan.get("/me"), 401)


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("{", "Invalid JSON"),
        ('{"yes": "congress"}', "yes: "),
        ('{"yes": [], "more": 1}', "more: "),
        ('{"yes": ["weather"]}', "weather: not a topic"),
        ("[" * 100_000, "body: "),
    ],
)
def test_bad_body_is_told_and_stores_nothing(lan, ids, body, told):
    item = lan.post(f"/articles/{ids[0]}/reading").json()
    assert told in is_problem(lan.post(f"/readings/{item['serving']}", data=body), 400)
    assert lan.get(f"/articles/{ids[0]}").json()["labels"] == []


def test_too_much_is_refused(lan, minh):
    is_problem(lan.post("/undo", data=b"x" * (2 << 20)), 413)
    is_problem(minh.post("/labels", headers={"Content-Length": str(IMPORT_BYTES + 1)}, data=b""), 413)


def test_minute_has_its_allowance(site, lan, monkeypatch):
    monkeypatch.setattr(api_operations, "PER_MINUTE", 3)
    monkeypatch.setattr(api_operations, "_allowance", Allowance())
    assert [lan.get("/me").status_code for _ in range(3)] == [200, 200, 200]
    answer = lan.get("/me")
    is_problem(answer, 429)
    assert int(answer.headers["retry-after"]) == 60
    site.clock.forward(seconds=61)
    assert lan.get("/me").status_code == 200


def test_allowance_is_each_users_own():
    shared, at = Allowance(), datetime(2020, 9, 7, tzinfo=UTC)
    assert all(shared.take("lan", at) == 0 for _ in range(api_operations.PER_MINUTE))
    assert shared.take("lan", at + timedelta(seconds=20)) == 40
    assert shared.take("minh", at) == 0


def test_description_names_every_path_and_every_reference_leads_somewhere(lan):
    told = lan.get("/openapi.json").json()
    assert told["openapi"] == "3.1.0"
    served = {
        (route.path, method.lower())
        for route in (*api.ROUTES, *report_api.ROUTES)
        for method in route.methods - {"HEAD"}
    }
    assert {(path, method) for path, methods in told["paths"].items() for method in methods} == served
    references = set(re.findall(r'"#/components/schemas/([^"]+)"', json.dumps(told)))
    assert references <= told["components"]["schemas"].keys()
    ids = [each["operationId"] for methods in told["paths"].values() for each in methods.values()]
    assert len(set(ids)) == len(ids)
    for path, methods in told["paths"].items():
        for each in methods.values():
            named = {part["name"] for part in each["parameters"] if part["in"] == "path"}
            assert named == set(re.findall(r"{(\w+)}", path))
    assert told["components"]["schemas"]["SubmitIn"]["additionalProperties"] is False
