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
    public void A_channel_has_so_many_seats(int limit, int present, bool enters) => Assert.Equal(enters, SeatRules.MayJoin(s_voice with { UserLimit = limit }, Guest, present));

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
