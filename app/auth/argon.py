"""
Argon2id: hashes as PHC strings, made and compared in the time that takes.
"""

import secrets
import unicodedata
from base64 import b64encode
from dataclasses import dataclass

from argon2 import PasswordHasher, Type, extract_parameters
from argon2.exceptions import InvalidHashError, VerificationError

_SALT_BYTES = 16
_HASH_BYTES = 32
_ARGON2_VERSION = 19


@dataclass(frozen=True, slots=True)
class HashCost:
    """
    What one hash costs, and so what one guess costs.
    """

    memory_kib: int = 65536
    passes: int = 3
    lanes: int = 2


COST = HashCost()
"""Argon2id with 64 MiB: above what OWASP's "Password Storage Cheat Sheet" asks for."""
# A foreign hash may ask for more work than ours, up to this; beyond, it is an attack on us.
_BEARABLE = HashCost(memory_kib=4 * COST.memory_kib, passes=16, lanes=16)


def hash_password(password: str, cost: HashCost = COST) -> str:
    """
    Return a new hash, in the time that takes: for commands, not for the event loop.
    """
    return hasher(cost).hash(_encode(password))


def matches(phc: str, password: str) -> bool:
    """
    Tell whether the password is the hash's, in the time that takes.

    Raises:
        argon2.exceptions.InvalidHashError: it is no hash; see `is_bearable`.
    """
    try:
        return hasher(COST).verify(phc, _encode(password))
    except VerificationError:
        return False


def is_bearable(phc: str) -> bool:
    """
    Tell whether the text is an Argon2id hash that asks for no absurd amount of work.
    """
    try:
        found = extract_parameters(phc)
    except InvalidHashError:
        return False
    return (
        found.type is Type.ID
        and found.version == _ARGON2_VERSION
        and found.memory_cost <= _BEARABLE.memory_kib
        and found.time_cost <= _BEARABLE.passes
        and found.parallelism <= _BEARABLE.lanes
    )


def _encode(password: str) -> bytes:
    # One composed form, whatever keyboard made it; a lone surrogate is no reason to fail.
    return unicodedata.normalize("NFC", password).encode("utf-8", "surrogatepass")


def hasher(cost: HashCost) -> PasswordHasher:
    """
    Return what hashes at a cost.
    """
    return PasswordHasher(
        time_cost=cost.passes,
        memory_cost=cost.memory_kib,
        parallelism=cost.lanes,
        hash_len=_HASH_BYTES,
        salt_len=_SALT_BYTES,
        type=Type.ID,
    )


def hash_of_nobody(cost: HashCost) -> str:
    """
    Return a hash of the usual cost that no known password matches.
    """
    salt, digest = (
        b64encode(secrets.token_bytes(size)).decode().rstrip("=")
        for size in (_SALT_BYTES, _HASH_BYTES)
    )
    numbers = f"m={cost.memory_kib},t={cost.passes},p={cost.lanes}"
    return f"$argon2id$v={_ARGON2_VERSION}${numbers}${salt}${digest}"
