import base64
import os
import stat
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from app import crypto
from app.crypto import KeyRing, SealError, Spot, parse_keys, read_key_file
from app.errors.start import StartError

KEY = bytes(range(32))
OTHER_KEY = bytes(range(1, 33))
SPOT = Spot("backends", "secret_key", "main")
RING = KeyRing({0: KEY})


def test_what_was_sealed_opens_in_its_place() -> None:
    envelope = RING.seal(b"hush", SPOT)

    assert RING.open(envelope, SPOT) == b"hush"
    assert b"hush" not in envelope
    assert envelope[:2] == b"\x02\x00"
    assert len(envelope) == 14 + len(b"hush") + 16


def test_no_two_envelopes_of_one_secret_are_alike() -> None:
    assert RING.seal(b"hush", SPOT) != RING.seal(b"hush", SPOT)


def test_an_empty_secret_is_sealed_too() -> None:
    assert RING.open(RING.seal(b"", SPOT), SPOT) == b""


@pytest.mark.parametrize(
    "elsewhere",
    [
        Spot("s3_credentials", "secret_key", "main"),
        Spot("backends", "access_key", "main"),
        Spot("backends", "secret_key", "other"),
        Spot("backendss", "ecret_key", "main"),
    ],
    ids=["table", "column", "row", "shifted"],
)
def test_an_envelope_that_was_moved_does_not_open(elsewhere: Spot) -> None:
    envelope = RING.seal(b"hush", SPOT)

    with pytest.raises(SealError, match="damaged, or was sealed elsewhere"):
        RING.open(envelope, elsewhere)


@pytest.mark.parametrize("place", [2, 13, 14, -1], ids=["nonce", "nonce-end", "text", "tag"])
def test_an_envelope_with_one_bit_changed_does_not_open(place: int) -> None:
    envelope = bytearray(RING.seal(b"hush", SPOT))
    envelope[place] ^= 1

    with pytest.raises(SealError):
        RING.open(bytes(envelope), SPOT)


@pytest.mark.parametrize(
    "envelope", [b"", b"\x02\x00" + bytes(27), b"\x01\x00" + bytes(40)], ids=len
)
def test_what_is_no_envelope_of_ours_is_refused(envelope: bytes) -> None:
    with pytest.raises(SealError, match="no sealed secret of ours"):
        RING.open(envelope, SPOT)


def test_an_envelope_of_a_key_that_is_gone_names_the_key() -> None:
    envelope = KeyRing({7: KEY}).seal(b"hush", SPOT)

    with pytest.raises(SealError, match="sealing key 7 is missing"):
        RING.open(envelope, SPOT)


def test_another_key_of_the_same_id_does_not_open_it() -> None:
    with pytest.raises(SealError):
        KeyRing({0: OTHER_KEY}).open(RING.seal(b"hush", SPOT), SPOT)


def test_the_newest_key_seals_and_the_old_ones_still_open() -> None:
    old = RING.seal(b"hush", SPOT)
    ring = KeyRing({0: KEY, 1: OTHER_KEY})

    new = ring.seal(b"hush", SPOT)

    assert new[1] == 1
    assert ring.open(old, SPOT) == ring.open(new, SPOT) == b"hush"
    assert ring.is_current(new)
    assert not ring.is_current(old)
    assert ring.seal(b"hush", SPOT, key_id=0)[1] == 0


def test_a_ring_without_a_key_is_a_fault() -> None:
    with pytest.raises(ValueError, match="at least one"):
        KeyRing({})


def test_no_key_shows_in_a_repr() -> None:
    assert repr(KeyRing({0: KEY, 3: OTHER_KEY})) == "KeyRing(0, 3)"


def test_derived_keys_differ_by_purpose_and_key_and_stay_the_same() -> None:
    assert RING.derive("cursor") == KeyRing({0: KEY}).derive("cursor")
    assert len({RING.derive("cursor"), RING.derive("unlock"), KEY}) == 3
    assert RING.derive("cursor") != KeyRing({0: OTHER_KEY}).derive("cursor")


