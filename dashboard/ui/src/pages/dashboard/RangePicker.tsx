import { type SubmitEvent, useState } from "react";
import { Button } from "../../components/controls/Button";
import { Field, Select } from "../../components/controls/Field";
import { formatDateTime } from "../../lib/format";
import { t, type TextKey } from "../../lib/i18n";
import { type DashboardSearch, RANGES, type Range } from "../search";
import styles from "./Dashboard.module.css";
import { endsOf, isoOf, localOf, timeOf } from "./time";

const RANGE_TEXTS: Record<Range, TextKey> = {
  hour: "range.hour",
  day: "range.day",
  week: "range.week",
  month: "range.month",
};

interface RangePickerProps {
  search: DashboardSearch;
  onChange: (search: DashboardSearch) => void;
}

/** The last hour to month, or two moments of one's own. */
export function RangePicker({ search, onChange }: RangePickerProps) {
  const [isOwn, setOwn] = useState(false);
  const time = timeOf(search);
  const isBetween = "from" in time;
  const choose = (value: string) => {
    const range = RANGES.find((one) => one === value);
    setOwn(range === undefined);
    if (range !== undefined) onChange(range === "day" ? {} : { range });
  };
  return (
    <div className={styles.range}>
      <Select
        label={t("range.title")}
        isLabelHidden
        value={isOwn || isBetween ? "own" : (search.range ?? "day")}
        onChange={({ target }) => choose(target.value)}
      >
        {RANGES.map((one) => (
          <option key={one} value={one}>
            {t(RANGE_TEXTS[one])}
          </option>
        ))}
        <option value="own">
          {isBetween ? `${formatDateTime(time.from)} – ${formatDateTime(time.to)}` : t("range.own")}
        </option>
      </Select>
      {(isOwn || isBetween) && (
        <OwnRange
          key={`${search.from ?? ""}/${search.to ?? ""}`}
          search={search}
          onChange={(next) => {
            setOwn(false);
            onChange(next);
          }}
        />
      )}
    </div>
  );
}

function OwnRange({ search, onChange }: RangePickerProps) {
  const [ends] = useState(() => endsOf(timeOf(search), Date.now()).map(isoOf));
  const [from, setFrom] = useState(() => localOf(ends[0] ?? ""));
  const [to, setTo] = useState(() => localOf(ends[1] ?? ""));
  const isSound = from !== "" && to !== "" && from < to;
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    if (isSound) onChange({ from: isoFrom(from), to: isoFrom(to) });
  };
  return (
    <form className={styles.own} onSubmit={submit}>
      <Field
        type="datetime-local"
        label={t("range.from")}
        value={from}
        onChange={({ target }) => setFrom(target.value)}
      />
      <Field
        type="datetime-local"
        label={t("range.to")}
        problem={from !== "" && to !== "" && !isSound ? t("range.order") : undefined}
        value={to}
        onChange={({ target }) => setTo(target.value)}
      />
      <Button type="submit" disabled={!isSound}>
        {t("range.show")}
      </Button>
    </form>
  );
}

function isoFrom(local: string): string {
  return isoOf(new Date(local).getTime() / 1000);
}
