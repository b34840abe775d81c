import { charactersOf } from './emoji';

/** What can be named in a text: how each is typed, and how it is sent. */
export interface Nameable {
  sign: '@' | '#' | ':';
  /** As it is typed after the sign. */
  name: string;
  wire: string;
}

/** Parts that are code, where a sign is a sign and nothing more. */
const code = /(```[^]*?```|`[^`\n]+`)/;

/** Turns `@name`, `#name` and `:name:` into what the server understands. The longest name that fits counts. */
export function toWire(text: string, known: readonly Nameable[]): string {
  const longestFirst = [...known].sort((a, b) => b.name.length - a.name.length);
  return text
    .split(code)
    .map((part, index) => (index % 2 === 1 ? part : encode(part, longestFirst)))
    .join('');
}

function encode(text: string, known: readonly Nameable[]): string {
  let out = '';
  let at = 0;
  while (at < text.length) {
    const sign = text[at];
    const opens = (sign === '@' || sign === '#') && !/[\p{L}\p{N}_<&!]/u.test(text[at - 1] ?? ' ');
    const emoji = sign === ':' ? /:(\w{2,32}):/y : null;
    if (emoji !== null) emoji.lastIndex = at;
    const [typed, name = ''] = emoji?.exec(text) ?? [];
    const found = opens ? known.find((one) => one.sign === sign && text.startsWith(one.name, at + 1) && !/[\p{L}\p{N}_]/u.test(text[at + 1 + one.name.length] ?? ' ')) : undefined;
    if (found !== undefined) {
      out += found.wire;
      at += 1 + found.name.length;
    } else if (typed !== undefined && text[at - 1] !== '<' && text[at - 2] !== '<') {
      out += known.find((one) => one.sign === ':' && one.name === name)?.wire ?? charactersOf(name) ?? typed;
      at += typed.length;
    } else {
      out += sign;
      at++;
    }
  }
  return out;
}

/** The other way, for a message that is edited: what the server stores becomes what a person would have typed. */
export function fromWire(text: string, known: readonly Nameable[]): string {
  return known.reduce((result, { sign, name, wire }) => result.replaceAll(wire, sign === ':' ? `:${name}:` : sign + name), text.replaceAll('<@!', '<@'));
}

/** What somebody is typing at the caret that could be completed: a sign and the beginning of a name. */
export function unfinished(text: string, caret: number): { sign: Nameable['sign']; begin: string; from: number } | null {
  const found = /(?:^|[\s(])([@#:])([\p{L}\p{N}_.-]*)$/u.exec(text.slice(0, caret));
  if (found === null) return null;
  const [, sign, begin = ''] = found;
  if (sign === ':' && begin.length < 2) return null;
  return { sign: sign as Nameable['sign'], begin, from: caret - begin.length - 1 };
}
