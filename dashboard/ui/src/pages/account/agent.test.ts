import { expect, it } from "vitest";
import { agentWords } from "./agent";

it.each([
  ["Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox, Linux"],
  [
    "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0",
    "Edge, Windows",
  ],
  [
    "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Version/19.0 Safari/604.1",
    "Safari, iOS",
  ],
  ["python-httpx/0.28", "python-httpx/0.28"],
  ["", "–"],
])("tells %s", (agent, words) => {
  expect(agentWords(agent)).toBe(words);
});
