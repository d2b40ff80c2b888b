import type { TreeCursor, Node as TreeNode } from "web-tree-sitter";

/** Steps through a tree and tells three numbers of each node. Offsets are UTF-16 units. */
export interface Walker {
  typeId(): number;
  start(): number;
  end(): number;
  toFirstChild(): boolean;
  toNextSibling(): boolean;
  toParent(): boolean;
  close(): void;
}

/** The public way: every step and every question copies the cursor's state in and out of the parser's memory. */
export function walkerOf(node: TreeNode): Walker {
  const cursor = node.walk();
  return {
    typeId: () => cursor.nodeTypeId,
    start: () => cursor.startIndex,
    end: () => cursor.endIndex,
    toFirstChild: () => cursor.gotoFirstChild(),
    toNextSibling: () => cursor.gotoNextSibling(),
    toParent: () => cursor.gotoParent(),
    close: () => cursor.delete(),
  };
}

/**
 * The object that web-tree-sitter's `init` fills: Emscripten's module. What we use of it is not documented, so each part
 * may be missing in another version; `directWalkers` then answers `undefined`, and a test says so.
 */
export type WasmModule = Partial<Record<string, unknown>>;

type Step = (tree: number) => number;

/**
 * The same steps, straight on the cursor in the parser's memory: a third of the time of reading a file. The state stays
 * where the parser wants it for as long as nobody else calls the parser, and reading a tree is one synchronous loop.
 */
export function directWalkers(module: WasmModule): ((node: TreeNode) => Walker) | undefined {
  const step = (name: string): Step | undefined => {
    const found = module[`_ts_tree_cursor_${name}_wasm`];
    return typeof found === "function" ? (found as Step) : undefined;
  };
  const typeId = step("current_node_type_id");
  const start = step("start_index");
  const end = step("end_index");
  const firstChild = step("goto_first_child");
  const nextSibling = step("goto_next_sibling");
  const parent = step("goto_parent");
  const buffer = module["_ts_init"];
  if (!typeId || !start || !end || !firstChild || !nextSibling || !parent || typeof buffer !== "function")
    return undefined;
  const state = (buffer as () => number)() >> 2;
  return (node) => {
    const cursor = node.walk();
    const tree = addressOf(node);
    // Asking the public cursor anything puts its state into the buffer.
    void cursor.startIndex;
    return {
      typeId: () => typeId(tree),
      start: () => start(tree),
      end: () => end(tree),
      toFirstChild: () => firstChild(tree) === 1,
      toNextSibling: () => nextSibling(tree) === 1,
      toParent: () => parent(tree) === 1,
      close: () => {
        restore(cursor, module["HEAP32"], state);
        cursor.delete();
      },
    };
  };
}

/** The cursor frees what its fields point at, so they must be those of the last step. */
function restore(cursor: TreeCursor, memory: unknown, state: number): void {
  if (!(memory instanceof Int32Array)) throw new Error("the parser's memory is not where it was");
  const fields = cursor as unknown as Record<number, number>;
  for (let index = 0; index < 4; index++) fields[index] = memory[state + index] ?? 0;
}

const addressOf = (node: TreeNode): number => (node.tree as unknown as Record<number, number>)[0] ?? 0;
