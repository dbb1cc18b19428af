"""
What may be asked of a job: checked when it is made. Rights are checked again with every batch.
"""

from collections.abc import Sequence

from app.audit.event import Actor
from app.errors import registry as errors
from app.jobs.job import JobKind, NewJob
from app.jobs.tag_change import TagMode
from app.objects import actions
from app.objects.gate import Gate
from app.objects.place import BucketPlace, check_tags
from app.rbac.policy import Action
from app.types import is_bucket_name, parse_object_key, parse_prefix

MAX_KEYS = 10_000
_NEEDED: dict[JobKind, tuple[Action, ...]] = {
    JobKind.COPY: (actions.LIST_OBJECTS, actions.READ_OBJECT),
    JobKind.MOVE: (actions.LIST_OBJECTS, actions.READ_OBJECT, actions.DELETE_OBJECT),
    JobKind.DELETE: (actions.LIST_OBJECTS, actions.DELETE_OBJECT),
    JobKind.EMPTY: (actions.EMPTY_BUCKET,),
    JobKind.RESTORE: (actions.LIST_VERSIONS, actions.DELETE_OBJECT),
    JobKind.TAG: (actions.LIST_OBJECTS, actions.SET_TAGS),
    JobKind.SCAN: (actions.LIST_OBJECTS,),
}
_HAS_TARGET = frozenset({JobKind.COPY, JobKind.MOVE})
_CAPABILITIES = {JobKind.RESTORE: "versioning", JobKind.TAG: "tagging"}


def check_new(gate: Gate, actor: Actor, new: NewJob) -> None:
    """
    Refuse what can never be done, or not by this actor.

    Raises:
        StowageError: in this order: `not_found` for a backend; `invalid_prefix`, `invalid_key`,
            `too_many_keys`; `bad_request`, `invalid_bucket` for the target; `bad_request`,
            `too_many_tags`, `invalid_tag`; `forbidden`; `not_supported`.
    """
    gate.find(new.source.backend_id)
    _check_selection(new)
    if new.kind in _HAS_TARGET:
        _check_target(gate, new)
    elif new.target is not None:
        raise _invalid("target", f"a job of kind {new.kind} has none")
    _check_tagging(new)
    _check_rights(gate, actor, new)


def check_again(gate: Gate, actor: Actor, again: NewJob) -> None:
    """
    Refuse what was well formed when it was first asked for, and cannot be done any more.

    Raises:
        StowageError: `not_found` for a backend; `forbidden`; `not_supported`.
    """
    for place in (again.source, again.target):
        if place is not None:
            gate.find(place.backend_id)
    _check_rights(gate, actor, again)


def _check_rights(gate: Gate, actor: Actor, new: NewJob) -> None:
    """
    Refuse what the actor may nowhere do there; a right to a part of it is enough to begin.
    """
    if new.kind in _CAPABILITIES:
        gate.find(new.source.backend_id).require(_CAPABILITIES[new.kind])
    for action in _needed(new):
        place = BucketPlace(new.source.backend_id, new.source.bucket)
        prefix = None if action.whole_bucket else new.source.prefix
        gate.enter(actor, action, place, prefix=prefix)
    if new.target is not None:
        place = BucketPlace(new.target.backend_id, new.target.bucket)
        gate.enter(actor, actions.WRITE_OBJECT, place, prefix=new.target.prefix)


def _needed(new: NewJob) -> Sequence[Action]:
    # What stays of an object's tags must be read first.
    reads = new.tagging is not None and new.tagging.mode is not TagMode.SET
    return (*_NEEDED[new.kind], actions.GET_TAGS) if reads else _NEEDED[new.kind]


def _check_tagging(new: NewJob) -> None:
    if new.kind is not JobKind.TAG:
        if new.tagging is not None:
            raise _invalid("options.tags", f"a job of kind {new.kind} has none")
        return
    change = new.tagging
    if change is None or (not change.tags and change.mode is not TagMode.SET):
        raise errors.BAD_REQUEST(reason="field.missing", params={"field": "options.tags"})
    check_tags(change.tags)


def _check_selection(new: NewJob) -> None:
    source = new.source
    parse_prefix(source.prefix)
    if new.kind is JobKind.EMPTY and (source.prefix or new.keys):
        raise _invalid("source", "a bucket is emptied as a whole")
    if new.kind is JobKind.DELETE and not source.prefix and not new.keys:
        raise errors.INVALID_PREFIX(reason="prefix.empty")
    if len(new.keys) > MAX_KEYS:
        raise errors.TOO_MANY_KEYS(params={"limit": MAX_KEYS})
    for key in new.keys:
        parse_object_key(key)
        if not key.startswith(source.prefix):
            raise _invalid("source.keys", "every key begins with the prefix")


def _check_target(gate: Gate, new: NewJob) -> None:
    source, target = new.source, new.target
    if target is None:
        raise errors.BAD_REQUEST(reason="field.missing", params={"field": "target"})
    gate.find(target.backend_id)
    parse_prefix(target.prefix)
    if not is_bucket_name(target.bucket):
        raise errors.INVALID_BUCKET(params={"value": target.bucket[:80]})
    if (source.backend_id, source.bucket) != (target.backend_id, target.bucket):
        return
    if any(target.prefix.startswith(folder) for folder in _folders(new)):
        raise _invalid("target.prefix", "it lies inside what is to be copied")
    if new.keys and source.prefix == target.prefix:
        raise _invalid("target.prefix", "source and target are the same")


def _folders(new: NewJob) -> Sequence[str]:
    if not new.keys:
        return [new.source.prefix]
    return [key for key in new.keys if key.endswith("/")]


def _invalid(field: str, problem: str) -> Exception:
    return errors.BAD_REQUEST(reason="field.invalid", params={"field": field, "problem": problem})
