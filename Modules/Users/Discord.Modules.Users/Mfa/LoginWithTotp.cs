using Discord.BuildingBlocks.Api;
using Discord.BuildingBlocks.Storage;
using Discord.BuildingBlocks.Streams;
using Discord.Modules.Users.Auth;
using Discord.Modules.Users.Storage;
using Discord.Protocol;

namespace Discord.Modules.Users.Mfa;

/// <summary>POST /auth/mfa/totp: the second half of a login: the ticket of the first, and a code.</summary>
/// <remarks>Source: protocol.md 1.1.</remarks>
internal sealed class LoginWithTotp(AccountStore store, Lanes lanes, SecondFactor factor, Tickets tickets, Logins logins) : IEndpoint
{
    public Route Route => Route.Post("login_with_totp", "/auth/mfa/totp") with { Access = Access.Anyone, RateLimit = RateLimit.Per("login", 30, 60) };

    public async ValueTask<Reply> HandleAsync(ApiRequest request)
    {
        var body = await request.BodyAsync();
        if (body.Error is { } unreadable)
            return unreadable;
        var ticket = body.Value.String("ticket", 1, 256, required: true);
        var code = body.Value.String("code", 1, 32, required: true);
        if (body.Value.Error is { } invalid)
            return invalid;
        if (tickets.Find(ticket!) is not { } userId)
            return ApiError.InvalidMfaTicket;

        using var turn = await lanes[userId].EnterAsync(request.Cancelled);
        // Used up, or without its account, while this one waited for its turn.
        if (tickets.Find(ticket!) is null || await store.FindAsync(userId) is not { } account)
            return ApiError.InvalidMfaTicket;
        var unit = new WriteUnit();
        if (await factor.RefuseAsync(unit, userId, code) is { } refused)
            return refused;
        tickets.Close(ticket!);
        return await logins.FinishAsync(unit, account, request);
    }
}
