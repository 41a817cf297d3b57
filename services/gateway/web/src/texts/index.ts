// The texts of the screens: a file per screen and language; Chinese is always there.

import { createI18n } from "vue-i18n";

export type Language = "zh-CN" | "en";
export const LANGUAGES: Record<Language, string> = { "zh-CN": "中文", en: "English" };

type Texts = Record<string, unknown>;
type Files = Record<string, Texts>;

const chinese: Files = import.meta.glob<Texts>("./zh/*.json", { eager: true, import: "default" });
const english = import.meta.glob<Texts>("./en/*.json", { import: "default" });

/** Put the files together under their names. */
function named(files: Files): Record<string, Texts> {
  return Object.fromEntries(
    Object.entries(files).map(([path, texts]) => [
      path.slice(path.lastIndexOf("/") + 1, -".json".length),
      texts,
    ]),
  );
}

const KEPT = "language";

export const i18n = createI18n({
  legacy: false,
  locale: "zh-CN",
  fallbackLocale: "zh-CN",
  messages: { "zh-CN": named(chinese), en: {} },
});

const { global } = i18n;

/** Show everything in a language, now and next time. */
export async function speak(language: Language): Promise<void> {
  if (language === "en" && Object.keys(global.getLocaleMessage("en")).length === 0) {
    const loaded = await Promise.all(
      Object.entries(english).map(async ([path, load]) => [path, await load()] as const),
    );
    global.setLocaleMessage("en", named(Object.fromEntries(loaded)) as never);
  }
  global.locale.value = language;
  document.documentElement.lang = language;
  localStorage.setItem(KEPT, language);
}

/** The language of last time. */
export function keptLanguage(): Language {
  return localStorage.getItem(KEPT) === "en" ? "en" : "zh-CN";
}
