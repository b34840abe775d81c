using Discord.IntegrationTests.Sites;
using Discord.Modules.Voice.Servers;
using Discord.Protocol;
using Discord.UnitTests.Voice;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Discord.IntegrationTests.Api;

/// <summary>Where voice is served from: the region of a channel and of a call, and who is told when it becomes another.</summary>
public abstract class VoiceRegionTests(Site site) : VoiceRoomTests(site)
{
    private RecordingVoiceServer Near => Host.Services.GetRequiredService<Map>().Near;

    private RecordingVoiceServer Far => Host.Services.GetRequiredService<Map>().Far;

    [Fact]
    public async Task Another_region_of_a_channel_takes_along_who_is_in_it()
    {
        var elsewhere = await NewVoiceAsync();
        await SetRegionAsync(Voice, "local");
        await using var first = await OpenAsync(Owner);
        await using var second = await OpenAsync(await NewMemberAsync());
        await using var aside = await OpenAsync(await NewMemberAsync());
        await JoinAsync(first, Voice);
        await JoinAsync(second, Voice);
        await JoinAsync(aside, elsewhere);

        foreach (var (region, endpoint) in new[] { ("far", Far.Endpoint), ("local", Near.Endpoint) })
        {
            await SetRegionAsync(Voice, region);

            foreach (var session in new[] { first, second })
            {
                var server = (await session.NextAsync("VOICE_SERVER_UPDATE")).Data;
                Assert.Equal((endpoint, Hall.Id), ((string)server["endpoint"]!, TestHost.Id(server["guild_id"])));
                Assert.Contains((region == "far" ? Far : Near).Grants, grant => grant.Key == (string)server["token"]! && grant.Value.RoomId == Voice);
            }
        }

        // Who comes later comes to the same place; a region that is named once more moves nobody.
        await SetRegionAsync(Voice, "local");
        await using var late = await OpenAsync(await NewMemberAsync());
        await late.SpeakAsync(Hall.Id, Voice);
        Assert.Equal(Near.Endpoint, (string)(await late.NextAsync("VOICE_SERVER_UPDATE")).Data["endpoint"]!);
        foreach (var session in new[] { first, second, aside })
            Assert.DoesNotContain(await UntilMarkAsync(session), heard => heard.Name == "VOICE_SERVER_UPDATE");
        Assert.Equal(3, Near.Grants.Values.Count(grant => grant.RoomId == Voice));
        Assert.DoesNotContain(Far.Grants.Values, grant => grant.RoomId == Voice);

        // None in particular is another one too: clients are told to begin anew.
        await SetRegionAsync(Voice, null);
        await first.NextAsync("VOICE_SERVER_UPDATE");
        await late.NextAsync("VOICE_SERVER_UPDATE");
    }

    [Fact]
    public async Task A_region_that_is_none_is_named_and_one_that_went_stays_as_it_is()
    {
        var path = $"/channels/{Voice}";
        (await Host.SendAsync("PATCH", path, Owner, new { rtc_region = "atlantis" })).IsInvalid("rtc_region: BASE_TYPE_CHOICES");
        (await Host.SendAsync("PATCH", path, Owner, new { rtc_region = Array.Empty<int>() })).IsInvalid("rtc_region: STRING_TYPE_CONVERT");
        (await Host.SendAsync("POST", $"/guilds/{Hall.Id}/channels", Owner, new { name = "v", type = 2, rtc_region = "atlantis" })).IsInvalid("rtc_region: BASE_TYPE_CHOICES");
        (await Host.SendAsync("POST", $"/guilds/{Hall.Id}/channels", Owner, new { name = "s", type = 13, rtc_region = "atlantis" })).IsInvalid("rtc_region: BASE_TYPE_CHOICES");
        (await Host.SendAsync("POST", "/guilds", Owner, new { name = "hall", channels = new[] { new { name = "v", type = 2, rtc_region = "atlantis" } } })).IsInvalid("channels.0.rtc_region: BASE_TYPE_CHOICES");
        Assert.Null((await Host.SendAsync("GET", path, Owner)).Json["rtc_region"]);

        foreach (var region in new[] { "far", "local" })
            Assert.Equal(region, (string)(await Host.SendAsync("POST", $"/guilds/{Hall.Id}/channels", Owner, new { name = "v", type = 2, rtc_region = region })).Is(201).Json["rtc_region"]!);
        Assert.Null((await Host.SendAsync("POST", $"/guilds/{Hall.Id}/channels", Owner, """{"name":"v","type":2,"rtc_region":null}""")).Is(201).Json["rtc_region"]);
        // A text channel has no region: it is not looked at.
        (await Host.SendAsync("PATCH", $"/channels/{Hall.ChannelId}", Owner, new { rtc_region = "atlantis" })).Is(200);

        // Its last server goes while a channel has it: clients that send all that they know change the name all the same.
        var placement = Host.Services.GetRequiredService<IVoicePlacement>();
        var island = new RecordingVoiceServer("island.test:443/voice") { Region = "island" };
        placement.Add(island);
        await SetRegionAsync(Voice, "island");
        placement.Remove(island);
        (await Host.SendAsync("PATCH", path, Owner, new { name = "renamed", rtc_region = "island" })).Is(200);
        await SetRegionAsync(Voice, null);
        (await Host.SendAsync("PATCH", path, Owner, new { rtc_region = "island" })).IsInvalid("rtc_region: BASE_TYPE_CHOICES");
    }

