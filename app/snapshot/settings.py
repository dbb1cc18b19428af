"""
From the configuration to what a worker decides with.
"""

from app.config.models import Config
from app.config.values import parse_listen_address
from app.snapshot.values import ProxySettings


def proxy_settings(config: Config) -> ProxySettings:
    """
    Return the settings of the S3 endpoint, its timeouts in seconds.
    """
    proxy, timeouts = config.s3_proxy, config.s3_proxy.timeouts
    return ProxySettings(
        host_suffixes=tuple(proxy.host_suffixes),
        is_sigv2_served=proxy.sigv2,
        is_region_strict=proxy.strict_region,
        is_anonymous_enabled=proxy.anonymous_enabled,
        anonymous_requests_per_second=proxy.anonymous_rps,
        global_requests_per_second=proxy.global_rps,
        per_key_requests_per_second=proxy.per_key_rps,
        failed_auth_requests_per_second=proxy.failed_auth_per_ip_rps,
        per_key_concurrency=proxy.per_key_concurrency,
        per_key_bytes_per_second=proxy.per_key_bytes_per_second,
        max_head_bytes=proxy.max_head_bytes,
        max_connections=proxy.max_connections,
        head_timeout=timeouts.head,
        idle_timeout=timeouts.idle,
        connect_timeout=timeouts.connect,
        response_timeout=timeouts.response,
        pool_wait_timeout=timeouts.pool_wait,
        trusted_proxies=tuple(config.server.trusted_proxies),
        access_log=config.log.access,
        read_audit_rate=config.audit.sampling.proxy_success_read_rate,
        public_url=public_url(config),
    )


def client_url(config: Config) -> str:
    """
    Return where clients reach the S3 endpoint: as the configuration says, else where it listens.

    Empty where it listens on every interface, or on a port of the system's choice.
    """
    if said := public_url(config):
        return said
    proxy = config.s3_proxy
    address = parse_listen_address(proxy.listen)
    if not address.host or address.is_every_interface or not address.port:
        return ""
    scheme = "https" if proxy.tls.cert_file else "http"
    host = f"[{address.host}]" if ":" in address.host else address.host
    return f"{scheme}://{host}:{address.port}"


def public_url(config: Config) -> str:
    """
    Return the S3 endpoint as clients see it; empty where the configuration does not say.
    """
    proxy = config.s3_proxy
    if proxy.public_url:
        return proxy.public_url.rstrip("/")
    return f"https://{proxy.public_hostname}" if proxy.public_hostname else ""
