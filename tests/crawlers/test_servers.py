"""Servers as they are met in the field, old, moved, half mended: each is read where it can be, and told where it cannot."""

import gzip
import socket
import ssl
import threading
import time
from contextlib import nullcontext
from datetime import UTC, date, datetime, timedelta
from email.utils import format_datetime
from http.server import ThreadingHTTPServer
from pathlib import Path

import pytest

from crawlers.archive import Archive
from crawlers.article import Learnt
from crawlers.crawl import crawl
from crawlers.errors import FetchError
from crawlers.fetch import Fetcher
from crawlers.source import FetchPolicy, Source, TlsException
from tests.crawlers.conftest import Handler

TLS = Path(__file__).parent / "tls"
QUICK = {"connect_timeout_s": 1.0, "read_timeout_s": 0.4, "deadline_s": 1.0, "retries": 0, "backoff_s": 0.01}
PAGE = "<p>Đại hội</p>".encode()


@pytest.fixture
def fetcher():
    made = []

    def make(resolve_name=None, **policy):
        more = {"resolve_name": resolve_name} if resolve_name else {}
        made.append(Fetcher(FetchPolicy(**{**QUICK, "delay_s": 0.0, **policy}), sleep=lambda _: None, **more))
        return made[-1]

    yield make
    for each in made:
        each.close()


@pytest.fixture
def names(monkeypatch):
    """Makes this machine pass for a public one, reached by any name; gives the names that were looked up."""
    asked = []
    monkeypatch.setattr("crawlers.connection.is_allowed", lambda address, **_: address == "127.0.0.1")

    def resolve(name, port):
        asked.append(name)
        return [(socket.AF_INET, ("127.0.0.1", port))]

    resolve.asked = asked
    return resolve


def reason(fetcher, url, source, role="page"):
    with pytest.raises(FetchError) as caught:
        fetcher.get(url, source, role=role)
    return caught.value.reason


def say(raw):
    """A route that writes bytes as they are and hangs up."""

    def route(handler):
        handler.wfile.write(raw)
        handler.close_connection = True

    return route


# --- what is written on the wire


@pytest.mark.parametrize(
    "raw",
    [
        b"HTTP/1.0 200 OK\r\nContent-Type: text/html\r\n\r\n" + PAGE,
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\n\r\n" + PAGE,
        b"HTTP/1.1 200\r\nContent-Type: text/html\r\nConnection: close\r\n\r\n" + PAGE,
        b"HTTP/1.1 200 OK\nContent-Type: text/html\nConnection: close\n\n" + PAGE,
        b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + PAGE,
        b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\n\r\n" + PAGE,
        b"HTTP/1.1 203 Elsewhere\r\nContent-Type: TEXT/HTML;Charset=utf-8\r\nConnection: close\r\n\r\n" + PAGE,
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n%x;x=1\r\n%s\r\n0\r\nX-Sum: 1\r\n\r\n"
        % (len(PAGE), PAGE),
        b"HTTP/1.1 200 OK\r\nContent-Length: abc\r\nConnection: close\r\n\r\n" + PAGE,
        b"HTTP/1.1 200 OK\r\nX-T\xe1\xbb\x89nh: L\xe1\xba\xa1ng S\xc6\xa1n\r\nConnection: close\r\n\r\n" + PAGE,
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nConnection: close\r\n\r\n"
        + gzip.compress(PAGE)
        + b"\n<!-- x -->",
        b"HTTP/1.1 200 OK\r\nContent-Encoding: GZIP, identity\r\nConnection: close\r\n\r\n" + gzip.compress(PAGE),
        b"HTTP/1.1 200 OK\r\nContent-Encoding: utf-8\r\nConnection: close\r\n\r\n" + PAGE,
    ],
    ids=[
        "HTTP/1.0",
        "no length",
        "no reason",
        "bare newlines",
        "no type",
        "100 first",
        "203",
        "chunks with trailers",
        "length of letters",
        "header in UTF-8",
        "rubbish behind gzip",
        "gzip and identity",
        "charset for encoding",
    ],
)
def test_answer_of_an_odd_server_is_read(server, source, fetcher, raw):
    server.routes["/a"] = say(raw)
    assert fetcher().get(server.url("/a"), source, role="page").body == PAGE


@pytest.mark.parametrize("status", [204, 206, 300, 304, 302])
def test_answer_without_a_whole_page_is_a_failure_and_no_fault_of_the_server(server, source, fetcher, status):
    server.routes["/a"] = (status, {}, b"" if status in {204, 304} else PAGE)
    with pytest.raises(FetchError) as caught:
        fetcher(retries=2).get(server.url("/a"), source, role="page")
    assert (caught.value.reason, caught.value.status) == ("no_page", status)
    assert server.asked == ["/a"]


