// A captcha: its picture, and another one; each can be answered once only.

import { ref, shallowRef } from "vue";

import { answer, client } from "@/api/client";
import { asProblem, type Problem } from "@/api/problem";

/** Keep a captcha's picture; `forget` empties what was typed for the one before. */
export function useCaptcha(forget: () => void) {
  const image = ref("");
  const problem = shallowRef<Problem | null>(null);
  let id = "";

  async function ask(): Promise<void> {
    forget();
    problem.value = null;
    try {
      const found = await answer(client.POST("/api/v1/auth/captcha"));
      id = found.captcha_id;
      image.value = `data:image/png;base64,${found.image}`;
    } catch (error) {
      id = "";
      image.value = "";
      problem.value = asProblem(error);
    }
  }
  let asking = ask();
  function change(): void {
    asking = ask();
  }
  /** Give the id of the picture that is shown; throws why there is none. */
  async function shown(): Promise<string> {
    await asking;
    if (!id) throw problem.value ?? new Error("no picture");
    return id;
  }
  return { image, problem, change, shown };
}
