"""`rasoat user` and `rasoat serve` as an administrator meets them."""

from __future__ import annotations

import io
import json
import os
import signal
import socket
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import requests

from pipeline.console import EXIT_BAD_INPUT, EXIT_OK
from pipeline.steps.login import user_of_token

PASSWORD = "mười ký tự trở lên"


@pytest.fixture
def stdin(monkeypatch: pytest.MonkeyPatch) -> Any:
    def give(text: str) -> None:
        monkeypatch.setattr(sys, "stdin", io.StringIO(text))

    return give


def test_a_user_is_added_listed_promoted_given_a_token_and_removed(campaign: Any, stdin: Any, capsys: Any) -> None:
    stdin(f"{PASSWORD}\n")
    assert campaign.run("user", "add", "  Lan ", "--role", "reviewer", "--password-stdin") == EXIT_OK
    assert campaign.run("user", "role", "Lan", "--role", "lead") == EXIT_OK
    capsys.readouterr()
    assert campaign.run("user", "token", "Lan", "--label", "báo cáo") == EXIT_OK
    token = capsys.readouterr().out.strip()
    assert len(token) >= 43  # 256 bits in base64
    assert campaign.run("user", "list", "--json") == EXIT_OK
    listed = [{"name": "Lan", "role": "lead", "removed": None, "tokens": ["báo cáo"]}]
    assert json.loads(capsys.readouterr().out) == listed
    with campaign.open() as store:
        found = user_of_token(store, token, campaign_time())
        assert found is not None
        assert (found.name, found.role) == ("Lan", "lead")
        assert campaign.run("user", "remove", "Lan") == EXIT_OK
        assert user_of_token(store, token, campaign_time()) is None


def campaign_time() -> Any:
    from pipeline.surface import now

    return now()


def test_a_short_password_and_a_name_that_is_taken_are_refused_in_one_line(
    campaign: Any, stdin: Any, capsys: Any
) -> None:
    stdin("ngắn\n")
    assert campaign.run("user", "add", "Lan", "--role", "reader", "--password-stdin", lang="vi") == EXIT_BAD_INPUT
    assert capsys.readouterr().err == "rasoat: mật khẩu: cần 10 đến 1024 ký tự, nhận được 4\n"
    stdin(f"{PASSWORD}\n")
    campaign.run("user", "add", "Lan", "--role", "reader", "--password-stdin")
    stdin(f"{PASSWORD}\n")
    assert campaign.run("user", "add", "LAN", "--role", "reader", "--password-stdin") == EXIT_BAD_INPUT
    assert 'user "Lan" exists already' in capsys.readouterr().err


def test_two_passwords_that_differ_change_nothing(campaign: Any, monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    typed = iter([PASSWORD, f"{PASSWORD}!"])
    monkeypatch.setattr("click.termui.hidden_prompt_func", lambda _prompt: next(typed))
    assert campaign.run("user", "add", "Lan", "--role", "admin", lang="vi") == EXIT_BAD_INPUT
    assert "không giống nhau" in capsys.readouterr().err
    assert campaign.run("user", "list", lang="vi") == EXIT_OK
    assert capsys.readouterr().out == "Chưa có người dùng nào.\n"


def test_other_machines_are_served_only_with_tls_or_behind_a_proxy(campaign: Any, capsys: Any) -> None:
    assert campaign.run("serve", "--host", "0.0.0.0") == EXIT_BAD_INPUT
    (line,) = capsys.readouterr().err.splitlines()
    assert "web.tls_cert" in line
    assert "web.proxy" in line


@pytest.fixture
def interruptible() -> Iterator[None]:
    """Takes Ctrl+C as in a terminal: what a shell starts in the background ignores it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("interruptible")
def test_serve_prints_its_address_answers_and_stops_when_interrupted(campaign: Any, capsys: Any) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]

    def browse() -> int:
        """Asks until somebody answers, then presses Ctrl+C, which the server takes from there on."""
        pause = threading.Event()
        while True:
            try:
                status = requests.get(f"http://127.0.0.1:{port}/login", timeout=60).status_code
            except requests.ConnectionError:
                pause.wait(0.05)
                continue
            os.kill(os.getpid(), signal.SIGINT)
            return status

    with ThreadPoolExecutor(1) as browser:
        answer = browser.submit(browse)
        assert campaign.run("serve", "--port", port, lang="vi") == EXIT_OK
        assert answer.result() == 200
    out, err = capsys.readouterr()
    assert out == f"Rà soát: http://127.0.0.1:{port}/  (Ctrl+C để dừng)\n"
    assert "rasoat user add" in err  # there is nobody yet
    assert err.rstrip().endswith("Đã dừng.")


def test_a_port_that_is_taken_is_told_in_one_line(campaign: Any, capsys: Any) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert campaign.run("serve", "--port", port, lang="vi") == EXIT_BAD_INPUT
    (line,) = capsys.readouterr().err.splitlines()
    assert f"không mở được 127.0.0.1:{port}: chương trình khác đang dùng cổng này" in line
    assert "--port" in line
