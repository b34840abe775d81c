using Discord.IntegrationTests.Sites;
using Discord.Modules.Presence.Contracts;
using Discord.Protocol;
using MediatR;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Discord.IntegrationTests.Api;

/// <summary>A guild's widget: its settings, and what other pages may show of the guild.</summary>
public abstract class WidgetTests(Site site) : ChannelTests(site)
{
    private string Settings => $"/guilds/{Hall.Id}/widget";

    [Fact]
    public async Task It_is_off_until_it_is_turned_on()
    {
        Assert.Equal("""{"enabled":false,"channel_id":null}""", (await Host.SendAsync("GET", Settings, Owner)).Is(200).Body);
        (await Host.SendAsync("GET", $"{Settings}.json")).Is(403, 50004);
        (await Host.SendAsync("GET", $"{Settings}.png")).Is(403, 50004);

        Assert.Equal($$"""{"enabled":true,"channel_id":"{{Hall.ChannelId}}"}""", (await Host.SendAsync("PATCH", Settings, Owner, new { enabled = true, channel_id = Hall.ChannelId.ToString() })).Is(200).Body);
        var guild = (await Host.SendAsync("GET", $"/guilds/{Hall.Id}", Owner)).Json;
        Assert.Equal((true, Hall.ChannelId), ((bool)guild["widget_enabled"]!, TestHost.Id(guild["widget_channel_id"])));
        (await Host.SendAsync("GET", $"{Settings}.json")).Is(200);

        // An invite to the channel comes with it, and goes as any other.
        var invite = Assert.Single((await Host.SendAsync("GET", $"/guilds/{Hall.Id}/invites", Owner)).Is(200).Json.AsArray())!;
        Assert.Equal((0, 0, Owner.Id), ((int)invite["max_age"]!, (int)invite["max_uses"]!, TestHost.Id(invite["inviter"]!["id"])));
        Assert.EndsWith($"/invite/{invite["code"]}", (string)(await Host.SendAsync("GET", $"{Settings}.json")).Json["instant_invite"]!, StringComparison.Ordinal);
        (await Host.SendAsync("DELETE", $"/invites/{invite["code"]}", Owner)).Is(200);
        Assert.Null((await Host.SendAsync("GET", $"{Settings}.json")).Json["instant_invite"]);

        (await Host.SendAsync("PATCH", Settings, Owner, new { channel_id = (string?)null })).Is(200);
        Assert.Null((await Host.SendAsync("GET", $"{Settings}.json")).Is(200).Json["instant_invite"]);
        (await Host.SendAsync("PATCH", Settings, Owner, new { enabled = false })).Is(200);
        (await Host.SendAsync("GET", $"{Settings}.json")).Is(403, 50004);
    }

    [Fact]
    public async Task Settings_are_for_those_who_manage_the_guild()
    {
        var member = await NewMemberAsync();
        (await Host.SendAsync("GET", Settings, member)).Is(403, 50013);
        (await Host.SendAsync("PATCH", Settings, member, new { enabled = true })).Is(403, 50013);
        (await Host.SendAsync("GET", Settings, await Host.RegisterAsync())).Is(404, 10004);
        (await Host.SendAsync("PATCH", Settings, Owner, new { enabled = "perhaps" })).IsInvalid("enabled: BOOLEAN_TYPE_PARSE");
        var other = await Host.CreateGuildAsync(Owner);
        (await Host.SendAsync("PATCH", Settings, Owner, new { channel_id = other.ChannelId.ToString() })).IsInvalid("channel_id: CHANNEL_INVALID");
        (await Host.SendAsync("GET", "/guilds/1/widget.json")).Is(404, 10004);
    }

    [Fact]
    public async Task Anybody_sees_who_is_online_without_their_ids_and_the_open_voice_channels()
    {
        var member = await NewMemberAsync();
        (await Host.SendAsync("PATCH", $"/guilds/{Hall.Id}/members/{member.Id}", Owner, new { nick = "Nick" })).Is(200);
        await Host.CreateChannelAsync(Hall, new { name = "closed", type = 2, permission_overwrites = new[] { new { id = Hall.Id.ToString(), type = 0, allow = "0", deny = "1048576" } } });
        var invite = (await Host.SendAsync("POST", $"/channels/{Hall.ChannelId}/invites", Owner, new { max_age = 0, unique = true })).Is(200).Json["code"];
        (await Host.SendAsync("PATCH", Settings, Owner, new { enabled = true, channel_id = Hall.ChannelId.ToString() })).Is(200);
        await Host.Services.GetRequiredService<IMediator>().Send(new SetSessionPresence(member.Id, "widget", "idle", [System.Text.Json.JsonDocument.Parse("""{"id":"1","name":"chess","type":0}""").RootElement], new SessionClient("web", "other"), IsBot: false));

        var widget = await Host.SendAsync("GET", $"{Settings}.json");

        var json = widget.Is(200).Json;
        Assert.Equal((1, "hall"), ((int)json["presence_count"]!, (string)json["name"]!));
        var shown = Assert.Single(json["members"]!.AsArray())!;
        Assert.Equal(("0", "Nick", "idle", "0000", "chess"), ((string)shown["id"]!, (string)shown["username"]!, (string)shown["status"]!, (string)shown["discriminator"]!, (string)shown["activity"]!["name"]!));
        Assert.DoesNotContain(member.Id.ToString(), widget.Body, StringComparison.Ordinal);
        Assert.Equal(["General"], json["channels"]!.AsArray().Select(channel => (string)channel!["name"]!));
        Assert.EndsWith($"/invite/{invite}", (string)json["instant_invite"]!, StringComparison.Ordinal);
        Assert.Equal(("*", "public, max-age=60"), (widget.Header("Access-Control-Allow-Origin"), widget.Header("Cache-Control")));
        await Host.Services.GetRequiredService<IMediator>().Send(new EndSessionPresence(member.Id, "widget"));
    }

    [Theory]
    [InlineData("", 200)]
    [InlineData("?style=shield", 200)]
    [InlineData("?style=banner4", 200)]
    [InlineData("?style=banner5", 400)]
    public async Task The_badge_is_a_picture(string query, int status)
    {
        (await Host.SendAsync("PATCH", Settings, Owner, new { enabled = true })).Is(200);

        var picture = (await Host.SendAsync("GET", $"{Settings}.png{query}")).Is(status);

        Assert.Equal(status == 200 ? "image/png" : "application/json", picture.ContentHeaders.ContentType!.ToString());
        if (status == 200)
            Assert.Contains("PNG", picture.Body, StringComparison.Ordinal);
        else
            picture.IsInvalid("style: BASE_TYPE_CHOICES");
    }
}

public sealed class SqliteWidgetTests(SqliteSite site) : WidgetTests(site), IClassFixture<SqliteSite>;

[Collection(PostgresServer.Collection)]
public sealed class PostgresWidgetTests(PostgresSite site) : WidgetTests(site), IClassFixture<PostgresSite>;
