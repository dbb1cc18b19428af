/** Every page and its address; what a page shows stands in its search parameters. */
import type { QueryClient } from "@tanstack/react-query";
import {
  createRootRouteWithContext,
  createRoute,
  lazyRouteComponent,
} from "@tanstack/react-router";
import { loadErrorTexts } from "./api/errorText";
import { loadTexts } from "./lib/i18n";
import { PageMissing } from "./components/shell/PageMissing";
import * as search from "./pages/search";
import { requireSession } from "./requireSession";

interface Context {
  queries: QueryClient;
}

const root = createRootRouteWithContext<Context>()({ notFoundComponent: PageMissing });

const login = createRoute({
  getParentRoute: () => root,
  path: "/login",
  validateSearch: search.login,
  component: lazyRouteComponent(() => import("./pages/signin/SignInPage"), "SignInPage"),
});

const password = createRoute({
  getParentRoute: () => root,
  path: "/password",
  validateSearch: search.password,
  component: lazyRouteComponent(() => import("./pages/password/PasswordPage"), "PasswordPage"),
});

/** For people with a link: neither session nor shell. */
const visitor = createRoute({
  getParentRoute: () => root,
  path: "/s/$code",
  beforeLoad: () => Promise.all([loadTexts("app"), loadTexts("visitor")]),
  component: lazyRouteComponent(() => import("./pages/visitor/SharePage"), "SharePage"),
});

const shell = createRoute({
  getParentRoute: () => root,
  id: "shell",
  beforeLoad: async ({ context, location }) => {
    await Promise.all([requireSession(context.queries, location.href), loadTexts("app")]);
  },
  component: lazyRouteComponent(() => import("./pages/shell/Shell"), "Shell"),
});

const home = createRoute({
  getParentRoute: () => shell,
  path: "/",
  beforeLoad: () => loadTexts("work"),
  component: lazyRouteComponent(() => import("./pages/home/HomePage"), "HomePage"),
});

const buckets = createRoute({
  getParentRoute: () => shell,
  path: "/b/$backend",
  validateSearch: search.buckets,
  component: lazyRouteComponent(() => import("./pages/buckets/BucketsPage"), "BucketsPage"),
});

const browser = createRoute({
  getParentRoute: () => shell,
  path: "/b/$backend/$bucket",
  validateSearch: search.browser,
  component: lazyRouteComponent(() => import("./pages/browser/BrowserPage"), "BrowserPage"),
});

const settings = createRoute({
  getParentRoute: () => shell,
  path: "/b/$backend/$bucket/settings",
  beforeLoad: () => loadTexts("work"),
  validateSearch: search.settings,
  component: lazyRouteComponent(() => import("./pages/settings/SettingsPage"), "SettingsPage"),
});

const shares = createRoute({
  getParentRoute: () => shell,
  path: "/shares",
  beforeLoad: () => loadTexts("work"),
  validateSearch: search.shares,
  component: lazyRouteComponent(() => import("./pages/work/SharesPage"), "SharesPage"),
});

const activity = createRoute({
  getParentRoute: () => shell,
  path: "/activity",
  beforeLoad: () => loadTexts("work"),
  validateSearch: search.activity,
  component: lazyRouteComponent(() => import("./pages/work/ActivityPage"), "ActivityPage"),
});

const credentials = createRoute({
  getParentRoute: () => shell,
  path: "/credentials",
  beforeLoad: () => loadTexts("more"),
  component: lazyRouteComponent(
    () => import("./pages/credentials/CredentialsPage"),
    "CredentialsPage",
  ),
});

const account = createRoute({
  getParentRoute: () => shell,
  path: "/account",
  beforeLoad: loadAdminTexts,
  component: lazyRouteComponent(() => import("./pages/account/AccountPage"), "AccountPage"),
});

