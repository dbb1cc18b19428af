"""
What a new password must be: long enough, hard to guess, and not the present one.
"""

import asyncio
import threading
from collections.abc import Sequence

from app.config.identity import PasswordConfig
from app.errors import registry as errors

MAX_LENGTH = 256
"""Characters; what is longer is only work."""

# zxcvbn's time grows faster than the length, and what is longer is no easier to guess.
_SCORED_LENGTH = 72
# It keeps the words about the user in a dictionary that all threads share.
_scoring = threading.Lock()


async def check_password(
    password: str, policy: PasswordConfig, *, about: Sequence[str] = ()
) -> None:
    """
    Refuse a password that the policy does not allow.

    Args:
        password: The new password.
        policy: Length in characters and lowest score.
        about: Words that an attacker would try first: the user's name, e-mail, the product.

    Raises:
        StowageError: `weak_password` with the rule as reason.
    """
    if len(password) < policy.min_length:
        raise errors.WEAK_PASSWORD(reason="password.length", params={"limit": policy.min_length})
    if len(password) > MAX_LENGTH:
        raise errors.WEAK_PASSWORD(reason="password.too_long", params={"limit": MAX_LENGTH})
    if not policy.zxcvbn_min_score:
        return
    score = await asyncio.to_thread(score_password, password, [*about, "stowage"])
    if score < policy.zxcvbn_min_score:
        raise errors.WEAK_PASSWORD(reason="password.guessable")


def score_password(password: str, about: Sequence[str]) -> int:
    """
    Return how hard a password is to guess, 0 to 4, as zxcvbn sees it.
    """
    # Its word lists take 20 MiB and a tenth of a second: only who sets a password pays for them.
    from zxcvbn import zxcvbn  # noqa: PLC0415  see above

    words = [part for text in about for part in (text, *text.replace("@", ".").split("."))]
    with _scoring:
        found = zxcvbn(password[:_SCORED_LENGTH], user_inputs=[word for word in words if word])
    return int(found["score"])