def test_brotli_is_not_asked_for(server, source, fetcher):
    server.routes["/a"] = PAGE
    fetcher().get(server.url("/a"), source, role="page")
    assert {head["accept-encoding"] for _, head in server.log} == {"gzip, deflate"}


def test_cookies_are_forgotten_after_a_page(server, source, fetcher):
    server.routes["/a"] = (200, {"Set-Cookie": "khach=1; Path=/"}, PAGE)
    server.routes["/b"] = PAGE
    polite = fetcher()
    for path in ("/a", "/b"):
        polite.get(server.url(path), source, role="page")
    assert all("cookie" not in head for _, head in server.log)


# --- redirects


@pytest.mark.parametrize(
    ("location", "path"),
    [
        ("/tin/đại-hội.html", "/tin/%C4%91%E1%BA%A1i-h%E1%BB%99i.html"),
        ("/tin/bai viet.html", "/tin/bai%20viet.html"),
        ("tin\\bai.html", "/tin/bai.html"),
        ("?page=2", "/a?page=2"),
        ("/tin/%C4%91%E1%BA%A1i.html#top", "/tin/%C4%91%E1%BA%A1i.html"),
    ],
)
def test_redirect_is_followed_however_it_is_written(server, source, fetcher, location, path):
    raw = f"HTTP/1.1 302 Found\r\nLocation: {location}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".encode()
    server.routes |= {"/a": say(raw), path: PAGE}
    assert fetcher().get(server.url("/a"), source, role="page").body == PAGE


def test_redirects_without_end_are_not_followed_for_ever(server, source, fetcher):
    server.routes |= {f"/{n}": (302, {"Location": f"/{n + 1}"}, b"") for n in range(20)}
    assert reason(fetcher(max_redirects=3), server.url("/0"), source) == "redirects"
    assert server.asked == ["/0", "/1", "/2", "/3"]


def test_site_that_moved_to_www_is_followed_and_obeyed(server, fetcher, names):
    port = server.server_address[1]
    server.routes["/a"] = lambda handler: (
        handler.reply(301, {"Location": f"http://www.bao.example:{port}/a"}, b"")
        if handler.headers["Host"].startswith("bao.")
        else handler.reply(200, {}, PAGE)
    )
    source = Source("bao", "Báo", f"http://bao.example:{port}/")
    answer = fetcher(names).get(f"{source.home}a", source, role="page")
    assert (answer.body, answer.final_url) == (PAGE, f"http://www.bao.example:{port}/a")
    assert [head["host"] for path, head in server.log if path == "/robots.txt"] == [
        f"bao.example:{port}",
        f"www.bao.example:{port}",
    ]


def test_cookie_of_one_site_is_not_told_to_another(server, fetcher, names):
    port = server.server_address[1]
    there = f"http://khac.example:{port}/rss"
    server.routes |= {"/feed": (302, {"Location": there, "Set-Cookie": "khach=1"}, b""), "/rss": PAGE}
    source = Source("bao", "Báo", f"http://bao.example:{port}/")
    assert fetcher(names).get(f"{source.home}feed", source, role="feed").body == PAGE
    assert [head.get("cookie") for path, head in server.log if path == "/rss"] == [None]


@pytest.fixture
def tls_server(serve):
    """A server behind a certificate of 127.0.0.1 that nobody signed."""
    made = serve()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(TLS / "self-signed.pem", TLS / "key.pem")
    made.socket = context.wrap_socket(made.socket, server_side=True)
    return made


def test_site_that_moved_to_https_is_followed(server, tls_server, fetcher):
    tls_server.routes["/a"] = PAGE
    there = tls_server.url("/a").replace("http:", "https:")
    server.routes["/a"] = (301, {"Location": there}, b"")
    source = Source("bao", "Báo", tls_server.home)  # one site, whose port stands for its name here
    exception = TlsException("127.0.0.1", ca_file=str(TLS / "self-signed.pem"))
    answer = fetcher(tls=(exception,)).get(server.url("/a"), source, role="page")
    assert (answer.body, answer.final_url) == (PAGE, there)
    assert "ca_file=" in str(answer.note)


# --- names and addresses


def test_name_is_looked_up_once_for_a_request(server, fetcher, names):
    port = server.server_address[1]
    server.routes["/a"] = PAGE
    source = Source("bao", "Báo", f"http://bao.example:{port}/")
    quick = fetcher(names)
    quick.robots(source.home, source)
    names.asked.clear()
    quick.get(f"{source.home}a", source, role="page")
    assert len(names.asked) <= 1  # none where the connection was kept open


