"""
What the configuration declares, made so before anything is served.
"""

import os

from app.config.load import LoadedConfig
from app.plan.kinds import open_planner
from app.services import Services


async def apply_configuration(services: Services, loaded: LoadedConfig) -> None:
    """
    Compare what is declared with what is there, and make the difference so.

    Raises:
        ConfigError: what is declared cannot be: a secret is missing, a rule is broken.
        StowageError: the database does not answer.
    """
    planner = open_planner(services, os.environ)
    await planner.apply(await planner.compute(loaded))
