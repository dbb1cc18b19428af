"""
The byte work of the core: compiled where the extension was built, else in Python.

The compiled twin (`_fast.pyx`) knows no rule, refuses nothing and leaves with `None` what is not
plainly sound to the Python code. `STOWAGE_PROXY_CORE=python` keeps it out, for tests and
benchmarks; `compiled` insists on it.
"""

import os

from proxy.core import plain

try:
    from proxy.core import _fast
except ImportError:  # pragma: no cover - no compiler was there, or no Cython
    _fast = None  # type: ignore[assignment]  # a module that is not there

PYTHON, COMPILED = "python", "compiled"
SETTING = "STOWAGE_PROXY_CORE"
is_built = _fast is not None
"""The compiled twin is there, used or not."""

scan_head = plain.scan_head
scan_response = plain.scan_response
sign_plainly = plain.sign_plainly
join_head = plain.join_head
pass_fields = plain.pass_fields
core = PYTHON
"""Which of both is used."""


def use(name: str) -> None:
    """
    Work with `python` or `compiled` from now on; anything else takes what there is.

    Raises:
        ImportError: `compiled` is asked for and was not built.
    """
    global core, join_head, pass_fields, scan_head, scan_response, sign_plainly  # noqa: PLW0603 - one for the process, as cheap to call as a function
    if name == COMPILED and not is_built:
        raise ImportError("proxy.core._fast was not built: make install, with a C compiler")
    core = PYTHON if name == PYTHON or not is_built else COMPILED
    chosen = plain if core == PYTHON else _fast
    scan_head = chosen.scan_head
    scan_response = chosen.scan_response
    sign_plainly = chosen.sign_plainly
    join_head = chosen.join_head
    pass_fields = chosen.pass_fields


use(os.environ.get(SETTING, ""))
