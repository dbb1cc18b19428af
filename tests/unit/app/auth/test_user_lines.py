import pytest

from app.auth.user_lines import MAX_LINES, parse_lines
from app.errors.raised import StowageError


def _error(raw: bytes) -> StowageError:
    with pytest.raises(StowageError) as caught:
        parse_lines(raw)
    return caught.value


def test_columns_stand_in_any_order_and_an_empty_cell_says_nothing() -> None:
    (line,) = parse_lines(b"Role , username,email\nuser, ann ,\n")

    assert (line.number, line.username, line.fault) == (2, "ann", None)
    change = line.change()
    assert (change.role, change.email, change.is_enabled) == ("user", None, None)


@pytest.mark.parametrize(
    "raw",
    [
        b"\xef\xbb\xbfusername;role\r\nann;user\r\n",
        b"username,role\nann,user",
        b'"username","role"\n\n,\n"ann","user"\n',
    ],
    ids=["spreadsheet", "bare", "quoted, with lines that say nothing"],
)
def test_every_spreadsheet_s_way_of_writing_is_read(raw: bytes) -> None:
    (line,) = parse_lines(raw)

    assert (line.username, line.change().role) == ("ann", "user")


def test_a_line_is_counted_as_an_editor_counts_it() -> None:
    lines = parse_lines(b'username,password\nann,"two\nlines"\n\nbob,x\n')

    assert [(line.number, line.username) for line in lines] == [(2, "ann"), (5, "bob")]


def test_a_password_keeps_its_blanks_and_stays_out_of_what_is_printed() -> None:
    (line,) = parse_lines(b"username,role,password\nann,user, hush-hush \n")

    assert line.new_user().password == " hush-hush "
    assert "hush" not in repr(line)


@pytest.mark.parametrize(
    ("raw", "reason", "pointer"),
    [
        (b"", "csv.invalid", "csv:1:username"),
        (b"email\na@x\n", "csv.invalid", "csv:1:username"),
        (b"username,rolle\nann,user\n", "csv.invalid", "csv:1:rolle"),
        (b"username,username\nann,ann\n", "csv.invalid", "csv:1:username"),
        (b"username\n\xff\n", "csv.invalid", ""),
        (b'username\n"ann\n', "csv.invalid", ""),
        (b"username\n" + b"a\n" * (MAX_LINES + 1), "csv.too_long", ""),
    ],
    ids=["nothing", "no name", "another column", "twice", "encoding", "open quote", "too long"],
)
def test_a_file_that_cannot_be_read_is_refused_whole(raw: bytes, reason: str, pointer: str) -> None:
    error = _error(raw)

    assert (error.code, error.reason) == ("bad_request", reason)
    assert [item.pointer for item in error.errors] == ([pointer] if pointer else [])


@pytest.mark.parametrize(
    ("raw", "field"),
    [
        (b"username,role\n,user\n", "username"),
        (b"username\nAnn\nANN\n", "username"),
        (b"username\nann,user\n", ""),
    ],
    ids=["no name", "a name twice", "a cell too many"],
)
def test_a_line_with_a_fault_of_its_own_keeps_no_other_back(raw: bytes, field: str) -> None:
    *before, last = parse_lines(raw)

    assert last.fault is not None
    assert [line.fault for line in before] == [None] * len(before)
    assert last.fault.params.get("field", "") == field


@pytest.mark.parametrize(
    ("cells", "field"),
    [
        (b"role,password\nann,,secret", "role"),
        (b"role\nann,user", "password"),
        (b"role,kind\nann,user,robot", "kind"),
        (b"role,kind,enabled\nann,user,service,maybe", "enabled"),
        (b"role,kind,must_change_pw\nann,user,service,1", "must_change_pw"),
    ],
)
def test_a_new_user_lacks_nothing(cells: bytes, field: str) -> None:
    (line,) = parse_lines(b"username," + cells)

    with pytest.raises(StowageError) as caught:
        line.new_user()

    assert (caught.value.code, caught.value.params["field"]) == ("bad_request", field)
    assert [item.pointer for item in caught.value.errors] == [f"/{field}"]
