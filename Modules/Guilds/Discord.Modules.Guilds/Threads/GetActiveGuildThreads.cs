using Discord.BuildingBlocks.Api;
using Discord.Modules.Guilds.Home;
using Discord.Protocol;

namespace Discord.Modules.Guilds.Threads;

/// <summary>GET /guilds/{guild_id}/threads/active: the active threads that the caller sees, the newest first.</summary>
/// <remarks>Source: Discord docs, Resources, Guild, "List Active Guild Threads".</remarks>
internal sealed class GetActiveGuildThreads(GuildHomes homes) : IEndpoint
{
    public Route Route => Route.Get("get_active_guild_threads", "/guilds/{guild_id}/threads/active");

    public async ValueTask<Reply> HandleAsync(ApiRequest request)
    {
        var guild = await homes.ReadAsync(request.Id("guild_id"), request.UserId);
        if (guild.Error is { } refused)
            return refused;
        var (_, state, member, _) = guild.Value;
        var threads = state.VisibleThreads(member.UserId, member.Roles).OrderByDescending(thread => thread.Id).ToList();
        return Reply.Ok(new ThreadList([.. threads.Select(thread => state.WireOf(thread))], [.. threads.Select(thread => thread.MemberOf(member.UserId)).OfType<ThreadMember>()], false));
    }
}
