using System.Text.Json;
using Discord.BuildingBlocks.Streams;
using Discord.Host.Gateway.MemberLists;
using Discord.Modules.Guilds.Contracts;
using Discord.Modules.Presence.Contracts;
using Discord.Protocol;
using Discord.Protocol.Gateway;

namespace Discord.Host.Gateway;

/// <summary>What people's clients ask of the guilds that they have open, and what is told to those that have another one open.</summary>
internal sealed partial class GatewayDispatcher
{
    /// <summary>Op 14 and 37, at its place in the guild's stream. A guild that the session is not in is passed over.</summary>
    public void Subscribe(GatewaySession session, Snowflake guildId, LazySubscription wanted) =>
        Dispatch(new StreamItem(guildId, null, null, null, new Opened(session, wanted)));

    /// <summary>Something that a lane does for one guild, besides handing out events.</summary>
    private interface ILaneWork;

    private sealed record Opened(GatewaySession Session, LazySubscription Wanted) : ILaneWork;

    /// <param name="Asked">Null: everybody who belongs into the lists.</param>
    /// <param name="For">Who asked: a roster that is no more gets no answer.</param>
    private sealed record RosterRead(GuildRoster For, IReadOnlyCollection<Snowflake>? Asked, IReadOnlyList<Member> Members, IReadOnlyDictionary<Snowflake, Presence> Presences) : ILaneWork;

    private sealed record UnreadDue : ILaneWork;

    private sealed partial class DispatchLane
    {
        private ValueTask Do(ILaneWork work, Snowflake guildId)
        {
            if (!_streams.TryGetValue(guildId, out var stream) || stream.View is not { } view)
                return ValueTask.CompletedTask;
            switch (work)
            {
                case Opened opened:
                    Open(stream, view, opened);
                    break;
                case RosterRead read when read.For == stream.Roster:
                    read.For.Take(read.Asked, read.Members, read.Presences, view);
                    break;
                case UnreadDue:
                    TellUnread(stream, view);
                    break;
            }

            return ValueTask.CompletedTask;
        }

        private void Open(GuildStream stream, IGuildView view, Opened opened)
        {
            foreach (var subscription in stream.OfUser(opened.Session.UserId))
            {
                if (subscription.Session != opened.Session || subscription.Options.IsBot)
                    continue;
                subscription.IsOpen = true;
                subscription.Typing = opened.Wanted.Typing ?? subscription.Typing;
                subscription.Follows = opened.Wanted.Members ?? subscription.Follows;
                stream.HasFollowers |= subscription.Follows is { Count: > 0 };
                if (opened.Wanted.Channels is not { } channels)
                    return;
                if (stream.Roster is null && channels.Count > 0)
                {
                    GuildRoster? roster = null;
                    stream.Roster = roster = new GuildRoster(view.Id, _owner._limits.ListOfflineUpTo, Enqueue, asked => _ = ReadAsync(roster!, view.Id, asked));
                }

                stream.Roster?.Watch(subscription, channels, view);
                if (stream.Roster is { IsEmpty: true })
                    stream.Roster = null;
                return;
            }
        }

        // Beside the lane: a large guild's lists take a while, and nobody's events wait for them.
        private async Task ReadAsync(GuildRoster roster, Snowflake guildId, IReadOnlyCollection<Snowflake>? asked)
        {
            await Task.Yield();
            IReadOnlyList<Member> members = [];
            IReadOnlyDictionary<Snowflake, Presence> presences = new Dictionary<Snowflake, Presence>();
            try
            {
                members = await _owner._mediator.Send(new GetListedMembers(guildId, asked, _owner._limits.ListOfflineUpTo));
                presences = await _owner._mediator.Send(new GetPresences([.. members.Select(member => member.User!.Id)]));
            }
            catch (Exception e)
            {
                // The edge of work that nobody waits for: the list stays short of these members.
                LogFailed(_owner._logger, e, "a member list");
            }

            Offer(new StreamItem(guildId, null, null, null, new RosterRead(roster, asked, members, presences)));
        }

        // A status chosen in the settings is that of every client.
        private async ValueTask FollowSettingsAsync(Snowflake userId, byte[] changed)
        {
            var settings = System.Text.Json.Nodes.JsonNode.Parse(changed)!.AsObject();
            foreach (var session in _owner._sessions.OfUser(userId))
                await _owner._presences.FollowSettingsAsync(session, settings);
        }

        private void NoteUnread(GuildStream stream, in Audience audience, Message message)
        {
            if (stream.Unread.Count == 0)
                _ = TellUnreadLaterAsync(message.GuildId!.Value);
            stream.Unread[message.ChannelId] = (audience, message.Id);
        }

        private async Task TellUnreadLaterAsync(Snowflake guildId)
        {
            await Task.Delay(_owner._limits.UnreadEvery, _owner._limits.Clock);
            Offer(new StreamItem(guildId, null, null, null, new UnreadDue()));
        }

        private void TellUnread(GuildStream stream, IGuildView view)
        {
            foreach (var (channelId, (audience, messageId)) in stream.Unread)
            {
                var data = new { guild_id = view.Id, channel_unread_updates = new[] { new { id = channelId, last_message_id = messageId } } };
                var payload = new DispatchPayload("CHANNEL_UNREAD_UPDATE", JsonSerializer.SerializeToUtf8Bytes(data, ProtocolJson.Options));
                stream.Visit(audience, view, ref payload, (Subscription subscription, ref DispatchPayload unread) =>
                {
                    if (!subscription.Options.IsBot && !subscription.IsOpen)
                        Enqueue(subscription.Session, unread);
                });
            }

            stream.Unread.Clear();
        }
    }
}
