import { describe, expect, it } from "vitest";
import { safeHref } from "./address";

describe("addresses that nobody may follow", () => {
  it.each([
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "data:text/html,<script>",
    "vbscript:x",
    "file:///etc/passwd",
    "blob:https://a.example/x",
    "/relative",
    "//host.example/x",
    "#part",
    "",
  ])("%s", (address) => {
    expect(safeHref(address)).toBe(null);
  });
});

it("lets addresses of other sites and of people pass", () => {
  expect(safeHref("https://a.example")).toBe("https://a.example/");
  expect(safeHref("mailto:a@b.example")).toBe("mailto:a@b.example");
});