const dashboard = createRoute({
  getParentRoute: () => shell,
  path: "/admin/dashboard",
  beforeLoad: loadAdminTexts,
  validateSearch: search.dashboard,
  component: lazyRouteComponent(() => import("./pages/dashboard/DashboardPage"), "DashboardPage"),
});

const users = createRoute({
  getParentRoute: () => shell,
  path: "/admin/users",
  beforeLoad: loadAdminTexts,
  validateSearch: search.users,
  component: lazyRouteComponent(() => import("./pages/users/UsersPage"), "UsersPage"),
});

const groups = createRoute({
  getParentRoute: () => shell,
  path: "/admin/groups",
  beforeLoad: loadAdminTexts,
  validateSearch: search.groups,
  component: lazyRouteComponent(() => import("./pages/admin/groups/GroupsPage"), "GroupsPage"),
});

const access = createRoute({
  getParentRoute: () => shell,
  path: "/admin/access",
  beforeLoad: loadAdminTexts,
  validateSearch: search.access,
  component: lazyRouteComponent(() => import("./pages/admin/access/AccessPage"), "AccessPage"),
});

const endpoints = createRoute({
  getParentRoute: () => shell,
  path: "/admin/backends",
  beforeLoad: loadAdminTexts,
  validateSearch: search.endpoints,
  component: lazyRouteComponent(
    () => import("./pages/admin/backends/EndpointsPage"),
    "EndpointsPage",
  ),
});

const proxy = createRoute({
  getParentRoute: () => shell,
  path: "/admin/s3",
  beforeLoad: loadAdminTexts,
  validateSearch: search.proxy,
  component: lazyRouteComponent(() => import("./pages/admin/endpoint/ProxyPage"), "ProxyPage"),
});

const audit = createRoute({
  getParentRoute: () => shell,
  path: "/admin/audit",
  beforeLoad: loadAdminTexts,
  validateSearch: search.audit,
  component: lazyRouteComponent(() => import("./pages/audit/AuditPage"), "AuditPage"),
});

const config = createRoute({
  getParentRoute: () => shell,
  path: "/admin/config",
  beforeLoad: loadAdminTexts,
  validateSearch: search.config,
  component: lazyRouteComponent(() => import("./pages/admin/config/ConfigPage"), "ConfigPage"),
});

const health = createRoute({
  getParentRoute: () => shell,
  path: "/admin/health",
  beforeLoad: loadAdminTexts,
  validateSearch: search.health,
  component: lazyRouteComponent(() => import("./pages/admin/health/HealthPage"), "HealthPage"),
});

const requests = createRoute({
  getParentRoute: () => shell,
  path: "/requests",
  beforeLoad: loadAdminTexts,
  validateSearch: search.requests,
  component: lazyRouteComponent(() => import("./pages/requests/RequestPage"), "RequestPage"),
});

const quotas = createRoute({
  getParentRoute: () => shell,
  path: "/admin/quotas",
  beforeLoad: () => Promise.all([loadAdminTexts(), loadTexts("work")]),
  validateSearch: search.quotas,
  component: lazyRouteComponent(() => import("./pages/admin/quotas/QuotasPage"), "QuotasPage"),
});

/** Every component in its states; development builds only. */
const kit = createRoute({
  getParentRoute: () => root,
  path: "/ui-kit",
  beforeLoad: () => Promise.all([loadTexts("app"), loadErrorTexts()]),
  component: import.meta.env.DEV
    ? lazyRouteComponent(() => import("./pages/kit/KitPage"), "KitPage")
    : PageMissing,
});

export const routes = root.addChildren([
  login,
  password,
  kit,
  visitor,
  shell.addChildren([
    home,
    buckets,
    browser,
    settings,
    shares,
    activity,
    credentials,
    account,
    dashboard,
    users,
    groups,
    access,
    endpoints,
    proxy,
    audit,
    config,
    health,
    quotas,
    requests,
  ]),
]);

async function loadAdminTexts(): Promise<void> {
  await Promise.all([loadTexts("more"), loadTexts("admin")]);
}
