using Discord.BuildingBlocks.Api;
using Discord.Modules.Guilds.Home;

namespace Discord.Modules.Guilds.ScheduledEvents;

/// <summary>GET /guilds/{guild_id}/scheduled-events: what is planned and what goes on, as far as the caller sees the places.</summary>
internal sealed class ListGuildScheduledEvents(GuildHomes homes, EventAccess access) : IEndpoint
{
    public Route Route => Route.Get("list_guild_scheduled_events", "/guilds/{guild_id}/scheduled-events");

    public async ValueTask<Reply> HandleAsync(ApiRequest request)
    {
        var query = request.Query;
        var withCounts = query.Bool("with_user_count") ?? false;
        if (query.Error is { } invalid)
            return invalid;
        var guild = await homes.ReadAsync(request.Id("guild_id"), request.UserId);
        if (guild.Error is { } refused)
            return refused;
        var (_, state, member, _) = guild.Value;
        return Reply.Ok(await access.WriteAsync(state.Id, [.. state.Objects.All<ScheduledEvent>().Where(planned => !planned.IsOver && access.Sees(state, member, planned))], withCounts));
    }
}
