import assert from "node:assert/strict";
import { toCsv } from "../../../src/webview/storage/csv";

describe("toCsv", () => {
  it("quotes what would be read otherwise, and tells NULL from the empty text", () => {
    const result = { columns: ["a", "b,c"], rows: [["1", null], ["", 'say "no"'], ["two\nlines", "ü"]] };
    assert.equal(toCsv(result), 'a,"b,c"\r\n1,\r\n"","say ""no"""\r\n"two\nlines",ü\r\n');
  });
});
