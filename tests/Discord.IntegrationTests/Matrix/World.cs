using System.Globalization;
using System.Text.Json.Nodes;
using Discord.IntegrationTests.Sites;
using Discord.Protocol;

namespace Discord.IntegrationTests.Matrix;

/// <summary>Who makes a request of the matrix.</summary>
public enum CallerKind
{
    /// <summary>No token.</summary>
    None,

    /// <summary>A person who is no member of the guild.</summary>
    Other,

    /// <summary>A member who holds everything but what the operation needs.</summary>
    MemberWithout,

    /// <summary>A member who holds what the operation needs, and nothing beside seeing channels.</summary>
    MemberWith,

    Owner,

    /// <summary>A bot that holds what the operation needs.</summary>
    Bot,
}

/// <summary>One guild with one of each caller in it, and what the rows of the matrix need to make their targets.</summary>
/// <remarks>Made once; the two roles and @everyone are set anew for each row.</remarks>
public sealed class World
{
    private readonly Dictionary<CallerKind, Account?> _callers;
    private readonly Snowflake _withRole;
    private readonly Snowflake _withoutRole;
    private Permissions? _needs;

    private World(TestHost host, Hall hall, Dictionary<CallerKind, Account?> callers, Snowflake withRole, Snowflake withoutRole, Account victim)
    {
        Host = host;
        Hall = hall;
        _callers = callers;
        _withRole = withRole;
        _withoutRole = withoutRole;
        Victim = victim;
    }

    public TestHost Host { get; }

    public Hall Hall { get; }

    public Account Owner => Hall.Owner;

    /// <summary>A member without any role, whom things are done to.</summary>
    public Account Victim { get; }

    public Account? this[CallerKind kind] => _callers[kind];

    public static async Task<World> MakeAsync(TestHost host)
    {
        var hall = await host.CreateGuildAsync(await host.RegisterAsync());
        var (other, without, with, victim) = (await host.RegisterAsync(), await host.RegisterAsync(), await host.RegisterAsync(), await host.RegisterAsync());
        await host.JoinAsync(hall, without, with, victim);
        var bot = await host.AddBotAsync(hall, Permissions.None);
        var world = new World(host, hall, new Dictionary<CallerKind, Account?>
        {
            [CallerKind.None] = null, [CallerKind.Other] = other, [CallerKind.MemberWithout] = without, [CallerKind.MemberWith] = with, [CallerKind.Owner] = hall.Owner, [CallerKind.Bot] = bot,
        }, await RoleAsync(host, hall, "with"), await RoleAsync(host, hall, "without"), victim);
        foreach (var (account, role) in new[] { (with, world._withRole), (bot, world._withRole), (without, world._withoutRole) })
            (await world.AsOwnerAsync("PUT", $"/guilds/{hall.Id}/members/{account.Id}/roles/{role}")).Is(204);
        return world;
    }

    /// <summary>Sets who holds what for a row.</summary>
    public async Task PrepareAsync(Permissions needs)
    {
        if (_needs == needs)
            return;
        _needs = needs;
        const Permissions Seeing = Permissions.ViewChannel | Permissions.ReadMessageHistory;
        await GrantAsync(Hall.Id, Seeing & ~needs);
        await GrantAsync(_withRole, needs | Seeing);
        await GrantAsync(_withoutRole, Permissions.All & ~needs & ~Permissions.Administrator);
    }

    public Task<Answer> AsOwnerAsync(string method, string path, object? body = null) => Host.SendAsync(method, path, Owner, body);

    /// <summary>Makes something as the owner and returns the answer's body.</summary>
    public async Task<JsonNode> MakeAsync(string method, string path, object? body = null)
    {
        var answer = await AsOwnerAsync(method, path, body);
        return answer.Status is >= 200 and < 300 ? answer.Json : throw new InvalidOperationException($"{method} {path}: {answer.Status} {answer.Body}");
    }

    /// <summary>The same, and returns the id of what was made.</summary>
    public async Task<Snowflake> NewAsync(string method, string path, object? body = null) => TestHost.Id((await MakeAsync(method, path, body))["id"]);

    public Task<Snowflake> NewMessageAsync() => NewAsync("POST", $"/channels/{Hall.ChannelId}/messages", new { content = "of the owner" });

    public Task<Snowflake> NewChannelAsync(int type = 0) => NewAsync("POST", $"/guilds/{Hall.Id}/channels", new { name = "made", type });

    private Task GrantAsync(Snowflake role, Permissions permissions) => MakeAsync("PATCH", $"/guilds/{Hall.Id}/roles/{role}", new { permissions = Bits(permissions) });

    private static async Task<Snowflake> RoleAsync(TestHost host, Hall hall, string name)
    {
        var made = await host.SendAsync("POST", $"/guilds/{hall.Id}/roles", hall.Owner, new { name });
        made.Is(200);
        return TestHost.Id(made.Json["id"]);
    }

    private static string Bits(Permissions permissions) => ((ulong)permissions).ToString(CultureInfo.InvariantCulture);
}
