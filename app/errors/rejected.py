"""
The refusal of one member of a request by a rule of ours.
"""

from app.errors import registry as errors
from app.errors.raised import FieldError, StowageError


def rejected(name: str, problem: str) -> StowageError:
    """
    Return the error for one member of the request, with what is wrong as the end of a sentence.
    """
    params = {"field": name, "problem": problem}
    return errors.INVALID_REQUEST(
        reason="field.rejected",
        params=params,
        errors=[FieldError(f"/{name}", "field.rejected", f"{name}: {problem}.", params)],
    )
