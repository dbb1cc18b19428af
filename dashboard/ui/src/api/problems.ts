/** Which part of a refusal belongs to which field. */
import { ApiError } from "./error";
import { errorSentence } from "./errorText";

/** The server's sentence about one member of the body, by its name; absent where it has none. */
export function problemAt(error: unknown, field: string): string | undefined {
  if (!(error instanceof ApiError)) return undefined;
  const found = error.errors.find(({ pointer }) => pointer.split("/")[1] === field);
  if (found !== undefined) return found.message;
  const isMeant = error.params.field === field || CODES[error.code] === field;
  return isMeant ? errorSentence(error) : undefined;
}

/** Codes that speak of one field only. */
const CODES: Readonly<Record<string, string>> = {
  username_taken: "username",
  email_taken: "email",
  id_taken: "id",
  weak_password: "password",
  invalid_bucket: "bucket",
  invalid_bucket_name: "name",
};
