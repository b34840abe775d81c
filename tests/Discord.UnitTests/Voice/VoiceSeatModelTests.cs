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
using FsCheck;
using FsCheck.Fluent;
using MediatR;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Discord.UnitTests.Voice;

/// <summary>Random joins, moves, mutes, role changes and kicks against a model: who sits where, what the voice server lets them do, and what each of the others knows of it.</summary>
public sealed class VoiceSeatModelTests
{
    private const int People = 6;

    private static readonly Arbitrary<List<Step>> s_scripts = Arb.From(
        (from kind in Gen.Choose(0, Step.Kinds - 1)
         from who in Gen.Choose(0, People - 1)
         from room in Gen.Choose(0, 3)
         from what in Gen.Choose(0, 3)
         select new Step(kind, who, room, what)).ListOf(60).Select(steps => steps.ToList()));

    [Fact]
    public void Everybody_sits_hears_speaks_and_is_known_of_as_the_model_says() =>
        Prop.ForAll(s_scripts, script => RunAsync(script)).Check(Config.QuickThrowOnFailure.WithMaxTest(200).WithQuietOnSuccess(true));

    [Fact]
    public async Task Five_thousand_sit_in_one_channel_and_are_told_of_once()
    {
        var hall = new VoiceHall(SeatRules.MaxPeople + 1);
        for (var who = 0; who < SeatRules.MaxPeople; who++)
            await hall.SpeakAsync(who, 0, 0);

        Assert.Equal(SeatRules.MaxPeople, hall.Server.Grants.Count);
        // In the crowd each is told of themselves at once, and of the others when the second is over.
        hall.Heard.Clear();
        hall.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(SeatRules.MaxPeople - VoiceFeed.BatchAbove, hall.Heard.Count);

        await hall.SpeakAsync(SeatRules.MaxPeople, 0, 0);
        Assert.Equal(SeatRules.MaxPeople, hall.Server.Grants.Count);

        // Nobody may speak any more: each voice server grant follows.
        await hall.ReviewAsync(everybodySpeaks: false);
        Assert.All(hall.Server.Grants.Values, grant => Assert.Equal(VoiceRights.Hear, grant.Rights));
        hall.Heard.Clear();
        hall.Changes.RemoveRoom(Guildhall.GuildId, hall.Rooms[0].Id);
        hall.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Empty(hall.Server.Grants);
        // That they were silenced before they left is no news any more.
        var told = hall.Heard.OfType<VoiceStateUpdated>().Where(told => told.Audience.Kind == AudienceKind.Channel).ToList();
        Assert.All(told, told => Assert.Null(told.State.ChannelId));
        Assert.Equal(SeatRules.MaxPeople, told.Count);
    }

    private static async Task RunAsync(List<Step> script)
    {
        var hall = new VoiceHall(People);
        var model = new Model(hall);
        foreach (var step in script)
        {
            await model.DoAsync(step);
            model.Compare(step);
        }
    }

    public sealed record Step(int Kind, int Who, int Room, int What)
    {
        public const int Kinds = 11;
    }

    /// <summary>What somebody does in voice, by the rules as Discord tells them.</summary>
    private sealed record Sitting(int Room, bool SelfMute, bool SelfDeaf, bool Suppress);

    private sealed class Model(VoiceHall hall)
    {
        private readonly Dictionary<int, Sitting> _sittings = [];

        public async Task DoAsync(Step step)
        {
            var (who, room) = (step.Who, step.Room);
            var (mute, deaf) = ((step.What & 1) != 0, (step.What & 2) != 0);
            var sitting = _sittings.GetValueOrDefault(who);
            switch (step.Kind)
            {
                case < 4:
                    await hall.SpeakAsync(who, room, step.What);
                    if (sitting?.Room == room)
                        _sittings[who] = sitting with { SelfMute = mute, SelfDeaf = deaf };
                    else if (hall.IsMember(who) && hall.Sees(who, room) && (room != VoiceHall.Small || _sittings.Values.Count(other => other.Room == room) < VoiceHall.SmallSeats))
                        _sittings[who] = new Sitting(room, mute, deaf, IsSilent(who, room));
                    break;
                case 4:
                    await hall.SpeakAsync(who, null, 0);
                    _sittings.Remove(who);
                    break;
                case 5 or 6 when hall.IsMember(who):
                    // A moderator silences them.
                    await hall.SetAsync(who, member => member.Silenced(step.Kind == 5 ? mute : null, step.Kind == 6 ? deaf : null));
                    break;
                case 7 when hall.IsMember(who):
                    await hall.SetAsync(who, member => member.WithRoles(mute ? member.Roles.Append(VoiceHall.Speaker) : member.Roles.Where(role => role != VoiceHall.Speaker)));
                    if (sitting is not null && sitting.Room != VoiceHall.Stage)
                        _sittings[who] = sitting with { Suppress = IsSilent(who, sitting.Room) };
                    break;
                case 8:
                    // A moderator moves them, wherever it is.
                    await hall.MoveAsync(who, room);
                    if (sitting is not null && sitting.Room != room)
                        _sittings[who] = sitting with { Room = room, Suppress = IsSilent(who, room) };
                    break;
                case 9:
                    hall.Kick(who);
                    _sittings.Remove(who);
                    break;
                case 10:
                    hall.Admit(who);
                    break;
            }
        }

