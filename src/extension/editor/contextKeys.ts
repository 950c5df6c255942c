import * as vscode from "vscode";

/** Tells the editor what the person has reached; the walkthrough ticks its steps off by it. */
export function showContext(name: "cairn.hasKey" | "cairn.hasAsked" | "cairn.hasAnswer"): void {
  void vscode.commands.executeCommand("setContext", name, true);
}
