import { useCallback, useState, type ReactNode } from 'react';
import { createThread } from '../actions/messages';
import { ask } from '../actions/session';
import { api } from '../api';
import { mayIn, type Guild } from '../guilds';
import { Permission } from '../permissions';
import { isUnread } from '../reads';
import { channelPath, navigate } from '../route';
import { useStore } from '../store';
import type { Channel, Tag } from '../types';
import { toWire } from '../wire';
import { longest, useUploadLimit } from './Composer';
import { Dialog } from './Dialog';
import { FileTray } from './FileTray';
import { Field, Problem, TextField, useLoaded, useSubmission } from './Form';
import { Icon } from './Icon';
import { Link } from './Link';
import { inBytes } from '../media';
import { useNameables } from './nameables';
import { useNames } from './naming';
import { byActivity, messages } from './ThreadList';

/** A channel that is a list of posts, each a thread of its own. */
export function Forum({ guild, channel, menu }: { guild: Guild; channel: Channel; menu: ReactNode }) {
  const me = useStore((state) => state.me?.id);
  const [tag, setTag] = useState<string | null>(null);
  const [posting, setPosting] = useState(false);
  const { value, failure } = useLoaded(useCallback(() => ask(api.archivedThreads(channel.id)), [channel.id]));
  const may = mayIn(guild, me, channel);
  const active = guild.threads.filter(({ parent_id, thread_metadata }) => parent_id === channel.id && thread_metadata?.archived !== true).sort(byActivity);
  const archived = (value?.threads ?? []).filter(({ id }) => !active.some((post) => post.id === id));
  const posts = [...active, ...archived].filter(({ applied_tags = [] }) => tag === null || applied_tags.includes(tag));
  const tags = channel.available_tags ?? [];

  return (
    <div className="conversation">
      <header>
        {menu}
        <h2>
          <Icon name="forum" />
          <span className="name">{channel.name}</span>
        </h2>
        {channel.topic != null && channel.topic !== '' && <p className="topic">{channel.topic}</p>}
        <div className="tools">
          {may(Permission.SendMessages) && (
            <button type="button" className="primary" onClick={() => setPosting(true)}>
              New post
            </button>
          )}
        </div>
      </header>
      <div className="forum">
        {tags.length > 0 && (
          <div className="filter" role="group" aria-label="Show posts with">
            <button type="button" aria-pressed={tag === null} onClick={() => setTag(null)}>
              All
            </button>
            {tags.map((one) => (
              <button key={one.id} type="button" aria-pressed={tag === one.id} onClick={() => setTag(one.id)}>
                <TagName tag={one} />
              </button>
            ))}
          </div>
        )}
        {failure !== null && <Problem text={failure} />}
        <ul className="posts" aria-label="Posts">
          {posts.map((post) => (
            <li key={post.id}>
              <Post guild={guild} post={post} tags={tags} />
            </li>
          ))}
        </ul>
        {posts.length === 0 && <p className="hint">{tag === null ? 'Nobody has posted here yet.' : 'No post carries this tag.'}</p>}
      </div>
      {posting && <NewPost guild={guild} channel={channel} mayAttach={may(Permission.AttachFiles)} mayModerate={may(Permission.ManageThreads)} onClose={() => setPosting(false)} />}
    </div>
  );
}

function Post({ guild, post, tags }: { guild: Guild; post: Channel; tags: readonly Tag[] }) {
  const unread = useStore((state) => isUnread(state, guild, post.id));
  const names = useNames(guild);
  const author = post.owner_id == null ? undefined : names.user(post.owner_id);
  return (
    <Link to={channelPath(guild.id, post.id)} className={unread ? 'post unread' : 'post'}>
      <span className="post-tags">
        {tags
          .filter(({ id }) => post.applied_tags?.includes(id) === true)
          .map((tag) => (
            <span key={tag.id} className="badge">
              <TagName tag={tag} />
            </span>
          ))}
        {post.thread_metadata?.archived === true && <span className="badge">Archived</span>}
      </span>
      <strong>{post.name}</strong>
      <span className="hint">
        {author !== undefined && `${author} · `}
        {messages(post)}
      </span>
    </Link>
  );
}

const TagName = ({ tag }: { tag: Tag }) => (tag.emoji_name == null ? tag.name : `${tag.emoji_name} ${tag.name}`);

function NewPost({ guild, channel, mayAttach, mayModerate, onClose }: { guild: Guild; channel: Channel; mayAttach: boolean; mayModerate: boolean; onClose(): void }) {
  const [title, setTitle] = useState('');
  const [text, setText] = useState('');
  const [tags, setTags] = useState<readonly string[]>([]);
  const [files, setFiles] = useState<readonly File[]>([]);
  const [problem, setProblem] = useState<string | null>(null);
  const limit = useUploadLimit();
  const known = useNameables(guild);
  const offered = (channel.available_tags ?? []).filter(({ moderated }) => moderated !== true || mayModerate);
  const form = useSubmission(async () => {
    const message = { content: toWire(text.trim(), known), ...(files.length === 0 ? {} : { attachments: files.map(({ name }, id) => ({ id, filename: name })) }) };
    const post = await createThread(channel.id, { name: title.trim(), applied_tags: tags, message }, files);
    onClose();
    navigate(channelPath(guild.id, post.id));
  });
  const add = (chosen: readonly File[]) => {
    const large = chosen.find(({ size }) => limit !== null && size > limit);
    setProblem(large === undefined || limit === null ? null : `${large.name} is ${inBytes(large.size)}; a file may have ${inBytes(limit)} at most.`);
    setFiles([...files, ...chosen.filter(({ size }) => limit === null || size <= limit)].slice(0, 10));
  };

  return (
    <Dialog title={`New post in ${channel.name}`} onClose={onClose}>
      <form onSubmit={form.onSubmit} noValidate>
        <Field label="Title" value={title} onChange={setTitle} maxLength={100} autoComplete="off" autoFocus required problem={form.problem('name')} />
        <TextField label="Message" value={text} onChange={setText} rows={5} maxLength={longest} problem={form.problem('message.content', 'content')} />
        {offered.length > 0 && (
          <fieldset className="tags">
            <legend>Tags</legend>
            {offered.map((tag) => (
              <label key={tag.id} className="check">
                <input
                  type="checkbox"
                  checked={tags.includes(tag.id)}
                  disabled={tags.length >= 5 && !tags.includes(tag.id)}
                  onChange={(event) => setTags(event.target.checked ? [...tags, tag.id] : tags.filter((id) => id !== tag.id))}
                />
                <TagName tag={tag} />
              </label>
            ))}
          </fieldset>
        )}
        <FileTray files={files} onRemove={(gone) => setFiles(files.filter((file) => file !== gone))} />
        {(problem ?? form.rest) !== null && <Problem text={problem ?? form.rest ?? ''} />}
        <footer>
          {mayAttach && (
            <label className="file-button">
              <Icon name="attach" /> Add files
              <input type="file" multiple className="unseen" onChange={(event) => add([...(event.target.files ?? [])])} />
            </label>
          )}
          <button type="submit" className="primary" aria-disabled={form.busy || title.trim() === '' || (text.trim() === '' && files.length === 0)}>
            Post
          </button>
        </footer>
      </form>
    </Dialog>
  );
}
