using Discord.BuildingBlocks.Api;
using Discord.BuildingBlocks.Storage;
using Discord.BuildingBlocks.Streams;
using Discord.Modules.Users.Accounts;
using Discord.Modules.Users.Contracts;
using Discord.Modules.Users.Mfa;
using Discord.Modules.Users.Storage;
using Discord.Protocol;

namespace Discord.Modules.Users.Profiles;

/// <summary>PATCH /users/@me/profile: what the caller writes about themselves.</summary>
/// <remarks>Source: protocol.md 1.1. Fires USER_UPDATE.</remarks>
internal sealed class UpdateMyProfile(AccountStore store, Database database, Lanes lanes, UserDirectory directory, SecondFactor factor) : IEndpoint
{
    public Route Route => Route.Patch("update_my_profile", "/users/@me/profile") with { Access = Access.Users, RateLimit = RateLimit.Per("update_my_user", 10, 60) };

    public async ValueTask<Reply> HandleAsync(ApiRequest request)
    {
        var body = await request.BodyAsync();
        if (body.Error is { } unreadable)
            return unreadable;
        var form = new ProfileForm(body.Value);
        if (body.Value.Error is { } invalid)
            return invalid;

        using var turn = await lanes[request.UserId].EnterAsync(request.Cancelled);
        if (await store.FindAsync(request.UserId) is not { } account)
            return ApiError.UnknownUser;
        var changed = account with { Bio = form.Bio(account.Bio), Pronouns = form.Pronouns(account.Pronouns), AccentColor = form.AccentColor(account.AccentColor) };
        var unit = AccountStore.Update(new WriteUnit(), changed).Publish(new UserUpdated(changed.ToOwnUser(factor.IsOn(changed.Id)), changed.Id));
        await database.CommitAsync(unit.Then(() => directory.Keep(changed.ToUser())));
        return Reply.Ok(ProfileBody.Of(changed));
    }
}
