import { Link } from "@tanstack/react-router";
import { FolderPlus, Pin, PinOff, RefreshCw, Settings, SlidersHorizontal } from "lucide-react";
import { Suspense } from "react";
import type { Place } from "../../api/objects";
import type { LevelName } from "../../api/schema.gen";
import { Button, IconButton } from "../../components/controls/Button";
import buttons from "../../components/controls/Button.module.css";
import { FilterField } from "../../components/controls/FilterField";
import { MenuButton } from "../../components/layers/MenuButton";
import { carried } from "../../lib/carried";
import { loadTexts, t } from "../../lib/i18n";
import { lazyPart } from "../../lib/lazyPart";
import { useStore } from "../../lib/store";
import { usePins } from "../buckets/usePins";
import styles from "./Browser.module.css";
import { paste } from "./paste";
import { UploadButton } from "./UploadButton";
import type { Browser } from "./useBrowser";

const PasteButton = lazyPart("work", () => import("../work/PasteButton"));
const SelectionBar = lazyPart("work", () => import("../work/SelectionBar"));

interface HeadProps {
  browser: Browser;
  title: string;
  can: (level: LevelName) => boolean;
}

/** The name of the place and what can be done in it, or with what is selected. */
export function BrowserHead({ browser, title, can }: HeadProps) {
  return (
    <div className={styles.head}>
      <h1 className={styles.title} tabIndex={-1}>
        {title}
      </h1>
      {browser.selected.length > 0 ? (
        <Suspense fallback={<div className={styles.tools} />}>
          <SelectionBar browser={browser} can={can} />
        </Suspense>
      ) : (
        <Toolbar browser={browser} can={can} />
      )}
    </div>
  );
}

type BarProps = Omit<HeadProps, "title">;

function Toolbar({ browser, can }: BarProps) {
  const rows = useStore(carried);
  return (
    <div className={styles.tools} role="toolbar" aria-label={t("browser.tools")}>
      <FilterField
        label={t("browser.filter")}
        value={browser.filter}
        onChange={browser.setFilter}
      />
      <IconButton
        label={t("action.refresh")}
        aria-keyshortcuts="Shift+R"
        onClick={() => void browser.refresh()}
      >
        <RefreshCw size={16} aria-hidden />
      </IconButton>
      <PinButton place={browser.place} />
      <ViewMenu browser={browser} />
      {can("configure") && <SettingsLink place={browser.place} />}
      {can("write") && (
        <>
          {rows !== null && (
            <Suspense>
              <PasteButton count={rows.keys.length} onPaste={() => paste(browser, can)} />
            </Suspense>
          )}
          <Button
            icon={<FolderPlus size={16} aria-hidden />}
            className={styles.shrinks}
            aria-label={t("browser.newFolder")}
            aria-keyshortcuts="Shift+N"
            onClick={browser.askForFolder}
          >
            {t("browser.newFolder")}
          </Button>
          <UploadButton place={browser.place} prefix={browser.prefix} />
        </>
      )}
    </div>
  );
}

/** What of the list is shown, and how. */
function ViewMenu({ browser }: { browser: Browser }) {
  return (
    <MenuButton
      label={t("browser.view")}
      entries={async () => (await loadView()).viewEntries(browser)}
      onAction={(id) => void loadView().then(({ applyView }) => applyView(browser, id))}
    >
      <SlidersHorizontal size={16} aria-hidden />
    </MenuButton>
  );
}

async function loadView() {
  const [view] = await Promise.all([import("../work/view"), loadTexts("work")]);
  return view;
}

function PinButton({ place: { backend, bucket } }: { place: Place }) {
  const { pinned, pin } = usePins(backend);
  const isPinned = pinned.has(bucket);
  const Icon = isPinned ? PinOff : Pin;
  return (
    <IconButton
      label={isPinned ? t("pin.removeOf", { name: bucket }) : t("pin.addOf", { name: bucket })}
      onClick={() => pin(bucket, !isPinned)}
    >
      <Icon size={16} aria-hidden />
    </IconButton>
  );
}

function SettingsLink({ place: { backend, bucket } }: { place: Place }) {
  return (
    <Link
      to="/b/$backend/$bucket/settings"
      params={{ backend, bucket }}
      className={buttons.icon}
      aria-label={t("buckets.settings")}
      title={t("buckets.settings")}
    >
      <Settings size={16} aria-hidden />
    </Link>
  );
}
