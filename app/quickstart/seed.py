"""
What a first start puts in place: the administrator, the demo bucket, its credential.

Each step looks first whether it is done already, so a start that was cut off is simply repeated.
"""

import secrets
import string

from app.audit.event import Actor
from app.auth.user import NewUser
from app.backends.stored import ContentHeaders, NewObject
from app.errors import registry as errors
from app.errors.raised import StowageError
from app.objects.place import BucketPlace
from app.quickstart.samples import BUCKET, make_samples
from app.quickstart.settings import BACKEND_ID
from app.rbac.levels import Role
from app.services import Services

_ALPHABET = "".join(c for c in string.ascii_letters + string.digits if c not in "0O1lI")


def make_password() -> str:
    """
    Make a password that meets every policy and can be read aloud: 20 characters in four groups.
    """
    return "-".join("".join(secrets.choice(_ALPHABET) for _ in range(5)) for _ in range(4))


async def ensure_admin(services: Services, actor: Actor, *, username: str, password: str) -> bool:
    """
    Make the administrator unless the name exists; tell whether it was made.

    Raises:
        StowageError: `weak_password` or `bad_request`: nothing was made.
    """
    if await services.users.find_by_name(username) is not None:
        return False
    new = NewUser(username, password, Role.ADMIN, must_change_password=False)
    await services.users.create(actor, new)
    return True


async def put_samples(services: Services, actor: Actor) -> None:
    """
    Make the demo bucket and fill it; objects that are there are written again.
    """
    place = BucketPlace(BACKEND_ID, BUCKET)
    try:
        await services.objects.buckets.create_bucket(actor, place)
    except StowageError as error:
        if error.entry is not errors.CONFLICT:
            raise
    for sample in make_samples():
        new = NewObject(headers=ContentHeaders(content_type=sample.content_type))
        await services.objects.writing.put(actor, place, sample.key, sample.body, new)
