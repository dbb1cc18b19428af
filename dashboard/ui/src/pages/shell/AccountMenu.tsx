import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { CircleUser, KeySquare, LogOut, Monitor, Moon, Sun } from "lucide-react";
import { signOut } from "../../api/me";
import type { Me } from "../../api/schema.gen";
import { type MenuEntry, MenuButton } from "../../components/layers/MenuButton";
import { chooseLanguage, language, LANGUAGES, type TextKey, t } from "../../lib/i18n";
import { useStore } from "../../lib/store";
import { chooseTheme, theme, THEMES, type Theme } from "../../lib/theme";
import { showError } from "../../components/feedback/showError";
import styles from "./AccountMenu.module.css";

const THEME_ICONS = { system: Monitor, light: Sun, dark: Moon };
const THEME_NAMES: Record<Theme, TextKey> = {
  system: "theme.system",
  light: "theme.light",
  dark: "theme.dark",
};

/** Who is signed in, how it looks, and the way out. */
export function AccountMenu({ me }: { me: Me }) {
  const leave = useSignOut();
  const navigate = useNavigate();
  const chosenTheme = useStore(theme);
  const tag = useStore(language);

  const entries: MenuEntry[] = [
    ...THEMES.map((name, index) => {
      const Icon = THEME_ICONS[name];
      return {
        id: `theme:${name}`,
        text: t(THEME_NAMES[name]),
        icon: <Icon aria-hidden />,
        isChosen: name === chosenTheme,
        ...(index === 0 ? { section: t("theme.title") } : {}),
      };
    }),
    ...LANGUAGES.map((name, index) => ({
      id: `language:${name}`,
      text: languageName(name),
      isChosen: name === tag,
      ...(index === 0 ? { section: t("language.title") } : {}),
    })),
    { id: "account", text: t("account.open"), icon: <CircleUser aria-hidden />, section: "" },
    ...(me.identity_source === "local"
      ? [{ id: "password", text: t("password.change"), icon: <KeySquare aria-hidden /> }]
      : []),
    { id: "sign-out", text: t("account.signOut"), icon: <LogOut aria-hidden />, section: "" },
  ];

  const act = (id: string) => {
    const [kind, value] = id.split(":");
    if (kind === "theme") chooseTheme(THEMES.find((name) => name === value) ?? "system");
    else if (kind === "language") {
      void chooseLanguage(LANGUAGES.find((name) => name === value) ?? "en");
    } else if (kind === "account") void navigate({ to: "/account" });
    else if (kind === "password") void navigate({ to: "/password" });
    else void leave();
  };

  return (
    <MenuButton
      label={t("account.menu", { name: me.username })}
      className={styles.button}
      entries={entries}
      onAction={act}
    >
      <span
        className={styles.avatar}
        data-letter={me.username.slice(0, 1).toLocaleUpperCase()}
        aria-hidden
      />
      <span className={styles.name}>{me.username}</span>
    </MenuButton>
  );
}

function languageName(tag: string): string {
  return new Intl.DisplayNames([tag], { type: "language" }).of(tag) ?? tag;
}

function useSignOut(): () => Promise<void> {
  const client = useQueryClient();
  const navigate = useNavigate();
  return async () => {
    try {
      const { logout_url } = await signOut();
      if (logout_url !== undefined) {
        location.assign(logout_url);
        return;
      }
    } catch (error) {
      showError(error);
      return;
    }
    await navigate({ to: "/login" });
    client.clear();
  };
}
