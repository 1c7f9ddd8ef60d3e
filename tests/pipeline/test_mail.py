import socket
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from pipeline.errors import PipelineError
from pipeline.mail import Message, send
from pipeline.settings import DigestSettings
from tests.pipeline.smtpd import mail_server, trusting

NOW = datetime(2020, 9, 21, 6, 30, tzinfo=UTC)
MESSAGE = Message(
    "[Rà soát] 21/09/2020: 2 nhiệm vụ có nguy cơ", "Chữ: ắ ệ ữ\n.một chấm đầu dòng\n", "<p>ắ ệ ữ</p>", "vi"
)


def settings(server, **changes):
    values = DigestSettings(
        to=("lanh-dao@so.example", "truc@so.example"),
        sender="Rà soát <rasoat@so.example>",
        host="127.0.0.1",
        port=server.port,
        security=server.kind,
    )
    return replace(values, **changes)


@pytest.mark.parametrize("kind", ["none", "starttls", "tls"])
def test_message_arrives_whole_in_both_forms(kind):
    with mail_server(kind) as server:
        assert send(MESSAGE, settings(server), "", NOW, trusting()) == ()
    [mail] = server.messages
    assert mail["Subject"] == MESSAGE.subject
    assert mail["To"] == "lanh-dao@so.example, truc@so.example"
    assert mail["Date"] == "Mon, 21 Sep 2020 06:30:00 +0000"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail.get_body(("plain",)).get_content().replace("\r\n", "\n") == MESSAGE.text
    assert mail.get_body(("html",)).get_content().strip() == MESSAGE.html
    assert {line for line in server.heard if line.lower().startswith("ehlo")} == {"ehlo localhost"}


@pytest.mark.parametrize("kind", ["starttls", "tls"])
def test_password_is_told_only_behind_tls(kind):
    with mail_server(kind, password="mat khau") as server:
        send(MESSAGE, settings(server, user="rasoat"), "mat khau", NOW, trusting())
    assert server.logins == [("rasoat", "mat khau", True)]
    assert len(server.messages) == 1


def test_wrong_password_names_the_variable_and_is_not_told_again():
    with (
        mail_server("tls", password="right") as server,
        pytest.raises(
            PipelineError, match=r"refuses the login of rasoat; check digest\.user and RASOAT_SMTP_PASSWORD"
        ) as e,
    ):
        send(MESSAGE, settings(server, user="rasoat"), "s3cret", NOW, trusting())
    assert "s3cret" not in str(e.value) + e.value.text("vi")
    assert not server.messages


@pytest.mark.parametrize("kind", ["starttls", "tls"])
def test_certificate_that_nobody_vouches_for_is_refused(kind):
    with (
        mail_server(kind) as server,
        pytest.raises(
            PipelineError, match=r"127\.0\.0\.1:\d+: the mail server shows a certificate that cannot be trusted"
        ),
    ):
        send(MESSAGE, settings(server), "", NOW)
    assert not server.messages


def test_server_without_starttls_gets_no_message():
    with (
        mail_server("none") as server,
        pytest.raises(PipelineError, match="does not offer what was asked") as e,
    ):
        send(MESSAGE, settings(server, security="starttls"), "", NOW, trusting())
    assert "hãy kiểm tra digest.security" in e.value.text("vi")
    assert not any(line.lower().startswith("mail") for line in server.heard)


def test_address_that_is_refused_is_given_back_and_the_others_are_served():
    with mail_server("none", refuses=("truc@",)) as server:
        assert send(MESSAGE, settings(server), "", NOW) == ("truc@so.example",)
    assert len(server.messages) == 1
    with mail_server("none", refuses=("@",)) as server, pytest.raises(PipelineError, match="refuses every recipient"):
        send(MESSAGE, settings(server), "", NOW)


def test_nobody_there_is_one_clear_line():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    nobody = DigestSettings(to=("a@so.example",), sender="r@so.example", host="127.0.0.1", port=port, security="none")
    with pytest.raises(
        PipelineError, match=rf"127\.0\.0\.1:{port}: the mail server cannot be reached: .*check digest.host"
    ) as e:
        send(MESSAGE, nobody, "", NOW)
    assert "\n" not in str(e.value)


def test_silent_server_is_left_after_a_time(monkeypatch):
    monkeypatch.setattr("pipeline.mail.TIMEOUT_S", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        deaf = DigestSettings(to=("a@so.example",), sender="r@so.example", host="127.0.0.1", port=port, security="none")
        with pytest.raises(PipelineError, match="did not answer within"):
            send(MESSAGE, deaf, "", NOW)


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"to": ()}, "digest.to: is empty"),
        ({"sender": ""}, "digest.sender: is empty"),
        ({"host": ""}, "digest.host: is empty"),
        ({"user": "rasoat"}, "RASOAT_SMTP_PASSWORD: not set"),
    ],
)
def test_missing_settings_are_named(changes, fault):
    whole = DigestSettings(to=("a@so.example",), sender="r@so.example", host="thu.example")
    with pytest.raises(PipelineError, match=fault):
        send(MESSAGE, replace(whole, **changes), "", NOW)


def test_password_is_never_sent_in_the_clear_to_another_machine():
    open_ = DigestSettings(
        to=("a@so.example",), sender="r@so.example", host="thu.example", security="none", user="rasoat"
    )
    with pytest.raises(PipelineError, match="would send the password in the clear"):
        send(MESSAGE, open_, "secret", NOW)


def test_password_with_marks_is_told_before_the_server_is_asked():
    marked = DigestSettings(to=("a@so.example",), sender="r@so.example", host="thu.example", user="rasoat")
    with pytest.raises(PipelineError, match="has letters beyond ASCII") as e:
        send(MESSAGE, marked, "mật khẩu", NOW)
    assert "mật khẩu" not in str(e.value)


def test_line_break_in_a_subject_begins_no_header():
    evil = replace(MESSAGE, subject="Báo cáo\r\nBcc: ai-do@xa.example")
    with mail_server() as server:
        send(evil, settings(server), "", NOW)
    [mail] = server.messages
    assert mail["Bcc"] is None
    assert "ai-do@xa.example" in mail["Subject"]
    assert not any("ai-do" in line for line in server.heard if line.lower().startswith("rcpt"))
