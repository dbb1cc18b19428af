"""
Documents are looked at without a download: each is shown by what it is, and only read.
"""

from pathlib import Path
from urllib.parse import quote

from playwright.sync_api import Page, expect

from support.browser import Visit

SAMPLES = Path(__file__).parents[1] / "vectors" / "previews"
README = """# Harbour

The *lamp* is **brass**, see [its page](https://lamps.example.org/brass) or
[run](javascript:alert(1)).

![the lamp](https://pictures.example.org/lamp.png)

## Tasks

- [x] clean
- [ ] sell

| Part | Price |
|------|------:|
| glass | 12 |

```sh
echo "<b>not bold</b>"
```
"""


def test_a_markdown_text_is_read_as_it_is_meant(signed_in: Visit) -> None:
    page = signed_in.page
    _show(signed_in, "z-previews/README.md", README.encode())

    document = page.get_by_role("article", name="Document")
    expect(document.get_by_role("heading", name="Harbour", level=3)).to_be_visible()
    expect(document.get_by_role("checkbox", name="not done")).not_to_be_checked()
    expect(document.get_by_role("cell", name="12")).to_be_visible()
    expect(document.locator("pre")).to_have_text('echo "<b>not bold</b>"')
    link = document.get_by_role("link")
    expect(link).to_have_count(1)
    expect(link).to_have_attribute("rel", "noopener noreferrer nofollow")
    # A picture is named and never fetched: the visit fails if anything leaves the origin.
    expect(document.get_by_text("the lamp", exact=True)).to_be_visible()
    expect(document.get_by_role("img")).to_have_count(0)
    _check_both_themes(signed_in)
    page.get_by_role("button", name="Show as text").click()
    expect(page.get_by_label("Text", exact=True)).to_contain_text("# Harbour")


def test_a_table_of_columns_shows_its_schema_and_first_rows(signed_in: Visit) -> None:
    page = signed_in.page
    _show(signed_in, "z-previews/cities.parquet", (SAMPLES / "cities.parquet").read_bytes())

    table = page.get_by_role("grid", name="Table")
    expect(table).to_contain_text("Zürich")
    expect(page.get_by_text("120 rows · 6 columns")).to_contain_text("BROTLI, GZIP")
    first = table.get_by_role("row").nth(2)
    for cell in ("1", "Zürich", "0.25", "2026-01-01T01:00:00.000Z", '["a","b"]', "01 ff"):
        expect(first.get_by_role("gridcell", name=cell, exact=True)).to_be_attached()
    page.get_by_text("Schema").click()
    schema = page.get_by_role("list", name="Schema")
    expect(schema.get_by_text("timestamp")).to_be_visible()
    _check_both_themes(signed_in)


def test_a_document_is_drawn_page_by_page_and_its_words_can_be_read(signed_in: Visit) -> None:
    page = signed_in.page
    _show(signed_in, "z-previews/pages.pdf", (SAMPLES / "pages.pdf").read_bytes())

    expect(page.get_by_text("12 pages")).to_be_visible()
    expect(page.get_by_role("img", name="Page 1 of 12")).to_be_visible()
    pages = page.get_by_role("group", name="Document, as pages")
    expect(pages).to_contain_text("This is page 1")
    assert _has_ink(page)
    _check_both_themes(signed_in)
    pages.focus()
    page.keyboard.press("End")
    expect(page.get_by_role("img", name="Page 12 of 12")).to_be_visible()
    expect(pages).to_contain_text("This is page 12")
    expect(page.get_by_role("img", name="Page 1 of 12")).to_have_count(0)
    page.get_by_role("button", name="Larger").click()
    expect(page.get_by_role("button", name="Smaller")).to_be_enabled()
    page.get_by_role("searchbox", name="Find in the document").fill("THIS IS PAGE 7")
    expect(page.get_by_text("1 on 1 page")).to_be_visible()
    page.keyboard.press("Enter")
    words = pages.get_by_text("This is page 7", exact=False)
    expect(words).to_be_in_viewport()
    words.select_text()
    assert "This is page 7" in page.evaluate("getSelection().toString()")


def test_a_locked_document_asks_for_its_password(signed_in: Visit) -> None:
    page = signed_in.page
    _show(signed_in, "z-previews/locked.pdf", (SAMPLES / "locked.pdf").read_bytes())

    field = page.get_by_label("Password of the document", exact=True)
    field.fill("wrong")
    page.keyboard.press("Enter")
    expect(page.get_by_text("This is not its password.")).to_be_visible()
    field.fill("open sesame")
    page.keyboard.press("Enter")

    expect(page.get_by_role("img", name="Page 1 of 1")).to_be_visible()
    assert "sesame" not in page.url


def test_what_has_no_preview_is_shown_as_text_or_byte_by_byte(signed_in: Visit) -> None:
    page = signed_in.page
    _show(signed_in, "z-previews/Dockerfile", b"FROM scratch\n")
    expect(page.get_by_label("Text", exact=True)).to_contain_text("FROM scratch")

    _show(signed_in, "z-previews/core.dump", b"\x7fELF\x00\x01" + bytes(5000))
    dump = page.get_by_label("Bytes", exact=True)
    expect(dump).to_contain_text("7f 45 4c 46 00 01")
    expect(page.get_by_text("of 4.89 KiB shown")).to_be_visible()
    _check_both_themes(signed_in)

    _show(signed_in, "z-previews/torn.pdf", b"%PDF-1.7 and nothing else")
    expect(page.get_by_role("heading", name="The document cannot be shown")).to_be_visible()
    _show(signed_in, "z-previews/no.parquet", bytes(40))
    expect(page.get_by_label("Bytes", exact=True)).to_be_visible()


def _show(visit: Visit, key: str, content: bytes) -> None:
    if visit.page.url == "about:blank":
        visit.start("/b/local")
    visit.put(key, content)
    visit.open(f"/b/local/demo?prefix=z-previews%2F&object={quote(key, safe='')}")


def _check_both_themes(visit: Visit) -> None:
    for scheme in ("light", "dark"):
        visit.page.emulate_media(color_scheme=scheme)
        visit.check_accessibility()


def _has_ink(page: Page) -> bool:
    page.wait_for_function(
        """() => {
          const canvas = document.querySelector("canvas");
          const pixels = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
          return pixels.data.some((value, at) => at % 4 === 0 && value > 0 && value < 128);
        }"""
    )
    return True
