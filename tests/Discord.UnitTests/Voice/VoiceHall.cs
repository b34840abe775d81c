using Discord.BuildingBlocks.Streams;
using Discord.Modules.Guilds.Contracts;
using Discord.Modules.Guilds.Home;
using Discord.Modules.Users.Contracts;
using Discord.Modules.Voice.Contracts;
using Discord.Modules.Voice.Servers;
using Discord.Modules.Voice.States;
using Discord.Protocol;
using Discord.Protocol.Gateway;
using Discord.UnitTests.BuildingBlocks;
using Discord.UnitTests.Guilds;
using MediatR;
using Microsoft.Extensions.Logging.Abstractions;

namespace Discord.UnitTests.Voice;

/// <summary>A guild with voice channels, its members, a voice server, and what each member hears on the gateway.</summary>
internal sealed class VoiceHall : IGatewayDispatcher, IRequestHandler<EnterVoice, IVoiceTurn?>, IRequestHandler<ClearVoiceStatus>,
    IRequestHandler<GetUser, User?>, IRequestHandler<GetUsers, IReadOnlyDictionary<Snowflake, User>>, IRequestHandler<GetPremiumType, int>
{
    public const int Hidden = 1, Stage = 2, Small = 3, SmallSeats = 2;

    public static readonly Snowflake Speaker = new(901), Insider = new(902), Moderator = new(903);

    private readonly VoiceRosters _rosters = new();
    private readonly UpdateVoiceStateHandler _joining;
    private readonly MoveVoiceStateHandler _moving;
    private readonly Dictionary<Snowflake, MemberState> _members = [];
    private readonly Dictionary<Snowflake, Dictionary<Snowflake, VoiceState>> _known = [];
    private readonly bool _applies;
    private GuildState _state;

    /// <param name="people">Everybody may speak at first; every second one sees the hidden room and may ask to speak on the stage, and the first moderates it.</param>
    /// <param name="server">Carries the packets; null: <see cref="Servers"/>, which only keep the grants.</param>
    public VoiceHall(int people, IVoiceServer? server = null)
    {
        _applies = people < 100;
        _state = Rooms.Aggregate(Guildhall.Guild(Permissions.ViewChannel | Permissions.Connect, Guildhall.Role(Speaker.Value, 1, Permissions.Speak), Guildhall.Role(Insider.Value, 2, Permissions.RequestToSpeak), Guildhall.Role(Moderator.Value, 3, Permissions.MuteMembers)), (state, room) => state.WithChannel(room));
        var mediator = new Mediator(type => type.IsInstanceOfType(this) ? this : Array.CreateInstance(type.GetGenericArguments()[0], 0));
        Changes = new VoiceChanges(_rosters, null!, new VoicePlacement(server is null ? Servers : [server]), new VoiceFeed(this, Clock), new Lanes(), mediator, Clock, NullLogger<VoiceChanges>.Instance);
        _joining = new UpdateVoiceStateHandler(_rosters, Changes, null!, mediator, Clock);
        _moving = new MoveVoiceStateHandler(Changes);
        Ids = [.. Enumerable.Range(0, people).Select(who => new Snowflake(10_000 + (ulong)who))];
        for (var who = 0; who < people; who++)
            Admit(who);
    }

    public IReadOnlyList<Channel> Rooms { get; } =
    [
        Guildhall.Channel(21, ChannelType.GuildVoice),
        Guildhall.Channel(22, ChannelType.GuildVoice, Guildhall.ForRole(Guildhall.GuildId, deny: Permissions.ViewChannel), Guildhall.ForRole(Insider, allow: Permissions.ViewChannel)),
        Guildhall.Channel(23, ChannelType.GuildStageVoice),
        Guildhall.Channel(24, ChannelType.GuildVoice) with { UserLimit = SmallSeats },
    ];

    public IReadOnlyList<Snowflake> Ids { get; }

    public ManualTime Clock { get; } = new();

    public VoiceChanges Changes { get; }

    /// <summary>In the regions "local" and "far".</summary>
    public IReadOnlyList<RecordingVoiceServer> Servers { get; } = [new(), new("127.0.0.1:2/voice") { Region = "far" }];

    public IEnumerable<VoiceGrant> Grants => Servers.SelectMany(server => server.Grants.Values);

    public List<GatewayEvent> Heard { get; } = [];

    public IEnumerable<VoiceState> Seats => (_rosters.Find(Guildhall.GuildId)?.Seats ?? []).Select(seat => seat.State);

    public bool IsMember(int who) => _members.ContainsKey(Ids[who]);

    public bool Sees(int who, int room) => Sees(Ids[who], Rooms[room].Id);

    public bool Holds(int who, Snowflake role) => _members[Ids[who]].Roles.Contains(role);

    public Member Wire(int who) => _members[Ids[who]].ToWire(null);

    /// <summary>What somebody was told of who is in voice, put together as clients do.</summary>
    public IEnumerable<VoiceState> Known(int who) => _known[Ids[who]].Values;

    /// <summary>Op 4.</summary>
    /// <param name="flags">1 mute, 2 deaf.</param>
    public Task SpeakAsync(int who, int? room, int flags, bool isSecond = false) =>
        _joining.Handle(new UpdateVoiceState(Ids[who], isSecond ? $"second {who}" : $"s{who}", Guildhall.GuildId, room is { } index ? Rooms[index].Id : null, (flags & 1) != 0, (flags & 2) != 0, SelfVideo: false), default);

    /// <param name="held">By the moderator who moves them, in that room.</param>
    public Task MoveAsync(int who, int room, Permissions held) => _moving.Handle(new MoveVoiceState(Guildhall.GuildId, Ids[who], Rooms[room].Id, held), default);

    public Task SetAsync(int who, Func<MemberState, MemberState> change)
    {
        _members[Ids[who]] = change(_members[Ids[who]]);
        return Changes.ReviewAsync(Guildhall.GuildId, [Ids[who]], default);
    }

    /// <summary>Somebody on the stage wishes something; nothing happens to those who are elsewhere.</summary>
    /// <param name="moderator">What who wishes it for them holds there; null: they do themselves.</param>
    public Task WishAsync(int who, StageWish wish, Permissions? moderator) => Changes.ChangeInGuildAsync(Guildhall.GuildId, Ids[who], (turn, _, seat) =>
    {
        if (seat?.ChannelId != Rooms[Stage].Id)
            return seat;
        var wished = moderator is { } held ? wish.OfAnother(seat, held, Clock.GetUtcNow()) : wish.OfOneself(seat, turn.Within(seat.ChannelId, seat.UserId), Clock.GetUtcNow());
        return wished.Error is null ? VoiceChanges.Reviewed(turn, wished.Value) : seat;
    }, default);

    /// <summary>Adds to the overwrites that a room had at first.</summary>
    public Task OverwriteAsync(int room, IEnumerable<Overwrite> overwrites)
    {
        _state = _state.WithChannel(_state.Channels[Rooms[room].Id] with { PermissionOverwrites = [.. Rooms[room].PermissionOverwrites!, .. overwrites] });
        return Changes.ReviewAsync(Guildhall.GuildId, Ids, default);
    }

    public Task SetRegionAsync(int room, string? region)
    {
        _state = _state.WithChannel(_state.Channels[Rooms[room].Id] with { RtcRegion = region });
        return Changes.ReviewAsync(Guildhall.GuildId, Ids, default);
    }

    public Task ReviewAsync(bool everybodySpeaks)
    {
        _state = _state.With(roles: _state.Roles.SetItem(Speaker, Guildhall.Role(Speaker.Value, 1, everybodySpeaks ? Permissions.Speak : Permissions.None)));
        return Changes.ReviewAsync(Guildhall.GuildId, Ids, default);
    }

    public void Kick(int who)
    {
        Changes.RemoveMember(Guildhall.GuildId, Ids[who]);
        _members.Remove(Ids[who]);
    }

    /// <summary>Somebody becomes a member, and is told who is in voice.</summary>
    public void Admit(int who)
    {
        if (!_members.TryAdd(Ids[who], Guildhall.Member(Ids[who].Value, who == 0 ? [Speaker, Insider, Moderator] : who % 2 == 0 ? [Speaker, Insider] : [Speaker])))
            return;
        _known[Ids[who]] = Seats.Where(state => Sees(Ids[who], state.ChannelId!.Value)).ToDictionary(state => state.UserId);
    }

    public void Dispatch(StreamItem item)
    {
        Heard.Add(item.Event!);
        if (!_applies || item.Event is not VoiceStateUpdated { State: var state, Audience: var audience })
            return;
        foreach (var viewer in _members.Keys.Where(viewer => audience.Kind == AudienceKind.Members ? audience.UserIds.Contains(viewer)
            : viewer != audience.Except && Sees(viewer, audience.ChannelId) && !(audience.HiddenIn.Value != 0 && Sees(viewer, audience.HiddenIn))))
        {
            if (state.ChannelId is null)
                _known[viewer].Remove(state.UserId);
            else
                _known[viewer][state.UserId] = state;
        }
    }

    public ValueTask WaitForRoomAsync(Snowflake streamKey, CancellationToken cancellationToken) => ValueTask.CompletedTask;

    public Task<IVoiceTurn?> Handle(EnterVoice request, CancellationToken cancellationToken) => Task.FromResult<IVoiceTurn?>(new Turn(this));

    public Task<Unit> Handle(ClearVoiceStatus request, CancellationToken cancellationToken) => Unit.Task;

    public Task<User?> Handle(GetUser request, CancellationToken cancellationToken) => Task.FromResult<User?>(UserOf(request.UserId));

    public Task<IReadOnlyDictionary<Snowflake, User>> Handle(GetUsers request, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyDictionary<Snowflake, User>>(request.UserIds.ToDictionary(id => id, UserOf));

    public Task<int> Handle(GetPremiumType request, CancellationToken cancellationToken) => Task.FromResult(0);

    private static User UserOf(Snowflake id) => new() { Id = id, Username = $"u{id}" };

    private bool Sees(Snowflake userId, Snowflake channelId) => In(channelId, userId).Has(Permissions.ViewChannel);

    private Permissions In(Snowflake channelId, Snowflake userId) => _members.TryGetValue(userId, out var member) ? member.Bounded(_state.InChannel(channelId, userId, member.Roles), _state, Clock.GetUtcNow()) : Permissions.None;

    private sealed class Turn(VoiceHall hall) : IVoiceTurn
    {
        public IGuildView View => hall._state;

        public Snowflake? AfkChannelId => null;

        public TimeSpan AfkTimeout => TimeSpan.FromMinutes(5);

        public Channel? FindChannel(Snowflake channelId) => hall._state.Channels.GetValueOrDefault(channelId);

        public Member? FindMember(Snowflake userId) => hall._members.GetValueOrDefault(userId)?.ToWire(null);

        public Permissions InChannel(Snowflake channelId, Snowflake userId) => hall.In(channelId, userId);

        public Permissions Within(Snowflake channelId, Snowflake userId) =>
            hall._members.TryGetValue(userId, out var member) ? member.Bounded(PermissionEngine.Explicit(hall._state, hall._state.Channels[channelId], userId, member.Roles), hall._state, hall.Clock.GetUtcNow()) : Permissions.None;

        public void Dispose()
        {
        }
    }
}
