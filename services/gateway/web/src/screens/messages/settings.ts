// What one is told of, as a form: a switch per kind and channel.

import type { Schemas } from "@/api/client";

export type Channel = Schemas["Channel"];
type Choices = Schemas["NotificationChoices"];

export interface SettingsForm {
  /** Whether it is on, by kind and channel. */
  on: Record<string, boolean>;
  mailsTo: string;
}
export interface Kind {
  readonly kind: Choices["choices"][number]["kind"];
  readonly channels: readonly Channel[];
}

/** Name a switch. */
export function switchOf(kind: string, channel: string): string {
  return `${kind}/${channel}`;
}

/** Give the kinds that one may be told of, each with its channels. */
export function kindsOf({ choices }: Choices): Kind[] {
  const kinds = new Map<Kind["kind"], Channel[]>();
  for (const { kind, channel } of choices) kinds.set(kind, [...(kinds.get(kind) ?? []), channel]);
  return [...kinds].map(([kind, channels]) => ({ kind, channels }));
}

/** Fill the form. */
export function formOf({ choices, mails_to }: Choices): SettingsForm {
  const on = choices.map(({ kind, channel, on }) => [switchOf(kind, channel), on] as const);
  return { on: Object.fromEntries(on), mailsTo: mails_to ?? "" };
}

/** Say what is to be saved: an address that was emptied is none. */
export function choicesOf(form: SettingsForm, known: Choices): Choices {
  return {
    choices: known.choices.map((one) => ({
      ...one,
      on: form.on[switchOf(one.kind, one.channel)] ?? one.on,
    })),
    mails_to: form.mailsTo.trim() || null,
  };
}
