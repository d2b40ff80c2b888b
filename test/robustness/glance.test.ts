import assert from "node:assert/strict";
import fc from "fast-check";
import type { Finding } from "../../server/src/engine/finding.ts";
import { defaultConfig, type Service } from "../../server/src/service/index.ts";
import { programs, serviceOf } from "./corpus.ts";

const uri = "file:///workspace/glance.py";

/** What stands apart from the rest: models, a session of the module, functions that query each in its own way. */
const program = `from sqlalchemy import Column, Integer, create_engine, select
from sqlalchemy.orm import Session, declarative_base, sessionmaker

Base = declarative_base()
session = sessionmaker(create_engine("sqlite://"))()


class Author(Base):
    __tablename__ = "authors"
    id = Column(Integer, primary_key=True)


def first():
    return session.query(Author).first()


def chosen(key):
    # the one
    found = session.query(Author).get(key)
    return found


def listed(own: Session):
    return own.query(Author).all()  # sqla: ignore
`;

const settings = { numRuns: 150, seed: 7, endOnFailure: true };

async function opened(text: string): Promise<Service> {
  const service = await serviceOf({ name: "glance", target: "2.0", files: [] });
  service.apply([{ kind: "set", uri, version: 1, text, open: true }]);
  service.findings(uri);
  return service;
}

function edit(service: Service, version: number, at: number, length: number, text: string): void {
  service.apply([{ kind: "edit", uri, version, edits: [{ span: { start: at, end: at + length }, text }] }]);
}

/** In a few words, with the place that each is at. */
const shown = (service: Service, findings: readonly Finding[]): string[] => {
  const { text = "" } = service.document(uri) ?? {};
  return findings.map(({ rule, span, mark, because, fix }) =>
    [
      rule,
      text.slice(span.start, span.end).split("\n", 1)[0],
      text.slice(mark.start, mark.end),
      ...because.map(({ at }) => at && `${at.line}:${text.slice(at.span.start, at.span.end).split("\n", 1)[0]}`),
      ...(fix?.edits ?? []).map((each) => text.slice(each.span.start, each.span.end)),
    ].join(" | "),
  );
};

describe("robustness: a glance right after an edit", () => {
  it("tells of every piece where it stands now, and of the edited one what it says now", async () => {
    const service = await opened(program);
    assert.equal(service.glance(uri).isWhole, true);
    const before = shown(service, service.findings(uri));
    assert.equal(before.length, 3, before.join("\n"));

    edit(service, 2, program.indexOf("    # the one"), 0, "    log = 1\n");
    const { findings, isWhole } = service.glance(uri);
    assert.equal(isWhole, false);
    assert.deepEqual(shown(service, findings), shown(service, service.findings(uri)));
    assert.equal(service.glance(uri).isWhole, true);

    edit(service, 3, program.indexOf("session.query(Author).first()"), "session.query(Author).first()".length, "None");
    const after = service.glance(uri).findings;
    assert.equal(after.length, 2);
    assert.deepEqual(after, service.findings(uri));
  });

  it("analyses again what rests on a piece that was edited, as far as its reasons say", async () => {
    const service = await opened(program);
    const at = program.indexOf("sessionmaker(create_engine");
    edit(service, 2, at, "sessionmaker".length, "make");
    const { findings } = service.glance(uri);
    assert.ok(!findings.some(({ because }) => because.some((reason) => reason.text.includes("sessionmaker(create"))));
    assert.deepEqual(findings, service.findings(uri));
  });

  it("forgets what another configuration left out", async () => {
    const service = await opened(program);
    edit(service, 2, program.indexOf("    # the one"), 0, "    log = 1\n");
    assert.equal(service.glance(uri).findings.length, 3);
    service.configure({ ...defaultConfig, ignore: ["query-get"] });
    assert.equal(service.glance(uri).findings.length, 2);
  });

  it("is never in the way of the whole: after it, all is as if there had been none", async () => {
    let same = 0;
    let all = 0;
    const lines = [...new Set(programs.flatMap(({ files }) => files.flatMap(({ text }) => text.split("\n"))))];
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat(9999), fc.nat(8), fc.constantFrom("", "x", "\n", "(", ")", ...lines)), {
          minLength: 1,
          maxLength: 8,
        }),
        async (edits) => {
          const glancing = await opened(program);
          const plain = await opened(program);
          edits.forEach(([offset, length, inserted], index) => {
            const { text = "" } = glancing.document(uri) ?? {};
            const at = offset % (text.length + 1);
            for (const service of [glancing, plain])
              edit(service, index + 2, at, Math.min(length, text.length - at), inserted);
            const { findings } = glancing.glance(uri);
            const after = glancing.document(uri)?.text ?? "";
            for (const { span, mark } of findings) assert.ok(span.end <= after.length && mark.end <= after.length);
            all++;
            // Every other time the next edit comes before the whole was asked for.
            if (index % 2 === 1) return;
            const whole = glancing.findings(uri);
            if (shown(glancing, findings).join() === shown(glancing, whole).join()) same++;
            assert.deepEqual(whole, plain.findings(uri));
          });
          glancing.dispose();
          plain.dispose();
        },
      ),
      settings,
    );
    assert.ok(same > 0.4 * all, `${same} of ${all} glances told the whole`);
  });
});
