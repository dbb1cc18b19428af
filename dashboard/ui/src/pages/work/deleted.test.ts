import { expect, it } from "vitest";
import type { VersionPage } from "../../api/schema.gen";
import { toGhosts } from "./deleted";

type Row = [key: string, id: string, kind: "latest" | "older" | "marker" | "older marker"];

const page = (rows: Row[], rest: Partial<VersionPage> = {}): VersionPage => ({
  versions: rows.map(([key, version_id, kind]) => ({
    key,
    version_id,
    is_latest: kind === "latest" || kind === "marker",
    is_delete_marker: kind.endsWith("marker"),
    size: kind.endsWith("marker") ? 0 : 7,
    last_modified: `of ${version_id}`,
  })),
  common_prefixes: [],
  is_truncated: false,
  next_token: "",
  ...rest,
});
const WHOLE = { prefix: "d/", listed: new Set(["d/there/"]), isListed: true };

it("shows what a marker hides now, with the size that comes back", () => {
  const rows: Row[] = [
    ["d/back.txt", "3", "latest"],
    ["d/back.txt", "2", "older marker"],
    ["d/back.txt", "1", "older"],
    ["d/gone.txt", "2", "marker"],
    ["d/gone.txt", "1", "older"],
  ];

  expect(toGhosts([page(rows)], WHOLE)).toEqual([
    {
      kind: "deleted",
      key: "d/gone.txt",
      name: "gone.txt",
      sizeBytes: 7,
      modified: "of 2",
      versionId: "2",
    },
  ]);
});

it("leaves out a marker that hides nothing, unless its versions may be on the next page", () => {
  const rows: Row[] = [
    ["d/a", "1", "marker"],
    ["d/b", "1", "marker"],
  ];
  const keys = (pages: VersionPage[]) => toGhosts(pages, WHOLE).map(({ key }) => key);

  expect(keys([page(rows)])).toEqual([]);
  expect(keys([page(rows, { is_truncated: true })])).toEqual(["d/b"]);
  expect(keys([page(rows, { is_truncated: true }), page([["d/b", "0", "older"]])])).toEqual([
    "d/b",
  ]);
});

it("shows folders that are no longer listed, once it is known what is", () => {
  const pages = [page([], { common_prefixes: ["d/there/", "d/gone/"] })];

  expect(toGhosts(pages, WHOLE)).toEqual([
    { kind: "folder", key: "d/gone/", name: "gone", isGone: true },
  ]);
  expect(toGhosts(pages, { ...WHOLE, isListed: false })).toEqual([]);
});

it("takes neither the folder itself nor markers of folders for objects", () => {
  const rows: Row[] = [
    ["d/", "1", "marker"],
    ["d/", "0", "older"],
    ["d/sub/", "1", "marker"],
    ["d/sub/", "0", "older"],
  ];

  expect(toGhosts([page(rows)], WHOLE)).toEqual([]);
});
