"""
The rules that span several keys. Each rule yields what is wrong and where; none stops at the first.
"""

from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

from app.config.models import Config
from app.config.problems import Path
from app.config.urls import is_safe_url
from app.config.values import SecretSource, Section, parse_listen_address

Finding = tuple[Path, str] | tuple[Path, str, Path]
"""Where, what is wrong, and the other place that it is about, where there is one."""
Rule = Callable[[Config], Iterator[Finding]]

WITH_ADDRESS = ("", "aws", "b2", "wasabi", "gcs")
"""Presets that need no endpoint; the table of `app.backends.presets`, which a test compares."""


def check_rules(config: Config) -> Iterator[Finding]:
    """
    Yield every broken rule.
    """
    for rule in RULES:
        yield from rule(config)


def _listeners_differ(config: Config) -> Iterator[Finding]:
    claimed = [(("server", "listen"), config.server.listen)]
    if config.metrics.listen:
        claimed.append((("metrics", "listen"), config.metrics.listen))
    if config.s3_proxy.enabled:
        claimed.append((("s3_proxy", "listen"), config.s3_proxy.listen))
    for index, (path, text) in enumerate(claimed):
        address = parse_listen_address(text)
        for other_path, other in claimed[:index]:
            if address.overlaps(parse_listen_address(other)):
                yield path, f"is the address of {'.'.join(map(str, other_path))} too"


def _tls_is_whole(config: Config) -> Iterator[Finding]:
    for section, tls in (("server", config.server.tls), ("s3_proxy", config.s3_proxy.tls)):
        if bool(tls.cert_file) != bool(tls.key_file):
            missing = "key_file" if tls.cert_file else "cert_file"
            yield (section, "tls"), f"{missing} is missing: give both files or none"


def _dev_stays_private(config: Config) -> Iterator[Finding]:
    is_public = config.server.public_url.startswith("https://")
    if config.server.dev and is_public and not _listens_on_loopback(config):
        yield ("server", "dev"), "must not be on for a public installation"


def _listens_on_loopback(config: Config) -> bool:
    return parse_listen_address(config.server.listen).is_loopback


def _database_is_named(config: Config) -> Iterator[Finding]:
    if config.db.driver == "postgres" and not config.db.postgres.source.is_set:
        yield ("db", "postgres"), "url, url_env or url_file is required with driver postgres"


def _urls_hide_passwords(config: Config) -> Iterator[Finding]:
    for path, url in (
        (("db", "postgres", "url"), config.db.postgres.url),
        (("redis", "url"), config.redis.url),
    ):
        if not url:
            continue
        try:
            parts = urlsplit(url)
        except ValueError:
            yield path, "is no URL"
            continue
        if not parts.scheme or "://" not in url:
            yield path, "must be a URL, for example postgresql://user@host/name"
        elif parts.password or "password=" in parts.query:
            yield path, "must hold no password; name it with url_env or url_file"


def _secrets_have_one_source(config: Config) -> Iterator[Finding]:
    for path, name, source in walk_secrets(config):
        named = [one for one in (source.env, source.file, source.plain) if one]
        if len(named) > 1:
            yield (*path, f"{name}_env"), f"give {name}_env or {name}_file, not both"


def walk_secrets(config: Config) -> Iterator[tuple[Path, str, SecretSource]]:
    """
    Yield every secret that the configuration can name: its section, its name, its source.
    """
    yield ("metrics",), "token", config.metrics.token
    yield ("db", "postgres"), "url", config.db.postgres.source
    yield ("redis",), "url", config.redis.source
    yield ("auth", "oidc"), "client_secret", config.auth.oidc.client_secret
    yield ("auth", "static"), "password_hash", config.auth.static.password_hash
    for index, backend in enumerate(config.backends):
        yield ("backends", index), "access_key", backend.access_key
        yield ("backends", index), "secret_key", backend.secret_key
    for index, credential in enumerate(config.credentials):
        yield ("credentials", index), "secret", credential.secret


def _modes_are_set_up(config: Config) -> Iterator[Finding]:
    auth = config.auth
    if "oidc" in auth.modes:
        for name in ("issuer", "client_id"):
            if not getattr(auth.oidc, name):
                yield ("auth", "oidc", name), "is required while auth.modes names oidc"
        if not is_safe_url(auth.oidc.issuer):
            # Whoever alters an answer of the provider says who anybody is.
            message = "must start with https://; http:// is for a provider on this machine alone"
            yield ("auth", "oidc", "issuer"), message
    if "static" in auth.modes and not auth.static.enabled:
        yield ("auth", "static", "enabled"), "must be true while auth.modes names static"
    if auth.static.enabled and not auth.static.username.strip():
        yield ("auth", "static", "username"), "is required while auth.static is enabled"
    if auth.static.enabled and not auth.static.password_hash.is_set:
        message = "is required while auth.static is enabled (or password_hash_file)"
        yield ("auth", "static", "password_hash_env"), message


def _sessions_end(config: Config) -> Iterator[Finding]:
    session = config.auth.session
    if session.idle_timeout > session.lifetime:
        yield ("auth", "session", "idle_timeout"), "must not be longer than auth.session.lifetime"


