using System.Text.Json.Nodes;
using Discord.IntegrationTests.Sites;
using Discord.Protocol;
using Discord.UnitTests.Media;
using Xunit;

namespace Discord.IntegrationTests.Api;

/// <summary>Sounds and reactions in voice channels: who may send them, and who is told.</summary>
public abstract class VoiceEffectTests(Site site) : ChannelTests(site)
{
    private Snowflake _voice;

    private string Sound => $"/channels/{_voice}/send-soundboard-sound";

    private string Effects => $"/channels/{_voice}/voice-channel-effects";

    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        _voice = await Host.CreateChannelAsync(Hall, new { name = "voice", type = 2 });
    }

    [Fact]
    public async Task A_sound_reaches_those_who_are_in_the_channel()
    {
        var (listener, outsider) = (await NewMemberAsync(), await NewMemberAsync());
        var sound = await NewSoundAsync(Hall);
        await using var owner = await JoinAsync(Owner);
        await using var here = await JoinAsync(listener);
        await using var elsewhere = await GatewaySocket.OpenAsync(Host, outsider);

        (await Host.SendAsync("POST", Sound, Owner, new { sound_id = sound })).Is(204);

        foreach (var session in new[] { owner, here })
        {
            var effect = (await session.NextAsync("VOICE_CHANNEL_EFFECT_SEND")).Data;
            Assert.Equal((Hall.Id, _voice, Owner.Id, sound, 0.5), (TestHost.Id(effect["guild_id"]), TestHost.Id(effect["channel_id"]), TestHost.Id(effect["user_id"]), (string)effect["sound_id"]!, (double)effect["sound_volume"]!));
            Assert.Equal("🔊", (string)effect["emoji"]!["name"]!);
        }

        (await Host.SendAsync("PATCH", $"/guilds/{Hall.Id}", Owner, new { name = "mark" })).Is(200);
        Assert.DoesNotContain(await elsewhere.BeforeAsync("GUILD_UPDATE", guild => (string)guild["name"]! == "mark"), heard => heard.Name == "VOICE_CHANNEL_EFFECT_SEND");
    }

    [Fact]
    public async Task Only_who_is_in_the_channel_and_hears_plays_sounds()
    {
        var sound = await NewSoundAsync(Hall);
        (await Host.SendAsync("POST", Sound, Owner, new { sound_id = sound })).Is(400, 40032);
        var other = await Host.CreateChannelAsync(Hall, new { name = "other", type = 2 });
        await using var owner = await JoinAsync(Owner);

        (await Host.SendAsync("POST", $"/channels/{other}/send-soundboard-sound", Owner, new { sound_id = sound })).Is(400, 40032);
        (await Host.SendAsync("POST", $"/channels/{Hall.ChannelId}/send-soundboard-sound", Owner, new { sound_id = sound })).Is(400, 50024);
        (await Host.SendAsync("POST", Sound, await Host.RegisterAsync(), new { sound_id = sound })).Is(403, 50001);
        (await Host.SendAsync("POST", Sound, Owner, new { })).IsInvalid("sound_id: BASE_TYPE_REQUIRED");
        (await Host.SendAsync("POST", Sound, Owner, new { sound_id = "1" })).Is(404, 10097);
        await owner.SpeakAsync(Hall.Id, _voice, mute: true);
        await owner.NextAsync("VOICE_STATE_UPDATE", state => (bool)state["self_mute"]!);
        (await Host.SendAsync("POST", Sound, Owner, new { sound_id = sound })).Is(204);
        await owner.SpeakAsync(Hall.Id, _voice, deaf: true);
        await owner.NextAsync("VOICE_STATE_UPDATE", state => (bool)state["self_deaf"]!);
        (await Host.SendAsync("POST", Sound, Owner, new { sound_id = sound })).Is(403, 50013);
    }

    [Theory]
    [InlineData(Permissions.Speak)]
    [InlineData(Permissions.UseSoundboard)]
    public async Task Sounds_need_their_permissions(Permissions missing)
    {
        var member = await NewMemberAsync();
        var sound = await NewSoundAsync(Hall);
        await using var session = await JoinAsync(member);
        (await Host.SendAsync("POST", Sound, member, new { sound_id = sound })).Is(204);

        await DenyAsync(missing);

        (await Host.SendAsync("POST", Sound, member, new { sound_id = sound })).Is(403, 50013);
    }

    [Fact]
    public async Task The_audience_of_a_stage_plays_no_sounds()
    {
        _voice = await Host.CreateChannelAsync(Hall, new { name = "stage", type = 13 });
        var sound = await NewSoundAsync(Hall);
        await using var owner = await JoinAsync(Owner);
        (await Host.SendAsync("POST", Sound, Owner, new { sound_id = sound })).Is(403, 50013);
    }

    [Fact]
    public async Task Sounds_of_other_guilds_are_for_their_members_with_the_permission()
    {
        var member = await NewMemberAsync();
        var (joined, foreign) = (await Host.CreateGuildAsync(Owner), await Host.CreateGuildAsync(Owner));
        await Host.JoinAsync(joined, member);
        await using var session = await JoinAsync(member);
        var sound = await NewSoundAsync(joined);

        (await PlayAsync(sound, joined)).Is(204);
        (await PlayAsync(sound, Hall)).Is(404, 10097);
        (await Host.SendAsync("POST", Sound, member, new { sound_id = sound })).Is(404, 10097);
        (await PlayAsync(await NewSoundAsync(foreign), foreign)).Is(404, 10097);
        await DenyAsync(Permissions.UseExternalSounds);
        (await PlayAsync(sound, joined)).Is(403, 50013);
        (await PlayAsync(await NewSoundAsync(Hall), Hall)).Is(204);

        Task<Answer> PlayAsync(string id, Hall of) => Host.SendAsync("POST", Sound, member, new { sound_id = id, source_guild_id = of.Id.ToString() });
    }

    [Fact]
    public async Task A_reaction_flies_over_the_channel()
    {
        var member = await NewMemberAsync();
        (await Host.SendAsync("POST", Effects, member, new { emoji_name = "🎉" })).Is(400, 40032);
        await using var session = await JoinAsync(member);
        await using var owner = await JoinAsync(Owner);

        (await Host.SendAsync("POST", Effects, member, new { emoji_name = "🎉", animation_type = 0, animation_id = 20 })).Is(204);

        var effect = (await owner.NextAsync("VOICE_CHANNEL_EFFECT_SEND")).Data.AsObject();
        Assert.Equal((member.Id, "🎉", null, 0, 20), (TestHost.Id(effect["user_id"]), (string)effect["emoji"]!["name"]!, effect["emoji"]!["id"], (int)effect["animation_type"]!, (int)effect["animation_id"]!));
        Assert.False(effect.ContainsKey("sound_id"));
        (await Host.SendAsync("POST", Effects, member, new { emoji_name = "🎉", animation_id = 21 })).IsInvalid("animation_id: NUMBER_TYPE_MAX");
        (await Host.SendAsync("POST", Effects, member, new { })).IsInvalid("emoji_name: BASE_TYPE_REQUIRED");
        (await Host.SendAsync("POST", Effects, member, new { emoji_name = "a word of mine" })).Is(400, 10014);
        (await Host.SendAsync("POST", Effects, member, new { emoji_name = "🎉", animation_type = 2 })).IsInvalid("animation_type: BASE_TYPE_CHOICES");
        (await Host.SendAsync("POST", Effects, member, new { emoji_id = "1" })).Is(400, 10014);
        var foreign = await Host.CreateGuildAsync(Owner);
        await Host.JoinAsync(foreign, member);
        var emoji = (string)(await Host.SendAsync("POST", $"/guilds/{foreign.Id}/emojis", Owner, new { name = "far", image = Samples.DataUri(Samples.Png(16, 16), "image/png") })).Is(201).Json["id"]!;
        (await Host.SendAsync("POST", Effects, member, new { emoji_id = emoji })).Is(204);
        await DenyAsync(Permissions.UseExternalEmojis);
        (await Host.SendAsync("POST", Effects, member, new { emoji_id = emoji })).Is(403, 50013);
        await DenyAsync(Permissions.AddReactions);
        (await Host.SendAsync("POST", Effects, member, new { emoji_name = "🎉" })).Is(403, 50013);
    }

    private async Task<GatewaySocket> JoinAsync(Account account)
    {
        var session = await GatewaySocket.OpenAsync(Host, account);
        await session.SpeakAsync(Hall.Id, _voice);
        await session.NextAsync("VOICE_SERVER_UPDATE");
        return session;
    }

    private async Task DenyAsync(Permissions denied) =>
        (await Host.SendAsync("PUT", $"/channels/{_voice}/permissions/{Hall.Id}", Owner, new { type = 0, allow = "0", deny = ((ulong)denied).ToString(System.Globalization.CultureInfo.InvariantCulture) })).Is(204);

    private async Task<string> NewSoundAsync(Hall hall) => (string)(await Host.SendAsync("POST", $"/guilds/{hall.Id}/soundboard-sounds", Owner,
        new { name = "hush", sound = Samples.DataUri(Samples.Mp3(0.1), "audio/mpeg"), volume = 0.5, emoji_name = "🔊" })).Is(201).Json["sound_id"]!;
}

public sealed class SqliteVoiceEffectTests(SqliteSite site) : VoiceEffectTests(site), IClassFixture<SqliteSite>;

[Collection(PostgresServer.Collection)]
public sealed class PostgresVoiceEffectTests(PostgresSite site) : VoiceEffectTests(site), IClassFixture<PostgresSite>;
