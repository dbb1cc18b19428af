"""
From what is asked for to the row that is stored, with every rule in the documented order; pure.
"""

from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any

from app.backends.backend import CAPABILITY_NAMES, BackendInfo, UpstreamKey
from app.backends.presets import PRESETS, find_preset, resolve_address
from app.backends.rows import BackendChange, BackendRow, NewBackend
from app.config.urls import parse_endpoint
from app.database.declared import Declaration, managed
from app.errors import registry as errors
from app.types import parse_backend_id

BACKEND_TYPE = "s3v4"
RESERVED_IDS = frozenset({"health", "test"})
"""Ids that routes of the API would hide."""
MAX_NAME_LENGTH = 128
MAX_REGION_LENGTH = 64
MAX_ACCESS_KEY_LENGTH = 256


def parse_new_id(text: str) -> str:
    """
    Return the id in its final spelling.

    Raises:
        StowageError: `bad_request`, reason `backend.id_invalid` or `backend.id_reserved`.
    """
    backend_id = parse_backend_id(text)
    if backend_id in RESERVED_IDS:
        raise errors.BAD_REQUEST(reason="backend.id_reserved", params={"value": backend_id})
    return backend_id


def complete(new: NewBackend) -> NewBackend:
    """
    Return the backend with nothing left open: address, name and capabilities checked and filled.

    Raises:
        StowageError: `bad_request`: the id, the endpoint, a missing key, in this order; then the
            rest.
    """
    backend_id = parse_new_id(new.id)
    preset = find_preset(new.preset, new.endpoint)
    address = resolve_address(
        preset, new.endpoint.strip(), new.region.strip(), path_style=new.path_style
    )
    endpoint = _check_endpoint(address.endpoint)
    if not new.uses_chain:
        _check_keys(new.access_key, new.secret_key)
    filled = replace(
        new,
        id=backend_id,
        name=new.name.strip() or backend_id,
        endpoint=endpoint,
        region=address.region,
        path_style=address.path_style,
    )
    _check_rest(filled)
    return filled


def check_type(new: NewBackend) -> None:
    """
    Refuse a type that no driver serves.

    Raises:
        StowageError: `bad_request`, reason `backend.type_unknown`.
    """
    if new.type != BACKEND_TYPE:
        raise errors.BAD_REQUEST(reason="backend.type_unknown", params={"value": new.type[:80]})


def check_owner(row: BackendRow | None, by: Declaration) -> None:
    """
    Refuse to touch what somebody else declares.

    Raises:
        StowageError: `yaml_managed`.
    """
    if row is None or by.is_yaml or not row.declaration.is_yaml:
        return
    raise managed("backend", row.id, file=row.source_file, line=row.source_line)


def revise(row: BackendRow, change: BackendChange, by: Declaration) -> BackendRow:
    """
    Return the row with the change made; secret and stamps are the caller's.

    Raises:
        StowageError: `bad_request`: a value breaks a rule.
    """
    wanted = {
        one.name: getattr(change, one.name)
        for one in fields(change)
        if one.name != "secret_key" and getattr(change, one.name) is not None
    }
    if "endpoint" in wanted:
        wanted["endpoint"] = _check_endpoint(wanted["endpoint"].strip())
    takes_chain = by.is_yaml and change.access_key == ""
    if not takes_chain and ("access_key" in wanted or change.secret_key is not None):
        _check_keys(wanted.get("access_key", row.access_key), _or_kept(change.secret_key))
    if "region" in wanted:
        preset = find_preset(wanted.get("preset", row.preset), row.endpoint)
        wanted["region"] = wanted["region"].strip() or preset.default_region
    if "name" in wanted:
        wanted["name"] = wanted["name"].strip() or row.id
    revised = redeclare(replace(row, **wanted), by)
    _check_rest(revised)
    return revised


