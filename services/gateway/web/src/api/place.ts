// How far a list was loaded, kept with its entry in the browser's history: whoever comes back, or
// reloads, finds it as it was.

/** Milliseconds after which nobody wants to be taken to where they were any more. */
const PATIENCE = 5000;

let loaded: Promise<void> = Promise.resolve();

/** Give how many pages of the list at this entry were loaded. */
export function keptPages(): number {
  const { pages } = (history.state ?? {}) as { pages?: unknown };
  return typeof pages === "number" && pages > 0 ? pages : 1;
}

/** Keep how many pages of the list are loaded. */
export function keepPages(pages: number): void {
  history.replaceState({ ...(history.state as object | null), pages }, "");
}

/** Say that a list is being loaded as far as it was; gives how to say that it is. */
export function loading(): () => void {
  let done = (): void => undefined;
  loaded = new Promise((resolve) => (done = resolve));
  return done;
}

/** Wait for the list on the screen; gives whether it came in time. */
export async function whenLoaded(): Promise<boolean> {
  const late = new Promise<boolean>((resolve) => setTimeout(resolve, PATIENCE, false));
  const inTime = await Promise.race([loaded.then(() => true), late]);
  await new Promise(requestAnimationFrame);
  return inTime;
}
