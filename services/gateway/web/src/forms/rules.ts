// Rules of forms, as Element Plus takes them. The form looks at them (parts/checked-form.vue), not
// each input while somebody types.

import type { FormItemRule } from "element-plus";

export type Rules = Record<string, FormItemRule[]>;

/** The events of inputs after which a rule is looked at: none. */
const trigger: string[] = [];

/** Refuse a field that is not filled in: blanks and an empty list are nothing. */
export function filledIn(message: string): FormItemRule {
  return { required: true, ...holds(message, (value: unknown) => !isEmpty(value)) };
}

/** Refuse a value that is not right; `isRight` knows of which type the field's value is. */
export function holds(
  message: string,
  isRight: (value: never) => boolean,
): Pick<FormItemRule, "trigger" | "validator"> {
  return {
    trigger,
    validator: (_, value, done) => {
      done(isRight(value as never) ? undefined : new Error(message));
    },
  };
}

function isEmpty(value: unknown): boolean {
  if (typeof value === "string") return value.trim() === "";
  return value === undefined || value === null || (Array.isArray(value) && value.length === 0);
}
