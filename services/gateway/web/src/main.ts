import { PiniaColada } from "@pinia/colada";
import { createPinia } from "pinia";
import { createApp } from "vue";

import { router } from "@/shell/router";
import App from "./app.vue";
import "./composables/use-theme";
import { i18n, keptLanguage, speak } from "./texts";

import "element-plus/theme-chalk/base.css";
import "element-plus/theme-chalk/dark/css-vars.css";
import "./shell/base.css";

// Chinese is always there; English has to be fetched.
await speak(keptLanguage()).catch(() => speak("zh-CN"));
createApp(App).use(createPinia()).use(PiniaColada).use(i18n).use(router).mount("#app");
