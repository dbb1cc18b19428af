"""
Comparing what is declared of a kind with what is there.
"""

from collections.abc import Collection, Sequence
from functools import partial

from app.audit.event import Actor
from app.config.load import LoadedConfig
from app.errors.raised import StowageError
from app.plan.kind import Declared, Demanding, Exclusive, Kind, Numerous, Present
from app.plan.plan import Difference, Op, Orphan, Plan, Room, Run, Step


async def compute_kind(kind: Kind, loaded: LoadedConfig) -> Plan:
    """
    Compare what is declared of a kind with what is there, without changing anything.

    Raises:
        ConfigError: what is declared cannot be.
    """
    declared = await kind.declare(loaded)
    wanted = {one.id for one in declared}
    present = _by_id(await _load(kind, wanted))
    steps = [await _compare(kind, one, present.get(one.id)) for one in declared]
    left = [one for one in present.values() if one.declaration.is_yaml and one.id not in wanted]
    if kind.name in loaded.config.gitops.prune:
        return Plan((*steps, *(_deletion(kind, one) for one in left)))
    return Plan(tuple(steps), tuple(Orphan(kind.name, one.id, one.origin) for one in left))


async def _load(kind: Kind, wanted: Collection[str]) -> Sequence[Present]:
    return await (kind.load_concerned(wanted) if isinstance(kind, Numerous) else kind.load())


def _by_id(present: Sequence[Present]) -> dict[str, Present]:
    """
    Return the things by id; of two with one id the file's own counts.
    """
    found: dict[str, Present] = {}
    for one in present:
        if one.id not in found or one.declaration.is_yaml:
            found[one.id] = one
    return found


async def _compare(kind: Kind, declared: Declared, present: Present | None) -> Step:
    step = partial(
        Step,
        kind=kind.name,
        id=declared.id,
        origin=declared.origin,
        is_upstream=kind.is_upstream,
    )
    run: Run = partial(_make, kind, declared, present)
    try:
        if isinstance(kind, Demanding):
            await kind.check(declared)
        found = () if present is None else tuple(await kind.compare(declared, present))
    except StowageError as error:
        return step(op=Op.CHECK, problem=error.message, run=run)
    if present is None:
        made = (Difference(name, None, one) for name, one in declared.values.items())
        return step(op=Op.CREATE, differences=tuple(made), run=run)
    is_ours, names = present.declaration.is_yaml, [one.name for one in found]
    if not names:
        return step(
            op=Op.KEEP if is_ours else Op.ADOPT,
            takes_over=not is_ours,
            run=lambda _: kind.note(declared, present),
        )
    return step(
        op=Op.UPDATE,
        fields=tuple(names if is_ours else [*names, "source"]),
        takes_over=not is_ours,
        differences=found,
        make_room=_room(kind, present, names),
        run=run,
    )


async def _make(kind: Kind, declared: Declared, present: Present | None, actor: Actor) -> None:
    if present is None:
        await kind.create(actor, declared)
    else:
        await kind.update(actor, declared, present)


def _deletion(kind: Kind, present: Present) -> Step:
    return Step(
        Op.DELETE,
        kind.name,
        present.id,
        origin=present.origin,
        is_destructive=kind.is_destructive,
        is_upstream=kind.is_upstream,
        make_room=_room(kind, present, present.values),
        run=lambda actor: kind.delete(actor, present),
    )


def _room(kind: Kind, present: Present, members: Collection[str]) -> Room | None:
    return partial(kind.make_room, present, members) if isinstance(kind, Exclusive) else None
