using Discord.Modules.Voice;
using Discord.Modules.Voice.Servers;
using Discord.Modules.Voice.States;
using Discord.Protocol;
using Xunit;

namespace Discord.UnitTests.Voice;

/// <summary>Who may sit in a voice channel, and what follows for the packets.</summary>
public sealed class SeatRulesTests
{
    private const Permissions Guest = Permissions.ViewChannel | Permissions.Connect | Permissions.Speak;

    private static readonly Channel s_voice = new() { Id = new Snowflake(5), Type = ChannelType.GuildVoice };
    private static readonly Channel s_stage = s_voice with { Type = ChannelType.GuildStageVoice };

    [Theory]
    [InlineData(0, 4999, true)]
    [InlineData(0, 5000, false)]
    [InlineData(2, 1, true)]
    [InlineData(2, 2, false)]
    public void A_channel_has_so_many_seats(int limit, int present, bool enters)
    {
        Assert.Equal(enters, SeatRules.MayJoin(s_voice with { UserLimit = limit }, Guest, present));
        // Who is brought needs nothing there, who brings them no CONNECT for the seat.
        Assert.Equal(enters, SeatRules.HasRoom(s_voice with { UserLimit = limit }, Permissions.None, present));
        Assert.Equal(present < SeatRules.MaxPeople, SeatRules.HasRoom(s_voice with { UserLimit = limit }, Permissions.MoveMembers, present));
    }

    [Fact]
    public void Who_moves_members_comes_in_where_it_is_full_and_who_may_not_connect_or_see_does_not()
    {
        var full = s_voice with { UserLimit = 1 };

        Assert.True(SeatRules.MayJoin(full, Guest | Permissions.MoveMembers, 1));
        Assert.False(SeatRules.MayJoin(full, Guest | Permissions.MoveMembers, SeatRules.MaxPeople));
        Assert.False(SeatRules.MayJoin(s_voice, Guest & ~Permissions.Connect, 0));
        Assert.False(SeatRules.MayJoin(s_voice, Guest & ~Permissions.ViewChannel, 0));
    }

    [Fact]
    public void Silent_are_those_without_speak_in_the_afk_channel_and_in_the_audience_of_a_stage()
    {
        Assert.False(SeatRules.IsSuppressedAtFirst(s_voice, Guest, null));
        Assert.True(SeatRules.IsSuppressedAtFirst(s_voice, Guest & ~Permissions.Speak, null));
        Assert.True(SeatRules.IsSuppressedAtFirst(s_voice, Permissions.All, s_voice.Id));
        Assert.True(SeatRules.IsSuppressedAtFirst(s_stage, Permissions.All, null));
        // A speaker on a stage stays one without SPEAK, which means nothing there; but not one who may not come there any more.
        Assert.False(SeatRules.IsSuppressed(s_stage, Permissions.ViewChannel | Permissions.Connect, null, before: false));
        Assert.True(SeatRules.IsSuppressed(s_stage, Permissions.ViewChannel, null, before: false));
        Assert.True(SeatRules.IsSuppressed(s_voice, Guest & ~Permissions.Speak, null, before: false));
    }

    [Theory]
    [InlineData(false, false, false, false, false, Permissions.Stream | Permissions.PrioritySpeaker, VoiceRights.Hear | VoiceRights.Speak | VoiceRights.Priority | VoiceRights.Video)]
    [InlineData(true, false, false, false, false, Permissions.None, VoiceRights.Hear)]
    [InlineData(false, true, false, false, false, Permissions.None, VoiceRights.Speak)]
    [InlineData(false, false, true, false, false, Permissions.None, VoiceRights.Hear)]
    [InlineData(false, false, false, true, false, Permissions.None, VoiceRights.Speak)]
    [InlineData(false, false, false, false, true, Permissions.Stream, VoiceRights.Hear)]
    internal void Rights_follow_from_flags_and_permissions(bool selfMute, bool selfDeaf, bool mute, bool deaf, bool suppress, Permissions held, VoiceRights expected)
    {
        var seat = new Seat
        {
            GuildId = new Snowflake(1), ChannelId = s_voice.Id, UserId = new Snowflake(7), SessionId = "s", SelfMute = selfMute, SelfDeaf = selfDeaf, Suppress = suppress,
            Member = new Member { JoinedAt = default, Mute = mute, Deaf = deaf },
        };

        Assert.Equal(expected, SeatRules.Rights(seat, held));
        Assert.Equal(expected | VoiceRights.HighQuality, SeatRules.Rights(seat with { IsPremium = true }, held));
    }

