import * as vscode from "vscode";
import { wordsElement } from "./wordsElement";

/** Of the empty text: the component library makes one empty style element and fills it by script, which needs no permission. */
const EMPTY_STYLE = "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='";

/** Which page it is: the name of its files in dist/, and of the element that it fills. */
export interface PageName {
  readonly bundle: string;
  readonly rootId: string;
}

/**
 * A page, the panel's unless another is named. Scripts run by nonce, styles come from dist/, nothing is loaded from anywhere else.
 * The editor shows a page when all of it has loaded, so the font is asked for at once and not only when the first icon stands in it.
 */
export function renderHtml(webview: vscode.Webview, dist: vscode.Uri, { bundle, rootId }: PageName = { bundle: "webview", rootId: "cairn-root" }): string {
  const nonce = Buffer.from(crypto.getRandomValues(new Uint8Array(16))).toString("base64url");
  const script = webview.asWebviewUri(vscode.Uri.joinPath(dist, `${bundle}.js`)).toString();
  const style = webview.asWebviewUri(vscode.Uri.joinPath(dist, `${bundle}.css`)).toString();
  const font = webview.asWebviewUri(vscode.Uri.joinPath(dist, "codicon.ttf")).toString();
  const policy = [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    `style-src ${webview.cspSource} ${EMPTY_STYLE}`,
    `font-src ${webview.cspSource}`,
    "form-action 'none'",
    "base-uri 'none'",
  ].join("; ");
  return `<!DOCTYPE html>
<html lang="${vscode.env.language}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="preload" as="font" type="font/ttf" href="${font}" crossorigin>
<link rel="stylesheet" href="${style}">
<title>Cairn</title>
</head>
<body>
<div id="${rootId}"></div>${wordsElement(vscode.l10n.bundle)}
<script nonce="${nonce}" type="module" src="${script}"></script>
</body>
</html>`;
}
