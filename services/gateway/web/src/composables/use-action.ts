// What every submit is: once at a time, once in effect, its input kept when it fails.

import { ref, shallowRef, type Ref, type ShallowRef } from "vue";

import { asProblem, type Problem } from "@/api/problem";
import { tellTabs } from "@/api/tabs";

export interface Action<In, Out> {
  readonly busy: Ref<boolean>;
  readonly problem: ShallowRef<Problem | null>;
  /** Act, unless it is under way; undefined when it was, or when it failed (see `problem`). */
  readonly run: (input: In) => Promise<Out | undefined>;
}

const NO_INTENT = { of: "", key: "" };

/**
 * Make an action of a call. It is given the Idempotency-Key of the intent: the same one while the
 * input is the same and nobody knows what became of the last try.
 */
export function useAction<Out, In = void>(
  act: (input: In, key: string) => Promise<Out>,
): Action<In, Out> {
  const busy = ref(false);
  const problem = shallowRef<Problem | null>(null);
  let intent = NO_INTENT;

  async function run(input: In): Promise<Out | undefined> {
    if (busy.value) return undefined;
    const of = fingerprint(input);
    if (intent.of !== of) intent = { of, key: crypto.randomUUID() };
    busy.value = true;
    problem.value = null;
    try {
      const outcome = await act(input, intent.key);
      intent = NO_INTENT;
      tellTabs();
      return outcome;
    } catch (error) {
      problem.value = asProblem(error);
      if (!problem.value.isUncertain) intent = NO_INTENT;
      return undefined;
    } finally {
      busy.value = false;
    }
  }

  return { busy, problem, run };
}

function fingerprint(input: unknown): string {
  return JSON.stringify([input], (_, value: unknown) =>
    value instanceof File ? [value.name, value.size, value.lastModified] : value,
  );
}
