"""
A listing cut to what may be seen: as if the bucket held nothing but the keys below some prefixes.

`ListingQuery` is what the client asks, `Cut` walks the visible prefixes in order: it says which
listing of its own to ask the backend for next, takes the page, and goes on until the client's page
is full. Markers and tokens are positions among what was shown, made here; none of the backend's
is passed on, and whoever forges one asks for nothing that a marker could not ask for.
"""

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass, field

from app.errors import registry as errors
from app.errors.raised import StowageError

MAX_ENTRIES = 1000
"""Of one page, as S3 has it."""
MAX_QUESTIONS = 100
"""Listings that one request may cost the backend; then its page ends early."""

_LAST_CHARACTER = "\U0010ffff"
_URL = "url"


@dataclass(frozen=True, slots=True)
class ListingKind:
    """
    What tells the four listings of a bucket apart.
    """

    selector: str
    """The sub-resource; empty for objects."""
    root: str
    """The name of the answer's document."""
    entries: tuple[str, ...]
    """The names of its entries."""
    size: str
    """The parameter that bounds the page."""
    marker: str
    """The parameter that the page begins behind."""
    second: str = ""
    """Its companion: the version or upload behind which it begins."""
    second_element: str = ""
    """Where an entry says its own."""


_OBJECTS = ListingKind("", "ListBucketResult", ("Contents",), "max-keys", "marker")
KINDS = {
    "ListObjects": _OBJECTS,
    "ListObjectsV2": _OBJECTS,
    "ListObjectVersions": ListingKind(
        "versions",
        "ListVersionsResult",
        ("Version", "DeleteMarker"),
        "max-keys",
        "key-marker",
        "version-id-marker",
        "VersionId",
    ),
    "ListMultipartUploads": ListingKind(
        "uploads",
        "ListMultipartUploadsResult",
        ("Upload",),
        "max-uploads",
        "key-marker",
        "upload-id-marker",
        "UploadId",
    ),
}
"""By operation; version 2 of ListObjects is asked of the backend as version 1, whose position is
a name and not a token."""


@dataclass(frozen=True, slots=True)
class ListingQuery:
    """
    What a client asks of a listing.
    """

    operation: str
    kind: ListingKind
    prefix: str
    delimiter: str
    marker: str
    """The page begins behind this name."""
    second: str
    limit: int
    is_url_encoded: bool
    given: Mapping[str, str]
    """All parameters as the client gave them; the answer repeats some."""


@dataclass(frozen=True, slots=True)
class Entry:
    """
    One line of a listing: a key, or a common prefix.
    """

    name: str
    second: str = ""
    is_prefix: bool = False
    element: str = ""
    """The name of its element; empty for a common prefix."""
    rest: str = ""
    """Its other elements, rendered."""


@dataclass(frozen=True, slots=True)
class Question:
    """
    A listing to ask the backend for.
    """

    prefix: str
    delimiter: str
    marker: str
    second: str
    limit: int


@dataclass(frozen=True, slots=True)
class Page:
    """
    What the backend answered.
    """

    entries: tuple[Entry, ...]
    is_truncated: bool = False
    next_marker: str = ""
    next_second: str = ""


def parse_listing(operation: str, parameters: Mapping[str, str]) -> ListingQuery:
    """
    Read the parameters of a listing.

    Raises:
        StowageError: `bad_request`, `s3.argument_invalid`: a size, an encoding or a token.
    """
    kind = KINDS[operation]
    marker = parameters.get(kind.marker, "")
    if operation == "ListObjectsV2":
        token = parameters.get("continuation-token")
        marker = parameters.get("start-after", "") if token is None else _decode_token(token)
    if parameters.get("encoding-type", _URL) != _URL:
        raise _invalid("encoding-type")
    return ListingQuery(
        operation,
        kind,
        parameters.get("prefix", ""),
        parameters.get("delimiter", ""),
        marker,
        # As S3 has it: without a key the companion means nothing.
        parameters.get(kind.second, "") if marker else "",
        _parse_limit(parameters.get(kind.size), kind.size),
        "encoding-type" in parameters,
        parameters,
    )


def _parse_limit(text: str | None, name: str) -> int:
    if not text:
        return MAX_ENTRIES
    if not (text.isascii() and text.isdigit()) or len(text) > len(str(2**31)):
        raise _invalid(name)
    return min(int(text), MAX_ENTRIES)


def render_token(name: str) -> str:
    """
    Return the continuation token of a position; it tells no more than the name itself.
    """
    return base64.urlsafe_b64encode(name.encode("utf-8")).decode("ascii")


def _decode_token(token: str) -> str:
    try:
        return base64.b64decode(token, altchars=b"-_", validate=True).decode("utf-8")
    except (binascii.Error, ValueError) as error:
        raise _invalid("continuation-token") from error


