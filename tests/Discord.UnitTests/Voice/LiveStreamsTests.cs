using System.Text.Json;
using Discord.BuildingBlocks;
using Discord.BuildingBlocks.Streams;
using Discord.Modules.Guilds.Contracts;
using Discord.Modules.Voice.Calls;
using Discord.Modules.Voice.Contracts;
using Discord.Modules.Voice.GoLive;
using Discord.Modules.Voice.Servers;
using Discord.Modules.Voice.States;
using Discord.Protocol;
using Discord.Protocol.Gateway;
using Discord.UnitTests.Guilds;
using MediatR;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Discord.UnitTests.Voice;

public sealed class LiveStreamsTests
{
    private static readonly Snowflake s_guild = Guildhall.GuildId, s_channel = new(2), s_other = new(3), s_owner = new(10), s_viewer = new(11);
    private readonly Theatre _theatre = new();

    private string Key => $"guild:{s_guild}:{s_channel}:{s_owner}";

    private LiveStreams Streams => _theatre.Streams;

    [Fact]
    public async Task Its_owner_gets_the_stream_and_where_its_server_is()
    {
        await BeginAsync();

        var (created, server) = (_theatre.Told(s_owner, "STREAM_CREATE"), _theatre.Told(s_owner, "STREAM_SERVER_UPDATE"));
        Assert.Equal((Key, s_channel.ToString(), "local", false), (Text(created, "stream_key"), Text(created, "rtc_channel_id"), Text(created, "region"), created.GetProperty("paused").GetBoolean()));
        Assert.Equal(0, created.GetProperty("viewer_ids").GetArrayLength());
        Assert.Equal((Key, "voice.test:443/voice", s_guild.ToString()), (Text(server, "stream_key"), Text(server, "endpoint"), Text(server, "guild_id")));
        var grant = Assert.Single(_theatre.Grants.Values);
        Assert.Equal((Text(server, "token"), "s10", VoiceRights.Speak | VoiceRights.Video), (grant.Token, grant.SessionId, grant.Rights));
        Assert.Equal((Text(created, "rtc_server_id"), grant.RoomId), (grant.ServerId.ToString(), grant.ServerId));
        Assert.True(_theatre.IsStreaming);
        Assert.Equal(["STREAM_CREATE", "STREAM_SERVER_UPDATE"], _theatre.Events.Where(e => e is not (VoiceStateUpdated or VoiceServerUpdated or VoiceChannelStartTimeUpdated)).Select(e => e.Name));
    }

    [Theory, InlineData(false), InlineData(true)]
    public async Task Premium_owners_share_in_high_quality(bool premium)
    {
        _theatre.IsPremium = premium;
        await BeginAsync();

        Assert.Equal(premium, _theatre.Grants.Values.Single().Rights.HasFlag(VoiceRights.HighQuality));
    }

    [Fact]
    public async Task Who_is_not_in_the_channel_shares_nothing_there()
    {
        await _theatre.EnterAsync(s_owner, s_other);
        await Begin();
        await _theatre.EnterAsync(s_owner, s_channel, "elsewhere");
        await Begin();

        Assert.Equal(["invalid_channel", "invalid_channel"], _theatre.Reasons("s10"));
        Assert.Empty(_theatre.Grants);
        Assert.False(_theatre.IsStreaming);

        Task Begin() => Streams.Handle(new CreateStream(s_owner, "s10", s_guild, s_channel), default);
    }

    [Fact]
    public async Task Sharing_takes_the_permission_and_ends_with_it()
    {
        _theatre.Held = Permissions.ViewChannel | Permissions.Speak;
        await BeginAsync();
        Assert.Equal(["unauthorized"], _theatre.Reasons("s10"));

        _theatre.Held |= Permissions.Stream;
        await BeginAsync();
        await WatchAsync(s_viewer);
        Assert.Equal(2, _theatre.Grants.Count);
        _theatre.Held &= ~Permissions.Stream;
        await _theatre.ReviewAsync(s_owner);

        Assert.Equal(["unauthorized", "unauthorized"], _theatre.Reasons("s10"));
        Assert.Equal(["stream_ended"], _theatre.Reasons("s11"));
        Assert.Empty(_theatre.Grants);
        Assert.False(_theatre.IsStreaming);
    }

