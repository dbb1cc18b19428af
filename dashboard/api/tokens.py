"""
API tokens: the caller's own, and for administrators those of a user.
"""

from pydantic import Field

from app.auth.tokens import ApiToken, NewToken
from app.rbac.written import WrittenScope
from dashboard.api.credentials import ScopeBody
from dashboard.body import missing, parse_time
from dashboard.call import Call
from dashboard.schemas import Body, Schema, ScopeSchema, Timestamp, omitted


class Token(Schema):
    """
    An API token; the token itself is in the answer that makes it and never again.
    """

    id: str
    name: str
    token: str = omitted("")
    scopes: list[ScopeSchema]
    """None at all: everything that the owner may do."""
    admin: bool
    expires_at: Timestamp
    last_used_at: Timestamp | None = omitted()
    created_at: Timestamp


class TokenList(Schema):
    """
    API tokens, the newest first.
    """

    tokens: list[Token]


class TokenCreate(Body):
    """
    A new token; without scopes it may do all that its owner may, but administer.
    """

    name: str = ""
    expires_at: str = ""
    scopes: list[ScopeBody] = Field(default_factory=list)
    admin: bool = False


async def list_own(call: Call) -> TokenList:
    """
    Return the caller's tokens.
    """
    return await _list(call, call.session.user.id)


async def create_own(call: Call) -> Token:
    """
    Make a token, which is shown this once.
    """
    body = await call.body(TokenCreate)
    expires_at = parse_time(body.expires_at, pointer="/expires_at")
    if expires_at is None:
        raise missing("expires_at", pointer="/expires_at")
    scopes = [
        WrittenScope(scope.backend_id, scope.bucket, scope.prefix, scope.access)
        for scope in body.scopes
    ]
    new = NewToken(body.name, expires_at, scopes, body.admin)
    made = await call.services.tokens.create(call.actor, new)
    return _token(made.token, made.secret)


async def delete_own(call: Call) -> None:
    """
    Revoke a token of the caller; its next request is refused.
    """
    await call.services.tokens.revoke(call.actor, call.session.user.id, call.path("id"))


async def list_of_user(call: Call) -> TokenList:
    """
    Return the tokens of a user.
    """
    return await _list(call, (await call.services.users.get(call.path("id"))).id)


async def delete_of_user(call: Call) -> None:
    """
    Revoke a token of a user; its next request is refused.
    """
    await call.services.tokens.revoke(call.actor, call.path("id"), call.path("token"))


async def _list(call: Call, user_id: str) -> TokenList:
    found = await call.services.tokens.list(call.actor, user_id)
    return TokenList(tokens=[_token(token) for token in found])


def _token(token: ApiToken, secret: str = "") -> Token:
    return Token(
        id=token.id,
        name=token.name,
        token=secret,
        scopes=[ScopeSchema(**scope.as_json()) for scope in token.scopes],
        admin=token.is_admin,
        expires_at=token.expires_at,
        last_used_at=token.last_used_at,
        created_at=token.created_at,
    )
