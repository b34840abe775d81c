using System.Globalization;
using System.Text.Json.Serialization;
using Discord.BuildingBlocks.Storage;
using Discord.Modules.Guilds.Contracts;
using Discord.Modules.Guilds.Home;
using Discord.Modules.Guilds.Storage;
using Discord.Modules.Integrations.Contracts;
using Discord.Modules.Users.Contracts;
using Discord.Protocol;
using MediatR;

namespace Discord.Modules.Guilds.Integrations;

/// <summary>A bot's application in a guild: who added it, and what for.</summary>
[GuildObject("integration")]
internal sealed record GuildIntegration : IGuildObject
{
    public required Snowflake Id { get; init; }
    public required Snowflake ApplicationId { get; init; }
    public required Snowflake BotId { get; init; }
    public required Snowflake AddedBy { get; init; }
    public IReadOnlyList<string> Scopes { get; init; } = [];

    /// <summary>What an audit log entry tells of.</summary>
    [JsonIgnore] public object Audited => new { type = "discord", application_id = ApplicationId };
}

/// <summary>Adds and removes integrations, and shows them.</summary>
/// <remarks>Source: Discord docs, Resources, Guild, "Integration Object"; the published DiscordIntegrationResponse.</remarks>
internal sealed class IntegrationWire(IMediator mediator)
{
    public sealed record Body(Snowflake Id, string Name, Account Account, Application Application, IReadOnlyList<string> Scopes)
    {
        public string Type => "discord";
        public bool Enabled => true;
        public User? User { get; init; }
        /// <summary>Only in gateway events.</summary>
        public Snowflake? GuildId { get; init; }
    }

    public sealed record Account(string Id, string Name);

    public sealed record Application(Snowflake Id, string Name, string Description, int Flags, User? Bot)
    {
        public string FlagsNew => Flags.ToString(CultureInfo.InvariantCulture);
        [JsonIgnore(Condition = JsonIgnoreCondition.Never)] public string? Icon { get; init; }
        [JsonIgnore(Condition = JsonIgnoreCondition.Never)] public int? Type => null;
    }

    public async ValueTask<IReadOnlyList<Body>> WriteAsync(IReadOnlyCollection<GuildIntegration> integrations)
    {
        var cards = await mediator.Send(new GetApplicationCards([.. integrations.Select(integration => integration.ApplicationId)]));
        var users = await mediator.Send(new GetUsers([.. integrations.SelectMany(integration => new[] { integration.BotId, integration.AddedBy }).Distinct()]));
        return [.. integrations.Where(integration => cards.ContainsKey(integration.ApplicationId)).Select(integration => Write(integration, cards[integration.ApplicationId], users))];
    }

    /// <summary>The published PartialDiscordIntegrationResponse: what audit logs show.</summary>
    public async ValueTask<IReadOnlyList<object>> WritePartialAsync(IReadOnlyCollection<GuildIntegration> integrations) =>
        [.. (await WriteAsync(integrations)).Select(body => new { id = body.Id, type = body.Type, name = body.Name, account = body.Account, application_id = body.Application.Id })];

    /// <returns>The guild afterwards.</returns>
    public async ValueTask<GuildState> AddAsync(WriteUnit unit, GuildState state, GuildIntegration added)
    {
        var next = state.WithObject(added);
        GuildStore.Save(unit, state.Id, added);
        foreach (var body in await WriteAsync([added]))
            unit.Publish(new IntegrationCreated(state.Id, body with { GuildId = state.Id }), next);
        unit.Publish(new GuildIntegrationsUpdated(state.Id), next);
        return next;
    }

    /// <returns>The guild afterwards.</returns>
    public static GuildState Remove(WriteUnit unit, GuildState state, GuildIntegration removed)
    {
        var next = state.WithoutObject<GuildIntegration>(removed.Id);
        GuildStore.Delete<GuildIntegration>(unit, state.Id, removed.Id)
            .Publish(new IntegrationDeleted(state.Id, removed.Id, removed.ApplicationId), next)
            .Publish(new GuildIntegrationsUpdated(state.Id), next);
        return next;
    }

    private static Body Write(GuildIntegration integration, ApplicationCard card, IReadOnlyDictionary<Snowflake, User> users) =>
        new(integration.Id, card.Name, new Account(card.Id.ToString(), card.Name), new Application(card.Id, card.Name, card.Description, (int)card.Flags, users.GetValueOrDefault(integration.BotId)) { Icon = card.Icon }, integration.Scopes)
        {
            User = users.GetValueOrDefault(integration.AddedBy),
        };
}
