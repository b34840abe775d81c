using Discord.BuildingBlocks;
using Discord.Modules.Messaging.Storage;

namespace Discord.Modules.Messaging.Messages;

/// <summary>Continues ids from the greatest stored message, whatever the clock says.</summary>
internal sealed class SeedIds(MessageStore store, SnowflakeGenerator ids) : IStartup
{
    public async ValueTask StartAsync(CancellationToken cancellationToken) => ids.Seed(await store.GreatestIdAsync());
}
