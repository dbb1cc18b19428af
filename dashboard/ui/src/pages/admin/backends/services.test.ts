import { expect, it } from "vitest";
import { asYaml, idFrom } from "./services";

it("makes an id of a name", () => {
  expect(idFrom("  Müller's Archive (2026) ")).toBe("m-ller-s-archive-2026");
});

it("quotes what stands in YAML and names the secret's variable instead of the secret", () => {
  const yaml = asYaml({
    id: "cold-store",
    name: 'the "cold": one',
    endpoint: "https://s3.example.org",
    region: "eu",
    path_style: true,
    access_key: "AKIA",
  });

  expect(yaml).toContain('name: "the \\"cold\\": one"');
  expect(yaml).toContain("secret_key_env: STOWAGE_COLD_STORE_SECRET_KEY");
});
