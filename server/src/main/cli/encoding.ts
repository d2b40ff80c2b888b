import { isUtf8 } from "node:buffer";

/** How a source file's bytes become text, so that the same bytes can be written again. */
export interface Encoding {
  readonly name: "utf-8" | "ascii" | "iso-8859-1" | "iso-8859-15" | "windows-1252";
  /** Whether the file begins with UTF-8's byte order mark, which is no part of the text. */
  readonly bom: boolean;
}

export type Decoded =
  | { readonly text: string; readonly encoding: Encoding }
  /** Why Python itself could not read the file either, or that we do not know its encoding. */
  | { readonly fault: string };

const byteOrderMark = Buffer.from([0xef, 0xbb, 0xbf]);

/**
 * Reads source as Python does: UTF-8 with or without a mark, or what a cookie (PEP 263) in the first two lines names.
 * Bytes that the encoding has no character for are a fault, never a replacement character: what can't be read exactly
 * can't be written back.
 */
export function decode(bytes: Buffer): Decoded {
  const encoding = encodingOf(bytes);
  if ("fault" in encoding) return encoding;
  const text = textOf(encoding.bom ? bytes.subarray(byteOrderMark.length) : bytes, encoding.name);
  return text === undefined ? { fault: `can't be decoded as ${encoding.name}` } : { text, encoding };
}

/** Why `decode` would fail; far cheaper than decoding. */
export function decodingFault(bytes: Buffer): string | undefined {
  const encoding = encodingOf(bytes);
  if (!("fault" in encoding) && encoding.name === "utf-8") {
    return isUtf8(bytes) ? undefined : "can't be decoded as utf-8";
  }
  const decoded = decode(bytes);
  return "fault" in decoded ? decoded.fault : undefined;
}

function encodingOf(bytes: Buffer): Encoding | { readonly fault: string } {
  const bom = bytes.subarray(0, byteOrderMark.length).equals(byteOrderMark);
  const cookie = cookieOf(bom ? bytes.subarray(byteOrderMark.length) : bytes);
  const name = cookie === undefined ? "utf-8" : encodingNamed(cookie);
  if (name === undefined) return { fault: `can't be decoded: its encoding "${cookie}" is not supported` };
  if (bom && name !== "utf-8") return { fault: `can't be decoded: it begins with UTF-8's mark but names "${cookie}"` };
  return { name, bom };
}

/** The bytes of `text`; `undefined` where the encoding has no byte for one of its characters. */
export function encode(text: string, encoding: Encoding): Buffer | undefined {
  const bytes = bytesOf(text, encoding.name);
  return bytes && encoding.bom ? Buffer.concat([byteOrderMark, bytes]) : bytes;
}

function cookieOf(content: Buffer): string | undefined {
  // Two lines are enough, but a line may be the whole file.
  const [first = "", second = ""] = content
    .subarray(0, 4096)
    .toString("latin1")
    .split(/\r\n|\r|\n/, 2);
  const named = cookieIn(first);
  if (named !== undefined) return named;
  return /^[ \t\f]*(?:#.*)?$/.test(first) ? cookieIn(second) : undefined;
}

const cookieIn = (line: string): string | undefined => /^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)/.exec(line)?.[1];

/** The names that Python's codecs give these encodings, besides those that only differ in case or `_`. */
const aliases: Readonly<Record<Encoding["name"], RegExp>> = {
  "utf-8": /^(?:utf-?8(?:-sig|-unix|-dos|-mac)?|u8|cp65001)$/,
  ascii: /^(?:(?:us-)?ascii|646|ansi-x3\.4-1968)$/,
  "iso-8859-1": /^(?:latin-?1|l1|iso-?8859-1|iso8859|8859|cp819|iso-latin-1(?:-unix|-dos|-mac)?)$/,
  "iso-8859-15": /^(?:latin-?9|l9|iso-?8859-15)$/,
  "windows-1252": /^(?:windows-?1252|cp1252|1252)$/,
};

function encodingNamed(cookie: string): Encoding["name"] | undefined {
  const normal = cookie.toLowerCase().replaceAll("_", "-");
  for (const [name, pattern] of Object.entries(aliases)) if (pattern.test(normal)) return name as Encoding["name"];
  return undefined;
}

/**
 * Where an encoding is not ISO-8859-1, byte for byte; a blank stands for a byte without a character. Our own table, as
 * TextDecoder fills the holes that Python has, and in some releases of Node takes one of these encodings for the other.
 */
const differences: Readonly<Record<"iso-8859-15" | "windows-1252", ReadonlyMap<number, string>>> = {
  "iso-8859-15": new Map([
    [0xa4, "€"],
    [0xa6, "Š"],
    [0xa8, "š"],
    [0xb4, "Ž"],
    [0xb8, "ž"],
    [0xbc, "Œ"],
    [0xbd, "œ"],
    [0xbe, "Ÿ"],
  ]),
  "windows-1252": new Map(
    [..."€ ‚ƒ„…†‡ˆ‰Š‹Œ Ž  ‘’“”•–—˜™š›œ žŸ"].map((character, index) => [0x80 + index, character] as const),
  ),
};

function textOf(bytes: Buffer, name: Encoding["name"]): string | undefined {
  switch (name) {
    case "utf-8":
      return isUtf8(bytes) ? bytes.toString("utf8") : undefined;
    case "ascii":
      return bytes.every((byte) => byte < 0x80) ? bytes.toString("latin1") : undefined;
    case "iso-8859-1":
      return bytes.toString("latin1");
    default: {
      const table = differences[name];
      if (bytes.some((byte) => table.get(byte) === " ")) return undefined;
      return bytes.toString("latin1").replace(/[\x80-\xff]/g, (unit) => table.get(unit.charCodeAt(0)) ?? unit);
    }
  }
}

function bytesOf(text: string, name: Encoding["name"]): Buffer | undefined {
  if (name === "utf-8") return Buffer.from(text, "utf8");
  const byByte = name === "iso-8859-15" || name === "windows-1252" ? differences[name] : new Map<number, string>();
  const byCharacter = new Map([...byByte].map(([byte, character]) => [character, byte]));
  const last = name === "ascii" ? 0x7f : 0xff;
  const bytes = Buffer.alloc(text.length);
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    const byte = unit < 0x80 ? unit : (byCharacter.get(text.charAt(at)) ?? (byByte.has(unit) ? undefined : unit));
    if (byte === undefined || byte > last) return undefined;
    bytes[at] = byte;
  }
  return bytes;
}
