"""
What the configuration declares, made so before anything is served.
"""

import os

from app.config.load import LoadedConfig
from app.plan.apply import Planner
from app.plan.kinds import every_kind
from app.services import Services


def open_planner(services: Services) -> Planner:
    """
    Return what plans and applies through these services.
    """
    kinds = every_kind(services, os.environ)
    return Planner(kinds, audit=services.audit, clock=services.clock)


async def apply_configuration(services: Services, loaded: LoadedConfig) -> None:
    """
    Compare what is declared with what is there, and make the difference so.

    Raises:
        ConfigError: what is declared cannot be: a secret is missing, a rule is broken.
        StowageError: a step failed; those before it are done.
    """
    planner = open_planner(services)
    await planner.apply(await planner.compute(loaded))
