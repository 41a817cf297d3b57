// Counts as the server gives them: exact up to a limit.

/** As far as the server counts; a state of which there are so many may have more. */
export const EXACT_UP_TO = 10_000;

/** Write a count: "1,234"; "10,000+" where there are more. */
export function shownCount(count: number, exact = count < EXACT_UP_TO): string {
  return `${count.toLocaleString("en-US")}${exact ? "" : "+"}`;
}