    [Fact]
    public async Task Without_a_voice_server_there_is_no_stream_but_a_later_try_may_succeed()
    {
        _theatre.Endpoint = null;
        await BeginAsync();

        var refused = _theatre.Told(s_owner, "STREAM_DELETE");
        Assert.True(refused.GetProperty("unavailable").GetBoolean());
        _theatre.Endpoint = "voice.test:443/voice";
        await BeginAsync();
        Assert.Single(_theatre.Grants);
    }

    [Fact]
    public async Task Who_watches_gets_the_stream_and_the_others_hear_of_them()
    {
        await BeginAsync();
        await WatchAsync(s_viewer);

        Assert.Equal([s_viewer.ToString()], Ids(_theatre.Told(s_viewer, "STREAM_CREATE")));
        Assert.Equal([s_viewer.ToString()], Ids(_theatre.Told(s_owner, "STREAM_UPDATE")));
        var grant = _theatre.Grants[Text(_theatre.Told(s_viewer, "STREAM_SERVER_UPDATE"), "token")];
        Assert.Equal((VoiceRights.Hear, s_viewer), (grant.Rights, grant.UserId));
        Assert.Single(_theatre.Grants.Values.Select(each => each.RoomId).Distinct());
        Assert.DoesNotContain(_theatre.Events, e => e.Name == "STREAM_UPDATE" && e.Audience.UserIds[0] == s_viewer);
    }

    [Fact]
    public async Task Only_who_is_in_the_channel_watches_and_only_they_learn_whether_there_is_a_stream()
    {
        await BeginAsync();
        await _theatre.EnterAsync(s_viewer, s_other);
        await Streams.Handle(new WatchStream(s_viewer, "s11", Key), default);
        await Streams.Handle(new WatchStream(s_viewer, "s11", $"guild:{s_guild}:{s_channel}:99"), default);
        await _theatre.EnterAsync(s_viewer, s_channel);
        await Streams.Handle(new WatchStream(s_viewer, "s11", $"guild:{s_guild}:{s_channel}:99"), default);
        await Streams.Handle(new WatchStream(s_viewer, "s11", $"guild:7:{s_channel}:{s_owner}"), default);
        await Streams.Handle(new WatchStream(s_viewer, "s11", "guild:1:2"), default);
        // In the guild is not in a call of that id.
        await Streams.Handle(new WatchStream(s_viewer, "s11", $"call:{s_guild}:{s_owner}"), default);

        Assert.Equal(["unauthorized", "unauthorized", "stream_ended", "unauthorized", "parse_failed", "unauthorized"], _theatre.Reasons("s11"));
        Assert.Single(_theatre.Grants);
    }

    [Fact]
    public async Task Fifty_watch_and_the_next_is_told_that_it_is_full()
    {
        await BeginAsync();
        for (var id = 100UL; id < 150; id++)
            await WatchAsync(new Snowflake(id));
        Assert.Equal(51, _theatre.Grants.Count);

        await WatchAsync(new Snowflake(150));
        Assert.Equal(["stream_full"], _theatre.Reasons("s150"));
        Assert.Equal(51, _theatre.Grants.Count);

        // Who watches already may ask again, and a place that is given up is free.
        await WatchAsync(new Snowflake(149));
        Assert.Equal(51, _theatre.Grants.Count);
        await Streams.Handle(new DeleteStream(new Snowflake(100), "s100", Key), default);
        await WatchAsync(new Snowflake(150));
        Assert.Equal(51, _theatre.Grants.Count);
        Assert.Equal("150", Ids(_theatre.Told(s_owner, "STREAM_UPDATE"))[^1]);
    }

    [Fact]
    public async Task Who_asks_again_gets_a_new_token_and_the_old_one_dies()
    {
        await BeginAsync();
        await WatchAsync(s_viewer);
        var (owner, viewer) = (TokenOf(s_owner), TokenOf(s_viewer));
        var room = _theatre.Grants[owner].RoomId;

        await BeginAsync();
        await WatchAsync(s_viewer);

        Assert.Equal(2, _theatre.Grants.Count);
        Assert.False(_theatre.Grants.ContainsKey(owner) || _theatre.Grants.ContainsKey(viewer));
        Assert.Equal(room, _theatre.Grants[TokenOf(s_owner)].RoomId);
        Assert.Equal([s_viewer.ToString()], Ids(_theatre.Told(s_owner, "STREAM_CREATE")));
        Assert.True(_theatre.IsStreaming);
    }

