"""
What a first start puts in place: the administrator, the demo bucket, its credential.

Each step looks first whether it is done already, so a start that was cut off is simply repeated.
"""

import secrets
import string
from dataclasses import dataclass, field

from app.audit.event import Actor
from app.auth.user import NewUser
from app.backends.stored import ContentHeaders, NewObject
from app.credentials.credential import CredentialScope, NewCredential
from app.errors import registry as errors
from app.errors.raised import StowageError
from app.objects.place import BucketPlace
from app.quickstart.record import Record
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


@dataclass(frozen=True, slots=True)
class Access:
    """
    How a visitor gets in: the administrator, and the virtual credential of the demo bucket.
    """

    username: str
    password: str = field(repr=False)
    """Empty when the name existed before and its password is not known."""
    access_key: str
    secret_key: str = field(repr=False)


async def ensure_access(
    services: Services, actor: Actor, *, admin: tuple[str, str | None], former: Record | None
) -> Access:
    """
    Make administrator and credential unless they exist; needs the database only.

    Done before the S3 endpoint is started, so that its workers know the credential from the
    beginning.

    Args:
        services: The open services.
        actor: Whose deeds these are in the audit log.
        admin: The administrator's name, and a password unless one is to be made up.
        former: What the last start wrote down; `None` on the first.

    Raises:
        StowageError: `weak_password` or `bad_request`, and nothing was made.
    """
    password = await _ensure_admin(services, actor, admin, former)
    keys = await _ensure_credential(services, actor, admin[0], former)
    return Access(admin[0], password, *keys)


async def put_samples(services: Services, actor: Actor) -> None:
    """
    Make the demo bucket and fill it; objects that are there are written again.

    Raises:
        StowageError: the store does not answer.
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


async def _ensure_admin(
    services: Services, actor: Actor, admin: tuple[str, str | None], former: Record | None
) -> str:
    """
    Make the administrator unless the name exists; return the password as far as it is known.
    """
    username, wanted = admin
    if await services.users.find_by_name(username) is not None:
        is_same = former is not None and former.admin_username == username
        return former.admin_password if former is not None and is_same else ""
    password = wanted or make_password()
    new = NewUser(username, password, Role.ADMIN, must_change_password=False)
    await services.users.create(actor, new)
    return password


async def _ensure_credential(
    services: Services, actor: Actor, username: str, former: Record | None
) -> tuple[str, str]:
    """
    Return the credential of the last start if it still exists, else a new one.
    """
    if former is not None and await _exists(services, actor, former.access_key_id):
        return former.access_key_id, former.secret_access_key
    owner = await services.users.find_by_name(username)
    made = await services.credentials.create(
        actor,
        NewCredential(
            scopes=(CredentialScope(BACKEND_ID, BUCKET),),
            user_id=owner.id if owner is not None else "",
            description="Demo credential of the quickstart",
        ),
    )
    return made.credential.access_key, made.secret_key


async def _exists(services: Services, actor: Actor, access_key: str) -> bool:
    listed = await services.credentials.list(actor)
    return any(one.access_key == access_key for one in listed)
