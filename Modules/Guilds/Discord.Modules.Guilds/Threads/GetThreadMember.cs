using Discord.BuildingBlocks.Api;
using Discord.Protocol;

namespace Discord.Modules.Guilds.Threads;

/// <summary>GET /channels/{channel_id}/thread-members/{user_id}: somebody in a thread; with_member adds the guild's member.</summary>
internal sealed class GetThreadMember(ThreadReading reading) : IEndpoint
{
    public Route Route => Route.Get("get_thread_member", "/channels/{channel_id}/thread-members/{user_id}");

    public async ValueTask<Reply> HandleAsync(ApiRequest request)
    {
        var query = request.Query;
        var withMember = query.Bool("with_member") ?? false;
        if (query.Error is { } invalid)
            return invalid;
        var found = await reading.FindAsync(request.Id("channel_id"), request.UserId);
        if (found.Error is { } refused)
            return refused;
        var (home, _, thread) = found.Value;
        if (thread.MemberOf(request.Id("user_id")) is not { } member)
            return ApiError.UnknownMember;
        if (!withMember)
            return Reply.Ok(member);
        return (await reading.WithMembersAsync(home, [member])) is [var whole] ? Reply.Ok(whole) : ApiError.UnknownMember;
    }
}
