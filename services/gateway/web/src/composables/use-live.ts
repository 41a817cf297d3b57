// Live updates: what the server says happened makes the answers that it concerns stale.

import { useQueryCache } from "@pinia/colada";
import { EventSourceParserStream } from "eventsource-parser/stream";
import { onScopeDispose } from "vue";

import { staleAfter } from "@/api/stale";
import { whenTabsTell } from "@/api/tabs";

/** Milliseconds: events that come together refresh once; a broken stream is opened again. */
const GATHER = 200;
const AGAIN = 3000;
const ONCE_MORE = 1500;
/** While there is no stream, everything on the screen is asked for at this pace instead. */
const POLL = 5000;

/** Keep what is on the screen up to date for as long as the component lives. */
export function useLive(): void {
  const cache = useQueryCache();
  const leaving = new AbortController();
  const stale = new Map<string, string[]>();
  let gathering: ReturnType<typeof setTimeout> | undefined;
  let later: ReturnType<typeof setTimeout> | undefined;
  let polling: ReturnType<typeof setInterval> | undefined;
  let lastId = "";
  let again = AGAIN;
  /** Ends when the page is hidden: browsers have few connections, and all tabs share them. */
  let looking = new AbortController();

  /** Ask again; what fails is said where it is shown. */
  function ask(key?: string[]): void {
    cache.invalidateQueries(key && { key }).catch(() => undefined);
  }

  function refresh(keys: string[][]): void {
    for (const key of keys) stale.set(key.join("/"), key);
    gathering ??= setTimeout(() => {
      gathering = undefined;
      const those = [...stale.values()];
      stale.clear();
      for (const key of those) ask(key);
      // Another service may hear of it a moment later, and answer with it only then.
      clearTimeout(later);
      later = setTimeout(() => {
        for (const key of those) ask(key);
      }, ONCE_MORE);
    }, GATHER);
  }

  function poll(on: boolean): void {
    if (on)
      polling ??= setInterval(() => {
        ask();
      }, POLL);
    else {
      clearInterval(polling);
      polling = undefined;
    }
  }

  async function follow(): Promise<void> {
    looking = new AbortController();
    const answer = await fetch("/api/v1/events", {
      headers: lastId ? { "Last-Event-ID": lastId } : {},
      signal: looking.signal,
    });
    if (!answer.ok || answer.body === null) {
      // Too many pages of this account follow already, say: this one asks at its own pace.
      again = Math.max(AGAIN, Number(answer.headers.get("Retry-After")) * 1000);
      // The place is no longer in the log, say: whatever was missed is asked for anew.
      lastId = "";
      throw new Error(String(answer.status));
    }
    poll(false);
    again = AGAIN;
    const events = answer.body
      .pipeThrough(new TextDecoderStream())
      .pipeThrough(new EventSourceParserStream())
      .getReader();
    for (;;) {
      const { done, value: event } = await events.read();
      if (done) return;
      if (event.id !== undefined) lastId = event.id;
      const { type, subject } = JSON.parse(event.data) as { type: string; subject: string };
      refresh(staleAfter(type, subject));
    }
  }

  async function keepFollowing(): Promise<void> {
    while (!leaving.signal.aborted) {
      if (document.hidden) await isLookedAt();
      await follow().catch(() => {
        if (!leaving.signal.aborted && !document.hidden) poll(true);
      });
      if (!document.hidden) await new Promise((resolve) => setTimeout(resolve, again));
    }
  }

  /** Wait until the page is looked at again; what happened meanwhile is asked for anew. */
  async function isLookedAt(): Promise<void> {
    await new Promise((resolve) => {
      document.addEventListener("visibilitychange", resolve, {
        once: true,
        signal: leaving.signal,
      });
    });
    ask();
  }

  document.addEventListener(
    "visibilitychange",
    () => {
      if (!document.hidden) return;
      looking.abort();
      poll(false);
    },
    { signal: leaving.signal },
  );

  void keepFollowing();
  const stopListening = whenTabsTell(() => {
    ask();
  });
  onScopeDispose(() => {
    stopListening();
    leaving.abort();
    looking.abort();
    clearTimeout(gathering);
    clearTimeout(later);
    poll(false);
  });
}
