using Discord.BuildingBlocks;
using Discord.Modules.Users.Storage;

namespace Discord.Modules.Users.Accounts;

/// <summary>Continues ids from the greatest stored account, whatever the clock says.</summary>
internal sealed class SeedIds(AccountStore store, SnowflakeGenerator ids) : IStartup
{
    public async ValueTask StartAsync(CancellationToken cancellationToken) => ids.Seed(await store.GreatestIdAsync());
}
