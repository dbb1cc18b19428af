import { expect, it } from "vitest";
import { generatePassword } from "./password";

it("makes four groups of five unambiguous letters", () => {
  expect(generatePassword()).toMatch(
    /^([a-km-np-zA-HJ-NP-Z2-9]{5}-){3}[a-km-np-zA-HJ-NP-Z2-9]{5}$/,
  );
});

it("never makes the same twice", () => {
  expect(new Set(Array.from({ length: 100 }, generatePassword)).size).toBe(100);
});
