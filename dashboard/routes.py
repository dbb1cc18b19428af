"""
Every route of the API on one screen: method, path, endpoint, and what the caller must be or hold.

A path with a `~` at its end answers with and without a slash there. `/metrics`, `/docs` and the
pages are added in `app.py`.
"""

from dashboard.api import (
    admin_audit,
    admin_backends,
    admin_users,
    aliases,
    anonymous,
    auth,
    backends,
    buckets,
    copy,
    cors,
    credentials,
    download,
    errors,
    health,
    me,
    multipart,
    objects,
    pins,
    tags,
    versions,
)
from dashboard.call import Row
from dashboard.form import MAX_FORM_BYTES
from dashboard.session import Gate

PUBLIC, OPTIONAL, ANY, WRITER, ADMIN = Gate
KIB, MIB = 2**10, 2**20
P = "/api/backends/{bid}/buckets/{bucket}"

ROWS: tuple[Row, ...] = (
    # Operations
    Row("GET", "/healthz", health.get_health, PUBLIC),
    Row("HEAD", "/healthz", health.get_health, PUBLIC),
    Row("GET", "/readyz", health.get_readiness, PUBLIC),
    Row("HEAD", "/readyz", health.get_readiness, PUBLIC),
    Row("GET", "/api/errors", errors.list_errors, PUBLIC),
    Row("GET", "/api/version", health.get_version, ANY),
    # Signing in and out
    Row("GET", "/api/auth/config", auth.get_config, PUBLIC),
    Row("POST", "/auth/login/local", auth.sign_in, PUBLIC),
    Row("GET", "/auth/login/oidc", auth.start_oidc, PUBLIC),
    Row("GET", "/auth/callback", auth.finish_oidc, PUBLIC),
    Row("POST", "/auth/logout", auth.sign_out, OPTIONAL),
    # The caller
    Row("GET", "/api/me", me.get_me, ANY, before_rotation=True),
    Row("POST", "/api/me/password", me.change_password, ANY, before_rotation=True),
    Row("GET", "/api/me/access", me.get_access, ANY),
    Row("GET", "/api/me/sessions", me.list_sessions, ANY),
    Row("DELETE", "/api/me/sessions", me.end_other_sessions, ANY),
    Row("DELETE", "/api/me/sessions/{id}", me.end_session, ANY),
    Row("GET", "/api/me/pins~", pins.list_pins, ANY),
    Row("POST", "/api/me/pins~", pins.create_pin, WRITER, status=201),
    Row("DELETE", "/api/me/pins/{bid}/{bucket}", pins.delete_pin, WRITER),
    Row("GET", "/api/me/s3-credentials~", credentials.list_own, ANY),
    Row("POST", "/api/me/s3-credentials~", credentials.create_own, WRITER, 201, 64 * KIB),
    Row("PATCH", "/api/me/s3-credentials/{akid}", credentials.update_own, WRITER, 200, 64 * KIB),
    Row("DELETE", "/api/me/s3-credentials/{akid}", credentials.delete_own, WRITER),
    Row("POST", "/api/me/s3-credentials/{akid}/rotate", credentials.rotate_own, WRITER, 201),
    # Backends and buckets
    Row("GET", "/api/backends~", backends.list_backends, ANY),
    Row("GET", "/api/backends/{bid}~", backends.get_backend, ANY),
    Row("GET", "/api/backends/{bid}/health", backends.probe_backend, ANY),
    Row("GET", "/api/backends/{bid}/buckets~", buckets.list_buckets, ANY),
    Row("POST", "/api/backends/{bid}/buckets~", buckets.create_bucket, WRITER, status=201),
    Row("DELETE", f"{P}~", buckets.delete_bucket, WRITER),
    Row("GET", f"{P}/access", buckets.get_access, ANY),
    Row("GET", f"{P}/cors", cors.get_rules, ANY),
    Row("PUT", f"{P}/cors", cors.put_rules, WRITER, max_body_bytes=64 * KIB),
    # Objects: the service asks for the level at the key or prefix
    Row("GET", f"{P}/objects", objects.list_objects, ANY),
    Row("GET", f"{P}/object", download.download_object, ANY),
    Row("HEAD", f"{P}/object", objects.get_object_info, ANY),
    Row("GET", f"{P}/object/info", objects.get_object_info, ANY),
    Row("POST", f"{P}/object", objects.upload_object, WRITER, 201, MAX_FORM_BYTES),
    Row("DELETE", f"{P}/object", objects.delete_object, WRITER),
    Row("POST", f"{P}/objects/delete", objects.delete_objects, WRITER, 200, MIB),
    Row("POST", f"{P}/objects/folder", objects.create_folder, WRITER, 201),
    Row("POST", f"{P}/object/copy", copy.copy_object, WRITER, 200, 16 * KIB),
    Row("GET", f"{P}/object/tags", tags.get_tags, ANY),
    Row("PUT", f"{P}/object/tags", tags.put_tags, WRITER, 200, 16 * KIB),
    Row("GET", f"{P}/object/versions", versions.list_versions, ANY),
    # Uploads in parts
    Row("GET", f"{P}/multipart~", multipart.list_uploads, ANY),
    Row("POST", f"{P}/multipart~", multipart.create_upload, WRITER, 201, 64 * KIB),
    Row("DELETE", f"{P}/multipart~", multipart.abort_upload, WRITER),
    Row("GET", f"{P}/multipart/parts", multipart.list_parts, WRITER),
    Row("PUT", f"{P}/multipart/parts/{{part}}", multipart.put_part, WRITER),
    Row("POST", f"{P}/multipart/complete", multipart.complete_upload, WRITER, 200, MIB),
    # Administration
    Row("GET", "/api/admin/backends~", admin_backends.list_endpoints, ADMIN),
    Row("POST", "/api/admin/backends~", admin_backends.create_endpoint, ADMIN, 201, 8 * KIB),
    Row("GET", "/api/admin/backends/health", admin_backends.list_endpoint_health, ADMIN),
    Row("POST", "/api/admin/backends/test", admin_backends.test_endpoint, ADMIN, 200, 8 * KIB),
    Row("GET", "/api/admin/backends/{bid}", admin_backends.get_endpoint, ADMIN),
    Row("PATCH", "/api/admin/backends/{bid}", admin_backends.update_endpoint, ADMIN, 200, 8 * KIB),
    Row("DELETE", "/api/admin/backends/{bid}", admin_backends.delete_endpoint, ADMIN),
    Row("GET", "/api/admin/users~", admin_users.list_users, ADMIN),
    Row("POST", "/api/admin/users~", admin_users.create_user, ADMIN, status=201),
    Row("GET", "/api/admin/users/{id}", admin_users.get_user, ADMIN),
    Row("PATCH", "/api/admin/users/{id}", admin_users.update_user, ADMIN),
    Row("DELETE", "/api/admin/users/{id}", admin_users.delete_user, ADMIN),
    Row("POST", "/api/admin/users/{id}/reset-password", admin_users.reset_password, ADMIN),
    Row("POST", "/api/admin/users/{id}/unlock", admin_users.unlock_user, ADMIN),
    Row("GET", "/api/admin/s3-credentials~", credentials.list_all, ADMIN),
    Row("POST", "/api/admin/s3-credentials~", credentials.create, ADMIN, 201, 64 * KIB),
    Row("PATCH", "/api/admin/s3-credentials/{akid}", credentials.update, ADMIN, 200, 64 * KIB),
    Row("DELETE", "/api/admin/s3-credentials/{akid}", credentials.delete, ADMIN),
    Row("POST", "/api/admin/s3-credentials/{akid}/rotate", credentials.rotate, ADMIN, 201),
    Row("GET", "/api/admin/s3-anonymous~", anonymous.list_bindings, ADMIN),
    Row("POST", "/api/admin/s3-anonymous~", anonymous.put_binding, ADMIN, 200, 8 * KIB),
    Row("DELETE", "/api/admin/s3-anonymous/{bid}/{bucket}", anonymous.delete_binding, ADMIN),
    Row("GET", "/api/admin/s3-proxy/anonymous", anonymous.list_bindings, ADMIN),
    Row("GET", "/api/admin/s3-aliases~", aliases.list_aliases, ADMIN),
    Row("POST", "/api/admin/s3-aliases~", aliases.create_alias, ADMIN, 201),
    Row("DELETE", "/api/admin/s3-aliases/{name}", aliases.delete_alias, ADMIN),
    Row("GET", "/api/admin/s3-proxy/credentials", credentials.list_all, ADMIN),
    Row("GET", "/api/admin/audit", admin_audit.search_audit, ADMIN),
    Row("GET", "/api/admin/audit.csv", admin_audit.export_audit, ADMIN),
)
