// Who is signed in. The session itself is a cookie that no script can read.

import { defineStore } from "pinia";
import { computed, ref, shallowRef } from "vue";

import { answer, client, renewSessionsWith, type Schemas } from "@/api/client";
import { Problem } from "@/api/problem";

export type Account = Schemas["Account"];
export type Role = Schemas["Role"];

/** What the tabs of a browser tell each other: their cookie is one and the same. */
const tabs = new BroadcastChannel("session");
type Told = "signed-out" | "signed-in";

function leaveFor(address: string): void {
  // A whole load: nothing of one account may be left for the next.
  location.assign(address);
}

export const useSession = defineStore("session", () => {
  const account = shallowRef<Account | null>(null);
  /** Whether the session has ended and the page waits for a new one. */
  const ended = ref(false);
  const role = computed(() => account.value?.role ?? null);
  /** What comes before everything else: a second factor, another password. */
  const need = computed(() => account.value?.needs ?? null);
  let waiting: (() => void)[] = [];

  renewSessionsWith(() => {
    ended.value = true;
    return new Promise((resolve) => waiting.push(resolve));
  });

  /** Find out who is signed in; null when nobody is. */
  async function load(): Promise<Account | null> {
    try {
      account.value = await answer(client.GET("/api/v1/auth/me"));
    } catch (error) {
      if (!(error instanceof Problem) || error.status !== 401) throw error;
      account.value = null;
    }
    return account.value;
  }

  /** Sign in; when a page waits for it, its calls go on, or it starts anew for another account. */
  async function signIn(login: Schemas["Login"]): Promise<void> {
    const before = account.value;
    const session = await answer(client.POST("/api/v1/auth/login", { body: login }));
    tabs.postMessage("signed-in" satisfies Told);
    account.value = session.account;
    if (before !== null && before.account_id !== session.account.account_id) leaveFor("/");
    else if (need.value === null) goOn();
  }

  /** Go on when nothing more is needed; give what is. */
  async function finish(): Promise<Account["needs"]> {
    await load();
    if (account.value === null) leaveFor("/sign-in");
    else if (need.value === null) goOn();
    return need.value;
  }

  async function signOut(): Promise<void> {
    await answer(client.POST("/api/v1/auth/logout")).catch((error: unknown) => {
      if (!(error instanceof Problem) || error.status !== 401) throw error;
    });
    tabs.postMessage("signed-out" satisfies Told);
    leaveFor("/sign-in");
  }

  function goOn(): void {
    ended.value = false;
    const calls = waiting;
    waiting = [];
    for (const call of calls) call();
  }

  tabs.onmessage = async ({ data }: MessageEvent<Told>) => {
    if (account.value === null) return;
    if (data === "signed-out") {
      // The page stays as it is, with all that was typed, until somebody signs in again.
      ended.value = true;
      return;
    }
    const before = account.value;
    const found = await load();
    if (found === null) account.value = before;
    else if (found.account_id !== before.account_id) leaveFor("/");
    else if (need.value === null) goOn();
  };

  return { account, role, need, ended, load, signIn, finish, signOut };
});
