import { Link } from "@tanstack/react-router";
import { Trash2 } from "lucide-react";
import { useState } from "react";
import { Button, IconButton } from "../../components/controls/Button";
import { Field } from "../../components/controls/Field";
import { Dialog, DialogActions, DialogBody } from "../../components/layers/Dialog";
import { t } from "../../lib/i18n";
import { forget, readSaved, save } from "../../lib/savedFilters";
import { audit as auditSearch } from "../search";
import styles from "./Audit.module.css";

interface SavedFiltersProps {
  user: string;
  /** What is in force, as it stands in the address. */
  filter: Readonly<Record<string, string>>;
  onClose: () => void;
}

/** The filters that somebody saved, and a name for the one in force. */
export default function SavedFilters({ user, filter, onClose }: SavedFiltersProps) {
  const [saved, setSaved] = useState(() => readSaved(user));
  const [name, setName] = useState("");
  const isFiltered = Object.keys(filter).length > 0;
  const add = () => {
    setSaved(save(user, { name: name.trim(), values: filter }));
    setName("");
  };
  return (
    <Dialog title={t("audit.saved")} onClose={onClose}>
      <DialogBody>
        {saved.length === 0 && <p>{t("audit.noneSaved")}</p>}
        <ul className={styles.saved}>
          {saved.map((one) => (
            <li key={one.name}>
              <Link to="/admin/audit" search={auditSearch(one.values)} onClick={onClose}>
                {one.name}
              </Link>
              <code>{wordsOf(one.values)}</code>
              <IconButton
                label={t("audit.forget", { name: one.name })}
                onClick={() => setSaved(forget(user, one.name))}
              >
                <Trash2 size={14} aria-hidden />
              </IconButton>
            </li>
          ))}
        </ul>
        {isFiltered && (
          <form
            className={styles.add}
            onSubmit={(event) => {
              event.preventDefault();
              if (name.trim() !== "") add();
            }}
          >
            <Field
              label={t("audit.saveAs")}
              maxLength={60}
              value={name}
              onChange={({ target }) => setName(target.value)}
            />
            <Button type="submit" disabled={name.trim() === ""}>
              {t("audit.save")}
            </Button>
          </form>
        )}
        {!isFiltered && <p>{t("audit.saveHint")}</p>}
      </DialogBody>
      <DialogActions>
        <Button onClick={onClose}>{t("action.close")}</Button>
      </DialogActions>
    </Dialog>
  );
}

/** `action=auth. status=denied`. */
function wordsOf(values: Readonly<Record<string, string>>): string {
  return Object.entries(values)
    .map(([name, value]) => `${name}=${value}`)
    .join(" ");
}
