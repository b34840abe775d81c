using Discord.BuildingBlocks.Api;
using Discord.BuildingBlocks.Files;
using Discord.BuildingBlocks.Storage;
using Discord.BuildingBlocks.Streams;
using Discord.Modules.Users.Auth;
using Discord.Modules.Users.Contracts;
using Discord.Modules.Users.Mfa;
using Discord.Modules.Users.Profiles;
using Discord.Modules.Users.Storage;
using Discord.Protocol;

namespace Discord.Modules.Users.Accounts;

/// <summary>PATCH /users/@me: name, display name, pictures, address, password. A new password ends every session and answers with a new token.</summary>
/// <remarks>Source: Discord docs, Resources, User, "Modify Current User"; the fields of people: protocol.md 1.1. Fires USER_UPDATE.</remarks>
internal sealed class UpdateMyUser(AccountStore store, Database database, Lanes lanes, UserDirectory directory, PasswordHasher passwords, Confirmation confirmation, SecondFactor factor, Tokens tokens, IImages images) : IEndpoint
{
    public Route Route => Route.Patch("update_my_user", "/users/@me") with { RateLimit = RateLimit.Per("update_my_user", 10, 60) };

    public async ValueTask<Reply> HandleAsync(ApiRequest request)
    {
        var body = await request.BodyAsync();
        if (body.Error is { } unreadable)
            return unreadable;
        var form = body.Value;
        var username = Registrations.ReadUsername(form, required: false);
        var globalName = form.String("global_name", 1, 32, nullable: true);
        var email = form.Has("email") && !request.Caller.IsBot ? Registrations.ReadEmail(form) : null;
        var accentColor = form.Int("accent_color", 0, 0xFFFFFF, nullable: true);
        var bio = form.String("bio", 0, ProfileForm.MaxBio, nullable: true);
        var password = form.String("password", 1, 1024);
        var code = form.String("code", 0, 32);
        // Bots have tokens instead.
        var newPassword = request.Caller.IsBot ? null : form.String("new_password", Registrations.MinPasswordLength, Registrations.MaxPasswordLength);
        using var avatar = await images.ReadAsync(form, "avatar", ImageKind.UserAvatar, request.Cancelled);
        using var banner = await images.ReadAsync(form, "banner", ImageKind.UserBanner, request.Cancelled);
        if (form.Error is { } invalid)
            return invalid;

        using var turn = await lanes[request.UserId].EnterAsync(request.Cancelled);
        if (await store.FindAsync(request.UserId) is not { } account)
            return ApiError.UnknownUser;
        var sensitive = newPassword is not null || email is not null || (username is not null && username != account.Username && !account.Bot);
        var unit = new WriteUnit();
        if (sensitive && !account.Bot && await confirmation.RefuseAsync(unit, account, password, code, request.Cancelled) is { } unconfirmed)
            return unconfirmed;

        var changed = account with
        {
            Username = username ?? account.Username,
            GlobalName = form.Has("global_name") ? globalName : account.GlobalName,
            Email = email ?? account.Email,
            AccentColor = form.Has("accent_color") ? accentColor : account.AccentColor,
            Avatar = avatar.Or(account.Avatar),
            Banner = banner.Or(account.Banner),
            Bio = form.Has("bio") ? bio ?? "" : account.Bio,
            Password = newPassword is null ? account.Password : await passwords.HashAsync(newPassword, request.Cancelled),
        };
        var own = changed.ToOwnUser(factor.IsOn(changed.Id));
        avatar.Keep(unit, account.Id, account.Avatar);
        banner.Keep(unit, account.Id, account.Banner);
        AccountStore.Update(unit, changed).Publish(new UserUpdated(own, changed.Id)).Then(() => directory.Keep(changed.ToUser()));
        var token = newPassword is null ? null : tokens.Renew(unit, changed.Id, Logins.AgentOf(request));
        try
        {
            await database.CommitAsync(unit);
        }
        catch (UniqueViolationException e)
        {
            return Registrations.Taken(e);
        }

        return Reply.Ok(own with { Token = token });
    }
}
