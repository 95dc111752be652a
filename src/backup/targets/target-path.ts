import { AtkError } from "../../core/errors.ts";

/** @throws AtkError E_BACKUP for a path that is not plainly below the target */
export function checkedPath(path: string, target: string): string {
  const isGood = path.split("/").every((part) => part !== "" && part !== "." && part !== "..");
  if (isGood && !/[\0\n\r\\]/.test(path)) return path;
  throw new AtkError("E_BACKUP", `backup target ${target}: ${JSON.stringify(path)} is not a path inside of it`);
}
