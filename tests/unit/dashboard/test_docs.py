"""
The documentation that ships with the product: found by name, linked without `.md`.
"""

import json
import re

import pytest
from starlette.requests import Request

from app.config.models import Config
from app.errors.raised import StowageError
from app.errors.registry import REGISTRY
from dashboard.docs import Documentation, docs_folder, docs_routes, load_documentation


@pytest.fixture(scope="module")
def documentation() -> Documentation:
    return load_documentation(docs_folder())


async def answer(documentation: Documentation, path: str) -> bytes:
    route = docs_routes(documentation)[2]
    request = Request({"type": "http", "method": "GET", "path_params": {"path": path}})
    response = await route.endpoint(request)
    return bytes(response.body)


async def test_the_error_page_has_an_anchor_for_every_code(documentation: Documentation) -> None:
    page = (await answer(documentation, "errors")).decode()

    for code in REGISTRY:
        assert f'id="{code}"' in page


def test_every_link_between_pages_leads_somewhere(documentation: Documentation) -> None:
    broken = [
        f"{name} -> {target}"
        for name, page in documentation.pages.items()
        for target in re.findall(r'href="/docs/([^"#]+)', page)
        if target != "docs.css" and target not in documentation.pages
    ]

    assert broken == []


def test_a_link_is_absolute_wherever_its_page_lies(documentation: Documentation) -> None:
    assert 'href="/docs/how-to/use-your-own-s3"' in documentation.pages["tutorial/first-run"]
    assert 'href="/docs/tutorial/first-run"' in documentation.pages["index"]


@pytest.mark.parametrize("path", ["nothing", "../pyproject", "index.md", "/etc/passwd"])
async def test_an_unknown_page_is_not_found(documentation: Documentation, path: str) -> None:
    with pytest.raises(StowageError) as refused:
        await answer(documentation, path)

    assert refused.value.reason == "route.unknown"


async def test_editors_get_the_schema_of_the_file_without_a_session(
    documentation: Documentation,
) -> None:
    found = json.loads(await answer(documentation, "reference/configuration.schema.json"))

    assert found == Config.model_json_schema()


def test_no_page_holds_a_script(documentation: Documentation) -> None:
    assert [name for name, page in documentation.pages.items() if "<script" in page] == []
