"""
The page of levels, presets and role defaults.
"""

from app.commands.reference.markdown import GENERATED, table
from app.rbac.levels import PRESETS, ROLE_DEFAULTS, level_names


def access_page() -> str:
    """
    Render the presets and the defaults of the roles.
    """
    presets = table(
        ("preset", "levels", "replaces existing keys"),
        (
            (f"`{name}`", ", ".join(level_names(a.levels)), "yes" if a.may_overwrite else "never")
            for name, a in PRESETS.items()
        ),
    )
    roles = table(
        ("role", "levels everywhere, unless `auth.role_grants` says otherwise"),
        ((f"`{role}`", ", ".join(level_names(a.levels))) for role, a in ROLE_DEFAULTS.items()),
    )
    return (
        f"# Access levels\n\n{GENERATED}\n"
        "A level is one right. A scope is a set of levels at a place: a backend, a bucket, a key "
        "prefix. A grant gives a scope to a user, a group or a role. What a virtual credential may "
        "do is what both its scopes and its owner's grants allow at this moment.\n\n"
        f"## Presets\n\n{presets}\n## Roles\n\n{roles}\n"
        "`admin` may everything, users, quotas and anonymous access included. `readonly` is a "
        "ceiling: no grant lifts it above `list` and `read`.\n"
    )
