using System.Buffers;
using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using Discord.Modules.Guilds.AutoModeration;
using Discord.Modules.Guilds.Contracts;
using Discord.Modules.Guilds.Storage;
using Discord.Modules.Presence.Contracts;
using Discord.Modules.Users.Contracts;
using Discord.Modules.Voice.Contracts;
using Discord.Protocol;
using Discord.Protocol.Gateway;
using MediatR;

namespace Discord.Modules.Guilds.Home;

/// <summary>A guild's hot state in memory. Written only on the guild's lane, after the commit; read by everybody.</summary>
internal sealed class GuildHome
{
    // Who is online, or in voice, is in GUILD_CREATE while there are at most so many.
    private const int MaxOnlineIncluded = 1000;

    private readonly IMediator _mediator;
    private GuildState? _state;

    // When the last thread was archived.
    private long _archivedAt;

    /// <param name="membersInMemory">See <see cref="GuildsOptions"/>.</param>
    public GuildHome(IMediator mediator, MemberStore members, Snowflake id, int membersInMemory)
    {
        _mediator = mediator;
        Members = new MemberSet(members, this, id, membersInMemory);
    }

    /// <summary>The committed settings, roles and channels. Null after the guild was deleted.</summary>
    public GuildState? State
    {
        get => Volatile.Read(ref _state);
        set => Volatile.Write(ref _state, value);
    }

    public MemberSet Members { get; }

    public ConcurrentDictionary<Snowflake, Marks> Marks { get; } = new();

    /// <summary>What members wrote lately. Read and written on the guild's lane.</summary>
    public SpamMemory Spam { get; } = new();

    /// <summary>What voice channels say of themselves. Not stored: it goes with those who are there.</summary>
    public ConcurrentDictionary<Snowflake, string> VoiceStatuses { get; } = new();

    /// <summary>A time for the next thread to be archived at. Strictly later than the one before: lists are cut by it. Call on the lane.</summary>
    public Timestamp NextArchiveTime(DateTimeOffset now) => new(_archivedAt = Math.Max(now.ToUnixTimeMilliseconds(), _archivedAt + 1));

    /// <summary>Takes the counters of a thread into memory, which is active from here on.</summary>
    public void Watch(ThreadChannel thread)
    {
        var marks = MarksOf(thread.Id);
        marks.LastMessageId = thread.LastMessageId;
        marks.LastPinTimestamp = thread.LastPinTimestamp;
        marks.SetCounts(thread.MessageCount, thread.TotalMessageSent);
    }

    public Marks MarksOf(Snowflake channelId) => Marks.GetOrAdd(channelId, _ => new Marks());

    public async ValueTask<byte[]?> WriteGuildCreateAsync(GuildState state, Snowflake userId, GuildCreateScope scope)
    {
        if (await Members.FindAsync(userId) is not { } self)
            return null;
        var voices = (await _mediator.Send(new GetVoiceStates(state.Id))).Where(voice => voice.UserId == userId || state.InChannel(voice.ChannelId!.Value, userId, self.Roles).Has(Permissions.ViewChannel)).ToList();
        var included = await IncludedAsync(self, state.Id, scope, voices);
        Snowflake[] ids = [.. included.Select(member => member.UserId)];
        var users = await _mediator.Send(new GetUsers(ids));
        var presences = scope.Presences ? await _mediator.Send(new GetPresences(ids)) : null;

        var output = new ArrayBufferWriter<byte>(4096);
        output.Write(state.SharedBody(WriteShared));
        Property(output, "joined_at", self.JoinedAt);
        Property(output, "member_count", Members.Count);
        Property(output, "large", Members.Count > scope.AllMembersUpTo);
        Func<Snowflake, bool>? sees = scope.OnlyViewableChannels ? id => state.InChannel(id, userId, self.Roles).Has(Permissions.ViewChannel) : null;
        var channels = state.Channels.Values.Where(channel => sees is null || sees(channel.Id));
        Property(output, "voice_states", voices.ConvertAll(voice => voice with { GuildId = null, Member = null }));
        Property(output, "channels", channels.OrderBy(channel => channel.Position).ThenBy(channel => channel.Id.Value).Select(state.WireOf).ToList());
        Property(output, "threads", state.VisibleThreads(userId, self.Roles).Select(thread => state.WireOf(thread, userId)).ToList());
        foreach (var list in (ReadOnlySpan<string>)["stage_instances", "guild_scheduled_events"])
            Property(output, list, state.Objects.Listed(list, sees));
        Property(output, "members", included.Select(member => member.ToWire(users.GetValueOrDefault(member.UserId))).Where(member => member.User is not null).ToList());
        Property(output, "presences", presences?.Values.ToList() ?? []);
        output.Write("}"u8);
        return output.WrittenSpan.ToArray();
    }

    // Source: protocol.md 3.5. Bots that ask for presences get who is online in a large guild too, as long as that is not a crowd itself.
    private async ValueTask<IReadOnlyList<MemberState>> IncludedAsync(MemberState self, Snowflake guildId, GuildCreateScope scope, List<VoiceState> voices)
    {
        var talking = voices.Count <= MaxOnlineIncluded ? voices.Select(voice => voice.UserId) : [];
        if (!scope.Members)
            return await Members.FindManyAsync([self.UserId, .. talking]);
        if (Members.Count <= scope.AllMembersUpTo)
            return await Members.PageAsync(default, scope.AllMembersUpTo);
        IReadOnlyCollection<Snowflake> online = scope is { Presences: true, OnlyViewableChannels: false } ? await _mediator.Send(new GetOnlineMembers(guildId)) : [];
        return await Members.FindManyAsync([self.UserId, .. talking, .. scope.Acquaintances, .. online.Count <= MaxOnlineIncluded ? online : []]);
    }

