import type { ReactNode } from "react";
import { ErrorState } from "../feedback/ErrorState";
import { Grid } from "./Grid";
import { GridSkeleton } from "./GridSkeleton";
import type { GridProps } from "./types";

interface ListAreaProps<Row> extends Omit<GridProps<Row>, "rows"> {
  query: {
    isPending: boolean;
    isError: boolean;
    isRefetching: boolean;
    error: unknown;
    refetch: () => unknown;
  };
  rows: readonly Row[] | undefined;
  /** What stands here when there is no row. */
  empty: ReactNode;
}

/** A grid in every state of its rows: on their way, failed, none, some. */
export function ListArea<Row>({ query, rows, empty, ...grid }: ListAreaProps<Row>) {
  if (rows === undefined && query.isError) {
    return <ErrorState error={query.error} onRetry={() => void query.refetch()} />;
  }
  if (rows === undefined) return <GridSkeleton columns={grid.columns} />;
  if (rows.length === 0) return empty;
  return <Grid {...grid} rows={rows} isBusy={query.isRefetching} />;
}
