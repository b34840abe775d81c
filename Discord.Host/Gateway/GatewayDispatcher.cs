using System.Text.Json;
using System.Threading.Channels;
using Discord.BuildingBlocks.Streams;
using Discord.Host.Metrics;
using Discord.Modules.Guilds.Contracts;
using Discord.Modules.Messaging.Contracts;
using Discord.Modules.Presence.Contracts;
using Discord.Modules.Users.Contracts;
using Discord.Modules.Voice.Contracts;
using Discord.Protocol;
using Discord.Protocol.Gateway;
using MediatR;

namespace Discord.Host.Gateway;

/// <summary>Takes committed events to the sessions that may see them: serialized once, in the order of their streams.</summary>
/// <remarks>
/// A few lanes, each with one loop; a stream belongs to one lane, so its events keep their order and its subscriptions need no lock. The
/// loop hands over everything that waits before it flushes the sessions that got something: a burst becomes one write for each socket.
/// </remarks>
internal sealed partial class GatewayDispatcher : IGatewayDispatcher, IAsyncDisposable
{
    private readonly GatewaySessions _sessions;
    private readonly IMediator _mediator;
    private readonly ILogger<GatewayDispatcher> _logger;
    private readonly SessionPresences _presences;
    private readonly GatewayLimits _limits;
    private readonly StageLatencies _stages;
    private readonly DispatchLane[] _lanes;

    public GatewayDispatcher(GatewaySessions sessions, IMediator mediator, SessionPresences presences, GatewayLimits limits, StageLatencies stages, ILogger<GatewayDispatcher> logger)
    {
        _stages = stages;
        _presences = presences;
        _limits = limits;
        _sessions = sessions;
        _mediator = mediator;
        _logger = logger;
        _lanes = [.. Enumerable.Range(0, Math.Clamp(Environment.ProcessorCount, 1, 8)).Select(_ => new DispatchLane(this))];
        sessions.Ended = session =>
        {
            foreach (var lane in _lanes)
                lane.Offer(new StreamItem(default, null, null, null, new SessionEnded(session)));
        };
    }

    /// <summary>Events handed to sessions since the start.</summary>
    public long Delivered => _lanes.Sum(lane => Volatile.Read(ref lane.Delivered));

    /// <summary>Events that wait for a lane.</summary>
    public int Waiting => _lanes.Sum(lane => lane.Waiting);

    public void Dispatch(StreamItem item)
    {
        item.DispatchedAt = _stages.Now;
        _lanes[Lanes.SlotOf(item.StreamKey) % _lanes.Length].Offer(item);
    }

    public ValueTask WaitForRoomAsync(Snowflake streamKey, CancellationToken cancellationToken) =>
        _lanes[Lanes.SlotOf(streamKey) % _lanes.Length].WaitForRoomAsync(cancellationToken);

