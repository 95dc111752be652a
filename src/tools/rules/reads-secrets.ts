import { phraseRule } from "./rule.ts";

/** Files that hold keys and passwords, and requests to put secrets or the conversation into an argument. */
export const rule = phraseRule("reads-secrets", "speaks of secrets that a tool has no use for", [
  /(?:~|\$HOME|%USERPROFILE%|\/root|\/home\/[\w.-]+|\/Users\/[\w.-]+)?[/\\]\.ssh\b(?:[/\\][\w.-]*)?/i,
  /\bid_(?:rsa|dsa|ecdsa|ed25519)\b/i,
  /\.aws[/\\]credentials\b|\.git-credentials\b|(?:^|[\s"'`/\\])\.netrc\b|\/etc\/(?:shadow|passwd)\b/i,
  /(?:~|\$HOME)?[/\\]?\.(?:cursor|claude|gemini|codex|codeium|vscode)[/\\](?:mcp|settings|config|auth)[\w.-]*\.(?:json|toml)\b|\bclaude_desktop_config\.json\b/i,
  /\b(?:read|open|cat|load|fetch|get|include|pass|provide|attach|append|paste|copy)\b[^.\n]{0,50}\b(?:private keys?|ssh keys?|system prompt|chat history|conversation history|(?:entire|full|whole|complete) conversation|(?:all|your|the user'?s) (?:environment variables|credentials|passwords|api keys|access tokens|secrets))\b/i,
]);
