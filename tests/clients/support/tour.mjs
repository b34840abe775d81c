import { faults } from './contract.mjs';
import { ALL_INTENTS, Gateway, Op } from './gateway.mjs';
import { dataUri, mp3, png } from './media.mjs';
import { Permission, addBot, createBot, createGuild, join, must, register, rest } from './rest.mjs';

const THUMB = encodeURIComponent('👍');
const SLASH = 1;
const USER_COMMAND = 2;

/**
 * Makes one of everything over REST and keeps every answer with what is wrong about it.
 * `offered` are the ids of the operations that the host has; the others are left out.
 */
export async function tour(host, contract, offered) {
  const operations = new Map(contract.map(operation => [operation.id, operation]));
  /** operation id -> [{ status, body, faults }] */
  const answers = new Map();
  /** Steps that broke off: [{ step, error }]. */
  const broken = [];

  async function call(id, token, parameters = {}, body = undefined, { query, headers } = {}) {
    if (!offered.has(id)) return null;
    const operation = operations.get(id);
    const path = operation.path.replace(/\{(\w+)\}/g, (_, name) => {
      if (parameters[name] === undefined) throw new Error(`${id} needs ${name}`);
      return parameters[name];
    });
    const answer = await rest(host, token, operation.method, path + (query ? `?${new URLSearchParams(query)}` : ''), body, { headers });
    const wrong = answer.status >= 200 && answer.status <= 299
      ? faults(operation, answer.status, answer.body)
      : [`${operation.method} ${path} was refused with ${answer.status}: ${JSON.stringify(answer.body)}`];
    const type = answer.headers.get('content-type');
    if (answer.status !== 204 && answer.body !== null && typeof answer.body === 'object' && type !== 'application/json') wrong.push(`the content type is "${type}"`);
    if (!answers.has(id)) answers.set(id, []);
    answers.get(id).push({ status: answer.status, body: answer.body, faults: wrong });
    return answer.status >= 200 && answer.status <= 299 ? answer.body ?? {} : null;
  }

  async function step(name, needs, work) {
    if (!needs.every(id => offered.has(id))) return;
    try {
      await work();
    } catch (error) {
      broken.push({ step: name, error: error.stack });
    }
  }

  const owner = await register(host, 'owner');
  const human = await register(host, 'human');
  const third = await register(host, 'third');
  const guild = await createGuild(host, owner, 'Contract');
  await join(host, guild, human, third);
  const bot = await createBot(host, owner, { name: 'Contractor' });
  const helper = await createBot(host, owner, { name: 'Helper' });
  await addBot(host, guild, bot, Permission.Administrator);
  await addBot(host, guild, helper);
  const gateway = await Gateway.identified(host, bot.token, { intents: ALL_INTENTS });
  const user = await Gateway.identified(host, owner.token);
  const guild_id = guild.id;
  const application_id = bot.applicationId;
  const general = guild.general.id;
  const me = bot.auth;

  let text;
  let voice;

  await step('gateway', [], async () => {
    await call('get_gateway', null);
    await call('get_bot_gateway', me);
  });

  await step('channels', ['create_guild_channel'], async () => {
    text = await call('create_guild_channel', me, { guild_id }, { name: 'contract', type: 0, topic: 'about everything', rate_limit_per_user: 0, nsfw: false });
    voice = await call('create_guild_channel', me, { guild_id }, { name: 'Talk', type: 2, bitrate: 64000, user_limit: 5 });
    const category = await call('create_guild_channel', me, { guild_id }, { name: 'Drawer', type: 4 });
    await call('update_channel', me, { channel_id: text.id }, { topic: 'about all', parent_id: category.id });
    await call('get_channel', me, { channel_id: text.id });
    await call('get_channel', me, { channel_id: voice.id });
    await call('get_channel', me, { channel_id: category.id });
    await call('list_guild_channels', me, { guild_id });
    await call('bulk_update_guild_channels', me, { guild_id }, [{ id: text.id, position: 1 }]);
    await call('set_channel_permission_overwrite', me, { channel_id: text.id, overwrite_id: human.id }, { type: 1, allow: String(Permission.SendMessages), deny: '0' });
    await call('get_channel', me, { channel_id: text.id });
    await call('delete_channel_permission_overwrite', me, { channel_id: text.id, overwrite_id: human.id });
    await call('delete_channel', me, { channel_id: category.id });
  });

  text ??= guild.general;
  const channel_id = text.id;

  await step('messages', ['create_message'], async () => {
    const plain = await call('create_message', me, { channel_id }, { content: `hello <@${human.id}> https://example.org/`, nonce: '42' });
    const message_id = plain.id;
    await call('create_message', me, { channel_id }, {
      embeds: [{ title: 'Title', description: 'Text', url: 'https://example.org/', color: 0x336699, timestamp: '2026-01-01T00:00:00.000Z', footer: { text: 'foot' }, author: { name: 'someone' }, fields: [{ name: 'a', value: 'b', inline: true }], image: { url: 'https://example.org/a.png' }, thumbnail: { url: 'https://example.org/b.png' } }],
      components: [{ type: 1, components: [{ type: 2, style: 1, label: 'Press', custom_id: 'press' }, { type: 2, style: 5, label: 'Open', url: 'https://example.org/' }] }, { type: 1, components: [{ type: 3, custom_id: 'pick', options: [{ label: 'One', value: '1' }, { label: 'Two', value: '2' }] }] }],
    });
    await call('create_message', me, { channel_id }, { flags: 1 << 15, components: [{ type: 17, components: [{ type: 10, content: '# Text' }, { type: 14 }, { type: 9, components: [{ type: 10, content: 'aside' }], accessory: { type: 11, media: { url: 'https://example.org/a.png' } } }, { type: 12, items: [{ media: { url: 'https://example.org/b.png' } }] }] }] });
    await call('create_message', me, { channel_id }, { content: 'a reply', message_reference: { message_id } });
    const forward = await call('create_message', me, { channel_id }, { message_reference: { type: 1, channel_id, message_id } });
    await call('get_message', human.token, { channel_id, message_id: forward.id });
    const form = new FormData();
    form.set('payload_json', JSON.stringify({ content: 'with files', attachments: [{ id: 0, description: 'a picture' }, { id: 1 }] }));
    form.set('files[0]', new Blob([png(32)], { type: 'image/png' }), 'picture.png');
    form.set('files[1]', new Blob(['plain text']), 'notes.txt');
    await call('create_message', me, { channel_id }, form);
    await call('get_message', me, { channel_id, message_id });
    await call('update_message', me, { channel_id, message_id }, { content: 'edited' });
    await call('list_messages', human.token, { channel_id }, undefined, { query: { limit: '50' } });
    await call('trigger_typing_indicator', me, { channel_id });

    await call('add_my_message_reaction', me, { channel_id, message_id, emoji_name: THUMB });
    await call('add_my_message_reaction', human.token, { channel_id, message_id, emoji_name: THUMB });
    await call('get_message', me, { channel_id, message_id });
    await call('list_message_reactions_by_emoji', me, { channel_id, message_id, emoji_name: THUMB });
    await call('delete_my_message_reaction', me, { channel_id, message_id, emoji_name: THUMB });
    await call('delete_user_message_reaction', me, { channel_id, message_id, emoji_name: THUMB, user_id: human.id });
    await call('add_my_message_reaction', me, { channel_id, message_id, emoji_name: THUMB });
    await call('delete_all_message_reactions_by_emoji', me, { channel_id, message_id, emoji_name: THUMB });
    await call('add_my_message_reaction', me, { channel_id, message_id, emoji_name: THUMB });
    await call('delete_all_message_reactions', me, { channel_id, message_id });

    await call('create_pin', me, { channel_id, message_id });
    await call('list_pins', me, { channel_id });
    await call('deprecated_list_pins', me, { channel_id });
    await call('delete_pin', me, { channel_id, message_id });
    await call('deprecated_create_pin', me, { channel_id, message_id });
    await call('deprecated_delete_pin', me, { channel_id, message_id });

    const doomed = [];
    for (const content of ['doomed 1', 'doomed 2', 'doomed 3']) doomed.push((await call('create_message', me, { channel_id }, { content })).id);
    await call('bulk_delete_messages', me, { channel_id }, { messages: doomed.slice(0, 2) });
    await call('delete_message', me, { channel_id, message_id: doomed[2] });
    await call('guild_search', me, { guild_id }, undefined, { query: { content: 'files' } });
  });

  await step('polls', ['create_message', 'poll_expire'], async () => {
    const asked = await call('create_message', me, { channel_id }, { poll: { question: { text: 'Tea?' }, answers: [{ poll_media: { text: 'Yes' } }, { poll_media: { text: 'No' } }], duration: 1, allow_multiselect: false } });
    await must(host, human.token, 'PUT', `/channels/${channel_id}/polls/${asked.id}/answers/@me`, { answer_ids: ['1'] });
    await call('get_answer_voters', me, { channel_id, message_id: asked.id, answer_id: 1 });
    await call('poll_expire', me, { channel_id, message_id: asked.id });
  });

  await step('threads', ['create_thread_from_message'], async () => {
    const root = await call('create_message', me, { channel_id }, { content: 'a topic' });
    const open = await call('create_thread_from_message', me, { channel_id, message_id: root.id }, { name: 'from a message', auto_archive_duration: 60 });
    const closed = await call('create_thread', me, { channel_id }, { name: 'private', type: 12, invitable: true });
    const thread = { channel_id: open.id };
    await call('create_message', me, thread, { content: 'inside' });
    await call('get_channel', me, thread);
    await call('join_thread', me, thread);
    await call('add_thread_member', me, { ...thread, user_id: human.id });
    await call('get_thread_member', me, { ...thread, user_id: human.id });
    await call('list_thread_members', me, thread, undefined, { query: { with_member: 'true' } });
    await call('delete_thread_member', me, { ...thread, user_id: human.id });
    await call('get_active_guild_threads', me, { guild_id });
    await call('leave_thread', me, thread);
    await call('update_channel', me, thread, { archived: true });
    await call('list_public_archived_threads', me, { channel_id });
    if (closed) await call('update_channel', me, { channel_id: closed.id }, { archived: true });
    await call('list_private_archived_threads', me, { channel_id });
    await call('list_my_private_archived_threads', me, { channel_id });
  });

  await step('forum', ['create_thread', 'thread_search'], async () => {
    const forum = await call('create_guild_channel', me, { guild_id }, { name: 'questions', type: 15, available_tags: [{ name: 'solved' }], default_reaction_emoji: { emoji_name: '👍' } });
    await call('create_thread', me, { channel_id: forum.id }, { name: 'How?', message: { content: 'like this' }, applied_tags: [] });
    await call('thread_search', me, { channel_id: forum.id });
    await call('get_channel', me, { channel_id: forum.id });
  });

  await step('guild', ['update_guild'], async () => {
    await call('get_guild', me, { guild_id }, undefined, { query: { with_counts: 'true' } });
    await call('update_guild', me, { guild_id }, { name: 'Contract, renamed', afk_timeout: 300, icon: dataUri('image/png', png()) });
    const rules = await call('create_guild_channel', me, { guild_id }, { name: 'rules', type: 0 });
    await call('update_guild', me, { guild_id }, { features: ['COMMUNITY'], rules_channel_id: rules?.id, public_updates_channel_id: general, verification_level: 1, explicit_content_filter: 2, default_message_notifications: 1 });
    await call('get_guild_preview', me, { guild_id });
    await call('get_guild_vanity_url', me, { guild_id });
    await call('list_guild_voice_regions', me, { guild_id });
    await call('list_voice_regions', me);
  });

  await step('announcements', ['follow_channel', 'crosspost_message'], async () => {
    const news = await call('create_guild_channel', me, { guild_id }, { name: 'news', type: 5 });
    await call('follow_channel', me, { channel_id: news.id }, { webhook_channel_id: general });
    const message = await call('create_message', me, { channel_id: news.id }, { content: 'extra, extra' });
    await call('crosspost_message', me, { channel_id: news.id, message_id: message.id });
  });

  await step('roles', ['create_guild_role'], async () => {
    const role = await call('create_guild_role', me, { guild_id }, { name: 'painters', color: 0x336699, hoist: true, mentionable: true, permissions: String(Permission.SendMessages) });
    await call('list_guild_roles', me, { guild_id });
    await call('get_guild_role', me, { guild_id, role_id: role.id });
    await call('update_guild_role', me, { guild_id, role_id: role.id }, { name: 'great painters', permissions: '0' });
    await call('bulk_update_guild_roles', me, { guild_id }, [{ id: role.id, position: 1 }]);
    await call('add_guild_member_role', me, { guild_id, user_id: human.id, role_id: role.id });
    await call('guild_role_member_counts', me, { guild_id });
    await call('delete_guild_member_role', me, { guild_id, user_id: human.id, role_id: role.id });
    await call('delete_guild_role', me, { guild_id, role_id: role.id });
  });

  await step('members', ['list_guild_members'], async () => {
    await call('list_guild_members', me, { guild_id }, undefined, { query: { limit: '1000' } });
    await call('search_guild_members', me, { guild_id }, undefined, { query: { query: 'hu', limit: '10' } });
    await call('get_guild_member', me, { guild_id, user_id: human.id });
    await call('get_my_guild_member', human.token, { guild_id });
    await call('update_guild_member', me, { guild_id, user_id: human.id }, { nick: 'Nick', communication_disabled_until: new Date(Date.now() + 60_000).toISOString() });
    await call('update_guild_member', me, { guild_id, user_id: human.id }, { nick: null, communication_disabled_until: null });
    await call('update_my_guild_member', me, { guild_id }, { nick: 'The contractor' });
    await call('preview_prune_guild', me, { guild_id }, undefined, { query: { days: '7' } });
    await call('prune_guild', me, { guild_id }, { days: 30, compute_prune_count: true });
    await call('add_guild_member', me, { guild_id, user_id: human.id }, { access_token: 'of somebody who is a member already' });
  });

  await step('bans', ['ban_user_from_guild'], async () => {
    const troll = await register(host, 'troll');
    const gnome = await register(host, 'gnome');
    const guest = await register(host, 'guest');
    await join(host, guild, troll, guest);
    await call('ban_user_from_guild', me, { guild_id, user_id: troll.id }, { delete_message_seconds: 0 }, { headers: { 'X-Audit-Log-Reason': encodeURIComponent('böse') } });
    await call('list_guild_bans', me, { guild_id });
    await call('get_guild_ban', me, { guild_id, user_id: troll.id });
    await call('unban_user_from_guild', me, { guild_id, user_id: troll.id });
    await call('bulk_ban_users_from_guild', me, { guild_id }, { user_ids: [gnome.id], delete_message_seconds: 0 });
    await call('delete_guild_member', me, { guild_id, user_id: guest.id });
  });

  await step('invites', ['create_channel_invite'], async () => {
    const invite = await call('create_channel_invite', me, { channel_id: general }, { max_age: 60, max_uses: 2, unique: true });
    await call('list_channel_invites', me, { channel_id: general });
    await call('list_guild_invites', me, { guild_id });
    await call('invite_resolve', null, { code: invite.code }, undefined, { query: { with_counts: 'true', with_expiration: 'true' } });
    await call('invite_revoke', me, { code: invite.code });
  });

  await step('emojis', ['create_guild_emoji'], async () => {
    const emoji = await call('create_guild_emoji', me, { guild_id }, { name: 'square', image: dataUri('image/png', png()), roles: [] });
    const one = { guild_id, emoji_id: emoji.id };
    await call('list_guild_emojis', me, { guild_id });
    await call('get_guild_emoji', me, one);
    await call('update_guild_emoji', me, one, { name: 'squared' });
    await call('delete_guild_emoji', me, one);
  });

  await step('application emojis', ['create_application_emoji'], async () => {
    const emoji = await call('create_application_emoji', me, { application_id }, { name: 'badge', image: dataUri('image/png', png()) });
    const one = { application_id, emoji_id: emoji.id };
    await call('list_application_emojis', me, { application_id });
    await call('get_application_emoji', me, one);
    await call('update_application_emoji', me, one, { name: 'badges' });
    await call('delete_application_emoji', me, one);
  });

  await step('stickers', ['create_guild_sticker'], async () => {
    const form = new FormData();
    form.set('name', 'patch');
    form.set('description', 'a blue patch');
    form.set('tags', 'blue');
    form.set('file', new Blob([png(320)], { type: 'image/png' }), 'patch.png');
    const sticker = await call('create_guild_sticker', me, { guild_id }, form);
    const one = { guild_id, sticker_id: sticker.id };
    await call('list_guild_stickers', me, { guild_id });
    await call('get_guild_sticker', me, one);
    await call('get_sticker', me, { sticker_id: sticker.id });
    await call('create_message', me, { channel_id }, { sticker_ids: [sticker.id] });
    await call('update_guild_sticker', me, one, { name: 'patches' });
    await call('delete_guild_sticker', me, one);
  });
  await step('sticker packs', ['list_sticker_packs'], async () => {
    const packs = await call('list_sticker_packs', me);
    for (const pack of packs.sticker_packs.slice(0, 1)) await call('get_sticker_pack', me, { pack_id: pack.id });
  });

  await step('soundboard', ['create_guild_soundboard_sound'], async () => {
    const sound = await call('create_guild_soundboard_sound', me, { guild_id }, { name: 'hush', sound: dataUri('audio/mpeg', mp3()), volume: 0.5 });
    const one = { guild_id, sound_id: sound.sound_id };
    await call('list_guild_soundboard_sounds', me, { guild_id });
    await call('get_guild_soundboard_sound', me, one);
    await call('update_guild_soundboard_sound', me, one, { name: 'hushed' });
    if (voice && offered.has('send_soundboard_sound')) {
      gateway.send(Op.VoiceState, { guild_id, channel_id: voice.id, self_mute: false, self_deaf: false });
      await gateway.until('VOICE_STATE_UPDATE', state => state.user_id === bot.id && state.channel_id === voice.id);
      await call('send_soundboard_sound', me, { channel_id: voice.id }, { sound_id: sound.sound_id, source_guild_id: guild_id });
    }
    await call('delete_guild_soundboard_sound', me, one);
  });
  await step('default sounds', ['get_soundboard_default_sounds'], () => call('get_soundboard_default_sounds', me));

  await step('voice status', ['update_voice_channel_status'], async () => {
    await call('update_voice_channel_status', me, { channel_id: voice.id }, { status: 'talking' });
    await gateway.until('VOICE_CHANNEL_STATUS_UPDATE', status => status.id === voice.id && status.status === 'talking');
  });

  await step('voice', ['get_self_voice_state'], async () => {
    user.send(Op.VoiceState, { guild_id, channel_id: voice.id, self_mute: false, self_deaf: false });
    await user.until('VOICE_STATE_UPDATE', state => state.user_id === owner.id && state.channel_id === voice.id);
    gateway.send(Op.VoiceState, { guild_id, channel_id: voice.id, self_mute: true, self_deaf: false });
    await gateway.until('VOICE_STATE_UPDATE', state => state.user_id === bot.id && state.self_mute);
    await call('get_self_voice_state', me, { guild_id });
    await call('get_voice_state', me, { guild_id, user_id: owner.id });
  });

  await step('stage', ['create_stage_instance'], async () => {
    const stage = await call('create_guild_channel', me, { guild_id }, { name: 'Theatre', type: 13 });
    await call('create_stage_instance', me, {}, { channel_id: stage.id, topic: 'a play', privacy_level: 2 });
    await call('get_stage_instance', me, { channel_id: stage.id });
    await call('update_stage_instance', me, { channel_id: stage.id }, { topic: 'another play' });
    if (offered.has('update_self_voice_state')) {
      gateway.send(Op.VoiceState, { guild_id, channel_id: stage.id, self_mute: false, self_deaf: false });
      await gateway.until('VOICE_STATE_UPDATE', state => state.user_id === bot.id && state.channel_id === stage.id);
      await call('update_self_voice_state', me, { guild_id }, { channel_id: stage.id, suppress: false });
      user.send(Op.VoiceState, { guild_id, channel_id: stage.id, self_mute: false, self_deaf: false });
      await user.until('VOICE_STATE_UPDATE', state => state.user_id === owner.id && state.channel_id === stage.id);
      await call('update_voice_state', me, { guild_id, user_id: owner.id }, { channel_id: stage.id, suppress: true });
    }
    await call('delete_stage_instance', me, { channel_id: stage.id });
  });

  await step('webhooks', ['create_webhook'], async () => {
    const webhook = await call('create_webhook', me, { channel_id }, { name: 'Hook' });
    const one = { webhook_id: webhook.id };
    const open = { webhook_id: webhook.id, webhook_token: webhook.token };
    await call('list_channel_webhooks', me, { channel_id });
    await call('get_guild_webhooks', me, { guild_id });
    await call('get_webhook', me, one);
    await call('update_webhook', me, one, { name: 'Hooks' });
    await call('get_webhook_by_token', null, open);
    await call('update_webhook_by_token', null, open, { name: 'Hooky' });
    const message = await call('execute_webhook', null, open, { content: 'from a hook', username: 'Someone' }, { query: { wait: 'true' } });
    await call('execute_webhook', null, open, { content: 'without an answer' });
    const sent = { ...open, message_id: message.id };
    await call('get_webhook_message', null, sent);
    await call('update_webhook_message', null, sent, { content: 'edited by the hook' });
    await call('delete_webhook_message', null, sent);
    await call('execute_slack_compatible_webhook', null, open, { text: 'slack', username: 'Slack' });
    await call('execute_github_compatible_webhook', null, open, { ref: 'main', ref_type: 'branch', repository: { full_name: 'a/b', html_url: 'https://example.org/a/b' }, sender: { login: 'someone', html_url: 'https://example.org/someone', avatar_url: 'https://example.org/a.png' } }, { headers: { 'X-GitHub-Event': 'create' } });
    await call('delete_webhook_by_token', null, open);
    const second = await call('create_webhook', me, { channel_id }, { name: 'Second' });
    await call('delete_webhook', me, { webhook_id: second.id });
  });

  await step('commands', ['create_application_command'], async () => {
    const command = await call('create_application_command', me, { application_id }, { name: 'greet', description: 'Greets somebody', type: SLASH, options: [{ type: 6, name: 'who', description: 'Whom', required: true }] });
    await call('create_application_command', me, { application_id }, { name: 'greet', description: 'Greets somebody again', type: SLASH });
    const one = { application_id, command_id: command.id };
    await call('list_application_commands', me, { application_id });
    await call('get_application_command', me, one);
    await call('update_application_command', me, one, { description: 'Greets' });
    await call('bulk_set_application_commands', me, { application_id }, [{ name: 'greet', description: 'Greets', type: SLASH }, { name: 'Look at', type: USER_COMMAND }]);
    const [kept] = await call('list_application_commands', me, { application_id });
    await call('delete_application_command', me, { application_id, command_id: kept.id });
  });

  await step('guild commands', ['create_guild_application_command'], async () => {
    const command = await call('create_guild_application_command', me, { application_id, guild_id }, { name: 'answer', description: 'Answers', type: SLASH });
    const one = { application_id, guild_id, command_id: command.id };
    await call('list_guild_application_commands', me, { application_id, guild_id });
    await call('get_guild_application_command', me, one);
    await call('update_guild_application_command', me, one, { description: 'Answers you' });
    await call('list_guild_application_command_permissions', me, { application_id, guild_id });
    const [set] = await call('bulk_set_guild_application_commands', me, { application_id, guild_id }, [{ name: 'answer', description: 'Answers', type: SLASH }]);
    if (offered.has('create_interaction_response')) {
      await must(host, owner.token, 'POST', '/interactions', { type: 2, application_id, guild_id, channel_id, session_id: user.sessionId, nonce: '1001', data: { id: set.id, version: set.version, name: set.name, type: SLASH, options: [] } });
      const interaction = await gateway.until('INTERACTION_CREATE', created => created.data.name === 'answer');
      await call('create_interaction_response', null, { interaction_id: interaction.id, interaction_token: interaction.token }, { type: 4, data: { content: 'the answer' } }, { query: { with_response: 'true' } });
      const original = { webhook_id: application_id, webhook_token: interaction.token };
      await call('get_original_webhook_message', null, original);
      await call('update_original_webhook_message', null, original, { content: 'the better answer' });
      await call('execute_webhook', null, original, { content: 'one more thing' }, { query: { wait: 'true' } });
      await call('delete_original_webhook_message', null, original);
    }
    await call('delete_guild_application_command', me, { ...one, command_id: set.id });
  });

  await step('auto moderation', ['create_auto_moderation_rule'], async () => {
    const rule = await call('create_auto_moderation_rule', me, { guild_id }, { name: 'no frogs', event_type: 1, trigger_type: 1, trigger_metadata: { keyword_filter: ['frog*'] }, actions: [{ type: 1, metadata: { custom_message: 'no' } }], enabled: true, exempt_roles: [], exempt_channels: [] });
    const one = { guild_id, rule_id: rule.id };
    await call('list_auto_moderation_rules', me, { guild_id });
    await call('get_auto_moderation_rule', me, one);
    await call('update_auto_moderation_rule', me, one, { name: 'no frogs at all' });
    await call('delete_auto_moderation_rule', me, one);
  });

  await step('scheduled events', ['create_guild_scheduled_event'], async () => {
    const start = new Date(Date.now() + 3_600_000).toISOString();
    const end = new Date(Date.now() + 7_200_000).toISOString();
    const event = await call('create_guild_scheduled_event', me, { guild_id }, { name: 'Party', entity_type: 3, privacy_level: 2, scheduled_start_time: start, scheduled_end_time: end, entity_metadata: { location: 'Here' } });
    const one = { guild_id, guild_scheduled_event_id: event.id };
    await call('list_guild_scheduled_events', me, { guild_id }, undefined, { query: { with_user_count: 'true' } });
    await call('get_guild_scheduled_event', me, one);
    await call('update_guild_scheduled_event', me, one, { name: 'Great party' });
    await call('list_guild_scheduled_event_users', me, one);
    await call('count_guild_scheduled_event_users', me, one);
    await call('delete_guild_scheduled_event', me, one);
    const weekly = await call('create_guild_scheduled_event', me, { guild_id }, {
      name: 'Weekly', entity_type: 3, privacy_level: 2, scheduled_start_time: start, scheduled_end_time: end, entity_metadata: { location: 'Here' },
      recurrence_rule: { start, frequency: 2, interval: 1, by_weekday: [(new Date(start).getUTCDay() + 6) % 7] },
    });
    if (weekly && offered.has('create_guild_scheduled_event_exception')) {
      const series = { guild_id, guild_scheduled_event_id: weekly.id };
      const exception = await call('create_guild_scheduled_event_exception', me, series, { original_scheduled_start_time: start, is_canceled: true });
      const exceptional = { ...series, exception_id: exception.event_exception_id, guild_scheduled_event_exception_id: exception.event_exception_id };
      await call('update_guild_scheduled_event_exception', me, exceptional, { is_canceled: false });
      await call('list_guild_scheduled_event_exception_users', me, exceptional);
      await call('delete_guild_scheduled_event_exception', me, exceptional);
    }
  });

  await step('onboarding', ['get_guilds_onboarding'], async () => {
    await call('get_guilds_onboarding', me, { guild_id });
    await call('put_guilds_onboarding', me, { guild_id }, {
      prompts: [{ id: '0', title: 'What do you like?', options: [{ title: 'Talk', emoji_name: '👍', channel_ids: [general] }], single_select: true, required: false, in_onboarding: true, type: 0 }],
      default_channel_ids: [general], enabled: false, mode: 0,
    });
    await call('get_guilds_onboarding', human.token, { guild_id });
  });
  await step('welcome screen', ['get_guild_welcome_screen'], async () => {
    await call('update_guild_welcome_screen', me, { guild_id }, { enabled: true, description: 'Welcome', welcome_channels: [{ channel_id: general, description: 'Talk', emoji_name: '👍' }] });
    await call('get_guild_welcome_screen', me, { guild_id });
  });
  await step('new member welcome', ['get_guild_new_member_welcome'], async () => {
    await call('get_guild_new_member_welcome', me, { guild_id });
    await must(host, owner.token, 'PUT', `/guilds/${guild_id}/new-member-welcome`, {
      welcome_message: { author_ids: [owner.id], message: 'Hello' },
      new_member_actions: [{ channel_id: general, action_type: 1, title: 'Say hello', description: 'here', emoji: { name: '👋' } }],
      resource_channels: [{ channel_id: general, title: 'Talk', description: 'a lot' }],
    });
    await call('get_guild_new_member_welcome', me, { guild_id });
  });
  await step('join requests', ['get_guild_join_requests'], async () => {
    await must(host, owner.token, 'PATCH', `/guilds/${guild_id}/member-verification`, { enabled: true, form_fields: [{ field_type: 'TERMS', label: 'Rules', values: ['Be kind'] }, { field_type: 'TEXT_INPUT', label: 'Why?' }, { field_type: 'PARAGRAPH', label: 'Tell' }, { field_type: 'MULTIPLE_CHOICE', label: 'Which?', choices: ['a', 'b'] }] });
    const applicant = await register(host, 'applicant');
    await join(host, guild, applicant);
    const asked = await must(host, applicant.token, 'PUT', `/guilds/${guild_id}/requests/@me`, { form_fields: [{ response: true }, { response: 'because' }, { response: 'a story' }, { response: 1 }] });
    await call('get_guild_join_requests', me, { guild_id }, undefined, { query: { status: 'SUBMITTED' } });
    await call('action_guild_join_request', me, { guild_id, request_id: asked.id }, { action: 'APPROVED' });
    await must(host, owner.token, 'PATCH', `/guilds/${guild_id}/member-verification`, { enabled: false });
  });

  await step('widget', ['get_guild_widget_settings'], async () => {
    await call('update_guild_widget_settings', me, { guild_id }, { enabled: true, channel_id: general });
    await call('get_guild_widget_settings', me, { guild_id });
    await call('get_guild_widget', null, { guild_id });
    await call('get_guild_widget_png', null, { guild_id });
  });

  await step('templates', ['create_guild_template'], async () => {
    const template = await call('create_guild_template', me, { guild_id }, { name: 'Mould', description: 'a form' });
    const one = { guild_id, code: template.code };
    await call('list_guild_templates', me, { guild_id });
    await call('get_guild_template', null, { code: template.code });
    await call('update_guild_template', me, one, { name: 'Moulds' });
    await call('sync_guild_template', me, one);
    await call('delete_guild_template', me, one);
  });

  await step('integrations', ['list_guild_integrations'], async () => {
    const integrations = await call('list_guild_integrations', me, { guild_id });
    const helpers = integrations.find(integration => integration.application?.id === helper.applicationId);
    await call('delete_guild_integration', me, { guild_id, integration_id: helpers.id });
  });
  await step('audit log', ['list_guild_audit_log_entries'], () => call('list_guild_audit_log_entries', me, { guild_id }, undefined, { query: { limit: '100' } }));

  await step('group direct messages', ['add_group_dm_user'], async () => {
    for (const [from, to] of [[owner, human], [owner, third], [human, third]]) {
      await must(host, from.token, 'PUT', `/users/@me/relationships/${to.id}`, {});
      await must(host, to.token, 'PUT', `/users/@me/relationships/${from.id}`, {});
    }
    const group = await must(host, owner.token, 'POST', '/users/@me/channels', { recipients: [human.id] });
    const larger = group.type === 3 ? group : await must(host, owner.token, 'POST', '/users/@me/channels', { recipients: [human.id, third.id] });
    await call('delete_group_dm_user', owner.token, { channel_id: larger.id, user_id: third.id });
    await call('add_group_dm_user', owner.token, { channel_id: larger.id, user_id: third.id }, {});
  });

  await step('applications', ['get_my_application'], async () => {
    await call('get_my_application', me);
    await call('update_my_application', me, {}, { description: 'It contracts.' });
    await call('get_application', me, { application_id });
    await call('update_application', me, { application_id }, { description: 'It contracts a lot.' });
    await call('get_my_oauth2_application', me);
    await call('get_public_keys', null);
  });

  await step('users', ['get_my_user'], async () => {
    await call('get_my_user', me);
    await call('get_my_user', human.token);
    await call('update_my_user', me, {}, { avatar: dataUri('image/png', png()) });
    await call('get_user', me, { user_id: human.id });
    await call('create_dm', me, {}, { recipient_id: human.id });
    await call('create_dm', human.token, {}, { recipients: [] });
    await call('list_my_connections', human.token);
    await call('list_my_guilds', me, {}, undefined, { query: { with_counts: 'true' } });
    if (offered.has('leave_guild')) {
      const small = await createGuild(host, owner, 'Left behind');
      await addBot(host, small, bot);
      await call('leave_guild', me, { guild_id: small.id });
    }
  });

  await step('oauth2', ['get_my_oauth2_authorization'], async () => {
    const redirect = 'https://example.org/back';
    await must(host, owner.token, 'PATCH', `/applications/${application_id}`, { redirect_uris: [redirect] });
    const { secret } = await must(host, owner.token, 'POST', `/applications/${application_id}/reset`, {});
    const scope = 'identify email guilds guilds.join guilds.members.read connections openid applications.commands.permissions.update';
    const bearer = async who => {
      const query = new URLSearchParams({ client_id: application_id, response_type: 'code', redirect_uri: redirect, scope });
      const granted = await must(host, who.token, 'POST', `/oauth2/authorize?${query}`, { authorize: true });
      const code = new URL(granted.location ?? granted.url).searchParams.get('code');
      const token = await must(host, null, 'POST', '/oauth2/token', new URLSearchParams({ grant_type: 'authorization_code', code, redirect_uri: redirect, client_id: application_id, client_secret: secret }).toString(), { headers: { 'Content-Type': 'application/x-www-form-urlencoded' } });
      return `Bearer ${token.access_token}`;
    };
    const own = await bearer(owner);
    await call('get_my_oauth2_authorization', own);
    await call('get_openid_connect_userinfo', own);
    await call('list_my_connections', own);
    await call('get_my_guild_member', own, { guild_id });
    const newcomer = await register(host, 'newcomer');
    const access_token = (await bearer(newcomer)).slice('Bearer '.length);
    await call('add_guild_member', me, { guild_id, user_id: newcomer.id }, { access_token });
    await call('add_guild_member', me, { guild_id, user_id: newcomer.id }, { access_token });
    if (offered.has('set_guild_application_command_permissions')) {
      const command = await call('create_guild_application_command', me, { application_id, guild_id }, { name: 'guarded', description: 'Guarded', type: SLASH });
      const one = { application_id, guild_id, command_id: command.id };
      await call('set_guild_application_command_permissions', own, one, { permissions: [{ id: guild_id, type: 1, permission: false }] });
      await call('get_guild_application_command_permissions', me, one);
    }
  });

  await step('presence', [], async () => {
    user.send(Op.Presence, { status: 'dnd', activities: [{ name: 'chess', type: 0 }], since: 0, afk: false });
    await gateway.until('PRESENCE_UPDATE', presence => presence.user.id === owner.id && presence.status === 'dnd');
  });

  await step('last', ['create_guild_channel', 'delete_channel'], async () => {
    const last = await call('create_guild_channel', me, { guild_id }, { name: 'last', type: 0 });
    await call('delete_channel', me, { channel_id: last.id });
    await gateway.until('CHANNEL_DELETE', channel => channel.id === last.id);
  });

  const dispatches = gateway.dispatches.map(({ op, t, s, d }) => ({ op, t, s, d }));
  await gateway.close();
  await user.close();
  return { answers, broken, dispatches, actors: { owner, human, third, guild, bot, helper, channel_id } };
}