@pytest.mark.parametrize(
    ("host", "asked"),
    [("báo.example", "xn--bo-mia.example"), ("BAO.example", "bao.example"), ("bao.example.", "bao.example")],
)
def test_host_may_be_written_in_many_ways(server, fetcher, names, host, asked):
    port = server.server_address[1]
    server.routes["/a"] = PAGE
    source = Source("bao", "Báo", f"http://{host}:{port}/")
    assert fetcher(names).get(f"{source.home}a", source, role="page").body == PAGE
    assert set(names.asked) == {asked}


def test_server_at_an_ipv6_address_is_read(fetcher):
    class Six(ThreadingHTTPServer):
        address_family = socket.AF_INET6
        daemon_threads = True

    try:
        server = Six(("::1", 0), Handler)
    except OSError:
        pytest.skip("this machine has no IPv6")
    server.routes, server.log = {"/a": PAGE}, []
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    home = f"http://[::1]:{server.server_address[1]}/"
    assert fetcher().get(f"{home}a", Source("bao", "Báo", home), role="page").body == PAGE
    server.shutdown()
    server.server_close()


def test_address_that_does_not_answer_gives_way_to_the_next(server, fetcher, names):
    port = server.server_address[1]
    server.routes["/a"] = PAGE
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        dead = closed.getsockname()[1]
    both = [(socket.AF_INET, ("127.0.0.1", dead)), (socket.AF_INET, ("127.0.0.1", port))]
    source = Source("bao", "Báo", f"http://bao.example:{port}/")
    assert fetcher(lambda *_: both).get(f"{source.home}a", source, role="page").body == PAGE


def test_server_that_never_shakes_hands_ends_in_time(fetcher, source):
    with socket.create_server(("127.0.0.1", 0)) as mute:  # takes connections and says nothing
        url = f"https://127.0.0.1:{mute.getsockname()[1]}/"
        started = time.monotonic()
        assert reason(fetcher(), url, source) == "timeout"
        assert time.monotonic() - started < 5


# --- robots.txt


@pytest.mark.parametrize(
    ("rules", "allowed"),
    [
        ("User-agent: *\nDisallow: /\n\nUser-agent: Rasoat\nDisallow: /kin", True),
        ("User-agent: rasoat\nDisallow: /\n\nUser-agent: *\nDisallow:", False),
        ("User-agent: *\nDisallow: /*.html$", False),
        ("User-agent: *\nDisallow: /tin/*.html$\nAllow: /tin/bai-viet-1.html", True),
        ("User-agent: *\r\nDISALLOW:/tin # mọi tin\r\n", False),
        ("\ufeffUser-agent: *\nDisallow: /tin", False),
        ("Disallow: /tin", True),
        ("<html><body>Không tìm thấy trang</body></html>", True),
        ("", True),
    ],
)
def test_rules_of_robots_are_read_as_others_read_them(server, source, fetcher, rules, allowed):
    server.routes |= {
        "/robots.txt": (200, {"Content-Type": "text/plain"}, rules.encode()),
        "/tin/bai-viet-1.html": PAGE,
    }
    asked = "/tin/bai-viet-1.html"
    with nullcontext() if allowed else pytest.raises(FetchError, match="robots"):
        fetcher().get(server.url(asked), source, role="page")
    assert (asked in {path for path, _ in server.log}) is allowed


@pytest.mark.parametrize(
    "route",
    [
        (404, {}, b""),
        (403, {}, b""),
        (302, {"Location": "/robots.txt"}, b""),
        (200, {"Content-Type": "image/png"}, b"\x89PNG"),
    ],
    ids=["gone", "forbidden", "loop", "picture"],
)
def test_robots_that_are_not_there_forbid_nothing(server, source, fetcher, route):
    server.routes |= {"/robots.txt": route, "/a": PAGE}
    assert fetcher().get(server.url("/a"), source, role="page").body == PAGE


@pytest.mark.parametrize("status", [429, 500, 503])
def test_robots_that_cannot_be_read_forbid_everything(server, source, fetcher, status):
    server.routes |= {"/robots.txt": (status, {}, b""), "/a": PAGE}
    assert reason(fetcher(), server.url("/a"), source) in {"throttled", "http_5xx"}
    assert server.asked == []


# --- retries


