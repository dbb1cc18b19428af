/** What this browser remembers; a refused or full storage only means that nothing is remembered. */

const PREFIX = "stowage.";

export function readPreference(name: string): string | null {
  try {
    return localStorage.getItem(PREFIX + name);
  } catch {
    return null;
  }
}

export function writePreference(name: string, value: string | null): void {
  try {
    if (value === null) localStorage.removeItem(PREFIX + name);
    else localStorage.setItem(PREFIX + name, value);
  } catch {
    // Private windows refuse storage; the choice then lasts as long as the page.
  }
}
