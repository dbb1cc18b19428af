import { useVirtualizer } from "@tanstack/react-virtual";
import { ChevronDown, ChevronUp, Pause, Play, RotateCcw } from "lucide-react";
import { lazy, Suspense, useCallback, useEffect, useRef, useState } from "react";
import { uploads } from "../../api/uploads";
import { t } from "../../lib/i18n";
import { useStore } from "../../lib/store";
import { isActive, type UploadSummary } from "../../lib/upload/queue";
import { Button, IconButton } from "../controls/Button";
import { Progress } from "../data/Progress";
import { headline, rateLine } from "./words";
import { UploadRow } from "./UploadRow";
import styles from "./Uploads.module.css";

const ConflictDialog = lazy(() => import("./ConflictDialog"));
const ROW_HEIGHT = 58;
const GAP_PX = 8;

/** What is being uploaded, in a corner of every page. */
export default function UploadTray() {
  const summary = useStore(uploads.store);
  const [isOpen, setOpen] = useState(true);
  useLeaveGuard(summary.items.some(isActive));
  const conflict = summary.items.find(({ state }) => state === "conflict");
  const tray = useRoomForToasts();
  if (summary.items.length === 0) return null;
  return (
    <section ref={tray} className={styles.tray} aria-label={t("upload.tray")}>
      <TrayHead summary={summary} isOpen={isOpen} onToggle={() => setOpen(!isOpen)} />
      {isOpen && <Rows summary={summary} />}
      {conflict !== undefined && (
        <Suspense>
          <ConflictDialog key={conflict.id} item={conflict} />
        </Suspense>
      )}
    </section>
  );
}

interface TrayHeadProps {
  summary: UploadSummary;
  isOpen: boolean;
  onToggle: () => void;
}

function TrayHead({ summary, isOpen, onToggle }: TrayHeadProps) {
  const { items, sentBytes, totalBytes } = summary;
  const has = (state: string) => items.some((item) => item.state === state);
  const isBusy = items.some(isActive);
  return (
    <div className={styles.head}>
      <div className={styles.line}>
        <h2 className={styles.title}>{headline(items)}</h2>
        <Announcer summary={summary} />
        {isBusy && (
          <IconButton label={t("upload.pauseAll")} onClick={() => uploads.pauseAll()}>
            <Pause size={14} aria-hidden />
          </IconButton>
        )}
        {has("paused") && (
          <IconButton label={t("upload.resumeAll")} onClick={() => uploads.resumeAll()}>
            <Play size={14} aria-hidden />
          </IconButton>
        )}
        {has("failed") && (
          <IconButton label={t("upload.retryFailed")} onClick={() => uploads.retryFailed()}>
            <RotateCcw size={14} aria-hidden />
          </IconButton>
        )}
        {has("done") && !isBusy && (
          <Button kind="quiet" onClick={() => uploads.clearFinished()}>
            {t("upload.clear")}
          </Button>
        )}
        <IconButton
          label={isOpen ? t("upload.fold") : t("upload.unfold")}
          aria-expanded={isOpen}
          onClick={onToggle}
        >
          {isOpen ? <ChevronDown size={14} aria-hidden /> : <ChevronUp size={14} aria-hidden />}
        </IconButton>
      </div>
      {isBusy && (
        <>
          <Progress label={t("upload.all")} done={sentBytes} total={totalBytes} />
          <p className={styles.rate}>{rateLine(summary)}</p>
        </>
      )}
    </div>
  );
}

function Rows({ summary: { items } }: { summary: UploadSummary }) {
  const scroller = useRef<HTMLDivElement>(null);
  const virtualizer = useVirtualizer({
    count: items.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: 4,
    useFlushSync: false,
  });
  return (
    <div
      ref={scroller}
      className={styles.scroll}
      style={{ height: Math.min(items.length, 5) * ROW_HEIGHT }}
    >
      <ul className={styles.list} style={{ height: virtualizer.getTotalSize() }}>
        {virtualizer.getVirtualItems().map(({ index, start }) => {
          const item = items[index];
          if (item === undefined) return null;
          return (
            <li
              key={item.id}
              className={styles.place}
              style={{ height: ROW_HEIGHT, transform: `translateY(${start}px)` }}
            >
              <UploadRow item={item} />
            </li>
          );
        })}
      </ul>
    </div>
  );
}

/** Says the progress at the start, at every quarter and at the end; never on each tick. */
function Announcer({ summary: { items, sentBytes, totalBytes } }: { summary: UploadSummary }) {
  const quarter = totalBytes === 0 ? 0 : Math.floor((sentBytes / totalBytes) * 4) * 25;
  const isBusy = items.some(isActive);
  return (
    <p className="visually-hidden" role="status">
      {isBusy ? t("upload.announce", { percent: quarter }) : headline(items)}
    </p>
  );
}

/** Messages stand above the tray, not over it. */
function useRoomForToasts() {
  return useCallback((tray: HTMLElement | null) => {
    if (tray === null) return;
    const root = document.documentElement;
    const observer = new ResizeObserver(() => {
      root.style.setProperty("--tray", `${tray.offsetHeight + GAP_PX}px`);
    });
    observer.observe(tray);
    return () => {
      observer.disconnect();
      root.style.removeProperty("--tray");
    };
  }, []);
}

/** The browser asks before the page is left only while bytes would be lost. */
function useLeaveGuard(isOn: boolean): void {
  useEffect(() => {
    if (!isOn) return;
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    addEventListener("beforeunload", ask);
    return () => removeEventListener("beforeunload", ask);
  }, [isOn]);
}
