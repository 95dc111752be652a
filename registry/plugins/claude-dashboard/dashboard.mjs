// One page about the sessions in Claude Code's transcripts: ~/.claude/projects/PROJECT/SESSION.jsonl, one JSON object a line.
import { createServer } from "node:http";
import { homedir } from "node:os";
import { join } from "node:path";
import { newestSessions } from "./sessions.mjs";
import { page } from "./page.mjs";

const port = Number(process.env.CLAUDE_DASHBOARD_PORT || 7878);
const limit = Number(process.env.CLAUDE_DASHBOARD_SESSIONS || 50);
const projects = join(process.env.CLAUDE_CONFIG_DIR || join(homedir(), ".claude"), "projects");

const server = createServer(async (request, response) => {
  const send = (status, type, body) => {
    response.writeHead(status, {
      "content-type": `${type}; charset=utf-8`,
      "cache-control": "no-store",
      "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'",
      "x-content-type-options": "nosniff",
    });
    response.end(body);
  };
  // A page on the web can make its own name mean 127.0.0.1; its name then stands in Host.
  const host = (request.headers.host ?? "").replace(/:\d+$/, "");
  if (host !== "localhost" && host !== "127.0.0.1") return send(403, "text/plain", "only for localhost\n");
  if (request.method !== "GET") return send(405, "text/plain", "only GET\n");
  try {
    const { pathname } = new URL(request.url ?? "/", "http://localhost");
    if (pathname === "/health") return send(200, "text/plain", "ok\n");
    if (pathname === "/sessions.json")
      return send(200, "application/json", JSON.stringify(await newestSessions(projects, limit), null, 2));
    if (pathname === "/") return send(200, "text/html", page(await newestSessions(projects, limit), projects));
    return send(404, "text/plain", "not here\n");
  } catch (error) {
    console.error(error);
    return send(500, "text/plain", "the sessions could not be read; see the log\n");
  }
});
server.listen(port, "127.0.0.1", () => console.log(`sessions of ${projects} at http://localhost:${port}`));
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => server.close(() => process.exit(0)));
