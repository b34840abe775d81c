import { renderToStaticMarkup } from 'react-dom/server';
import { describe, expect, it } from 'vitest';
import { parse } from '../src/markdown';
import { Markdown } from '../src/views/Markdown';

const names = {
  user: (id: string) => ({ '1': 'Alice' })[id],
  role: (id: string) => ({ '2': 'Helpers' })[id],
  channel: (id: string) => ({ '3': 'general' })[id],
};

const html = (text: string) => renderToStaticMarkup(<Markdown text={text} names={names} />);
const anchor = (href: string, text = href) => `<a href="${href}" title="${href}" target="_blank" rel="noopener noreferrer nofollow">${text}</a>`;

describe('marks', () => {
  it.each([
    ['plain', 'plain'],
    ['**bold**', '<strong>bold</strong>'],
    ['*italic* and _italic_', '<em>italic</em> and <em>italic</em>'],
    ['__underlined__', '<u>underlined</u>'],
    ['~~gone~~', '<s>gone</s>'],
    ['***both***', '<strong><em>both</em></strong>'],
    ['**bold _and_ ~~gone~~**', '<strong>bold <em>and</em> <s>gone</s></strong>'],
    ['*a **b** c*', '<em>a <strong>b</strong> c</em>'],
    ['`a **b**`', '<code>a **b**</code>'],
    ['`` a ` b ``', '<code>a ` b</code>'],
    ['`a``b`', '<code>a``b</code>'],
    ['**a `**` b**', '<strong>a <code>**</code> b</strong>'],
    [String.raw`\*not\* \\ \_`, String.raw`*not* \ _`],
    ['2 * 3 * 4', '2 * 3 * 4'],
    ['a*b', 'a*b'],
    ['**open', '**open'],
    ['****', '****'],
    ['snake_case_name', 'snake_case_name'],
    ['two\nlines', 'two\nlines'],
  ])('%o', (text, expected) => {
    expect(html(text)).toBe(expected);
  });

  it('leave a spoiler covered, as bare text', () => {
    expect(html('||**boo** https://x.example||')).toBe('<button type="button" class="spoiler" aria-label="Show spoiler"><span aria-hidden="true">boo https://x.example</span></button>');
  });
});

describe('blocks', () => {
  const pre = (code: string, label = 'Code') => `<pre tabindex="0" aria-label="${label}"><code>${code}</code></pre>`;

  it.each([
    ['```\na *b*\n```', pre('a *b*')],
    ['```js\nlet a;\n\nlet b;\n```', pre('let a;\n\nlet b;', 'Code, js')],
    ['```one line```', pre('one line')],
    ['before\n```\ncode\n```\nafter', `before${pre('code')}after`],
    ['```\n> no quote\n```', pre('&gt; no quote')],
    ['```open', '```open'],
    ['``````', '``````'],
    ['> quoted\n> **twice**\nafter', '<blockquote>quoted\n<strong>twice</strong></blockquote>after'],
    ['before\n> quoted', 'before<blockquote>quoted</blockquote>'],
    ['>>> all\n> of it', '<blockquote>all\n&gt; of it</blockquote>'],
    ['> a\n>b', '<blockquote>a</blockquote>&gt;b'],
    ['> > once', '<blockquote>&gt; once</blockquote>'],
    ['no > quote', 'no &gt; quote'],
    ['>no quote', '&gt;no quote'],
    ['> ```\n> x\n> ```', `<blockquote>${pre('x')}</blockquote>`],
  ])('%o', (text, expected) => {
    expect(html(text)).toBe(expected);
  });
});

