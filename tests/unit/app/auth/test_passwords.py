import asyncio
import os
import re
import threading
from collections.abc import Iterator

import pytest

from app.auth import passwords
from app.auth.passwords import HashCost, PasswordHashes, hash_password, is_bearable, matches
from app.errors.raised import StowageError

CHEAP = HashCost(memory_kib=8, passes=1, lanes=1)


@pytest.fixture
def hashes() -> Iterator[PasswordHashes]:
    made = PasswordHashes(CHEAP)
    yield made
    made.close()


def test_a_hash_has_the_documented_form_and_matches_its_password() -> None:
    phc = hash_password("correct horse")

    assert re.fullmatch(
        r"\$argon2id\$v=19\$m=65536,t=3,p=2\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}", phc
    )
    assert matches(phc, "correct horse")
    assert not matches(phc, "correct horsE")


def test_no_two_hashes_of_one_password_are_alike() -> None:
    assert hash_password("same", CHEAP) != hash_password("same", CHEAP)


def test_a_password_matches_however_its_accents_were_typed() -> None:
    assert matches(hash_password("caf\u00e9", CHEAP), "cafe\u0301")


def test_half_a_surrogate_is_a_password_like_any_other() -> None:
    assert matches(hash_password("x\ud800", CHEAP), "x\ud800")


@pytest.mark.parametrize(
    "phc",
    [
        "",
        "plain",
        "$argon2i$v=19$m=8,t=1,p=1$c29tZXNhbHQ$aGFzaGhhc2hoYXNoaGFzaA",
        "$argon2id$v=16$m=8,t=1,p=1$c29tZXNhbHQ$aGFzaGhhc2hoYXNoaGFzaA",
        "$argon2id$v=19$m=1048576,t=1,p=1$c29tZXNhbHQ$aGFzaGhhc2hoYXNoaGFzaA",
        "$argon2id$v=19$m=8,t=99,p=1$c29tZXNhbHQ$aGFzaGhhc2hoYXNoaGFzaA",
        "$argon2id$v=19$m=1024,t=1,p=64$c29tZXNhbHQ$aGFzaGhhc2hoYXNoaGFzaA",
    ],
    ids=["empty", "none", "variant", "version", "memory", "passes", "lanes"],
)
async def test_a_foreign_or_greedy_hash_is_not_computed_and_matches_nothing(
    hashes: PasswordHashes, phc: str
) -> None:
    assert not is_bearable(phc)
    async with hashes.turn():
        assert not await hashes.verify(phc, "x")


async def test_a_hash_is_made_and_verified_off_the_loop(hashes: PasswordHashes) -> None:
    async with hashes.turn():
        phc = await hashes.make("correct horse")
        assert await hashes.verify(phc, "correct horse")
        assert not await hashes.verify(phc, "wrong")


def _niceness(prefix: str) -> set[int]:
    threads = [one for one in threading.enumerate() if one.name.startswith(prefix)]
    return {os.getpriority(os.PRIO_PROCESS, one.native_id or 0) for one in threads}


async def test_a_flood_steps_back_behind_everything_else(hashes: PasswordHashes) -> None:
    own = os.getpriority(os.PRIO_PROCESS, 0)

    async def take() -> None:
        async with hashes.turn():
            await hashes.make("x")

    await take()
    assert _niceness("argon2_") == {own}
    await asyncio.gather(*(take() for _ in range(20)))
    assert _niceness("argon2-patient") == {min(own + passwords.NICENESS, 19)}


async def test_a_hash_of_another_cost_is_outdated(hashes: PasswordHashes) -> None:
    assert hashes.is_outdated(hash_password("x", HashCost(16, 1, 1)))
    assert not hashes.is_outdated(hash_password("x", CHEAP))


async def test_only_so_many_hash_at_once(hashes: PasswordHashes) -> None:
    inside, most = 0, 0

    async def take() -> None:
        nonlocal inside, most
        async with hashes.turn():
            inside += 1
            most = max(most, inside)
            await hashes.make("x")
            inside -= 1

    await asyncio.gather(*(take() for _ in range(20)))

    assert most == passwords.AT_ONCE


async def test_who_would_wait_too_long_is_turned_away(
    hashes: PasswordHashes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(passwords, "MAX_WAITING", 3)
    gate = asyncio.Event()

    async def hold() -> None:
        async with hashes.turn():
            await gate.wait()

    waiting = [asyncio.create_task(hold()) for _ in range(passwords.AT_ONCE + 3)]
    await asyncio.sleep(0)

    with pytest.raises(StowageError) as caught:
        await hold()

    gate.set()
    await asyncio.gather(*waiting)
    assert (caught.value.code, caught.value.reason) == ("rate_limited", "rate.sign_in")
    assert caught.value.retry_after_seconds


async def test_who_gives_up_waiting_leaves_the_queue(hashes: PasswordHashes) -> None:
    gate = asyncio.Event()

    async def hold() -> None:
        async with hashes.turn():
            await gate.wait()

    holders = [asyncio.create_task(hold()) for _ in range(passwords.AT_ONCE)]
    impatient = [asyncio.create_task(hold()) for _ in range(passwords.MAX_WAITING)]
    await asyncio.sleep(0)
    for task in impatient:
        task.cancel()
    await asyncio.gather(*impatient, return_exceptions=True)
    gate.set()

    await hold()
    await asyncio.gather(*holders)
