import { useNavigate } from "@tanstack/react-router";
import { Suspense, useEffect } from "react";
import type { Me } from "../../api/schema.gen";
import { layer } from "../../lib/layers";
import { lazyPart } from "../../lib/lazyPart";
import { readPreference, writePreference } from "../../lib/preferences";
import { useStore } from "../../lib/store";
import { useLatest } from "../../lib/useLatest";

const Palette = lazyPart("help", () => import("../palette/Palette"));
const KeySheet = lazyPart("help", () => import("../palette/KeySheet"));
const Tour = lazyPart("help", () => import("../palette/Tour"));

const SECOND_KEY_MS = 1000;

/** What lies over every page: the palette, the list of keys, the first tour. */
export function Layers({ me }: { me: Me }) {
  const open = useStore(layer);
  useGlobalKeys(me);
  useEffect(() => {
    if (readPreference("tour") === null) layer.set("tour");
  }, []);
  const close = () => layer.set(null);
  const endTour = () => {
    writePreference("tour", "seen");
    close();
  };
  return (
    <Suspense>
      {open === "palette" && <Palette onClose={close} />}
      {open === "keys" && <KeySheet onClose={close} />}
      {open === "tour" && <Tour onClose={endTour} />}
    </Suspense>
  );
}

/** Ctrl K, ?, and g with a letter; not while somebody types or a layer is open. */
function useGlobalKeys(me: Me): void {
  const navigate = useNavigate();
  const go = useLatest(async (key: string) => {
    const { pageOfKey } = await import("../palette/commands");
    const href = pageOfKey(me, key);
    if (href !== undefined) await navigate({ href });
  });
  useEffect(() => {
    let wentAt = 0;
    const listen = (event: KeyboardEvent) => {
      const isCommand = event.ctrlKey || event.metaKey;
      if (isCommand && event.key === "k") {
        event.preventDefault();
        layer.set("palette");
        return;
      }
      if (isCommand || event.altKey || event.defaultPrevented || isBusy(event.target)) return;
      if (event.key === "?") layer.set("keys");
      else if (event.key === "g") wentAt = event.timeStamp;
      else if (event.timeStamp - wentAt < SECOND_KEY_MS && wentAt > 0) void go(event.key);
      if (event.key !== "g") wentAt = 0;
    };
    addEventListener("keydown", listen);
    return () => removeEventListener("keydown", listen);
  }, [go]);
}

function isBusy(target: EventTarget | null): boolean {
  const places = "input, textarea, select, [role=dialog], [role=alertdialog], [role=menu]";
  return target instanceof Element && target.closest(places) !== null;
}
