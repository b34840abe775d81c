using System.Text.Json.Serialization;
using Discord.Modules.Guilds.Storage;
using Discord.Modules.Users.Contracts;
using Discord.Protocol;
using MediatR;

namespace Discord.Modules.Guilds.Bans;

/// <summary>The published GuildBanResponse.</summary>
internal sealed record BanWire(User User, [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Reason)
{
    public static async ValueTask<IReadOnlyList<BanWire>> WriteAsync(IReadOnlyCollection<Ban> bans, IMediator mediator)
    {
        var users = await mediator.Send(new GetUsers([.. bans.Select(ban => ban.UserId)]));
        return [.. bans.Where(ban => users.ContainsKey(ban.UserId)).Select(ban => new BanWire(users[ban.UserId], ban.Reason))];
    }
}
