using System.Text.Json;
using Discord.BuildingBlocks;
using Discord.BuildingBlocks.Streams;
using Discord.Modules.Guilds.Contracts;
using Discord.Modules.Users.Contracts;
using Discord.Modules.Voice.Contracts;
using Discord.Modules.Voice.GoLive;
using Discord.Modules.Voice.Servers;
using Discord.Protocol;
using Discord.Protocol.Gateway;
using MediatR;
using Xunit;

namespace Discord.UnitTests.Voice;

public sealed class LiveStreamsTests
{
    private static readonly Snowflake s_guild = new(1), s_channel = new(2), s_other = new(3), s_owner = new(10), s_viewer = new(11);
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
        Assert.Equal(s_owner, Assert.Single(_theatre.Streaming).UserId);
        Assert.Equal(["STREAM_CREATE", "STREAM_SERVER_UPDATE"], _theatre.Events.Select(e => e.Name));
    }

    [Theory, InlineData(0, false), InlineData(1, true), InlineData(2, true), InlineData(3, false)]
    public async Task Premium_owners_share_in_high_quality(int premium, bool high)
    {
        _theatre.Premium[s_owner] = premium;
        await BeginAsync();

        Assert.Equal(high, _theatre.Grants.Values.Single().Rights.HasFlag(VoiceRights.HighQuality));
    }

    [Fact]
    public async Task Who_is_not_in_the_channel_shares_nothing_there()
    {
        _theatre.Enter(s_owner, s_other);
        await Begin();
        _theatre.Enter(s_owner, s_channel, "elsewhere");
        await Begin();

        Assert.Equal(["invalid_channel", "invalid_channel"], _theatre.Reasons("s10"));
        Assert.Empty(_theatre.Grants);
        Assert.Empty(_theatre.Streaming);

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
        Streams.Forbid(s_channel, s_owner);

        Assert.Equal(["unauthorized", "unauthorized"], _theatre.Reasons("s10"));
        Assert.Equal(["stream_ended"], _theatre.Reasons("s11"));
        Assert.Empty(_theatre.Grants);
        Assert.Empty(_theatre.Streaming);
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
        _theatre.Enter(s_viewer, s_other);
        await Streams.Handle(new WatchStream(s_viewer, "s11", Key), default);
        await Streams.Handle(new WatchStream(s_viewer, "s11", $"guild:{s_guild}:{s_channel}:99"), default);
        _theatre.Enter(s_viewer, s_channel);
        await Streams.Handle(new WatchStream(s_viewer, "s11", $"guild:{s_guild}:{s_channel}:99"), default);
        await Streams.Handle(new WatchStream(s_viewer, "s11", $"guild:7:{s_channel}:{s_owner}"), default);
        await Streams.Handle(new WatchStream(s_viewer, "s11", "guild:1:2"), default);

        Assert.Equal(["unauthorized", "unauthorized", "stream_ended", "unauthorized", "parse_failed"], _theatre.Reasons("s11"));
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
        Assert.Single(_theatre.Streaming);
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
        Assert.Empty(_theatre.Streaming);
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
        var before = _theatre.Find(s_guild, s_channel, s_owner)!;
        Streams.Follow(before, before with { SelfMute = true });
        Assert.Equal(2, _theatre.Grants.Count);

        Streams.Follow(before, moves ? before with { ChannelId = s_other } : null);

        Assert.Equal(["stream_ended"], _theatre.Reasons("s10"));
        Assert.Equal(["stream_ended"], _theatre.Reasons("s11"));
        Assert.Empty(_theatre.Grants);
    }

    [Fact]
    public async Task It_ends_when_another_session_takes_its_owner_s_place()
    {
        await BeginAsync();
        var before = _theatre.Find(s_guild, s_channel, s_owner)!;
        Streams.Follow(before, before with { SessionId = "phone" });

        Assert.Empty(_theatre.Grants);
    }

    [Fact]
    public async Task Who_leaves_the_channel_no_longer_watches()
    {
        await BeginAsync();
        await WatchAsync(s_viewer);
        Streams.Follow(_theatre.Find(s_guild, s_channel, s_viewer)!, null);

        Assert.Equal(["stream_ended"], _theatre.Reasons("s11"));
        Assert.Empty(Ids(_theatre.Told(s_owner, "STREAM_UPDATE")));
        Assert.Single(_theatre.Grants);
    }

    [Fact]
    public async Task A_second_stream_of_one_user_ends_the_first()
    {
        await BeginAsync();
        var before = _theatre.Find(s_guild, s_channel, s_owner)!;
        _theatre.Enter(s_owner, s_other);
        await Streams.Handle(new CreateStream(s_owner, "s10", s_guild, s_other), default);
        Streams.Follow(before, _theatre.Find(s_guild, s_other, s_owner));

        Assert.Equal(["user_requested"], _theatre.Reasons("s10"));
        Assert.Equal(s_other, Assert.Single(_theatre.Streaming).ChannelId);
        Assert.Single(_theatre.Grants);
    }

    [Fact]
    public async Task A_call_has_streams_too()
    {
        _theatre.GuildOfChannel = null;
        _theatre.Enter(s_owner, s_channel);
        await Streams.Handle(new CreateStream(s_owner, "s10", null, s_channel), default);

        Assert.Equal($"call:{s_channel}:{s_owner}", Text(_theatre.Told(s_owner, "STREAM_CREATE"), "stream_key"));
        Assert.False(_theatre.Told(s_owner, "STREAM_SERVER_UPDATE").TryGetProperty("guild_id", out _));
    }

    [Fact]
    public async Task A_connection_that_is_lost_ends_its_place()
    {
        await BeginAsync();
        await WatchAsync(s_viewer);

        Assert.False(Streams.Lost("of somebody else"));
        Assert.True(Streams.Lost(TokenOf(s_viewer)));
        Assert.Equal(["stream_ended"], _theatre.Reasons("s11"));
        Assert.True(Streams.Lost(TokenOf(s_owner)));
        Assert.Empty(_theatre.Grants);
    }

    [Theory]
    [InlineData("guild:1:2:3", true), InlineData("call:2:3", true)]
    [InlineData("guild:1:2", false), InlineData("call:1:2:3", false), InlineData("guild:1:2:x", false), InlineData("guild:0:2:3", false), InlineData("group:1:2", false), InlineData("", false), InlineData("guild:1:2:3:", false)]
    public void A_key_reads_as_it_is_written(string text, bool valid) => Assert.Equal(valid ? text : null, StreamKey.Parse(text)?.ToString());

    private async Task BeginAsync()
    {
        _theatre.Enter(s_owner, s_channel);
        await Streams.Handle(new CreateStream(s_owner, "s10", s_guild, s_channel), default);
    }

    private async Task WatchAsync(Snowflake user)
    {
        _theatre.Enter(user, s_channel);
        await Streams.Handle(new WatchStream(user, $"s{user}", Key), default);
    }

    private string TokenOf(Snowflake user) => Text(_theatre.Told(user, "STREAM_SERVER_UPDATE"), "token");

    private static string Text(JsonElement data, string name) => data.GetProperty(name).GetString()!;

    private static string[] Ids(JsonElement data) => [.. data.GetProperty("viewer_ids").EnumerateArray().Select(id => id.GetString()!)];

    /// <summary>What surrounds streams: who is in voice, who may what, a voice server and the gateway.</summary>
    private sealed class Theatre : IStreamStage, IVoicePlacement, IVoiceServer, IGatewayDispatcher, IRequestHandler<GetChannelAccess, Result<ChannelAccess>>, IRequestHandler<GetPremiumType, int>
    {
        private readonly Dictionary<Snowflake, VoiceState> _voice = [];

        public Theatre()
        {
            var mediator = new Mediator(type => type.IsInstanceOfType(this) ? this : Array.CreateInstance(type.GetGenericArguments()[0], 0));
            Streams = new LiveStreams(mediator, this, this, new SnowflakeGenerator(TimeProvider.System), new Lanes(), this);
        }

        public LiveStreams Streams { get; }

        public string? Endpoint { get; set; } = "voice.test:443/voice";

        public Permissions Held { get; set; } = Permissions.ViewChannel | Permissions.Stream;

        public Snowflake? GuildOfChannel { get; set; } = s_guild;

        public Dictionary<Snowflake, int> Premium { get; } = [];

        public Dictionary<string, VoiceGrant> Grants { get; } = [];

        public List<int?> Revoked { get; } = [];

        public List<GatewayEvent> Events { get; } = [];

        public HashSet<StreamKey> Streaming { get; } = [];

        public void Enter(Snowflake user, Snowflake channel, string? session = null) =>
            _voice[user] = new VoiceState { UserId = user, GuildId = s_guild, ChannelId = channel, SessionId = session ?? $"s{user}" };

        public JsonElement Told(Snowflake user, string name) =>
            JsonDocument.Parse(Events.Last(e => e.Name == name && e.Audience.UserIds[0] == user).SerializeData()).RootElement;

        public string[] Reasons(string session) => [.. Events.OfType<StreamDeleted>().Where(e => e.Audience.SessionId == session).Select(e => e.Reason)];

        public VoiceState? Find(Snowflake? guildId, Snowflake channelId, Snowflake userId) => _voice.GetValueOrDefault(userId);

        public void ShowStreaming(StreamKey key, bool streaming) => Assert.True(streaming ? Streaming.Add(key) : Streaming.Remove(key));

        public IVoiceServer Place(Snowflake serverId, string? region) => this;

        public void Admit(VoiceGrant grant) => Grants.Add(grant.Token, grant);

        public void Change(string token, VoiceRights rights) => Grants[token] = Grants[token] with { Rights = rights };

        public void Revoke(string token, int? code)
        {
            Assert.True(Grants.Remove(token));
            Revoked.Add(code);
        }

        public void Dispatch(StreamItem item) => Events.Add(item.Event!);

        public ValueTask WaitForRoomAsync(Snowflake streamKey, CancellationToken cancellationToken) => ValueTask.CompletedTask;

        public Task<Result<ChannelAccess>> Handle(GetChannelAccess request, CancellationToken cancellationToken) =>
            Task.FromResult<Result<ChannelAccess>>(new ChannelAccess(request.ChannelId, ChannelType.GuildVoice, GuildOfChannel, Held, 0, null, [], null, null!));

        public Task<int> Handle(GetPremiumType request, CancellationToken cancellationToken) => Task.FromResult(Premium.GetValueOrDefault(request.UserId));
    }
}
