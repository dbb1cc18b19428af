/** Where to go after signing in. */

/** The path if it stays on this origin, else the start page: no open redirect. */
export function safeNext(next: string | undefined): string {
  if (next === undefined || !next.startsWith("/") || /^\/[/\\]/.test(next)) return "/";
  const url = new URL(next, "http://localhost");
  return url.host === "localhost" ? url.pathname + url.search + url.hash : "/";
}
