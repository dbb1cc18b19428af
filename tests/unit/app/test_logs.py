"""
Log lines are readable by machines, carry the request's id and give no secret away.
"""

import io
import json
import logging
import subprocess
import sys
from collections.abc import Iterator

import pytest
import structlog

from app.logs import LogLevel, bind_request_id, configure_logs, redact

CANARY = "canary5f3a9c"


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    yield io.StringIO()
    structlog.contextvars.clear_contextvars()
    structlog.reset_defaults()
    root.handlers = handlers
    root.setLevel(level)


def lines(stream: io.StringIO) -> list[dict[str, object]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_a_json_line_names_time_level_and_message_as_the_reference_does(
    stream: io.StringIO,
) -> None:
    configure_logs(stream=stream)

    structlog.get_logger("x").warning("http", status=404)

    (line,) = lines(stream)
    assert line.items() >= {"level": "warn", "msg": "http", "status": 404}.items()
    assert str(line["time"]).endswith("Z")


def test_the_request_id_is_on_every_line_of_its_task(stream: io.StringIO) -> None:
    configure_logs(stream=stream)
    bind_request_id("R1")

    structlog.get_logger("x").info("ours")
    logging.getLogger("theirs").info("foreign")

    assert [line["request_id"] for line in lines(stream)] == ["R1", "R1"]


@pytest.mark.parametrize(
    ("level", "expected"), [("debug", 4), ("info", 3), ("warn", 2), ("error", 1)]
)
def test_lines_below_the_level_are_left_out(
    stream: io.StringIO, level: LogLevel, expected: int
) -> None:
    configure_logs(level=level, stream=stream)
    log = structlog.get_logger("x")

    log.debug("1")
    log.info("2")
    log.warning("3")
    log.error("4")

    assert len(lines(stream)) == expected


def test_a_second_call_moves_loggers_that_were_already_used(stream: io.StringIO) -> None:
    log = structlog.get_logger("x")
    configure_logs(level="error", stream=io.StringIO())
    log.error("to the first stream")

    configure_logs(level="info", stream=stream)
    log.info("to the second")

    assert [line["msg"] for line in lines(stream)] == ["to the second"]


@pytest.mark.parametrize(
    "name",
    ["password", "secret_key", "Authorization", "cookie", "csrf", "session_id", "sse_customer_key"],
)
def test_a_value_by_a_secrets_name_is_left_out(stream: io.StringIO, name: str) -> None:
    configure_logs(stream=stream)

    structlog.get_logger("x").info("m", **{name: CANARY}, nested={name: [CANARY]})

    assert CANARY not in stream.getvalue()


@pytest.mark.parametrize(
    "text",
    [
        f"GET /b/k?X-Amz-Credential={CANARY}&X-Amz-Signature={CANARY}",
        f"/b/k?AWSAccessKeyId=A&Signature={CANARY}",
        f"Authorization: Bearer {CANARY}",
        f"AWS4-HMAC-SHA256 Credential={CANARY}/20260101, Signature={CANARY}",
        f"AWS AKIA123:{CANARY}",
        f"postgresql://stowage:{CANARY}@db/stowage",
        f"{{'password': '{CANARY}'}}",
        f"X-Amz-Security-Token={CANARY}",
    ],
)
def test_a_secret_inside_a_text_is_left_out(stream: io.StringIO, text: str) -> None:
    configure_logs(stream=stream)
    log = structlog.get_logger("x")

    log.info(text, url=text, error=ValueError(text))
    logging.getLogger("foreign").warning("%s", text)

    assert CANARY not in stream.getvalue()
    assert CANARY not in redact(text)


def test_a_traceback_is_logged_without_the_secret_in_its_message(stream: io.StringIO) -> None:
    configure_logs(stream=stream)

    try:
        raise ValueError(f"bad password={CANARY}")  # noqa: TRY301  # a traceback is wanted
    except ValueError:
        structlog.get_logger("x").exception("failed")

    (line,) = lines(stream)
    assert "Traceback" in str(line["exception"])
    assert CANARY not in stream.getvalue()


def test_text_lines_keep_controls_and_line_breaks_from_the_terminal(stream: io.StringIO) -> None:
    configure_logs(log_format="text", stream=stream)

    structlog.get_logger("x").info("m", key="a\x1b[31m\r\nlevel=error msg=forged")

    line = stream.getvalue()
    assert line.count("\n") == 1
    assert "\x1b" not in line
    assert "\r" not in line
    assert "level=info msg=m" in line


def test_a_worker_may_import_it() -> None:
    code = "import sys, app.logs; print(*sys.modules)"

    modules = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)

    assert not {b"pydantic", b"sqlalchemy", b"starlette"} & set(modules.stdout.split())