    [Fact]
    public async Task Its_owner_ends_it_for_all_and_who_watches_for_themselves()
    {
        await BeginAsync();
        await WatchAsync(s_viewer);
        await WatchAsync(new Snowflake(12));

        await Streams.Handle(new DeleteStream(s_viewer, "s11", Key), default);
        Assert.Equal(["user_requested"], _theatre.Reasons("s11"));
        Assert.Equal(["12"], Ids(_theatre.Told(s_owner, "STREAM_UPDATE")));
        Assert.Equal(2, _theatre.Grants.Count);

        await Streams.Handle(new DeleteStream(s_owner, "s10", Key), default);
        Assert.Equal(["user_requested"], _theatre.Reasons("s10"));
        Assert.Equal(["stream_ended"], _theatre.Reasons("s12"));
        Assert.Empty(_theatre.Grants);
        Assert.False(_theatre.IsStreaming);
        Assert.All(_theatre.Revoked, code => Assert.Equal(4014, code));
    }

    [Fact]
    public async Task Only_its_owner_pauses_it()
    {
        await BeginAsync();
        await WatchAsync(s_viewer);
        _theatre.Events.Clear();

        await Streams.Handle(new PauseStream(s_viewer, "s11", Key, true), default);
        Assert.Empty(_theatre.Events);
        await Streams.Handle(new PauseStream(s_owner, "s10", Key, true), default);
        Assert.All([s_owner, s_viewer], id => Assert.True(_theatre.Told(id, "STREAM_UPDATE").GetProperty("paused").GetBoolean()));
        _theatre.Events.Clear();
        await Streams.Handle(new PauseStream(s_owner, "s10", Key, true), default);
        Assert.Empty(_theatre.Events);
    }

    [Fact]
    public async Task A_ping_is_answered_only_to_those_who_have_no_place_any_more()
    {
        await BeginAsync();
        _theatre.Events.Clear();
        await Streams.Handle(new PingStream(s_owner, "s10", Key), default);
        Assert.Empty(_theatre.Events);
        await Streams.Handle(new PingStream(s_owner, "another", Key), default);
        Assert.Equal(["stream_ended"], _theatre.Reasons("another"));
    }

    [Theory, InlineData(true), InlineData(false)]
    public async Task It_ends_when_its_owner_leaves_and_goes_on_when_they_mute(bool moves)
    {
        await BeginAsync();
        await WatchAsync(s_viewer);
        await _theatre.SetAsync(s_owner, seat => seat! with { SelfMute = true });
        Assert.Equal(2, _theatre.Grants.Count);

        if (moves)
            await _theatre.EnterAsync(s_owner, s_other);
        else
            await _theatre.SetAsync(s_owner, _ => null);

        Assert.Equal(["stream_ended"], _theatre.Reasons("s10"));
        Assert.Equal(["stream_ended"], _theatre.Reasons("s11"));
        Assert.Empty(_theatre.Grants);
        Assert.False(_theatre.IsStreaming);
    }

    [Fact]
    public async Task It_ends_when_another_session_takes_its_owner_s_place()
    {
        await BeginAsync();
        await _theatre.EnterAsync(s_owner, s_channel, "phone");

        Assert.Empty(_theatre.Grants);
        Assert.False(_theatre.IsStreaming);
    }

    [Fact]
    public async Task Who_leaves_the_channel_no_longer_watches()
    {
        await BeginAsync();
        await WatchAsync(s_viewer);
        await _theatre.SetAsync(s_viewer, _ => null);

        Assert.Equal(["stream_ended"], _theatre.Reasons("s11"));
        Assert.Empty(Ids(_theatre.Told(s_owner, "STREAM_UPDATE")));
        Assert.Single(_theatre.Grants);
    }

    [Fact]
    public async Task A_second_stream_of_one_user_ends_the_first()
    {
        await BeginAsync();
        await _theatre.EnterAsync(s_owner, s_channel, call: true);
        await Streams.Handle(new CreateStream(s_owner, "s10", null, s_channel), default);

        Assert.Equal(["user_requested"], _theatre.Reasons("s10"));
        Assert.False(_theatre.IsStreaming);
        Assert.Equal($"call:{s_channel}:{s_owner}", Text(_theatre.Told(s_owner, "STREAM_CREATE"), "stream_key"));
        Assert.Single(_theatre.Grants);
    }

