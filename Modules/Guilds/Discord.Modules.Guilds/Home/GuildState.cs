using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Text.Json;
using Discord.Modules.Guilds.AutoModeration;
using Discord.Protocol;
using Discord.Protocol.Gateway;

namespace Discord.Modules.Guilds.Home;

/// <summary>A guild's settings, roles, channels and active threads at one moment. Immutable: a change makes a new one, and events keep the one they belong to.</summary>
internal sealed class GuildState(GuildHome home, Guild settings, ImmutableDictionary<Snowflake, Role> roles, ImmutableDictionary<Snowflake, Channel> channels, GuildObjects objects,
    ImmutableDictionary<Snowflake, GuildThread>? threads = null) : IGuildView
{
    private FrozenDictionary<Snowflake, FrozenSet<Snowflake>>? _overwritten;
    private IReadOnlyList<Snowflake>? _hoisted;
    private RuleSet? _rules;
    private byte[]? _body;

    public Guild Settings => settings;

    public ImmutableDictionary<Snowflake, Role> Roles => roles;

    public ImmutableDictionary<Snowflake, Channel> Channels => channels;

    /// <summary>The active ones. Archived threads are in the store alone.</summary>
    public ImmutableDictionary<Snowflake, GuildThread> Threads { get; } = threads ?? ImmutableDictionary<Snowflake, GuildThread>.Empty;

    /// <summary>Emojis, scheduled events, rules and everything else that is an <see cref="IGuildObject"/>.</summary>
    public GuildObjects Objects => objects;

    /// <summary>The rules of auto moderation that are switched on, ready to be asked.</summary>
    public RuleSet AutoModeration => _rules ??= RuleSet.Of(objects);

    public Snowflake Id => settings.Id;

    public Snowflake OwnerId => settings.OwnerId;

    public int MemberCount => home.Members.Count;

    public IReadOnlyList<Snowflake> HoistedRoles => _hoisted ??= [.. roles.Values.Where(role => role.Hoist && role.Id != Id).OrderDescending(Comparer<Role>.Create(Hierarchy.Compare)).Select(role => role.Id)];

    public string MemberListId(Snowflake channelId) => channels.TryGetValue(channelId, out var channel) ? MemberListIds.Of(this, channel) : MemberListIds.Everyone;

    public IEnumerable<Snowflake> ChannelIds => channels.Keys;

    public bool HasChannel(Snowflake channelId) => channels.ContainsKey(channelId);

    public bool ShowsSameChannels(IGuildView other) => other is GuildState state && state.Channels == channels && state.Roles == roles && state.OwnerId == OwnerId;

    public byte[]? WriteThreadList(IReadOnlyList<Snowflake> channelIds, Snowflake userId, IReadOnlyList<Snowflake> memberRoles)
    {
        var parents = channelIds.Where(id => channels.TryGetValue(id, out var channel) && channel.Type.TakesThreads()).ToHashSet();
        if (parents.Count == 0)
            return null;
        var shown = VisibleThreads(userId, memberRoles).Where(thread => parents.Contains(thread.ParentId)).ToList();
        var list = new { guild_id = Id, channel_ids = parents, threads = shown.Select(thread => WireOf(thread)), members = shown.Select(thread => thread.MemberOf(userId)).OfType<ThreadMember>() };
        return JsonSerializer.SerializeToUtf8Bytes(list, ProtocolJson.Options);
    }

    public byte[]? WriteChannel(Snowflake channelId) =>
        channels.TryGetValue(channelId, out var channel) ? JsonSerializer.SerializeToUtf8Bytes(WireOf(channel), ProtocolJson.TypeInfo<Channel>()) : null;

    public Role Everyone => roles[Id];

    /// <summary>The guild as REST and GUILD_UPDATE show it.</summary>
    public Guild Wire => settings with { Roles = SortedRoles, Emojis = objects.Listed("emojis"), Stickers = objects.Listed("stickers") };

    public IReadOnlyList<Role> SortedRoles => [.. roles.Values.OrderBy(role => role.Position).ThenBy(role => role.Id.Value)];

    public GuildState With(Guild? settings = null, ImmutableDictionary<Snowflake, Role>? roles = null, ImmutableDictionary<Snowflake, Channel>? channels = null, GuildObjects? objects = null,
        ImmutableDictionary<Snowflake, GuildThread>? threads = null) =>
        new(home, settings ?? Settings, roles ?? Roles, channels ?? Channels, objects ?? Objects, threads ?? Threads);

    public GuildState WithRole(Role role) => With(roles: roles.SetItem(role.Id, role));

    public GuildState WithObject(IGuildObject value) => With(objects: objects.With(value));

    public GuildState WithoutObject<T>(Snowflake id) where T : class, IGuildObject => With(objects: objects.Without<T>(id));

    public GuildState WithChannel(Channel channel) => With(channels: channels.SetItem(channel.Id, channel));

    public GuildState WithThread(GuildThread thread) => With(threads: Threads.SetItem(thread.Id, thread));

    public GuildState WithoutThread(Snowflake id) => With(threads: Threads.Remove(id));

    /// <summary>The active threads that somebody with these roles sees.</summary>
    public IEnumerable<GuildThread> VisibleThreads(Snowflake userId, IReadOnlyList<Snowflake> memberRoles) =>
        Threads.Values.Where(thread => PermissionEngine.InThread(this, thread, userId, memberRoles).Has(Permissions.ViewChannel));

    public Permissions InGuild(Snowflake userId, IReadOnlyList<Snowflake> memberRoles) => PermissionEngine.InGuild(this, userId, memberRoles);

    public Permissions InChannel(Snowflake channelId, Snowflake userId, IReadOnlyList<Snowflake> memberRoles) =>
        channels.TryGetValue(channelId, out var channel) ? PermissionEngine.InChannel(this, channel, userId, memberRoles) : Permissions.None;

    public IReadOnlySet<Snowflake> OverwrittenUsers(Snowflake channelId)
    {
        _overwritten ??= channels.Values
            .Where(channel => channel.PermissionOverwrites?.Any(overwrite => !overwrite.IsRole) == true)
            .ToFrozenDictionary(channel => channel.Id, channel => channel.PermissionOverwrites!.Where(overwrite => !overwrite.IsRole).Select(overwrite => overwrite.Id).ToFrozenSet());
        return _overwritten.GetValueOrDefault(channelId, FrozenSet<Snowflake>.Empty);
    }

    /// <summary>A channel with what its home keeps in memory: the newest message and pin.</summary>
    public Channel WireOf(Channel channel)
    {
        if (channel.Type == ChannelType.GuildCategory || !home.Marks.TryGetValue(channel.Id, out var marks))
            return channel;
        return channel with { LastMessageId = marks.LastMessageId, LastPinTimestamp = marks.LastPinTimestamp };
    }

    /// <summary>A thread with its counters and newest ids.</summary>
    /// <param name="viewer">Whose own membership is added, when there is one.</param>
    public ThreadChannel WireOf(GuildThread thread, Snowflake? viewer = null)
    {
        var channel = thread.Channel with { MemberCount = thread.Members.Counted, Member = viewer is { } id ? thread.MemberOf(id) : null };
        return home.Marks.TryGetValue(thread.Id, out var marks)
            ? channel with { LastMessageId = marks.LastMessageId, LastPinTimestamp = marks.LastPinTimestamp, MessageCount = marks.MessageCount, TotalMessageSent = marks.TotalMessageSent }
            : channel;
    }

    public ValueTask<byte[]?> WriteGuildCreateAsync(Snowflake userId, GuildCreateScope scope) =>
        home.WriteGuildCreateAsync(this, userId, scope);

    /// <summary>The part of GUILD_CREATE that is the same for all: made once for each state.</summary>
    /// <returns>A JSON object without its closing brace.</returns>
    public byte[] SharedBody(Func<GuildState, byte[]> write) => _body ??= write(this);
}
