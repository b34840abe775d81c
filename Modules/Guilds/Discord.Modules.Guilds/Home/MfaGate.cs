using System.Collections.Concurrent;
using Discord.Modules.Integrations.Contracts;
using Discord.Modules.Users.Contracts;
using Discord.Protocol;
using MediatR;

namespace Discord.Modules.Guilds.Home;

/// <summary>A guild can ask for a second factor of those who moderate it: without one, some permissions do not count there.</summary>
/// <remarks>Source: Discord docs, Topics, Permissions, the footnote of "Bitwise Permission Flags"; of a bot its owner's account is asked.</remarks>
internal sealed class MfaGate(IMediator mediator)
{
    /// <summary>The permissions that need it; an administrator's are all of these and what follows from them.</summary>
    public const Permissions Guarded = Permissions.KickMembers | Permissions.BanMembers | Permissions.Administrator | Permissions.ManageChannels | Permissions.ManageGuild
        | Permissions.ManageMessages | Permissions.ManageRoles | Permissions.ManageWebhooks | Permissions.ManageGuildExpressions | Permissions.ManageThreads | Permissions.ViewCreatorMonetizationAnalytics;

    // A bot keeps its owner.
    private readonly ConcurrentDictionary<Snowflake, Snowflake> _ownerOfBot = new();

    /// <summary>What somebody's permissions in a guild lack for want of a second factor. Guilds that do not ask for one cost nothing.</summary>
    public async ValueTask<Permissions> WithheldAsync(GuildState state, Snowflake userId) =>
        state.Settings.MfaLevel == 0 || await HasMfaAsync(userId) ? Permissions.None : Guarded;

    /// <summary>Whether somebody's account, or that of a bot's owner, has a second factor.</summary>
    public async ValueTask<bool> HasMfaAsync(Snowflake userId)
    {
        if (await mediator.Send(new GetUser(userId)) is { IsBot: true } && !_ownerOfBot.ContainsKey(userId))
            _ownerOfBot[userId] = await mediator.Send(new GetBotOwner(userId)) ?? userId;
        return await mediator.Send(new HasMfa(_ownerOfBot.GetValueOrDefault(userId, userId)));
    }
}
