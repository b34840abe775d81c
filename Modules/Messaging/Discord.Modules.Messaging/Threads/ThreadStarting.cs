using Discord.Modules.Guilds.Contracts;
using Discord.Modules.Messaging.Messages;
using Discord.Protocol;
using MediatR;

namespace Discord.Modules.Messaging.Threads;

/// <summary>Plans threads, one in a slowmode interval of the channel for each of its users.</summary>
/// <remarks>Source: Discord docs, Resources, Channel, rate_limit_per_user: it counts for starting threads, apart from messages.</remarks>
internal sealed class ThreadStarting(Slowmode slowmode, IMediator mediator)
{
    /// <summary>On the turn of the parent.</summary>
    public async Task<Result<ThreadPlan>> PlanAsync(ChannelAccess parent, Snowflake userId, WantedThread wanted, string? reason)
    {
        var planned = await mediator.Send(new PlanThread(parent, userId, wanted, reason));
        if (planned.Error is not null)
            return planned;
        if (slowmode.WaitFor(parent.ChannelId, userId, parent.SlowmodeSeconds, ofThreads: true) is { } seconds)
            return ApiError.Slowmode(seconds);
        var plan = planned.Value;
        return plan with
        {
            Apply = () =>
            {
                plan.Apply();
                slowmode.Note(parent.ChannelId, userId, parent.SlowmodeSeconds, ofThreads: true);
            },
        };
    }
}
