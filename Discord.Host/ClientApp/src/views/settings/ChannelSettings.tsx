import { useState } from 'react';
import { ask } from '../../actions/session';
import { api } from '../../api';
import { isForum, isText, isVoice, mayIn, type Guild } from '../../guilds';
import { Permission } from '../../permissions';
import { useStore } from '../../store';
import { ChannelType, type Channel, type Tag } from '../../types';
import { Confirm, Sheet, type Tab } from '../Dialog';
import { Choice, Field, Problem, Switch, TextField, useSubmission } from '../Form';
import { Icon } from '../Icon';
import { OverwritesTab } from './OverwritesTab';

/** A channel's settings, or a category's. */
export function ChannelSettings({ guild, channel: opened, onClose }: { guild: Guild; channel: Channel; onClose(): void }) {
  const me = useStore((state) => state.me?.id);
  // It changes under the dialog's eyes, by oneself or by others.
  const channel = guild.channels.find(({ id }) => id === opened.id) ?? opened;
  const may = mayIn(guild, me, channel);
  const tabs: Tab[] = [
    { name: 'Overview', content: () => <Overview guild={guild} channel={channel} onClose={onClose} /> },
    ...(may(Permission.ManageRoles) ? [{ name: 'Permissions', content: () => <OverwritesTab guild={guild} channel={channel} /> }] : []),
  ];
  return <Sheet title={`Settings of ${isText(channel) ? '#' : ''}${channel.name}`} tabs={tabs} onClose={onClose} />;
}

const waits = [
  ['0', 'No waiting'],
  ['5', '5 seconds'],
  ['15', '15 seconds'],
  ['60', 'A minute'],
  ['300', '5 minutes'],
  ['900', '15 minutes'],
  ['3600', 'An hour'],
  ['21600', '6 hours'],
] as const;

function Overview({ guild, channel, onClose }: { guild: Guild; channel: Channel; onClose(): void }) {
  const isCategory = channel.type === ChannelType.Category;
  const writes = isText(channel) || isForum(channel);
  const [name, setName] = useState(channel.name ?? '');
  const [topic, setTopic] = useState(channel.topic ?? '');
  const [parent, setParent] = useState(channel.parent_id ?? '');
  const [wait, setWait] = useState(String(channel.rate_limit_per_user ?? 0));
  const [nsfw, setNsfw] = useState(channel.nsfw ?? false);
  const [tags, setTags] = useState<readonly Partial<Tag>[]>(channel.available_tags ?? []);
  const [limit, setLimit] = useState(String(channel.user_limit ?? 0));
  const [saved, setSaved] = useState(false);
  const [deleting, setDeleting] = useState(false);
  const form = useSubmission(async () => {
    setSaved(false);
    await ask(
      api.updateChannel(channel.id, {
        name: name.trim(),
        ...(isCategory ? {} : { parent_id: parent === '' ? null : parent }),
        ...(writes ? { topic: topic.trim(), rate_limit_per_user: Number(wait), nsfw } : {}),
        ...(isVoice(channel) ? { user_limit: Number(limit) } : {}),
        ...(isForum(channel) ? { available_tags: tags.filter((tag) => tag.name?.trim() !== '') } : {}),
      }),
    );
    setSaved(true);
  });
  const categories = guild.channels.filter(({ type }) => type === ChannelType.Category);
  const listed: readonly (readonly [string, string])[] = waits.some(([value]) => value === wait) ? waits : [...waits, [wait, `${wait} seconds`]];

  return (
    <form onSubmit={form.onSubmit} noValidate>
      <Field label="Name" value={name} onChange={setName} maxLength={100} autoComplete="off" problem={form.problem('name')} />
      {writes && <TextField label={isForum(channel) ? 'Guidelines for posts' : 'What it is about'} value={topic} onChange={setTopic} maxLength={isForum(channel) ? 4096 : 1024} problem={form.problem('topic')} />}
      {!isCategory && <Choice label="Category" value={parent} options={[['', 'None'], ...categories.map(({ id, name }) => [id, name ?? ''] as const)]} onChange={setParent} />}
      {writes && <Choice label="Between two messages of one person" value={wait} options={listed} onChange={setWait} />}
      {isVoice(channel) && <Field label="People at most" type="number" min={0} max={channel.type === ChannelType.Stage ? 10_000 : 99} value={limit} onChange={setLimit} hint="0: any number" problem={form.problem('user_limit')} />}
      {isForum(channel) && <Tags tags={tags} onChange={setTags} />}
      {writes && <Switch label="For adults only" on={nsfw} onChange={setNsfw} />}
      {form.rest !== null && <Problem text={form.rest} />}
      <div className="save">
        <button type="button" className="danger-text" onClick={() => setDeleting(true)}>
          {isCategory ? 'Delete category' : 'Delete channel'}
        </button>
        <span role="status" className="hint">
          {saved && 'Saved.'}
        </span>
        <button type="submit" className="primary" aria-disabled={form.busy}>
          Save
        </button>
      </div>
      {deleting && (
        <Confirm
          title={`Delete ${channel.name}?`}
          action="Delete"
          onClose={() => setDeleting(false)}
          onConfirm={async () => {
            await ask(api.deleteChannel(channel.id));
            onClose();
          }}
        >
          <p className="lead">{isCategory ? 'The channels in it stay.' : 'Everything that was written in it is gone for good.'}</p>
        </Confirm>
      )}
    </form>
  );
}

/** Tags of a forum at most. */
const mostTags = 20;

function Tags({ tags, onChange }: { tags: readonly Partial<Tag>[]; onChange(tags: readonly Partial<Tag>[]): void }) {
  return (
    <fieldset className="tags-editor">
      <legend>Tags for posts</legend>
      {tags.map((tag, index) => (
        <div key={tag.id ?? `new ${index}`} className="joined">
          <input className="plain" aria-label={`Tag ${index + 1}`} maxLength={20} value={tag.name ?? ''} onChange={(event) => onChange(tags.map((one, at) => (at === index ? { ...one, name: event.target.value } : one)))} />
          <button type="button" className="icon" aria-label={`Delete tag ${tag.name}`} onClick={() => onChange(tags.filter((_, at) => at !== index))}>
            <Icon name="trash" />
          </button>
        </div>
      ))}
      {tags.length < mostTags && (
        <button type="button" onClick={() => onChange([...tags, { name: '' }])}>
          Add a tag
        </button>
      )}
    </fieldset>
  );
}
