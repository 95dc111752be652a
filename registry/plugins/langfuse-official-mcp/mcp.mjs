// Langfuse wants `Basic base64(public:secret)`, and no client can make that from two variables. The header travels in the
// environment: mcp-remote replaces ${LANGFUSE_AUTHORIZATION} itself, so the keys are in no command line.
import { spawn } from "node:child_process";

const { LANGFUSE_PUBLIC_KEY: publicKey, LANGFUSE_SECRET_KEY: secretKey } = process.env;
if (!publicKey || !secretKey) {
  console.error("LANGFUSE_PUBLIC_KEY and LANGFUSE_SECRET_KEY have to be set: atk setup langfuse-official-mcp");
  process.exit(1);
}
const host = (process.env.LANGFUSE_HOST || "https://cloud.langfuse.com").replace(/\/+$/, "");
const header = "Authorization:${LANGFUSE_AUTHORIZATION}";
const credentials = Buffer.from(`${publicKey}:${secretKey}`).toString("base64");
const child = spawn(
  "npx",
  ["-y", "mcp-remote@0.15.1", `${host}/api/public/mcp`, "--header", header, "--transport", "http-only"],
  {
    stdio: "inherit",
    // npx is a script on Windows, which only a shell can start.
    shell: process.platform === "win32",
    env: { ...process.env, LANGFUSE_AUTHORIZATION: `Basic ${credentials}` },
  },
);
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => child.kill(signal));
child.on("error", (error) => {
  console.error(`npx could not be started: ${error.message}`);
  process.exit(1);
});
child.on("exit", (code) => process.exit(code ?? 1));
