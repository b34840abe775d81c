using System.Text.Json;
using Discord.BuildingBlocks.Storage;
using Discord.BuildingBlocks.Streams;
using Discord.Modules.Guilds.AutoModeration;
using Discord.Modules.Guilds.Contracts;
using Discord.Modules.Guilds.Home;
using Discord.Modules.Guilds.Storage;
using Discord.Modules.Users.Contracts;
using Discord.Protocol;

namespace Discord.Modules.Guilds.Members;

/// <summary>Somebody changed their name: they are found by the new one, and every guild of theirs gets GUILD_MEMBER_UPDATE.</summary>
/// <remarks>Source: protocol.md 3.7. Repeating a record sends the same once more, which changes nothing.</remarks>
internal sealed class UserChanges(GuildHomes homes, ProfileGuard guard, Database database) : IOutboxConsumer
{
    public string Consumer => "guilds";

    public bool Wants(string eventName) => eventName == UserUpdated.EventName;

    public async ValueTask HandleAsync(OutboxRecord record, CancellationToken cancellationToken)
    {
        // The public part of the account, as it was at that moment; what only its owner sees is not read.
        if (JsonSerializer.Deserialize(record.Data, ProtocolJson.TypeInfo<User>()) is not { } user)
            return;
        await database.CommitAsync(MemberStore.Rename(new WriteUnit(), user));
        foreach (var guildId in (await homes.GuildsOfAsync(user.Id)).Ids)
        {
            if (await homes.EnterAsSystemAsync(guildId, cancellationToken) is not { } entered)
                continue;
            using var turn = entered.Turn;
            if (await entered.Home.Members.FindAsync(user.Id) is not { } member)
                continue;
            var unit = new WriteUnit();
            var now = guard.Check(entered.State, member, user, unit);
            if (now != member)
                entered.Home.Members.Change(unit, member, now);
            await database.CommitAsync(unit.Publish(new GuildMemberUpdated(guildId, now.ToWire(user)), entered.State));
        }
    }
}
