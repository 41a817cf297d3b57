import { fileURLToPath } from "node:url";

import vue from "@vitejs/plugin-vue";
import Components from "unplugin-vue-components/vite";
import { ElementPlusResolver } from "unplugin-vue-components/resolvers";
import { runnerImport, type Plugin } from "vite";
import { defineConfig } from "vitest/config";

/** Tells the gateway where the screens are (services/gateway/api/pages.py): any other address is not there. */
function addresses(): Plugin {
  return {
    name: "addresses",
    apply: "build",
    async generateBundle() {
      const { module } =
        await runnerImport<typeof import("./src/screens/index")>("./src/screens/index.ts");
      const paths = [module.SIGN_IN, ...module.screens.map(({ path }) => path)];
      const tops = new Set(
        paths.filter((path) => path !== "/").map((path) => `/${path.split("/")[1]}`),
      );
      this.emitFile({
        type: "asset",
        fileName: "addresses.json",
        source: JSON.stringify([...tops].sort()),
      });
    },
  };
}

export default defineConfig({
  plugins: [
    vue(),
    // Element Plus by the component: what a page does not show is not loaded for it.
    Components({
      dirs: [],
      resolvers: [ElementPlusResolver({ importStyle: "css" })],
      dts: "src/components.d.ts",
    }),
    addresses(),
  ],
  resolve: { alias: { "@": fileURLToPath(new URL("src", import.meta.url)) } },
  build: { target: "es2022", chunkSizeWarningLimit: 700 },
  server: { proxy: { "/api": "http://127.0.0.1:8000" } },
  test: {
    environment: "happy-dom",
    include: ["src/**/*.test.ts"],
    setupFiles: ["src/testing/setup.ts"],
    // One process for all files: Element Plus is loaded once per worker, not once per file.
    pool: "threads",
    isolate: false,
    server: { deps: { inline: ["element-plus"] } },
  },
});
