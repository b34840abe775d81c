/** What a message's text means. There is no node that carries HTML: whatever is not understood stays text. */
export type Node =
  | { kind: 'text'; text: string }
  | { kind: 'bold' | 'italic' | 'underline' | 'strike' | 'spoiler' | 'quote'; children: Node[] }
  | { kind: 'code'; text: string }
  | { kind: 'block'; text: string; language: string }
  | { kind: 'link'; href: string; children: Node[] }
  | { kind: 'user' | 'role' | 'channel'; id: string; source: string }
  | { kind: 'everyone'; text: string }
  | { kind: 'emoji'; id: string; name: string }
  | { kind: 'time'; seconds: number; style: string };

/** Marks deeper than this are shown as they were typed. */
const maxDepth = 8;

/** What nodes say, without any of their marks. */
export function textOf(nodes: readonly Node[]): string {
  return nodes.map((node) => ('children' in node ? textOf(node.children) : 'text' in node ? node.text : 'source' in node ? node.source : '')).join('');
}

/** `quoted`: inside a quote, where a further `>` is a character like any other. */
export function parse(source: string, quoted = false): Node[] {
  const nodes: Node[] = [];
  let start = 0;
  let at = 0;
  let atLineStart = true;

  const flush = (end: number) => nodes.push(...inline(source.slice(start, end)));
  const block = (node: Node, end: number) => {
    // A block stands on lines of its own: the line breaks around it are not text.
    flush(source[at - 1] === '\n' && at > start ? at - 1 : at);
    nodes.push(node);
    at = source[end] === '\n' ? end + 1 : end;
    start = at;
    atLineStart = at > end || at === source.length;
  };

  while (at < source.length) {
    if (atLineStart && !quoted && source.startsWith('>>> ', at)) {
      block({ kind: 'quote', children: parse(source.slice(at + 4), true) }, source.length);
      continue;
    }
    if (atLineStart && !quoted && source.startsWith('> ', at)) {
      const lines: string[] = [];
      let end = at;
      while (source.startsWith('> ', end)) {
        const stop = lineEnd(source, end);
        lines.push(source.slice(end + 2, stop));
        end = stop + 1;
      }
      block({ kind: 'quote', children: parse(lines.join('\n'), true) }, end - 1);
      continue;
    }

    const stop = lineEnd(source, at);
    const fence = source.indexOf('```', at);
    const close = fence === -1 || fence >= stop || source[fence - 1] === '\\' ? -1 : source.indexOf('```', fence + 3);
    if (close > fence + 3) {
      const inside = source.slice(fence + 3, close);
      const [, language = '', text = inside] = /^([\w+#.-]{1,20})\n([^]*\S[^]*)$/.exec(inside) ?? [];
      at = fence;
      block({ kind: 'block', language, text: text.replace(/^\n+|\n+$/g, '') }, close + 3);
    } else {
      at = stop + 1;
      atLineStart = true;
    }
  }
  flush(source.length);
  return nodes;
}

type Found = { node: Node; end: number } | null;

const pairs = [
  ['**', 'bold'],
  ['__', 'underline'],
  ['~~', 'strike'],
  ['||', 'spoiler'],
  ['*', 'italic'],
  ['_', 'italic'],
] as const;

function inline(source: string, depth = 0): Node[] {
  const nodes: Node[] = [];
  /** Marks that are never closed from here on: searched once, not at each place. */
  const unclosed = new Set<string>();
  let text = '';
  let at = 0;

  while (at < source.length) {
    const found = depth < maxDepth ? token(source, at, depth, unclosed) : null;
    if (found === null) {
      text += source[at++];
    } else if (found.node.kind === 'text') {
      text += found.node.text;
      at = found.end;
    } else {
      if (text !== '') nodes.push({ kind: 'text', text });
      text = '';
      nodes.push(found.node);
      at = found.end;
    }
  }
  if (text !== '') nodes.push({ kind: 'text', text });
  return nodes;
}

function token(source: string, at: number, depth: number, unclosed: Set<string>): Found {
  switch (source[at]) {
    case '\\': {
      const next = source[at + 1];
      return next !== undefined && /[!-/:-@[-`{-~]/.test(next) ? { node: { kind: 'text', text: next }, end: at + 2 } : null;
    }
    case '`':
      return code(source, at);
    case '<':
      return angle(source, at);
    case '[':
      return maskedLink(source, at, depth);
    case 'h':
      return bareLink(source, at);
    case '@': {
      const everyone = match(/@(?:everyone|here)\b/y, source, at);
      return everyone && { node: { kind: 'everyone', text: everyone[0] }, end: at + everyone[0].length };
    }
    case '*':
    case '_':
    case '~':
    case '|':
      return pair(source, at, depth, unclosed);
    default:
      return null;
  }
}

function pair(source: string, at: number, depth: number, unclosed: Set<string>): Found {
  for (const [mark, kind] of pairs) {
    if (!source.startsWith(mark, at) || unclosed.has(mark) || !mayOpen(source, at, mark)) continue;
    const close = closing(source, at + mark.length, mark);
    if (close === -1) {
      unclosed.add(mark);
    } else if (close > at + mark.length) {
      return { node: { kind, children: inline(source.slice(at + mark.length, close), depth + 1) }, end: close + mark.length };
    }
  }
  return null;
}

function mayOpen(source: string, at: number, mark: string): boolean {
  if (mark === '*') return /[^\s*]/.test(source[at + 1] ?? ' ');
  return mark !== '_' || !isWord(source[at - 1]);
}

/** Where `mark` ends what began before `from`; -1 when nowhere. Code and escaped characters are stepped over. */
function closing(source: string, from: number, mark: string): number {
  const single = mark.length === 1;
  let at = from;
  while (at < source.length) {
    const char = source[at];
    if (char === '\\') {
      at += 2;
    } else if (char === '`') {
      at = code(source, at)?.end ?? at + 1;
    } else if (single && source.startsWith(mark + mark, at)) {
      at += 2;
    } else if (source.startsWith(mark, at) && mayClose(source, at, mark, from)) {
      // Of "***" the last two stars close the bold, so that the first is left for the italic inside.
      while (!single && source[at + mark.length] === mark[0]) at++;
      return at;
    } else {
      at++;
    }
  }
  return -1;
}

function mayClose(source: string, at: number, mark: string, from: number): boolean {
  if (at === from) return false;
  if (mark === '*') return /\S/.test(source[at - 1] ?? ' ');
  return mark !== '_' || !isWord(source[at + 1]);
}

function code(source: string, at: number): Found {
  const open = match(/`+/y, source, at)?.[0] ?? '';
  if (open.length > 2 || source[at - 1] === '`') return null;
  for (let close = source.indexOf(open, at + open.length); close !== -1; close = source.indexOf(open, close + 1)) {
    if (source[close + open.length] === '`' || source[close - 1] === '`') continue;
    const text = source.slice(at + open.length, close);
    return { node: { kind: 'code', text: open.length === 2 ? text.trim() : text }, end: close + open.length };
  }
  return null;
}

function angle(source: string, at: number): Found {
  const found = match(/<(?:@!?(\d{1,20})|@&(\d{1,20})|#(\d{1,20})|a?:(\w{2,32}):(\d{1,20})|t:(-?\d{1,13})(?::([tTdDfFR]))?|(https?:\/\/[^\s<>]+))>/y, source, at);
  if (found === null) return null;
  const [all, user, role, channel, emoji, emojiId = '', seconds, style = 'f', url] = found;
  const end = at + all.length;
  if (user !== undefined) return { node: { kind: 'user', id: user, source: all }, end };
  if (role !== undefined) return { node: { kind: 'role', id: role, source: all }, end };
  if (channel !== undefined) return { node: { kind: 'channel', id: channel, source: all }, end };
  if (emoji !== undefined) return { node: { kind: 'emoji', id: emojiId, name: emoji }, end };
  if (seconds !== undefined) return Math.abs(Number(seconds)) <= 8.64e12 ? { node: { kind: 'time', seconds: Number(seconds), style }, end } : null;
  return url === undefined ? null : link(url, [{ kind: 'text', text: url }], end);
}

function maskedLink(source: string, at: number, depth: number): Found {
  const found = match(/\[((?:[^[\]\\]|\\.)+)\]\(<?(https?:\/\/[^\s<>()]*(?:\([^\s<>()]*\)[^\s<>()]*)*)>?\)/y, source, at);
  if (found === null) return null;
  const [all, label = '', url = ''] = found;
  // A label that is itself an address could name another place than the one it leads to.
  if (/https?:\/\//i.test(label) || label.trim() === '') return null;
  return link(url, inline(label, depth + 1), at + all.length);
}

function bareLink(source: string, at: number): Found {
  let url = match(/https?:\/\/(?:(?!\]\()[^\s<])+/y, source, at)?.[0];
  if (url === undefined) return null;
  // What ends a sentence or a mark belongs to the text, and so does a bracket that was opened before the link.
  for (let last = url.at(-1) ?? ''; /[.,:;"'!?\]*_~|]/.test(last) || (last === ')' && count(url, '(') < count(url, ')')); last = url.at(-1) ?? '') {
    url = url.slice(0, -1);
  }
  return link(url, [{ kind: 'text', text: url }], at + url.length);
}

/** Only http and https lead anywhere. */
function link(url: string, children: Node[], end: number): Found {
  if (!URL.canParse(url)) return null;
  const { protocol, href } = new URL(url);
  return protocol === 'http:' || protocol === 'https:' ? { node: { kind: 'link', href, children }, end } : null;
}

function match(pattern: RegExp, source: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(source);
}

const count = (text: string, char: string) => text.split(char).length - 1;
const isWord = (char: string | undefined) => char !== undefined && /[\p{L}\p{N}_]/u.test(char);

function lineEnd(source: string, from: number): number {
  const end = source.indexOf('\n', from);
  return end === -1 ? source.length : end;
}
