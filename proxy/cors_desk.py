"""
Main's side of PutBucketCors and DeleteBucketCors.
"""

from dataclasses import asdict
from typing import TYPE_CHECKING

import structlog

from app.audit.event import Actor
from app.errors import registry as errors
from app.errors.raised import StowageError
from app.objects.cors import BucketCorsRule
from app.objects.place import BucketPlace
from app.snapshot.calls import CorsSet, SetCors

if TYPE_CHECKING:
    from app.services import Services

_log = structlog.get_logger("proxy.cors_desk")


async def set_cors(services: "Services", call: SetCors) -> CorsSet:
    """
    Set the rules as the credential may at this moment, and say how it ended; never raises.
    """
    try:
        await _set(services, call)
    except StowageError as error:
        return CorsSet(call.number, error.code, error.reason, error.params)
    except Exception:  # noqa: BLE001  the edge: a fault of ours ends this request, no other
        _log.exception("CORS rules could not be set", request_id=call.request_id)
        return CorsSet(call.number, errors.INTERNAL.code, "bug")
    return CorsSet(call.number)


async def _set(services: "Services", call: SetCors) -> None:
    entry = services.feed.current.credentials.get(call.access_key)
    if entry is None:  # revoked while the request was under way
        raise errors.INVALID_CREDENTIALS(reason="credential.unknown")
    actor = Actor(entry.principal, call.request_id, call.ip, call.user_agent)
    place = BucketPlace(call.target.backend_id, call.target.bucket)
    rules = [BucketCorsRule(**asdict(rule)) for rule in call.rules]
    await services.objects.cors.set_rules(actor, place, rules)
    await services.feed.refresh()
