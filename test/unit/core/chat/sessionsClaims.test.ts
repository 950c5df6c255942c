import assert from "node:assert/strict";
import { Sessions } from "../../../../src/core/chat/sessions";
import type { SessionEvent } from "../../../../src/core/protocol/events";
import { streamOf } from "../../../../src/core/store/streams";
import { NO_TABLES } from "../../../torture/window";
import { createManualClock } from "../../../support/fakes/clock";
import { createCountingIds } from "../../../support/fakes/ids";
import { createMemoryJournal } from "../../../support/fakes/journal";
import { createRecordingLog } from "../../../support/fakes/log";

const chatId = "chat1";

describe("Sessions: a chat that goes from window to window", () => {
  it("is gone on with after what the others have said, although nobody has looked at it since", async () => {
    const journal = createMemoryJournal({ writer: "w1" });
    const claims: [number, number] = [1, 1];
    const windows = [journal, journal.shareWith("w2")].map((own, index) => new Sessions({ journal: own, tables: NO_TABLES, clock: createManualClock(), ids: createCountingIds(`w${index}x`), log: createRecordingLog(), mayWrite: async () => claims[index] ?? false }));
    const say = async (index: 0 | 1, title: string): Promise<void> => {
      claims[index]++; // it has taken the chat anew
      assert.deepEqual(await windows[index]?.append(chatId, [{ type: "chat.renamed", chatId, title }]), { ok: true, value: undefined });
    };
    await say(0, "one");
    await say(1, "two");
    await say(0, "three");
    await say(1, "four");
    const events = journal.lines(streamOf(chatId)) as readonly (SessionEvent & { readonly title: string })[]; // written above
    assert.deepEqual(events.map(({ seq, title }) => [seq, title]), [[1, "one"], [2, "two"], [3, "three"], [4, "four"]]);
  });

  it("is not read on again for every event under one claim", async () => {
    const journal = createMemoryJournal({ writer: "w1" });
    let looks = 0;
    const counted = { ...journal, files: (stream?: string) => (looks++, journal.files(stream)) };
    const sessions = new Sessions({ journal: counted, tables: NO_TABLES, clock: createManualClock(), ids: createCountingIds(), log: createRecordingLog(), mayWrite: async () => 7 });
    for (const title of ["one", "two", "three"]) await sessions.append(chatId, [{ type: "chat.renamed", chatId, title }]);
    assert.equal(looks, 1);
  });
});