def _proxy_runs_somewhere(config: Config) -> Iterator[Finding]:
    proxy = config.s3_proxy
    if proxy.in_process and proxy.workers > 1:
        yield ("s3_proxy", "workers"), "must be 0 or 1 while s3_proxy.in_process is on"


def _no_kubernetes(config: Config) -> Iterator[Finding]:
    message = "must be false: Kubernetes is not supported yet"
    if config.operator.enabled:
        yield ("operator", "enabled"), message
    if config.s3_proxy.kubernetes.enabled:
        yield ("s3_proxy", "kubernetes", "enabled"), message


_KEYS = ["access_key", "secret_key"]


def _backends_can_sign(config: Config) -> Iterator[Finding]:
    for index, backend in enumerate(config.backends):
        unnamed = [name for name in _KEYS if not getattr(backend, name).is_set]
        if backend.credential_chain and unnamed != _KEYS:
            yield ("backends", index, "credential_chain"), "is true: name no key beside it"
        for name in unnamed:
            if not backend.credential_chain:
                yield ("backends", index, f"{name}_env"), f"is required (or {name}_file)"
        if not backend.endpoint and backend.preset not in WITH_ADDRESS:
            yield ("backends", index, "endpoint"), f"is required for preset {backend.preset}"


def _grants_name_one_subject(config: Config) -> Iterator[Finding]:
    for index, grant in enumerate(config.grants):
        if sum(map(bool, (grant.user, grant.group, grant.role))) != 1:
            yield ("grants", index), "give exactly one of user, group and role"


def _users_are_known_once(config: Config) -> Iterator[Finding]:
    for index, user in enumerate(config.users):
        if user.email and user.oidc_subject:
            yield ("users", index, "oidc_subject"), "give email or oidc_subject, not both"
        if user.oidc_subject and user.kind == "service":
            yield ("users", index, "oidc_subject"), "is for persons; a service never signs in"
        if user.email and "@" not in user.email:
            yield ("users", index, "email"), "is no e-mail address"


def _users_share_nothing(config: Config) -> Iterator[Finding]:
    # Providers tell subjects apart by case; of addresses nobody does.
    unique = {
        "email": [user.email.lower() for user in config.users],
        "oidc_subject": [user.oidc_subject for user in config.users],
    }
    for name, values in unique.items():
        seen: dict[str, int] = {}
        for index, value in enumerate(values):
            if value and seen.setdefault(value, index) != index:
                first = seen[value]
                yield ("users", index, name), f"is that of users[{first}] too", ("users", first)


def _quotas_are_ordered(config: Config) -> Iterator[Finding]:
    for name in ("users", "groups", "credentials", "buckets"):
        for index, item in enumerate(getattr(config, name)):
            if item.quota is not None:
                soft, hard = item.quota.soft_bytes, item.quota.hard_bytes
                yield from _check_quota((name, index, "quota"), soft, hard)


def _check_quota(path: Path, soft: int, hard: int) -> Iterator[Finding]:
    if not (soft or hard):
        yield path, "limits nothing; give hard_bytes, soft_bytes or both"
    elif hard and soft > hard:
        yield (*path, "soft_bytes"), "must not be larger than hard_bytes"


def _credentials_are_whole(config: Config) -> Iterator[Finding]:
    for index, credential in enumerate(config.credentials):
        path = ("credentials", index)
        if credential.secret.is_set == bool(credential.generate_to):
            yield path, "give exactly one of secret_env, secret_file and generate_to"
        if bool(credential.scopes) == bool(credential.backend):
            yield path, "give scopes, or backend and buckets"
        if credential.backend and not credential.buckets:
            yield (*path, "buckets"), "is required beside backend"
        start, end = credential.not_before, credential.expires_at
        if start and end and start >= end:
            yield (*path, "not_before"), "must be before expires_at"


def _nothing_twice(config: Config) -> Iterator[Finding]:
    keys: dict[str, Callable[[Section], object]] = {
        "backends": lambda one: getattr(one, "id", None),
        "groups": lambda one: getattr(one, "name", None),
        "users": lambda one: str(getattr(one, "username", "")).lower(),
        "buckets": lambda one: (getattr(one, "backend", ""), getattr(one, "name", "")),
        "aliases": lambda one: getattr(one, "name", None),
        "credentials": lambda one: getattr(one, "access_key", None),
        "anonymous": lambda one: (getattr(one, "backend", ""), getattr(one, "bucket", "")),
    }
    for name, key_of in keys.items():
        seen: dict[object, int] = {}
        for index, item in enumerate(getattr(config, name)):
            first = seen.setdefault(key_of(item), index)
            if first != index:
                message = f"is declared twice, first as {name}[{first}]"
                yield (name, index), message, (name, first)


RULES: tuple[Rule, ...] = (
    _listeners_differ,
    _tls_is_whole,
    _dev_stays_private,
    _database_is_named,
    _urls_hide_passwords,
    _secrets_have_one_source,
    _modes_are_set_up,
    _sessions_end,
    _proxy_runs_somewhere,
    _no_kubernetes,
    _backends_can_sign,
    _grants_name_one_subject,
    _users_are_known_once,
    _users_share_nothing,
    _quotas_are_ordered,
    _credentials_are_whole,
    _nothing_twice,
)
"""Every rule, in the order of the reference page."""