def redeclare(row: BackendRow, by: Declaration) -> BackendRow:
    """
    Return the row with another declarer.
    """
    return replace(
        row,
        source=by.source,
        source_file=by.file,
        source_line=by.line,
        declared_id=by.declared_id,
    )


def changed_fields(old: BackendRow, new: BackendRow, change: BackendChange) -> list[str]:
    """
    Return the names of what differs, in the words of the API; a given secret counts as changed.
    """
    names = [name for name in API_NAMES if getattr(old, name) != getattr(new, name)]
    words = [API_NAMES[name] for name in names]
    return [*words, "secret_key"] if change.secret_key is not None else words


def is_other_place(old: BackendRow, new: BackendRow) -> bool:
    """
    Tell whether what probing found of the old row may not hold for the new one.
    """
    names = ("endpoint", "region", "path_style", "access_key", "preset", "ca_file")
    return any(getattr(old, name) != getattr(new, name) for name in names)


def to_info(row: BackendRow) -> BackendInfo:
    """
    Return the row as a backend sees itself.
    """
    return BackendInfo(
        id=row.id,
        name=row.name,
        endpoint=row.endpoint,
        region=row.region,
        path_style=row.path_style,
        preset=row.preset,
        ca_file=row.ca_file,
        is_in_maintenance=row.is_in_maintenance,
        overrides=row.capabilities,
    )


def to_trial(row: BackendRow, key: UpstreamKey) -> NewBackend:
    """
    Return a stored backend as one to be tried, with the secret it has.
    """
    return NewBackend(
        id="",
        endpoint=row.endpoint,
        access_key=key.access_key,
        secret_key=key.secret_key,
        type=row.type,
        region=row.region,
        path_style=row.path_style,
        preset=row.preset,
        ca_file=row.ca_file,
    )


API_NAMES: Mapping[str, str] = {
    "name": "name",
    "endpoint": "endpoint",
    "region": "region",
    "path_style": "path_style",
    "access_key": "access_key",
    "is_enabled": "enabled",
    "is_in_maintenance": "maintenance",
    "preset": "preset",
    "ca_file": "ca_file",
    "capabilities": "capabilities",
    "source": "source",
}
"""The columns of a backend in the words of the API."""


def _or_kept(secret: str | None) -> str:
    return "kept" if secret is None else secret


def _check_endpoint(text: str) -> str:
    try:
        return parse_endpoint(text)
    except ValueError as error:
        raise errors.BAD_REQUEST(
            reason="backend.endpoint_invalid", params={"value": text[:200]}
        ) from error


def _check_keys(access_key: str, secret_key: str) -> None:
    if not access_key.strip() or not secret_key.strip():
        raise errors.BAD_REQUEST(reason="backend.key_missing")


def _check_rest(backend: NewBackend | BackendRow) -> None:
    _check_length("name", backend.name, MAX_NAME_LENGTH)
    _check_length("region", backend.region, MAX_REGION_LENGTH)
    _check_length("access_key", backend.access_key, MAX_ACCESS_KEY_LENGTH)
    if backend.preset and backend.preset not in PRESETS:
        raise _invalid("preset", f"use one of {', '.join(PRESETS)}")
    _check_capabilities(backend.capabilities)


def _check_capabilities(capabilities: Mapping[str, Any]) -> None:
    for name, value in capabilities.items():
        if name not in CAPABILITY_NAMES:
            raise _invalid("capabilities", f"use one of {', '.join(CAPABILITY_NAMES)}")
        if not isinstance(value, bool):
            raise _invalid("capabilities", f"{name} is true or false")


def _check_length(name: str, text: str, limit: int) -> None:
    if len(text) > limit:
        raise _invalid(name, f"at most {limit} characters")
    if any(ord(character) < ord(" ") for character in text):
        raise _invalid(name, "no control characters")


def _invalid(name: str, problem: str) -> Exception:
    return errors.BAD_REQUEST(reason="field.invalid", params={"field": name, "problem": problem})
