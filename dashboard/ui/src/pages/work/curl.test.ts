import { expect, it } from "vitest";
import { curlFor } from "./curl";

const SIGNED = { expires_at: "", access_key: "AKIA" };

it("quotes what a shell would take for its own", () => {
  const url = "https://s3.example.org/a'b?x=1&y=$(id)";

  expect(curlFor("GET", { ...SIGNED, url, headers: {} })).toBe(
    "curl --fail --remote-name 'https://s3.example.org/a'\\''b?x=1&y=$(id)'",
  );
});

it("sends the headers that were signed along", () => {
  const headers = { "Content-Type": "text/plain" };

  expect(curlFor("PUT", { ...SIGNED, url: "https://s3/x", headers })).toContain(
    "-H 'Content-Type: text/plain' --upload-file ./file",
  );
});
