import type { ClassDef } from "../syntax/index.ts";
import type { Inference } from "./infer.ts";
import type { Definition } from "./scopes.ts";

/**
 * What a class has of its own under a name: a call that maps the class leaves a column of that name out, unless
 * `properties=` says it (`Mapper._should_exclude`). Fields of dataclasses and of attrs are none: those are mapped.
 */
export function hidingColumns(node: ClassDef, { bound }: Inference): ReadonlySet<string> {
  const hasFields = node.decorators.some(({ text }) => fields.test(text));
  const names = [...(bound.scopes.get(node)?.names ?? [])];
  return new Set(
    names.flatMap(([name, definitions]) => (definitions.some((each) => hides(each, hasFields)) ? [name] : [])),
  );
}

const fields = /\b(dataclass|define|frozen|mutable|attrs|attr\.s|attributes)\b/;

function hides(definition: Definition, hasFields: boolean): boolean {
  switch (definition.kind) {
    case "function":
    case "class":
      return true;
    case "value":
      return isTrue(definition.value.text) && !(hasFields && /\b(attr\.ib|attrib|field)\(/.test(definition.value.text));
    case "annotated": {
      const isField = hasFields && !/\bClassVar\b/.test(definition.annotation.text);
      return definition.value !== undefined && !isField && isTrue(definition.value.text);
    }
    default:
      return false;
  }
}

/** Whether a value counts, as far as its text tells. */
const isTrue = (text: string): boolean => !/^(None|False|0|""|''|\[\]|\{\}|\(\))$/.test(text);
