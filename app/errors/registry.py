"""
The one table of errors: code, status, texts, cure, reasons and the S3 answer of each.

Pages, TypeScript types and UI texts are generated from it. A row is never removed nor re-used
within a major version; adding a row or a reason asks for a test that produces it over HTTP.
AWS's codes and statuses are those of the page "Error responses" of the Amazon S3 API reference.
"""

from app.errors.raised import ErrorEntry, Reason, S3Pair

_ACCESS_DENIED = S3Pair("AccessDenied", 403)
_INVALID_REQUEST = S3Pair("InvalidRequest", 400)
_INVALID_ARGUMENT = S3Pair("InvalidArgument", 400)
_INTERNAL = S3Pair("InternalError", 500)
_UNAVAILABLE = S3Pair("ServiceUnavailable", 503)
_NO_SUCH_KEY = S3Pair("NoSuchKey", 404)
_CONFLICT = S3Pair("OperationAborted", 409)

BAD_REQUEST = ErrorEntry(
    "bad_request",
    400,
    "Request not understood",
    "The request is malformed.",
    "Correct the request as the message says and send it again.",
    _INVALID_REQUEST,
    reasons=(
        Reason("json.invalid", "The body is not valid JSON: {problem}.", params=("problem",)),
        Reason("http.malformed", "The request could not be read: {problem}.", params=("problem",)),
        Reason("field.missing", "{field} is required.", params=("field",)),
        Reason("field.invalid", "{field} is not valid: {problem}.", params=("field", "problem")),
        Reason("form.invalid", "The form could not be read: {problem}.", params=("problem",)),
        Reason(
            "backend.id_invalid",
            "{value} is no backend id: use 1 to 64 of a-z, 0-9, - and _, starting with a letter "
            "or digit.",
            params=("value",),
        ),
        Reason(
            "backend.endpoint_invalid",
            "{value} is no endpoint: give http:// or https://, a host and at most a port.",
            params=("value",),
        ),
        Reason("backend.id_reserved", "The id {value} is reserved.", params=("value",)),
        Reason("backend.key_missing", "An access key and a secret key are required."),
        Reason(
            "share.too_long",
            "A share lasts at most {max_days} days here.",
            params=("max_days",),
        ),
        Reason("share.password_needed", "A share needs a password here."),
        Reason("backend.type_unknown", "{value} is no backend type: use s3v4.", params=("value",)),
        Reason("csv.invalid", "The CSV could not be read: {problem}.", params=("problem",)),
        Reason("csv.too_long", "A file holds at most {limit} users.", params=("limit",)),
        Reason("cursor.invalid", "The cursor is not one that this server made."),
        Reason(
            "source.host_invalid",
            "The Host header is missing, repeated or malformed.",
        ),
        Reason("s3.uri_invalid", "The request URI is not valid.", s3=S3Pair("InvalidURI", 400)),
        Reason(
            "s3.selector_conflict",
            "The request names two sub-resources, {first} and {second}; send one.",
            params=("first", "second"),
        ),
        Reason(
            "s3.parameter_repeated",
            "The query parameter {parameter} stands there twice.",
            params=("parameter",),
            s3=_INVALID_ARGUMENT,
        ),
        Reason(
            "s3.argument_invalid",
            "The value of {argument} is not valid.",
            params=("argument",),
            s3=_INVALID_ARGUMENT,
        ),
        Reason(
            "s3.header_unsupported",
            "The header {header} is not supported for {operation}.",
            params=("header", "operation"),
        ),
        Reason(
            "s3.customer_key_in_clear",
            "A customer's encryption key travels over TLS alone, to us and to the backend.",
        ),
        Reason(
            "s3.xml_malformed",
            "The XML in the body is not well-formed or not what the operation wants.",
            s3=S3Pair("MalformedXML", 400),
        ),
        Reason(
            "s3.digest_invalid",
            "The Content-MD5 or checksum header is not valid.",
            s3=S3Pair("InvalidDigest", 400),
        ),
        Reason(
            "s3.digest_mismatch",
            "The {algorithm} checksum does not match the body that arrived.",
            params=("algorithm",),
            s3=S3Pair("BadDigest", 400),
        ),
        Reason(
            "s3.payload_hash_mismatch",
            "The body is not the one whose SHA-256 the request declared.",
            s3=S3Pair("XAmzContentSHA256Mismatch", 400),
        ),
        Reason(
            "s3.body_incomplete",
            "The body ended before its declared length, or its framing is broken.",
            s3=S3Pair("IncompleteBody", 400),
        ),
        Reason(
            "s3.trailer_malformed",
            "The trailer is missing, malformed or not the announced one.",
            s3=S3Pair("MalformedTrailerError", 400),
        ),
        Reason(
            "s3.key_too_long",
            "The key is longer than 1024 bytes.",
            s3=S3Pair("KeyTooLongError", 400),
        ),
        Reason(
            "s3.metadata_too_large",
            "The user metadata is larger than 2 KiB.",
            s3=S3Pair("MetadataTooLarge", 400),
        ),
        Reason(
            "s3.authorization_malformed",
            "The Authorization header is malformed: {problem}.",
            params=("problem",),
            s3=S3Pair("AuthorizationHeaderMalformed", 400),
        ),
        Reason(
            "s3.query_auth_malformed",
            "The query's authentication parameters are malformed: {problem}.",
            params=("problem",),
            s3=S3Pair("AuthorizationQueryParametersError", 400),
        ),
        Reason(
            "s3.sigv2_refused",
            "Signature version 2 is refused here: {problem}.",
            params=("problem",),
        ),
        Reason(
            "s3.content_hash_missing",
            "x-amz-content-sha256 is missing; a signed request must declare its body.",
        ),
        Reason(
            "s3.anonymous_override",
            "Response headers are overridden for signed requests only.",
        ),
        Reason("s3.body_unexpected", "{operation} takes no body.", params=("operation",)),
        Reason(
            "s3.auth_twice",
            "Send either an Authorization header or query authentication, not both.",
            s3=_INVALID_ARGUMENT,
        ),
        Reason(
            "s3.head_malformed",
            "The HTTP request head is malformed: {problem}.",
            params=("problem",),
        ),
        Reason(
            "s3.head_too_large",
            "The HTTP request head is larger than {limit} bytes.",
            params=("limit",),
            s3=S3Pair("RequestHeaderSectionTooLarge", 400),
        ),
        Reason(
            "s3.request_timeout",
            "The request head or body did not arrive in time.",
            s3=S3Pair("RequestTimeout", 400),
            retryable=True,
        ),
        Reason(
            "s3.too_many_keys",
            "A multi-object delete names 1 to 1000 keys.",
            s3=S3Pair("MalformedXML", 400),
        ),
        Reason(
            "s3.copy_source_invalid",
            "x-amz-copy-source is not a bucket and key.",
            s3=_INVALID_ARGUMENT,
        ),
        Reason(
            "s3.copy_too_large",
            "The copy source is larger than {limit} bytes; copy it in parts.",
            params=("limit",),
        ),
        Reason(
            "form.malformed",
            "The form is not valid: {problem}.",
            params=("problem",),
            s3=S3Pair("MalformedPOSTRequest", 400),
        ),
        Reason(
            "form.too_small",
            "The file is smaller than the policy of the form allows.",
            s3=S3Pair("EntityTooSmall", 400),
        ),
    ),
)
INVALID_REQUEST = ErrorEntry(
    "invalid_request",
    400,
    "Not allowed like this",
    "A value of the request is not allowed.",
    "Correct the value that the message names.",
    _INVALID_ARGUMENT,
    reasons=(Reason("field.rejected", "{field}: {problem}.", params=("field", "problem")),),
)
INVALID_BUCKET = ErrorEntry(
    "invalid_bucket",
    400,
    "Bucket name not valid",
    "{value} is no bucket name.",
    "Use 3 to 63 of a-z, 0-9, - and .; a letter or digit at both ends.",
    S3Pair("InvalidBucketName", 400),
    params=("value",),
)
INVALID_BUCKET_NAME = ErrorEntry(
    "invalid_bucket_name",
    400,
    "Bucket name not valid",
    "{value} is no bucket name.",
    "Use 3 to 63 of a-z, 0-9, - and .; a letter or digit at both ends.",
    S3Pair("InvalidBucketName", 400),
    params=("value",),
)
INVALID_KEY = ErrorEntry(
    "invalid_key",
    400,
    "Key not valid",
    "The object key is not valid.",
    "Choose another name for the object.",
    _INVALID_ARGUMENT,
    reasons=(
        Reason(
            "key.length",
            "A key has 1 to {limit} bytes; this one has {size_bytes}.",
            params=("limit", "size_bytes"),
        ),
        Reason("key.control_character", "A key holds no control characters."),
        Reason("key.dot_segment", "A key has no `..` between its slashes."),
    ),
)
INVALID_PREFIX = ErrorEntry(
    "invalid_prefix",
    400,
    "Prefix not valid",
    "The prefix is not valid.",
    "Give a prefix that ends with a slash and holds no `..`.",
    _INVALID_ARGUMENT,
    reasons=(
        Reason("prefix.no_slash", "A prefix ends with a slash."),
        Reason("prefix.empty", "A prefix is required here; to empty a bucket, say so."),
        Reason(
            "prefix.malformed",
            "A prefix has no control characters, no `..` between its "
            "slashes, and at most {limit} bytes.",
            params=("limit",),
        ),
    ),
)
INVALID_TAG = ErrorEntry(
    "invalid_tag",
    400,
    "Tag not valid",
    "A tag key has 1 to 128 bytes, a value at most 256.",
    "Shorten the tag.",
    S3Pair("InvalidTag", 400),
)
TOO_MANY_TAGS = ErrorEntry(
    "too_many_tags",
    400,
    "Too many tags",
    "An object carries at most 10 tags.",
    "Remove some tags.",
    S3Pair("InvalidTag", 400),
    reasons=(Reason("tags.bucket", "A bucket carries at most {limit} tags.", params=("limit",)),),
)
TOO_MANY_KEYS = ErrorEntry(
    "too_many_keys",
    400,
    "Too many keys",
    "At most {limit} keys at once.",
    "Split the request.",
    S3Pair("MalformedXML", 400),
    params=("limit",),
)
INVALID_METADATA = ErrorEntry(
    "invalid_metadata",
    400,
    "Metadata not valid",
    "The metadata is not valid.",
    "Give names and values without control characters, 2 KiB in all.",
    _INVALID_ARGUMENT,
)
INVALID_CORS = ErrorEntry(
    "invalid_cors",
    400,
    "CORS rule not valid",
    "A CORS rule is not valid.",
    "Give each rule an origin and one of GET, PUT, POST, DELETE, HEAD.",
    _INVALID_REQUEST,
    reasons=(
        Reason("rule.rejected", "Rule {rule}: {problem}.", params=("rule", "problem")),
        Reason("rules.too_many", "At most {limit} rules.", params=("limit",)),
    ),
)
INVALID_POLICY = ErrorEntry(
    "invalid_policy",
    400,
    "Policy not valid",
    "The policy is not valid JSON or was refused.",
    "Correct the policy.",
    S3Pair("MalformedPolicy", 400),
    reasons=(
        Reason("policy.malformed", "The policy is not valid: {problem}.", params=("problem",)),
        Reason(
            "policy.refused",
            "The backend refused the policy ({upstream_code}).",
            params=("upstream_code",),
        ),
    ),
)
INVALID_LIFECYCLE = ErrorEntry(
    "invalid_lifecycle",
    400,
    "Lifecycle rule not valid",
    "A lifecycle rule is not valid.",
    "Give each rule at least one action.",
    S3Pair("MalformedXML", 400),
    reasons=(
        Reason("lifecycle.rule", "Rule {rule}: {problem}.", params=("rule", "problem")),
        Reason(
            "lifecycle.refused",
            "The backend refused the rules ({upstream_code}).",
            params=("upstream_code",),
        ),
    ),
)
INVALID_QUOTA = ErrorEntry(
    "invalid_quota",
    400,
    "Quota not valid",
    "The limits are not valid.",
    "Give a soft limit no larger than the hard one, at least one above 0.",
    _INVALID_REQUEST,
)
BAD_RANGE = ErrorEntry(
    "bad_range",
    416,
    "Range not satisfiable",
    "The range lies outside the object.",
    "Ask for a range within the object's size.",
    S3Pair("InvalidRange", 416),
    reasons=(
        Reason(
            "range.malformed", "The Range header is malformed.", status=400, s3=_INVALID_ARGUMENT
        ),
        Reason(
            "range.unsatisfiable",
            "The range lies outside the {size_bytes} bytes there are.",
            params=("size_bytes",),
        ),
    ),
)
LENGTH_REQUIRED = ErrorEntry(
    "length_required",
    411,
    "Length required",
    "The request must declare its length.",
    "Send a Content-Length (or x-amz-decoded-content-length for a framed body).",
    S3Pair("MissingContentLength", 411),
)
UNAUTHORIZED = ErrorEntry(
    "unauthorized",
    401,
    "Not signed in",
    "Sign in to go on.",
    "Sign in again.",
    _ACCESS_DENIED,
    audience="stranger",
    reasons=(
        Reason("session.expired", "Your session has ended."),
        Reason("session.unknown", "Your session is not known here."),
        Reason("session.revoked", "Your session was ended."),
        Reason("session.pending", "Your sign-in is not complete."),
        Reason("token.unknown", "The API token is not known here, or was revoked."),
        Reason("token.expired", "The API token has expired."),
        Reason("s3.unsigned", "The request carries no credentials."),
        Reason(
            "s3.headers_unsigned", "These headers must be signed: {headers}.", params=("headers",)
        ),
        Reason("s3.date_missing", "A signed request needs a valid x-amz-date or Date header."),
        Reason("s3.presign_expired", "The presigned URL has expired."),
        Reason("s3.presign_early", "The presigned URL is not valid yet."),
        Reason(
            "s3.time_skewed",
            "The request's time differs too much from the server's.",
            s3=S3Pair("RequestTimeTooSkewed", 403),
        ),
        Reason(
            "s3.token_expired",
            "The temporary credential has expired.",
            s3=S3Pair("ExpiredToken", 400),
        ),
        Reason(
            "s3.token_invalid",
            "The session token does not belong to this key.",
            s3=S3Pair("InvalidToken", 403),
        ),
    ),
)
INVALID_CREDENTIALS = ErrorEntry(
    "invalid_credentials",
    401,
    "Not recognised",
    "The user name or password is wrong.",
    "Check both and try again.",
    S3Pair("SignatureDoesNotMatch", 403),
    audience="stranger",
    reasons=(
        Reason(
            "credential.unknown",
            "The access key id is not known here, or no longer valid.",
            s3=S3Pair("InvalidAccessKeyId", 403),
        ),
        Reason(
            "signature.mismatch",
            "The signature does not match: {difference}.",
            params=("difference",),
            s3=S3Pair("SignatureDoesNotMatch", 403),
        ),
        Reason(
            "signature.chunk_mismatch",
            "The signature of a chunk or trailer does not match.",
            s3=S3Pair("SignatureDoesNotMatch", 403),
        ),
    ),
)
ACCOUNT_LOCKED = ErrorEntry(
    "account_locked",
    429,
    "Account locked",
    "Too many wrong passwords; the account is locked.",
    "Wait, or ask an administrator to unlock it.",
    _ACCESS_DENIED,
    retryable=True,
    audience="stranger",
)
PASSWORD_CHANGE_REQUIRED = ErrorEntry(
    "password_change_required",
    403,
    "Password change required",
    "Change your password before you go on.",
    "Choose a new password.",
    _ACCESS_DENIED,
)
PASSWORD_REQUIRED = ErrorEntry(
    "password_required",
    401,
    "Password required",
    "This share asks for a password.",
    "Enter the password you were given.",
    _ACCESS_DENIED,
    audience="stranger",
)
PASSWORD_MISMATCH = ErrorEntry(
    "password_mismatch",
    401,
    "Wrong password",
    "The password is wrong.",
    "Enter the current password.",
    _ACCESS_DENIED,
    audience="stranger",
)
WEAK_PASSWORD = ErrorEntry(
    "weak_password",
    400,
    "Password too weak",
    "The password does not meet the policy.",
    "Choose a longer or less common password.",
    _INVALID_ARGUMENT,
    reasons=(
        Reason("password.length", "A password has at least {limit} characters.", params=("limit",)),
        Reason(
            "password.too_long", "A password has at most {limit} characters.", params=("limit",)
        ),
        Reason("password.guessable", "The password is too easy to guess."),
        Reason("password.reused", "The new password equals the current one."),
    ),
)
MODE_DISABLED = ErrorEntry(
    "mode_disabled",
    403,
    "Sign-in mode off",
    "This way of signing in is switched off.",
    "Use another way of signing in.",
    _ACCESS_DENIED,
    audience="stranger",
)
OIDC_FAILED = ErrorEntry(
    "oidc_failed",
    400,
    "Single sign-on failed",
    "Single sign-on failed.",
    "Try again; if it fails again, ask your administrator.",
    _ACCESS_DENIED,
    audience="stranger",
    reasons=(
        Reason(
            "oidc.discovery_failed",
            "The identity provider does not answer.",
            status=500,
            retryable=True,
        ),
        Reason(
            "oidc.misconfigured",
            "Single sign-on is not set up correctly: {problem}.",
            status=500,
            params=("problem",),
        ),
        Reason("oidc.denied", "The identity provider did not let you in."),
        Reason("oidc.provider_error", "The identity provider refused the sign-in."),
        Reason("oidc.state_expired", "The sign-in took too long, or was begun in another browser."),
        Reason("oidc.code_missing", "The identity provider sent no code."),
        Reason("oidc.issuer_mismatch", "The answer came from another identity provider."),
        Reason("oidc.token_exchange_failed", "The identity provider did not accept its own code."),
        Reason("oidc.token_invalid", "What the identity provider signed is not valid."),
        Reason("oidc.nonce_mismatch", "The answer belongs to another sign-in."),
        Reason("oidc.userinfo_failed", "The identity provider does not say who you are."),
        Reason("oidc.no_role", "Nobody has given your account a role here."),
        Reason("oidc.account_disabled", "Your account here is disabled."),
        Reason(
            "oidc.email_unverified",
            "An account here has your e-mail, which the identity provider has not verified.",
        ),
        Reason("oidc.email_taken", "A local account here has your e-mail already."),
        Reason("oidc.name_taken", "Another account here has your name already."),
        Reason(
            "oidc.already_linked", "The account with your e-mail belongs to somebody else there."
        ),
        Reason("oidc.logout_token_invalid", "This is no logout token for us."),
    ),
)
SESSION_ERROR = ErrorEntry(
    "session_error",
    500,
    "Session not stored",
    "The session could not be stored.",
    "Try again in a moment.",
    _INTERNAL,
    retryable=True,
    audience="stranger",
)
CSRF_INVALID = ErrorEntry(
    "csrf_invalid",
    403,
    "Request not confirmed",
    "The CSRF token is missing or wrong.",
    "Reload the page and try again.",
    _ACCESS_DENIED,
    reasons=(
        Reason("csrf.header_missing", "The X-CSRF-Token header is missing."),
        Reason("csrf.mismatch", "The X-CSRF-Token header is not this session's."),
    ),
)
SOURCE_UNTRUSTED = ErrorEntry(
    "source_untrusted",
    403,
    "Foreign origin",
    "The request comes from another site.",
    "Open the dashboard itself and try there.",
    _ACCESS_DENIED,
    audience="stranger",
    reasons=(
        Reason("source.origin", "The Origin header names another site."),
        Reason("source.site", "The browser says the request is cross-site."),
        Reason("source.destination", "A stored object is never a script, style or frame."),
    ),
)
FORBIDDEN = ErrorEntry(
    "forbidden",
    403,
    "Not allowed",
    "You may not do this.",
    "Ask an administrator for access.",
    _ACCESS_DENIED,
    reasons=(
        Reason(
            "grant.missing",
            "No grant allows this: {action} needs {levels}.",
            params=("action", "levels"),
        ),
        Reason("role.readonly", "The role readonly may only list and read."),
        Reason("admin.required", "Only an administrator may do this."),
        Reason("token.scope", "The scopes of the API token do not reach this."),
        Reason("token.session_required", "This needs a browser's session, not an API token."),
        Reason("owner.missing_right", "The owner of this credential may not do this (any more)."),
        Reason("bucket.out_of_scope", "The credential has no scope on this bucket."),
        Reason("credential.not_yet_valid", "The credential is not valid yet."),
        Reason(
            "object.append_only", "The credential may add objects but not replace one that exists."
        ),
        Reason(
            "cors.refused",
            "No CORS rule of the bucket allows this.",
            s3=S3Pair("AccessForbidden", 403),
        ),
        Reason("form.policy_expired", "The policy of the form has expired."),
        Reason(
            "form.policy_violated",
            "The policy does not allow this form: {problem}.",
            params=("problem",),
        ),
        Reason("share.role", "Your role may not share."),
        Reason(
            "share.kind", "Sharing of this kind ({kind}) is not allowed here.", params=("kind",)
        ),
        Reason("acl.not_private", "Granting access through ACL headers needs the level configure."),
    ),
)
FEATURE_DISABLED = ErrorEntry(
    "feature_disabled",
    403,
    "Switched off",
    "This feature is switched off.",
    "Ask an administrator to switch it on.",
    _ACCESS_DENIED,
    reasons=(Reason("feature.shares", "Sharing is switched off."),),
)
NOT_YET_ACTIVE = ErrorEntry(
    "not_yet_active",
    403,
    "Not yet",
    "This share is not open yet.",
    "Come back when it is.",
    _ACCESS_DENIED,
    retryable=True,
    audience="stranger",
    reasons=(
        Reason("share.starts_later", "This share opens at {starts_at}.", params=("starts_at",)),
    ),
)
IP_DENIED = ErrorEntry(
    "ip_denied",
    403,
    "Address not allowed",
    "Your address is not allowed here.",
    "Use an allowed network.",
    _ACCESS_DENIED,
    reasons=(Reason("ip.credential", "The credential may not be used from this address."),),
)
NOT_FOUND = ErrorEntry(
    "not_found",
    404,
    "Not found",
    "There is no such thing.",
    "Check the address; it may have been deleted.",
    _NO_SUCH_KEY,
    reasons=(
        Reason("route.unknown", "There is nothing at this address."),
        Reason("backend.unknown", "There is no such backend.", s3=S3Pair("NoSuchBucket", 404)),
        Reason("bucket.not_found", "There is no such bucket.", s3=S3Pair("NoSuchBucket", 404)),
        Reason("object.not_found", "There is no such object."),
        Reason("version.not_found", "There is no such version.", s3=S3Pair("NoSuchVersion", 404)),
        Reason("upload.not_found", "There is no such upload.", s3=S3Pair("NoSuchUpload", 404)),
        Reason("user.not_found", "There is no such user."),
        Reason("session.not_found", "There is no such session."),
        Reason("token.not_found", "There is no such API token."),
        Reason("credential.not_found", "There is no such credential."),
        Reason("share.not_found", "There is no such share."),
        Reason("binding.not_found", "The bucket is not open to strangers."),
        Reason("alias.not_found", "There is no such alias."),
        Reason("group.not_found", "There is no such group."),
        Reason("grant.not_found", "There is no such grant."),
        Reason("job.not_found", "There is no such job."),
        Reason("ticket.not_found", "The download link was used already, or is too old."),
        Reason("request.not_found", "No audit row has this request id."),
        Reason(
            "cors.not_configured",
            "The bucket has no CORS rules.",
            s3=S3Pair("NoSuchCORSConfiguration", 404),
        ),
    ),
)
METHOD_NOT_ALLOWED = ErrorEntry(
    "method_not_allowed",
    405,
    "Method not allowed",
    "This address does not answer {method}.",
    "Use one of the methods in the Allow header.",
    S3Pair("MethodNotAllowed", 405),
    params=("method",),
)
CONFLICT = ErrorEntry(
    "conflict",
    409,
    "Conflict",
    "The change conflicts with the present state.",
    "Look at the present state and decide again.",
    _CONFLICT,
    reasons=(
        Reason("bucket.not_empty", "The bucket is not empty.", s3=S3Pair("BucketNotEmpty", 409)),
        Reason(
            "bucket.exists", "The bucket exists already.", s3=S3Pair("BucketAlreadyExists", 409)
        ),
        Reason(
            "bucket.owned_by_you",
            "The bucket exists already and is yours.",
            s3=S3Pair("BucketAlreadyOwnedByYou", 409),
        ),
        Reason("backend.refused", "The backend refused the change as a conflict."),
        Reason(
            "name.in_use",
            "The name {name} leads to {place} already, and a name leads to one place only.",
            params=("name", "place"),
        ),
        Reason("group.exists", "A group of this name exists already."),
        Reason(
            "config.rejected",
            "The configuration cannot be used, so nothing has changed: {problem}.",
            params=("problem",),
        ),
        Reason(
            "plan.destroys",
            "Steps of this plan destroy something: {steps}. Say --allow-destroy to run them.",
            params=("steps",),
        ),
        Reason("plan.stale", "Something has changed since this plan was made."),
        Reason("job.not_over", "The job is not over yet."),
        Reason("job.nothing_failed", "Nothing failed in this job."),
    ),
)
OBJECT_EXISTS = ErrorEntry(
    "object_exists",
    409,
    "Object exists",
    "An object with this key exists already.",
    "Choose another name, or replace it.",
    S3Pair("PreconditionFailed", 412),
)
PRECONDITION_FAILED = ErrorEntry(
    "precondition_failed",
    412,
    "Changed meanwhile",
    "The object changed meanwhile.",
    "Load it again and decide.",
    S3Pair("PreconditionFailed", 412),
)
USERNAME_TAKEN = ErrorEntry(
    "username_taken",
    409,
    "Name taken",
    "A user of this name exists already.",
    "Choose another name.",
    _CONFLICT,
)
EMAIL_TAKEN = ErrorEntry(
    "email_taken",
    409,
    "E-mail taken",
    "A user with this e-mail exists already.",
    "Use another address.",
    _CONFLICT,
)
ID_TAKEN = ErrorEntry(
    "id_taken",
    409,
    "Id taken",
    "A backend with this id exists already.",
    "Choose another id.",
    _CONFLICT,
)
LAST_ADMIN = ErrorEntry(
    "last_admin",
    409,
    "Last administrator",
    "This is the last enabled administrator.",
    "Make somebody else an administrator first.",
    _CONFLICT,
)
SELF_DELETE = ErrorEntry(
    "self_delete",
    403,
    "Not yourself",
    "You cannot delete yourself.",
    "Ask another administrator.",
    _ACCESS_DENIED,
)
SELF_ROLE_CHANGE = ErrorEntry(
    "self_role_change",
    403,
    "Not your own role",
    "You cannot change your own role.",
    "Ask another administrator.",
    _ACCESS_DENIED,
)
STATIC_USER = ErrorEntry(
    "static_user",
    403,
    "Static account",
    "The static account is managed in the configuration.",
    "Change it there.",
    _ACCESS_DENIED,
)
NOT_LOCAL = ErrorEntry(
    "not_local",
    400,
    "Not a local account",
    "The password of this account is kept elsewhere.",
    "Change it at your identity provider.",
    _INVALID_REQUEST,
)
YAML_MANAGED = ErrorEntry(
    "yaml_managed",
    409,
    "Managed in YAML",
    "{kind} {id} is declared in {file}:{line}.",
    "Change it in that file and apply.",
    _CONFLICT,
    params=("kind", "id", "file", "line"),
)
K8S_MANAGED = ErrorEntry(
    "k8s_managed",
    409,
    "Managed by Kubernetes",
    "{kind} {id} is declared in {file}:{line}, which Kubernetes mounts.",
    "Change the ConfigMap or Secret that the file comes from; what is written in the container "
    "does not last.",
    _CONFLICT,
    params=("kind", "id", "file", "line"),
)
REGISTER_FAILED = ErrorEntry(
    "register_failed",
    409,
    "Backend not registered",
    "The backend was not registered because its id is live already.",
    "Choose another id.",
    _CONFLICT,
)
EXPIRED = ErrorEntry(
    "expired",
    410,
    "Expired",
    "This share has expired.",
    "Ask its owner for a new link.",
    _NO_SUCH_KEY,
    audience="stranger",
)
REVOKED = ErrorEntry(
    "revoked",
    410,
    "Revoked",
    "This share was revoked.",
    "Ask its owner for a new link.",
    _NO_SUCH_KEY,
    audience="stranger",
)
EXHAUSTED = ErrorEntry(
    "exhausted",
    410,
    "Used up",
    "This share has no downloads left.",
    "Ask its owner for a new link.",
    _NO_SUCH_KEY,
    audience="stranger",
)
TOO_LARGE = ErrorEntry(
    "too_large",
    413,
    "Too large",
    "The body is larger than {limit} bytes.",
    "Send less, or upload in parts.",
    S3Pair("EntityTooLarge", 400),
    params=("limit",),
    reasons=(
        Reason("body.limit", "The body is larger than {limit} bytes.", params=("limit",)),
        Reason("part.limit", "A part is larger than {limit} bytes.", params=("limit",)),
        Reason("share.limit", "The share takes {limit} bytes in all.", params=("limit",)),
        Reason("form.too_large", "The file is larger than {limit} bytes.", params=("limit",)),
    ),
)
TYPE_NOT_ALLOWED = ErrorEntry(
    "type_not_allowed",
    415,
    "Type not allowed",
    "Files of this type are not taken here, only {allowed}.",
    "Send a file of another type.",
    _ACCESS_DENIED,
    audience="stranger",
    params=("allowed",),
    reasons=(Reason("object.content_type"),),
)
RATE_LIMITED = ErrorEntry(
    "rate_limited",
    429,
    "Too many requests",
    "Too many requests.",
    "Wait as long as Retry-After says.",
    S3Pair("SlowDown", 503),
    retryable=True,
    audience="stranger",
    reasons=(
        Reason("rate.session", "Too many requests in this session."),
        Reason("rate.address", "Too many requests from your address."),
        Reason("rate.key", "Too many requests with this credential."),
        Reason("rate.everybody", "Too many requests from everybody together."),
        Reason("rate.upstream_pool", "All connections to the backend are busy."),
        Reason("rate.connections", "The server has no room for another connection."),
        Reason("rate.jobs", "You have too many jobs waiting or running."),
        Reason("rate.sign_in", "Too many people are signing in at this moment."),
        Reason("rate.busy_key", "Another write to this key is under way."),
    ),
)
NOT_SUPPORTED = ErrorEntry(
    "not_supported",
    400,
    "Not supported",
    "The backend does not support this.",
    "Use another backend, or do without.",
    S3Pair("NotImplemented", 501),
    reasons=(
        Reason("operation.unknown", "There is no such S3 operation."),
        Reason("operation.refused", "{operation} is never served here.", params=("operation",)),
        Reason("operation.later", "{operation} is not supported yet.", params=("operation",)),
        Reason(
            "s3.parameter_unsupported",
            "The query parameter {parameter} is not supported for {operation}.",
            params=("parameter", "operation"),
        ),
        Reason("transfer_coding.unsupported", "Only the transfer coding `chunked` is supported."),
        Reason("signature.sigv4a", "SigV4A signatures are not supported."),
        Reason("capability.missing", "The backend has no {capability}.", params=("capability",)),
        Reason(
            "setting.not_kept",
            "The backend took the {setting} but did not keep it.",
            params=("setting",),
        ),
        Reason("backend.not_implemented", "The backend does not implement this."),
    ),
)
SIZE_TRACKING_DISABLED = ErrorEntry(
    "size_tracking_disabled",
    400,
    "Size tracking off",
    "Size tracking is off for this bucket.",
    "Ask an administrator to switch it on.",
    _INVALID_REQUEST,
)
QUOTA_EXCEEDED = ErrorEntry(
    "quota_exceeded",
    507,
    "Quota exceeded",
    "A quota leaves no room for this.",
    "Delete something, or ask for a larger quota.",
    S3Pair("EntityTooLarge", 507),
    reasons=(
        Reason(
            "quota.bucket",
            "The bucket's quota of {limit} bytes leaves no room for this.",
            params=("limit", "used"),
        ),
        Reason(
            "quota.user",
            "The user's quota of {limit} bytes leaves no room for this.",
            params=("limit", "used"),
        ),
        Reason(
            "quota.group",
            "The group's quota of {limit} bytes leaves no room for this.",
            params=("limit", "used"),
        ),
        Reason(
            "quota.credential",
            "The credential's quota of {limit} bytes leaves no room for this.",
            params=("limit", "used"),
        ),
    ),
)
BACKEND_ERROR = ErrorEntry(
    "backend_error",
    502,
    "Backend failed",
    "The backend failed or did not answer.",
    "Try again; if it goes on, look at the backend's health.",
    _UNAVAILABLE,
    reasons=(
        Reason("backend.auth_failed", "The backend refused our credentials."),
        Reason("backend.permission", "The backend refused us this operation."),
        Reason("backend.rejected", "The backend refused the request."),
        Reason("backend.corrupted", "The backend stored other bytes than it was sent."),
        Reason("copy.differs", "The copy is not what the source is; the source was left alone."),
        Reason("backend.clock", "Our clock and the backend's differ too much."),
        Reason("backend.misconfigured", "The backend is not set up correctly."),
        Reason("backend.region", "The backend wants signatures for another region."),
        Reason("backend.addressing", "Buckets are not found under this addressing style."),
        Reason("backend.rate_limited", "The backend is busy.", retryable=True),
        Reason("backend.transient", "The backend failed for the moment.", retryable=True),
        Reason("backend.timeout", "The backend did not answer in time.", retryable=True),
        Reason("backend.unreachable", "The backend cannot be reached.", retryable=True),
        Reason("backend.tls", "The TLS connection to the backend failed."),
        Reason("backend.dns", "The backend's host name was not found."),
        Reason("backend.disabled", "The backend is switched off."),
        Reason("backend.gone", "The backend is not configured any more."),
        Reason("backend.object_gone", "What was shared is not there any more."),
    ),
)
MAINTENANCE = ErrorEntry(
    "maintenance",
    503,
    "Maintenance",
    "The backend is under maintenance.",
    "Try again later.",
    _UNAVAILABLE,
    retryable=True,
    reasons=(
        Reason("mode.maintenance", "The backend is under maintenance."),
        Reason("mode.draining", "The server is shutting down."),
    ),
)
INTERNAL = ErrorEntry(
    "internal",
    500,
    "Internal error",
    "Something went wrong on our side.",
    "Try again; report the request id if it goes on.",
    _INTERNAL,
    audience="stranger",
    reasons=(
        Reason("bug", "Something went wrong on our side."),
        Reason("db.locked", "The database is busy.", retryable=True),
        Reason("disk.full", "There is no room on our own disk.", retryable=True),
    ),
)
STORE_UNAVAILABLE = ErrorEntry(
    "store_unavailable",
    503,
    "Store unavailable",
    "The database does not answer.",
    "Try again in a moment.",
    _UNAVAILABLE,
    retryable=True,
)
SECRET_KEY_UNSET = ErrorEntry(
    "secret_key_unset",
    503,
    "Sealing key missing",
    "No sealing key is set, so secrets cannot be stored.",
    "Set STOWAGE_SECRET_KEY or server.secret_key_file and restart.",
    _UNAVAILABLE,
    audience="operator",
)
S3_PROXY_DISABLED = ErrorEntry(
    "s3_proxy_disabled",
    503,
    "S3 proxy off",
    "The S3 proxy is switched off.",
    "Set s3_proxy.enabled and restart.",
    _UNAVAILABLE,
    audience="operator",
    reasons=(
        Reason(
            "s3.no_public_url",
            "The S3 endpoint's address for clients is not known: set s3_proxy.public_url.",
        ),
    ),
)

REGISTRY: dict[str, ErrorEntry] = {
    entry.code: entry for entry in list(globals().values()) if isinstance(entry, ErrorEntry)
}
"""Every row by its code, in the order above."""
