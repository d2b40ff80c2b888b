import { type Box, certain, type Inferred, nothing, type Type, unknown } from "./type.ts";

/** What a method of a container or wrapper is: what calling it gives, from what the box holds. */
export function methodOfBox(box: Box, name: string, of: Type): Inferred {
  const methods = Object.hasOwn(methodsOf, box) ? methodsOf[box] : undefined;
  const result = methods && Object.hasOwn(methods, name) ? methods[name]?.(of) : undefined;
  return result ? certain({ kind: "function", result: certain(result), property: false }) : nothing;
}

type Gives = (of: Type) => Type;

const itself: Gives = (of) => of;

const methodsOf: Readonly<Partial<Record<Box, Readonly<Record<string, Gives>>>>> = {
  dict: {
    get: (of) => ({ kind: "box", box: "optional", of }),
    pop: itself,
    setdefault: itself,
    copy: (of) => ({ kind: "box", box: "dict", of }),
    values: (of) => ({ kind: "box", box: "list", of }),
    items: (of) => ({ kind: "box", box: "list", of: { kind: "tuple", items: [unknown, of] } }),
  },
  list: {
    pop: itself,
    copy: (of) => ({ kind: "box", box: "list", of }),
  },
  iter: { __next__: itself, send: itself },
  aiter: {
    __anext__: (of) => ({ kind: "box", box: "await", of }),
    asend: (of) => ({ kind: "box", box: "await", of }),
  },
  cm: { __enter__: itself },
  acm: { __aenter__: (of) => ({ kind: "box", box: "await", of }) },
  variable: { get: itself },
};
