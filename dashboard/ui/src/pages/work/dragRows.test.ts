import { expect, it } from "vitest";
import { placeOfLink } from "./dragRows";

it.each([
  ["/b/local/demo", { backend: "local", bucket: "demo", prefix: "" }],
  ["/b/a%20b/demo?prefix=x%2Fy%2F&sort=size", { backend: "a b", bucket: "demo", prefix: "x/y/" }],
  ["/b/local/demo?object=a.txt", null],
  ["/b/local/demo/settings", null],
  ["/b/local", null],
  ["https://elsewhere.example.org/b/local/demo", null],
])("%s is a place to put things down, or is none", (href, place) => {
  expect(placeOfLink(href)).toEqual(place);
});
