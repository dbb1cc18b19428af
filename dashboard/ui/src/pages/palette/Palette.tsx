import { useQuery, useSuspenseQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { type KeyboardEvent, useEffect, useId, useRef, useState } from "react";
import { pinsQuery } from "../../api/account";
import { backendsQuery } from "../../api/backends";
import { meQuery } from "../../api/me";
import type { SearchResult } from "../../api/schema.gen";
import { searchQuery } from "../../api/search";
import { usersQuery } from "../../api/users";
import { Dialog, DialogBody } from "../../components/layers/Dialog";
import { t } from "../../lib/i18n";
import { visibleName } from "../../lib/keys";
import { ranked } from "../../lib/rank";
import { actionCommands, bucketHref, type Command, pageCommands, placeCommands } from "./commands";
import styles from "./Palette.module.css";

const MOST_SHOWN = 40;
const USERS = usersQuery("");

/** One field over everything: pages, places, objects, people, actions, help. */
export default function Palette({ onClose }: { onClose: () => void }) {
  const navigate = useNavigate();
  const [typed, setTyped] = useState("");
  const [index, setIndex] = useState(0);
  // Not deferred: Enter right after the last letter must mean what that letter found.
  const commands = useCommands(typed.trim());
  const chosen = Math.min(index, Math.max(0, commands.length - 1));
  const id = useId();
  const list = useRef<HTMLUListElement>(null);
  useEffect(() => {
    list.current?.querySelector("[aria-selected=true]")?.scrollIntoView({ block: "nearest" });
  }, [chosen]);
  const run = (command: Command | undefined) => {
    if (command === undefined) return;
    onClose();
    command.act?.();
    if (command.href !== undefined) void navigate({ href: command.href });
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined && commands.length > 0) {
      setIndex((chosen + step + commands.length) % commands.length);
    } else if (event.key === "Enter") run(commands[chosen]);
    else return;
    event.preventDefault();
  };
  return (
    <Dialog title={t("palette.title")} onClose={onClose} size="wide">
      <DialogBody>
        <input
          type="text"
          role="combobox"
          aria-label={t("palette.field")}
          aria-expanded
          aria-controls={id}
          aria-activedescendant={commands.length > 0 ? `${id}-${chosen}` : undefined}
          autoFocus
          autoComplete="off"
          spellCheck={false}
          placeholder={t("palette.field")}
          className={styles.field}
          value={typed}
          onChange={(event) => {
            setTyped(event.target.value);
            setIndex(0);
          }}
          onKeyDown={onKeyDown}
        />
        <ul
          ref={list}
          id={id}
          role="listbox"
          aria-label={t("palette.title")}
          className={styles.list}
        >
          {commands.map((command, at) => (
            <li
              key={command.id}
              id={`${id}-${at}`}
              role="option"
              aria-selected={at === chosen}
              className={styles.option}
              onClick={() => run(command)}
              onPointerMove={() => setIndex(at)}
            >
              <span className={styles.text}>{command.text}</span>
              <span className={styles.group}>{t(command.group)}</span>
              {command.keys !== undefined && <kbd className={styles.keys}>{command.keys}</kbd>}
            </li>
          ))}
        </ul>
        <p className={styles.note} role="status">
          {commands.length === 0
            ? t("filter.nothing", { filter: typed })
            : t("palette.count", { count: commands.length })}
        </p>
      </DialogBody>
    </Dialog>
  );
}

/** What fits, the best first: what is known here, then what the server found. */
function useCommands(typed: string): Command[] {
  const me = useSuspenseQuery(meQuery).data;
  const backends = useQuery(backendsQuery).data ?? [];
  const pins = useQuery(pinsQuery).data ?? [];
  const users = useQuery({ ...USERS, enabled: me.role === "admin" }).data ?? [];
  const found = useQuery(searchQuery(typed)).data;
  const known = [...pageCommands(me), ...placeCommands(backends, pins), ...actionCommands()];
  const people = users.map(({ id, username }): Command => ({
    id: `user:${id}`,
    group: "rail.users",
    text: username,
    href: `/admin/users?query=${encodeURIComponent(username)}&user=${encodeURIComponent(id)}`,
  }));
  const here = typed === "" ? known : [...known, ...people];
  const fitting = ranked(here, typed, ({ text }) => text);
  return [...fitting, ...(typed === "" ? [] : foundCommands(found))].slice(0, MOST_SHOWN);
}

function foundCommands(found: SearchResult | undefined): Command[] {
  if (found === undefined) return [];
  return [
    ...found.buckets.map(({ backend_id, bucket }): Command => ({
      id: `bucket:${backend_id}/${bucket}`,
      group: "palette.buckets",
      text: `${backend_id} / ${bucket}`,
      href: bucketHref(backend_id, bucket),
    })),
    ...found.objects.map(({ backend_id, bucket, key }): Command => ({
      id: `object:${backend_id}/${bucket}/${key}`,
      group: "palette.objects",
      text: visibleName(`${bucket} / ${key}`),
      href: bucketHref(backend_id, bucket, key),
    })),
  ];
}
