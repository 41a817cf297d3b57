// Days are the office's: a day is shown as the API has it, an instant in the office's time zone.

const ZONE = "Asia/Shanghai";

const instant = new Intl.DateTimeFormat("sv-SE", {
  timeZone: ZONE,
  dateStyle: "short",
  timeStyle: "medium",
});
const minute = new Intl.DateTimeFormat("sv-SE", {
  timeZone: ZONE,
  dateStyle: "short",
  timeStyle: "short",
});
const day = new Intl.DateTimeFormat("sv-SE", { timeZone: ZONE, dateStyle: "short" });

/** Write an instant: "2025-11-25 15:06:52". */
export function shownInstant(text: string): string {
  return instant.format(new Date(text));
}

/** Write an instant without its seconds: "2025-11-25 15:06". */
export function shownMinute(text: string): string {
  return minute.format(new Date(text));
}

/** Give the office's day of today, as the API writes days. */
export function today(now: Date = new Date()): string {
  return day.format(now);
}
