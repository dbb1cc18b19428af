import { describe, expect, it } from "vitest";
import { envFile, snippetsFor } from "./snippets";

const FACTS = {
  endpoint: "http://127.0.0.1:8090",
  region: "us-east-1",
  accessKey: "AKIAEXAMPLE",
  secretKey: "made/up+secret",
  bucket: "demo",
};

describe.each(snippetsFor(FACTS))("the snippet for $tool", ({ text }) => {
  it("names the endpoint, the key, the secret and the bucket", () => {
    expect(text).toContain("127.0.0.1:8090");
    expect(text).toContain(FACTS.accessKey);
    expect(text).toContain(FACTS.secretKey);
    expect(text).toContain("demo");
  });
});

it("quotes for the shell what the shell would read otherwise", () => {
  const [first] = snippetsFor({ ...FACTS, secretKey: "it's $(a secret)" });

  expect(first?.text).toContain(`AWS_SECRET_ACCESS_KEY='it'\\''s $(a secret)'`);
});

it("tells s3cmd whether the endpoint speaks TLS", () => {
  const s3cmd = (endpoint: string) =>
    snippetsFor({ ...FACTS, endpoint }).find(({ id }) => id === "s3cmd")?.text;

  expect(s3cmd("https://s3.example.org")).toContain("use_https = True");
  expect(s3cmd("http://s3.example.org")).toContain("use_https = False");
});

it("speaks to more than a dozen tools", () => {
  expect(new Set(snippetsFor(FACTS).map(({ id }) => id)).size).toBe(14);
});

it("quotes for SQL what SQL would read otherwise", () => {
  const duckdb = snippetsFor({ ...FACTS, secretKey: "it's" }).find(({ id }) => id === "duckdb");

  expect(duckdb?.text).toContain("SECRET 'it''s'");
});

it("writes an environment file", () => {
  expect(envFile(FACTS).split("\n")).toContain("AWS_SECRET_ACCESS_KEY=made/up+secret");
});