def _invalid(argument: str) -> StowageError:
    return errors.BAD_REQUEST(reason="s3.argument_invalid", params={"argument": argument})


@dataclass(slots=True)
class Cut:
    """
    One page in the making.
    """

    query: ListingQuery
    roads: list[str]
    """The visible prefixes still to walk: in order, none below another."""
    entries: list[Entry] = field(default_factory=list)
    is_truncated: bool = False
    marker: str = ""
    """Where the next page begins."""
    second: str = ""
    _questions: int = 0
    _prefixes: set[str] = field(default_factory=set)
    """Common prefixes that are on the page."""

    def next_question(self) -> Question | None:
        """
        Return what to ask the backend; `None` when the page is ready.
        """
        while self.roads and not self.is_truncated and self.query.limit:
            road, query = self.roads[0], self.query
            step = self._find_step(road)
            if self._is_behind(road, step):
                self.roads.pop(0)
                continue
            if self._questions == MAX_QUESTIONS:
                self.is_truncated = True
                break
            self._questions += 1
            if step:
                return Question(road, "", "", "", 1)
            is_inside = self.marker.startswith(road)
            return Question(
                road,
                query.delimiter,
                self.marker if is_inside else "",
                self.second if is_inside else "",
                max(1, self._room),
            )
        return None

    def take(self, page: Page) -> None:
        """
        Take the answer to the last question.
        """
        road = self.roads[0]
        # What was not asked for is not shown, whatever the backend says.
        found = [entry for entry in page.entries if entry.name.startswith(road)]
        step = self._find_step(road)
        if step:
            shown = [Entry(step, is_prefix=True)] if found else []
            self._prefixes |= {entry.name for entry in shown}
            self._finish_road(step if found else "", shown)
            return
        shown = [entry for entry in map(self._collapse, found) if self._is_new(entry)]
        if not page.is_truncated:
            self._finish_road(max((entry.name for entry in found), default=""), shown)
        elif self._show(shown):
            self._continue_behind(page, found)

    @property
    def _room(self) -> int:
        return self.query.limit - len(self.entries)

    def _find_step(self, road: str) -> str:
        """
        Return the common prefix that everything on this road is; empty where it has several.
        """
        query = self.query
        start = len(query.prefix)
        end = road.find(query.delimiter, start) if query.delimiter else -1
        return "" if end < 0 else road[: end + len(query.delimiter)]

    def _is_behind(self, road: str, step: str) -> bool:
        if step:
            return step <= self.query.marker or step in self._prefixes
        return road <= self.marker and not self.marker.startswith(road)

    def _collapse(self, entry: Entry) -> Entry:
        """
        Find a delimiter that the backend did not: it lies across the end of the road's prefix.
        """
        query = self.query
        end = entry.name.find(query.delimiter, len(query.prefix)) if query.delimiter else -1
        if end < 0:
            return entry
        return Entry(entry.name[: end + len(query.delimiter)], is_prefix=True)

    def _is_new(self, entry: Entry) -> bool:
        if not entry.is_prefix:
            return True
        is_new = entry.name not in self._prefixes
        self._prefixes.add(entry.name)
        # A page may begin within a common prefix that only we see.
        return is_new and not self.query.marker.startswith(entry.name)

    def _finish_road(self, last: str, shown: list[Entry]) -> None:
        if not self._show(shown):
            return
        self.marker = max(self.marker, last)
        self.second = ""
        road = self.roads.pop(0)
        if self._questions == MAX_QUESTIONS and self.roads:
            self.marker = max(self.marker, road + _LAST_CHARACTER)

    def _show(self, shown: list[Entry]) -> bool:
        """
        Put entries on the page; tell whether there was room.
        """
        room = self._room
        fitting = shown[:room]
        self.entries += fitting
        if len(shown) <= room:
            return True
        self.is_truncated = True
        if fitting:
            # It sent more than it was asked for.
            self.marker, self.second = fitting[-1].name, fitting[-1].second
        return False

    def _continue_behind(self, page: Page, found: list[Entry]) -> None:
        last = max(found, key=lambda entry: entry.name, default=None)
        if page.next_marker.startswith(self.roads[0]):
            self.marker, self.second = page.next_marker, page.next_second
        elif last is not None:
            self.marker, self.second = last.name, last.second
        else:
            # It says there is more and shows nothing: going on would never end.
            self.roads.pop(0)
        self.is_truncated = self._room == 0


def open_cut(query: ListingQuery, visible_prefixes: tuple[str, ...]) -> Cut:
    """
    Begin a page of what lies below these prefixes.
    """
    roads: list[str] = []
    for prefix in sorted(set(visible_prefixes)):
        if not roads or not prefix.startswith(roads[-1]):
            roads.append(prefix)
    return Cut(query, roads, marker=query.marker, second=query.second)
