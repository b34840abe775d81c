using Discord.BuildingBlocks.Api;
using Discord.Protocol;

namespace Discord.Modules.Guilds.Threads;

/// <summary>GET /channels/{channel_id}/thread-members: who is in a thread, by user id. With with_member in pages: limit 1 to 100, default 100, and after.</summary>
/// <remarks>Source: Discord docs, Resources, Channel, "List Thread Members".</remarks>
internal sealed class ListThreadMembers(ThreadReading reading) : IEndpoint
{
    private const int MaxPage = 100;

    public Route Route => Route.Get("list_thread_members", "/channels/{channel_id}/thread-members");

    public async ValueTask<Reply> HandleAsync(ApiRequest request)
    {
        var query = request.Query;
        var withMember = query.Bool("with_member") ?? false;
        var limit = query.Int("limit", 1, MaxPage) ?? MaxPage;
        var after = (string?)request.Http.Request.Query["after"] == "0" ? null : query.Id("after");
        if (query.Error is { } invalid)
            return invalid;
        var found = await reading.FindAsync(request.Id("channel_id"), request.UserId);
        if (found.Error is { } refused)
            return refused;
        var (home, _, thread) = found.Value;
        var members = thread.Members.All(thread.Id).Where(member => member.UserId > (after ?? default));
        IReadOnlyList<ThreadMember> page = withMember ? await reading.WithMembersAsync(home, [.. members.Take(limit)]) : [.. members];
        return Reply.Ok(page);
    }
}
