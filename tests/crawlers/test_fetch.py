"""Fetching is polite, honest and bounded, whatever the server does."""

import gzip
import socket
import ssl
import time
import zlib
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from crawlers.connection import is_allowed
from crawlers.errors import FetchError
from crawlers.fetch import Asked, Fetcher, user_agent
from crawlers.source import FetchPolicy, Source, TlsException

TLS = (
    Path(__file__).parent / "tls"
)  # made for these tests: a certificate that nobody signed, for 127.0.0.1, with its key

QUICK = {"connect_timeout_s": 1.0, "read_timeout_s": 0.4, "deadline_s": 1.0, "retries": 0, "backoff_s": 0.01}
PAGE = "<p>Đại hội</p>".encode()


class Time:
    """A clock that moves only when somebody sleeps."""

    def __init__(self):
        self.now = 1000.0
        self.slept = []

    def __call__(self):
        return self.now

    def sleep(self, seconds):
        self.slept.append(seconds)
        self.now += seconds


@pytest.fixture
def fetcher():
    made = []

    def make(**policy):
        clock = Time()
        fetcher = Fetcher(FetchPolicy(**{**QUICK, **policy}), clock=clock, sleep=clock.sleep)
        fetcher.time = clock
        made.append(fetcher)
        return fetcher

    yield make
    for each in made:
        each.close()


def reason(fetcher, url, source, role="page"):
    with pytest.raises(FetchError) as caught:
        fetcher.get(url, source, role=role)
    assert caught.value.url == url
    return caught.value.reason


# --- a server that behaves


def test_page_comes_with_its_validators(server, source, fetcher):
    server.routes["/a"] = (200, {"ETag": '"1"', "Last-Modified": "Mon, 07 Sep 2020 01:00:00 GMT"}, PAGE)
    answer = fetcher().get(server.url("/a"), source, role="page")
    assert (answer.status, answer.body, answer.etag) == (200, PAGE, '"1"')
    assert answer.last_modified == "Mon, 07 Sep 2020 01:00:00 GMT"
    assert answer.content_type == "text/html; charset=utf-8"


def test_conditional_get_gives_304(server, source, fetcher):
    server.routes["/a"] = lambda handler: handler.reply(
        304 if handler.headers["If-None-Match"] == '"1"' else 200, {}, b""
    )
    assert fetcher().get(server.url("/a"), source, role="page", etag='"1"').status == 304
    assert fetcher().get(server.url("/a"), source, role="page", etag='"2"').status == 200


def test_user_agent_is_honest_and_names_a_contact(server, source, fetcher):
    server.routes["/a"] = PAGE
    fetcher(contact="phong-bao-chi@tinh.example").get(server.url("/a"), source, role="page")
    assert all(head["user-agent"] == "rasoat/0.1 (contact: phong-bao-chi@tinh.example)" for _, head in server.log)
    assert user_agent(FetchPolicy(user_agent="x/1 (a@b.vn)", contact="a@b.vn")) == "x/1 (a@b.vn)"


@pytest.mark.parametrize(
    ("encoding", "packed"),
    [
        ("gzip", gzip.compress(PAGE)),
        ("gzip", gzip.compress(PAGE[:5]) + gzip.compress(PAGE[5:])),
        ("deflate", zlib.compress(PAGE)),
        ("deflate", zlib.compress(PAGE)[2:-4]),
        ("gzip", PAGE),
    ],
    ids=["gzip", "two members", "zlib", "bare deflate", "not compressed"],
)
def test_compressed_bodies_are_inflated(server, source, fetcher, encoding, packed):
    server.routes["/a"] = (200, {"Content-Encoding": encoding}, packed)
    assert fetcher().get(server.url("/a"), source, role="page").body == PAGE


def test_redirects_are_followed_with_their_cookies(server, source, fetcher):
    server.routes["/a"] = (302, {"Location": "b", "Set-Cookie": "khach=1"}, b"")
    server.routes["/b"] = lambda handler: handler.reply(200, {}, handler.headers["Cookie"].encode())
    answer = fetcher().get(server.url("/a"), source, role="page")
    assert answer.final_url == server.url("/b")
    assert answer.body == b"khach=1"


# --- robots


