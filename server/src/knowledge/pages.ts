/** Where SQLAlchemy's documentation describes a name. */
import type { Release } from "./api.ts";
import { PAGES } from "./paths.gen.ts";

const SITE = "https://docs.sqlalchemy.org/en";

interface Place {
  readonly page: string;
  /** How the page spells the name, which often is not how it is imported. */
  readonly anchor: string;
}

let places: ReadonlyMap<string, Place> | undefined;

/** The address of a name, or of a member where its class has one; undefined when the documentation does not list it. */
export function docOf(name: string, releases: readonly Release[]): string | undefined {
  places ??= readPlaces();
  const dot = name.lastIndexOf(".");
  const direct = places.get(name);
  const owner = places.get(name.slice(0, dot));
  const place = direct ?? (owner && { page: owner.page, anchor: `${owner.anchor}${name.slice(dot)}` });
  if (!place) return undefined;
  const version = releases.includes("2.0") ? "20" : releases.includes("2.1") ? "21" : "14";
  return `${SITE}/${version}/${place.page}.html#${place.anchor}`;
}

function readPlaces(): ReadonlyMap<string, Place> {
  const found = new Map<string, Place>();
  for (const line of PAGES.split("\n")) {
    const [page = "", spelled = "", canonical = "", ...names] = line.split(" ");
    for (const item of names) {
      const [last = "", anchor = last] = item.split("=");
      found.set(`${canonical}.${last}`, { page, anchor: `${spelled}.${anchor}` });
    }
  }
  return found;
}
