"""Users, tokens, sessions and failed logins, on both engines."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from pipeline.readings import User
from pipeline.store import Store, labels, sessions, users
from pipeline.store.sessions import Session
from pipeline.store.users import Token

AT = datetime(2025, 11, 25, 2, 0, tzinfo=UTC)
LAN = User("Lan", "reviewer", AT)
WINDOW = timedelta(minutes=15)


@pytest.fixture
def lan(store: Store) -> Store:
    with store.begin() as connection:
        users.add(connection, LAN, "hash")
    return store


def session(identity: str, at: datetime = AT) -> Session:
    return Session(identity, LAN, "csrf", at, at, at + timedelta(hours=12))


def test_a_removed_user_stays_known_but_has_no_password_session_or_token(lan: Store) -> None:
    with lan.begin() as connection:
        users.add_token(connection, Token("t1", "Lan", "báo cáo", AT))
        sessions.start(connection, session("s1"))
        assert users.token_owner(connection, "t1") == (LAN, Token("t1", "Lan", "báo cáo", AT))
        users.remove(connection, "Lan", AT)
        assert users.password_hash(connection, "Lan") is None
        assert sessions.find(connection, "s1") is None
        assert users.token_owner(connection, "t1") is None
        assert users.find(connection, "Lan") == User("Lan", "reviewer", AT, AT)
        users.add(connection, User("Lan", "lead", AT), "new")
        assert users.listing(connection) == [User("Lan", "lead", AT)]
        assert users.token_owner(connection, "t1") is None  # an old token does not come back


def test_whose_labels_are_in_the_store_is_known(lan: Store, put: Any, make_article: Any, make_label: Any) -> None:
    word = make_label(put(make_article()), reviewer="Mai")
    with lan.begin() as connection:
        labels.append(connection, [word])
        assert users.has_spoken(connection, "Mai")
        assert not users.has_spoken(connection, "Lan")


def test_sessions_end_one_by_one_all_but_one_and_by_age(lan: Store) -> None:
    with lan.begin() as connection:
        for name in ("s1", "s2", "s3"):
            sessions.start(connection, session(name))
        sessions.end(connection, "s1")
        sessions.touch(connection, "s2", AT + timedelta(hours=1))
        found = sessions.find(connection, "s2")
        assert found is not None
        assert found.seen == AT + timedelta(hours=1)
        sessions.end_old(connection, AT + timedelta(hours=1), AT + timedelta(minutes=1))
        assert [name for name in ("s1", "s2", "s3") if sessions.find(connection, name)] == ["s2"]
        sessions.start(connection, session("s4"))
        sessions.end_all(connection, "Lan", "s4")
        assert [name for name in ("s2", "s4") if sessions.find(connection, name)] == ["s4"]
        sessions.end_old(connection, AT + timedelta(hours=12), AT)
        assert sessions.find(connection, "s4") is None


def test_attempts_at_once_do_not_slip_through_the_limit(store: Store) -> None:
    def attempt(_: int) -> datetime | None:
        with store.begin() as connection:
            return sessions.attempt(connection, [("name", 5), ("address", 20)], AT, AT - WINDOW)

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(attempt, range(24)))
    assert answers.count(None) == 5
    assert set(answers) == {None, AT}


def test_old_failures_are_forgotten_and_a_login_forgives_its_name_and_its_own_attempt_only(store: Store) -> None:
    limits = [("name", 2), ("address", 3)]

    def attempt(minutes: int) -> datetime | None:
        at = AT + timedelta(minutes=minutes)
        with store.begin() as connection:
            return sessions.attempt(connection, limits, at, at - WINDOW)

    assert [attempt(0), attempt(1), attempt(2)] == [None, None, AT]
    assert attempt(15) is None  # that of minute 0 counts no more
    with store.begin() as connection:
        sessions.forgive(connection, "name", ["address"], AT + timedelta(minutes=15))
    assert [attempt(15), attempt(15)] == [None, None]
    assert attempt(15) == AT + timedelta(minutes=15)  # three of the address: minutes 1 (forgotten at 16), 15, 15
