import type { Embed } from '../types';
import { Markdown, type Names } from './Markdown';

export function Embeds({ embeds, names }: { embeds: readonly Embed[]; names: Names }) {
  return embeds.map((embed, index) => <Card key={index} embed={embed} names={names} />);
}

/** A bot's card. Its pictures are left out: they come from elsewhere, and the page loads nothing from elsewhere. */
function Card({ embed, names }: { embed: Embed; names: Names }) {
  const title = embed.title ?? '';
  const link = embed.url === undefined || title === '' ? title : `[${title.replace(/[[\]\\]/g, '\\$&')}](${embed.url})`;
  return (
    <div className="embed">
      {embed.author?.name !== undefined && <p className="small">{embed.author.name}</p>}
      {title !== '' && (
        <p className="title">
          <Markdown text={link} names={names} />
        </p>
      )}
      {embed.description !== undefined && (
        <div className="text">
          <Markdown text={embed.description} names={names} />
        </div>
      )}
      {embed.fields !== undefined && embed.fields.length > 0 && (
        <dl>
          {embed.fields.map((field, index) => (
            <div key={index}>
              <dt>{field.name}</dt>
              <dd>
                <Markdown text={field.value} names={names} />
              </dd>
            </div>
          ))}
        </dl>
      )}
      {embed.footer?.text !== undefined && <p className="small">{embed.footer.text}</p>}
    </div>
  );
}
