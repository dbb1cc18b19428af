import { beforeEach, expect, it, vi } from "vitest";
import { MOST_ZIPPED, zipAddress } from "./archives";

const PLACE = { backend: "local", bucket: "docs" };
const URL = "/api/backends/local/buckets/docs/objects/zip";

let asked: { url: string; init: RequestInit }[] = [];

beforeEach(() => {
  asked = [];
  vi.stubGlobal("fetch", (url: string, init: RequestInit) => {
    asked.push({ url, init });
    return Promise.resolve(Response.json({ ticket: "t+1", expires_at: "" }, { status: 201 }));
  });
});

it("names a few keys in the address, without a call before", async () => {
  expect(await zipAddress(PLACE, ["a b/", "c&d"])).toBe(`${URL}?key=a+b%2F&key=c%26d`);
  expect(asked).toEqual([]);
});

it.each<[string, string[]]>([
  ["many keys", Array.from({ length: MOST_ZIPPED }, (_, number) => `key-${number}`)],
  ["one key that is long when encoded", ["ü".repeat(500)]],
])("leaves %s with the server and takes a ticket", async (_, keys) => {
  expect(await zipAddress(PLACE, keys)).toBe(`${URL}?ticket=t%2B1`);

  expect(asked.map(({ url, init }) => [url, init.method])).toEqual([[URL, "POST"]]);
  expect(JSON.parse(asked[0]?.init.body as string)).toEqual({ keys });
});

it("sends what one request cannot carry in several, for one archive", async () => {
  const keys = Array.from({ length: MOST_ZIPPED }, (_, number) => `${number}-${"ü".repeat(100)}`);

  expect(await zipAddress(PLACE, keys)).toBe(`${URL}?ticket=t%2B1`);

  const sent = asked.map(({ init }) => init.body as string);
  const bodies = sent.map((body) => JSON.parse(body) as { keys: string[]; ticket?: string });
  expect(bodies.flatMap((body) => body.keys)).toEqual(keys);
  expect(bodies.map((body) => body.ticket)).toEqual([undefined, "t+1", "t+1"]);
  for (const body of sent) expect(new TextEncoder().encode(body).length).toBeLessThan(2 ** 20);
});
