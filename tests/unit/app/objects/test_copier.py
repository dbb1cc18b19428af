import asyncio
from typing import Any

import pytest

from app.backends.backend import NO_CAPABILITIES, BackendInfo
from app.backends.registry import LiveBackend
from app.backends.stored import NewObject, ObjectInfo, ObjectRef
from app.clock import SystemClock
from app.errors import registry as errors
from app.errors.raised import StowageError
from app.objects.copier import Copier, verify_copy
from app.objects.copy_order import Copy, CopyEnd
from app.objects.copy_parts import GIB, MIB, CopyLimits


class Shelf:
    """
    A backend that has one object of three bytes under every key.
    """

    @property
    def objects(self) -> "Shelf":
        return self

    async def head(self, bucket: str, ref: ObjectRef) -> ObjectInfo:
        assert bucket == "out"
        return ObjectInfo(ref.key, 3)


def a_copy() -> Copy:
    backend: Any = Shelf()
    live = LiveBackend(BackendInfo("b", "b", "http://b"), backend, NO_CAPABILITIES)
    return Copy(CopyEnd(live, "in", "x"), CopyEnd(live, "out", "y"))


async def test_a_copy_of_another_size_is_none() -> None:
    assert (await verify_copy(a_copy(), ObjectInfo("x", 3))).key == "y"

    with pytest.raises(StowageError) as caught:
        await verify_copy(a_copy(), ObjectInfo("x", 4))

    assert (caught.value.code, caught.value.reason) == ("backend_error", "copy.differs")


class Store(Shelf):
    """
    A backend whose one object is of a class that it does not let anybody ask for.
    """

    def __init__(self, code: str) -> None:
        self.code = code
        self.classes: list[str] = []

    async def head(self, bucket: str, ref: ObjectRef) -> ObjectInfo:
        return ObjectInfo(ref.key, 3, storage_class="FROZEN", metadata={"in": bucket})

    async def copy(
        self,
        source: tuple[str, ObjectRef],
        target: tuple[str, str],
        new: NewObject | None,
        *,
        if_match: str = "",
        storage_class: str = "",
    ) -> ObjectInfo:
        assert (source[0], target[0], new, if_match) == ("in", "out", None, "")
        self.classes.append(storage_class)
        if storage_class:
            raise errors.BACKEND_ERROR(
                reason="backend.rejected", params={"upstream_code": self.code}
            )
        return ObjectInfo(target[1], 0)


@pytest.mark.parametrize(
    ("code", "classes"),
    [("InvalidStorageClass", ["FROZEN", ""]), ("InvalidRequest", ["FROZEN"])],
)
async def test_a_class_that_the_target_does_not_know_is_left_out(
    code: str, classes: list[str]
) -> None:
    store: Any = Store(code)
    live = LiveBackend(BackendInfo("b", "b", "http://b"), store, NO_CAPABILITIES)
    copy = Copy(CopyEnd(live, "in", "x"), CopyEnd(live, "out", "y"))

    outcome = await asyncio.gather(Copier(SystemClock()).copy(copy), return_exceptions=True)

    assert store.classes == classes
    assert isinstance(outcome[0], StowageError) is (len(classes) == 1)


@pytest.mark.parametrize(
    ("size_bytes", "is_inside", "part_bytes"),
    [
        (100 * MIB, False, 64 * MIB),
        (500 * GIB, False, 64 * MIB),
        (5 * 1024 * GIB, False, 583 * MIB),
        (6 * GIB, True, GIB),
    ],
)
def test_parts_are_large_enough_for_what_s3_allows(
    *, size_bytes: int, is_inside: bool, part_bytes: int
) -> None:
    found = CopyLimits().size_of_parts(size_bytes, is_inside=is_inside)

    assert found == part_bytes
    assert -(-size_bytes // found) <= 10_000
