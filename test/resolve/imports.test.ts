import assert from "node:assert/strict";
import type { ApiName } from "../../server/src/knowledge/index.ts";
import { createResolver } from "../../server/src/resolve/index.ts";
import { applyEdits, Call, type Node } from "../../server/src/syntax/index.ts";
import { testParser } from "../harness/parser.ts";

/** Asks for the import of a name at the call of `here()`, and shows the text with it and the way to write the name. */
async function imported(text: string, name: ApiName = "sqlalchemy.select"): Promise<{ text: string; as: string }> {
  const file = (await testParser()).parse("file:///main.py", 1, text);
  let at: Node | undefined;
  for (const node of file.walk()) if (node instanceof Call && node.callee.text === "here") at = node;
  assert.ok(at);
  const answer = createResolver(file).importFor(name, at);
  return { text: applyEdits(text, answer.edits), as: answer.text };
}

describe("imports for a fix", () => {
  for (const [what, before, after, as] of [
    ["uses the name that is there", "from sqlalchemy import select\nhere()\n", "", "select"],
    ["uses an alias", "from sqlalchemy import select as sel\nhere()\n", "", "sel"],
    ["goes through a module alias", "import sqlalchemy as sa\nhere()\n", "", "sa.select"],
    ["goes through a plain module", "import sqlalchemy\nhere()\n", "", "sqlalchemy.select"],
    ["knows what a star brought", "from sqlalchemy import *\nhere()\n", "", "select"],
    [
      "adds to an import of the module",
      "from sqlalchemy import text\nhere()\n",
      "from sqlalchemy import text, select\nhere()\n",
      "select",
    ],
    [
      "adds a line where each name has one",
      "from sqlalchemy import (\n    Column,\n    text,\n)\nhere()\n",
      "from sqlalchemy import (\n    Column,\n    text,\n    select,\n)\nhere()\n",
      "select",
    ],
    [
      "keeps the line ends of the file",
      "from sqlalchemy import (\r\n    Column,\r\n    text\r\n)\r\nhere()\r\n",
      "from sqlalchemy import (\r\n    Column,\r\n    text,\r\n    select\r\n)\r\nhere()\r\n",
      "select",
    ],
    [
      "puts a new line below what imports SQLAlchemy",
      "import os\nfrom sqlalchemy.orm import Session\nimport sys\nhere()\n",
      "import os\nfrom sqlalchemy.orm import Session\nfrom sqlalchemy import select\nimport sys\nhere()\n",
      "select",
    ],
    [
      "puts it below the docstring and the future",
      '"""Doc."""\nfrom __future__ import annotations\nhere()\n',
      '"""Doc."""\nfrom __future__ import annotations\nfrom sqlalchemy import select\nhere()\n',
      "select",
    ],
    ["puts it first where there is nothing", "here()\n", "from sqlalchemy import select\nhere()\n", "select"],
    [
      "does not rest on an import further down",
      "here()\nfrom sqlalchemy import select\n",
      "from sqlalchemy import select\nhere()\nfrom sqlalchemy import select\n",
      "select",
    ],
    [
      "does so from a function, which runs later",
      "def f():\n    here()\nfrom sqlalchemy import select\n",
      "",
      "select",
    ],
    [
      "gives a name of its own where another thing has it",
      "import os\ndef select(): ...\nhere()\n",
      "import os\nfrom sqlalchemy import select as sa_select\ndef select(): ...\nhere()\n",
      "sa_select",
    ],
  ] as const) {
    it(what, async () => {
      const found = await imported(before);
      assert.equal(found.text, after === "" ? before : after);
      assert.equal(found.as, as);
    });
  }
});
