using System.Globalization;
using Discord.IntegrationTests.Sites;
using Discord.Protocol;

namespace Discord.IntegrationTests.Api;

/// <summary>A guild with a voice channel, and sessions that take part there.</summary>
public abstract class VoiceRoomTests(Site site) : ChannelTests(site)
{
    private int _marks;

    protected Snowflake Voice { get; private set; }

    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        Voice = await NewVoiceAsync();
    }

    protected Task<GatewaySocket> OpenAsync(Account account) => GatewaySocket.OpenAsync(Host, account);

    /// <summary>Joins and waits for both answers.</summary>
    /// <returns>The token.</returns>
    protected async Task<string> JoinAsync(GatewaySocket session, Snowflake channel)
    {
        await session.SpeakAsync(Hall.Id, channel);
        return (string)(await session.NextAsync("VOICE_SERVER_UPDATE")).Data["token"]!;
    }

    protected Task<Snowflake> NewVoiceAsync(params object[] overwrites) => Host.CreateChannelAsync(Hall, new { name = "voice", type = 2, permission_overwrites = overwrites });

    protected static object Allow(Snowflake id, int type, Permissions allow) => new { id = id.ToString(), type, allow = ((ulong)allow).ToString(CultureInfo.InvariantCulture), deny = "0" };

    protected static object Deny(Snowflake id, int type, Permissions deny) => new { id = id.ToString(), type, allow = "0", deny = ((ulong)deny).ToString(CultureInfo.InvariantCulture) };

    /// <summary>Everything that a session hears of the guild until now.</summary>
    protected async Task<IReadOnlyList<Heard>> UntilMarkAsync(GatewaySocket session)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"mark {++_marks}");
        (await Host.SendAsync("PATCH", $"/guilds/{Hall.Id}", Owner, new { name })).Is(200);
        return await session.BeforeAsync("GUILD_UPDATE", guild => (string)guild["name"]! == name);
    }

    protected static IReadOnlyList<Snowflake?> States(IReadOnlyList<Heard> heard) =>
        [.. heard.Where(heard => heard.Name == "VOICE_STATE_UPDATE").Select(heard => heard.Data["channel_id"] is { } id ? TestHost.Id(id) : (Snowflake?)null)];

    /// <summary>Who is in voice, as somebody sees it who comes now.</summary>
    protected async Task<IReadOnlyList<Snowflake>> PresentAsync()
    {
        await using var session = await OpenAsync(Owner);
        return [.. session.Ready["guilds"]!.AsArray().Single(guild => TestHost.Id(guild!["id"]) == Hall.Id)!["voice_states"]!.AsArray().Select(state => TestHost.Id(state!["user_id"])).Order()];
    }
}
