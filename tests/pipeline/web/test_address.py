"""Where the server may listen, and by which names it is called."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from pipeline.config import Config
from pipeline.errors import InputError
from pipeline.web.address import Address, address_of
from pipeline.web.guard import Guard, _set_client


def with_web(campaign: Any, **changes: Any) -> Config:
    config = campaign.config
    return replace(config, web=replace(config.web, **changes))


@pytest.fixture
def tls(campaign: Any) -> dict[str, str]:
    for name in ("chain.pem", "key.pem"):
        (campaign.folder / name).write_text("PEM")
    return {"tls_cert": "chain.pem", "tls_key": "key.pem"}


def test_by_default_only_this_machine_is_served_without_tls(campaign: Any) -> None:
    address = address_of(campaign.config)
    assert address.hosts == {"127.0.0.1:8090", "localhost:8090", "[::1]:8090"}
    assert (address.home, address.secure, address.proxied) == ("http://127.0.0.1:8090/", False, False)


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"host": "0.0.0.0"}, "can be reached from other machines"),
        ({"host": "rasoat.example"}, "can be reached from other machines"),
        ({"tls_cert": "chain.pem"}, "belong together"),
        ({"host": "0.0.0.0", "tls_cert": "no.pem", "tls_key": "no.pem"}, "web.tls_cert: .*no.pem: no such file"),
        ({"proxy": "http://rasoat.example"}, "web.proxy: expected"),
        ({"proxy": "https://rasoat.example/pages"}, "without a path"),
    ],
)
def test_what_other_machines_could_read_or_fake_is_refused(campaign: Any, changes: dict[str, str], fault: str) -> None:
    with pytest.raises(InputError, match=fault):
        address_of(with_web(campaign, **changes))


def test_with_tls_a_server_knows_its_names(campaign: Any, tls: dict[str, str]) -> None:
    with pytest.raises(InputError, match=r"web\.names"):
        address_of(with_web(campaign, host="0.0.0.0", **tls))
    address = address_of(with_web(campaign, host="0.0.0.0", port=443, names=("Rasoat.example",), **tls))
    assert address.hosts == {"rasoat.example"}
    assert (address.home, address.secure) == ("https://Rasoat.example/", True)


def test_behind_a_proxy_only_the_proxys_name_counts_and_cookies_are_secure(campaign: Any) -> None:
    address = address_of(with_web(campaign, host="0.0.0.0", proxy="https://rasoat.example:8443"))
    assert address.hosts == {"rasoat.example:8443"}
    assert (address.secure, address.proxied) == (True, True)


def client(peer: str, *said: str, proxied: bool = True) -> str:
    headers = [(b"x-forwarded-for", each.encode()) for each in said]
    scope = {"type": "http", "headers": headers, "client": (peer, 5000)}
    _set_client(scope, proxied=proxied)
    return scope["client"][0]


def test_an_address_is_believed_only_from_a_declared_proxy_on_this_machine() -> None:
    assert client("127.0.0.1", "1.1.1.1, 10.0.0.7") == "10.0.0.7"  # what the proxy itself appended
    assert client("127.0.0.1", "1.1.1.1", "10.0.0.7") == "10.0.0.7"
    assert client("10.0.0.9", "1.1.1.1") == "10.0.0.9"
    assert client("127.0.0.1", "1.1.1.1", proxied=False) == "127.0.0.1"
    assert client("127.0.0.1") == "127.0.0.1"


def test_origin_must_be_the_proxys_https_address() -> None:
    guard = Guard(None, Address("https", frozenset({"rasoat.example"}), "", proxied=True))  # type: ignore[arg-type]

    def refused(origin: str) -> bool:
        headers = [(b"host", b"rasoat.example"), (b"origin", origin.encode())]
        scope = {"type": "http", "method": "POST", "headers": headers, "raw_path": b"/", "query_string": b""}
        return guard._refusal(scope) is not None

    assert not refused("https://rasoat.example")
    assert refused("http://rasoat.example")
    assert refused("https://rasoat.example.evil.example")
    assert refused("https://rasoat.example:444")
