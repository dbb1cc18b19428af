"""
Words that the configuration shares with layers it may not import: they must be the same.
"""

from typing import get_args

from app.backends.backend import CAPABILITY_NAMES
from app.backends.presets import PRESETS
from app.config.models import Config
from app.config.product import Kind
from app.config.rules import WITH_ADDRESS
from app.config.shape import field_shape, walk_keys
from app.config.stores import CapabilityConfig, ProviderName
from app.config.values import Section
from app.config.words import LevelName, PresetName, RoleName
from app.rbac import levels


def test_roles_levels_and_presets_are_those_of_the_permission_model() -> None:
    assert set(get_args(RoleName)) == {one.value for one in levels.Role}
    assert set(get_args(PresetName)) == set(levels.PRESETS)
    assert list(get_args(LevelName)) == levels.level_names(levels.ALL_LEVELS)


def test_capabilities_and_services_are_those_of_the_backends() -> None:
    assert tuple(CapabilityConfig.model_fields) == CAPABILITY_NAMES
    assert set(get_args(ProviderName)) == {"", *PRESETS}


def test_services_with_an_address_of_their_own_need_no_endpoint() -> None:
    assert set(WITH_ADDRESS) == {"", *(name for name, one in PRESETS.items() if one.endpoint)}


def test_everything_that_can_be_declared_can_be_pruned() -> None:
    assert all(kind in Config.model_fields for kind in get_args(Kind))


def test_every_key_is_described() -> None:
    undescribed = []
    for path in walk_keys():
        model: type[Section] = Config
        for step in path[:-1]:
            if isinstance(step, str):
                model = _section(model, step)
        if not model.model_fields[str(path[-1])].description:
            undescribed.append(path)
    assert undescribed == []


def _section(model: type[Section], name: str) -> type[Section]:
    section = field_shape(model, name).model
    assert section is not None
    return section


def test_the_schema_describes_every_section() -> None:
    schema = Config.model_json_schema()

    assert schema["properties"]["server"]["description"]
    assert schema["$defs"]["BackendConfig"]["additionalProperties"] is False
