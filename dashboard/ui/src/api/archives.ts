/** Several objects and folders as one ZIP file. */
import { post } from "./client";
import { objectBase, type Place, zipUrl } from "./objects";
import { withQuery } from "./path";
import type { ZipTicket } from "./schema.gen";

/** How many keys the server packs at once; a folder is one of them. */
export const MOST_ZIPPED = 10_000;
/** What every proxy on the way lets through. */
const LONGEST_ADDRESS = 2000;

/**
 * Where the browser downloads objects and folders as one archive. A few stand in the address;
 * for more, the server keeps the list under a ticket, which is good once and for minutes.
 */
export async function zipAddress(place: Place, keys: readonly string[]): Promise<string> {
  const address = zipUrl(place, keys);
  if (address.length <= LONGEST_ADDRESS) return address;
  const base = `${objectBase(place)}/objects/zip`;
  const { ticket } = await post<ZipTicket>(base, { body: { keys } });
  return withQuery(base, { ticket });
}
