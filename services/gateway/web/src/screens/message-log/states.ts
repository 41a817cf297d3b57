// What the log of messages is made of.

import type { Schemas } from "@/api/client";

/** The states, and how each looks. */
export const STATES = {
  queued: "info",
  sending: "primary",
  sent: "success",
  refused: "danger",
  unknown: "warning",
} as const satisfies Record<Schemas["MessageState"], string>;

/** The kinds, in the order of the work. */
export const KINDS = [
  "code",
  "registration_decided",
  "first_password",
  "application_submitted",
  "application_returned",
  "application_approved",
  "payment_confirmed",
  "receipt_issued",
  "confirmation_ready",
  "webhook_paused",
] as const satisfies readonly Schemas["MessageKind"][];

/** Say whether a message is still under way, so that its state will change by itself. */
export function isUnderWay({ state }: Pick<Schemas["LoggedMessage"], "state">): boolean {
  return state === "queued" || state === "sending";
}
