using Discord.BuildingBlocks.Storage;
using Discord.Modules.Guilds.Contracts;
using Discord.Modules.Guilds.Home;
using Discord.Modules.Guilds.Storage;
using MediatR;

namespace Discord.Modules.Guilds.Guilds;

/// <summary>Gives a guild a level of boosts: nobody pays for them here, the instance's owner grants them.</summary>
internal sealed class SetPremiumTierHandler(GuildHomes homes, Database database) : IRequestHandler<SetPremiumTier, bool>
{
    /// <summary>The boosts that each level takes. Source: Discord docs, Resources, Guild, "Premium Tier"; the service's help pages.</summary>
    private static readonly int[] s_boosts = [0, 2, 7, 14];

    public async Task<bool> Handle(SetPremiumTier request, CancellationToken cancellationToken)
    {
        if (await homes.EnterAsSystemAsync(request.GuildId, cancellationToken) is not { } entered)
            return false;
        using var turn = entered.Turn;
        var next = entered.State.With(entered.State.Settings with { PremiumTier = request.Tier, PremiumSubscriptionCount = s_boosts[request.Tier] });
        await database.CommitAsync(GuildStore.Save(new WriteUnit(), next.Settings).Publish(new GuildUpdated(next.Wire), next).Then(() => entered.Home.State = next));
        return true;
    }
}
