import asyncio
import os
import re
import signal
from collections.abc import Iterator

import pytest

from app.auth import passwords
from app.auth.argon import HashCost, hash_password, is_bearable, matches
from app.auth.hashing import NICENESS, Order
from app.auth.passwords import PasswordHashes
from app.errors.raised import StowageError
from support.processes import children_of

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


async def _take(hashes: PasswordHashes) -> str:
    async with hashes.turn():
        return await hashes.make("x")


async def test_a_flood_is_hashed_in_processes_that_step_back(hashes: PasswordHashes) -> None:
    before = set(children_of(os.getpid()))
    await _take(hashes)
    assert set(children_of(os.getpid())) == before

    made = await asyncio.gather(*(_take(hashes) for _ in range(20)))

    started = set(children_of(os.getpid())) - before
    assert 1 <= len(started) <= passwords.AT_ONCE
    least = min(os.getpriority(os.PRIO_PROCESS, 0) + NICENESS, 19)
    assert {os.getpriority(os.PRIO_PROCESS, pid) for pid in started} == {least}
    assert all(matches(phc, "x") for phc in made)
    hashes.close()
    assert set(children_of(os.getpid())) == before


async def test_a_hashing_process_that_dies_fails_no_sign_in(hashes: PasswordHashes) -> None:
    before = set(children_of(os.getpid()))
    await asyncio.gather(*(_take(hashes) for _ in range(20)))
    for pid in set(children_of(os.getpid())) - before:
        os.kill(pid, signal.SIGKILL)

    made = await asyncio.gather(*(_take(hashes) for _ in range(20)))

    assert all(matches(phc, "x") for phc in made)


def test_what_a_hashing_process_is_asked_shows_in_no_repr() -> None:
    assert "quarry" not in repr(Order("quarry", phc="$argon2id$quarry"))


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
