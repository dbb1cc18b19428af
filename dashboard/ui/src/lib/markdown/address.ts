const FOLLOWED = new Set(["http:", "https:", "mailto:"]);

/** An address that may be followed from here; null for every other, such as a script. */
export function safeHref(address: string): string | null {
  try {
    const url = new URL(address);
    return FOLLOWED.has(url.protocol) ? url.href : null;
  } catch {
    return null;
  }
}
