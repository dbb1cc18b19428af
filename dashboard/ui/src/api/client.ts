/** The only module that talks to the network: JSON calls by `fetch`, uploads by XHR. */
import { ApiError, type HeaderLookup, offlineError, parseError } from "./error";
import { loadErrorTexts } from "./errorText";
import { type Query, withQuery } from "./path";
import { waitForSignIn } from "./session";

export interface CallOptions {
  query?: Query;
  body?: unknown;
  /** A body of text as it is, instead of JSON; its type stands in the headers. */
  text?: string;
  signal?: AbortSignal;
  headers?: Readonly<Record<string, string>>;
  /** False where a 401 is an answer and not an interruption: signing in, the first `me`. */
  interactive?: boolean;
  /** A status of failure whose body is nevertheless what was asked for. */
  alsoAnswer?: number;
}

export interface SendOptions {
  method: "POST" | "PUT";
  query?: Query;
  body: Blob | FormData;
  headers?: Readonly<Record<string, string>>;
  signal: AbortSignal;
  /** Called with the bytes sent so far, many times a second. */
  onProgress: (sentBytes: number) => void;
}

const SAFE_METHODS = new Set(["GET", "HEAD"]);

export const get = <T>(path: string, options?: CallOptions) => call<T>("GET", path, options);
export const post = <T>(path: string, options?: CallOptions) => call<T>("POST", path, options);
export const put = <T>(path: string, options?: CallOptions) => call<T>("PUT", path, options);
export const patch = <T>(path: string, options?: CallOptions) => call<T>("PATCH", path, options);
export const remove = (path: string, options?: CallOptions) => call("DELETE", path, options);

/** One JSON call; a lapsed session or CSRF token is mended once and the call repeated. */
async function call<T>(method: string, path: string, options: CallOptions = {}): Promise<T> {
  try {
    return await callOnce<T>(method, path, options);
  } catch (error) {
    if (!(error instanceof ApiError) || !(await mend(error, options))) throw error;
    return callOnce<T>(method, path, options);
  }
}

async function mend(error: ApiError, { interactive = true }: CallOptions): Promise<boolean> {
  if (!interactive) return false;
  if (error.code === "unauthorized") return waitForSignIn();
  if (error.code !== "csrf_invalid") return false;
  await callOnce("GET", "/api/me", {});
  return true;
}

async function callOnce<T>(method: string, path: string, options: CallOptions): Promise<T> {
  const response = await send(method, path, options);
  const body = await response.text();
  if (!response.ok && response.status !== options.alsoAnswer)
    throw await refusal(response.status, body, (name) => response.headers.get(name));
  return (body === "" ? undefined : JSON.parse(body)) as T;
}

async function send(method: string, path: string, options: CallOptions): Promise<Response> {
  const headers = new Headers({ Accept: "application/json", ...options.headers });
  if (!SAFE_METHODS.has(method)) headers.set("X-CSRF-Token", csrfToken());
  if (options.body !== undefined) headers.set("Content-Type", "application/json");
  try {
    return await fetch(withQuery(path, options.query), {
      method,
      headers,
      credentials: "same-origin",
      signal: options.signal ?? null,
      body: options.body === undefined ? (options.text ?? null) : JSON.stringify(options.body),
    });
  } catch (cause) {
    if (cause instanceof DOMException && cause.name === "AbortError") throw cause;
    throw offlineError();
  }
}

/** The error of an answer, with the texts that tell it. */
async function refusal(status: number, body: string, header: HeaderLookup): Promise<ApiError> {
  await loadErrorTexts();
  return parseError(status, body, header);
}

/** A range of an object's bytes, for previews; `size` is null when the server did not say it. */
export async function getBytes(
  path: string,
  options: { range: [number, number] } & Pick<CallOptions, "signal" | "headers">,
): Promise<Uint8Array<ArrayBuffer>> {
  const range = `bytes=${options.range[0]}-${options.range[1]}`;
  const headers = { ...options.headers, Range: range };
  const response = await send("GET", path, { ...options, headers });
  // An empty object has no satisfiable range; its preview is simply empty.
  if (response.status === 416) return new Uint8Array();
  if (response.ok) return new Uint8Array(await response.arrayBuffer());
  throw await refusal(response.status, await response.text(), (name) => response.headers.get(name));
}

/** Sends bytes with progress, which `fetch` cannot report. Rejects with AbortError on abort. */
export function sendBytes<T>(path: string, options: SendOptions): Promise<T> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const abort = () => request.abort();
    request.open(options.method, withQuery(path, options.query));
    request.setRequestHeader("Accept", "application/json");
    request.setRequestHeader("X-CSRF-Token", csrfToken());
    for (const [name, value] of Object.entries(options.headers ?? {})) {
      request.setRequestHeader(name, value);
    }
    request.upload.onprogress = (event) => options.onProgress(event.loaded);
    request.onabort = () => reject(new DOMException("aborted", "AbortError"));
    request.onerror = () => reject(offlineError());
    request.onload = () => {
      const header = (name: string) => request.getResponseHeader(name);
      if (request.status < 200 || request.status > 299) {
        void refusal(request.status, request.responseText, header).then(reject);
      } else resolve(JSON.parse(request.responseText) as T);
    };
    request.onloadend = () => options.signal.removeEventListener("abort", abort);
    options.signal.addEventListener("abort", abort);
    if (options.signal.aborted) reject(new DOMException("aborted", "AbortError"));
    else request.send(options.body);
  });
}

/** The token that the server left in a readable cookie; empty before the first sign-in. */
export function csrfToken(cookies: string = document.cookie): string {
  const pair = cookies.split("; ").find((item) => item.startsWith("stowage_csrf="));
  return pair?.slice("stowage_csrf=".length) ?? "";
}
