import type { Source } from "../../api/source";
import { Preview } from "../object/Preview";
import { sourceKind } from "../object/sourceKind";
import styles from "./Visitor.module.css";

/** A look at what is shared; by the same means as for people with an account, so nothing runs. */
export default function SharedPreview({ source }: { source: Source }) {
  return (
    <div className={styles.preview} data-kind={sourceKind(source)}>
      <Preview source={source} />
    </div>
  );
}
