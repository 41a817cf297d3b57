import { expect, test } from "vitest";

import type { Schemas } from "@/api/client";
import { placeOf } from "./notices";
import { choicesOf, formOf, kindsOf } from "./settings";

const known: Schemas["NotificationChoices"] = {
  choices: [
    { kind: "application_returned", channel: "inbox", on: true },
    { kind: "application_returned", channel: "text", on: true },
    { kind: "payment_confirmed", channel: "inbox", on: false },
  ],
  mails_to: null,
};

test("a form that nobody touched saves what was known", () => {
  expect(choicesOf(formOf(known), known)).toEqual(known);
});

test("a switch changes its own kind and channel", () => {
  const form = formOf(known);
  form.on["application_returned/text"] = false;
  const { choices } = choicesOf(form, known);
  expect(choices.map(({ on }) => on)).toEqual([true, false, false]);
});

test("an address that was emptied is none", () => {
  const form = formOf({ ...known, mails_to: "a@example.org" });
  expect(choicesOf(form, known).mails_to).toBe("a@example.org");
  form.mailsTo = "  ";
  expect(choicesOf(form, known).mails_to).toBeNull();
});

test("kinds stand once, with their channels", () => {
  expect(kindsOf(known)).toEqual([
    { kind: "application_returned", channels: ["inbox", "text"] },
    { kind: "payment_confirmed", channels: ["inbox"] },
  ]);
});

test("a message leads to the application that it is about", () => {
  expect(placeOf({ values: { application_no: "PRT0000000001" } })).toBe(
    "/applications/PRT0000000001",
  );
  expect(placeOf({ values: { webhook_id: "7d444840" } })).toBeNull();
});
