"""
What a form may upload: who signed its policy, whether it fits the policy, and whether they may.

AWS: "Browser-Based Uploads Using POST". A form is a PutObject whose fields stand in its body; it
passes the same checks.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from msgspec.structs import replace

from app.errors import registry as errors
from app.errors.raised import StowageError
from app.rbac.principal import Principal
from app.snapshot.values import BackendRoute, CredentialEntry, Snapshot
from proxy.core.authenticate import ANONYMOUS, find_auth_mode
from proxy.core.checksums import CONTENT_MD5, find_algorithm, parse_declared
from proxy.core.decision import Audited, Peer
from proxy.core.form import malformed
from proxy.core.leave import Permit
from proxy.core.operation_table import BY_NAME
from proxy.core.operations import POST_OBJECT, verify_request
from proxy.core.outgoing import Outgoing, select_fields
from proxy.core.permit import (
    CONDITIONAL_WRITES,
    permit,
    verify_customer_keys,
    verify_origin,
)
from proxy.core.proof import Proof, find_secret, verify_credential
from proxy.core.region import verify_region
from proxy.core.request import S3Request
from proxy.core.shape import find_shape
from proxy.core.trail import Trail
from proxy.sigv4.authorization import MalformedError, parse_claim, parse_timestamp
from proxy.sigv4.payload import PayloadMode
from proxy.sigv4.policy import Policy, PolicyViolationError, parse_policy
from proxy.sigv4.signature import ALGORITHM, find_key, is_same
from proxy.sigv4.v2 import sign_v2

POST_POLICY = "post-policy"
MAX_FILE_BYTES = 5 * 1024**3
"""Of one upload without parts."""

_PUT = BY_NAME["PutObject"]
_FORM = BY_NAME[POST_OBJECT]
_FILENAME = "${filename}"
_FIELD_VALUE = re.compile(r"[\x20-\x7e\x80-\xff]*")
_PLAIN = frozenset(
    {
        "cache-control",
        "content-disposition",
        "content-encoding",
        "content-language",
        "content-type",
        CONTENT_MD5,
        "expires",
    }
)
_AUTHENTICATION = frozenset(
    {"x-amz-algorithm", "x-amz-credential", "x-amz-date", "x-amz-signature"}
)


@dataclass(frozen=True, slots=True)
class FormLeave:
    """
    Leave to upload the file of a form.
    """

    audited: Audited
    principal: Principal
    credential: CredentialEntry
    backend: BackendRoute
    outgoing: Outgoing
    """The PutObject, without its length."""
    key: str
    fields: Mapping[str, str]
    """Of the form, `${filename}` put in."""
    checksums: tuple[tuple[str, bytes], ...]
    min_bytes: int
    max_bytes: int
    must_not_exist: bool
    """Append-only without conditional writes upstream: ask HEAD first, refuse an object there."""


def verify_form_request(request: S3Request) -> None:
    """
    Refuse what a form's own head may not say: who asks stands in the form alone.

    Raises:
        StowageError: two proofs, or a header or parameter that would go unheard.
    """
    if find_auth_mode(request) != ANONYMOUS:
        raise errors.BAD_REQUEST(reason="s3.auth_twice")
    verify_request(_FORM, request)


def authorize_form(  # noqa: PLR0913  the form beside what every decision takes
    request: S3Request,
    form: Mapping[str, str],
    filename: str,
    *,
    tagging: str,
    snapshot: Snapshot,
    now: float,
    peer: Peer,
    trail: Trail,
) -> FormLeave:
    """
    Return leave for a form whose file is about to come.

    Args:
        request: The POST; `verify_form_request` let it pass.
        form: The fields by lower-case name.
        filename: The file's name without folders.
        tagging: The form's tags as a header says them; empty for none.
        snapshot: All there is to decide with.
        now: Seconds since the epoch.
        peer: The far end of the connection.
        trail: Takes the facts for the audit row.

    Raises:
        StowageError: the proof fails, the policy or a right does not allow it.
    """
    trail.operation, trail.is_write, trail.auth_mode = POST_OBJECT, True, POST_POLICY
    trail.bucket = request.bucket
    credential, scope = _prove(request, form, snapshot, now, trail)
    proof = Proof(credential.principal, credential, None, PayloadMode.UNSIGNED, scope=scope)
    trail.user_id = proof.principal.user_id or ""
    verify_origin(proof, request, snapshot, peer)
    policy = _verify_policy(request, form, now)
    fields = {name: value.replace(_FILENAME, filename) for name, value in form.items()}
    put = _as_put(request, fields, tagging)
    trail.key = put.key
    verify_request(_PUT, put)
    leave = permit(put, _PUT, proof, snapshot, trail)
    if snapshot.settings.is_region_strict:
        verify_region(proof, leave.backend, trail)
    verify_customer_keys(put, leave.backend, peer)
    return _find_leave(
        put, leave, credential=credential, policy=policy, fields=fields, audited=trail.audited()
    )


def _find_leave(  # noqa: PLR0913  what was found out, put together
    put: S3Request,
    leave: Permit,
    *,
    credential: CredentialEntry,
    policy: Policy,
    fields: Mapping[str, str],
    audited: Audited,
) -> FormLeave:
    is_conditional = leave.must_not_replace and CONDITIONAL_WRITES in leave.backend.capabilities
    replaced = {"if-none-match": "*"} if is_conditional else {}
    sent = select_fields(put, _PUT, replaced)
    limit = MAX_FILE_BYTES if policy.max_bytes is None else policy.max_bytes
    return FormLeave(
        audited,
        credential.principal,
        credential,
        leave.backend,
        Outgoing("PUT", leave.target.bucket, put.key, fields=sent, payload_length=None),
        put.key,
        fields,
        parse_declared(put.fields, [name for name in put.fields if find_algorithm(name)]),
        policy.min_bytes,
        min(limit, MAX_FILE_BYTES),
        must_not_exist=leave.must_not_replace and not is_conditional,
    )


# ---- who -------------------------------------------------------------------------------------


def _prove(
    request: S3Request, form: Mapping[str, str], snapshot: Snapshot, now: float, trail: Trail
) -> tuple[CredentialEntry, str]:
    """
    Return the credential that signed the policy, and for which scope; by version 2 for none.
    """
    if "x-amz-algorithm" in form or "x-amz-signature" in form:
        access_key, scope = _find_claim(form)
    elif "awsaccesskeyid" in form or "signature" in form:
        _verify_v2_served(snapshot)
        access_key, scope = form.get("awsaccesskeyid", ""), ""
    else:
        raise errors.UNAUTHORIZED(reason="s3.unsigned")
    if "policy" not in form or not form["policy"].isascii():
        raise malformed("it has no policy")
    trail.access_key = access_key
    credential = snapshot.credentials.get(access_key)
    secret = find_secret(credential)
    if scope:
        is_signed = is_same(find_key(secret, scope).sign(form["policy"]), form["x-amz-signature"])
    else:
        is_signed = is_same(sign_v2(secret, form["policy"]), form.get("signature", ""))
    token = form.get("x-amz-security-token")
    fields = {} if token is None else {"x-amz-security-token": _as_field(token)}
    holder = replace(request, fields=fields, shape=find_shape(fields))
    return verify_credential(credential, holder, now, is_signed=is_signed), scope


def _find_claim(form: Mapping[str, str]) -> tuple[str, str]:
    """
    Return access key and scope of a version 4 form.
    """
    missing = sorted(_AUTHENTICATION - form.keys())
    if missing:
        raise malformed(f"the field {missing[0]} is missing")
    if form["x-amz-algorithm"] != ALGORITHM:
        raise malformed(f"x-amz-algorithm is not {ALGORITHM}")
    try:
        claim = parse_claim(form["x-amz-credential"], "host")
    except MalformedError as error:
        raise malformed(str(error)) from error
    timestamp = form["x-amz-date"]
    if parse_timestamp(timestamp) is None or not timestamp.startswith(claim.day):
        raise malformed("x-amz-date is no moment of the credential's day")
    return claim.access_key, claim.scope


def _verify_v2_served(snapshot: Snapshot) -> None:
    if not snapshot.settings.is_sigv2_served:
        problem = "s3_proxy.sigv2 is off; sign the form with signature_version s3v4"
        raise errors.BAD_REQUEST(reason="s3.sigv2_refused", params={"problem": problem})


# ---- what ------------------------------------------------------------------------------------


def _verify_policy(request: S3Request, form: Mapping[str, str], now: float) -> Policy:
    """
    Hold the form against its policy, as it was sent: `${filename}` is put in afterwards.
    """
    try:
        policy = parse_policy(form["policy"])
    except MalformedError as error:
        raise malformed(str(error)) from error
    if now >= policy.expires_at:
        raise errors.FORBIDDEN(reason="form.policy_expired")
    if form.get("bucket", request.bucket) != request.bucket:
        raise _violated("the field bucket names another one")
    try:
        policy.verify_fields({**form, "bucket": request.bucket})
    except PolicyViolationError as error:
        raise _violated(str(error)) from error
    return policy


def _violated(problem: str) -> StowageError:
    return errors.FORBIDDEN(reason="form.policy_violated", params={"problem": problem[:200]})


def _as_put(request: S3Request, form: Mapping[str, str], tagging: str) -> S3Request:
    """
    Return the PutObject that a form is.
    """
    key = form.get("key", "")
    if not key or "\x00" in key:
        raise errors.BAD_REQUEST(reason="s3.argument_invalid", params={"argument": "key"})
    fields = {
        name: _as_field(value)
        for name, value in form.items()
        if name in _PLAIN or (name.startswith("x-amz-") and name not in _AUTHENTICATION)
    }
    if "acl" in form:
        fields["x-amz-acl"] = _as_field(form["acl"])
    if tagging:
        fields["x-amz-tagging"] = tagging
    fields.pop("x-amz-security-token", None)
    shape = find_shape(fields)
    return replace(request, key=key, query=(), parameters={}, fields=fields, shape=shape)


def _as_field(value: str) -> str:
    """
    Return a form's value as a header field, one character per byte.
    """
    text = value.encode("utf-8").decode("latin-1").strip(" ")
    if not _FIELD_VALUE.fullmatch(text):
        raise malformed("a field holds a control character")
    return text
