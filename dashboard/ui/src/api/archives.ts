/** Several objects and folders as one ZIP file. */
import { post } from "./client";
import { objectBase, type Place, zipUrl } from "./objects";
import { withQuery } from "./path";
import type { ZipTicket } from "./schema.gen";

/** How many keys the server packs at once; a folder is one of them. */
export const MOST_ZIPPED = 10_000;
/** What every proxy on the way lets through. */
const LONGEST_ADDRESS = 2000;
/** What the server reads of one request is 1 MiB; the ticket and the braces need some of it. */
const LARGEST_BATCH = 1_000_000;

/**
 * Where the browser downloads objects and folders as one archive. A few stand in the address;
 * for more, the server keeps the list under a ticket, which is good once and for minutes.
 */
export async function zipAddress(place: Place, keys: readonly string[]): Promise<string> {
  const address = zipUrl(place, keys);
  if (address.length <= LONGEST_ADDRESS) return address;
  const base = `${objectBase(place)}/objects/zip`;
  let ticket: string | undefined;
  for (const batch of batches(keys)) {
    const made: ZipTicket = await post(base, { body: { keys: batch, ticket } });
    ticket = made.ticket;
  }
  return withQuery(base, { ticket });
}

/** The keys in as few lists as one request each can carry. */
function batches(keys: readonly string[]): string[][] {
  const found: string[][] = [[]];
  let bytes = 0;
  for (const key of keys) {
    const more = new TextEncoder().encode(JSON.stringify(key)).length + 1;
    if (bytes + more > LARGEST_BATCH) {
      found.push([]);
      bytes = 0;
    }
    found.at(-1)?.push(key);
    bytes += more;
  }
  return found;
}
