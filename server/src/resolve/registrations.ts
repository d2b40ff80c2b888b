import { Assignment, Attribute, type Call, Name, Str } from "../syntax/index.ts";
import { annotated } from "./annotations.ts";
import { follow } from "./answers.ts";
import { evidenceOf } from "./definitions.ts";
import type { Inference } from "./infer.ts";
import { namesPut, type Put, putBy, putByCall } from "./shared_names.ts";
import { type Inferred, unknown } from "./type.ts";

/**
 * What a file puts on an object that frameworks hand around: `config.add_request_method(dbsession, "db", reify=True)`,
 * `request.state.db = Session()`, `app["engine"] = engine`.
 */
export interface Registration {
  /** "request.db", "settings[db]" */
  readonly name: string;
  readonly gives: Inferred;
}

/** Stands for every name: what a call registers is not read off the text. */
export const anyName = "*";

/** Cheap and over-generous: the names that a text may put on such objects. */
export function namesRegistered(text: string): readonly string[] {
  const calls = /\b(?:add_request_method|set_request_property)[ \t]*\(/.test(text) ? [anyName] : [];
  return [...calls, ...namesPut(text)];
}

/** Each is told when it is asked for: most of what is put somewhere is no concern of ours. */
export function registrationsIn(inference: Inference): readonly Registration[] {
  const methods = inference.bound.calls.flatMap((call) => {
    const found = registrationOf(call, inference);
    return found ? [found] : putByCall(call).map((put) => placement(put, call, inference));
  });
  const assigned = [...inference.file.walk()].flatMap((node) => {
    if (!(node instanceof Assignment)) return [];
    const { left, right, annotation } = node;
    const puts = right ? putBy(left, right) : [];
    return puts.map((put) => placement(put, node, inference, annotation));
  });
  return [...methods, ...assigned];
}

function placement(
  { name, value }: Put,
  node: Assignment | Call,
  inference: Inference,
  annotation?: Assignment["annotation"],
): Registration {
  let found: Inferred | undefined;
  return {
    name,
    get gives() {
      if (!found) {
        const because = [evidenceOf({ kind: "opaque", node }, inference.file)];
        const said = annotation ? annotated(annotation, inference) : undefined;
        const given = said && said.type.kind !== "unknown" ? said : inference.of(value);
        found = follow({ type: unknown, certainty: "certain", because }, given);
      }
      return found;
    },
  };
}

function registrationOf(call: Call, inference: Inference): Registration | undefined {
  const { callee } = call;
  if (!(callee instanceof Attribute) || !registering.has(callee.name)) return undefined;
  const [first, second] = call.positional;
  const provider = first ?? call.keyword("callable");
  if (!provider) return undefined;
  const said = second ?? call.keyword("name");
  const name = said instanceof Str ? said.value : said || !(provider instanceof Name) ? undefined : provider.name;
  if (name === undefined) return undefined;
  const isRead =
    callee.name === "set_request_property" ||
    [call.keyword("property"), call.keyword("reify")].some((flag) => flag?.type === "true");
  const made = inference.of(provider);
  const gives = isRead ? inference.applied({ kind: "call", args: [], keywords: {} }, made) : made;
  return { name: `request.${name}`, gives };
}

const registering = new Set(["add_request_method", "set_request_property"]);
