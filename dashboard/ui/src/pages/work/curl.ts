import type { PresignedUrl } from "../../api/schema.gen";

/** A command that uses a signed address, safe to paste into a shell. */
export function curlFor(method: string, { url, headers }: PresignedUrl): string {
  const sent = Object.entries(headers).map(([name, value]) => `-H ${quoted(`${name}: ${value}`)}`);
  const rest = method === "PUT" ? ["--upload-file ./file"] : ["--remote-name"];
  return ["curl --fail", ...sent, ...rest, quoted(url)].join(" ");
}

/** In single quotes nothing means anything but the single quote itself. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