def test_robots_longest_match_wins_and_is_asked_once(server, source, fetcher):
    rules = b"User-agent: *\nDisallow: /tin\nAllow: /tin/moi\nSitemap: /s.xml\nCrawl-delay: 3"
    server.routes |= {"/robots.txt": (200, {"Content-Type": "text/plain"}, rules), "/tin/moi/1": PAGE}
    polite = fetcher()
    assert reason(polite, server.url("/tin/cu"), source) == "robots"
    polite.get(server.url("/tin/moi/1"), source, role="page")
    polite.get(server.url("/tin/moi/1"), source, role="page")
    assert [path for path, _ in server.log] == ["/robots.txt", "/tin/moi/1", "/tin/moi/1"]
    assert polite.robots(server.home, source).sitemaps == (server.url("/s.xml"),)
    assert sum(polite.time.slept) == pytest.approx(3, abs=0.1)


def test_redirect_does_not_lead_around_robots(server, source, fetcher):
    server.routes["/robots.txt"] = b"User-agent: *\nDisallow: /kin"
    server.routes["/a"] = (301, {"Location": "/kin/1"}, b"")
    assert reason(fetcher(), server.url("/a"), source) == "robots"
    assert server.asked == ["/a"]


def test_unreadable_robots_forbids_everything(server, source, fetcher):
    server.routes |= {"/robots.txt": (503, {}, b""), "/a": PAGE}
    assert reason(fetcher(), server.url("/a"), source) == "http_5xx"
    assert server.asked == []


# --- politeness


def test_requests_to_one_host_keep_their_distance(server, fetcher):
    server.routes["/a"] = PAGE
    far = Source(id="far", name="Xa", home=server.home, loopback=True)
    polite = fetcher()
    polite._pace.take_turn("baox.vn", "http://baox.vn/1", 1.5)
    polite._pace.take_turn("baoy.vn", "http://baoy.vn/1", 1.5)
    polite._pace.take_turn("baox.vn", "http://baox.vn/2", 1.5)
    assert polite.time.slept == [1.5]
    polite.get(server.url("/a"), far, role="page")
    assert polite.time.slept == [1.5]


def test_budgets_end_the_night_and_stretch_the_hour(fetcher):
    spare = fetcher(budget_per_host=3, hourly_budget_per_host=2)
    for number in range(3):
        spare._pace.take_turn("a.vn", f"http://a.vn/{number}", 1.0)
    assert spare.time.now == 1000 + 3600
    with pytest.raises(FetchError, match="budget_per_host"):
        spare._pace.take_turn("a.vn", "http://a.vn/4", 1.0)


def test_budgets_hold_over_runs_of_one_night(fetcher):
    again = fetcher(budget_per_host=4, hourly_budget_per_host=3)
    now = again.now()
    again.remember([Asked("a.vn", 2, (now - timedelta(seconds=600), now - timedelta(seconds=7200)))])
    for number in range(2):
        again._pace.take_turn("a.vn", f"http://a.vn/{number}", 0.0)
    assert again.time.slept == []
    assert again.is_given_up("http://a.vn/")
    with pytest.raises(FetchError, match=r"4 requests to a\.vn tonight"):
        again._pace.take_turn("a.vn", "http://a.vn/3", 0.0)


def test_hour_goes_on_where_an_earlier_run_left_it(fetcher):
    again = fetcher(hourly_budget_per_host=2)
    again.now = lambda: datetime(2020, 9, 21, 15, 0, tzinfo=UTC)
    again.remember([Asked("a.vn", 2, (again.now() - timedelta(seconds=600), again.now() - timedelta(seconds=30)))])
    again._pace.take_turn("a.vn", "http://a.vn/1", 0.0)
    assert again.time.slept == [3000.0]


def test_429_and_slow_answers_slow_us_down(fetcher):
    slow = fetcher()
    for _ in range(2):
        slow._pace.answered("a.vn", 429, 0.1)
    slow._pace.take_turn("a.vn", "http://a.vn/1", 1.0)
    slow._pace.take_turn("a.vn", "http://a.vn/2", 1.0)
    for _ in range(20):
        slow._pace.answered("b.vn", 200, 9.0)
    slow._pace.take_turn("b.vn", "http://b.vn/1", 1.0)
    slow._pace.take_turn("b.vn", "http://b.vn/2", 1.0)
    assert slow.time.slept == [4.0, pytest.approx(9.0, abs=0.1)]


