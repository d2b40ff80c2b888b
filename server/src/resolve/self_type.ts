import { type ClassId, functionType, type Inferred, type Operation, type Type } from "./type.ts";

/**
 * `self`, `cls` and `typing.Self` of a class's own methods mean the class through which they are read: what a method of
 * a base returns of them is an object of the class that it is called on.
 */
export function readThrough(type: Type, id: ClassId): Type {
  switch (type.kind) {
    case "class":
      return meansSelf(type.id) ? { ...type, id } : type;
    case "instance": {
      const holds = type.holds && readThrough(type.holds, id);
      if (!meansSelf(type.id) && holds === type.holds) return type;
      return { ...type, id: meansSelf(type.id) ? id : type.id, ...(holds && { holds }) };
    }
    case "api": {
      const self = type.self && readThrough(type.self, id);
      return self === type.self || !self ? type : { ...type, self };
    }
    case "function": {
      const { property, id: of, wraps, hook } = type;
      const through = (): Inferred => ({ ...type.result, type: readThrough(type.result.type, id) });
      return functionType(
        { result: through, hands: () => type.hands },
        { property, ...(of && { id: of }), ...(wraps && { wraps }), ...(hook && { hook }) },
      );
    }
    case "box": {
      const of = readThrough(type.of, id);
      return of === type.of ? type : { ...type, of };
    }
    case "tuple": {
      const items = type.items.map((item) => readThrough(item, id));
      return items.every((item, index) => item === type.items[index]) ? type : { ...type, items };
    }
    case "deferred": {
      const of = readThrough(type.of, id);
      const operation = operationThrough(type.operation, id);
      return of === type.of && operation === type.operation ? type : { ...type, of, operation };
    }
    default:
      return type;
  }
}

function operationThrough(operation: Operation, id: ClassId): Operation {
  if (operation.kind === "either") {
    const others = operation.others.map((other) => ({ ...other, type: readThrough(other.type, id) }));
    return others.every(({ type }, index) => type === operation.others[index]?.type)
      ? operation
      : { ...operation, others };
  }
  if (operation.kind !== "call") return operation;
  const args = operation.args.map((arg) => readThrough(arg, id));
  const keywords = Object.fromEntries(
    Object.entries(operation.keywords).map(([name, arg]) => [name, readThrough(arg, id)]),
  );
  const same =
    args.every((arg, index) => arg === operation.args[index]) &&
    Object.keys(keywords).every((name) => keywords[name] === operation.keywords[name]);
  return same ? operation : { ...operation, args, keywords };
}

const meansSelf = (id: ClassId): boolean => !("api" in id) && id.self === true;
