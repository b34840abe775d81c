using Discord.BuildingBlocks.Api;
using Discord.Modules.Guilds.Contracts;
using Discord.Protocol;
using MediatR;

namespace Discord.Modules.Messaging.ReadStates;

/// <summary>POST /guilds/{guild_id}/ack: everything that the user sees of the guild is read. Fires MESSAGE_ACK for each channel that was unread.</summary>
internal sealed class AckGuild(Acknowledging acknowledging, IMediator mediator) : IEndpoint
{
    public Route Route => Route.Post("ack_guild", "/guilds/{guild_id}/ack") with { Access = Access.Users };

    public async ValueTask<Reply> HandleAsync(ApiRequest request)
    {
        var memberships = await mediator.Send(new GetMembershipsOf(request.UserId), request.Cancelled);
        if (memberships.FirstOrDefault(membership => membership.Guild.Id == request.Id("guild_id")) is not { } membership)
            return ApiError.UnknownGuild;
        var marks = new List<ReadMark>();
        foreach (var id in membership.Guild.ChannelIds.Where(id => membership.Guild.InChannel(id, request.UserId, membership.Roles).Has(Permissions.ViewChannel)))
        {
            if (await mediator.Send(new GetChannelAccess(request.UserId, id), request.Cancelled) is { Error: null, Value: { Home.LastMessageId: { } newest } access })
                marks.Add(new ReadMark(access, newest));
        }

        if (marks.Count > 0)
            await acknowledging.ApplyAsync(request, marks);
        return Reply.NoContent;
    }
}
