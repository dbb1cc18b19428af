"""
A listener is bound where it was asked to, or the message says what is in the way.
"""

import socket

import pytest

from app.commands.listening import bind_listener, local_url
from app.config.values import ListenAddress
from app.errors.start import StartError


def test_port_zero_gives_a_real_port() -> None:
    with bind_listener(ListenAddress("127.0.0.1", 0), setting="--listen") as listener:
        host, port = listener.getsockname()

    assert host == "127.0.0.1"
    assert port > 0


def test_a_taken_port_is_named_with_the_setting_to_change() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]

        with pytest.raises(
            StartError, match=rf"127\.0\.0\.1:{port} \(--listen\): the port is taken"
        ):
            bind_listener(ListenAddress("127.0.0.1", port), setting="--listen")


def test_an_address_of_another_machine_is_refused() -> None:
    with pytest.raises(StartError, match="this machine has no such address"):
        bind_listener(ListenAddress("192.0.2.1", 0), setting="--listen")


def test_an_empty_host_means_every_interface() -> None:
    with bind_listener(ListenAddress("", 0), setting="--listen") as listener:
        port = listener.getsockname()[1]

        with socket.create_connection(("127.0.0.1", port), timeout=5) as client:
            assert client.getpeername()[1] == port


@pytest.mark.parametrize(
    ("host", "url"),
    [
        ("", "http://127.0.0.1:8080"),
        ("0.0.0.0", "http://127.0.0.1:8080"),  # noqa: S104
        ("::", "http://127.0.0.1:8080"),
        ("::1", "http://[::1]:8080"),
        ("stowage.internal", "http://stowage.internal:8080"),
    ],
)
def test_a_url_for_programs_on_this_machine(host: str, url: str) -> None:
    assert local_url(host, 8080) == url
