// How every script of the client is bundled. Tests use it too, so that what they run is what is built.

import type { BuildOptions } from "esbuild";

export const bundling: BuildOptions & { write: false } = {
  absWorkingDir: import.meta.dirname,
  bundle: true,
  minify: true,
  write: false,
  legalComments: "none",
  charset: "utf8",
  target: ["chrome80", "safari14.1"], // the syntax; what else they lack: oldBrowsers.ts
  inject: ["oldBrowsers.ts"],
  define: { "Object.hasOwn": "objectHasOwn" },
  logLevel: "warning",
};
