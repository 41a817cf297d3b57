// A form that is open while what it was filled with is read anew.

import { isSame } from "@/api/concurrent";

/** A form, and what it was filled with or last saved as. */
export interface Filled<Form> {
  readonly form: Form;
  readonly known: Form;
}

/**
 * Take a newer reading into a form: fields that nobody touched follow it. What was typed stays, and
 * is still known as typed over what was read then: saving it asks, unless both say the same.
 */
export function followed<Form extends object>(
  { form, known }: Filled<Form>,
  latest: Partial<Form>,
): Filled<Form> {
  const fields = Object.keys(form) as (keyof Form)[];
  const next = { form: { ...form }, known: { ...form } };
  for (const field of fields) {
    const read = field in latest ? (latest[field] as Form[keyof Form]) : known[field];
    const isTouched = !isSame(form[field], known[field]);
    if (!isTouched && !isSame(form[field], read)) next.form[field] = copyOf(read);
    next.known[field] = isTouched && !isSame(form[field], read) ? known[field] : read;
  }
  return next;
}

function copyOf<Value>(value: Value): Value {
  return value === undefined ? value : (JSON.parse(JSON.stringify(value)) as Value);
}