    public async ValueTask DisposeAsync()
    {
        foreach (var lane in _lanes)
            lane.Queue.Writer.TryComplete();
        await Task.WhenAll(_lanes.Select(lane => lane.Running));
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Dispatching {EventName} failed; the stream goes on with the next event")]
    private static partial void LogFailed(ILogger logger, Exception e, string eventName);

    private sealed record SessionEnded(GatewaySession Session);

    /// <summary>One event on its way to its recipients.</summary>
    private struct Delivery
    {
        public GatewayEvent Event;
        public DispatchPayload Payload;
        public DispatchPayload? Stripped;
        public bool HasStripped;
        public Snowflake PresenceOf;
        public bool OnlySmallForUsers;
        public bool OnlyBots;
        public bool OnlyOpen;
        public bool IsTyping;
        public int Closed;
        public Snowflake OnlyIfVisible;
        public IGuildView View;
        public IGuildView After;
    }

    private sealed partial class DispatchLane
    {
        // Human clients follow presence only where they hold all members; larger guilds are asked for what is on screen.
        private const int PresenceForUsersUpTo = 250;

        // What many members do, and what people with another guild before them need not be told at once.
        private const Intents CrowdIntents = Intents.GuildMembers | Intents.GuildMessages | Intents.GuildMessageReactions | Intents.GuildMessageTyping | Intents.GuildMessagePolls;

        private const int MaxBatch = 256;

        // Events that may wait in a lane before their senders do: enough to fill a write to each socket, few enough to be gone in milliseconds.
        private const int MaxAhead = 4;

        private readonly GatewayDispatcher _owner;
        private readonly Dictionary<Snowflake, GuildStream> _streams = [];
        private readonly HashSet<GatewayConnection> _dirty = [];

        // Sessions that see channels since the event at hand.
        private readonly List<(GatewaySession Session, Snowflake[] Channels)> _sawChannels = [];
        private readonly VisitSubscription<Delivery> _visit;

        public DispatchLane(GatewayDispatcher owner)
        {
            _owner = owner;
            _visit = Visit;
            Running = RunAsync();
        }

        public int Waiting;

        /// <summary>Events handed to sessions. The lane alone counts; others may read at any time.</summary>
        public long Delivered;

        private TaskCompletionSource? _room;

        public ValueTask WaitForRoomAsync(CancellationToken cancellationToken)
        {
            if (Volatile.Read(ref Waiting) <= MaxAhead)
                return ValueTask.CompletedTask;
            var room = Volatile.Read(ref _room) ?? Interlocked.CompareExchange(ref _room, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously), null) ?? _room!;
            // Drained since it was looked at: nobody would wake this waiter.
            return Volatile.Read(ref Waiting) <= MaxAhead ? ValueTask.CompletedTask : new ValueTask(room.Task.WaitAsync(cancellationToken));
        }

        public Channel<StreamItem> Queue { get; } = System.Threading.Channels.Channel.CreateUnbounded<StreamItem>(new UnboundedChannelOptions { SingleReader = true });

        public Task Running { get; }

        public void Offer(StreamItem item)
        {
            Interlocked.Increment(ref Waiting);
            Queue.Writer.TryWrite(item);
        }

        private async Task RunAsync()
        {
            await Task.Yield();
            var begun = new List<long>(MaxBatch);
            while (await Queue.Reader.WaitToReadAsync())
            {
                var taken = 0;
                for (; taken < MaxBatch && Queue.Reader.TryRead(out var item); taken++)
                {
                    if (item.Event is not null)
                        begun.Add(_owner._stages.Relayed(item.DispatchedAt));
                    try
                    {
                        await HandleAsync(item);
                    }
                    catch (Exception e)
                    {
                        // The edge of a loop that must survive: one bad event may not stop a guild.
                        LogFailed(_owner._logger, e, item.Event?.Name ?? "a subscription");
                    }
                }

                foreach (var connection in _dirty)
                    connection.Flush();
                _dirty.Clear();
                foreach (var at in begun)
                    _owner._stages.Pushed(at);
                begun.Clear();
                if (Interlocked.Add(ref Waiting, -taken) <= MaxAhead)
                    Interlocked.Exchange(ref _room, null)?.TrySetResult();
            }
        }

        private ValueTask HandleAsync(StreamItem item) => item switch
        {
            { Event: { } e } => HandleEventAsync(e, item),
            { Watcher: Subscription subscription } => SubscribeAsync(subscription, item.StreamKey, item.View!),
            { Watcher: SessionEnded ended } => Forget(ended.Session),
            { Watcher: ILaneWork work } => Do(work, item.StreamKey),
            _ => ValueTask.CompletedTask,
        };

        private async ValueTask HandleEventAsync(GatewayEvent e, StreamItem item)
        {
            var audience = e.Audience;
            _sawChannels.Clear();
            if (e is ISessionEnd end)
                await EndSessionsAsync(end);
            if (e is IMembershipChange { Roles: not null } change)
                await FollowMemberAsync(change, item);

            switch (audience.Kind)
            {
                case AudienceKind.Users:
                    ToUsers(e, audience, new DispatchPayload(e.Name, item.Data!));
                    if (e is UserSettingsUpdated changed)
                        await FollowSettingsAsync(changed.UserId, item.Data!);
                    break;
                case AudienceKind.Session:
                    if (_owner._sessions.Find(audience.SessionId!) is { } session && session.UserId == audience.UserIds[0])
                        Enqueue(session, new DispatchPayload(e.Name, item.Data!));
                    break;
                case AudienceKind.Guild or AudienceKind.Channel or AudienceKind.Members when _streams.TryGetValue(audience.GuildId, out var stream) && item.View is { } view:
                    ToGuild(e, audience, stream, view, new DispatchPayload(e.Name, item.Data!), isLossy: item.Position == 0);
                    break;
            }

            await ShowVoicesAsync(audience.GuildId);

            if (e is IMembershipChange { Roles: null } left && _streams.TryGetValue(left.GuildId, out var guild))
                Drop(guild, guild.RemoveUser(left.UserId), left.GuildId);
            if (e is IGuildEnd gone)
                _streams.Remove(gone.GuildId);
        }

        private void ToGuild(GatewayEvent e, in Audience audience, GuildStream stream, IGuildView view, DispatchPayload payload, bool isLossy)
        {
            var before = stream.View ?? view;
            // What is lossy has no place in the order of commits: its view may be an older one.
            if (!isLossy)
                stream.View = view;
            var delivery = new Delivery
            {
                Event = e,
                Payload = payload,
                PresenceOf = e is PresenceUpdated presence ? presence.Presence.User.Id : default,
                OnlySmallForUsers = e is PresenceUpdated && view.MemberCount > PresenceForUsersUpTo,
                OnlyOpen = (e.Intents & CrowdIntents) != 0 && stream.Users > _owner._limits.BigGuildOnline,
                IsTyping = e.Intents == Intents.GuildMessageTyping,
                // People learn of channels by what they can see: that comparison follows below.
                OnlyBots = e is ChannelCreated or ChannelDeleted,
                OnlyIfVisible = e is ChannelUpdated update ? update.Channel.Id : default,
                View = before,
                After = view,
            };
            // In a large guild presence is for bots and for those who asked for it: without one there is nobody to look at.
            if (!delivery.OnlySmallForUsers || stream.Bots > 0 || stream.HasFollowers)
                stream.Visit(audience, view, ref delivery, _visit);
            if (delivery.Closed > 0 && e is MessageCreated { Message: var message })
                NoteUnread(stream, audience, message);
            stream.Roster?.Apply(e, view);
            if (isLossy || ReferenceEquals(before, view) || view.ShowsSameChannels(before))
                return;
            stream.CompareChannels(before, view, (subscription, changes) => ShowChannels(subscription, before, view, changes));
            stream.Roster?.Follow(before, view);
        }

        // People's clients know only the channels that they can see, bots know all. The threads of a channel are news to both.
        private void ShowChannels(Subscription subscription, IGuildView before, IGuildView after, ChannelChanges changes)
        {
            var session = subscription.Session;
            if (!session.Options.IsBot)
            {
                foreach (var id in changes.Lost)
                    Enqueue(session, new DispatchPayload("CHANNEL_DELETE", before.WriteChannel(id)!));
                foreach (var id in changes.Gained)
                    Enqueue(session, new DispatchPayload("CHANNEL_CREATE", after.WriteChannel(id)!));
            }

            // A channel that is new has none.
            Snowflake[] known = [.. changes.Gained.Where(before.HasChannel)];
            if (session.Options.Intents.HasFlag(Intents.Guilds) && after.WriteThreadList(known, session.UserId, subscription.Roles) is { } threads)
                Enqueue(session, new DispatchPayload("THREAD_LIST_SYNC", threads, isShared: false));
            if (known.Length > 0 && session.Options.Intents.HasFlag(Intents.GuildVoiceStates))
                _sawChannels.Add((session, known));
        }

        // Who is in voice in a channel is news to those who see it from now on. Later events may say it once more, which changes nothing.
        private async ValueTask ShowVoicesAsync(Snowflake guildId)
        {
            if (_sawChannels.Count == 0)
                return;
            var voices = (await _owner._mediator.Send(new GetVoiceStates(guildId))).ToLookup(state => state.ChannelId!.Value, state => new DispatchPayload("VOICE_STATE_UPDATE", JsonSerializer.SerializeToUtf8Bytes(state, ProtocolJson.Options)));
            foreach (var (session, channels) in _sawChannels)
            {
                foreach (var payload in channels.SelectMany(channel => voices[channel]))
                    Enqueue(session, payload);
            }
        }

        // Runs for each recipient.
        private void Visit(Subscription subscription, ref Delivery delivery)
        {
            var options = subscription.Options;
            var intents = delivery.Event.IntentsFor(options.UserId);
            if (intents != Intents.None && (options.Intents & intents) == 0)
                return;
            if (!options.IsBot)
            {
                if (delivery.OnlyBots)
                    return;
                // One's own presence is learnt by SESSIONS_REPLACE.
                if (delivery.PresenceOf.Value != 0 && (delivery.PresenceOf == options.UserId || (delivery.OnlySmallForUsers && !Follows(subscription, delivery.PresenceOf))))
                    return;
                if (delivery.OnlyOpen && !(delivery.IsTyping ? subscription.Typing : subscription.IsOpen) && !IsOwn(subscription, delivery.Event))
                {
                    delivery.Closed++;
                    return;
                }

                // An update of a channel that was or is hidden is a CHANNEL_CREATE or nothing.
                if (delivery.OnlyIfVisible.Value != 0 && !IsVisibleInBoth(subscription, delivery))
                    return;
            }

            var payload = delivery.Payload;
            if (!options.ReadsContent && !delivery.Event.MayReadContent(options.UserId))
            {
                if (!delivery.HasStripped)
                {
                    delivery.HasStripped = true;
                    if (delivery.Event.DataWithoutContent is { } data)
                        delivery.Stripped = new DispatchPayload(delivery.Event.Name, JsonSerializer.SerializeToUtf8Bytes(data, data.GetType(), ProtocolJson.Options));
                }

                payload = delivery.Stripped ?? payload;
            }

            Enqueue(subscription.Session, payload);
        }

        private static bool Follows(Subscription subscription, Snowflake userId) => subscription.Follows is { } followed && followed.Contains(userId);

        private static bool IsOwn(Subscription subscription, GatewayEvent e) =>
            e.Concerns(subscription.Options.UserId, subscription.Roles) || (e is IMembershipChange change && change.UserId == subscription.Options.UserId);

        private static bool IsVisibleInBoth(Subscription subscription, in Delivery delivery) =>
            delivery.View.InChannel(delivery.OnlyIfVisible, subscription.Options.UserId, subscription.Roles).Has(Permissions.ViewChannel)
            && delivery.After.InChannel(delivery.OnlyIfVisible, subscription.Options.UserId, subscription.Roles).Has(Permissions.ViewChannel);

        private void ToUsers(GatewayEvent e, in Audience audience, DispatchPayload payload)
        {
            foreach (var userId in audience.UserIds)
            {
                var sessions = _owner._sessions.OfUser(userId);
                foreach (var session in sessions)
                {
                    if (e.ExceptToken is { } source && session.Options.TokenHash == source && IsOnlyOne(sessions, source))
                        continue;
                    if (!session.Options.TakesUserEvents || (e.Intents != Intents.None && (session.Options.Intents & e.Intents) == 0))
                        continue;
                    // A bot learns of a direct message channel by its first message.
                    if (session.Options.IsBot && e is DirectMessageOpened)
                        continue;
                    Enqueue(session, payload);
                }
            }
        }

        // Of several windows of one login nobody knows which it was: all are told.
        private static bool IsOnlyOne(IReadOnlyList<GatewaySession> sessions, string token)
        {
            var count = 0;
            foreach (var session in sessions)
                count += session.Options.TokenHash == token ? 1 : 0;
            return count == 1;
        }

        private async ValueTask FollowMemberAsync(IMembershipChange change, StreamItem item)
        {
            var roles = change.Roles!;
            if (_streams.TryGetValue(change.GuildId, out var stream) && stream.OfUser(change.UserId).Count > 0)
            {
                var before = stream.OfUser(change.UserId)[0].Roles;
                stream.SetRoles(change.UserId, roles);
                var view = stream.View ?? item.View!;
                var changes = ChannelChanges.Between(view, before, view, roles, change.UserId);
                foreach (var subscription in stream.OfUser(change.UserId))
                {
                    if (changes.Any)
                        ShowChannels(subscription, view, view, changes);
                    stream.Roster?.Recheck(subscription, view);
                }

                return;
            }

            // An update of a member who follows nothing has nobody to subscribe.
            if (item.Event is GuildMemberUpdated)
                return;
            foreach (var session in _owner._sessions.OfUser(change.UserId))
            {
                if (session.Options.Owns(change.GuildId))
                    await SubscribeAsync(new Subscription(session, roles), change.GuildId, item.View!);
            }
        }

        private async ValueTask SubscribeAsync(Subscription subscription, Snowflake guildId, IGuildView view)
        {
            try
            {
                await AddAsync(subscription, guildId, view);
            }
            finally
            {
                // Whatever went wrong, READY waits for this no longer.
                subscription.Embedded?.TrySetResult(null);
            }
        }

        private async ValueTask AddAsync(Subscription subscription, Snowflake guildId, IGuildView view)
        {
            var session = subscription.Session;
            if (!_streams.TryGetValue(guildId, out var stream))
                _streams.Add(guildId, stream = new GuildStream());
            if (session.IsEnded || stream.Has(session))
                return;
            var options = session.Options;
            var scope = new GuildCreateScope(
                options.LargeThreshold,
                Members: !options.IsBot || options.Intents.HasFlag(Intents.GuildMembers) || options.Intents.HasFlag(Intents.GuildPresences),
                Presences: options.Intents.HasFlag(Intents.GuildPresences),
                OnlyViewableChannels: !options.IsBot,
                session.Acquaintances);
            if (await view.WriteGuildCreateAsync(session.UserId, scope) is not { } body)
                return;
            stream.Add(subscription);
            stream.View ??= view;
            if (subscription.Embedded is { } embedded)
                embedded.SetResult(body);
            else if (options.Intents.HasFlag(Intents.Guilds))
                Enqueue(session, new DispatchPayload("GUILD_CREATE", body, isShared: false));
        }

        private void Drop(GuildStream stream, IReadOnlyList<Subscription> left, Snowflake guildId)
        {
            if (left.Count == 0)
                return;
            var payload = new DispatchPayload("GUILD_DELETE", JsonSerializer.SerializeToUtf8Bytes(new { id = guildId }, ProtocolJson.Options));
            foreach (var subscription in left.Where(subscription => subscription.Options.Intents.HasFlag(Intents.Guilds)))
                Enqueue(subscription.Session, payload);
            if (stream.IsEmpty)
                _streams.Remove(guildId);
        }

        private async ValueTask EndSessionsAsync(ISessionEnd end)
        {
            foreach (var session in _owner._sessions.OfUser(end.UserId))
            {
                if (end.TokenHash is null || session.Options.TokenHash == end.TokenHash)
                    await _owner._sessions.EndAsync(session, CloseCode.AuthenticationFailed);
            }
        }

        private ValueTask Forget(GatewaySession session)
        {
            foreach (var (guildId, stream) in _streams)
            {
                stream.Remove(session);
                if (stream.IsEmpty)
                    _streams.Remove(guildId);
            }

            return ValueTask.CompletedTask;
        }

        private void Enqueue(GatewaySession session, DispatchPayload payload)
        {
            Delivered++;
            if (session.Enqueue(payload) is { } connection)
                _dirty.Add(connection);
        }
    }
}
