"""A small mail server on loopback: enough of SMTP to be sent a message by, with STARTTLS, TLS and a login."""

from __future__ import annotations

import base64
import socketserver
import ssl
import threading
from contextlib import contextmanager
from email import message_from_bytes, policy
from pathlib import Path

CERTIFICATE = Path(__file__).parents[1] / "crawlers" / "tls" / "self-signed.pem"


def server_context():
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATE, CERTIFICATE.with_name("key.pem"))
    return context


class Session(socketserver.StreamRequestHandler):
    timeout = 20  # seconds

    def handle(self):
        server = self.server
        if server.kind == "tls":
            self._secure()
        self._say("220 thu.example")
        while line := self.rfile.readline():
            verb, _, rest = line.decode().strip().partition(" ")
            server.heard.append(line.decode().strip())
            if not self._answer(verb.upper(), rest):
                return

    def finish(self):
        super().finish()
        self.connection.close()  # the one that TLS put around the first

    def _answer(self, verb, rest):
        server = self.server
        match verb:
            case "EHLO":
                self._say(*(f"250-{name}" for name in server.offers), "250 OK")
            case "STARTTLS":
                self._say("220 go on")
                self._secure()
            case "AUTH":
                said = base64.b64decode(rest.split()[1]).decode().split("\0")
                server.logins.append((said[1], said[2], isinstance(self.connection, ssl.SSLSocket)))
                self._say("235 welcome" if said[2] == server.password else "535 no")
            case "RCPT":
                self._say("550 nobody here" if any(name in rest for name in server.refuses) else "250 OK")
            case "DATA":
                self._say("354 speak")
                lines = []
                while (line := self.rfile.readline()) not in {b".\r\n", b""}:
                    lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
                server.messages.append(message_from_bytes(b"".join(lines), policy=policy.default))
                self._say("250 kept")
            case "QUIT":
                self._say("221 bye")
                return False
            case _:
                self._say("250 OK")
        return True

    def _secure(self):
        self.connection = server_context().wrap_socket(self.connection, server_side=True)
        self.rfile, self.wfile = self.connection.makefile("rb"), self.connection.makefile("wb", 0)

    def _say(self, *lines):
        self.wfile.write("".join(f"{line}\r\n" for line in lines).encode())


class MailServer(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, kind, password="", refuses=()):
        super().__init__(("127.0.0.1", 0), Session)
        self.kind = kind
        self.password = password
        self.refuses = refuses
        self.offers = ["thu.example", *(["STARTTLS"] if kind == "starttls" else []), "AUTH PLAIN"]
        self.heard, self.logins, self.messages = [], [], []

    @property
    def port(self):
        return self.server_address[1]

    def handle_error(self, request, client_address):
        """A client that turns away from our certificate breaks the line: that is what is tested."""


@contextmanager
def mail_server(kind="none", **options):
    with MailServer(kind, **options) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


def trusting():
    """What a client knows who knows the certificate of our server."""
    return ssl.create_default_context(cafile=str(CERTIFICATE))
