"""
Log lines of every process: JSON or `key=value`, with the request's id, without secrets.

Workers use it too, so it imports only structlog and the standard library. Log with
`structlog.get_logger(__name__)` after `configure_logs`; the standard library's loggers take the
same way out.
"""

import json
import logging
import re
import sys
from collections.abc import Mapping, MutableMapping
from typing import TYPE_CHECKING, Literal, TextIO

import structlog
from structlog.contextvars import bind_contextvars, clear_contextvars, merge_contextvars

if TYPE_CHECKING:
    from structlog.typing import EventDict, Processor, WrappedLogger

LogLevel = Literal["debug", "info", "warn", "error"]
LogFormat = Literal["json", "text"]

REDACTED = "[redacted]"

_LEVELS: dict[LogLevel, int] = {
    "debug": logging.DEBUG,
    "info": logging.INFO,
    "warn": logging.WARNING,
    "error": logging.ERROR,
}
_SECRET_NAME = re.compile(
    r"password|passwd|secret|signature|authorization|cookie|csrf|session_?(id|token)|token|"
    r"private_?key|sealing_?key|sse.*key",
    re.IGNORECASE,
)
# What a URL, a header or an exception text may carry. Each pattern keeps the words around.
_SECRET_TEXT = (
    re.compile(
        r"((?:x-amz-(?:signature|credential|security-token)|signature)=)[^&\s\"',]+", re.IGNORECASE
    ),
    re.compile(r"(\b(?:bearer|basic)\s+)[A-Za-z0-9._~+/=-]{8,}", re.IGNORECASE),
    re.compile(r"(\bAWS4-HMAC-SHA256\s+).*", re.IGNORECASE),
    re.compile(r"(\bAWS\s+[A-Za-z0-9]+:)\S+"),
    re.compile(r"(://[^\s:/@]*:)[^\s@/]+(?=@)"),
    re.compile(
        r"(\b(?:password|secret|secret_key|token)[\"']?\s*[:=]\s*[\"']?)[^\s\"',&;]+", re.IGNORECASE
    ),
)
_CONTROLS = {code: f"\\x{code:02x}" for code in (*range(32), 127) if code != ord("\n")}
# Libraries that tell their life's story at the level we speak at.
_QUIET = (
    "aiobotocore",
    "botocore",
    "aiosqlite",
    "asyncio",
    "httpx",
    "httpcore",
    "watchfiles",
    "alembic",
    "uvicorn",
)


def configure_logs(
    *, level: LogLevel = "info", log_format: LogFormat = "json", stream: TextIO | None = None
) -> None:
    """
    Send all log lines of this process to the stream, standard output if none is given.

    May be called again: the last call wins, for loggers made before as well.
    """
    handler = logging.StreamHandler(sys.stdout if stream is None else stream)
    handler.setFormatter(_formatter(log_format))
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(_LEVELS[level])
    for name in _QUIET:
        logging.getLogger(name).setLevel(max(logging.WARNING, _LEVELS[level]))
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *_shared_processors(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )


def bind_request_id(request_id: str) -> None:
    """
    Put the id on every line that this task and its children log from now on.
    """
    clear_contextvars()
    bind_contextvars(request_id=request_id)


def redact(text: str) -> str:
    """
    Return the text without signatures, bearer tokens, passwords in URLs and their like.
    """
    for pattern in _SECRET_TEXT:
        text = pattern.sub(rf"\g<1>{REDACTED}", text)
    return text


def _formatter(log_format: LogFormat) -> logging.Formatter:
    render: Processor = structlog.processors.JSONRenderer(serializer=_to_json)
    if log_format == "text":
        render = structlog.processors.LogfmtRenderer(key_order=["time", "level", "msg"])
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[structlog.stdlib.ExtraAdder(), *_shared_processors()],
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            _redact_event,
            *([_escape_controls] if log_format == "text" else []),
            render,
        ],
    )


def _shared_processors() -> list["Processor"]:
    return [
        merge_contextvars,
        structlog.stdlib.add_log_level,
        _shorten_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="time"),
        structlog.processors.format_exc_info,
        structlog.processors.EventRenamer("msg"),
    ]


def _shorten_level(_: "WrappedLogger", __: str, event: "EventDict") -> "EventDict":
    level = event.get("level")
    event["level"] = {"warning": "warn", "critical": "error", "exception": "error"}.get(
        str(level), level
    )
    return event


def _redact_event(_: "WrappedLogger", __: str, event: "EventDict") -> "EventDict":
    return _redact_mapping(event)


def _redact_mapping(values: MutableMapping[str, object] | Mapping[str, object]) -> "EventDict":
    return {
        name: REDACTED if _names_secret(name, value) else _redact_value(value)
        for name, value in values.items()
    }


def _names_secret(name: str, value: object) -> bool:
    """
    Tell whether the value goes by a secret's name. Numbers and flags are facts about secrets.
    """
    is_fact = value is None or isinstance(value, (bool, int, float))
    return not is_fact and _SECRET_NAME.search(str(name)) is not None


def _redact_value(value: object) -> object:
    if isinstance(value, str):
        return redact(value)
    if isinstance(value, Mapping):
        return _redact_mapping(value)
    if isinstance(value, (list, tuple)):
        return [_redact_value(item) for item in value]
    if value is None or isinstance(value, (bool, int, float)):
        return value
    return redact(str(value))


def _escape_controls(_: "WrappedLogger", __: str, event: "EventDict") -> "EventDict":
    """
    Keep an object's key from steering the terminal that shows the line.
    """
    return {
        "".join(c for c in name if c > " "): value.translate(_CONTROLS)
        if isinstance(value, str)
        else value
        for name, value in event.items()
    }


def _to_json(event: object, **_: object) -> str:
    return json.dumps(event, default=str, ensure_ascii=False, separators=(",", ":"))