def test_retry_after_is_waited_for(server, source, fetcher):
    answers = [(429, {"Retry-After": "7"}, b""), (503, {"Retry-After": "0"}, b""), (200, {}, PAGE)]
    server.routes["/a"] = lambda handler: handler.reply(*answers.pop(0))
    patient = fetcher(retries=2)
    assert patient.get(server.url("/a"), source, role="page").body == PAGE
    assert patient.time.now - 1000 == pytest.approx(7, abs=0.5)


def test_retry_after_beyond_the_night_gives_the_host_up(server, source, fetcher):
    server.routes["/a"] = (503, {"Retry-After": "Fri, 01 Jan 2100 00:00:00 GMT"}, b"")
    patient = fetcher(retries=2)
    assert reason(patient, server.url("/a"), source) == "throttled"
    assert reason(patient, server.url("/b"), source) == "throttled"
    assert server.asked == ["/a"]


def test_storm_of_429_gives_the_host_up(server, source, fetcher):
    server.routes |= {f"/{number}": (429, {}, b"") for number in range(9)}
    stormy = fetcher(retries=1)
    assert {reason(stormy, server.url(f"/{number}"), source) for number in range(9)} == {"throttled"}
    assert len(server.asked) == 10


@pytest.mark.parametrize(
    ("status", "times", "name"), [(404, 1, "http_4xx"), (403, 1, "http_4xx"), (500, 3, "http_5xx")]
)
def test_only_server_faults_are_asked_again(server, source, fetcher, status, times, name):
    server.routes["/a"] = (status, {}, b"")
    assert reason(fetcher(retries=2), server.url("/a"), source) == name
    assert len(server.asked) == times


# --- a server that misbehaves


def drop(handler):
    handler.connection.shutdown(socket.SHUT_RDWR)


def stall(handler):
    time.sleep(3)
    handler.close_connection = True


def drip(handler):
    handler.send_response(200)
    handler.send_header("Content-Type", "text/html")
    handler.end_headers()
    for _ in range(40):
        handler.wfile.write(b"x")
        time.sleep(0.1)


def drip_headers(handler):
    for byte in b"HTTP/1.1 200 OK\r\nX-Long: " + b"x" * 40:
        handler.wfile.write(bytes([byte]))
        time.sleep(0.1)


def endless(handler):
    handler.send_response(200)
    handler.send_header("Content-Type", "text/html")
    handler.end_headers()
    for _ in range(5000):
        handler.wfile.write(b"x" * 10_000)


def bomb(handler):
    handler.reply(200, {"Content-Encoding": "gzip"}, gzip.compress(bytes(5_000_000)))


def short(handler):
    handler.reply(200, {"Content-Length": "5000"}, PAGE)
    handler.close_connection = True


def long(handler):
    handler.reply(200, {"Content-Length": str(len(PAGE)), "Connection": "close"}, PAGE + b"HTTP/1.1 200 OK\r\n\r\nx")
    handler.close_connection = True


def endless_headers(handler):
    handler.wfile.write(b"HTTP/1.1 200 OK\r\n" + b"X-Long: xxxxxxxxxxxxxxxx\r\n" * 100_000)
    handler.close_connection = True


def endless_chunk(handler):
    handler.send_response(200)
    handler.send_header("Content-Type", "text/html")
    handler.send_header("Transfer-Encoding", "chunked")
    handler.end_headers()
    handler.wfile.write(b"FFFFFFFF\r\n")
    for _ in range(5000):
        handler.wfile.write(b"x" * 10_000)


def broken_chunks(handler):
    handler.send_response(200)
    handler.send_header("Transfer-Encoding", "chunked")
    handler.end_headers()
    handler.wfile.write(b"5\r\nxxxxx\r\n7\r\nab")
    handler.close_connection = True


