using Discord.BuildingBlocks;
using Discord.BuildingBlocks.Storage;
using Discord.Modules.Guilds.Storage;
using Discord.Modules.Users.Contracts;
using MediatR;

namespace Discord.Modules.Guilds.Members;

/// <summary>Fills in, once, the names by which members are searched, for those who joined before names were kept with memberships.</summary>
internal sealed class NameMembers(MemberStore members, Database database, IMediator mediator) : IStartup
{
    public async ValueTask StartAsync(CancellationToken cancellationToken)
    {
        while (await members.UnnamedAsync(1000) is { Count: > 0 } rows)
        {
            var users = await mediator.Send(new GetUsers([.. rows.Select(row => row.UserId).Distinct()]), cancellationToken);
            var unit = new WriteUnit();
            foreach (var (guildId, userId, nick) in rows)
                MemberStore.Name(unit, guildId, userId, nick, users.GetValueOrDefault(userId));
            await database.CommitAsync(unit, WritePriority.Bulk);
        }
    }
}
