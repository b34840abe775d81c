using System.Collections.Concurrent;
using System.Collections.Immutable;
using Discord.BuildingBlocks;
using Discord.BuildingBlocks.Storage;
using Discord.BuildingBlocks.Streams;
using Discord.Modules.Guilds.Contracts;
using Discord.Modules.Guilds.DirectMessages;
using Discord.Modules.Guilds.Members;
using Discord.Modules.Guilds.Storage;
using Discord.Modules.Users.Contracts;
using Discord.Protocol;
using MediatR;

namespace Discord.Modules.Guilds.Home;

/// <summary>Finds the home of a guild or channel, loading it at first use, and gives turns on its lane.</summary>
internal sealed class GuildHomes(GuildStore store, ThreadStore threads, MemberStore members, GuildsOptions options, Database database, Lanes lanes, IMediator mediator, TimeProvider clock, Verification verification,
    Reopening reopening, Reach reach)
{
    /// <summary>Users whose guilds are kept in memory: those asked for last.</summary>
    private const int MaxUsers = 100_000;

    private readonly ConcurrentDictionary<Snowflake, Lazy<Task<GuildHome?>>> _guilds = new();
    private readonly ConcurrentDictionary<Snowflake, GuildHome> _loaded = new();
    private readonly ConcurrentDictionary<Snowflake, Lazy<Task<DirectMessageHome?>>> _directMessages = new();
    private readonly ConcurrentDictionary<Snowflake, Snowflake> _guildOfChannel = new();
    private readonly ConcurrentDictionary<Snowflake, byte> _direct = new();
    private readonly RecentlyUsed<GuildSet> _guildsOfUser = new(MaxUsers);

    public DateTimeOffset Now => clock.GetUtcNow();

    /// <summary>The home, or null: there is no such guild.</summary>
    public async ValueTask<GuildHome?> FindAsync(Snowflake guildId)
    {
        var lazy = _guilds.GetOrAdd(guildId, static (id, homes) => new Lazy<Task<GuildHome?>>(() => homes.LoadAsync(id)), this);
        var home = await LoadedAsync(_guilds, guildId, lazy);
        return home?.State is null ? null : home;
    }

    /// <summary>The guild with the turn on its lane; the caller is a member.</summary>
    /// <returns>10004 when there is no such guild or the caller is not in it: which of the two is not told.</returns>
    public async ValueTask<Result<GuildTurn>> EnterAsync(Snowflake guildId, Snowflake callerId, CancellationToken cancellationToken = default)
    {
        if (await FindAsync(guildId) is not { } home)
            return ApiError.UnknownGuild;
        var turn = await lanes[guildId].EnterAsync(cancellationToken);
        if (home.State is { } state && await home.Members.FindAsync(callerId) is { } member)
            return new GuildTurn(home, state, member, turn, database, Now);
        turn.Dispose();
        return ApiError.UnknownGuild;
    }

    /// <summary>The same, and the caller holds <paramref name="required"/> in the guild.</summary>
    public async ValueTask<Result<GuildTurn>> EnterAsync(Snowflake guildId, Snowflake callerId, Permissions required, CancellationToken cancellationToken)
    {
        var entered = await EnterAsync(guildId, callerId, cancellationToken);
        if (entered.Error is null && !entered.Value.Permissions.Has(required))
        {
            entered.Value.Dispose();
            return ApiError.MissingPermissions;
        }

        return entered;
    }

    /// <summary>The turn for what needs no member: joining, and what the platform does itself.</summary>
    public async ValueTask<(GuildHome Home, GuildState State, Lane.Turn Turn)?> EnterAsSystemAsync(Snowflake guildId, CancellationToken cancellationToken = default)
    {
        if (await FindAsync(guildId) is not { } home)
            return null;
        var turn = await lanes[guildId].EnterAsync(cancellationToken);
        if (home.State is { } state)
            return (home, state, turn);
        turn.Dispose();
        return null;
    }

    /// <summary>Reads only: a guild that the caller is in, with the caller's membership and permissions.</summary>
    public async ValueTask<Result<GuildReading>> ReadAsync(Snowflake guildId, Snowflake callerId) =>
        await FindAsync(guildId) is { State: { } state } home && await home.Members.FindAsync(callerId) is { } member
            ? new GuildReading(home, state, member, Final(state, member))
            : ApiError.UnknownGuild;

    /// <summary>A guild channel with the turn on its guild's lane.</summary>
    /// <returns>10003 for an unknown channel or a direct message, 50024 for a thread, 50001 when the caller cannot see it, 50013 without <paramref name="required"/>.</returns>
    public async ValueTask<Result<(GuildTurn Turn, Channel Channel, Permissions Permissions)>> EnterGuildChannelAsync(Snowflake channelId, Snowflake callerId, Permissions required, CancellationToken cancellationToken)
    {
        if (await GuildOfAsync(channelId) is not { } guildId)
            return await FindDirectMessageAsync(channelId) is { } dm && dm.Recipients.Contains(callerId) ? ApiError.CannotExecuteOnDm : ApiError.UnknownChannel;
        var entered = await EnterAsync(guildId, callerId, cancellationToken);
        if (entered.Error is not null)
            return ApiError.MissingAccess;
        var turn = entered.Value;
        if (!turn.State.Channels.TryGetValue(channelId, out var channel))
        {
            var thread = await FindThreadAsync(turn.State, channelId);
            turn.Dispose();
            return thread is null ? ApiError.UnknownChannel : Final(turn.State, thread, turn.Member).Has(Permissions.ViewChannel) ? ApiError.ChannelType : ApiError.MissingAccess;
        }

        var permissions = Final(turn.State, channel, turn.Member);
        if (permissions.Has(Permissions.ViewChannel | required))
            return (turn, channel, permissions);
        turn.Dispose();
        return permissions.Has(Permissions.ViewChannel) ? ApiError.MissingPermissions : ApiError.MissingAccess;
    }

    /// <summary>A thread with the turn on its guild's lane.</summary>
    /// <returns>10003 for an unknown one, 50024 for a channel that is none, 50001 when the caller cannot see it.</returns>
    public async ValueTask<Result<ThreadTurn>> EnterThreadAsync(Snowflake threadId, Snowflake callerId, CancellationToken cancellationToken)
    {
        if (await GuildOfAsync(threadId) is not { } guildId)
            return ApiError.UnknownChannel;
        var entered = await EnterAsync(guildId, callerId, cancellationToken);
        if (entered.Error is not null)
            return ApiError.MissingAccess;
        var turn = entered.Value;
        var isChannel = turn.State.HasChannel(threadId);
        var thread = isChannel ? null : await FindThreadAsync(turn.State, threadId);
        var permissions = thread is null ? Permissions.None : Final(turn.State, thread, turn.Member);
        if (thread is not null && permissions.Has(Permissions.ViewChannel))
            return new ThreadTurn(turn, thread, permissions);
        turn.Dispose();
        return isChannel ? ApiError.ChannelType : thread is null ? ApiError.UnknownChannel : ApiError.MissingAccess;
    }

    /// <summary>A thread of the guild, active or archived; null when there is none, or its parent is gone.</summary>
    public async ValueTask<GuildThread?> FindThreadAsync(GuildState state, Snowflake threadId)
    {
        var thread = state.Threads.GetValueOrDefault(threadId) ?? await threads.FindAsync(threadId);
        return thread is not null && state.HasChannel(thread.ParentId) ? thread : null;
    }

    /// <summary>Whether an id is that of a thread; false also for an unknown one.</summary>
    public async ValueTask<bool> IsThreadAsync(Snowflake channelId) => await GuildOfAsync(channelId) is { } guildId && await FindAsync(guildId) is { State: { } state } && !state.HasChannel(channelId);

    /// <summary>The guilds in memory.</summary>
    public IEnumerable<GuildHome> Loaded => _loaded.Values;

    /// <summary>A guild in memory, or null.</summary>
    public GuildHome? FindLoaded(Snowflake guildId) => _loaded.GetValueOrDefault(guildId);

    /// <summary>What a user may do in any channel.</summary>
    public async ValueTask<Result<ChannelAccess>> AccessAsync(Snowflake channelId, Snowflake userId)
    {
        if (await GuildOfAsync(channelId) is not { } guildId)
            return await FindDirectMessageAsync(channelId) is { } dm && dm.Recipients.Contains(userId)
                ? new ChannelAccess(channelId, dm.Type, null, Permissions.DirectMessage, 0, null, dm.Recipients, null, dm) { Unreachable = await reach.RefuseAsync(this, dm, userId) }
                : ApiError.UnknownChannel;
        if (await FindAsync(guildId) is not { State: { } state } home)
            return ApiError.UnknownChannel;
        var thread = state.Channels.TryGetValue(channelId, out var channel) ? null : await FindThreadAsync(state, channelId);
        if (channel is null && thread is null)
            return ApiError.UnknownChannel;
        if (await home.Members.FindAsync(userId) is not { } member)
            return ApiError.MissingAccess;
        var access = thread is null ? Access(home, state, channel!, Final(state, channel!, member)) : Access(home, state, thread, Final(state, thread, member));
        if (!access.Has(Permissions.ViewChannel))
            return ApiError.MissingAccess;
        return access with { Member = member.ToWire(null), Verified = await verification.IsSatisfiedAsync(state, member, Now) };
    }

    /// <summary>The access of whoever holds a set in a channel; who they are, the caller adds.</summary>
    public static ChannelAccess Access(GuildHome home, GuildState state, Channel channel, Permissions permissions) =>
        new(channel.Id, channel.Type, state.Id, permissions, Slowmode(permissions, channel.RateLimitPerUser ?? 0), state, [], null, new GuildChannelHome(home, home.MarksOf(channel.Id)));

    public static ChannelAccess Access(GuildHome home, GuildState state, GuildThread thread, Permissions permissions) =>
        new(thread.Id, thread.Channel.Type, state.Id, permissions, Slowmode(permissions, thread.Channel.RateLimitPerUser), state, [], null, new GuildChannelHome(home, MarksOf(home, thread)))
        {
            Thread = thread.Place,
        };

    // Those of an archived thread are not kept.
    private static Marks MarksOf(GuildHome home, GuildThread thread) =>
        thread.IsArchived ? new Marks { LastMessageId = thread.Channel.LastMessageId, LastPinTimestamp = thread.Channel.LastPinTimestamp } : home.MarksOf(thread.Id);

    private static int Slowmode(Permissions permissions, int seconds)
    {
        const Permissions Exempt = Permissions.ManageMessages | Permissions.ManageChannels | Permissions.BypassSlowmode;
        return (permissions & Exempt) != 0 ? 0 : seconds;
    }

    /// <summary>The key of a channel's lane: its guild, or itself.</summary>
    public async ValueTask<Snowflake> LaneKeyAsync(Snowflake channelId) => await GuildOfAsync(channelId) ?? channelId;

    public async ValueTask<DirectMessageHome?> FindDirectMessageAsync(Snowflake channelId)
    {
        var lazy = _directMessages.GetOrAdd(channelId, static (id, homes) => new Lazy<Task<DirectMessageHome?>>(() => homes.LoadDirectMessageAsync(id)), this);
        return await LoadedAsync(_directMessages, channelId, lazy);
    }

    public async ValueTask<Snowflake?> GuildOfAsync(Snowflake channelId)
    {
        if (_guildOfChannel.TryGetValue(channelId, out var guildId))
            return guildId;
        if (_direct.ContainsKey(channelId) || await store.FindChannelAsync(channelId) is not { GuildId: { } stored })
            return null;
        return _guildOfChannel[channelId] = stored;
    }

    /// <summary>The guilds of a user as they are now. In memory for those asked for lately.</summary>
    public async ValueTask<GuildSet> GuildsOfAsync(Snowflake userId) =>
        (await _guildsOfUser.FindAsync(userId, async id => new GuildSet([.. await members.GuildIdsOfAsync(id)])))!;

    /// <summary>A guild without members; it is nobody's until <see cref="NoteGuild"/>.</summary>
    public GuildHome NewHome(Snowflake guildId) => new(mediator, members, guildId, options.MembersInMemory);

    /// <summary>Somebody is in a guild, or no longer. Call after the commit.</summary>
    public void NoteMember(Snowflake userId, Snowflake guildId, bool isMember) =>
        _guildsOfUser.Change(userId, set => new GuildSet(isMember ? set.Ids.Add(guildId) : set.Ids.Remove(guildId)));

    /// <summary>The guilds that two users are both in.</summary>
    public async ValueTask<ImmutableHashSet<Snowflake>> MutualGuildsAsync(Snowflake userId, Snowflake otherId) => (await GuildsOfAsync(userId)).Ids.Intersect((await GuildsOfAsync(otherId)).Ids);

    /// <summary>Notes a new guild, a new channel, a join or a leave in the look-ups. Call on the lane, after the commit.</summary>
    public void NoteGuild(GuildHome home, Snowflake guildId)
    {
        _guilds[guildId] = new Lazy<Task<GuildHome?>>(() => Task.FromResult<GuildHome?>(home));
        _loaded[guildId] = home;
    }

    public void NoteChannel(Snowflake channelId, Snowflake guildId) => _guildOfChannel[channelId] = guildId;

    public void ForgetChannel(Snowflake channelId) => _guildOfChannel.TryRemove(channelId, out _);

    public void ForgetDirectMessage(Snowflake channelId) => _directMessages.TryRemove(channelId, out _);

    public void ForgetGuild(Snowflake guildId)
    {
        _guilds.TryRemove(guildId, out _);
        _loaded.TryRemove(guildId, out _);
    }

    /// <summary>Forgets that anybody was in a deleted guild.</summary>
    public void ForgetMembersOf(Snowflake guildId) => _guildsOfUser.ChangeAll(set => set.Ids.Contains(guildId) ? new GuildSet(set.Ids.Remove(guildId)) : set);

    /// <summary>The guild's permissions of a member, a timeout applied.</summary>
    public Permissions Final(GuildState state, MemberState member) => Timed(PermissionEngine.InGuild(state, member.UserId, member.Roles), state, member);

    public Permissions Final(GuildState state, Channel channel, MemberState member) => Timed(PermissionEngine.InChannel(state, channel, member.UserId, member.Roles), state, member);

    public Permissions Final(GuildState state, GuildThread thread, MemberState member) => Timed(PermissionEngine.InThread(state, thread, member.UserId, member.Roles), state, member);

    // Only the guild's ADMINISTRATOR exempts: the same bit in a channel's overwrite means nothing.
    private Permissions Timed(Permissions permissions, GuildState state, MemberState member) =>
        member.IsHeldBack(state, Now) && !PermissionEngine.InGuild(state, member.UserId, member.Roles).Has(Permissions.Administrator) ? permissions & PermissionEngine.TimedOut : permissions;

    // What was not there is looked for again next time; what failed to load too.
    private static async ValueTask<T?> LoadedAsync<T>(ConcurrentDictionary<Snowflake, Lazy<Task<T?>>> homes, Snowflake id, Lazy<Task<T?>> lazy) where T : class
    {
        try
        {
            var home = await lazy.Value;
            if (home is null)
                homes.TryRemove(new KeyValuePair<Snowflake, Lazy<Task<T?>>>(id, lazy));
            return home;
        }
        catch
        {
            homes.TryRemove(new KeyValuePair<Snowflake, Lazy<Task<T?>>>(id, lazy));
            throw;
        }
    }

    private async Task<GuildHome?> LoadAsync(Snowflake guildId)
    {
        if (await store.FindGuildAsync(guildId) is not { } settings)
            return null;
        var home = NewHome(guildId);
        var channels = (await store.ChannelsAsync(guildId)).ToImmutableDictionary(channel => channel.Id);
        var active = (await threads.ActiveAsync(guildId)).Where(thread => channels.ContainsKey(thread.ParentId)).ToImmutableDictionary(thread => thread.Id);
        home.State = new GuildState(home, settings, (await store.RolesAsync(guildId)).ToImmutableDictionary(role => role.Id), channels, await store.ObjectsAsync(guildId), active);
        await home.Members.LoadAsync();
        foreach (var (channelId, marks) in await mediator.Send(new GetChannelMarks([.. channels.Keys])))
        {
            home.MarksOf(channelId).LastMessageId = marks.LastMessageId;
            home.MarksOf(channelId).LastPinTimestamp = marks.LastPinTimestamp;
        }

        foreach (var thread in active.Values)
            home.Watch(thread.Channel);
        foreach (var channelId in channels.Keys.Concat(active.Keys))
            NoteChannel(channelId, guildId);
        _loaded[guildId] = home;
        return home;
    }

    private async Task<DirectMessageHome?> LoadDirectMessageAsync(Snowflake channelId)
    {
        if (await store.FindPrivateChannelAsync(channelId) is not { } channel)
            return null;
        _direct[channelId] = 0;
        var home = new DirectMessageHome(channel, await store.RecipientsAsync(channelId), reopening.Start);
        if ((await mediator.Send(new GetChannelMarks([channelId]))).TryGetValue(channelId, out var marks))
        {
            home.LastMessageId = marks.LastMessageId;
            home.LastPinTimestamp = marks.LastPinTimestamp;
        }

        // After the marks: reading what was written before is no new message.
        foreach (var user in await store.ClosedByAsync(channelId))
            home.Close(user);
        return home;
    }
}

