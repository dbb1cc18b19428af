import { useMemo, useState } from "react";
import type { Place } from "../../api/objects";
import type { ObjectInfo } from "../../api/schema.gen";
import { Button } from "../../components/controls/Button";
import { t } from "../../lib/i18n";
import { JsonTree } from "./JsonTree";
import { PreviewFrame } from "./PreviewFrame";
import { TextPreview } from "./TextPreview";
import { useStart } from "./useStart";

const LARGEST_TREE_BYTES = 1024 * 1024;

interface JsonPreviewProps {
  place: Place;
  info: ObjectInfo;
}

/** JSON as a tree to fold; what is too long or broken is shown as text. */
export default function JsonPreview({ place, info }: JsonPreviewProps) {
  const [isRaw, setRaw] = useState(info.size > LARGEST_TREE_BYTES);
  const start = useStart(place, info, LARGEST_TREE_BYTES);
  const parsed = useMemo(() => tryParse(start.text), [start.text]);
  const isBroken = !start.query.isPending && parsed === null;
  if (isRaw || isBroken) return <TextPreview place={place} info={info} />;
  return (
    <PreviewFrame
      start={start}
      info={info}
      tools={
        <Button kind="quiet" onClick={() => setRaw(true)}>
          {t("preview.raw")}
        </Button>
      }
    >
      {parsed !== null && <JsonTree value={parsed.value} />}
    </PreviewFrame>
  );
}

function tryParse(text: string): { value: unknown } | null {
  try {
    return { value: JSON.parse(text) as unknown };
  } catch {
    return null;
  }
}
