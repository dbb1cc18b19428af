import { describe, expect, it } from "vitest";
import { argumentNames, formatMessage } from "./message";

const OBJECTS = "{count, plural, one {# object} other {# objects}} in {bucket}";

describe("formatMessage", () => {
  it("fills arguments and writes numbers as the language does", () => {
    expect(formatMessage("{n} of {name}", { n: 12345, name: "docs" }, "de")).toBe("12.345 of docs");
  });

  it("chooses the plural form by the language's rules", () => {
    expect(formatMessage(OBJECTS, { count: 1, bucket: "a" }, "en")).toBe("1 object in a");
    expect(formatMessage(OBJECTS, { count: 1200, bucket: "a" }, "en")).toBe("1,200 objects in a");
  });

  it("leaves an unknown argument visible", () => {
    expect(formatMessage("{missing}", {}, "en")).toBe("{missing}");
  });

  it("does not expand braces inside a value", () => {
    expect(formatMessage("{name}", { name: "{count}", count: 3 }, "en")).toBe("{count}");
  });
});

it("names every argument of a message once", () => {
  expect(argumentNames(`${OBJECTS} {count}`)).toEqual(["bucket", "count"]);
});
