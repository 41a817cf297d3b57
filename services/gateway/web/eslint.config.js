import prettier from "eslint-config-prettier";
import vue from "eslint-plugin-vue";
import tseslint from "typescript-eslint";

export default tseslint.config(
  { ignores: ["dist", "src/api/schema.d.ts", "src/components.d.ts"] },
  ...tseslint.configs.strictTypeChecked,
  ...tseslint.configs.stylisticTypeChecked,
  ...vue.configs["flat/recommended"],
  prettier, // layout is Prettier's
  {
    files: ["**/*.{ts,vue}"],
    languageOptions: {
      parserOptions: {
        parser: tseslint.parser,
        projectService: true,
        extraFileExtensions: [".vue"],
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      "no-undef": "off", // TypeScript says it better
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      "vue/component-name-in-template-casing": [
        "error",
        "kebab-case",
        { registeredComponentsOnly: false },
      ],
      "vue/require-default-prop": "off", // an optional prop is undefined, as its type says
      "vue/multi-word-component-names": "off", // files are named for what they show
    },
  },
  {
    // What depends on the types of templates and generic components, only vue-tsc can say.
    files: ["**/*.vue", "src/main.ts"],
    rules: {
      "@typescript-eslint/no-redundant-type-constituents": "off",
      "@typescript-eslint/no-unnecessary-type-arguments": "off",
      "@typescript-eslint/no-unnecessary-type-assertion": "off",
      "@typescript-eslint/no-unnecessary-condition": "off",
      "@typescript-eslint/no-unsafe-argument": "off",
      "@typescript-eslint/no-unsafe-assignment": "off",
      "@typescript-eslint/no-unsafe-call": "off",
      "@typescript-eslint/no-unsafe-member-access": "off",
      "@typescript-eslint/no-unsafe-return": "off",
    },
  },
  {
    // Which component is mounted, vue-tsc says too.
    files: ["src/{parts,screens}/**/*.test.ts"],
    rules: { "@typescript-eslint/no-unsafe-argument": "off" },
  },
  { files: ["**/*.js"], ...tseslint.configs.disableTypeChecked },
);
