import { useQuery } from "@tanstack/react-query";
import { useNavigate, useParams } from "@tanstack/react-router";
import { Database, Server } from "lucide-react";
import { useState } from "react";
import { backendsQuery, bucketsQuery } from "../../api/backends";
import { errorSentence } from "../../api/errorText";
import type { Backend } from "../../api/schema.gen";
import { Tree, TreeItem } from "../../components/shell/Tree";
import { t } from "../../lib/i18n";
import styles from "./BackendTree.module.css";

/** Every backend and, once opened, its buckets. */
export function BackendTree() {
  const backends = useQuery(backendsQuery);
  if (backends.data === undefined || backends.data.length === 0) return null;
  return (
    <>
      <h2 className={styles.title} id="rail-backends">
        {t("rail.backends")}
      </h2>
      <div className={styles.scroll}>
        <Tree labelledBy="rail-backends">
          {backends.data.map((backend) => (
            <BackendItem key={backend.id} backend={backend} />
          ))}
        </Tree>
      </div>
    </>
  );
}

function BackendItem({ backend }: { backend: Backend }) {
  const navigate = useNavigate();
  const here = useParams({ strict: false });
  const isHere = here.backend === backend.id;
  const [isOpen, setOpen] = useState(isHere);
  const [wasHere, setWasHere] = useState(isHere);
  if (isHere !== wasHere) {
    setWasHere(isHere);
    if (isHere) setOpen(true);
  }
  return (
    <TreeItem
      level={1}
      label={backend.name}
      icon={<Server size={16} aria-hidden />}
      isCurrent={isHere && here.bucket === undefined}
      isOpen={isOpen}
      onToggle={setOpen}
      href={`/b/${encodeURIComponent(backend.id)}`}
      onOpen={(href) => void navigate({ href })}
      trailing={!backend.healthy && <span className={styles.down}>{t("health.down")}</span>}
    >
      {isOpen && <Buckets backend={backend.id} current={isHere ? here.bucket : undefined} />}
    </TreeItem>
  );
}

function Buckets({ backend, current }: { backend: string; current: string | undefined }) {
  const navigate = useNavigate();
  const buckets = useQuery(bucketsQuery(backend));
  if (buckets.isPending) return <TreeNote text={t("state.loading")} />;
  if (buckets.isError) return <TreeNote text={errorSentence(buckets.error)} />;
  if (buckets.data.length === 0) return <TreeNote text={t("buckets.none")} />;
  return buckets.data.map(({ name }) => (
    <TreeItem
      key={name}
      level={2}
      label={name}
      icon={<Database size={14} aria-hidden />}
      isCurrent={name === current}
      href={`/b/${encodeURIComponent(backend)}/${encodeURIComponent(name)}`}
      onOpen={(href) => void navigate({ href })}
    />
  ));
}

function TreeNote({ text }: { text: string }) {
  return (
    <li role="none" className={styles.note}>
      {text}
    </li>
  );
}
