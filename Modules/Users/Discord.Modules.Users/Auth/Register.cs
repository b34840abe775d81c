using Discord.BuildingBlocks.Api;
using Discord.Modules.Guilds.Contracts;
using Discord.Protocol;
using MediatR;

namespace Discord.Modules.Users.Auth;

/// <summary>POST /auth/register: makes an account and logs it in; with an invite it joins that guild at once.</summary>
/// <remarks>A user-account operation, not in the published description: protocol.md 1.1. Answers {token, user_id}.</remarks>
internal sealed class Register(Registrations registrations, Tokens tokens, UsersOptions options, IMediator mediator) : IEndpoint
{
    public Route Route => Route.Post("register", "/auth/register") with { Access = Access.Anyone, RateLimit = RateLimit.Per("register", 100, 10) };

    public async ValueTask<Reply> HandleAsync(ApiRequest request)
    {
        var body = await request.BodyAsync();
        if (body.Error is { } unreadable)
            return unreadable;
        var form = body.Value;
        var username = Registrations.ReadUsername(form, required: true);
        var email = Registrations.ReadEmail(form);
        var password = form.String("password", Registrations.MinPasswordLength, Registrations.MaxPasswordLength, required: true);
        var globalName = form.String("global_name", 1, 32, nullable: true);
        var invite = form.String("invite", 1, 64);
        if (form.Error is { } invalid)
            return invalid;
        if (options.Registration == "closed")
            return ApiError.InvalidField("email", "REGISTRATION_CLOSED", "Registration is closed on this server. Ask its owner for an account.");
        if (invite is not null && await mediator.Send(new InviteExists(invite), request.Cancelled) is false)
            invite = null;
        if (options.Registration == "invite" && invite is null)
            return ApiError.InvalidField("invite", "INVITE_REQUIRED", "Registration on this server needs a valid invite.");
        if (registrations.WaitFor(request.Address) is { } seconds)
            return new ApiError(429, 0, "Too many registrations from this address. Try again later.") { RetryAfter = seconds };

        var created = await registrations.CreateAsync(username!, email!, password!, globalName, Logins.AgentOf(request), tokens, request.Cancelled);
        if (created.Error is { } taken)
            return taken;
        var (account, token) = created.Value;
        if (invite is not null)
            await mediator.Send(new AcceptInviteFor(invite, account.Id), request.Cancelled);
        return Reply.Created(new { token, user_id = account.Id });
    }
}
