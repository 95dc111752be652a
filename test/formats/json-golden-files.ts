/** `~/.claude.json` as Claude Code writes it: JSON.stringify with two spaces, no newline at the end. */
export const CLAUDE = String.raw`{
  "numStartups": 42,
  "installMethod": "global",
  "autoUpdates": true,
  "tipsHistory": {
    "new-user-warmup": 3,
    "shift-enter": 12
  },
  "userID": "0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f",
  "firstStartTime": "2026-10-02T08:11:00.000Z",
  "projects": {
    "/home/ada/src/engine": {
      "allowedTools": [],
      "history": [
        {
          "display": "explain {\"a\": [1, 2]} // not a comment",
          "pastedContents": {}
        }
      ],
      "mcpContextUris": [],
      "mcpServers": {},
      "enabledMcpjsonServers": [],
      "hasTrustDialogAccepted": true,
      "lastCost": 0.0421
    }
  },
  "mcpServers": {
    "linear": {
      "type": "http",
      "url": "https://mcp.linear.app/mcp"
    },
    "notes": {
      "type": "stdio",
      "command": "node",
      "args": [
        "/home/ada/notes.js",
        "--größe",
        "ü"
      ],
      "env": {
        "LOG": "1"
      }
    }
  },
  "oauthAccount": null,
  "cachedChangelog": "# Changelog\n\n- one\n- two\n",
  "hasCompletedOnboarding": true
}`;

/** `opencode.jsonc` with comments, trailing commas and servers on one line. */
export const OPENCODE = String.raw`{
  "$schema": "https://opencode.ai/config.json",
  // models
  "model": "anthropic/claude-sonnet", /* the default */
  "instructions": ["CONTRIBUTING.md", "docs/*.md"],
  "mcp": {
    // team servers
    "linear": {
      "type": "remote",
      "url": "https://mcp.linear.app/mcp", // {not, an, object}
      "enabled": true,
    },
    "notes": { "type": "local", "command": ["node", "notes.js"], "enabled": false }, // off for now
    // "old": { "type": "local" },
  },
  "permission": { "bash": "ask" },
}
`;

/** Gemini's `settings.json`, indented with tabs, as an editor on Windows saves it. */
export const GEMINI = `\uFEFF${String.raw`{
	// user settings
	"theme": "Default",
	"mcpServers": {
		"linear": {
			"httpUrl": "https://mcp.linear.app/mcp", // remote
			"timeout": 30000
		} // keep this one
	},
	"context": { "fileName": ["AGENTS.md", "GEMINI.md"] }
}
`.replaceAll("\n", "\r\n")}`;
