// What is said of a problem: the server says it in Chinese, with a code for readers of other languages.

import { useI18n } from "vue-i18n";

import { faultAt, UNREACHABLE, UNREADABLE, type InputFault, type Problem } from "@/api/problem";

const OURS = new Set([UNREACHABLE, UNREADABLE]);

/** Give how to say problems in the page's language; what it has no words for stays Chinese. */
export function useProblemWords() {
  const i18n = useI18n();
  const { t, locale } = i18n;
  const has = (key: string) => i18n.te(key, locale.value);

  function said(key: string, chinese: string): string {
    return has(`problems.${key}`) ? t(`problems.${key}`) : chinese;
  }
  /** Say why something was refused. */
  function refusalOf(code: string, chinese: string): string {
    return said(`codes.${code}`, chinese);
  }
  /** Say what is wrong with a field, with its name: "plans 1 shares is too large". */
  function faultOf({ field, name, code, reason }: InputFault): string {
    const about = said(`reasons.${code}`, reason);
    const words = field.split(".").map(wordOf);
    if (has("problems.input") && words.every((word) => word !== ""))
      return `${words.join(" ")} ${about}`;
    return name ? `${name}：${about}` : about;
  }
  /** Name a part of a field's place; places in lists count from 1, as people do. */
  function wordOf(part: string): string {
    return /^\d+$/.test(part) ? String(Number(part) + 1) : said(`fields.${part}`, "");
  }
  function sentenceOf(problem: Problem): string {
    const [first] = problem.errors;
    if (first && has("problems.input")) return t("problems.input", { about: faultOf(first) });
    // The server says what to do; only what never came from it is said here.
    if (problem.detail) return refusalOf(problem.code, problem.detail);
    return t(`common.problem.${OURS.has(problem.code) ? problem.code : UNREADABLE}`);
  }
  /** Say what a problem says of one field of the form; empty when it is about something else. */
  function reasonAt(problem: Problem | null, field: string): string {
    const fault = faultAt(problem, field);
    if (fault) return said(`reasons.${fault.code}`, fault.reason);
    if (problem?.field !== field || problem.errors.length > 0) return "";
    return refusalOf(problem.code, problem.detail);
  }
  return { refusalOf, faultOf, sentenceOf, reasonAt };
}
