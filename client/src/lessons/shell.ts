import type { Uri, Webview } from "vscode";

/**
 * The page's frame. Its policy lets in the extension's own script, and what that loads, and the extension's own style sheets; no inline
 * code or style, no image. For running programs it also lets in WebAssembly, a worker that the page makes, and reading the extension's
 * own files; the worker is held to the same.
 */
export function shellHtml(webview: Webview, script: Uri, style: Uri, language: string): string {
  const nonce = createNonce();
  const policy = [
    "default-src 'none'",
    `script-src 'nonce-${nonce}' 'wasm-unsafe-eval'`,
    `style-src ${webview.cspSource}`,
    `connect-src ${webview.cspSource}`,
    "worker-src blob:",
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
  return `<!DOCTYPE html>
<html lang="${/^[a-zA-Z-]+$/.test(language) ? language : "en"}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="${webview.asWebviewUri(style)}">
<title>SQLAlchemy Coach</title>
</head>
<body>
<script nonce="${nonce}" src="${webview.asWebviewUri(script)}"></script>
</body>
</html>`;
}

/** 128 random bits, new for each load. */
function createNonce(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
