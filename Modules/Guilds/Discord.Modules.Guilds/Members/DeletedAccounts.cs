using System.Text.Json;
using Discord.BuildingBlocks.Storage;
using Discord.BuildingBlocks.Streams;
using Discord.Modules.Guilds.DirectMessages;
using Discord.Modules.Guilds.Home;
using Discord.Modules.Guilds.Storage;
using Discord.Modules.Users.Contracts;
using Discord.Protocol;

namespace Discord.Modules.Guilds.Members;

/// <summary>An account was deleted: it leaves its guilds and groups.</summary>
internal sealed class DeletedAccounts(GuildHomes homes, GuildStore store, Departures departures, Groups groups) : IOutboxConsumer
{
    public string Consumer => "guilds-accounts";

    public bool Wants(string eventName) => eventName == AccountDeleted.EventName;

    public async ValueTask HandleAsync(OutboxRecord record, CancellationToken cancellationToken)
    {
        using var data = JsonDocument.Parse(record.Data);
        if (!Snowflake.TryParse(data.RootElement.GetProperty("user_id").GetString(), out var userId))
            return;
        foreach (var guildId in (await homes.GuildsOfAsync(userId)).Ids)
        {
            var entered = await homes.EnterAsync(guildId, userId, cancellationToken);
            if (entered.Error is not null)
                continue;
            using var turn = entered.Value;
            // Owners hand their guilds over first; one that came to be meanwhile keeps the name of its owner.
            if (turn.IsOwner)
                continue;
            await departures.RemoveAsync(turn, [User.Deleted(userId)], new WriteUnit());
        }

        foreach (var group in await store.GroupsOfAsync(userId))
            await groups.RemoveAsync(group, userId, userId, silent: true, cancellationToken);
    }
}
