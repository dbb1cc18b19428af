import { QueryClient } from "@tanstack/react-query";
import { ApiError } from "./error";

const READ_RETRIES = 2;

/** Server state: reads are repeated only when the server says that this may help. */
export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 10_000,
        retry: (failures, error) =>
          failures < READ_RETRIES && error instanceof ApiError && error.retryable,
        retryDelay: (failures, error) => {
          const asked = error instanceof ApiError ? error.retryAfterSeconds : null;
          return asked === null ? 500 * 2 ** failures : asked * 1000;
        },
      },
      mutations: { retry: false },
    },
  });
}
