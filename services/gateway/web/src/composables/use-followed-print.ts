// A print that takes a while: which one it is is kept in the tab's storage, so that whoever reloads
// the page, or leaves it and comes back, finds it as far as it is then.

import { useQuery, useQueryCache } from "@pinia/colada";
import { computed, ref, watch } from "vue";

import { asProblem } from "@/api/problem";
import { readPrint } from "@/api/files";
import { keys } from "@/api/stale";
import { useSession } from "@/session/session";
import { usePolling } from "./use-polling";

const GONE = 404;

/** Follow the print that was asked for last on a page; `list` is read anew when it has ended. */
export function useFollowedPrint(list: string) {
  const session = useSession();
  const cache = useQueryCache();
  const place = `print/${session.account?.account_id ?? ""}/${list}`;
  const id = ref(sessionStorage.getItem(place) ?? "");

  const query = useQuery({
    key: () => [keys.prints, id.value],
    query: () => readPrint(id.value),
    enabled: () => id.value !== "",
  });
  const print = computed(() => (id.value === "" ? undefined : query.data.value));
  const problem = computed(() => (query.error.value ? asProblem(query.error.value) : null));
  usePolling(
    () => id.value !== "" && (print.value === undefined || print.value.state === "pending"),
    () => query.refetch(),
  );

  function follow(wanted: string): void {
    id.value = wanted;
    sessionStorage.setItem(place, wanted);
    void cache.invalidateQueries({ key: [keys.prints, wanted] });
  }
  function forget(): void {
    id.value = "";
    sessionStorage.removeItem(place);
  }
  watch(problem, (found) => {
    if (found?.status === GONE) forget();
  });
  watch(
    () => print.value?.state,
    (state, before) => {
      if (before === "pending" && state === "done") void cache.invalidateQueries({ key: [list] });
    },
  );
  return { print, follow, forget };
}
