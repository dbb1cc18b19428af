"""
The byte work of the core: compiled where the extension was built, else in Python.

The compiled twin (`_fast.pyx`) knows no rule, refuses nothing and leaves with `None` what is not
plainly sound to the Python code. `STOWAGE_PROXY_CORE=python` keeps it out, for tests and
benchmarks; `compiled` insists on it.
"""

import os
from typing import TYPE_CHECKING

from proxy.core import plain

try:
    from proxy.core import _fast
except ImportError:  # pragma: no cover - no compiler was there, or no Cython
    _fast = None  # type: ignore[assignment]  # a module that is not there

if TYPE_CHECKING:
    from proxy.core._fast import Lane

PYTHON, COMPILED = "python", "compiled"
SETTING = "STOWAGE_PROXY_CORE"
is_built = _fast is not None
"""The compiled twin is there, used or not."""

scan_head = plain.scan_head
scan_response = plain.scan_response
sign_head = plain.sign_head
sign_plainly = plain.sign_plainly
join_head = plain.join_head
recognise = plain.recognise
split_query = plain.split_query
pass_fields = plain.pass_fields
core = PYTHON
"""Which of both is used."""


def use(name: str) -> None:
    """
    Work with `python` or `compiled` from now on; anything else takes what there is.

    Raises:
        ImportError: `compiled` is asked for and was not built.
    """
    global core, join_head, pass_fields, recognise, scan_head  # noqa: PLW0603 - one for the process, as cheap to call as a function
    global scan_response, sign_head, sign_plainly, split_query  # noqa: PLW0603 - as above
    if name == COMPILED and not is_built:
        raise ImportError("proxy.core._fast was not built: make install, with a C compiler")
    core = PYTHON if name == PYTHON or not is_built else COMPILED
    chosen = plain if core == PYTHON else _fast
    scan_head = chosen.scan_head
    scan_response = chosen.scan_response
    sign_head = chosen.sign_head
    sign_plainly = chosen.sign_plainly
    join_head = chosen.join_head
    recognise = chosen.recognise
    split_query = chosen.split_query
    pass_fields = chosen.pass_fields


def open_lane(  # noqa: PLR0913 - each is named at the call
    *,
    method: str,
    bucket: str,
    prefix: str,
    access_key: str,
    blocks: tuple[bytes, bytes],
    scope: str,
    query: str,
    signed_names: tuple[str, ...],
    signed_text: str,
    constants: tuple[tuple[str, str], ...],
    fixed: object,
) -> "Lane":
    """
    Return what `recognise` compares with; only where the compiled twin is there.

    Args:
        method: The requests'.
        bucket: As the client names it.
        prefix: The Authorization field up to the signature.
        access_key: In there.
        blocks: The key that the signature is made with, padded.
        scope: The signature's.
        query: In canonical form.
        signed_names: The fields that are signed, sorted.
        signed_text: The same as one text.
        constants: Fields that must have these very values.
        fixed: What else is known; handed back as it is.
    """
    return _fast.Lane(
        method=method,
        bucket=bucket,
        prefix=prefix,
        access_key=access_key,
        blocks=blocks,
        scope=scope,
        query=query,
        signed_names=signed_names,
        signed_text=signed_text,
        constants=constants,
        fixed=fixed,
    )


use(os.environ.get(SETTING, ""))
