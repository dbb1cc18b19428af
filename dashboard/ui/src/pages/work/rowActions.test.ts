import { describe, expect, it, vi } from "vitest";
import type { LevelName } from "../../api/schema.gen";
import type { Entry } from "../browser/entries";
import type { Browser } from "../browser/useBrowser";
import { actionsFor, rowActions, selectionActions } from "./rowActions";

const object = (key: string): Entry => ({
  kind: "object",
  key,
  name: key,
  sizeBytes: 1,
  modified: undefined,
  storageClass: undefined,
});
const FOLDER: Entry = { kind: "folder", key: "f/", name: "f" };
const [A, B, C] = [object("a"), object("b"), object("c")];

function browserWith(selected: Entry[]) {
  const calls = { ask: vi.fn(), askForOne: vi.fn(), askToDelete: vi.fn(), show: vi.fn() };
  const keys = new Set(selected.map(({ key }) => key));
  const place = { backend: "s", bucket: "b" };
  const browser = { ...calls, place, prefix: "", selected, selection: { keys, anchor: null } };
  return { calls, browser: browser as unknown as Browser };
}

const holding = (levels: string) => (level: LevelName) => levels.split(" ").includes(level);
const ALL = holding("list read write delete");
const ids = (actions: readonly { id: string }[]) => actions.map(({ id }) => id).join(" ");

describe("the menu of a row offers what may be done", () => {
  it.each([
    ["list", "versions copyKey copyUri"],
    ["list read", "download share presign copy versions tags copyKey copyUri"],
    ["list delete", "versions copyKey copyUri delete"],
    [
      "list read write delete",
      "download share presign rename copy move versions tags copyKey copyUri delete",
    ],
  ])("with %s", (levels, expected) => {
    expect(ids(rowActions(A, browserWith([]).browser, holding(levels)))).toBe(expected);
  });

  it("and with many rows what can be done with many", () => {
    const { browser } = browserWith([A, B]);

    expect(ids(selectionActions(browser, ALL))).toBe(
      "download share copy move cut carry copyKey clear delete",
    );
    expect(ids(selectionActions(browser, holding("list")))).toBe("copyKey clear");
  });

  it("but no link to a mixture of folders and objects", () => {
    expect(ids(selectionActions(browserWith([A, FOLDER]).browser, ALL))).not.toContain("share");
  });
});

describe("a row that is called upon", () => {
  const remove = (entry: Entry, selected: Entry[]) => {
    const { browser, calls } = browserWith(selected);
    actionsFor(entry, browser, ALL)
      .find(({ id }) => id === "delete")
      ?.act();
    return calls.askToDelete;
  };

  it("stands for all that is selected where it is among it", () => {
    expect(remove(A, [A, B])).toHaveBeenCalledWith(["a", "b"]);
  });

  it("stands for itself where it is not", () => {
    expect(remove(C, [A, B])).toHaveBeenCalledWith(["c"]);
  });
});
