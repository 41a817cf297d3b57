// What a notice leads to.

import type { Schemas } from "@/api/client";

/** Give the address of what a notice is about; null when no screen shows it. */
export function placeOf({ values }: Pick<Schemas["InboxNotice"], "values">): string | null {
  const number = values.application_no;
  return number === undefined ? null : `/applications/${number}`;
}
