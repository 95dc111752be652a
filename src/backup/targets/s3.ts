import type { BackupTarget } from "../../manifest/upkeep.ts";
import type { TargetDeps } from "../open-target.ts";
import type { Target } from "../target.ts";
import { rcloneTarget } from "./rclone.ts";

/** Name of the remote that exists only in the environment of the programs that are started. */
const REMOTE = "ATKS3";

/**
 * A bucket of anything that speaks S3, through rclone: parts in bounded memory, checksums, retries. The keys are in its environment, in
 * no argument and no file. (rclone.org/docs, "Environment Variables"; rclone.org/s3)
 */
export async function openS3(
  name: string,
  target: Extract<BackupTarget, { readonly type: "s3" }>,
  deps: TargetDeps,
): Promise<Target> {
  const { bucket, prefix = "", endpoint, region } = target;
  const [accessKey, secretKey] = [await deps.resolve(target.accessKey), await deps.resolve(target.secretKey)];
  const options = {
    TYPE: "s3",
    PROVIDER: endpoint === undefined ? "AWS" : "Other",
    ENV_AUTH: "false",
    ACCESS_KEY_ID: accessKey,
    SECRET_ACCESS_KEY: secretKey,
    // Keys for backups often may not make or look at buckets.
    NO_CHECK_BUCKET: "true",
    ...(endpoint === undefined ? {} : { ENDPOINT: endpoint, FORCE_PATH_STYLE: "true" }),
    ...(region === undefined ? {} : { REGION: region }),
  };
  const own = Object.fromEntries(
    Object.entries(options).map(([key, value]) => [`RCLONE_CONFIG_${REMOTE}_${key}`, value]),
  );
  const below = prefix.replace(/^\/+|\/+$/g, "");
  const remote = `${REMOTE}:${bucket}${below === "" ? "" : `/${below}`}`;
  // rclone 1.60 cannot start with the SDK's own word for it, and has another. ("unable to load custom CA bundle")
  const bundle = deps.host.machine.env["AWS_CA_BUNDLE"];
  const trust = bundle === undefined ? {} : { AWS_CA_BUNDLE: undefined, RCLONE_CA_CERT: bundle };
  return rcloneTarget({ name, remote, env: { ...own, ...trust }, secrets: [secretKey, accessKey] }, deps);
}
