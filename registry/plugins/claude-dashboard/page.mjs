const STYLE = `body{font:15px/1.4 system-ui,sans-serif;margin:2rem auto;max-width:75rem;padding:0 1rem;color-scheme:light dark}
table{border-collapse:collapse;width:100%}th,td{text-align:left;padding:.35rem .6rem;border-bottom:1px solid #8884;vertical-align:top}
td.n,th.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}small{opacity:.7}`;

/** The whole page; it has no script and loads nothing. */
export function page(sessions, projects) {
  const rows = sessions.map(row).join("\n");
  const body =
    sessions.length === 0
      ? `<p>There are no sessions in ${escape(projects)}.</p>`
      : `<table><tr><th>Session</th><th>Project</th><th>Model</th><th>Last</th><th class="n">Messages</th><th class="n">In</th><th class="n">Out</th><th class="n">Cache read</th><th class="n">Cache written</th></tr>
${rows}</table>`;
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta http-equiv="refresh" content="15"><title>Claude Code sessions</title><style>${STYLE}</style></head>
<body><h1>Claude Code sessions</h1>${body}</body></html>`;
}

function row(session) {
  const { tokens } = session;
  const counts = [session.messages, tokens.input, tokens.output, tokens.cacheRead, tokens.cacheWrite];
  const branch = session.branch === undefined ? "" : `<br><small>${escape(session.branch)}</small>`;
  return `<tr><td>${escape(session.title ?? "(nothing said yet)")}<br><small>${escape(session.id)}</small></td>
<td>${escape(session.project ?? "")}${branch}</td><td>${escape(session.model ?? "")}</td><td>${escape(shown(session.lastAt))}</td>
${counts.map((count) => `<td class="n">${count.toLocaleString("en")}</td>`).join("")}</tr>`;
}

const shown = (time) => String(time).slice(0, 16).replace("T", " ");
const escape = (text) =>
  String(text).replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
