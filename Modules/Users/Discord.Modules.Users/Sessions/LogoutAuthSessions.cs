using Discord.BuildingBlocks.Api;
using Discord.Modules.Users.Auth;
using Discord.Modules.Users.Storage;

namespace Discord.Modules.Users.Sessions;

/// <summary>POST /auth/sessions/logout: ends the caller's sessions that are named by their hashes, with their gateway sessions. Others' are passed over.</summary>
/// <remarks>Source: protocol.md 1.1.</remarks>
internal sealed class LogoutAuthSessions(AccountStore store, Tokens tokens) : IEndpoint
{
    private const int MaxHashes = 100;

    public Route Route => Route.Post("logout_auth_sessions", "/auth/sessions/logout") with { Access = Access.Users };

    public async ValueTask<Reply> HandleAsync(ApiRequest request)
    {
        var body = await request.BodyAsync();
        if (body.Error is { } unreadable)
            return unreadable;
        var hashes = body.Value.List("session_id_hashes", MaxHashes, required: true);
        if (body.Value.Error is { } invalid)
            return invalid;
        var wanted = hashes!.Select(hash => hash.ToString()).ToHashSet();
        foreach (var session in await store.TokensOfAsync(request.UserId))
        {
            if (wanted.Contains(session.Hash))
                await tokens.RevokeAsync(request.UserId, session.Hash);
        }

        return Reply.NoContent;
    }
}
