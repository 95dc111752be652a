/** Client ids for tests that are not about the real list. */
export const clientIds = ["claude-code", "codex", "cursor", "gemini-cli", "vscode", "opencode", "zed"] as const;