class Time:
    """A clock that moves only when somebody sleeps, and the day that goes with it."""

    def __init__(self):
        self.now, self.slept = 1000.0, []

    def __call__(self):
        return self.now

    def sleep(self, seconds):
        self.slept.append(seconds)
        self.now += seconds

    def day(self):
        return datetime(2020, 9, 21, 15, tzinfo=UTC) + timedelta(seconds=self.now - 1000)


@pytest.fixture
def patient():
    clock = Time()
    policy = FetchPolicy(**{**QUICK, "retries": 2, "backoff_s": 3.0, "delay_s": 0.0})
    with Fetcher(policy, clock=clock, sleep=clock.sleep, now=clock.day) as fetcher:
        fetcher.time = clock
        yield fetcher


def test_retry_after_that_names_a_moment_is_waited_for(server, source, patient):
    moment = format_datetime(datetime(2020, 9, 21, 15, 0, 40, tzinfo=UTC), usegmt=True)
    answers = [(503, {"Retry-After": moment}, b""), (200, {}, PAGE)]
    server.routes["/a"] = lambda handler: handler.reply(*answers.pop(0))
    assert patient.get(server.url("/a"), source, role="page").body == PAGE
    assert sum(patient.time.slept) == pytest.approx(40, abs=0.5)


@pytest.mark.parametrize("value", ["soon", "-5", "Fri, 99 Foo 2020", "1e9", ""])
def test_retry_after_without_meaning_is_passed_over(server, source, patient, value):
    answers = [(503, {"Retry-After": value}, b""), (200, {}, PAGE)]
    server.routes["/a"] = lambda handler: handler.reply(*answers.pop(0))
    assert patient.get(server.url("/a"), source, role="page").body == PAGE
    assert sum(patient.time.slept) < 10


def test_pause_before_a_retry_doubles(server, source, patient):
    server.routes["/a"] = (500, {}, b"")
    assert reason(patient, server.url("/a"), source) == "http_5xx"
    assert patient.time.slept == [3.0, 6.0]
    assert len(server.asked) == 3


def test_connection_that_is_dropped_is_tried_again(server, source, patient):
    answers = ["drop", "drop", "page"]

    def route(handler):
        if answers.pop(0) == "drop":
            handler.connection.shutdown(socket.SHUT_RDWR)
        else:
            handler.reply(200, {}, PAGE)

    server.routes["/a"] = route
    assert patient.get(server.url("/a"), source, role="page").body == PAGE


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 451])
def test_refusal_is_never_asked_again(server, source, patient, status):
    server.routes["/a"] = (status, {"Retry-After": "5"}, b"")
    assert reason(patient, server.url("/a"), source) == "http_4xx"
    assert (len(server.asked), patient.time.slept) == (1, [])


# --- other hosts


def drip(handler, over):
    handler.send_response(200)
    handler.send_header("Content-Type", "text/html")
    handler.end_headers()
    while not over.wait(0.05):
        handler.wfile.write(b"x")
    handler.close_connection = True


def stall(handler, over):
    over.wait(30)
    handler.reply(200, {}, PAGE)


def storm(handler, over):
    over.wait(30)
    handler.reply(429, {}, b"")


def drop(handler, over):
    over.wait(30)
    handler.connection.shutdown(socket.SHUT_RDWR)


def bomb(handler, over):
    over.wait(30)
    handler.reply(200, {"Content-Encoding": "gzip"}, gzip.compress(bytes(60_000_000)))


def loop(handler, over):
    over.wait(30)
    handler.reply(302, {"Location": handler.path}, b"")


@pytest.mark.parametrize("trouble", [stall, storm, drip, drop, bomb, loop])
def test_host_in_trouble_delays_no_other(serve, tmp_path, trouble):
    bad, good, over = serve(), serve(), threading.Event()
    bad.routes["/"] = lambda handler: trouble(handler, over)
    good.routes["/"] = PAGE
    sources = [Source(id=each, name=each, home=host.home) for each, host in (("bad", bad), ("good", good))]
    finished, seen = [], set()
    policy = FetchPolicy(**{**QUICK, "read_timeout_s": 60.0, "deadline_s": 60.0}, delay_s=0, threads=2)
    night = date(2020, 9, 21)
    archive = Archive(tmp_path)
    with Fetcher(policy) as fetcher:
        span = {"since": night, "until": night, "night": night}
        for event in crawl(sources, fetcher, archive, {}, **span, learnt={}, proved={}, threads=2):
            seen.add(event.source_id)
            if isinstance(event, Learnt):
                finished.append(event.source_id)
                over.set()
    archive.close()
    assert finished[0] == "good"
    assert seen == {"good", "bad"}
