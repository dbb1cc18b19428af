/** The key under which both objects are kept: `report.pdf` → `report (2).pdf`. */
export function numberedKey(key: string, number: number): string {
  const slash = key.lastIndexOf("/");
  const folder = key.slice(0, slash + 1);
  const name = key.slice(slash + 1);
  const dot = name.lastIndexOf(".");
  if (dot <= 0) return `${folder}${name} (${number})`;
  return `${folder}${name.slice(0, dot)} (${number})${name.slice(dot)}`;
}
