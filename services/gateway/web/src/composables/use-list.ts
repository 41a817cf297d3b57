// A list with its filters: the first page is a query, more pages on request.

import { useQuery } from "@pinia/colada";

import { useMorePages, type Page } from "./use-more-pages";

/** Read a list under a key; `filters` says what it is asked for, beside the cursor. */
export function useList<Found extends Page<unknown>, Filters extends Record<string, unknown>>(
  key: string,
  filters: () => Filters,
  load: (query: Filters & { cursor?: string }) => Promise<Found>,
) {
  type Item = Found["items"][number];
  const asked = () => JSON.stringify(filters());
  const first = useQuery({
    key: () => [key, asked()],
    query: () => load({ ...filters() }),
  });
  const pages = useMorePages<Item>(first.data, asked, (cursor) => load({ ...filters(), cursor }));
  return { first, pages };
}
