import { useBlocker } from "@tanstack/react-router";
import { useEffect, useRef } from "react";
import { showToast } from "../../lib/toasts";
import { t } from "../../lib/i18n";

/** Unsaved work is not lost by a link: the first one is held back and told of, the second goes. */
export function useLeaveQuestion(isUnsaved: boolean): void {
  const wasTold = useRef(false);
  useEffect(() => {
    if (!isUnsaved) wasTold.current = false;
  }, [isUnsaved]);
  useBlocker({
    disabled: !isUnsaved,
    enableBeforeUnload: isUnsaved,
    shouldBlockFn: ({ current, next }) => {
      if (current.pathname === next.pathname || wasTold.current) return false;
      wasTold.current = true;
      showToast({ tone: "err", text: t("editor.leave") });
      return true;
    },
  });
}
