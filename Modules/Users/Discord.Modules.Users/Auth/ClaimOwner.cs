using System.Security.Cryptography;
using System.Text;
using Discord.BuildingBlocks.Api;
using Discord.Protocol;

namespace Discord.Modules.Users.Auth;

/// <summary>POST /auth/claim-owner: the one-time link of the first start makes its user the instance's owner.</summary>
internal sealed class ClaimOwner(Registrations registrations) : IEndpoint
{
    public Route Route => Route.Post("claim_owner", "/auth/claim-owner") with { Access = Access.Users, RateLimit = RateLimit.Per("claim", 10, 60) };

    public async ValueTask<Reply> HandleAsync(ApiRequest request)
    {
        var body = await request.BodyAsync();
        if (body.Error is { } unreadable)
            return unreadable;
        var given = body.Value.String("token", 1, 64, required: true);
        if (body.Value.Error is { } invalid)
            return invalid;
        if (await registrations.ClaimTokenAsync() is not { } token || !CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(token), Encoding.UTF8.GetBytes(given!)))
            return ApiError.UnknownToken;
        await registrations.MakeOwnerAsync(request.UserId);
        return Reply.NoContent;
    }
}
