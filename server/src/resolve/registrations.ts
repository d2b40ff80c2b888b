import { Attribute, type Call, Name, Str } from "../syntax/index.ts";
import type { Inference } from "./infer.ts";
import type { Inferred, Type } from "./type.ts";

/** The module by which a file names what the application adds to Pyramid's requests. */
export const requestMethods = "<request>";

/** `config.add_request_method(dbsession, "db", reify=True)`: what every request of the application has from then on. */
export interface Registration {
  readonly name: string;
  readonly gives: Inferred;
}

/** Cheap and over-generous: whether a text may add something to requests. */
export const mayRegister = (text: string): boolean =>
  /\b(?:add_request_method|set_request_property)[ \t]*\(/.test(text);

export function registrationsIn(inference: Inference): readonly Registration[] {
  return inference.bound.calls.flatMap((call) => {
    const found = registrationOf(call, inference);
    return found ? [found] : [];
  });
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
  return { name, gives };
}

const registering = new Set(["add_request_method", "set_request_property"]);

/** What `request.NAME` may be: a variable that is called a request, of which nothing else is known. */
export function onRequest(link: Attribute, from: string): Type | undefined {
  const { object } = link;
  const name = object instanceof Attribute || object instanceof Name ? object.name : "";
  return isRequest.test(name) ? { kind: "reference", from, module: requestMethods, name: link.name } : undefined;
}

const isRequest = /^(\w+_)?request$/;
