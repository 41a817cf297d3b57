// What went wrong, in one shape: the server's problem details (RFC 9457) or a lost connection.

import type { components } from "./schema";

type Details = components["schemas"]["Problem"];
export type InputFault = components["schemas"]["InputError"];

/** Codes that the server does not send: nothing came back, or nothing that can be read. */
export const UNREACHABLE = "unreachable";
export const UNREADABLE = "unreadable";

export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly detail: string,
    readonly field: string | null = null,
    readonly errors: readonly InputFault[] = [],
  ) {
    super(detail || code);
  }

  /** Whether the command may have been carried out all the same. */
  get isUncertain(): boolean {
    return this.status === 0 || this.status >= 500;
  }
}

/** Give what is wrong with one field of the form, when a problem names every wrong field. */
export function faultAt(problem: Problem | null, field: string): InputFault | undefined {
  return problem?.errors.find((one) => one.field === field);
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
