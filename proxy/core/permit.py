"""
May they do this, here, now: scopes, copy sources, ACL headers, append-only, the backend's state.
"""

from functools import lru_cache
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

from msgspec.structs import replace

from app.errors import registry as errors
from app.errors.raised import StowageError
from app.rbac.levels import Level, level_names
from app.rbac.policy import Action, Allowed, Resource, authorize, is_uniform
from app.rbac.principal import Principal
from app.snapshot.values import BackendRoute, BucketTarget, CredentialEntry, Snapshot
from proxy.client_address import AddressReader
from proxy.core.copy_source import ForeignSource, parse_copy_source
from proxy.core.decision import Peer
from proxy.core.leave import KnownPermits, Permit
from proxy.core.names import verify_bucket, verify_key, verify_segments
from proxy.core.operations import COPY_SOURCE, Operation, OperationClass, Target
from proxy.core.proof import Proof
from proxy.core.request import S3Request
from proxy.core.trail import Trail

MAX_METADATA_BYTES = 2048
CONDITIONAL_WRITES = "conditional_writes"
"""The capability of a backend that honours `If-None-Match: *` on PutObject."""

_META = "x-amz-meta-"
_HARMLESS_ACLS = frozenset({"private", "bucket-owner-full-control"})
_NO_CAPABILITIES: frozenset[str] = frozenset()
_READ_SOURCE = Action("GetObject", Level.READ)
_DELETE_VERSIONS = Action("DeleteObjects", Level.DELETE_VERSION)
_SEE_BUCKET = Action("HeadBucket", Level.NONE, any_level=True)


def permit(
    request: S3Request, operation: Operation, proof: Proof, snapshot: Snapshot, trail: Trail
) -> Permit:
    """
    Return leave for an operation on a bucket or object.

    Raises:
        StowageError: `forbidden` and the like; what is wrong with a name; a backend that is away.
    """
    credential = proof.credential
    if credential is None:
        return _judge(request, operation, proof, snapshot, trail)
    known = _known.under(snapshot)
    names_version = "versionId" in request.parameters
    question = (credential.access_key, request.bucket, operation, names_version)
    leave = known.get(question)
    if leave is None:
        leave = _judge(request, operation, proof, snapshot, trail)
        if _holds_for_all_keys(leave, operation, proof):
            known.remember(question, leave)
        return leave
    verify_key(request.key)
    trail.backend_id, trail.bucket = leave.target.backend_id, leave.target.bucket
    verify_segments(request.key, leave.backend.capabilities)
    if request.shape.has_judged:
        _verify_fields(proof.principal, operation, request, leave.target)
    return leave


_known = KnownPermits()


def _holds_for_all_keys(leave: Permit, operation: Operation, proof: Proof) -> bool:
    # Where append-only lets something be made, the request's own conditions are looked at.
    if _copies(operation) or leave.visible_prefixes or leave.must_not_replace:
        return False
    return is_uniform(proof.principal, leave.target.backend_id, leave.target.bucket)


def _judge(
    request: S3Request, operation: Operation, proof: Proof, snapshot: Snapshot, trail: Trail
) -> Permit:
    verify_bucket(request.bucket)
    verify_key(request.key)
    target = _find_target(proof, request.bucket)
    trail.backend_id, trail.bucket = target.backend_id, target.bucket
    backend = snapshot.backends.get(target.backend_id)
    capabilities = _NO_CAPABILITIES if backend is None else backend.capabilities
    verify_segments(request.key, capabilities)
    allowed = _authorize(proof.principal, operation, request, target)
    if request.shape.has_judged:
        _verify_fields(proof.principal, operation, request, target)
    must_not_replace = _verify_append_only(operation, request, allowed)
    leave = Permit(
        target,
        _find_open(backend),
        allowed.visible_prefixes,
        must_not_replace=must_not_replace,
    )
    return _permit_source(leave, proof, request, snapshot) if _copies(operation) else leave


def _copies(operation: Operation) -> bool:
    return COPY_SOURCE in operation.fields


# ---- where -----------------------------------------------------------------------------------


def find_bucket(credential: CredentialEntry, name: str) -> BucketTarget | None:
    """
    Return where a credential's bucket name leads; `None` for a name that it may not use.
    """
    target = credential.buckets.get(name)
    if target is None and credential.wildcard_backend_id is not None:
        return BucketTarget(credential.wildcard_backend_id, name)
    return target


def _find_target(proof: Proof, name: str) -> BucketTarget:
    if proof.binding is not None:
        return proof.binding.target
    target = None if proof.credential is None else find_bucket(proof.credential, name)
    if target is None:
        raise errors.FORBIDDEN(reason="bucket.out_of_scope")
    return target


def _find_open(backend: BackendRoute | None) -> BackendRoute:
    if backend is None:
        raise errors.BACKEND_ERROR(reason="backend.gone")
    if not backend.is_enabled:
        raise errors.BACKEND_ERROR(reason="backend.disabled")
    if backend.is_in_maintenance:
        raise errors.MAINTENANCE(reason="mode.maintenance")
    return backend


# ---- who -------------------------------------------------------------------------------------


def verify_origin(proof: Proof, request: S3Request, snapshot: Snapshot, peer: Peer) -> None:
    """
    Refuse a credential outside the networks it may be used from.

    Raises:
        StowageError: `ip_denied`.
    """
    if proof.credential is None or not proof.credential.cidrs:
        return
    reader = _reader_of(snapshot.settings.trusted_proxies)
    text = reader.read(peer.address, request.headers.get("x-forwarded-for"))
    if not _is_within(text, proof.credential.cidrs):
        raise errors.IP_DENIED(reason="ip.credential")


