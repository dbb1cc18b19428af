import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { createQueryClient } from "./api/queryClient";
import { language, loadLanguage } from "./lib/i18n";
import { useStore } from "./lib/store";
import { createAppRouter } from "./appRouter";
import "./styles/tokens.css";
import "./styles/base.css";

const queries = createQueryClient();
const router = createAppRouter(queries);

function App() {
  const tag = useStore(language);
  return (
    <QueryClientProvider client={queries}>
      <RouterProvider key={tag} router={router} />
    </QueryClientProvider>
  );
}

async function start(): Promise<void> {
  await loadLanguage();
  const container = document.getElementById("app");
  if (container === null) throw new Error("the page has no #app");
  createRoot(container).render(
    <StrictMode>
      <App />
    </StrictMode>,
  );
}

void start();
