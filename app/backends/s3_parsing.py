"""
How answers of a store are read: quickly, and the long ones off the event loop.

A page of a thousand objects takes tens of milliseconds in botocore's parser, most of them for the
dates; nobody else may wait for that.
"""

import asyncio
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from aiobotocore.parsers import AioResponseParserFactory, AioRestXMLParser
from botocore.parsers import ResponseParser
from botocore.utils import parse_timestamp

ON_LOOP_BYTES = 16_384
"""Up to this an answer is read where it arrives: a thread would cost more."""


class StoreParsers(AioResponseParserFactory):
    """
    Makes the parsers of a client.
    """

    def __init__(self) -> None:
        super().__init__()
        self._told: dict[str, Any] = {"timestamp_parser": read_timestamp}

    def set_parser_defaults(self, **told: Any) -> None:  # noqa: ANN401  botocore's own options
        """
        Take options for every parser that is made from now on.
        """
        self._told |= told
        super().set_parser_defaults(**told)

    def create_parser(self, protocol_name: str) -> ResponseParser:
        """
        Return the parser of a protocol; S3 speaks `rest-xml`.
        """
        if protocol_name == "rest-xml":
            return _XmlParser(**self._told)
        return super().create_parser(protocol_name)


def read_timestamp(value: Any) -> datetime:  # noqa: ANN401  text, or the number of some headers
    """
    Return the moment that a store tells, in the form of listings or in any that botocore knows.

    Raises:
        ValueError: it is none.
    """
    if isinstance(value, str) and value.endswith("Z"):
        try:
            return datetime.fromisoformat(value)
        except ValueError:
            pass
    moment: datetime = parse_timestamp(value)
    return moment


class _XmlParser(AioRestXMLParser):
    def _do_parse(self, response: Mapping[str, Any], shape: Any) -> Any:  # noqa: ANN401  as botocore has it
        body = response["body"]
        if isinstance(body, bytes) and len(body) > ON_LOOP_BYTES:
            # What calls this awaits what can be awaited.
            return asyncio.to_thread(super()._do_parse, response, shape)  # type: ignore[misc]  # the stubs leave it out
        return super()._do_parse(response, shape)  # type: ignore[misc]  # the stubs leave it out
