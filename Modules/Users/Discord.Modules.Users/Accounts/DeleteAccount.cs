using Discord.BuildingBlocks.Api;
using Discord.BuildingBlocks.Storage;
using Discord.Modules.Guilds.Contracts;
using Discord.Modules.Users.Auth;
using Discord.Modules.Users.Contracts;
using Discord.Modules.Users.Mfa;
using Discord.Modules.Users.Storage;
using Discord.Protocol;
using MediatR;

namespace Discord.Modules.Users.Accounts;

/// <summary>POST /users/@me/delete: deletes the account at once and for good. What it wrote stays, under "Deleted User".</summary>
/// <remarks>Source: protocol.md 1.1. Who owns a guild hands it over first. Friendships and memberships end afterwards, in the background.</remarks>
internal sealed class DeleteAccount(Database database, UserDirectory directory, Registrations registrations, Confirmation confirmation, SecondFactor factor, Tokens tokens, IMediator mediator) : IEndpoint
{
    public Route Route => Route.Post("delete_account", "/users/@me/delete") with { Access = Access.Users, RateLimit = RateLimit.Per("disable_account", 10, 60) };

    public async ValueTask<Reply> HandleAsync(ApiRequest request)
    {
        var body = await request.BodyAsync();
        if (body.Error is { } unreadable)
            return unreadable;
        var entered = await confirmation.EnterAsync(request, body.Value);
        if (entered.Error is { } refused)
            return refused;
        using var confirmed = entered.Value;
        var (account, unit, _) = confirmed;
        if (await mediator.Send(new OwnsGuild(account.Id), request.Cancelled))
            return ApiError.OwnsGuilds;
        await registrations.ReleaseOwnershipAsync(unit, account.Id);
        RelationshipStore.DeleteNotesOf(ProfileStore.DeleteOf(AccountStore.Delete(unit, account.Id), account.Id), account.Id);
        Tokens.RevokeAll(factor.Remove(unit, account.Id), account.Id).Publish(new AccountDeleted(account.Id)).Then(() =>
        {
            tokens.ForgetAll(account.Id);
            directory.Forget(account.Id);
        });
        await database.CommitAsync(unit);
        return Reply.NoContent;
    }
}
