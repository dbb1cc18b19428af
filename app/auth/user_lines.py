"""
Users as lines of a CSV file: what a spreadsheet or another system hands over.

The first line names the columns, in any order. Commas or semicolons separate, as spreadsheets of
different countries write them. Whatever is wrong is said with its line, `csv:3:role`.
"""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NoReturn

from app.auth.repository import fold
from app.auth.user import NewUser, UserChange, UserKind
from app.errors import registry as errors
from app.errors.raised import FieldError, StowageError

COLUMNS = ("username", "email", "role", "password", "kind", "enabled", "must_change_pw")
MAX_LINES = 500
"""Users in one file; each new one costs a password hash."""

_KINDS: Mapping[str, UserKind] = {"": "person", "person": "person", "service": "service"}
_ANSWERS = {"": None, "true": True, "false": False}


@dataclass(frozen=True, slots=True)
class UserLine:
    """
    What one line says of a user; an empty cell says nothing.
    """

    number: int
    """Of the line in the file, from 1; the first one holds the names of the columns."""
    cells: Mapping[str, str] = field(repr=False)
    """By column; one of them may be a password."""
    fault: StowageError | None = None
    """What is wrong with the line as such."""

    @property
    def username(self) -> str:
        """
        The name that the line is about.
        """
        return self.cells.get("username", "")

    def new_user(self) -> NewUser:
        """
        Return the user to be made of it.

        Raises:
            StowageError: `bad_request` for what is missing or cannot be read.
        """
        kind = self.kind or "person"
        for name in ("role", "password") if kind == "person" else ("role",):
            if not self._cell(name):
                raise errors.BAD_REQUEST(
                    reason="field.missing",
                    params={"field": name},
                    errors=[FieldError(f"/{name}", "field.missing", f"{name} is required.")],
                )
        return NewUser(
            username=self.username,
            password=self._cell("password"),
            role=self._cell("role"),
            email=self._cell("email"),
            must_change_password=self._answer("must_change_pw") is not False,
            kind=kind,
            is_enabled=self._answer("enabled") is not False,
        )

    def change(self) -> UserChange:
        """
        Return what the line says of a user who is there; a password is nobody's but the user's.

        Raises:
            StowageError: `bad_request` for what cannot be read.
        """
        return UserChange(
            role=self._cell("role") or None,
            is_enabled=self._answer("enabled"),
            email=self._cell("email") or None,
        )

    @property
    def kind(self) -> UserKind | None:
        """
        The kind of user; `None` where the line does not say.

        Raises:
            StowageError: `bad_request`.
        """
        text = self._cell("kind").lower()
        if text not in _KINDS:
            raise invalid_cell("kind", "use person or service")
        return _KINDS[text] if text else None

    def _cell(self, name: str) -> str:
        return self.cells.get(name, "")

    def _answer(self, name: str) -> bool | None:
        text = self._cell(name).lower()
        if text not in _ANSWERS:
            raise invalid_cell(name, "use true or false")
        return _ANSWERS[text]


def parse_lines(raw: bytes) -> Sequence[UserLine]:
    """
    Read a file. A line that says nothing is left out; one with a fault of its own carries it.

    Raises:
        StowageError: `bad_request`, reason `csv.invalid` or `csv.too_long`: the file as a whole
            cannot be read.
    """
    try:
        text = raw.decode("utf-8-sig")
        rows = list(_rows(text))
    except (UnicodeDecodeError, csv.Error) as fault:
        problem = str(fault) if isinstance(fault, csv.Error) else "it is not UTF-8"
        raise errors.BAD_REQUEST(reason="csv.invalid", params={"problem": problem}) from fault
    names = _columns(rows[0][1] if rows else [])
    if len(rows) - 1 > MAX_LINES:
        raise errors.BAD_REQUEST(reason="csv.too_long", params={"limit": MAX_LINES})
    return _without_repeats(_line(number, names, cells) for number, cells in rows[1:])


def placed(error: StowageError, number: int) -> StowageError:
    """
    Return an error about a user as one about a line: `/role` is `csv:3:role` there.
    """
    return StowageError(
        error.entry,
        reason=error.reason,
        params=error.params,
        errors=tuple(
            replace(item, pointer=f"csv:{number}:{item.pointer.lstrip('/')}")
            for item in error.errors
        ),
        retry_after_seconds=error.retry_after_seconds,
    )


def invalid_cell(name: str, problem: str) -> StowageError:
    """
    Return the refusal of one cell.
    """
    params = {"field": name, "problem": problem}
    item = FieldError(f"/{name}", "field.invalid", f"{name}: {problem}.", params)
    return errors.BAD_REQUEST(reason="field.invalid", params=params, errors=[item])


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    header = text.partition("\n")[0]
    separator = ";" if ";" in header and "," not in header else ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    number = 1
    for cells in reader:
        if any(cell.strip() for cell in cells):
            yield number, cells
        # A quoted cell may go on over several lines.
        number = reader.line_num + 1


def _columns(header: Sequence[str]) -> Sequence[str]:
    names = [name.strip().lower() for name in header]
    for name in names:
        if name not in COLUMNS:
            _refuse(name, f"there is no column {name or 'without a name'}")
        if names.count(name) > 1:
            _refuse(name, f"the column {name} stands there twice")
    if "username" not in names:
        _refuse("username", "the column username is missing")
    return names


def _refuse(column: str, problem: str) -> NoReturn:
    params = {"problem": problem}
    message = f"{problem[:1].upper()}{problem[1:]}."
    item = FieldError(f"csv:1:{column}", "csv.invalid", message, params)
    raise errors.BAD_REQUEST(reason="csv.invalid", params=params, errors=[item])


def _line(number: int, names: Sequence[str], cells: Sequence[str]) -> UserLine:
    # Blanks around a password belong to it.
    told = {
        name: cell if name == "password" else cell.strip()
        for name, cell in zip(names, cells, strict=False)
    }
    fault = None
    if any(cell.strip() for cell in cells[len(names) :]):
        problem = f"the line has {len(cells)} cells, the first line names {len(names)}"
        fault = errors.BAD_REQUEST(reason="csv.invalid", params={"problem": problem})
    elif not told.get("username"):
        fault = errors.BAD_REQUEST(
            reason="field.missing",
            params={"field": "username"},
            errors=[FieldError("/username", "field.missing", "username is required.")],
        )
    return UserLine(number, told, fault)


def _without_repeats(lines: Iterator[UserLine]) -> Sequence[UserLine]:
    """
    Refuse a line about a name that an earlier one is about: nobody could tell which holds.
    """
    first: dict[str, int] = {}
    found = []
    for line in lines:
        name = fold(line.username)
        if line.fault is None and name in first:
            fault = invalid_cell("username", f"line {first[name]} is about the same name")
            found.append(replace(line, fault=fault))
            continue
        first.setdefault(name, line.number)
        found.append(line)
    return found
