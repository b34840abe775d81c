using Discord.BuildingBlocks.Api;
using Discord.Modules.Guilds.Home;
using Discord.Protocol;

namespace Discord.Modules.Guilds.Guilds;

/// <summary>GET /users/@me/guilds: the caller's guilds, by id, at most 200 at once.</summary>
internal sealed class ListMyGuilds(GuildHomes homes) : IEndpoint
{
    public Route Route => Route.Get("list_my_guilds", "/users/@me/guilds");

    public async ValueTask<Reply> HandleAsync(ApiRequest request)
    {
        var query = request.Query;
        var limit = query.Int("limit", 1, 200) ?? 200;
        var before = query.Id("before");
        var after = query.Id("after");
        var withCounts = query.Bool("with_counts") ?? false;
        if (query.Error is { } invalid)
            return invalid;
        var ids = (await homes.GuildsOfAsync(request.UserId)).Ids.Where(id => (before is null || id < before) && (after is null || id > after)).Order();
        var page = before is null || after is not null ? ids.Take(limit) : ids.TakeLast(limit);
        var guilds = new List<object>();
        foreach (var id in page)
        {
            var read = await homes.ReadAsync(id, request.UserId);
            if (read.Error is not null)
                continue;
            var (home, state, _, permissions) = read.Value;
            guilds.Add(new PartialGuild(id, state.Settings.Name, state.OwnerId == request.UserId, permissions, state.Settings.Features)
            {
                Icon = state.Settings.Icon,
                Banner = state.Settings.Banner,
                ApproximateMemberCount = withCounts ? home.Members.Count : null,
            });
        }

        return Reply.Ok(guilds);
    }
}

/// <summary>The published MyGuildResponse.</summary>
internal sealed record PartialGuild(Snowflake Id, string Name, bool Owner, Permissions Permissions, IReadOnlyList<string> Features)
{
    [System.Text.Json.Serialization.JsonIgnore(Condition = System.Text.Json.Serialization.JsonIgnoreCondition.Never)] public string? Icon { get; init; }
    [System.Text.Json.Serialization.JsonIgnore(Condition = System.Text.Json.Serialization.JsonIgnoreCondition.Never)] public string? Banner { get; init; }
    public int? ApproximateMemberCount { get; init; }
}