    [Fact]
    public async Task A_call_has_streams_too()
    {
        await _theatre.EnterAsync(s_owner, s_channel, call: true);
        await Streams.Handle(new CreateStream(s_owner, "s10", null, s_channel), default);

        Assert.Equal($"call:{s_channel}:{s_owner}", Text(_theatre.Told(s_owner, "STREAM_CREATE"), "stream_key"));
        Assert.False(_theatre.Told(s_owner, "STREAM_SERVER_UPDATE").TryGetProperty("guild_id", out _));
    }

    [Fact]
    public async Task A_connection_that_is_lost_ends_its_place()
    {
        await BeginAsync();
        await WatchAsync(s_viewer);

        Assert.False(await Streams.LoseAsync("of somebody else"));
        Assert.True(await Streams.LoseAsync(TokenOf(s_viewer)));
        Assert.Equal(["stream_ended"], _theatre.Reasons("s11"));
        Assert.True(await Streams.LoseAsync(TokenOf(s_owner)));
        Assert.False(_theatre.IsStreaming);
        Assert.Empty(_theatre.Grants);
    }

    [Fact]
    public async Task It_ends_with_the_server_that_carried_it_and_its_owner_shares_no_more()
    {
        await BeginAsync();
        _theatre.Elsewhere = new RecordingVoiceServer();
        await _theatre.RelocateAsync();

        Assert.Equal(["stream_ended"], _theatre.Reasons("s10"));
        Assert.Empty(_theatre.Grants);
        Assert.False(_theatre.IsStreaming);
    }

    [Theory]
    [InlineData("guild:1:2:3", true), InlineData("call:2:3", true)]
    [InlineData("guild:1:2", false), InlineData("call:1:2:3", false), InlineData("guild:1:2:x", false), InlineData("guild:0:2:3", false), InlineData("group:1:2", false), InlineData("", false), InlineData("guild:1:2:3:", false)]
    public void A_key_reads_as_it_is_written(string text, bool valid) => Assert.Equal(valid ? text : null, StreamKey.Parse(text)?.ToString());

    private async Task BeginAsync()
    {
        await _theatre.EnterAsync(s_owner, s_channel);
        await Streams.Handle(new CreateStream(s_owner, "s10", s_guild, s_channel), default);
    }

    private async Task WatchAsync(Snowflake user)
    {
        await _theatre.EnterAsync(user, s_channel);
        await Streams.Handle(new WatchStream(user, $"s{user}", Key), default);
    }

    private string TokenOf(Snowflake user) => Text(_theatre.Told(user, "STREAM_SERVER_UPDATE"), "token");

    private static string Text(JsonElement data, string name) => data.GetProperty(name).GetString()!;

    private static string[] Ids(JsonElement data) => [.. data.GetProperty("viewer_ids").EnumerateArray().Select(id => id.GetString()!)];

    /// <summary>What surrounds streams: who sits in voice, who may what, a voice server and the gateway.</summary>
    private sealed class Theatre : IVoicePlacement, IVoiceServer, ICallLife, IGatewayDispatcher, IVoiceTurn, IRequestHandler<EnterVoice, IVoiceTurn?>, IRequestHandler<EnterChannelAsSystem, ChannelTurn?>, IRequestHandler<ClearVoiceStatus>
    {
        private readonly VoiceRosters _rosters = new();
        private readonly VoiceChanges _changes;

        public Theatre()
        {
            var mediator = new Mediator(type => type.IsInstanceOfType(this) ? this : Array.CreateInstance(type.GetGenericArguments()[0], 0));
            _changes = new VoiceChanges(_rosters, this, this, new VoiceFeed(this, TimeProvider.System), new Lanes(), mediator, TimeProvider.System, NullLogger<VoiceChanges>.Instance);
            Streams = new LiveStreams(_rosters, _changes, this, new SnowflakeGenerator(TimeProvider.System));
        }

        public LiveStreams Streams { get; }

        public string? Endpoint { get; set; } = "voice.test:443/voice";

        public Permissions Held { get; set; } = Permissions.ViewChannel | Permissions.Connect | Permissions.Speak | Permissions.Stream;

        public bool IsPremium { get; set; }

        /// <summary>Of streams; those of the channel are not looked at here.</summary>
        public Dictionary<string, VoiceGrant> Grants { get; } = [];

        public List<int?> Revoked { get; } = [];

        public List<GatewayEvent> Events { get; } = [];

