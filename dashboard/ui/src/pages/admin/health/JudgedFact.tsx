import { Fact } from "../../../components/data/Facts";
import { StatusDot } from "../../../components/data/Status";
import type { Judged } from "./condition";

/** A fact with how good it is. */
export function JudgedFact({ name, judged: [tone, text] }: { name: string; judged: Judged }) {
  return (
    <Fact name={name}>
      <StatusDot tone={tone}>{text}</StatusDot>
    </Fact>
  );
}
