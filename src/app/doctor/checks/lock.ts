import { refuseMismatch } from "../../load-plugins.ts";
import type { Check } from "../check.ts";

export const lock: Check = {
  id: "lock",
  title: "Lock",
  about: "manifest",
  async examine({ inputs, context }) {
    if (inputs.lockText === undefined && inputs.manifest.plugins.length === 0) return [];
    refuseMismatch(inputs, context);
    return [{ state: "ok", detail: "matches the manifest" }];
  },
};