    [Fact]
    public async Task A_call_moves_to_another_region_with_who_is_in_it()
    {
        var friend = await Host.BefriendAsync(Owner);
        var direct = TestHost.Id((await Host.SendAsync("POST", "/users/@me/channels", Owner, new { recipients = new[] { friend.Id.ToString() } })).Is(200).Json["id"]);
        await using var caller = await OpenAsync(Owner);
        await using var called = await OpenAsync(friend);
        await caller.SpeakAsync(null, direct);
        var region = (string)(await caller.NextAsync("CALL_CREATE")).Data["region"]!;
        var endpoint = (string)(await caller.NextAsync("VOICE_SERVER_UPDATE")).Data["endpoint"]!;
        // It is said to be where it is.
        Assert.Equal(region == "far" ? Far.Endpoint : Near.Endpoint, endpoint);
        await called.SpeakAsync(null, direct);
        Assert.Equal(endpoint, (string)(await called.NextAsync("VOICE_SERVER_UPDATE")).Data["endpoint"]!);
        var other = region == "far" ? "local" : "far";

        (await Host.SendAsync("PATCH", $"/channels/{direct}/call", Owner, new { region = other })).Is(204);

        foreach (var session in new[] { caller, called })
        {
            Assert.Equal(other, (string)(await session.NextAsync("CALL_UPDATE")).Data["region"]!);
            var server = (await session.NextAsync("VOICE_SERVER_UPDATE")).Data;
            Assert.Equal((other == "far" ? Far.Endpoint : Near.Endpoint, direct), ((string)server["endpoint"]!, TestHost.Id(server["channel_id"])));
        }

        // The same region, or none, moves nobody.
        foreach (var same in new[] { $$"""{"region":"{{other}}"}""", """{"region":null}""", "{}" })
            (await Host.SendAsync("PATCH", $"/channels/{direct}/call", Owner, same)).Is(204);
        await caller.SpeakAsync(null, direct, mute: true);
        Assert.DoesNotContain(await called.BeforeAsync("VOICE_STATE_UPDATE", state => (bool)state["self_mute"]!), heard => heard.Name is "VOICE_SERVER_UPDATE" or "CALL_UPDATE");
    }

    private async Task SetRegionAsync(Snowflake channel, string? region) =>
        (await Host.SendAsync("PATCH", $"/channels/{channel}", Owner, region is null ? """{"rtc_region":null}""" : new { rtc_region = region })).Is(200);

    protected override void Replace(IServiceCollection services)
    {
        var map = new Map(new RecordingVoiceServer("near.test:443/voice"), new RecordingVoiceServer("far.test:443/voice") { Region = "far" });
        services.AddSingleton(map);
        services.AddSingleton<IVoicePlacement>(new VoicePlacement([map.Near, map.Far]));
    }

    private sealed record Map(RecordingVoiceServer Near, RecordingVoiceServer Far);
}

public sealed class SqliteVoiceRegionTests(SqliteSite site) : VoiceRegionTests(site), IClassFixture<SqliteSite>;

[Collection(PostgresServer.Collection)]
public sealed class PostgresVoiceRegionTests(PostgresSite site) : VoiceRegionTests(site), IClassFixture<PostgresSite>;
