"""
Who a stranger is at a bucket that is open to them.
"""

from functools import lru_cache

from app.rbac.levels import Level
from app.rbac.principal import Principal, PrincipalKind, Scope
from app.snapshot.values import AnonymousBinding


@lru_cache(maxsize=1024)
def find_stranger(binding: AnonymousBinding) -> Principal:
    """
    Return the principal of a binding.
    """
    levels = Level.READ | Level.LIST if binding.may_list else Level.READ
    target = binding.target
    scope = Scope(target.backend_id, target.bucket, binding.prefix, levels, source="anonymous")
    return Principal(PrincipalKind.ANONYMOUS, "anonymous", name="anonymous", scopes=(scope,))