@pytest.mark.parametrize(
    "text",
    [
        KEY.hex(),
        KEY.hex().upper(),
        base64.b64encode(KEY).decode(),
        f"  {KEY.hex()}\n",
        f"0:{KEY.hex()}",
    ],
    ids=["hex", "upper", "base64", "spaces", "id"],
)
def test_a_key_is_read_in_each_form(text: str) -> None:
    assert parse_keys(text).open(RING.seal(b"hush", SPOT), SPOT) == b"hush"


@pytest.mark.parametrize("separator", [",", "\n", "\r\n", " , "])
def test_several_keys_are_read_with_their_ids(separator: str) -> None:
    ring = parse_keys(f"4:{KEY.hex()}{separator}9:{OTHER_KEY.hex()}")

    assert ring.key_ids == (4, 9)
    assert ring.current_id == 9


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "empty"),
        (" ,\n", "empty"),
        (KEY.hex()[:-1], "64 hexadecimal"),
        ("zz" * 32, "64 hexadecimal"),
        ("!" * 44, "64 hexadecimal"),
        (base64.b64encode(bytes(31)).decode(), "64 hexadecimal"),
        (f"256:{KEY.hex()}", "0 to 255"),
        (f"x:{KEY.hex()}", "0 to 255"),
        (f"²:{KEY.hex()}", "0 to 255"),
        (f"{KEY.hex()},{OTHER_KEY.hex()}", "same id|id 0"),
    ],
)
def test_a_key_of_another_form_is_refused_and_not_repeated(text: str, complaint: str) -> None:
    with pytest.raises(StartError, match=complaint) as caught:
        parse_keys(text)

    assert KEY.hex()[:16] not in str(caught.value)


def test_a_missing_key_file_is_made_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "stowage.key"

    ring, is_new = read_key_file(path)

    assert is_new
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert len(bytes.fromhex(path.read_text())) == 32
    again, is_new = read_key_file(path)
    assert not is_new
    assert again.open(ring.seal(b"hush", SPOT), SPOT) == b"hush"


def test_starters_at_once_read_the_same_key(tmp_path: Path) -> None:
    path = tmp_path / "stowage.key"
    gate = threading.Barrier(8)

    def start(_number: int) -> tuple[KeyRing, bool]:
        gate.wait()
        return read_key_file(path)

    with ThreadPoolExecutor(8) as starters:
        rings = list(starters.map(start, range(8)))

    envelope = rings[0][0].seal(b"hush", SPOT)
    assert all(ring.open(envelope, SPOT) == b"hush" for ring, _ in rings)
    assert [is_new for _, is_new in rings].count(True) == 1
    assert [one.name for one in tmp_path.iterdir()] == ["stowage.key"]


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o660])
def test_a_key_file_that_others_may_use_is_refused(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "stowage.key"
    path.write_text(KEY.hex())
    path.chmod(mode)

    with pytest.raises(StartError, match=f"open to others; run: chmod 600 {path}"):
        read_key_file(path)


def test_an_empty_key_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "stowage.key"
    os.close(os.open(path, os.O_CREAT, 0o600))

    with pytest.raises(StartError, match="empty"):
        read_key_file(path)


def test_a_key_file_whose_folder_is_missing_is_named(tmp_path: Path) -> None:
    path = tmp_path / "nowhere" / "stowage.key"

    with pytest.raises(StartError, match=f"{path}: No such file"):
        read_key_file(path)


def test_tokens_are_long_random_and_safe_in_a_url() -> None:
    tokens = {crypto.new_token() for _ in range(100)}

    assert len(tokens) == 100
    assert all(
        len(token) == 43 and token.replace("-", "").replace("_", "").isalnum() for token in tokens
    )


def test_a_token_is_kept_as_its_sha_256() -> None:
    assert crypto.hash_token("abc").startswith("ba7816bf8f01cfea")


def test_secrets_are_compared_whole() -> None:
    assert crypto.is_same("hush-ü", "hush-ü")
    assert not crypto.is_same("hush", "hush-hush")


def test_half_a_surrogate_is_no_secret_and_no_crash() -> None:
    assert not crypto.is_same("\ud800", "hush")
    assert len(crypto.hash_token("\ud800")) == 64
