import { useMemo, useState } from "react";
import type { Source } from "../../api/source";
import { Button } from "../../components/controls/Button";
import { t } from "../../lib/i18n";
import { JsonTree } from "./JsonTree";
import { PreviewFrame } from "./PreviewFrame";
import { TextPreview } from "./TextPreview";
import { useStart } from "./useStart";

const LARGEST_TREE_BYTES = 1024 * 1024;

interface JsonPreviewProps {
  source: Source;
}

/** JSON as a tree to fold; what is too long or broken is shown as text. */
export default function JsonPreview({ source }: JsonPreviewProps) {
  const [isRaw, setRaw] = useState(source.size > LARGEST_TREE_BYTES);
  const start = useStart(source, LARGEST_TREE_BYTES);
  const parsed = useMemo(() => tryParse(start.text), [start.text]);
  const isBroken = !start.query.isPending && parsed === null;
  if (isRaw || isBroken) return <TextPreview source={source} />;
  return (
    <PreviewFrame
      start={start}
      size={source.size}
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
