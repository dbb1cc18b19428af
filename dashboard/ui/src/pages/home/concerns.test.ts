import { beforeAll, describe, expect, it } from "vitest";
import { loadTexts } from "../../lib/i18n";
import { linesOf } from "./concerns";

beforeAll(() => loadTexts("work"));

const matter = (concern: Parameters<typeof linesOf>[0]["concern"], items: object[], total = 1) =>
  linesOf({ concern, total, items: items as { id: string }[] });

describe("what needs attention", () => {
  it("leads to the place where it is mended", () => {
    const bucket = { id: "b/x", detail: "bucket", backend_id: "b", bucket: "x y" };

    expect(matter("backend_down", [{ id: "b 1" }])[0]?.href).toBe("/admin/health?backend=b%201");
    expect(matter("limit_passed", [bucket])[0]?.href).toBe("/b/b/x%20y/settings?part=quota");
    expect(matter("limit_passed", [{ id: "u", detail: "user" }])[0]?.href).toBe("/admin/quotas");
    expect(matter("job_failed", [{ id: "j" }])[0]?.href).toBe("/activity?scope=all&job=j");
    expect(matter("key_expiring", [{ id: "AK" }])[0]?.href).toBe(
      "/admin/s3?tab=credentials&filter=AK",
    );
    expect(matter("config_drift", [], 3)[0]?.href).toBe("/admin/config");
  });

  it("says how much of a limit is used, and whose it is", () => {
    const [line] = matter("limit_passed", [
      { id: "01", name: "ada", detail: "user", used_bytes: 2048, limit_bytes: 1024 },
    ]);

    expect(line).toMatchObject({ text: "ada is over the limit", note: "2 KiB / 1 KiB" });
  });

  it("counts what is not listed", () => {
    const lines = matter("job_failed", [{ id: "j", bucket: "b", name: "in/" }], 7);

    expect(lines.map(({ text }) => text)).toEqual(["A job in b/in/ failed", "6 more"]);
  });

  it("is one line where nothing is listed", () => {
    expect(matter("config_drift", [], 2)).toMatchObject([
      { text: "Reality is not as declared", note: "2 things differ from the file" },
    ]);
  });
});
