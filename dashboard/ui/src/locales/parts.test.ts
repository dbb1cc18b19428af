import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import admin from "./en/admin.json";
import app from "./en/app.json";
import core from "./en/core.json";
import help from "./en/help.json";
import more from "./en/more.json";
import object from "./en/object.json";
import visitor from "./en/visitor.json";
import work from "./en/work.json";

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
/** Which files are shown only after a part was loaded: by their route, or by `lazyPart`. */
const LATE: readonly (readonly [texts: object, starts: readonly string[]])[] = [
  [
    more,
    [
      "pages/credentials/",
      "pages/users/",
      "pages/audit/",
      "pages/admin/",
      "pages/account/",
      "pages/requests/",
    ],
  ],
  [
    admin,
    [
      "pages/admin/",
      "pages/users/",
      "pages/account/",
      "pages/audit/",
      "pages/dashboard/",
      "pages/requests/",
      "components/charts/",
    ],
  ],
  [help, ["pages/palette/"]],
  [object, ["pages/object/"]],
  [visitor, ["pages/visitor/"]],
  [work, ["pages/work/", "pages/object/", "pages/settings/", "pages/home/"]],
];

const startsWith = (name: string, starts: readonly string[]) =>
  starts.some((start) => name.startsWith(start));
const sources = readdirSync(SRC, { recursive: true, encoding: "utf8" }).filter(
  (name) => /\.tsx?$/.test(name) && !name.includes(".test.") && !name.includes(".gen."),
);
const all: object = {
  ...core,
  ...app,
  ...more,
  ...work,
  ...admin,
  ...help,
  ...object,
  ...visitor,
};
const keysIn = (name: string) => {
  const text = readFileSync(join(SRC, name), "utf8");
  return [...text.matchAll(/"(\w+\.[\w.]+)"/g)]
    .map((match) => match[1] ?? "")
    .filter((key) => key in all);
};

describe("texts that a file needs are loaded before it is shown", () => {
  it.each(sources)("%s", (name) => {
    const outside = keysIn(name).filter((key) => {
      if (key in core) return false;
      if (key in app) return startsWith(name, EARLY);
      return !LATE.some(([texts, starts]) => key in texts && startsWith(name, starts));
    });

    expect(outside).toEqual([]);
  });
});
