"""
Who acts when a command changes something: whoever may run it, in the audit log by a fixed name.
"""

from app.audit.event import Actor
from app.rbac.levels import Role
from app.rbac.principal import EVERYTHING, Principal, PrincipalKind

COMMAND_LINE = Actor(
    Principal(
        PrincipalKind.USER,
        "command-line",
        role=Role.ADMIN,
        name="command line",
        scopes=(EVERYTHING,),
    )
)
