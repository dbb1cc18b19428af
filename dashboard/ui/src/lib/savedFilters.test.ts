import { beforeEach, describe, expect, it } from "vitest";
import { forget, readSaved, save } from "./savedFilters";

const named = (name: string, action = "auth.") => ({ name, values: { action } });

describe("saved filters", () => {
  beforeEach(() => localStorage.clear());

  it("are kept by name, one for each", () => {
    save("ada", named("uploads"));
    save("ada", named("logins"));
    save("ada", named("uploads", "object."));

    expect(readSaved("ada")).toEqual([named("logins"), named("uploads", "object.")]);
  });

  it("belong to the person who saved them, and go when told", () => {
    save("ada", named("logins"));

    expect(readSaved("uli")).toEqual([]);
    expect(forget("ada", "logins")).toEqual([]);
    expect(readSaved("ada")).toEqual([]);
  });

  it.each(["[", "{}", '[{"name":1}]', '[{"name":"a","values":{"b":2}}]'])(
    "survive what cannot be read: %s",
    (stored) => {
      localStorage.setItem("stowage.audit-filters.ada", stored);

      expect(readSaved("ada")).toEqual([]);
    },
  );
});
