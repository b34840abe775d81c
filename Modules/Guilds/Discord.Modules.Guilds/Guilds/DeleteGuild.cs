using Discord.BuildingBlocks.Api;
using Discord.BuildingBlocks.Storage;
using Discord.Modules.Guilds.Contracts;
using Discord.Modules.Guilds.Home;
using Discord.Modules.Guilds.Storage;
using Discord.Protocol;

namespace Discord.Modules.Guilds.Guilds;

/// <summary>DELETE /guilds/{guild_id}: only its owner may. Messages are purged afterwards, in the background.</summary>
/// <remarks>A user-account operation: protocol.md 1.1. Fires GUILD_DELETE.</remarks>
internal sealed class DeleteGuild(GuildHomes homes) : IEndpoint
{
    public Route Route => Route.Delete("delete_guild", "/guilds/{guild_id}") with { Alias = "/guilds/{guild_id}/delete" };

    public async ValueTask<Reply> HandleAsync(ApiRequest request)
    {
        var guildId = request.Id("guild_id");
        var entered = await homes.EnterAsync(guildId, request.UserId, request.Cancelled);
        if (entered.Error is { } refused)
            return refused;
        using var turn = entered.Value;
        if (!turn.IsOwner)
            return ApiError.MissingPermissions;
        Snowflake[] channels = [.. turn.State.Channels.Keys];
        var unit = GuildStore.DeleteGuild(new WriteUnit(), guildId)
            .Publish(new GuildDeleted(guildId, channels), turn.State)
            .Publish(new ChannelsPurged(guildId, channels), turn.State);
        unit.Then(() =>
        {
            turn.Home.State = null;
            homes.ForgetGuild(guildId);
            homes.ForgetMembersOf(guildId);
        });
        await turn.CommitAsync(unit);
        foreach (var channel in channels.Concat(turn.State.Threads.Keys))
            homes.ForgetChannel(channel);
        return Reply.NoContent;
    }
}