_reader_of = lru_cache(maxsize=8)(AddressReader)


@lru_cache(maxsize=1024)
def _networks_of(cidrs: tuple[str, ...]) -> tuple[IPv4Network | IPv6Network, ...]:
    return tuple(ip_network(cidr, strict=False) for cidr in cidrs)


def _is_within(text: str, cidrs: tuple[str, ...]) -> bool:
    try:
        address = ip_address(text)
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None)
    return any((mapped or address) in network for network in _networks_of(cidrs))


# ---- what ------------------------------------------------------------------------------------


def _authorize(
    principal: Principal, operation: Operation, request: S3Request, target: BucketTarget
) -> Allowed:
    action = operation.action
    if operation.versioned_action is not None and "versionId" in request.parameters:
        action = operation.versioned_action
    resource = _find_resource(operation, request, target)
    decision = authorize(principal, action, resource)
    if isinstance(decision, Allowed):
        return decision
    if operation.name == "DeleteObjects":
        # Keys and versions are judged one by one; whoever may delete only versions comes in too.
        versions = authorize(principal, _DELETE_VERSIONS, resource)
        if isinstance(versions, Allowed):
            return versions
    if operation.name == "CreateBucket" and authorize(principal, _SEE_BUCKET, resource):
        # rclone, restic, Terraform and Spark create a bucket to find out that they have it.
        raise errors.CONFLICT(reason="bucket.owned_by_you")
    raise forbidden(decision.reason, action)


def _find_resource(operation: Operation, request: S3Request, target: BucketTarget) -> Resource:
    if operation.target is Target.OBJECT:
        return Resource(target.backend_id, target.bucket, key=request.key)
    if operation.action.whole_bucket or operation.kind is OperationClass.BUCKET_LIFE:
        return Resource(target.backend_id, target.bucket)
    return Resource(target.backend_id, target.bucket, prefix=request.parameters.get("prefix", ""))


def forbidden(reason: str, action: Action) -> StowageError:
    """
    Return the refusal of an action, with what it would have needed.
    """
    if reason != "grant.missing":
        return errors.FORBIDDEN(reason=reason)
    levels = ", ".join(level_names(action.levels)) or "any level"
    return errors.FORBIDDEN(reason=reason, params={"action": action.name, "levels": levels})


def _verify_fields(
    principal: Principal, operation: Operation, request: S3Request, target: BucketTarget
) -> None:
    """
    Refuse fields that give more than the operation itself does.
    """
    fields = request.fields
    needed = Level.NONE
    metadata_bytes = 0
    for name in request.amz:
        if name.startswith(_META):
            metadata_bytes += len(name) - len(_META) + len(fields[name])
        elif name == "x-amz-acl":
            needed |= Level.NONE if fields[name] in _HARMLESS_ACLS else Level.CONFIGURE
        elif name.startswith("x-amz-grant-"):
            needed |= Level.CONFIGURE
        elif name == "x-amz-bypass-governance-retention" and fields[name].lower() != "false":
            needed |= Level.CONFIGURE | Level.DELETE_VERSION
    if metadata_bytes > MAX_METADATA_BYTES:
        raise errors.BAD_REQUEST(reason="s3.metadata_too_large")
    if needed:
        action = Action(operation.name, needed)
        decision = authorize(principal, action, _find_resource(operation, request, target))
        if not decision and Level.DELETE_VERSION not in needed:
            raise errors.FORBIDDEN(reason="acl.not_private")
        if not decision:
            raise forbidden("grant.missing", action)


def verify_customer_keys(request: S3Request, backend: BackendRoute, peer: Peer) -> None:
    """
    Refuse a customer's encryption key that would travel in clear, to us or to the backend.

    Raises:
        StowageError: `bad_request`, reason `s3.customer_key_in_clear`.
    """
    is_in_clear = not peer.is_tls or backend.scheme != "https"
    if is_in_clear and request.shape.has_customer_keys:
        raise errors.BAD_REQUEST(reason="s3.customer_key_in_clear")


def _permit_source(leave: Permit, proof: Proof, request: S3Request, snapshot: Snapshot) -> Permit:
    source = parse_copy_source(request.fields[COPY_SOURCE])
    found = _find_target(proof, source.bucket)
    resource = Resource(found.backend_id, found.bucket, key=source.key)
    decision = authorize(proof.principal, _READ_SOURCE, resource)
    if not isinstance(decision, Allowed):
        raise forbidden(decision.reason, _READ_SOURCE)
    if found.backend_id == leave.target.backend_id:
        verify_segments(source.key, leave.backend.capabilities)
        return replace(leave, copy_source=source.render(found.bucket))
    backend = _find_open(snapshot.backends.get(found.backend_id))
    verify_segments(source.key, backend.capabilities)
    return replace(leave, foreign_source=ForeignSource(source, backend, found.bucket))


def _verify_append_only(operation: Operation, request: S3Request, allowed: Allowed) -> bool:
    """
    Tell whether nothing may be replaced; refuse what can only be meant to.
    """
    if allowed.may_overwrite or operation.kind is not OperationClass.WRITE:
        return False
    if operation.changes_object or (operation.creates_object and "if-match" in request.fields):
        raise errors.FORBIDDEN(reason="object.append_only")
    return operation.creates_object
