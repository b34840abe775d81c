using Discord.BuildingBlocks.Api;
using Discord.Modules.Guilds.Home;
using Discord.Modules.Guilds.Storage;
using Discord.Modules.Users.Contracts;
using Discord.Protocol;
using MediatR;

namespace Discord.Modules.Guilds.Bans;

/// <summary>POST /guilds/{guild_id}/bulk-ban: bans up to 200 users; those whom the caller may not ban, or who are banned already, are passed over.</summary>
/// <remarks>Source: Discord docs, Resources, Guild, "Bulk Guild Ban". Needs BAN_MEMBERS and MANAGE_GUILD. 500000 when nobody was banned.</remarks>
internal sealed class BulkBanUsersFromGuild(GuildHomes homes, GuildStore store, Banning banning, IMediator mediator) : IEndpoint
{
    private const int MaxUsers = 200;

    private static readonly ApiError s_nobodyBanned = new(400, 500_000, "Failed to ban users");

    public Route Route => Route.Post("bulk_ban_users_from_guild", "/guilds/{guild_id}/bulk-ban");

    public async ValueTask<Reply> HandleAsync(ApiRequest request)
    {
        var body = await request.BodyAsync();
        if (body.Error is { } unreadable)
            return unreadable;
        var form = body.Value;
        var ids = form.Ids("user_ids", MaxUsers, required: true)?.Distinct().ToList();
        if (ids is { Count: 0 })
            form.Fail("user_ids", "BASE_TYPE_BAD_LENGTH", $"Must be between 1 and {MaxUsers} in length.");
        var ban = BanForm.Read(form, request);
        if (form.Error is { } invalid)
            return invalid;

        var entered = await homes.EnterAsync(request.Id("guild_id"), request.UserId, Permissions.BanMembers | Permissions.ManageGuild, request.Cancelled);
        if (entered.Error is { } refused)
            return refused;
        using var turn = entered.Value;
        var users = await mediator.Send(new GetUsers(ids!), request.Cancelled);
        var banned = new List<User>();
        foreach (var id in ids!)
        {
            if (users.TryGetValue(id, out var user) && await Banning.MayBanAsync(turn, id) && await store.FindBanAsync(turn.State.Id, id) is null)
                banned.Add(user);
        }

        if (banned.Count == 0)
            return s_nobodyBanned;
        await banning.BanAsync(turn, banned, ban);
        return Reply.Ok(new BulkBans([.. banned.Select(user => user.Id)], [.. ids.Except(banned.Select(user => user.Id))]));
    }

    /// <summary>The published BulkBanUsersResponse.</summary>
    private sealed record BulkBans(IReadOnlyList<Snowflake> BannedUsers, IReadOnlyList<Snowflake> FailedUsers);
}