    [Fact]
    public void A_room_stays_where_it_is_until_its_region_is_another_or_its_server_takes_nobody()
    {
        RecordingVoiceServer near = new("near.example:443/voice"), far = new("far.example:443/voice") { Region = "far" };
        var placement = new VoicePlacement([near, far]);
        var (guild, room) = (new Snowflake(1), new Snowflake(2));

        Assert.Same(far, placement.Place(guild, room, "far"));
        placement.Add(new RecordingVoiceServer("farther.example:443/voice") { Region = "far" });
        Assert.Same(far, placement.Place(guild, room, "far"));
        Assert.Same(near, placement.Place(guild, room, "local"));
        near.Endpoint = null;
        Assert.Equal("far", placement.Place(guild, room, "local")!.Region);
        placement.Release(room);
        near.Endpoint = "near.example:443/voice";
        Assert.Same(near, placement.Place(guild, room, "local"));
    }

    [Theory]
    [InlineData("chat.example.org", true), InlineData("chat.example.org/voice", true), InlineData("10.0.0.1:5001/voice", true), InlineData("[::1]:5001/voice", true)]
    [InlineData("", false), InlineData(null, false), InlineData("/voice", false), InlineData(":5001/voice", false), InlineData("wss://a/voice", false), InlineData("a b/voice", false)]
    [InlineData("a:0/voice", false), InlineData("a:65536/voice", false), InlineData("me@a/voice", false), InlineData("a/voice?v=8", false), InlineData("a/voice#b", false), InlineData("a//voice", false)]
    public void An_endpoint_is_an_address_without_its_scheme(string? text, bool valid) => Assert.Equal(valid, VoiceOptions.IsEndpoint(text));

    [Fact]
    public void Who_left_leaves_nothing_behind()
    {
        var rosters = new VoiceRosters();
        var roster = rosters.FindOrAdd(new Snowflake(1));
        var seat = new Seat { GuildId = new Snowflake(1), ChannelId = s_voice.Id, UserId = new Snowflake(7), SessionId = "s", Token = "t" };

        rosters.Set(roster, null, seat);
        Assert.Equal((1, 1, new Snowflake(1)), (rosters.Sessions, rosters.OfSession("s").Count, rosters.OfToken("t")!.Value.ServerId));
        rosters.Set(roster, seat, null);

        Assert.Equal((0, 0, null), (rosters.Sessions, rosters.OfSession("s").Count, rosters.OfToken("t")));
        Assert.True(roster.IsEmpty);
        Assert.Empty(roster.Starts);
    }

    [Fact]
    public void A_voice_server_that_comes_or_goes_moves_little()
    {
        var servers = Enumerable.Range(1, 4).Select(number => new RecordingVoiceServer($"voice{number}.example:443/voice")).ToList();
        var guilds = Enumerable.Range(1, 4000).Select(number => new Snowflake((ulong)number << 22)).ToList();
        var before = guilds.ToDictionary(id => id, id => VoicePlacement.Choose(id, null, servers));

        servers[2].Endpoint = null;

        var moved = guilds.Where(id => VoicePlacement.Choose(id, null, servers) != before[id]).ToList();
        Assert.All(moved, id => Assert.Same(servers[2], before[id]));
        Assert.All(before.Values.GroupBy(server => server), group => Assert.InRange(group.Count(), 800, 1200));
        Assert.Null(VoicePlacement.Choose(guilds[0], null, []));
    }
}
