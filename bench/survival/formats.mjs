// Hand-written client files of each format, with everything in them that a person may have put there.

/** `client`, `file` (below the project, or below HOME for `isGlobal`), `text` as by hand, and which habits its syntax allows. */
export const FORMATS = [
  {
    name: "JSON",
    client: "claude-code",
    file: ".mcp.json",
    root: ["mcpServers"],
    text: `{
  "zeta": { "kept": true },
  "mcpServers": {
    "mine": { "command": "my-server", "args": ["--fast"], "timeout": 5000 }
  },
  "alpha": [1, 2, 3]
}
`,
  },
  {
    name: "JSONC",
    client: "opencode",
    file: "opencode.json",
    root: ["mcp"],
    text: `{
  // my theme
  "theme": "dark",
  "mcp": {
    /* by hand */
    "mine": { "type": "local", "command": ["my-server", "--fast"], "enabled": true }, // keep
  },
  "autoupdate": false,
}
`,
  },
  {
    name: "TOML",
    client: "codex",
    file: ".codex/config.toml",
    root: ["mcp_servers"],
    text: `# my model
model = "gpt-5" # the good one
notify = [
  "ping",
]

[mcp_servers.mine] # by hand
command = "my-server"
args = ["--fast"]

[tools]
web_search = true
`,
  },
  {
    name: "YAML",
    client: "goose",
    file: ".config/goose/config.yaml",
    isGlobal: true,
    root: ["extensions"],
    text: `# my goose
GOOSE_MODEL: gpt-5 # the good one
list: [one, two,]
extensions:
  # by hand
  mine:
    type: stdio
    name: mine
    cmd: my-server
    args: ["--fast"]
    enabled: true
GOOSE_MODE: auto
`,
  },
];

export const NEW_SERVER = { name: "new-server", command: "node", args: ["server.js"], env: { LOG_LEVEL: "info" } };
