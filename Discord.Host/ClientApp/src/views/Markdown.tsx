import { memo, useState, type ReactNode } from 'react';
import { parse, textOf, type Node } from '../markdown';
import { emojiUrl } from '../media';

/** What ids in a text are called here; undefined for those that are not known. */
export interface Names {
  user(id: string): string | undefined;
  role(id: string): string | undefined;
  channel(id: string): string | undefined;
}

export const Markdown = memo(function Markdown({ text, names }: { text: string; names: Names }) {
  return <>{parse(text).map((node, index) => render(node, index, names))}</>;
});

function render(node: Node, key: number, names: Names): ReactNode {
  const children = 'children' in node ? node.children.map((child, index) => render(child, index, names)) : null;
  switch (node.kind) {
    case 'text':
      return node.text;
    case 'bold':
      return <strong key={key}>{children}</strong>;
    case 'italic':
      return <em key={key}>{children}</em>;
    case 'underline':
      return <u key={key}>{children}</u>;
    case 'strike':
      return <s key={key}>{children}</s>;
    case 'spoiler':
      return <Spoiler key={key} text={textOf(node.children)}>{children}</Spoiler>;
    case 'quote':
      return <blockquote key={key}>{children}</blockquote>;
    case 'code':
      return <code key={key}>{node.text}</code>;
    case 'block':
      return (
        <pre key={key} tabIndex={0} aria-label={node.language === '' ? 'Code' : `Code, ${node.language}`}>
          <code>{node.text}</code>
        </pre>
      );
    case 'link':
      return (
        <a key={key} href={node.href} title={node.href} target="_blank" rel="noopener noreferrer nofollow">
          {children}
        </a>
      );
    case 'user':
      return <Mention key={key} text={prefixed('@', names.user(node.id)) ?? node.source} />;
    case 'role':
      return <Mention key={key} text={prefixed('@', names.role(node.id)) ?? node.source} />;
    case 'channel':
      return <Mention key={key} text={prefixed('#', names.channel(node.id)) ?? node.source} />;
    case 'everyone':
      return <Mention key={key} text={node.text} />;
    case 'emoji':
      return <img key={key} className="emoji" src={emojiUrl(node.id)} alt={`:${node.name}:`} title={`:${node.name}:`} width="22" height="22" loading="lazy" />;
    case 'time':
      return <Time key={key} seconds={node.seconds} style={node.style} />;
  }
}

function Mention({ text }: { text: string }) {
  return <span className="mention">{text}</span>;
}

/** Covered, it holds bare text: nothing under it can be clicked or read out before it is asked for. */
function Spoiler({ text, children }: { text: string; children: ReactNode }) {
  const [shown, setShown] = useState(false);
  if (shown) return <span className="spoiler shown">{children}</span>;
  return (
    <button type="button" className="spoiler" aria-label="Show spoiler" onClick={() => setShown(true)}>
      <span aria-hidden="true">{text}</span>
    </button>
  );
}

const styles: Record<string, Intl.DateTimeFormatOptions> = {
  t: { timeStyle: 'short' },
  T: { timeStyle: 'medium' },
  d: { dateStyle: 'short' },
  D: { dateStyle: 'long' },
  f: { dateStyle: 'long', timeStyle: 'short' },
  F: { dateStyle: 'full', timeStyle: 'short' },
};

function Time({ seconds, style }: { seconds: number; style: string }) {
  const date = new Date(seconds * 1000);
  const full = new Intl.DateTimeFormat(undefined, styles['F']).format(date);
  return (
    <time dateTime={date.toISOString()} title={full}>
      {style === 'R' ? relative(seconds) : new Intl.DateTimeFormat(undefined, styles[style] ?? styles['f']).format(date)}
    </time>
  );
}

const spans = [
  ['year', 31_536_000],
  ['month', 2_592_000],
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
  ['second', 1],
] as const;

function relative(seconds: number): string {
  const distance = seconds - Date.now() / 1000;
  const [unit, size] = spans.find(([, length]) => Math.abs(distance) >= length) ?? ['second', 1];
  return new Intl.RelativeTimeFormat(undefined, { numeric: 'auto' }).format(Math.round(distance / size), unit);
}

const prefixed = (sign: string, name: string | undefined) => (name === undefined ? undefined : sign + name);
