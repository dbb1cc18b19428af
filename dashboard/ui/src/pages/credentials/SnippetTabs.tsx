import { Download } from "lucide-react";
import { useState } from "react";
import { IconButton } from "../../components/controls/Button";
import { Copy } from "../../components/controls/Copy";
import { Tabs } from "../../components/controls/Tabs";
import { Banner } from "../../components/feedback/Banner";
import { saveText } from "../../lib/download";
import { t } from "../../lib/i18n";
import { type SnippetFacts, snippetsFor } from "../../lib/snippets";
import styles from "./Credentials.module.css";

interface SnippetTabsProps {
  facts: SnippetFacts;
  /** False where nobody told the server its public S3 address. */
  hasEndpoint: boolean;
}

/** How to use the credential, tool by tool. */
export function SnippetTabs({ facts, hasEndpoint }: SnippetTabsProps) {
  const snippets = snippetsFor(facts);
  const [chosen, setChosen] = useState("aws-cli");
  const shown = snippets.find(({ id }) => id === chosen);
  return (
    <div className={styles.snippets}>
      {!hasEndpoint && <Banner tone="info">{t("credentials.noEndpoint")}</Banner>}
      <Tabs
        label={t("credentials.tools")}
        tabs={snippets.map(({ id, tool }) => ({ id, label: tool }))}
        chosen={chosen}
        onChoose={setChosen}
      >
        {shown !== undefined && (
          <div className={styles.code}>
            <pre tabIndex={0} aria-label={shown.tool}>
              {shown.text}
            </pre>
            <div className={styles.codeTools}>
              <Copy text={shown.text} label={t("action.copyOf", { name: shown.tool })} />
              <IconButton
                label={t("credentials.saveAs", { name: shown.fileName })}
                onClick={() => saveText(shown.fileName, shown.text)}
              >
                <Download size={14} aria-hidden />
              </IconButton>
            </div>
          </div>
        )}
      </Tabs>
    </div>
  );
}
