import type { EventOf, EventType } from "../../../../src/core/protocol/events";

const envelope = { v: 1, id: "01hevent", seq: 7, at: 1_760_000_000_000 } as const;
const chat = { ...envelope, chatId: "01hchat" } as const;
const turn = { ...chat, turnId: "01hturn" } as const;
const run = { ...envelope, runId: "01hrun" } as const;
const edit = { ...turn, editId: "01hedit" } as const;
const call = { ...turn, callId: "01hcall" } as const;
const tokens = { model: "claude-test", inputTokens: 1, outputTokens: 2, cacheReadTokens: 3, cacheWrite5mTokens: 4, cacheWrite1hTokens: 5 } as const;
const blob = { sha256: "0123456789abcdef".repeat(4), sizeBytes: 300_000 } as const;
const lines = { startLine: 3, endLine: 9 } as const;

/** Valid events of every type: those with optional fields once without and once with all of them. */
export const eventSamples: { readonly [T in EventType]: readonly EventOf<T>[] } = {
  "chat.created": [{ ...chat, type: "chat.created", title: "" }, { ...chat, type: "chat.created", title: "Ünï 🫖\u2028\ud800", folder: "shop" }],
  "chat.renamed": [{ ...chat, type: "chat.renamed", title: "New" }],
  "chat.pinned": [{ ...chat, type: "chat.pinned", isPinned: true }],
  "chat.tagged": [{ ...chat, type: "chat.tagged", tags: [] }, { ...chat, type: "chat.tagged", tags: ["a", "b"] }],
  "chat.deleted": [{ ...chat, type: "chat.deleted" }],
  "chat.restored": [{ ...chat, type: "chat.restored" }],
  "chat.purged": [{ ...chat, type: "chat.purged" }],
  "chat.imported": [{ ...chat, type: "chat.imported" }],
  "chat.forked": [{ ...chat, type: "chat.forked", fromChatId: "01hother", fromTurnId: "01hturn0" }],
  "chat.settings": [{ ...chat, type: "chat.settings" }, { ...chat, type: "chat.settings", model: "claude-test", effort: "high", mode: "plan" }, { ...chat, type: "chat.settings", shownTurnId: "01hturn" }],

  "turn.started": [{ ...turn, type: "turn.started", model: "claude-test" }, { ...turn, type: "turn.started", model: "claude-test", parentTurnId: "01hturn0", retryOf: "01hturn1" }, { ...turn, type: "turn.started", model: "claude-test", editOf: "01hturn1" }],
  "turn.queued": [{ ...turn, type: "turn.queued", position: 0 }],
  "turn.waiting": [{ ...turn, type: "turn.waiting", untilAt: 1_760_000_003_000, attempt: 2, message: "Busy." }],
  "turn.ended": [
    { ...turn, type: "turn.ended", status: "interrupted" },
    { ...turn, type: "turn.ended", status: "failed", stopReason: "refusal", failure: { code: "rateLimited", message: "Wait.", retryAfterMs: 1000, requestId: "req_1" } },
    { ...turn, type: "turn.ended", status: "failed", failure: { code: "offline", message: "No network." } },
  ],

  "block.started": [
    { ...turn, type: "block.started", blockId: "01hblock", role: "user", block: { kind: "text" } },
    { ...turn, type: "block.started", blockId: "01hblock", role: "assistant", block: { kind: "thinking" } },
    { ...turn, type: "block.started", blockId: "01hblock", role: "assistant", block: { kind: "thinking", signature: "sealed" } },
    { ...turn, type: "block.started", blockId: "01hblock", role: "user", block: { kind: "attachment", path: "src/a.ts", language: "typescript" } },
    { ...turn, type: "block.started", blockId: "01hblock", role: "user", block: { kind: "attachment", path: "src/a.ts", language: "typescript", lines, cutFrom: 12_345 } },
    { ...turn, type: "block.started", blockId: "01hblock", role: "user", block: { kind: "attachment", path: "src/a.ts", language: "typescript", blob } },
    { ...turn, type: "block.started", blockId: "01hblock", role: "assistant", block: { kind: "tool", tool: "read", input: null, inputBlob: { ...blob, mediaType: "application/json" }, status: "ok", durationMs: 1, outputBlob: blob } },
    { ...turn, type: "block.started", blockId: "01hblock", role: "user", block: { kind: "blob", sha256: "ab12", mediaType: "image/png", sizeBytes: 3 } },
    { ...turn, type: "block.started", blockId: "01hblock", role: "user", block: { kind: "blob", sha256: "ab12", mediaType: "image/png", sizeBytes: 3, name: "a.png" } },
  ],
  "block.delta": [{ ...turn, type: "block.delta", blockId: "01hblock", offset: 0, text: "a\n\u2029" }],
  "block.part": [{ ...turn, type: "block.part", blockId: "01hblock", offset: 4, text: "" }],
  "block.ended": [{ ...turn, type: "block.ended", blockId: "01hblock" }],

  "tool.requested": [{ ...call, type: "tool.requested", tool: "read", input: { path: "a", deep: [1, null, { b: true }] } }, { ...call, type: "tool.requested", tool: "read", input: null }, { ...call, type: "tool.requested", tool: "read", input: "…", inputBlob: { ...blob, mediaType: "application/json" }, step: 1 }],
  "tool.progress": [{ ...call, type: "tool.progress", text: "half" }],
  "tool.ended": [{ ...call, type: "tool.ended", status: "denied", output: "no", durationMs: 0.5 }, { ...call, type: "tool.ended", status: "ok", output: "…", outputBlob: blob, durationMs: 2 }],
  "approval.asked": [{ ...call, type: "approval.asked", approvalId: "01happroval", reason: "writes" }],
  "approval.answered": [{ ...turn, type: "approval.answered", approvalId: "01happroval", answer: "deny" }, { ...turn, type: "approval.answered", approvalId: "01happroval", answer: "allow", rule: "read *" }],
  "question.asked": [{ ...turn, type: "question.asked", questionId: "01hquestion", text: "Which?", choices: ["a", "b"] }],
  "question.answered": [{ ...turn, type: "question.answered", questionId: "01hquestion", answer: "a" }, { ...turn, type: "question.answered", questionId: "01hquestion", answer: "…", answerBlob: blob }],
  "todo.changed": [{ ...turn, type: "todo.changed", items: [{ text: "a", status: "open" }, { text: "b", status: "active" }, { text: "c", status: "done" }] }],
  "plan.proposed": [{ ...turn, type: "plan.proposed", planId: "01hplan", text: "1." }, { ...turn, type: "plan.proposed", planId: "01hplan", text: "…", textBlob: blob }],
  "plan.accepted": [{ ...turn, type: "plan.accepted", planId: "01hplan" }],

  "edit.proposed": [{ ...edit, type: "edit.proposed", path: "a.ts", baseHash: "h1", edit: { edits: [] } }, { ...edit, type: "edit.proposed", path: "a.ts", baseHash: "h1", edit: null, editBlob: blob }],
  "edit.applied": [{ ...edit, type: "edit.applied", path: "a.ts", resultHash: "h2", inverse: { edits: [] } }, { ...edit, type: "edit.applied", path: "a.ts", resultHash: "h2", inverse: null, inverseBlob: blob }],
  "edit.kept": [{ ...edit, type: "edit.kept" }],
  "edit.rejected": [{ ...edit, type: "edit.rejected" }, { ...edit, type: "edit.rejected", reason: "wrong file" }],
  "edit.reverted": [{ ...edit, type: "edit.reverted" }],
  "edit.survived": [{ ...edit, type: "edit.survived", afterMs: 60_000 }],
  "checkpoint.made": [{ ...chat, type: "checkpoint.made", checkpointId: "01hcheck", label: "before" }],
  "checkpoint.restored": [{ ...chat, type: "checkpoint.restored", checkpointId: "01hcheck" }],

  "run.started": [{ ...run, type: "run.started", task: "tests" }, { ...run, type: "run.started", chatId: "01hchat", task: "tests", agent: "fixer" }],
  "run.step": [{ ...run, type: "run.step", step: 1, label: "look" }],
  "run.paused": [{ ...run, type: "run.paused", reason: "asked" }],
  "run.resumed": [{ ...run, type: "run.resumed" }],
  "run.ended": [{ ...run, type: "run.ended", status: "done" }],
  "process.started": [{ ...run, type: "process.started", processId: "01hprocess", command: "make", cwd: "." }],
  "process.ended": [{ ...run, type: "process.ended", processId: "01hprocess" }, { ...run, type: "process.ended", processId: "01hprocess", exitCode: -1, signal: "SIGTERM" }],

  "memory.learned": [{ ...envelope, type: "memory.learned", patternId: "01hpattern", pattern: { text: "x" } }, { ...turn, ...run, type: "memory.learned", patternId: "01hpattern", pattern: [] }],
  "memory.used": [{ ...envelope, type: "memory.used", patternIds: ["01hpattern"] }],
  "memory.judged": [{ ...envelope, type: "memory.judged", patternId: "01hpattern", outcome: "failure", evidence: "undone" }],
  "memory.forgotten": [{ ...envelope, type: "memory.forgotten", patternId: "01hpattern" }],
  "guard.made": [{ ...envelope, type: "guard.made", guardId: "01hguard", guard: "x" }],
  "guard.hit": [{ ...envelope, type: "guard.hit", guardId: "01hguard", detail: "line 3" }],

  usage: [{ ...turn, type: "usage", ...tokens }],
  notice: [{ ...chat, type: "notice", level: "warning", text: "Look." }, { ...turn, type: "notice", level: "info", text: "Look." }],
};
