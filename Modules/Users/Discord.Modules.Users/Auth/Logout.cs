using Discord.BuildingBlocks.Api;

namespace Discord.Modules.Users.Auth;

/// <summary>POST /auth/logout: ends this token and its gateway sessions.</summary>
internal sealed class Logout(Tokens tokens) : IEndpoint
{
    public Route Route => Route.Post("logout", "/auth/logout") with { Access = Access.Users };

    public async ValueTask<Reply> HandleAsync(ApiRequest request)
    {
        await tokens.RevokeAsync(request.UserId, request.Caller.TokenHash);
        return Reply.NoContent;
    }
}
