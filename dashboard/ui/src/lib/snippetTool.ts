/** What a tool's snippet is made of, and how values are quoted in it. */

export interface SnippetFacts {
  endpoint: string;
  region: string;
  accessKey: string;
  /** The secret, or a mark where it has to be filled in. */
  secretKey: string;
  /** A bucket the credential reaches. */
  bucket: string;
}

/** A tool that people reach the endpoint with; each is run as printed by `make test-clients`. */
export interface SnippetTool {
  id: string;
  /** Its own name. */
  tool: string;
  fileName: string;
  render: (facts: SnippetFacts) => string;
}

/** Quotes for a POSIX shell. */
export const sh = (text: string) =>
  /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;

/** A string literal of JSON, which Python, JavaScript and HCL read alike. */
export const quoted = (text: string) => JSON.stringify(text);

/** A string literal of SQL. */
export const sql = (text: string) => `'${text.replaceAll("'", "''")}'`;

export const host = (endpoint: string) => endpoint.replace(/^https?:\/\//, "");

export const isSecure = (endpoint: string) => endpoint.startsWith("https:");