MISBEHAVING = {
    "drop": (drop, "connect"),
    "stall": (stall, "timeout"),
    "drip": (drip, "timeout"),
    "dripping headers": (drip_headers, "timeout"),
    "endless body": (endless, "too_large"),
    "endless chunk": (endless_chunk, "too_large"),
    "endless headers": (endless_headers, "connect"),
    "huge announced body": ((200, {"Content-Length": "99999999"}, b""), "too_large"),
    "gzip bomb": (bomb, "too_large"),
    "half a gzip": ((200, {"Content-Encoding": "gzip"}, gzip.compress(PAGE * 99)[:-20]), "truncated"),
    "damaged gzip": ((200, {"Content-Encoding": "gzip"}, b"\x1f\x8b\x08\0\0\0\0\0\0\3" + b"\xff" * 99), "decode"),
    "unasked encoding": ((200, {"Content-Encoding": "br"}, b"xx"), "decode"),
    "redirect loop": ((302, {"Location": "/x"}, b""), "redirects"),
    "redirect to another site": ((302, {"Location": "http://example.com/"}, b""), "refused"),
    "redirect to a link-local address": ((302, {"Location": "http://169.254.169.254/latest"}, b""), "refused"),
    "redirect to a file": ((302, {"Location": "file:///etc/passwd"}, b""), "refused"),
    "wrong type": ((200, {"Content-Type": "application/pdf"}, b"%PDF"), "wrong_type"),
    "film": ((200, {"Content-Type": "video/mp4"}, b"\0"), "wrong_type"),
    "style sheet": ((200, {"Content-Type": "text/css"}, b"a{}"), "wrong_type"),
    "body shorter than announced": (short, "truncated"),
    "broken chunks": (broken_chunks, "truncated"),
    "no HTTP at all": (lambda handler: handler.wfile.write(b"220 ftp.a.vn ready\r\n"), "connect"),
}


@pytest.mark.parametrize(("route", "expected"), MISBEHAVING.values(), ids=MISBEHAVING.keys())
def test_misbehaving_server_ends_in_the_right_reason(server, source, fetcher, route, expected):
    server.routes["/x"] = route
    bounded = fetcher(max_bytes=1_000_000, max_inflated_bytes=1_000_000)
    started = time.monotonic()
    assert reason(bounded, server.url("/x"), source) == expected
    assert time.monotonic() - started < 10
    server.routes["/ok"] = PAGE
    assert bounded.get(server.url("/ok"), source, role="page").body == PAGE


@pytest.mark.parametrize("length", ["\u00b2", "9" * 5_000])
def test_length_that_is_no_number_announces_nothing(server, source, fetcher, length):
    def answer(handler):
        handler.reply(200, {"Content-Length": length, "Connection": "close"}, PAGE)
        handler.close_connection = True

    server.routes["/x"] = answer
    assert fetcher().get(server.url("/x"), source, role="page").body == PAGE


def test_body_longer_than_announced_spoils_no_later_answer(server, source, fetcher):
    server.routes |= {"/x": long, "/ok": PAGE + PAGE}
    patient = fetcher()
    assert patient.get(server.url("/x"), source, role="page").body == PAGE
    assert patient.get(server.url("/ok"), source, role="page").body == PAGE + PAGE


def test_every_hop_of_a_redirect_is_resolved_and_checked(server, monkeypatch):
    port = server.server_address[1]
    names = {"bao.example": "127.0.0.1", "noi-bo.example": "10.0.0.7"}
    monkeypatch.setattr("crawlers.connection.is_allowed", lambda address, **_: address == "127.0.0.1")  # as if public
    server.routes["/rss"] = (302, {"Location": f"http://noi-bo.example:{port}/rss"}, b"")
    far = Source(id="far", name="Xa", home=f"http://bao.example:{port}/")
    policy = FetchPolicy(**QUICK, delay_s=0)
    with Fetcher(policy, resolve_name=lambda name, port: [(socket.AF_INET, (names[name], port))]) as careful:
        assert reason(careful, f"{far.home}rss", far, role="feed") == "refused"
    assert server.asked == ["/rss"]


