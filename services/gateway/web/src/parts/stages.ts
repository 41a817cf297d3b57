// How far an application has come, and since when.

import type { Schemas } from "@/api/client";

type State = Schemas["State"];
type Stage = Schemas["StageAnswer"];

export const STEPS = [
  "draft",
  "first_review",
  "final_review",
  "approved",
  "paid",
  "confirmed",
  "archived",
] as const satisfies State[];
const AT: Partial<Record<State, number>> = { submitting: 0, returned: 0 };
/** The first steps are work under way, done with the next state; the others are done when reached. */
const WORK = 3;

/** Give the index of the step under way; one beyond the last when all are done. */
export function underWay(state: State): number {
  const place = AT[state] ?? STEPS.findIndex((step) => step === state);
  return place < WORK ? place : place + 1;
}

/** Give when each step was done, the last time that it was passed; nothing for those that are not. */
export function doneAt(state: State, history: Stage[]): (string | undefined)[] {
  const active = underWay(state);
  return STEPS.map((step, index) => {
    const reached = index < WORK ? STEPS[index + 1] : step;
    return index < active
      ? history.filter((stage) => stage.state === reached).at(-1)?.since
      : undefined;
  });
}