        /// <summary>As the others see the owner.</summary>
        public bool IsStreaming => Events.OfType<VoiceStateUpdated>().Last(e => e.State.UserId == s_owner && e.State.GuildId is not null).State.SelfStream;

        public Task EnterAsync(Snowflake user, Snowflake channel, string? session = null, bool call = false)
        {
            var seat = new Seat { GuildId = call ? null : s_guild, ChannelId = channel, UserId = user, SessionId = session ?? $"s{user}", IsPremium = IsPremium, Member = call ? null : Member(user) };
            return call ? _changes.ChangeInCallAsync(channel, user, (_, _) => seat with { Rights = SeatRules.Rights(seat, Permissions.All) }, default)
                : _changes.ChangeInGuildAsync(s_guild, user, (turn, _, before) => before?.ChannelId == channel && before.SessionId == seat.SessionId ? before : VoiceChanges.Seated(turn, seat, FindChannel(channel)!), default);
        }

        public Task SetAsync(Snowflake user, Func<Seat?, Seat?> change) => _changes.ChangeInGuildAsync(s_guild, user, (_, _, seat) => change(seat), default);

        public Task ReviewAsync(Snowflake user) => _changes.ChangeInGuildAsync(s_guild, user, (turn, _, seat) => VoiceChanges.Reviewed(turn, seat!), default);

        public JsonElement Told(Snowflake user, string name) =>
            JsonDocument.Parse(Events.Last(e => e.Name == name && e.Audience.UserIds[0] == user).SerializeData()).RootElement;

        public string[] Reasons(string session) => [.. Events.OfType<StreamDeleted>().Where(e => e.Audience.SessionId == session).Select(e => e.Reason)];

        public Task<string> JoinAsync(ChannelAccess access, Seat seat) => Task.FromResult(Region);

        public Task EndAsync(Snowflake channelId, IReadOnlyList<Snowflake> recipients) => Task.CompletedTask;

        public string Name => "theatre";

        public string Region => "local";

        public IReadOnlyCollection<string> Regions => [Region];

        /// <summary>Carries who comes from then on; null: this one.</summary>
        public IVoiceServer? Elsewhere { get; set; }

        public Task RelocateAsync() => _changes.RelocateAsync(this);

        public IVoiceServer Place(Snowflake serverId, Snowflake roomId, string? region) => Elsewhere ?? this;

        public void Release(Snowflake roomId)
        {
        }

        public void Add(IVoiceServer server)
        {
        }

        public void Remove(IVoiceServer server)
        {
        }

        public void Admit(VoiceGrant grant)
        {
            if (grant.RoomId == grant.ServerId && grant.RoomId != s_channel)
                Grants.Add(grant.Token, grant);
        }

        public void Change(string token, VoiceRights rights)
        {
        }

        public void Revoke(string token, int? code)
        {
            if (Grants.Remove(token))
                Revoked.Add(code);
        }

        public void Dispatch(StreamItem item) => Events.Add(item.Event!);

        public ValueTask WaitForRoomAsync(Snowflake streamKey, CancellationToken cancellationToken) => ValueTask.CompletedTask;

        public IGuildView View { get; } = Guildhall.Guild(Permissions.None);

        public Snowflake? AfkChannelId => null;

        public TimeSpan AfkTimeout => default;

        public Channel? FindChannel(Snowflake channelId) => new() { Id = channelId, Type = ChannelType.GuildVoice };

        public Member? FindMember(Snowflake userId) => Member(userId);

        public Permissions InChannel(Snowflake channelId, Snowflake userId) => Held;

        public Permissions Within(Snowflake channelId, Snowflake userId) => Held;

        public void Dispose()
        {
        }

        public Task<IVoiceTurn?> Handle(EnterVoice request, CancellationToken cancellationToken) => Task.FromResult<IVoiceTurn?>(request.GuildId == s_guild ? this : null);

        public Task<ChannelTurn?> Handle(EnterChannelAsSystem request, CancellationToken cancellationToken) =>
            Task.FromResult<ChannelTurn?>(new ChannelTurn(new ChannelAccess(request.ChannelId, ChannelType.Dm, null, Permissions.All, 0, null, [s_owner, s_viewer], null, null!), this));

        public Task<Unit> Handle(ClearVoiceStatus request, CancellationToken cancellationToken) => Unit.Task;

        private static Member Member(Snowflake user) => new() { JoinedAt = default, Roles = [], User = new User { Id = user, Username = $"u{user}" } };
    }
}
