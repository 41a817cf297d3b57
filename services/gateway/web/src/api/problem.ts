// What went wrong, in one shape: the server's problem details (RFC 9457) or a lost connection.

import type { components } from "./schema";

type Details = components["schemas"]["Problem"];

/** Codes that the server does not send: nothing came back, or nothing that can be read. */
export const UNREACHABLE = "unreachable";
export const UNREADABLE = "unreadable";
/** A paper that could not be drawn. */
export const PRINT_FAILED = "print_failed";

export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly detail: string,
    readonly field: string | null = null,
    readonly errors: readonly { field: string; name: string; reason: string }[] = [],
  ) {
    super(detail || code);
  }

  /** Whether the command may have been carried out all the same. */
  get isUncertain(): boolean {
    return this.status === 0 || this.status >= 500;
  }
}

/** What a problem says of one field of the form; empty when it is about something else. */
export function reasonAt(problem: Problem | null, field: string): string {
  const error = problem?.errors.find((one) => one.field === field);
  if (error) return error.reason;
  return problem?.field === field && problem.errors.length === 0 ? problem.detail : "";
}

/** Read an answer's problem details, whatever they are. */
export function problemOf(status: number, body: unknown): Problem {
  const found: Partial<Details> = typeof body === "object" && body !== null ? body : {};
  return new Problem(
    status,
    found.code ?? UNREADABLE,
    found.detail ?? "",
    found.field ?? null,
    found.errors ?? [],
  );
}

/** Give anything thrown as a problem. */
export function asProblem(error: unknown): Problem {
  return error instanceof Problem ? error : new Problem(0, UNREACHABLE, "");
}
