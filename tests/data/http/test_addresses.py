"""Can a name that somebody typed lead to a machine inside the house?"""

from __future__ import annotations

import datetime
import ssl

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from data.errors import ProviderRefused, ProviderUnavailable
from data.http import client as client_module
from data.http.addresses import is_public
from data.http.client import HttpClient
from data.http.limits import HttpLimits
from data.http.timing import Timing
from tests.contracts.local_server import LocalServer, as_json

QUICK = HttpLimits(try_s=0.3, overall_s=0.3, tries_count=1)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "224.0.0.1",
        "255.255.255.255",
        "::1",
        "::",
        "fe80::1%eth0",
        "fc00::1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "2002:7f00:1::",
        "64:ff9b::7f00:1",
        "2001:0:1::f5ff:fffe",
        "ff02::1",
    ],
)
def test_addresses_inside_are_not_public(address):
    assert not is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"])
def test_addresses_outside_are(address):
    assert is_public(address)


def looks_up(*answers: tuple[str, ...]):
    left = list(answers)
    calls: list[str] = []

    def resolver(host: str, port: int) -> tuple[str, ...]:
        calls.append(host)
        return left.pop(0)

    resolver.calls = calls
    return resolver


def test_one_address_inside_among_public_ones_refuses_the_name():
    resolver = looks_up(("8.8.8.8", "10.0.0.5"))
    with pytest.raises(ProviderRefused, match="not on the public network") as caught:
        HttpClient("feed", limits=QUICK, resolver=resolver).get("https://feed.example/x")
    assert "10.0.0.5" not in caught.value.message


def test_a_name_is_looked_up_once_for_a_request(local):
    """A second look-up could lead elsewhere: the connection goes to what was judged."""
    resolver = looks_up(("127.0.0.1",))
    local.says(as_json({}))
    client = HttpClient("feed", limits=QUICK, resolver=resolver, allow_private=True)
    assert client.get(f"http://feed.example:{local.port}/x").status == 200
    assert resolver.calls == ["feed.example"]
    assert local.asked[0].headers["Host"] == f"feed.example:{local.port}"


def test_the_next_address_is_tried_when_the_first_is_silent(local):
    local.says(as_json({}))
    client = HttpClient("feed", limits=QUICK, resolver=looks_up(("::1", "127.0.0.1")), allow_private=True)
    assert client.get(f"http://feed.example:{local.port}/x").status == 200


def test_a_look_up_without_end_meets_the_deadline():
    import threading

    release = threading.Event()
    client = HttpClient("feed", limits=QUICK, resolver=lambda host, port: release.wait(5) and ())
    with pytest.raises(ProviderUnavailable, match="cannot be reached"):
        client.get("https://feed.example")
    release.set()


def test_an_unknown_name_is_not_reached():
    def nobody(host: str, port: int) -> tuple[str, ...]:
        raise OSError

    with pytest.raises(ProviderUnavailable, match="cannot be reached"):
        HttpClient("feed", limits=QUICK, resolver=nobody).get("https://nowhere.example")


def test_without_encryption_only_inside_the_house():
    with pytest.raises(ProviderRefused, match="without encryption"):
        HttpClient("feed", limits=QUICK).get("http://feed.example")


@pytest.fixture
def certificate(tmp_path):
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "feed.example")])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("feed.example")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path / "both.pem"
    path.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + made.public_bytes(serialization.Encoding.PEM)
    )
    return path


def test_tls_is_started_for_the_name_though_the_connection_goes_to_the_address(certificate, monkeypatch):
    names: list[str | None] = []
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    context.sni_callback = lambda sock, name, ctx: names.append(name)
    server = LocalServer()
    server.secure(context)
    server.says(as_json({}))
    url = f"https://feed.example:{server.port}/x"
    with server.running():
        client = HttpClient(
            "feed", limits=HttpLimits(), timing=Timing(), resolver=lambda h, p: ("127.0.0.1",), allow_private=True
        )
        with pytest.raises(ProviderRefused, match="certificate"):
            client.get(url)
        trusting = ssl.create_default_context(cafile=str(certificate))
        monkeypatch.setattr(client_module, "_trust", lambda: trusting)
        assert client.get(url).status == 200
    assert names == ["feed.example", "feed.example"]