        public void Compare(Step step)
        {
            var expected = _sittings.Select(pair => Line(pair.Key, pair.Value)).Order(StringComparer.Ordinal).ToList();
            Assert.True(expected.SequenceEqual(hall.Seats.Select(Line).Order(StringComparer.Ordinal)), $"after {step}: {string.Join("; ", expected)} but {string.Join("; ", hall.Seats.Select(Line))}");
            // One grant for each, in the right room, with the rights that follow.
            Assert.Equal(_sittings.Select(pair => (hall.Ids[pair.Key], hall.Rooms[pair.Value.Room].Id, Rights(pair.Key, pair.Value))).Order(), hall.Server.Grants.Values.Select(grant => (grant.UserId, grant.RoomId, grant.Rights)).Order());
            for (var viewer = 0; viewer < People; viewer++)
            {
                if (!hall.IsMember(viewer))
                    continue;
                var known = _sittings.Where(pair => pair.Key == viewer || hall.Sees(viewer, pair.Value.Room)).Select(pair => Line(pair.Key, pair.Value)).Order(StringComparer.Ordinal).ToList();
                Assert.True(known.SequenceEqual(hall.Known(viewer).Select(Line).Order(StringComparer.Ordinal)), $"after {step}: {viewer} should know {string.Join("; ", known)} but knows {string.Join("; ", hall.Known(viewer).Select(Line))}");
            }
        }

        private bool IsSilent(int who, int room) => room == VoiceHall.Stage || !hall.Holds(who, VoiceHall.Speaker);

        private VoiceRights Rights(int who, Sitting sitting) =>
            (sitting.SelfDeaf || hall.Wire(who).Deaf ? 0 : VoiceRights.Hear) | (sitting.SelfMute || sitting.Suppress || hall.Wire(who).Mute ? 0 : VoiceRights.Speak);

        private string Line(int who, Sitting sitting) => $"{hall.Ids[who]} in {hall.Rooms[sitting.Room].Id} {sitting.SelfMute} {sitting.SelfDeaf} {hall.Wire(who).Mute} {hall.Wire(who).Deaf} {sitting.Suppress}";

        private static string Line(VoiceState state) => $"{state.UserId} in {state.ChannelId} {state.SelfMute} {state.SelfDeaf} {state.Mute} {state.Deaf} {state.Suppress}";
    }
}

/// <summary>A guild with voice channels, its members, a voice server, and what each member hears on the gateway.</summary>
internal sealed class VoiceHall : IGatewayDispatcher, IRequestHandler<EnterVoice, IVoiceTurn?>, IRequestHandler<ClearVoiceStatus>,
    IRequestHandler<GetUser, User?>, IRequestHandler<GetUsers, IReadOnlyDictionary<Snowflake, User>>, IRequestHandler<GetPremiumType, int>
{
    public const int Hidden = 1, Stage = 2, Small = 3, SmallSeats = 2;

    public static readonly Snowflake Speaker = new(901), Insider = new(902);

    private readonly VoiceRosters _rosters = new();
    private readonly UpdateVoiceStateHandler _joining;
    private readonly MoveVoiceStateHandler _moving;
    private readonly Dictionary<Snowflake, MemberState> _members = [];
    private readonly Dictionary<Snowflake, Dictionary<Snowflake, VoiceState>> _known = [];
    private readonly bool _applies;
    private GuildState _state;

    /// <param name="people">Everybody may speak at first, and every second one sees the hidden room.</param>
    public VoiceHall(int people)
    {
        _applies = people < 100;
        _state = Rooms.Aggregate(Guildhall.Guild(Permissions.ViewChannel | Permissions.Connect, Guildhall.Role(Speaker.Value, 1, Permissions.Speak), Guildhall.Role(Insider.Value, 2)), (state, room) => state.WithChannel(room));
        var mediator = new Mediator(type => type.IsInstanceOfType(this) ? this : Array.CreateInstance(type.GetGenericArguments()[0], 0));
        Changes = new VoiceChanges(_rosters, null!, new VoicePlacement([Server]), new VoiceFeed(this, Clock), new Lanes(), mediator, Clock, NullLogger<VoiceChanges>.Instance);
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

    public RecordingVoiceServer Server { get; } = new();

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
    public Task SpeakAsync(int who, int? room, int flags) =>
        _joining.Handle(new UpdateVoiceState(Ids[who], $"s{who}", Guildhall.GuildId, room is { } index ? Rooms[index].Id : null, (flags & 1) != 0, (flags & 2) != 0, SelfVideo: false), default);

    public Task MoveAsync(int who, int room) => _moving.Handle(new MoveVoiceState(Guildhall.GuildId, Ids[who], Rooms[room].Id), default);

    public Task SetAsync(int who, Func<MemberState, MemberState> change)
    {
        _members[Ids[who]] = change(_members[Ids[who]]);
        return Changes.ReviewAsync(Guildhall.GuildId, [Ids[who]], default);
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
        if (!_members.TryAdd(Ids[who], Guildhall.Member(Ids[who].Value, who % 2 == 0 ? [Speaker, Insider] : [Speaker])))
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

    private Permissions In(Snowflake channelId, Snowflake userId) => _members.TryGetValue(userId, out var member) ? _state.InChannel(channelId, userId, member.Roles) : Permissions.None;

    private sealed class Turn(VoiceHall hall) : IVoiceTurn
    {
        public IGuildView View => hall._state;

        public Snowflake? AfkChannelId => null;

        public TimeSpan AfkTimeout => TimeSpan.FromMinutes(5);

        public Channel? FindChannel(Snowflake channelId) => hall._state.Channels.GetValueOrDefault(channelId);

        public Member? FindMember(Snowflake userId) => hall._members.GetValueOrDefault(userId)?.ToWire(null);

        public Permissions InChannel(Snowflake channelId, Snowflake userId) => hall.In(channelId, userId);

        public Permissions Within(Snowflake channelId, Snowflake userId) =>
            hall._members.TryGetValue(userId, out var member) ? PermissionEngine.Explicit(hall._state, hall._state.Channels[channelId], userId, member.Roles) : Permissions.None;

        public void Dispose()
        {
        }
    }
}
