"""
What the configuration declares, made so before anything is served.
"""

import os

from app.config.load import LoadedConfig
from app.plan.apply import Planner
from app.services import Services


async def apply_configuration(services: Services, loaded: LoadedConfig) -> None:
    """
    Compare what is declared with what is there, and make the difference so.

    Raises:
        ConfigError: what is declared cannot be: a secret is missing, a rule is broken.
        StowageError: a step failed; those before it are done.
    """
    planner = Planner(
        services.backends, audit=services.audit, clock=services.clock, environ=os.environ
    )
    await planner.apply(await planner.compute(loaded))
