// Which answers an event makes stale. Keys begin with what is shown, then the application.

/** Keys of the answers that screens keep; `[keys.application, number]` is one application. */
export const keys = {
  applications: "applications",
  application: "application",
  imports: "imports",
  persons: "persons",
  billings: "billings",
  notices: "payment-notices",
  confirmations: "confirmations",
  /** A print, by its id. */
  prints: "prints",
  /** Who printed a paper, by its kind and number. */
  takings: "takings",
  audit: "audit",
  accounts: "accounts",
  bindings: "bindings",
  ownBindings: "own-bindings",
  sessions: "sessions",
  signIns: "sign-ins",
  units: "units",
  unit: "unit",
  offices: "offices",
  inbox: "inbox",
  messages: "messages",
} as const;

const BY_SERVICE: Record<string, readonly string[]> = {
  enrollment: [
    keys.applications,
    keys.application,
    keys.billings,
    keys.notices,
    keys.confirmations,
    keys.inbox,
  ],
  roster: [keys.application, keys.imports, keys.persons],
  invoicing: [keys.billings, keys.application, keys.inbox],
  documents: [keys.notices, keys.confirmations, keys.prints, keys.takings],
};
const BY_TOPIC: Record<string, readonly string[]> = {
  "gateway.webhook.paused.v1": [keys.inbox],
};
const ALWAYS_WHOLE: readonly string[] = [
  keys.applications,
  keys.billings,
  keys.notices,
  keys.confirmations,
  keys.takings,
  keys.inbox,
];

/** Give the keys that an event about a subject makes stale. */
export function staleAfter(topic: string, subject: string): string[][] {
  const [service = "", thing] = topic.split(".");
  if (thing === "unit") return [[keys.units], [keys.unit, subject]];
  return (BY_SERVICE[service] ?? BY_TOPIC[topic] ?? []).map((key) =>
    ALWAYS_WHOLE.includes(key) ? [key] : [key, subject],
  );
}
