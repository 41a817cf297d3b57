// The steps of the wizard, and the one at which work on an application goes on.

import type { Application } from "@/api/application";
import type { Schemas } from "@/api/client";
import type { Batch } from "./batch-rows";

export type Objection = Schemas["ObjectionAnswer"];
export type Step = "plans" | "persons" | "details";
export const STEPS: readonly Step[] = ["plans", "persons", "details"];

/** Where the imports stand on the page of the persons. */
export const BATCHES = "#batches";

/** Where an objection is answered, by its code; at the details unless it says otherwise. */
const ANSWERED_AT: Record<string, Step> = {
  import_failed: "persons",
  import_undecided: "persons",
  line_empty: "persons",
  participation_rate_too_low: "persons",
  persons_exceed_staff: "persons",
  persons_not_eligible: "persons",
};

export function stepFor(code: string): Step {
  return ANSWERED_AT[code] ?? "details";
}

type Standing = Pick<Schemas["ApplicationAnswer"], "state" | "reopened_because" | "reopened_code">;

/** Give the step at which a draft or a returned application is taken up again. */
export function stepOf({ state, reopened_because, reopened_code }: Standing): Step {
  if (reopened_code !== null) return stepFor(reopened_code);
  return state === "returned" || reopened_because !== null ? "details" : "plans";
}

/**
 * Give what would keep the application from review, for a step: what is answered before or at it,
 * but not what its last submission came back for, which stands above every step.
 */
export function objectionsAt(step: Step, found: Schemas["ApplicationAnswer"]): Objection[] {
  return found.objections.filter(
    ({ code, message }) =>
      STEPS.indexOf(stepFor(code)) <= STEPS.indexOf(step) && message !== found.reopened_because,
  );
}

/** Give the imports that keep the application from being submitted: they wait for their columns. */
export function undecidedOf({ roster }: Pick<Application, "roster">): Batch[] {
  return (roster?.imports ?? []).filter(({ state }) => state === "needs_columns");
}

/** Why a reviewer sent it back, in the reviewer's words, while it is with the unit. */
export function whyReturned({
  state,
  reviews,
}: Pick<Schemas["ApplicationAnswer"], "state" | "reviews">): string | undefined {
  return state === "returned" ? reviews.at(-1)?.reason : undefined;
}
