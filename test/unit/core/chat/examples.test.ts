import assert from "node:assert/strict";
import { exampleQuestions } from "../../../../src/core/chat/examples";

describe("exampleQuestions", () => {
  it("are about what is open, the file in front first, each name once", () => {
    assert.deepEqual(exampleQuestions("src/cart.ts", ["README.md", "src/cart.ts"]), ["What does cart.ts do?", "Is there a bug in cart.ts?", "How does cart.ts work together with README.md?"]);
    assert.deepEqual(exampleQuestions(undefined, ["a/x.py", "b/x.py"]), ["What does x.py do?", "Is there a bug in x.py?", "Which tests would you write for x.py?"]);
  });

  it("are none where nothing is open, or nothing that may be named", () => {
    assert.deepEqual(exampleQuestions(undefined, []), []);
    assert.deepEqual(exampleQuestions(".env", ["keys/server.pem"]), []);
  });
});