@pytest.fixture
def tls_server(server):
    """The server behind a certificate that nobody signed."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(TLS / "self-signed.pem", TLS / "key.pem")
    server.socket = context.wrap_socket(server.socket, server_side=True)
    server.routes["/a"] = PAGE
    return server


def test_certificate_that_nobody_signed_is_a_tls_failure(tls_server, source, fetcher):
    url = tls_server.url("/a").replace("http:", "https:")
    assert reason(fetcher(), url, source) == "tls"
    assert tls_server.log == []


def test_named_exception_accepts_its_certificate_and_is_recorded(tls_server, source, fetcher):
    url = tls_server.url("/a").replace("http:", "https:")
    allowed = TlsException("127.0.0.1", ca_file=str(TLS / "self-signed.pem"))
    answer = fetcher(tls=(allowed,)).get(url, source, role="page")
    assert (answer.body, str(answer.note)) == (PAGE, f"tls exception: security_level=default ca_file={allowed.ca_file}")
    other = TlsException("khac.example", ca_file=allowed.ca_file)
    assert reason(fetcher(tls=(other,)), url, source) == "tls"


def test_metadata_address_is_refused_even_for_feeds_of_near_sources(server, source, fetcher):
    server.routes["/rss"] = (302, {"Location": "http://169.254.169.254/latest"}, b"")
    assert reason(fetcher(), server.url("/rss"), source, role="feed") == "refused"


def test_bad_certificate_is_a_tls_failure(server, source, fetcher):
    assert reason(fetcher(), server.url("/").replace("http:", "https:"), source) == "tls"


def test_closed_port_and_unknown_name_are_told_apart(source, fetcher):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    assert reason(fetcher(), f"http://127.0.0.1:{port}/", source) == "connect"
    assert reason(fetcher(), "http://khong-co.invalid/", source) == "dns"


def test_dead_host_is_given_up_for_the_night(source, fetcher):
    dead = fetcher()
    for number in range(7):
        assert reason(dead, f"http://khong-co.invalid/{number}", source) == "dns"
    assert dead._pace._hosts["khong-co.invalid"].asked <= 5


def test_private_hosts_are_refused_unless_the_source_is_near(server, fetcher):
    far = Source(id="far", name="Xa", home="http://bao.example/", loopback=False)
    assert reason(fetcher(), server.url("/a"), far) == "refused"
    assert server.log == []


def test_name_that_resolves_to_this_machine_is_refused(server, fetcher):
    port = server.server_address[1]
    far = Source(id="far", name="Xa", home=f"http://bao.example:{port}/")
    tricky = Fetcher(
        FetchPolicy(**QUICK, delay_s=0), resolve_name=lambda _, port: [(socket.AF_INET, ("127.0.0.1", port))]
    )
    assert reason(tricky, far.home, far) == "refused"
    tricky.close()
    assert server.log == []


@pytest.mark.parametrize(
    ("address", "far", "near"),
    [
        ("1.1.1.1", True, True),
        ("127.0.0.1", False, True),
        ("10.1.2.3", False, True),
        ("::1", False, True),
        ("fd00::1", False, True),
        ("169.254.169.254", False, False),
        ("0.0.0.0", False, False),
        ("224.0.0.1", False, False),
        ("fe80::1%eth0", False, False),
        ("::ffff:10.0.0.1", False, True),
        ("64:ff9b::a00:1", False, True),
        ("2002:7f00:1::", False, True),
        ("100.64.0.1", False, False),
    ],
)
def test_addresses_that_may_be_asked(address, far, near):
    assert (is_allowed(address, near=False), is_allowed(address, near=True)) == (far, near)


def test_fetch_time_is_the_given_clock(server, source):
    server.routes["/a"] = PAGE
    day = datetime(2020, 12, 31, tzinfo=UTC)
    with Fetcher(FetchPolicy(**QUICK), now=lambda: day) as fixed:
        assert fixed.get(server.url("/a"), source, role="page").fetched_at == day


@pytest.mark.parametrize(
    "home", ["http://127.0.0.2:8001/", "http://localhost/", "http://[::1]:80/", "http://so.localhost/"]
)
def test_home_that_names_this_machine_declares_it(home):
    assert Source("bao", "Báo", home).is_near
    assert not Source("bao", "Báo", "https://127.0.0.1.bao.vn/").is_near


def test_crawl_delay_longer_than_the_night_gives_the_host_up(server, source, fetcher):
    server.routes["/robots.txt"] = (200, {"Content-Type": "text/plain"}, b"User-agent: *\nCrawl-delay: 86400\n")
    asking = fetcher()
    with pytest.raises(FetchError, match="asks for 86400 s between requests"):
        asking.get(server.url("a"), source, role="page")
    assert asking.is_given_up(server.url("a"))
    assert server.asked == []
