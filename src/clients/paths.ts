import type { UserPath } from "./client.ts";

/** The same place below the home on every operating system. */
export function everywhere(path: string, more: Pick<UserPath, "moved" | "alternatives"> = {}): UserPath {
  return { linux: path, macos: path, windows: path, ...more };
}

/** Where an Electron application keeps its data: `product` is its folder. (Electron documentation of `appData`) */
export function applicationData(product: string, rest: string): UserPath {
  return {
    linux: `$XDG_CONFIG_HOME/${product}/${rest}`,
    macos: `~/Library/Application Support/${product}/${rest}`,
    windows: `%APPDATA%/${product}/${rest}`,
  };
}
