using Discord.BuildingBlocks.Api;
using Discord.BuildingBlocks.Storage;
using Discord.Modules.Users.Storage;
using Discord.Protocol;

namespace Discord.Modules.Users.Auth;

/// <summary>POST /auth/login: a token for an e-mail address (or user name) and password.</summary>
/// <remarks>protocol.md 1.1; the limit per address and login slows guessing down.</remarks>
internal sealed class Login(AccountStore store, Database database, PasswordHasher passwords, Tokens tokens) : IEndpoint
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
        if (form.Error is { } invalid)
            return invalid;

        var account = await store.FindByLoginAsync(login!);
        if (!await passwords.VerifyAsync(password!, account?.Password, request.Cancelled))
        {
            var errors = new FormErrors();
            errors.Add("login", "INVALID_LOGIN", "Login or password is invalid.");
            errors.Add("password", "INVALID_LOGIN", "Login or password is invalid.");
            return ApiError.InvalidFormBody(errors);
        }

        var unit = new WriteUnit();
        var token = tokens.Issue(unit, account!.Id, null);
        await database.CommitAsync(unit);
        return Reply.Ok(new { user_id = account.Id, token, user_settings = new { locale = account.Locale, theme = "dark" } });
    }
}
