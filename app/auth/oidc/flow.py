"""
A sign-in under way at the provider.
"""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Flow:
    """
    The secrets of one sign-in under way; the browser keeps them in cookies.
    """

    state: str = field(repr=False)
    verifier: str = field(repr=False)
    nonce: str = field(repr=False)
