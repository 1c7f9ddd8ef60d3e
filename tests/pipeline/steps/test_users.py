"""Names, passwords and logins, without a browser."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import pytest
from argon2 import PasswordHasher

from pipeline.errors import InputError
from pipeline.passwords import clean_name, hash_password, password_fits
from pipeline.records import LabelEvent
from pipeline.steps import users
from pipeline.steps.login import LoggedIn, TryLater, log_in, session_of, user_of_token
from pipeline.store import Store, labels

AT = datetime(2025, 11, 25, 2, 0, tzinfo=UTC)
PASSWORD = "đọc bài mỗi sáng"


@pytest.fixture(autouse=True)
def quick_hashing(monkeypatch: pytest.MonkeyPatch) -> None:
    hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr("pipeline.passwords._hasher", lambda: hasher)


@pytest.fixture
def token() -> Callable[[], str]:
    numbers = count()
    return lambda: f"token-{next(numbers)}"


@pytest.fixture
def opened(campaign: Any) -> Iterator[Store]:
    with campaign.open() as store:
        yield store


@pytest.mark.parametrize(
    ("raw", "name"),
    [
        ("  Lan  Anh ", "Lan Anh"),
        (unicodedata.normalize("NFD", "Nguyễn Thị Hồng"), "Nguyễn Thị Hồng"),
        ("<b>", "<b>"),
        ("x" * 64, "x" * 64),
    ],
)
def test_a_name_is_trimmed_and_composed(raw: str, name: str) -> None:
    assert clean_name(raw) == name
    assert clean_name(name) == name


@pytest.mark.parametrize("raw", ["", "   ", "x" * 65, "Lan\nAnh", "Lan\u200b", "\u202eLan", "Lan\x00", "Lan\u2028Anh"])
def test_a_name_of_nothing_too_much_or_hidden_signs_is_refused(raw: str) -> None:
    with pytest.raises(InputError, match="user name: expected 1 to 64 visible characters"):
        clean_name(raw)


def test_a_password_fits_however_its_letters_are_composed_and_nothing_fits_nobody() -> None:
    hashed = hash_password(unicodedata.normalize("NFD", PASSWORD))
    assert hashed.startswith("$argon2id$")
    assert password_fits(hashed, PASSWORD)
    assert not password_fits(hashed, f"{PASSWORD} ")
    assert not password_fits(None, "không của ai cả")
    assert not password_fits("damaged", PASSWORD)
    with pytest.raises(InputError, match="password: expected 10 to 1024 characters, got 9"):
        hash_password("chín ký t")


def test_a_name_that_labels_carry_is_given_only_to_the_same_person(campaign: Any, opened: Store) -> None:
    with opened.begin() as connection:
        labels.append(connection, [LabelEvent(campaign.ids[0], "congress", True, "Mai", AT, "v1")])  # noqa: FBT003
    with pytest.raises(users.NameCarriedError, match='"Mai" was a user or has labels'):
        users.add_user(opened, "Mai", "reviewer", PASSWORD, AT)
    assert users.add_user(opened, "Mai", "reviewer", PASSWORD, AT, again=True).name == "Mai"
    users.remove_user(opened, "Mai", AT)
    with pytest.raises(InputError, match='no user "Mai"'):
        users.change_role(opened, "Mai", "lead")
    with pytest.raises(InputError, match='user "Mai" exists already; choose another name'):
        users.add_user(opened, "MAI", "reviewer", PASSWORD, AT, again=True)  # labels of two people would look alike


def test_a_login_gives_a_session_and_its_token_is_kept_nowhere(campaign: Any, opened: Store, token: Any) -> None:
    users.add_user(opened, "Lan", "reviewer", PASSWORD, AT)
    done = log_in(campaign.config, opened, " Lan ", PASSWORD, "127.0.0.1", token, AT)
    assert isinstance(done, LoggedIn)
    assert session_of(campaign.config, opened, done.token, AT) == done.session
    assert done.token not in opened.url.database.encode().decode()
    content = b"".join(
        file.read_bytes() for file in campaign.config.file.parent.rglob("rasoat.sqlite*") if file.is_file()
    )
    assert done.session.id.encode() in content
    assert done.token.encode() not in content
    assert PASSWORD.encode() not in content


def test_a_wrong_password_of_one_name_shuts_that_name_and_many_from_one_address_shut_the_address(
    campaign: Any, opened: Store, token: Any
) -> None:
    users.add_user(opened, "Lan", "reviewer", PASSWORD, AT)

    def attempt(name: str, address: str, password: str = "sai") -> object:
        return log_in(campaign.config, opened, name, password, address, token, AT)

    assert [attempt("Lan", f"10.0.0.{n}") for n in range(10)] == [None] * 10
    assert attempt("Lan", "10.0.1.1", PASSWORD) == TryLater(AT + timedelta(minutes=15))
    assert [attempt(f"ai đó {n}", "10.9.9.9") for n in range(30)] == [None] * 30
    assert isinstance(attempt("Minh", "10.9.9.9"), TryLater)


def test_a_name_that_nobody_has_costs_as_much_work_as_one_that_is_known(
    campaign: Any, opened: Store, token: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    users.add_user(opened, "Lan", "reviewer", PASSWORD, AT)
    users.add_user(opened, "Hoa", "reviewer", PASSWORD, AT)
    users.remove_user(opened, "Hoa", AT)
    compared: list[str] = []
    verify = PasswordHasher.verify

    def counted(self: PasswordHasher, hashed: str, password: str) -> bool:
        compared.append(password)
        return verify(self, hashed, password)

    monkeypatch.setattr(PasswordHasher, "verify", counted)
    for name in ("Lan", "Hoa", "Ai đó", "\x00", ""):
        assert log_in(campaign.config, opened, name, "không phải thế", "127.0.0.1", token, AT) is None
    assert len(compared) == 5


def test_tokens_have_labels_that_are_told_apart(opened: Store, token: Any) -> None:
    users.add_user(opened, "Lan", "reviewer", PASSWORD, AT)
    first = users.add_token(opened, "Lan", "máy  một", token, AT)
    with pytest.raises(InputError, match='token "máy một" of "Lan" exists already'):
        users.add_token(opened, "Lan", "máy một", token, AT)
    users.revoke_token(opened, "Lan", "máy một", AT)
    with pytest.raises(InputError, match='no token "máy một" of "Lan" is in use'):
        users.revoke_token(opened, "Lan", "máy một", AT)
    second = users.add_token(opened, "Lan", "máy một", token, AT)
    assert user_of_token(opened, first, AT) is None
    assert user_of_token(opened, second, AT) is not None
    assert [each.tokens for each in users.list_users(opened)] == [("máy một",)]
