using Discord.BuildingBlocks.Api;
using Discord.Modules.Guilds.Contracts;
using MediatR;

namespace Discord.Modules.Messaging.ReadStates;

/// <summary>POST /read-states/ack-bulk: read in up to 100 places at once. Channels that the user does not see are passed over.</summary>
/// <remarks>Source: protocol.md 1.1: {read_states: [{channel_id, message_id, read_state_type?}]}. For other types channel_id is what they belong to.</remarks>
internal sealed class BulkAck(Acknowledging acknowledging, IMediator mediator) : IEndpoint
{
    private const int Max = 100;

    public Route Route => Route.Post("bulk_ack", "/read-states/ack-bulk") with { Access = Access.Users };

    public async ValueTask<Reply> HandleAsync(ApiRequest request)
    {
        var body = await request.BodyAsync();
        if (body.Error is { } unreadable)
            return unreadable;
        if (!body.Value.Has("read_states") || body.Value.IsNull("read_states"))
            body.Value.Fail("read_states", "BASE_TYPE_REQUIRED", "This field is required");
        var read = (body.Value.Items("read_states", Max) ?? []).Select(item => (Channel: item.Id("channel_id", required: true), Message: item.Id("message_id", required: true), Type: item.Int("read_state_type", 0, AckGuildEntity.MaxType) ?? 0)).ToList();
        if (body.Value.Error is { } invalid)
            return invalid;
        var guilds = read.Exists(item => item.Type != 0) ? await mediator.Send(new GetGuildIdsOf(request.UserId), request.Cancelled) : [];
        var marks = new List<ReadMark>();
        foreach (var (channel, message, type) in read)
        {
            if (type != 0 && (channel == request.UserId || guilds.Contains(channel!.Value)))
                await acknowledging.SeeAsync(request, type, channel!.Value, message!.Value);
            else if (type == 0 && await mediator.Send(new GetChannelAccess(request.UserId, channel!.Value), request.Cancelled) is { Error: null } access)
                marks.Add(new ReadMark(access.Value, message!.Value));
        }

        if (marks.Count > 0)
            await acknowledging.ApplyAsync(request, marks);
        return Reply.NoContent;
    }
}
