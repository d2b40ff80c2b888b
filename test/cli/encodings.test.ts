import assert from "node:assert/strict";
import { decode, decodingFault, encode } from "../../server/src/main/cli/encoding.ts";
import { inWorkspace } from "./harness.ts";

const ending = "from sqlalchemy.orm import Session\nSession().query(int).get(1)  # \xe9\n";
const latin = (cookie: string): Buffer => Buffer.from(`${cookie}\n${ending}`, "latin1");
const bom = Buffer.from([0xef, 0xbb, 0xbf]);

const readable: Readonly<Record<string, Buffer>> = {
  "utf-8": Buffer.from(ending, "utf8"),
  "utf-8 with a mark": Buffer.concat([bom, Buffer.from(ending)]),
  "utf-8 with a mark and a cookie": Buffer.concat([bom, Buffer.from(`# coding: UTF_8\n${ending}`)]),
  "latin-1": latin("# -*- coding: latin-1 -*-"),
  "iso-8859-1 in the second line": latin("#!/usr/bin/python\n# vim: set fileencoding=ISO_8859_1 :"),
  "iso-8859-15": latin("# coding=iso-8859-15"),
  cp1252: latin("# coding: cp1252"),
  ascii: Buffer.from("# coding: us-ascii\nx = 1\n"),
};

const unreadable: Readonly<Record<string, readonly [Buffer, RegExp]>> = {
  "bytes that are not UTF-8": [Buffer.from([0x23, 0xe9, 0x0a]), /can't be decoded as utf-8/],
  "an encoding that we do not know": [Buffer.from("# coding: koi8-r\n"), /"koi8-r" is not supported/],
  "a mark with another cookie": [Buffer.concat([bom, latin("# coding: latin-1")]), /begins with UTF-8's mark/],
  "bytes that are not ASCII": [latin("# coding: ascii"), /can't be decoded as ascii/],
  "a byte that cp1252 has no character for": [
    Buffer.concat([Buffer.from("# coding: cp1252\n#"), Buffer.from([0x81])]),
    /can't be decoded as windows-1252/,
  ],
};

describe("decoding", () => {
  for (const [name, bytes] of Object.entries(readable)) {
    it(`reads ${name}, and writes the same bytes`, () => {
      const decoded = decode(bytes);
      assert.ok("text" in decoded);
      assert.ok(!decoded.text.startsWith("\uFEFF"));
      assert.deepEqual(encode(decoded.text, decoded.encoding), bytes);
      assert.equal(decodingFault(bytes), undefined);
      if (name !== "ascii") assert.ok(decoded.text.endsWith(ending));
    });
  }

  for (const [name, [bytes, says]] of Object.entries(unreadable)) {
    it(`refuses ${name}`, () => {
      const decoded = decode(bytes);
      assert.ok("fault" in decoded);
      assert.match(decoded.fault, says);
      assert.equal(decodingFault(bytes), decoded.fault);
    });
  }

  it("takes no cookie from the third line, or from behind code", () => {
    for (const text of ["x = 1\n# coding: latin-1\n#\xe9\n", "\n\n# coding: latin-1\n#\xe9\n"]) {
      assert.ok("fault" in decode(Buffer.from(text, "latin1")));
    }
  });

  it("has no bytes for what the encoding can't say", () => {
    assert.equal(encode("€", { name: "iso-8859-1", bom: false }), undefined);
    assert.deepEqual(encode("€", { name: "iso-8859-15", bom: false }), Buffer.from([0xa4]));
    assert.deepEqual(encode("€", { name: "windows-1252", bom: false }), Buffer.from([0x80]));
    assert.equal(encode("é", { name: "ascii", bom: false }), undefined);
  });

  it("reports undecodable files, also those that SQLAlchemy is not in, and offers them no fix", () =>
    inWorkspace(
      { "a.py": latin("# no cookie"), "b.py": Buffer.from([0xff]), "c.py": latin("# coding: latin-1") },
      (workspace) => {
        const report = workspace.check();
        assert.deepEqual(report.faults, [
          { path: "a.py", message: "can't be decoded as utf-8" },
          { path: "b.py", message: "can't be decoded as utf-8" },
        ]);
        assert.deepEqual(
          report.findings.map(({ path }) => path),
          ["c.py"],
        );
        const before = workspace.bytes("a.py");
        workspace.coach(["fix", "--write"]);
        assert.deepEqual(workspace.bytes("a.py"), before);
      },
    ));
});
