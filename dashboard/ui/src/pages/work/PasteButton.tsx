import { ClipboardPaste } from "lucide-react";
import { Button } from "../../components/controls/Button";
import { t } from "../../lib/i18n";

interface PasteButtonProps {
  count: number;
  onPaste: () => void;
}

/** Puts down here what was cut or copied elsewhere. */
export default function PasteButton({ count, onPaste }: PasteButtonProps) {
  return (
    <Button
      icon={<ClipboardPaste size={16} aria-hidden />}
      aria-keyshortcuts="Control+V"
      onClick={onPaste}
    >
      {t("carry.paste", { count })}
    </Button>
  );
}
