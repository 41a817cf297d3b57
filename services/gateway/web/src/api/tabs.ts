// What was done in one tab is seen in the others, also where no event is announced (drafts).

const others = new BroadcastChannel("changes");

/** Tell the other tabs that something may have changed. */
export function tellTabs(): void {
  others.postMessage("changed");
}

/** Act when another tab has changed something; gives how to stop. */
export function whenTabsTell(act: () => void): () => void {
  others.addEventListener("message", act);
  return () => {
    others.removeEventListener("message", act);
  };
}
