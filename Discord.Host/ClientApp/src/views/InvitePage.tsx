import { useEffect, useState } from 'react';
import { joinGuild, openGuild } from '../actions/places';
import { inWords } from '../actions/session';
import { api } from '../api';
import { call } from '../call';
import { navigate } from '../route';
import { useStore } from '../store';
import type { Invite } from '../types';
import { GuildIcon } from './Avatar';
import { Problem, useSubmission } from './Form';
import { Page } from './Page';

export function InvitePage({ instance, code }: { instance: string; code: string }) {
  const [invite, setInvite] = useState<Invite | null>(null);
  const [failure, setFailure] = useState<string | null>(null);
  const guilds = useStore((state) => state.guilds);
  const guild = invite?.guild;
  const isMember = guild !== undefined && guilds?.[guild.id] !== undefined;
  const isNew = useStore((state) => state.registeredWith) === code;
  // Whoever registered by this invite is in already, and must not use it up a second time.
  const form = useSubmission(() => (isMember ? Promise.resolve(openGuild(guild.id)) : joinGuild(code)));

  useEffect(() => {
    let wanted = true;
    call(api.invite(code)).then(
      (found) => wanted && setInvite(found),
      (error: unknown) => {
        if (!wanted) return;
        // An invite for one person is used up by registering with it.
        if (isNew) navigate('/', 'replace');
        else setFailure(inWords(error));
      },
    );
    return () => {
      wanted = false;
    };
  }, [code, isNew]);

  if (failure !== null) {
    return (
      <Page instance={instance} title="This invite does not work">
        <Problem text={failure} />
        <p className="lead">It may have expired. Ask whoever gave it to you for a new one.</p>
        <button type="button" className="wide" onClick={() => navigate('/')}>
          Back to {instance}
        </button>
      </Page>
    );
  }
  if (invite === null || (isNew && guilds === null)) return <Page instance={instance} title="Opening your invite…">{null}</Page>;
  return (
    <Page instance={instance} title={guild?.name ?? 'You are invited'} icon={guild !== undefined && <GuildIcon id={guild.id} name={guild.name} icon={guild.icon} size={64} />}>
      <p className="lead">
        {invite.inviter === undefined ? 'You are invited to join.' : <><strong>{invite.inviter.global_name ?? invite.inviter.username}</strong> invites you to join.</>}
        {invite.approximate_member_count !== undefined && ` ${members(invite.approximate_member_count)}.`}
      </p>
      <form onSubmit={form.onSubmit}>
        {form.rest !== null && <Problem text={form.rest} />}
        <button type="submit" className="primary wide" aria-disabled={form.busy}>
          {isMember && !isNew ? 'Open server' : 'Join server'}
        </button>
      </form>
    </Page>
  );
}

const members = (count: number) => (count === 1 ? '1 member' : `${count.toLocaleString()} members`);
