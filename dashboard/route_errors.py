"""
Which error codes a route may answer: what its row makes it ask for, and what its endpoint does.

The suite holds every answer it sees against this, so that nothing is ever sent that the OpenAPI
document does not name.
"""

from collections.abc import Mapping
from types import MappingProxyType

from dashboard.call import Row
from dashboard.endpoint_facts import EndpointFacts
from dashboard.session import Gate

_SAFE = frozenset({"GET", "HEAD"})
_BACKEND_CALLS = "/api/backends/{bid}"
_READS = "not_found backend_error maintenance not_supported"
"""What a call to a store may come back with; `trouble.py` says how it is put into our words."""
_CHANGES = f"{_READS} conflict precondition_failed invalid_bucket_name"
_STORES = f"{_CHANGES} quota_exceeded"
_SETS = f"{_CHANGES} yaml_managed"
_CREDENTIAL = "s3_proxy_disabled not_found yaml_managed invalid_request secret_key_unset conflict"
_ENDPOINT = "bad_request yaml_managed secret_key_unset store_unavailable internal"
_VISIT = "not_found revoked expired exhausted not_yet_active password_required rate_limited"
_SHARE = "feature_disabled invalid_key invalid_prefix too_many_keys weak_password"

BY_MODULE: Mapping[str, str] = MappingProxyType(
    {
        "admin_audit": "bad_request",
        "admin_backends": "bad_request",
        "admin_dashboard": "bad_request",
        "aliases": "s3_proxy_disabled",
        "anonymous": "s3_proxy_disabled",
        "archive": f"{_READS} bad_request invalid_key too_many_keys",
        "bucket_settings": _READS,
        "buckets": _READS,
        "copy": f"{_STORES} invalid_key invalid_bucket object_exists invalid_metadata bad_range",
        "cors": "not_found maintenance",
        "credential_activity": "s3_proxy_disabled not_found bad_request",
        "credentials": "s3_proxy_disabled",
        "download": f"{_READS} precondition_failed bad_range invalid_key source_untrusted",
        "grants": "bad_request",
        "groups": "bad_request",
        "jobs": "bad_request",
        "lifecycle": _READS,
        "locks": f"{_READS} invalid_key",
        "metadata": f"{_STORES} invalid_key invalid_metadata",
        "multipart": f"{_CHANGES} invalid_key bad_request",
        "objects": f"{_READS} invalid_key bad_request bad_range",
        "prefixes": f"{_READS} invalid_prefix",
        "presign": f"{_READS} invalid_key invalid_request s3_proxy_disabled bad_request",
        "public": _VISIT,
        "public_files": f"{_VISIT} backend_error maintenance",
        "quotas": "not_found bad_request",
        "search": "not_found bad_request",
        "shares": "bad_request",
        "sizes": f"{_READS} invalid_prefix size_tracking_disabled",
        "tags": f"{_READS} invalid_key",
        "tokens": "bad_request",
        "versions": f"{_READS} invalid_key bad_request",
    }
)
"""What every endpoint of a module may answer besides what its gates do."""

