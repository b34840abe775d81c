using Discord.BuildingBlocks.Api;
using Discord.BuildingBlocks.Storage;
using Discord.BuildingBlocks.Streams;
using Discord.Modules.Users.Mfa;
using Discord.Modules.Users.Storage;
using Discord.Protocol;

namespace Discord.Modules.Users.Auth;

/// <summary>POST /auth/login: a token for an e-mail address (or user name) and password; with a second factor a ticket for /auth/mfa/totp.</summary>
/// <remarks>protocol.md 1.1; the limit per address and login slows guessing down.</remarks>
internal sealed class Login(AccountStore store, Lanes lanes, PasswordHasher passwords, SecondFactor factor, Tickets tickets, Logins logins) : IEndpoint
{
    public Route Route => Route.Post("login", "/auth/login") with { Access = Access.Anyone, RateLimit = RateLimit.Per("login", 30, 60) };

    public async ValueTask<Reply> HandleAsync(ApiRequest request)
    {
        var body = await request.BodyAsync();
        if (body.Error is { } unreadable)
            return unreadable;
        var form = body.Value;
        // Some clients call the field "email".
        var login = form.Has("login") ? form.String("login", 1, 254, required: true) : form.String("email", 1, 254) ?? form.String("login", 1, 254, required: true);
        var password = form.String("password", 1, 1024, required: true);
        var comesBack = form.Bool("undelete") ?? false;
        if (form.Error is { } invalid)
            return invalid;

        var account = await store.FindByLoginAsync(login!);
        if (!await passwords.VerifyAsync(password!, account?.Password, request.Cancelled))
            return InvalidLogin();

        using var turn = await lanes[account!.Id].EnterAsync(request.Cancelled);
        // A new password ends every session: one that began with the old one meanwhile, too.
        if (await store.FindAsync(account.Id) is not { } current || current.Password != account.Password)
            return InvalidLogin();
        account = current;
        if (account.Disabled && !comesBack)
            return ApiError.AccountDisabled;
        if (!factor.IsOn(account.Id))
            return await logins.FinishAsync(new WriteUnit(), account, request);
        return Reply.Ok(new { user_id = account.Id, mfa = true, totp = true, sms = false, backup = true, ticket = tickets.Open(account.Id) });
    }

    private static ApiError InvalidLogin()
    {
        var errors = new FormErrors();
        errors.Add("login", "INVALID_LOGIN", "Login or password is invalid.");
        errors.Add("password", "INVALID_LOGIN", "Login or password is invalid.");
        return ApiError.InvalidFormBody(errors);
    }
}
