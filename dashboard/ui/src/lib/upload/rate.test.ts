import { expect, it } from "vitest";
import { RateMeter } from "./rate";

it("averages over the time since the first sample", () => {
  const meter = new RateMeter();
  meter.add(1000, 0);
  meter.add(3000, 2000);

  expect(meter.bytesPerSecond(4000)).toBe(1000);
});

it("forgets what is older than ten seconds", () => {
  const meter = new RateMeter();
  meter.add(1_000_000, 0);
  meter.add(1000, 10_500);

  expect(meter.bytesPerSecond(11_500)).toBe(1000);
});

it("is zero before anything was sent", () => {
  expect(new RateMeter().bytesPerSecond(5)).toBe(0);
});
