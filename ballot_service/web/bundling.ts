// How every script of the client is bundled. Tests use it too, so that what they run is what is built.

import { readFileSync } from "node:fs";
import type { BuildOptions, Plugin } from "esbuild";

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

/** The reader of QR codes would look for its program at a host that is not ours, were it not told where it is. */
export const withoutOtherHosts: Plugin = {
  name: "without-other-hosts",
  setup: ({ onLoad }) => {
    onLoad(
      { filter: /zxing-wasm[\\/]dist[\\/]es[\\/]reader[\\/]|zxing-wasm[\\/]dist[\\/]es[\\/]share\.js$/ },
      ({ path }) => ({
        contents: readFileSync(path, "utf8").replace(/`https:[^`]*`/g, '""'),
      }),
    );
  },
};
