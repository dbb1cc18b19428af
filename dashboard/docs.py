"""
Serves the documentation that ships with the product, so that help works without internet.

The pages are the Markdown files of `docs/`, read at the start and rendered when somebody asks. They
are ours, so raw HTML in them (the anchors of the error page) is kept. A page is found by its name
in a table, never by a file path from outside.
"""

import asyncio
import html
import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from markdown_it import MarkdownIt
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from app.errors import registry as errors

_ALIASES = {"": "index", "errors": "reference/errors", "api": "reference/api"}
_FILE_TYPES = {".png": "image/png", ".svg": "image/svg+xml", ".json": "application/json"}
_RELATIVE_PAGE = re.compile(r'href="(?!https?:)([^"#]*?)\.md(#[^"]*)?"')
_TITLE = re.compile(r"^# (.+)$", re.MULTILINE)

_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title} · Stowage</title>
<link rel="stylesheet" href="/docs/docs.css">
</head>
<body>
<header><a href="/">Stowage</a> <a href="/docs">Documentation</a></header>
<main>
{body}
</main>
</body>
</html>
"""


class Pages(Mapping[str, str]):
    """
    Pages as HTML by name, each rendered when it is first read: a start has no time for all of them.
    """

    def __init__(self, sources: Mapping[str, str]) -> None:
        self._sources = sources
        self._rendered: dict[str, str] = {}
        self._markdown = MarkdownIt("commonmark", {"html": True}).enable("table")

    def __getitem__(self, name: str) -> str:
        """
        Return a page; the large ones take a while the first time.
        """
        if name not in self._rendered:
            self._rendered[name] = _render(self._markdown, name, self._sources[name])
        return self._rendered[name]

    def __contains__(self, name: object) -> bool:
        """
        Tell whether there is such a page.
        """
        return name in self._sources

    def __iter__(self) -> Iterator[str]:
        """
        Give the names.
        """
        return iter(self._sources)

    def __len__(self) -> int:
        """
        Return how many there are.
        """
        return len(self._sources)


@dataclass(frozen=True, slots=True)
class Documentation:
    """
    Every page and every file beside them, by its path below `/docs/`.
    """

    pages: Mapping[str, str]
    files: Mapping[str, bytes]
    stylesheet: bytes


def docs_folder() -> Path:
    """
    Return where the pages are: inside the installed package, or beside it in a checkout.
    """
    package = Path(__file__).parent
    installed = package / "docs"
    return installed if installed.is_dir() else package.parent / "docs"


def load_documentation(folder: Path) -> Documentation:
    """
    Read every page below the folder; an empty folder gives no pages.
    """
    sources = {
        path.relative_to(folder).with_suffix("").as_posix(): path.read_text()
        for path in sorted(folder.rglob("*.md"))
    }
    files = {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.suffix in _FILE_TYPES
    }
    stylesheet = (Path(__file__).parent / "docs.css").read_bytes()
    return Documentation(Pages(sources), MappingProxyType(files), stylesheet)


def _render(markdown: MarkdownIt, name: str, text: str) -> str:
    title = _TITLE.search(text)

    def absolute(link: re.Match[str]) -> str:
        target = posixpath.normpath(posixpath.join("/docs", posixpath.dirname(name), link[1]))
        return f'href="{target}{link[2] or ""}"'

    body = _RELATIVE_PAGE.sub(absolute, markdown.render(text))
    return _PAGE.format(title=html.escape(title.group(1) if title else "Documentation"), body=body)


def docs_routes(documentation: Documentation) -> list[Route]:
    """
    Return the routes below `/docs`; an unknown page is `not_found`.
    """

    async def page(request: Request) -> Response:
        path = request.path_params.get("path", "")
        file = documentation.files.get(path)
        if file is not None:
            return Response(file, media_type=_FILE_TYPES[Path(path).suffix])
        # Off the event loop, which a table of a thousand rows would hold.
        text = await asyncio.to_thread(documentation.pages.get, _ALIASES.get(path, path))
        if text is None:
            raise errors.NOT_FOUND(reason="route.unknown")
        return HTMLResponse(text)

    async def stylesheet(_request: Request) -> Response:
        return Response(documentation.stylesheet, media_type="text/css")

    return [
        Route("/docs", page),
        Route("/docs/docs.css", stylesheet),
        Route("/docs/{path:path}", page),
    ]
