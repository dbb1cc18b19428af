import { beforeAll, describe, expect, it } from "vitest";
import { loadTexts } from "../../lib/i18n";
import { MOST_UNDONE, type Outcome, outcomeAction, outcomeOf, outcomeText } from "./outcome";

beforeAll(() => Promise.all([loadTexts("app"), loadTexts("work")]));

it.each<[Outcome, boolean, boolean, number]>([
  ["gone", false, true, 1],
  ["undoable", true, true, MOST_UNDONE],
  ["kept", true, true, MOST_UNDONE + 1],
  ["kept", true, false, 1],
])("is %s where versions are kept: %s, undo allowed: %s, %d objects", (...row) => {
  const [outcome, keepsVersions, mayUndo, objects] = row;

  expect(outcomeOf({ keepsVersions, mayUndo, objects })).toBe(outcome);
});

describe("the words of a deletion", () => {
  const said = (outcome: Outcome) => [
    outcomeText(outcome, { name: "a.txt", count: 1, size: "1 B" }),
    outcomeText(outcome, { count: 2, size: "2 B" }),
    outcomeAction(outcome),
  ];

  it("say for good only of what is gone", () => {
    expect(said("gone").every((text) => text.includes("for good"))).toBe(true);
    expect([...said("kept"), ...said("undoable")].join()).not.toContain("for good");
  });

  it("speak of an undo only where there is one", () => {
    expect(said("undoable")[0]).toBe(
      "a.txt (1 B) will be deleted. The bucket keeps versions: you can undo this right afterwards.",
    );
    expect([...said("gone"), ...said("kept")].join()).not.toContain("undo");
  });
});
