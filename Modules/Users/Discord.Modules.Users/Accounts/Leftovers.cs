using System.Text.Json;
using Discord.BuildingBlocks.Storage;
using Discord.BuildingBlocks.Streams;
using Discord.Modules.Guilds.Contracts;
using Discord.Modules.Users.Contracts;
using Discord.Modules.Users.Relationships;
using Discord.Modules.Users.Storage;
using Discord.Protocol;

namespace Discord.Modules.Users.Accounts;

/// <summary>What ends after an account or a guild was deleted: friendships with the one, profiles in the other.</summary>
internal sealed class Leftovers(RelationshipHome relationships, Database database) : IOutboxConsumer
{
    public string Consumer => "users";

    public bool Wants(string eventName) => eventName is AccountDeleted.EventName or GuildDeleted.EventName;

    public async ValueTask HandleAsync(OutboxRecord record, CancellationToken cancellationToken)
    {
        using var data = JsonDocument.Parse(record.Data);
        if (record.Name == AccountDeleted.EventName && Snowflake.TryParse(data.RootElement.GetProperty("user_id").GetString(), out var userId))
            await relationships.RemoveAsync(userId, _ => true);
        else if (Snowflake.TryParse(data.RootElement.GetProperty("id").GetString(), out var guildId))
            await database.CommitAsync(ProfileStore.DeleteIn(new WriteUnit(), guildId), WritePriority.Bulk);
    }
}