    private static void Property<T>(ArrayBufferWriter<byte> output, string name, T value)
    {
        output.Write(Encoding.ASCII.GetBytes($",\"{name}\":"));
        output.Write(JsonSerializer.SerializeToUtf8Bytes(value, ProtocolJson.TypeInfo<T>()));
    }

    // Everything that is the same for each viewer, without the closing brace.
    private static byte[] WriteShared(GuildState state)
    {
        var guild = JsonSerializer.SerializeToUtf8Bytes(state.Wire, ProtocolJson.TypeInfo<Guild>());
        var output = new ArrayBufferWriter<byte>(guild.Length + 256);
        output.Write(guild.AsSpan(0, guild.Length - 1));
        output.Write(",\"unavailable\":false"u8);
        Property(output, "soundboard_sounds", state.Objects.Listed("soundboard_sounds"));
        return output.WrittenSpan.ToArray();
    }
}

/// <summary>The newest message and pin of a channel, and how many messages a thread has. A channel's are not stored: they are derived from the messages when the guild is loaded.</summary>
internal sealed class Marks
{
    private long _message;
    private long _pin;
    private int _messages;
    private int _sent;

    public int MessageCount => Volatile.Read(ref _messages);

    public int TotalMessageSent => Volatile.Read(ref _sent);

    public Snowflake? LastMessageId
    {
        get => Volatile.Read(ref _message) is not 0 and var id ? Snowflake.FromStored(id) : null;
        set => Volatile.Write(ref _message, value?.Stored ?? 0);
    }

    public Timestamp? LastPinTimestamp
    {
        get => Volatile.Read(ref _pin) is not 0 and var pin ? new Timestamp(pin) : null;
        set => Volatile.Write(ref _pin, value?.UnixMilliseconds ?? 0);
    }

    public void SetCounts(int messages, int sent)
    {
        Volatile.Write(ref _messages, messages);
        Volatile.Write(ref _sent, sent);
    }

    /// <summary>Call on the writer.</summary>
    /// <param name="messages">Below 0: so many were deleted.</param>
    public void Count(int messages) => SetCounts(Math.Max(0, MessageCount + messages), TotalMessageSent + Math.Max(0, messages));
}

/// <summary>What Messaging sees of a guild channel's home.</summary>
internal sealed class GuildChannelHome(GuildHome home, Snowflake channelId, Snowflake? parentId, Marks marks, TimeProvider clock) : IChannelHome
{
    public Role? FindRole(Snowflake roleId) => home.State?.Roles.GetValueOrDefault(roleId);

    public Member? FindMember(Snowflake userId) => home.Members.FindLoaded(userId)?.ToWire(null);

    public async ValueTask LoadMembersAsync(IReadOnlyCollection<Snowflake> userIds) => await home.Members.FindManyAsync(userIds);

    public Moderation? Moderate(Snowflake authorId, string content, int mentions, bool isEdit) =>
        home.State is { } state && home.Members.FindLoaded(authorId) is { } author
            ? state.AutoModeration.AskMessage(state, channelId, parentId, author, content, mentions, isEdit ? null : home.Spam, clock)
            : null;

    public Snowflake? LastMessageId
    {
        get => marks.LastMessageId;
        set => marks.LastMessageId = value;
    }

    public Timestamp? LastPinTimestamp
    {
        get => marks.LastPinTimestamp;
        set => marks.LastPinTimestamp = value;
    }
}

/// <summary>A direct message channel or a group in memory, and what Messaging sees of it.</summary>
/// <param name="reopen">Called on the channel's lane when a message came and somebody had it closed.</param>
internal sealed class DirectMessageHome(Channel channel, IReadOnlyList<Snowflake> recipients, Action<DirectMessageHome, IReadOnlyCollection<Snowflake>> reopen) : IChannelHome
{
    private readonly Marks _marks = new();
    private ImmutableHashSet<Snowflake> _closed = [];
    private volatile Channel _channel = channel;
    private volatile IReadOnlyList<Snowflake> _recipients = recipients;

    public Snowflake Id => _channel.Id;

    public ChannelType Type => _channel.Type;

    /// <summary>As it is stored: a group's name, icon and owner.</summary>
    public Channel Channel => _channel;

    public IReadOnlyList<Snowflake> Recipients => _recipients;

    /// <summary>Changes a group. Call on the channel's lane, after the commit.</summary>
    public void Set(Channel channel, IReadOnlyList<Snowflake> recipients)
    {
        _channel = channel;
        _recipients = recipients;
    }

    /// <summary>Call on the channel's lane.</summary>
    public void Close(Snowflake userId) => ImmutableInterlocked.Update(ref _closed, set => set.Add(userId));

    /// <summary>Call on the channel's lane.</summary>
    public void Open(Snowflake userId) => ImmutableInterlocked.Update(ref _closed, set => set.Remove(userId));

    public Role? FindRole(Snowflake roleId) => null;

    public Member? FindMember(Snowflake userId) => null;

    public Moderation? Moderate(Snowflake authorId, string content, int mentions, bool isEdit) => null;

    /// <summary>A rising id is a new message: it opens the channel again for those who had closed it.</summary>
    public Snowflake? LastMessageId
    {
        get => _marks.LastMessageId;
        set
        {
            var isNew = value?.Value > (_marks.LastMessageId?.Value ?? 0);
            _marks.LastMessageId = value;
            if (isNew && Interlocked.Exchange(ref _closed, []) is { Count: > 0 } closed)
                reopen(this, closed);
        }
    }

    public Timestamp? LastPinTimestamp
    {
        get => _marks.LastPinTimestamp;
        set => _marks.LastPinTimestamp = value;
    }
}
