import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import app from "./en/app.json";
import core from "./en/core.json";
import more from "./en/more.json";

const SRC = join(import.meta.dirname, "..");

/** What is shown before anybody signed in, or wherever something fails. */
const EARLY = [
  "pages/signin/",
  "pages/password/",
  "components/controls/Copy.tsx",
  "components/controls/PasswordField.tsx",
  "components/feedback/ErrorState.tsx",
  "components/shell/PageMissing.tsx",
  "api/errorText.ts",
];
/** The pages whose routes load the part `more`. */
const LATE = ["pages/credentials/", "pages/users/", "pages/audit/"];

const startsWith = (name: string, starts: readonly string[]) =>
  starts.some((start) => name.startsWith(start));
const sources = readdirSync(SRC, { recursive: true, encoding: "utf8" }).filter(
  (name) => /\.tsx?$/.test(name) && !name.includes(".test.") && !name.includes(".gen."),
);
const keysIn = (name: string) => {
  const text = readFileSync(join(SRC, name), "utf8");
  const all: object = { ...core, ...app, ...more };
  return [...text.matchAll(/"(\w+\.[\w.]+)"/g)]
    .map((match) => match[1] ?? "")
    .filter((key) => key in all);
};

describe("texts that a file needs are loaded before it is shown", () => {
  it.each(sources)("%s", (name) => {
    const outside = keysIn(name).filter((key) => {
      if (key in core) return false;
      if (key in app) return startsWith(name, EARLY);
      return !startsWith(name, LATE);
    });

    expect(outside).toEqual([]);
  });
});
