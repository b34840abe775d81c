using Discord.BuildingBlocks.Api;
using Discord.Modules.Users.Auth;
using Discord.Modules.Users.Storage;

namespace Discord.Modules.Users.Accounts;

/// <summary>POST /unique-username/username-attempt-unauthed: whether a name is taken, while somebody types it into the form of registration.</summary>
internal sealed class TryUsername(AccountStore store) : IEndpoint
{
    public Route Route => Route.Post("try_username", "/unique-username/username-attempt-unauthed") with { Access = Access.Anyone, RateLimit = RateLimit.Per("try_username", 20, 10) };

    public async ValueTask<Reply> HandleAsync(ApiRequest request)
    {
        var body = await request.BodyAsync();
        if (body.Error is { } unreadable)
            return unreadable;
        var username = Registrations.ReadUsername(body.Value, required: true);
        if (body.Value.Error is { } invalid)
            return invalid;
        return Reply.Ok(new { taken = await store.FindByNameAsync(username!) is not null });
    }
}
