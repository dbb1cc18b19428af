import type { TextKey } from "./i18n";

/** Why a bucket name is refused before it is sent; the server judges again. */
export type NameProblem = "length" | "characters" | "ends";

export function bucketNameProblem(name: string): NameProblem | null {
  if (!/^[a-z0-9.-]*$/.test(name)) return "characters";
  if (name.length < 3 || name.length > 63) return "length";
  return /^[.-]|[.-]$/.test(name) ? "ends" : null;
}

/** How each is told. */
export const NAME_PROBLEMS: Readonly<Record<NameProblem, TextKey>> = {
  length: "bucketName.length",
  characters: "bucketName.characters",
  ends: "bucketName.ends",
};
