"""
Listings above the granted prefixes: what leads to a grant is shown, and nothing else.

A principal with a grant on `team/a/` may ask for the listing of the whole bucket; it sees the
folder `team/`, and below that `team/a/`. Nothing outside is even asked of the backend.
"""

from dataclasses import replace

from app.backends.backend import ObjectStore
from app.backends.stored import ListQuery, ObjectPage
from app.errors import registry as errors

_SEPARATOR = ":"


async def list_visible(
    store: ObjectStore, bucket: str, query: ListQuery, visible: tuple[str, ...]
) -> ObjectPage:
    """
    Return one page of what lies at `query.prefix`, cut to the visible prefixes below it.

    Raises:
        StowageError: `bad_request`, reason `cursor.invalid`; whatever the backend answers.
    """
    folders, listed = split_visible(query.prefix, query.delimiter, visible)
    index, token = _parse_token(query.token, len(listed))
    first = ObjectPage(common_prefixes=folders if index == 0 and not token else ())
    if index >= len(listed):
        return first
    page = await store.list(bucket, replace(query, prefix=listed[index], token=token))
    following = _token(index, page.next_token, len(listed))
    prefixes = tuple(sorted({*first.common_prefixes, *page.common_prefixes}))
    return ObjectPage(page.objects, prefixes, following)


def split_visible(
    prefix: str, delimiter: str, visible: tuple[str, ...]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """
    Return the folders that lead to a grant, and the granted prefixes to be listed as they are.
    """
    folders: set[str] = set()
    listed: set[str] = set()
    for granted in visible:
        rest = granted[len(prefix) :]
        if delimiter and delimiter in rest:
            folders.add(prefix + rest[: rest.index(delimiter) + len(delimiter)])
        else:
            listed.add(granted)
    return tuple(sorted(folders)), _outermost(listed)


def _outermost(prefixes: set[str]) -> tuple[str, ...]:
    """
    Drop a prefix that lies inside another one, so that nothing is listed twice.
    """
    return tuple(
        one
        for one in sorted(prefixes)
        if not any(one != other and one.startswith(other) for other in prefixes)
    )


def _token(index: int, upstream: str, count: int) -> str:
    if upstream:
        return f"{index}{_SEPARATOR}{upstream}"
    return f"{index + 1}{_SEPARATOR}" if index + 1 < count else ""


def _parse_token(token: str, count: int) -> tuple[int, str]:
    if not token:
        return 0, ""
    index, found, upstream = token.partition(_SEPARATOR)
    if not found or not (index.isascii() and index.isdigit()) or int(index) >= count:
        raise errors.BAD_REQUEST(reason="cursor.invalid")
    return int(index), upstream
