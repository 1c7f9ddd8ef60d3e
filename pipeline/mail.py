"""Sends one message over SMTP: the only place that speaks it. What the message says is for others to write."""

from __future__ import annotations

import smtplib
import ssl
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from typing import Final

from pipeline.errors import PipelineError
from pipeline.settings import DigestSettings

TIMEOUT_S: Final = 30.0  # for each answer of the server
HELO: Final = "localhost"  # what we call ourselves; the machine's own name is nobody's business
PASSWORD: Final = "RASOAT_SMTP_PASSWORD"  # noqa: S105 - the variable's name


@dataclass(frozen=True, slots=True)
class Message:
    """A message in two forms; a mail reader shows the second where it can."""

    subject: str
    text: str
    html: str
    lang: str


def send(
    message: Message, settings: DigestSettings, password: str, now: datetime, context: ssl.SSLContext | None = None
) -> tuple[str, ...]:
    """Sends a message to all who are named in the settings; gives the addresses that the server refused.

    The server's certificate is checked, by the authorities of this machine unless `context` knows others.

    Raises:
        PipelineError: settings are missing, the server cannot be reached, lacks TLS, or refuses the login or everyone.
    """
    check_settings(settings, password)
    mail = _mail(message, settings, now)
    try:
        with _connected(settings, context or ssl.create_default_context()) as server:
            if settings.user:
                server.login(settings.user, password)
            refused = server.send_message(mail)
    except (smtplib.SMTPException, OSError) as error:
        raise _fault(settings, error) from error
    return tuple(sorted(refused))


def check_settings(settings: DigestSettings, password: str) -> None:
    """Sees to it that a message could be sent; asks no server.

    Raises:
        PipelineError: a setting or the password is missing, or would be sent in the clear.
    """
    for key, value in (("to", settings.to), ("sender", settings.sender), ("host", settings.host)):
        if not value:
            raise PipelineError(
                f"config.toml: digest.{key}: is empty; fill it in to send the digest",
                f"config.toml: digest.{key}: còn trống; muốn gửi bản tin phải điền mục này",
            )
    if settings.user and not password:
        raise PipelineError(
            f"{PASSWORD}: not set, and digest.user names a user of {settings.host}; put the password there",
            f"{PASSWORD}: chưa đặt, mà digest.user có tên đăng nhập của {settings.host}; hãy đặt mật khẩu vào biến này",
        )
    if not (settings.user + password).isascii():
        raise PipelineError(
            f"digest.user or {PASSWORD}: has letters beyond ASCII, which mail servers do not agree how to read; choose others",
            f"digest.user hoặc {PASSWORD}: có chữ ngoài ASCII, các máy chủ thư không đọc thống nhất; hãy đặt lại không dấu",
        )
    if settings.user and settings.security == "none" and settings.host not in {"localhost", "127.0.0.1", "::1"}:
        raise PipelineError(
            'config.toml: digest.security: "none" would send the password in the clear; use "starttls" or "tls"',
            'config.toml: digest.security: "none" sẽ gửi mật khẩu không mã hóa; hãy dùng "starttls" hoặc "tls"',
        )


def _mail(message: Message, settings: DigestSettings, now: datetime) -> EmailMessage:
    mail = EmailMessage()
    try:
        mail["Subject"] = " ".join(message.subject.split())  # a line break would begin another header
        mail["From"] = settings.sender
        mail["To"] = ", ".join(settings.to)
    except ValueError as error:
        raise PipelineError(
            f"config.toml: digest: not an address: {error}", f"config.toml: digest: địa chỉ thư không đúng: {error}"
        ) from None
    mail["Date"] = format_datetime(now)
    mail["Message-ID"] = make_msgid(domain=settings.sender.rpartition("@")[2].strip("> ") or HELO)
    mail["Content-Language"] = message.lang
    mail["Auto-Submitted"] = "auto-generated"  # RFC 3834: no out-of-office answers
    mail.set_content(message.text)
    mail.add_alternative(message.html, subtype="html")
    return mail


def _connected(settings: DigestSettings, context: ssl.SSLContext) -> smtplib.SMTP:
    if settings.security == "tls":
        return smtplib.SMTP_SSL(settings.host, settings.port, HELO, timeout=TIMEOUT_S, context=context)
    server = smtplib.SMTP(settings.host, settings.port, HELO, timeout=TIMEOUT_S)
    if settings.security == "starttls":
        try:
            server.starttls(context=context)
        except BaseException:
            server.close()
            raise
    return server


def _fault(settings: DigestSettings, error: Exception) -> PipelineError:
    """Says what went wrong and what to look at; the first that fits."""
    where = f"{settings.host}:{settings.port}"
    if isinstance(error, smtplib.SMTPServerDisconnected) and isinstance(error.__context__, TimeoutError):
        error = error.__context__  # smtplib calls a server that says nothing one that hung up
    match error:
        case smtplib.SMTPAuthenticationError():
            en, vi = f"refuses the login of {settings.user}", f"không chấp nhận đăng nhập của {settings.user}"
            hint_en, hint_vi = f"check digest.user and {PASSWORD}", f"hãy kiểm tra digest.user và {PASSWORD}"
        case smtplib.SMTPNotSupportedError():
            en, vi = "does not offer what was asked (STARTTLS or a login)", "không hỗ trợ STARTTLS hoặc đăng nhập"
            hint_en, hint_vi = "check digest.security and digest.port", "hãy kiểm tra digest.security và digest.port"
        case smtplib.SMTPRecipientsRefused():
            en, vi = "refuses every recipient", "từ chối mọi người nhận"
            hint_en, hint_vi = "check digest.to", "hãy kiểm tra digest.to"
        case smtplib.SMTPSenderRefused():
            en, vi = f"refuses the sender {settings.sender}", f"từ chối người gửi {settings.sender}"
            hint_en, hint_vi = "check digest.sender", "hãy kiểm tra digest.sender"
        case ssl.SSLCertVerificationError():
            en, vi = "shows a certificate that cannot be trusted", "dùng chứng thư số không tin cậy được"
            hint_en, hint_vi = "check digest.host", "hãy kiểm tra digest.host"
        case ssl.SSLError():
            en, vi = "does not speak TLS there", "không nói TLS ở cổng này"
            hint_en, hint_vi = "check digest.security and digest.port", "hãy kiểm tra digest.security và digest.port"
        case TimeoutError():
            en, vi = f"did not answer within {TIMEOUT_S:.0f} seconds", f"không trả lời trong {TIMEOUT_S:.0f} giây"
            hint_en, hint_vi = "check digest.host and digest.port", "hãy kiểm tra digest.host và digest.port"
        case smtplib.SMTPException():
            en, vi = f"refused the message: {_said(error)}", f"không nhận thư: {_said(error)}"
            hint_en, hint_vi = "try again later", "hãy thử lại sau"
        case _:
            en, vi = f"cannot be reached: {_said(error)}", "không kết nối được"
            hint_en, hint_vi = "check digest.host and digest.port", "hãy kiểm tra digest.host và digest.port"
    return PipelineError(f"{where}: the mail server {en}; {hint_en}", f"{where}: máy chủ thư {vi}; {hint_vi}")


def _said(error: Exception) -> str:
    return " ".join(str(error).split())[:200] or type(error).__name__
