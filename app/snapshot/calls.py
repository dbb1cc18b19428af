"""
What a client of a worker may have main change; parts of `app.snapshot.wire`.

A worker decides nothing about it: main asks the rules anew, with the credential of this moment.
"""

from collections.abc import Mapping

import msgspec

from app.errors.raised import ParamValue
from app.snapshot.values import BucketTarget, CorsRule


class SetCors(msgspec.Struct, frozen=True, tag="set_cors"):
    """
    Up: this credential wants these rules for a bucket. Answered with a `CorsSet`.
    """

    number: int
    access_key: str
    target: BucketTarget
    rules: tuple[CorsRule, ...]
    request_id: str
    ip: str
    user_agent: str


class CorsSet(msgspec.Struct, frozen=True, tag="cors_set"):
    """
    Down: the rules of the call of that number stand, or the error why they do not.
    """

    number: int
    code: str = ""
    """Of the error registry; empty where it was done."""
    reason: str | None = None
    params: Mapping[str, ParamValue] = {}
