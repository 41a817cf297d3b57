import { expect, test } from "vitest";

import { followed } from "./following";

interface Staff {
  staff: number | undefined;
  women: number | undefined;
}
const empty: Staff = { staff: undefined, women: undefined };

test("an untouched form follows whatever is read, a kept reading first", () => {
  const kept = followed({ form: empty, known: empty }, { staff: 5, women: 2 });
  expect(kept.form).toEqual({ staff: 5, women: 2 });
  expect(followed(kept, { staff: 9, women: 4 })).toEqual({
    form: { staff: 9, women: 4 },
    known: { staff: 9, women: 4 },
  });
});

test("what was typed stays and is still known as typed over the older reading", () => {
  const typed = { form: { staff: 12, women: 4 }, known: { staff: 9, women: 4 } };
  expect(followed(typed, { staff: 10, women: 5 })).toEqual({
    form: { staff: 12, women: 5 },
    known: { staff: 9, women: 5 },
  });
});

test("a colleague who saved the same leaves nothing to ask about", () => {
  const typed = { form: { staff: 12, women: 4 }, known: { staff: 9, women: 4 } };
  expect(followed(typed, { staff: 12 })).toEqual({
    form: { staff: 12, women: 4 },
    known: { staff: 12, women: 4 },
  });
});

test("fields that are not read are left alone, and what is the same is written alike", () => {
  const typed = {
    form: { amount: "1", day: "2026-11-28" },
    known: { amount: "", day: "2026-11-28" },
  };
  const next = followed(typed, { amount: "1" });
  expect(JSON.stringify(next.form)).toBe(JSON.stringify(next.known));
});

test("a list is one field: rows that somebody touched are not mixed with another's", () => {
  const lines = [{ plan: "A", shares: 1 }];
  const typed = { form: { lines: [{ plan: "A", shares: 3 }] }, known: { lines } };
  expect(followed(typed, { lines: [{ plan: "B", shares: 1 }] }).form).toEqual(typed.form);
  const untouched = followed(
    { form: { lines }, known: { lines } },
    { lines: [{ plan: "B", shares: 1 }] },
  );
  expect(untouched.form.lines).toEqual([{ plan: "B", shares: 1 }]);
});
