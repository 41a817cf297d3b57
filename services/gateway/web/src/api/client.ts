// The one way to the server: typed calls, patient with what is still arriving, and with a session
// that has ended while somebody was typing.

import createClient from "openapi-fetch";

import { problemOf } from "./problem";
import type { components, paths } from "./schema";

export type Schemas = components["schemas"];

/** Seconds for which a 503 with Retry-After is asked again; the copies behind it arrive by then. */
const PATIENCE = 30;
/** Code of a call that was refused before it did anything: too many of this account are under way. */
const TOO_MUCH_AT_ONCE = "too_many_requests";
const SIGNING_IN =
  /\/api\/v1\/auth\/(login|captcha|me|logout|codes|codes\/[^/]+\/proof|password-reset)$/;

/** Header of whoever has no session, but has proved a mobile. */
export const PROOF = "Mobile-Proof";

type SignInAgain = () => Promise<void>;
let signInAgain: SignInAgain = () => Promise.reject(new Error("nobody can sign in again"));

/** Say how a session that has ended is renewed; calls wait for it and are then repeated. */
export function renewSessionsWith(act: SignInAgain): void {
  signInAgain = act;
}

async function patientFetch(request: Request): Promise<Response> {
  const until = Date.now() + PATIENCE * 1000;
  for (;;) {
    // A copy each time: a body can be sent once only.
    const answer = await fetch(request.clone());
    const isStrangers = SIGNING_IN.test(request.url) || request.headers.has(PROOF);
    if (answer.status === 401 && !isStrangers) {
      await signInAgain();
      continue;
    }
    const isLater = answer.status === 503 || (await isTooMuchAtOnce(answer));
    const again = isLater ? answer.headers.get("Retry-After") : null;
    if (again === null || Date.now() > until) return answer;
    await new Promise((resolve) => setTimeout(resolve, Math.min(Number(again) || 1, 5) * 1000));
  }
}

async function isTooMuchAtOnce(answer: Response): Promise<boolean> {
  if (answer.status !== 429) return false;
  const body: unknown = await answer
    .clone()
    .json()
    .catch(() => null);
  return problemOf(answer.status, body).code === TOO_MUCH_AT_ONCE;
}

export const client = createClient<paths>({ baseUrl: location.origin, fetch: patientFetch });

interface Outcome<Data> {
  data?: Data;
  error?: unknown;
  response: Response;
}

/** Give a call's answer with its ETag, or throw its problem. */
export async function tagged<Data>(
  call: Promise<Outcome<Data>>,
): Promise<{ data: Data; tag: string }> {
  const { data, error, response } = await call;
  if (!response.ok) throw problemOf(response.status, error);
  return { data: data as Data, tag: response.headers.get("ETag") ?? "" };
}

/** Give a call's answer, or throw its problem. */
export async function answer<Data>(call: Promise<Outcome<Data>>): Promise<Data> {
  return (await tagged(call)).data;
}