/// <summary>The guilds that a user is in, at one moment.</summary>
internal sealed record GuildSet(ImmutableHashSet<Snowflake> Ids);

/// <summary>A guild as one of its members reads it.</summary>
internal sealed record GuildReading(GuildHome Home, GuildState State, MemberState Member, Permissions Permissions);

/// <summary>The turn on a guild's lane, taken by one of its members.</summary>
internal sealed class GuildTurn(GuildHome home, GuildState state, MemberState member, Lane.Turn turn, Database database, DateTimeOffset now) : IDisposable
{
    public GuildHome Home => home;

    public GuildState State { get; private set; } = state;

    public MemberState Member => member;

    public DateTimeOffset Now => now;

    /// <summary>What the caller holds in the guild.</summary>
    public Permissions Permissions
    {
        get
        {
            var held = State.InGuild(member.UserId, member.Roles);
            return member.IsHeldBack(State, now) && !held.Has(Permissions.Administrator) ? held & PermissionEngine.TimedOut : held;
        }
    }

    public bool IsOwner => State.OwnerId == member.UserId;

    /// <summary>Whether the caller may put these bits into a role or take them out: each is one that they hold.</summary>
    public bool MayGive(Permissions bits)
    {
        var held = Permissions;
        return held.Has(Permissions.Administrator) || held.Has(bits);
    }

    public bool IsAbove(Role role) => Hierarchy.IsAbove(State, member.UserId, member.Roles, role);

    public bool IsAbove(MemberState target) => Hierarchy.IsAbove(State, member.UserId, member.Roles, target.UserId, target.Roles);

    /// <summary>Makes the unit durable and <paramref name="next"/> the guild's state; events of the unit carry it.</summary>
    public async Task CommitAsync(WriteUnit unit, GuildState? next = null)
    {
        if (next is not null)
            unit.Then(() => home.State = State = next);
        await database.CommitAsync(unit);
    }

    public void Dispose() => turn.Dispose();
}

/// <summary>The turn on a thread's guild, taken by a member who sees the thread.</summary>
/// <param name="Permissions">What the caller holds in the thread.</param>
internal sealed record ThreadTurn(GuildTurn Turn, GuildThread Thread, Permissions Permissions) : IDisposable
{
    public void Dispose() => Turn.Dispose();
}

/// <summary>Continues ids from the greatest stored one.</summary>
internal sealed class SeedIds(GuildStore store, SnowflakeGenerator ids) : IStartup
{
    public async ValueTask StartAsync(CancellationToken cancellationToken) => ids.Seed(await store.GreatestIdAsync());
}
