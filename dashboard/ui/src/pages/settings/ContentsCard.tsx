import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { CloudUpload, Trash2 } from "lucide-react";
import { useMemo, useState } from "react";
import { createJob, jobsKey } from "../../api/jobs";
import { listingKey, type Place } from "../../api/objects";
import type { Upload } from "../../api/schema.gen";
import { abortUpload, openUploadsQuery } from "../../api/settings";
import { Button } from "../../components/controls/Button";
import { Time } from "../../components/data/Time";
import { EmptyState } from "../../components/feedback/EmptyState";
import { useAction } from "../../components/feedback/useAction";
import { ListArea } from "../../components/grid/ListArea";
import { menuColumn } from "../../components/grid/menuColumn";
import type { Column } from "../../components/grid/types";
import { t } from "../../lib/i18n";
import { lazyPart } from "../../lib/lazyPart";
import styles from "./Settings.module.css";

const ConfirmDialog = lazyPart("work", () => import("../work/Confirm"));

const rowKey = ({ key, upload_id }: Upload) => `${upload_id} ${key}`;
const rowName = ({ key }: Upload) => key;

/** Uploads that nobody finished, and the way to be rid of everything. */
export function ContentsCard({ place }: { place: Place }) {
  return (
    <>
      <section className={styles.editor} aria-labelledby="open-uploads">
        <OpenUploads place={place} />
      </section>
      <section className={styles.editor} aria-labelledby="empty-bucket">
        <EmptyBucket place={place} />
      </section>
    </>
  );
}

function OpenUploads({ place }: { place: Place }) {
  const query = openUploadsQuery(place);
  const uploads = useQuery(query);
  const [aborted, setAborted] = useState<Upload | null>(null);
  const columns = useMemo(() => uploadColumns(setAborted), []);
  return (
    <>
      <h2 id="open-uploads">{t("contents.uploads")}</h2>
      <p>{t("contents.uploadsText")}</p>
      <div className={styles.frame} data-full={(uploads.data?.length ?? 0) > 0}>
        <ListArea
          label={t("contents.uploads")}
          query={uploads}
          rows={uploads.data}
          rowKey={rowKey}
          rowName={rowName}
          columns={columns}
          empty={
            <EmptyState
              icon={<CloudUpload size={28} aria-hidden />}
              title={t("contents.noUploads")}
            />
          }
        />
      </div>
      {aborted !== null && (
        <AbortDialog place={place} upload={aborted} onClose={() => setAborted(null)} />
      )}
    </>
  );
}

interface AbortDialogProps {
  place: Place;
  upload: Upload;
  onClose: () => void;
}

function AbortDialog({ place, upload, onClose }: AbortDialogProps) {
  const act = useAction(() => abortUpload(place, upload), {
    stale: [openUploadsQuery(place).queryKey],
    done: t("contents.aborted", { key: upload.key }),
    onDone: onClose,
  });
  return (
    <ConfirmDialog
      title={t("contents.abortTitle", { key: upload.key })}
      action={t("contents.abort")}
      act={act}
      isDanger
      onClose={onClose}
    >
      <p>{t("contents.abortText")}</p>
    </ConfirmDialog>
  );
}

function uploadColumns(onAbort: (upload: Upload) => void): Column<Upload>[] {
  return [
    {
      id: "key",
      header: t("contents.key"),
      width: "minmax(200px, 1fr)",
      narrow: "minmax(0, 1fr)",
      cell: ({ key }) => <span title={key}>{key}</span>,
    },
    {
      id: "begun",
      header: t("contents.begun"),
      width: "160px",
      narrow: "110px",
      cell: ({ initiated }) => <Time at={initiated} />,
    },
    menuColumn(rowName, (upload) => [
      {
        id: "abort",
        text: t("contents.abort"),
        icon: <Trash2 aria-hidden />,
        isDanger: true,
        act: () => onAbort(upload),
      },
    ]),
  ];
}

function EmptyBucket({ place }: { place: Place }) {
  const { backend, bucket } = place;
  const [isAsking, setAsking] = useState(false);
  const act = useAction(
    () => createJob({ kind: "empty", source: { backend_id: backend, bucket } }),
    {
      stale: [jobsKey, listingKey(place)],
      done: t("jobs.started"),
      onDone: () => setAsking(false),
    },
  );
  return (
    <>
      <h2 id="empty-bucket">{t("contents.empty")}</h2>
      <p>
        {t("contents.emptyText")} <Link to="/activity">{t("jobs.title")}</Link>
      </p>
      <div>
        <Button
          kind="danger"
          icon={<Trash2 size={16} aria-hidden />}
          onClick={() => {
            act.reset();
            setAsking(true);
          }}
        >
          {t("contents.empty")}
        </Button>
      </div>
      {isAsking && (
        <ConfirmDialog
          title={t("contents.emptyTitle", { bucket })}
          action={t("contents.empty")}
          act={act}
          isDanger
          typedName={bucket}
          onClose={() => setAsking(false)}
        >
          <p>{t("contents.emptyWarning")}</p>
        </ConfirmDialog>
      )}
    </>
  );
}