BY_ENDPOINT: Mapping[str, str] = MappingProxyType(
    {
        "access.explain_access": "not_found bad_request",
        "access.explain_own_request": "not_found",
        "access.explain_request": "not_found",
        "access.get_own_access": "bad_request",
        "access.get_user_access": "not_found",
        "admin_backends.create_endpoint": f"{_ENDPOINT} id_taken register_failed",
        "admin_backends.delete_endpoint": "not_found yaml_managed store_unavailable",
        "admin_backends.get_endpoint": "not_found",
        "admin_backends.test_stored_endpoint": "not_found backend_error",
        "admin_backends.update_endpoint": f"{_ENDPOINT} not_found",
        "admin_users.create_user": "bad_request weak_password username_taken email_taken",
        "admin_users.delete_user": "not_found static_user self_delete last_admin yaml_managed"
        " bad_request",
        "admin_users.get_user": "not_found",
        "admin_users.reset_password": "not_found static_user not_local weak_password yaml_managed",
        "admin_users.unlock_user": "not_found static_user",
        "admin_users.update_user": "not_found static_user bad_request last_admin self_role_change"
        " email_taken yaml_managed",
        "aliases.create_alias": "invalid_request conflict not_found backend_error",
        "aliases.delete_alias": "not_found yaml_managed",
        "anonymous.delete_binding": "not_found yaml_managed",
        "anonymous.put_binding": "invalid_request conflict yaml_managed",
        "auth.sign_in": "mode_disabled invalid_credentials account_locked rate_limited"
        " session_error source_untrusted",
        "auth.sign_out": "source_untrusted",
        "bucket_settings.delete_encryption": _SETS,
        "bucket_settings.delete_bucket_tags": _SETS,
        "bucket_settings.delete_policy": _SETS,
        "bucket_settings.put_bucket_tags": f"{_SETS} invalid_tag too_many_tags",
        "bucket_settings.put_encryption": f"{_SETS} invalid_request",
        "bucket_settings.put_policy": f"{_SETS} invalid_policy",
        "bucket_settings.put_versioning": _SETS,
        "buckets.create_bucket": _CHANGES,
        "buckets.delete_bucket": _SETS,
        "config.get_plan": "conflict bad_request",
        "config.reload_config": "conflict bad_request",
        "cors.put_rules": "invalid_cors yaml_managed",
        "credential_activity.test_any": "backend_error invalid_request",
        "credential_activity.test_own": "backend_error invalid_request",
        "credentials.create": _CREDENTIAL,
        "credentials.create_own": _CREDENTIAL,
        "credentials.delete": "not_found yaml_managed",
        "credentials.delete_own": "not_found yaml_managed",
        "credentials.rotate": _CREDENTIAL,
        "credentials.rotate_own": _CREDENTIAL,
        "credentials.update": _CREDENTIAL,
        "credentials.update_own": _CREDENTIAL,
        "grants.create_grant": "invalid_request not_found",
        "grants.delete_grant": "not_found yaml_managed",
        "grants.update_grant": "invalid_request not_found yaml_managed",
        "groups.create_group": "invalid_request conflict",
        "groups.delete_group": "not_found yaml_managed",
        "groups.get_group": "not_found",
        "groups.update_group": "invalid_request conflict not_found yaml_managed",
        "jobs.cancel_job": "not_found",
        "jobs.create_job": f"{_READS} invalid_prefix invalid_key invalid_bucket too_many_keys"
        " too_many_tags invalid_tag",
        "jobs.get_job": "not_found",
        "jobs.list_job_errors": "not_found",
        "jobs.retry_job": f"{_READS} conflict invalid_prefix invalid_key invalid_bucket",
        "lifecycle.preview_lifecycle": "invalid_lifecycle",
        "lifecycle.put_lifecycle": f"{_SETS} invalid_lifecycle",
        "locks.put_legal_hold": f"{_CHANGES} invalid_request",
        "locks.put_object_lock": f"{_SETS} invalid_request",
        "locks.put_retention": f"{_CHANGES} invalid_request",
        "me.change_password": "static_user not_local account_locked password_mismatch"
        " weak_password yaml_managed",
        "me.end_session": "not_found",
        "me.end_sessions_of_user": "not_found",
        "me.list_sessions_of_user": "not_found",
        "multipart.complete_upload": f"{_STORES} object_exists",
        "multipart.create_upload": f"{_STORES} object_exists invalid_metadata",
        "multipart.put_part": f"{_STORES} length_required too_large",
        "objects.create_folder": f"{_STORES} object_exists",
        "objects.delete_object": _CHANGES,
        "objects.delete_objects": f"{_CHANGES} too_many_keys",
        "objects.upload_object": f"{_STORES} object_exists too_large",
        "oidc.end_by_provider": "mode_disabled oidc_failed too_large rate_limited",
        "oidc.finish": "mode_disabled oidc_failed rate_limited session_error",
        "oidc.start": "mode_disabled oidc_failed rate_limited",
        "pins.create_pin": "bad_request",
        "prefixes.copy_prefix": f"{_CHANGES} invalid_bucket invalid_metadata",
        "public.get_info": "backend_error maintenance",
        "public.list_files": "backend_error maintenance bad_request",
        "public.unlock_share": "backend_error maintenance password_mismatch bad_request",
        "public_files.download_shared": "bad_range bad_request precondition_failed"
        " source_untrusted",
        "public_files.download_together": "bad_request too_many_keys",
        "public_files.receive_file": f"{_STORES} bad_request length_required invalid_key"
        " type_not_allowed too_large object_exists",
        "quotas.put_quota": "invalid_quota yaml_managed",
        "quotas.put_charged_quota": "invalid_quota yaml_managed",
        "quotas.delete_quota": "yaml_managed",
        "quotas.delete_charged_quota": "yaml_managed",
        "quotas.recompute_quota": "backend_error maintenance conflict rate_limited",
        "shares.create_share": f"{_SHARE} {_READS}",
        "shares.revoke_share": "not_found",
        "shares.update_share": f"{_SHARE} not_found revoked",
        "sizes.put_size_tracking": "yaml_managed",
        "tags.put_tags": f"{_CHANGES} invalid_tag too_many_tags bad_request",
        "tokens.create_own": "static_user invalid_request",
        "tokens.delete_of_user": "not_found",
        "tokens.delete_own": "not_found",
        "tokens.list_of_user": "not_found",
        "user_import.import_users": "bad_request too_large",
    }
)
"""What single endpoints add to that."""


def codes_of(row: Row, facts: EndpointFacts, *, has_body: bool) -> frozenset[str]:
    """
    Return the codes that a route may answer.

    Args:
        row: The route.
        facts: What its endpoint takes.
        has_body: It reads a body.
    """
    module = row.endpoint.__module__.rpartition(".")[2]
    named = f"{module}.{row.endpoint.__name__}"
    codes = {"internal", *_gate_codes(row)}
    codes |= {*BY_MODULE.get(module, "").split(), *BY_ENDPOINT.get(named, "").split()}
    if has_body:
        codes |= {"bad_request", "too_large"}
    if facts.required or "cursor" in facts.query:
        codes.add("bad_request")
    if row.path.startswith(_BACKEND_CALLS):
        codes.add("not_found")
    if "yaml_managed" in codes:
        # What a file declares that Kubernetes mounts.
        codes.add("k8s_managed")
    return frozenset(codes)


def _gate_codes(row: Row) -> set[str]:
    if row.gate in (Gate.PUBLIC, Gate.OPTIONAL):
        return set() if row.method in _SAFE else {"store_unavailable"}
    codes = {"unauthorized", "rate_limited", "forbidden", "store_unavailable"}
    if not row.before_rotation:
        codes.add("password_change_required")
    if row.method not in _SAFE:
        codes |= {"csrf_invalid", "source_untrusted"}
    return codes
