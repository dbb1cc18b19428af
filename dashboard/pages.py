"""
Serves the built user interface: hashed assets for ever, the page fresh, a nonce for each answer.

Only files that were found in the folder are served, by the path they have there; a path from
outside never reaches the file system. Every other address is the application's page.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from mimetypes import guess_type
from pathlib import Path

from starlette.datastructures import Headers
from starlette.responses import FileResponse, HTMLResponse, Response
from starlette.types import Receive, Scope, Send

from app.errors import registry as errors

NONCE_PLACEHOLDER = "__CSP_NONCE__"
"""What the UI build writes wherever a nonce belongs (`html.cspNonce` of its configuration)."""
STATIC_FOLDER = Path(__file__).parent / "static"
_INDEX = "index.html"
_ASSETS = "assets/"
_ENCODINGS = (("br", ".br"), ("gzip", ".gz"))
_METHODS = ("GET", "HEAD")
_FOREVER = "public, max-age=31536000, immutable"
_REVALIDATE = "public, max-age=0, must-revalidate"
# Not every system's table of types knows these.
_TYPES = {".mjs": "text/javascript", ".js": "text/javascript", ".wasm": "application/wasm"}

_NOT_BUILT = """<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>Stowage</title></head>
<body>
<h1>The user interface is not built</h1>
<p>This is a checkout without the built pages. Run <code>make ui</code>, then load this page again.
The API and the S3 endpoint work without it.</p>
</body>
</html>
"""


def page_policy(nonce: str = "") -> str:
    """
    Return the content policy of HTML pages and of the scripts and workers they load.
    """
    style = f"'self' 'nonce-{nonce}'" if nonce else "'self'"
    return (
        f"default-src 'none'; script-src 'self'; style-src {style}; img-src 'self' data: blob:; "
        "media-src 'self' blob:; font-src 'self'; connect-src 'self'; worker-src 'self'; "
        "manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )


@dataclass(frozen=True, slots=True)
class Build:
    """
    The files of one build of the user interface.
    """

    stamp: int
    """Modification time of the page, in nanoseconds; another one means another build."""
    page: str
    files: Mapping[str, Path]
    """By the path below the root, compressed twins included."""


def load_build(folder: Path) -> Build | None:
    """
    Look at what the UI build left in the folder; `None` if there is no page.
    """
    index = folder / _INDEX
    if not index.is_file():
        return None
    files = {
        path.relative_to(folder).as_posix(): path
        for path in folder.rglob("*")
        if path.is_file() and not path.is_symlink() and not path.name.startswith(".")
    }
    return Build(index.stat().st_mtime_ns, index.read_text(encoding="utf-8"), files)


class Pages:
    """
    The catch-all of the dashboard: an ASGI application for everything that is not the API.
    """

    def __init__(self, folder: Path = STATIC_FOLDER) -> None:
        self._folder = folder
        self._build = load_build(folder)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """
        Answer with a file of the build, or with the page.

        Raises:
            StowageError: `method_not_allowed`; `not_found` for an asset that is not there.
        """
        if scope["method"] not in _METHODS:
            scope["stowage.allow"] = ", ".join(_METHODS)
            raise errors.METHOD_NOT_ALLOWED(params={"method": scope["method"]})
        response = self._respond(scope["path"].lstrip("/"), Headers(scope=scope))
        await response(scope, receive, send)

    def _respond(self, path: str, headers: Headers) -> Response:
        build = self._current()
        if build is None:
            return _not_built()
        file = build.files.get(path)
        if file is not None and path != _INDEX:
            return _file(build, path, headers)
        if path.startswith(_ASSETS):
            # The page of an older build asks for a chunk that is gone; it must be able to tell.
            raise errors.NOT_FOUND(reason="route.unknown")
        return _page(build)

    def _current(self) -> Build | None:
        index = self._folder / _INDEX
        stamp = index.stat().st_mtime_ns if index.is_file() else None
        if stamp != (self._build.stamp if self._build else None):
            self._build = load_build(self._folder)
        return self._build


def _not_built() -> Response:
    headers = {"Cache-Control": "no-store"}
    return HTMLResponse(_NOT_BUILT, HTTPStatus.SERVICE_UNAVAILABLE, headers=headers)


def _page(build: Build) -> Response:
    nonce = secrets.token_urlsafe(18)
    return HTMLResponse(
        build.page.replace(NONCE_PLACEHOLDER, nonce),
        headers={"Content-Security-Policy": page_policy(nonce), "Cache-Control": "no-store"},
    )


def _file(build: Build, path: str, headers: Headers) -> Response:
    answer = {
        "Cache-Control": _FOREVER if path.startswith(_ASSETS) else _REVALIDATE,
        "Content-Security-Policy": page_policy(),
        "Vary": "Accept-Encoding",
    }
    chosen = build.files[path]
    for encoding, suffix in _ENCODINGS:
        twin = build.files.get(path + suffix)
        if twin is not None and _accepts(headers, encoding):
            chosen, answer["Content-Encoding"] = twin, encoding
            break
    return FileResponse(chosen, media_type=_media_type(path), headers=answer)


def _media_type(path: str) -> str:
    suffix = Path(path).suffix
    return _TYPES.get(suffix) or guess_type(path)[0] or "application/octet-stream"


def _accepts(headers: Headers, encoding: str) -> bool:
    offers = [item.strip().lower() for item in headers.get("accept-encoding", "").split(",")]
    for offer in offers:
        name, _, quality = offer.partition(";")
        if name.strip() == encoding:
            return quality.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    return False
