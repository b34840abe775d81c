using System.Text.Json.Serialization;
using Discord.BuildingBlocks.Api;
using Discord.Modules.Users.Auth;
using Discord.Modules.Users.Storage;
using Discord.Protocol;

namespace Discord.Modules.Users.Sessions;

/// <summary>GET /auth/sessions: where the caller is logged in, the newest first.</summary>
/// <remarks>Source: protocol.md 1.1. When a session was last used is known since the server started; before that, when it began. Where its user is, is not known.</remarks>
internal sealed class ListAuthSessions(AccountStore store, Tokens tokens) : IEndpoint
{
    public Route Route => Route.Get("list_auth_sessions", "/auth/sessions") with { Access = Access.Users };

    public async ValueTask<Reply> HandleAsync(ApiRequest request)
    {
        var sessions = await store.TokensOfAsync(request.UserId);
        return Reply.Ok(new
        {
            user_sessions = sessions.Select(session => new AuthSession(session.Hash, tokens.LastUse(session.Hash) ?? session.CreatedAt, ClientInfo.Of(session.Agent ?? ""))),
        });
    }

    /// <param name="IdHash">The hash of the session's token: names it without giving it away.</param>
    private sealed record AuthSession(string IdHash, Timestamp ApproxLastUsedTime, ClientInfo ClientInfo);
}

/// <summary>What a User-Agent tells of a client.</summary>
internal sealed record ClientInfo(
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Os,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Platform,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Location)
{
    // The first that is found: phones call themselves computers, too, and every browser calls itself Safari.
    private static readonly (string Token, string Name)[] s_systems =
        [("Android", "Android"), ("iPhone", "iOS"), ("iPad", "iOS"), ("Windows", "Windows"), ("Mac OS X", "Mac OS X"), ("CrOS", "Chrome OS"), ("Linux", "Linux")];

    private static readonly (string Token, string Name)[] s_platforms =
        [("Edg/", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari")];

    public static ClientInfo Of(string agent) => new(Find(s_systems, agent), Find(s_platforms, agent), null);

    private static string? Find((string Token, string Name)[] known, string agent) => Array.Find(known, entry => agent.Contains(entry.Token, StringComparison.Ordinal)).Name;
}