describe('links', () => {
  it.each([
    ['https://a.example/b?c=d#e', anchor('https://a.example/b?c=d#e')],
    ['see http://a.example/x.', `see ${anchor('http://a.example/x')}.`],
    ['(https://a.example/x)', `(${anchor('https://a.example/x')})`],
    ['https://a.example/x_(y)', anchor('https://a.example/x_(y)')],
    ['**https://a.example/x**', `<strong>${anchor('https://a.example/x')}</strong>`],
    ['<https://a.example/x>', anchor('https://a.example/x')],
    ['[here](https://a.example/x)', anchor('https://a.example/x', 'here')],
    ['[**here**](https://a.example/x_(y))', anchor('https://a.example/x_(y)', '<strong>here</strong>')],
  ])('%o', (text, expected) => {
    expect(html(text)).toBe(expected);
  });

  it.each([
    'javascript:alert(1)',
    '[click](javascript:alert(1))',
    '[click](JaVaScRiPt:alert(1))',
    '[click](data:text/html,x)',
    '[click](vbscript:x)',
    '[click](//evil.example)',
    '[click](/api/v10/auth/logout)',
    '[click]( javascript:alert(1))',
    '<javascript:alert(1)>',
    'ftp://a.example/x',
    'file:///etc/passwd',
  ])('%o is text', (text) => {
    expect(html(text)).not.toContain('<a');
  });

  it('do not hide behind a label that names another address', () => {
    expect(html('[https://bank.example](https://evil.example)')).toBe(`[${anchor('https://bank.example/', 'https://bank.example')}](${anchor('https://evil.example/', 'https://evil.example')})`);
  });

  it('keep what could end an attribute inside it', () => {
    expect(html('https://a.example/"onmouseover="alert(1)')).toBe(anchor('https://a.example/%22onmouseover=%22alert(1)', 'https://a.example/&quot;onmouseover=&quot;alert(1)'));
  });
});

describe('HTML', () => {
  it.each([
    '<img src=x onerror=alert(1)>',
    '<script>alert(1)</script>',
    '**<b onclick=x>**',
    '`<svg/onload=alert(1)>`',
    '```html\n<iframe src="javascript:alert(1)"></iframe>\n```',
    '> <style>*{display:none}</style>',
    '||<img src=x onerror=alert(1)>||',
    '[<img src=x onerror=alert(1)>](https://a.example)',
    '<@1><img src=x>',
  ])('%o is text', (text) => {
    const tags = html(text).match(/<[a-z]+/g) ?? [];
    expect(tags.filter((tag) => !['<strong', '<code', '<pre', '<blockquote', '<button', '<span', '<a'].includes(tag))).toEqual([]);
    expect(html(text)).toMatch(/&lt;(img|script|b|svg|iframe|style)/);
  });
});

describe('mentions', () => {
  it.each([
    ['<@1>', '<span class="mention">@Alice</span>'],
    ['<@!1>', '<span class="mention">@Alice</span>'],
    ['<@&2>', '<span class="mention">@Helpers</span>'],
    ['<#3>', '<span class="mention">#general</span>'],
    ['<@99>', '<span class="mention">&lt;@99&gt;</span>'],
    ['@everyone and @here', '<span class="mention">@everyone</span> and <span class="mention">@here</span>'],
    ['<:wave:123>', '<img class="emoji" src="/emojis/123.webp?size=64" alt=":wave:" title=":wave:" width="22" height="22" loading="lazy"/>'],
    ['`<@1>`', '<code>&lt;@1&gt;</code>'],
  ])('%o', (text, expected) => {
    expect(html(text)).toBe(expected);
  });

  it('of a time are shown as one', () => {
    expect(html('<t:0:d>')).toMatch(/^<time dateTime="1970-01-01T00:00:00.000Z" title="[^"]+">[^<]+<\/time>$/);
    expect(html('<t:9999999999999:d>')).toBe('&lt;t:9999999999999:d&gt;');
  });
});

describe('hostile texts', () => {
  const long = 4096;
  it.each(['*', '_', '**', '__', '~~', '||', '`', '```', '[', '<', '> ', 'h', '\\', '*_', '**__~~||', '*a', '_a ', '[a](', 'http://'])('of %o over and over are read to their end', (piece) => {
    // One that is tried again from every mark takes minutes, and the runner's limit ends it.
    expect(parse(piece.repeat(Math.ceil(long / piece.length)))).not.toEqual([]);
  });

  it('lose nothing: every character of unmatched marks is shown', () => {
    const text = '**a __b ~~c ||d `e [f](g <h> _i';
    expect(html(text)).toBe(text.replace('<h>', '&lt;h&gt;'));
  });
});
