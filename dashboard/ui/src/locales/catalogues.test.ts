import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { errorTexts, reasonMessages } from "../api/schema.gen";
import { argumentNames } from "../lib/i18n/message";
import deAdmin from "./de/admin.json";
import deApp from "./de/app.json";
import deCore from "./de/core.json";
import deHelp from "./de/help.json";
import deMore from "./de/more.json";
import deObject from "./de/object.json";
import errorsDe from "./de/errors.json";
import deVisitor from "./de/visitor.json";
import deWork from "./de/work.json";
import enAdmin from "./en/admin.json";
import enApp from "./en/app.json";
import enCore from "./en/core.json";
import enHelp from "./en/help.json";
import enMore from "./en/more.json";
import enObject from "./en/object.json";
import enVisitor from "./en/visitor.json";
import enWork from "./en/work.json";

const SRC = join(import.meta.dirname, "..");
const ENGLISH = [enCore, enApp, enMore, enWork, enAdmin, enHelp, enObject, enVisitor];
const GERMAN = [deCore, deApp, deMore, deWork, deAdmin, deHelp, deObject, deVisitor];
const english: Readonly<Record<string, string>> = Object.assign({}, ...ENGLISH) as typeof enApp;
const german: Readonly<Record<string, string>> = Object.assign({}, ...GERMAN) as typeof deApp;

describe("the texts", () => {
  it("are there in both languages", () => {
    expect(Object.keys(german).sort()).toEqual(Object.keys(english).sort());
  });

  it("stand in one part only", () => {
    const keys = ENGLISH.flatMap((part) => Object.keys(part));
    const sorted = (parts: readonly object[]) => parts.map((part) => Object.keys(part).sort());

    expect(new Set(keys).size).toBe(keys.length);
    expect(sorted(GERMAN)).toEqual(sorted(ENGLISH));
  });

  it("have the same arguments in both languages", () => {
    const differing = Object.keys(english).filter((key) => differs(english[key], german[key]));

    expect(differing).toEqual([]);
  });

  it("are all used", () => {
    const sources = readdirSync(SRC, { recursive: true, encoding: "utf8" })
      .filter((name) => /\.tsx?$/.test(name) && !name.includes(".test."))
      .map((name) => readFileSync(join(SRC, name), "utf8"))
      .join("\n");
    const used = new Set(Array.from(sources.matchAll(/"([\w.]+)"/g), ([, key]) => key));

    expect(Object.keys(english).filter((key) => !used.has(key))).toEqual([]);
  });
});

describe("the German texts of errors", () => {
  const codes: Readonly<Record<string, { message: string }>> = errorsDe.codes;
  const reasons: Readonly<Record<string, string>> = errorsDe.reasons;
  const registryReasons: Readonly<Record<string, string>> = reasonMessages;

  it("cover every code of the registry, and no other", () => {
    expect(Object.keys(codes).sort()).toEqual(Object.keys(errorTexts).sort());
  });

  it("cover every reason of the registry, and no other", () => {
    expect(Object.keys(reasons).sort()).toEqual(Object.keys(registryReasons).sort());
  });

  it("have the registry's arguments", () => {
    const differingCodes = Object.entries(errorTexts)
      .filter(([code, { message }]) => differs(message, codes[code]?.message))
      .map(([code]) => code);
    const differingReasons = Object.keys(reasons).filter((reason) =>
      differs(registryReasons[reason], reasons[reason]),
    );

    expect([differingCodes, differingReasons]).toEqual([[], []]);
  });
});

function differs(left = "", right = ""): boolean {
  return argumentNames(left).join() !== argumentNames(right).join();
}
