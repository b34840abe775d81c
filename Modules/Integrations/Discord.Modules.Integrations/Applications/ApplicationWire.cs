using System.Text.Json.Serialization;
using Discord.Modules.Guilds.Contracts;
using Discord.Modules.Integrations.Contracts;
using Discord.Modules.Integrations.Storage;
using Discord.Modules.Users.Contracts;
using Discord.Protocol;
using Discord.Protocol.Gateway;
using MediatR;

namespace Discord.Modules.Integrations.Applications;

/// <summary>The published ApplicationResponse; with <see cref="Owner"/> and below the PrivateApplicationResponse.</summary>
internal sealed record ApplicationBody
{
    public required Snowflake Id { get; init; }
    public required string Name { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)] public string? Icon { get; init; }
    /// <summary>Left out when there is none.</summary>
    public string? CoverImage { get; init; }
    public string Description { get; init; } = "";
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)] public int? Type { get; init; }
    public User? Bot { get; init; }
    public bool BotPublic { get; init; }
    public bool BotRequireCodeGrant { get; init; }
    public string? TermsOfServiceUrl { get; init; }
    public string? PrivacyPolicyUrl { get; init; }
    public string? CustomInstallUrl { get; init; }
    public required string VerifyKey { get; init; }
    public int Flags { get; init; }
    public string FlagsNew => Flags.ToString();
    public IReadOnlyList<string>? Tags { get; init; }
    public string Summary { get; init; } = "";
    public bool Hook { get; init; } = true;

    // Only to the owner and to the application itself.
    public User? Owner { get; init; }
    public IReadOnlyList<string>? RedirectUris { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)] public string? InteractionsEndpointUrl { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)] public string? RoleConnectionsVerificationUrl { get; init; }
    public int? ApproximateGuildCount { get; init; }
    public int? ApproximateUserInstallCount { get; init; }
    public int? ApproximateUserAuthorizationCount { get; init; }
    public int? ExplicitContentFilter { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)] public object? Team { get; init; }
    public IReadOnlyList<string>? EligibleOauth2Scopes { get; init; }
}

internal sealed class ApplicationWire(IMediator mediator)
{
    public async ValueTask<ApplicationBody> WriteAsync(StoredApplication application, bool isPrivate)
    {
        var users = await mediator.Send(new GetUsers([application.BotId, application.OwnerId]));
        return new ApplicationBody
        {
            Id = application.Id,
            Name = application.Name,
            Icon = application.Icon,
            CoverImage = application.CoverImage,
            Description = application.Description,
            Bot = users.GetValueOrDefault(application.BotId),
            BotPublic = application.BotPublic,
            BotRequireCodeGrant = application.BotRequireCodeGrant,
            TermsOfServiceUrl = application.TermsOfServiceUrl,
            PrivacyPolicyUrl = application.PrivacyPolicyUrl,
            CustomInstallUrl = application.CustomInstallUrl,
            VerifyKey = application.VerifyKey,
            Flags = (int)application.Flags,
            Tags = application.Tags,
            Owner = isPrivate ? users.GetValueOrDefault(application.OwnerId) : null,
            RedirectUris = isPrivate ? application.RedirectUris : null,
            ApproximateGuildCount = isPrivate ? await mediator.Send(new CountGuildsOf(application.BotId)) : null,
            ApproximateUserInstallCount = isPrivate ? 0 : null,
            ApproximateUserAuthorizationCount = isPrivate ? 0 : null,
            ExplicitContentFilter = isPrivate ? 0 : null,
            EligibleOauth2Scopes = isPrivate ? ["bot"] : null,
        };
    }
}

internal sealed class GetApplicationFlagsHandler(ApplicationStore store) : IRequestHandler<GetApplicationFlags, ApplicationFlags?>
{
    public async Task<ApplicationFlags?> Handle(GetApplicationFlags request, CancellationToken cancellationToken) => (await store.FindAsync(request.ApplicationId))?.Flags;
}

internal sealed class GetPublicApplicationHandler(ApplicationStore store, ApplicationWire wire) : IRequestHandler<GetPublicApplication, object?>
{
    public async Task<object?> Handle(GetPublicApplication request, CancellationToken cancellationToken) =>
        await store.FindAsync(request.ApplicationId) is { } application ? await wire.WriteAsync(application, isPrivate: false) : null;
}

internal sealed class GetBotOwnerHandler(ApplicationStore store) : IRequestHandler<GetBotOwner, Snowflake?>
{
    public async Task<Snowflake?> Handle(GetBotOwner request, CancellationToken cancellationToken) => (await store.OfBotAsync(request.BotId))?.OwnerId;
}

/// <remarks>This server hands out no access tokens of OAuth2 (GET /oauth2/authorize knows the scope bot alone): whatever the token is, nobody granted it.</remarks>
internal sealed class GetJoinGrantHandler : IRequestHandler<GetJoinGrant, Snowflake?>
{
    public Task<Snowflake?> Handle(GetJoinGrant request, CancellationToken cancellationToken) => Task.FromResult<Snowflake?>(null);
}

internal sealed class GetApplicationCardsHandler(ApplicationStore store) : IRequestHandler<GetApplicationCards, IReadOnlyDictionary<Snowflake, ApplicationCard>>
{
    public async Task<IReadOnlyDictionary<Snowflake, ApplicationCard>> Handle(GetApplicationCards request, CancellationToken cancellationToken)
    {
        var cards = new Dictionary<Snowflake, ApplicationCard>();
        foreach (var id in request.ApplicationIds)
        {
            if (await store.FindAsync(id) is { } application)
                cards[id] = new ApplicationCard(id, application.Name, application.Icon, application.Description, application.Flags, application.BotId);
        }

        return cards;
    }
}
