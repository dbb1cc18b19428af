"""
What is valid and yet odd: said as a warning, never an error.
"""

from collections.abc import Iterator

from app.config.models import Config
from app.config.problems import Path
from app.config.shape import field_shape
from app.config.values import Section, parse_listen_address

Hint = tuple[Path, str]


def find_hints(config: Config) -> Iterator[Hint]:
    """
    Yield every oddity.
    """
    yield from _keys_without_effect(config, ())
    yield from _static_is_unused(config)
    yield from _metrics_are_open(config)
    yield from _proxies_are_unknown(config)
    yield from _subjects_are_nobodys(config)


def _keys_without_effect(section: Section, path: Path) -> Iterator[Hint]:
    """
    Name the keys of the reference that were set and change nothing here.
    """
    model = type(section)
    for name in sorted(section.model_fields_set):
        extra = model.model_fields[name].json_schema_extra
        if isinstance(extra, dict) and "x-without-effect" in extra:
            yield (*path, name), f"has no effect: {extra['x-without-effect']}"
        value = getattr(section, name)
        if isinstance(value, Section) and field_shape(model, name).kind == "section":
            yield from _keys_without_effect(value, (*path, name))


def _static_is_unused(config: Config) -> Iterator[Hint]:
    if config.auth.static.enabled and "static" not in config.auth.modes:
        yield ("auth", "static", "enabled"), "has no effect until auth.modes names static"


def _metrics_are_open(config: Config) -> Iterator[Hint]:
    listen = config.metrics.listen or config.server.listen
    if not config.metrics.token.is_set and not parse_listen_address(listen).is_loopback:
        yield ("metrics",), f"/metrics is open to everybody who reaches {listen}"


def _proxies_are_unknown(config: Config) -> Iterator[Hint]:
    server = config.server
    is_behind = server.public_url.startswith("https://") and not server.tls.cert_file
    if is_behind and not server.trusted_proxies:
        message = "is empty, so every request seems to come from the proxy in front"
        yield ("server", "trusted_proxies"), message


def _subjects_are_nobodys(config: Config) -> Iterator[Hint]:
    for index, user in enumerate(config.users):
        if user.oidc_subject and not config.auth.oidc.issuer:
            path = ("users", index, "oidc_subject")
            yield path, "has no effect until auth.oidc.issuer says whose subject it is"
