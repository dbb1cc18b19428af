/** The router of the application: its routes, what stands in for a page, and the way back. */
import type { QueryClient } from "@tanstack/react-query";
import { createRouter } from "@tanstack/react-router";
import { PageFailed } from "./components/shell/PageFailed";
import { followHistory } from "./lib/positions";
import { routes } from "./router";

export function createAppRouter(queries: QueryClient) {
  const router = createRouter({
    routeTree: routes,
    context: { queries },
    defaultPreload: "intent",
    defaultErrorComponent: PageFailed,
    defaultPendingMs: 150,
    // Lists do that themselves: only they know where their rows are.
    scrollRestoration: false,
  });
  followHistory(router.history);
  return router;
}

declare module "@tanstack/react-router" {
  interface Register {
    router: ReturnType<typeof createAppRouter>;
  }
}
