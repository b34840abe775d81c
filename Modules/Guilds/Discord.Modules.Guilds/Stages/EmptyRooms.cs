using Discord.BuildingBlocks.Storage;
using Discord.Modules.Guilds.AuditLog;
using Discord.Modules.Guilds.Home;
using Discord.Modules.Guilds.ScheduledEvents;
using Discord.Modules.Voice.Contracts;
using Discord.Protocol;
using MediatR;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Discord.Modules.Guilds.Stages;

/// <summary>Ends what nobody attends any more: a stage without speakers, and an event in a channel that everybody has left.</summary>
/// <remarks>
/// Source: Discord docs, Resources, Stage Instance, "Auto Closing", and Guild Scheduled Event, "Guild Scheduled Event Status Update Automation": after some
/// minutes. Who is in voice is known in memory alone: after a start the wait begins anew.
/// </remarks>
internal sealed partial class EmptyRooms(GuildHomes homes, EventChanges events, Database database, IMediator mediator, TimeProvider clock, ILogger<EmptyRooms> logger) : BackgroundService
{
    /// <summary>How long a stage has no speaker, or an event nobody, before it is over.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private static readonly TimeSpan s_every = TimeSpan.FromSeconds(15);

    // Since when each stage or event was seen without anybody.
    private Dictionary<Snowflake, DateTimeOffset> _emptySince = [];

    /// <summary>Looks at all of them at a moment.</summary>
    public async Task RunAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        var emptySince = new Dictionary<Snowflake, DateTimeOffset>();
        foreach (var state in homes.Loaded.Select(home => home.State).OfType<GuildState>())
        {
            foreach (var id in await EmptyAsync(state, cancellationToken))
            {
                var since = _emptySince.GetValueOrDefault(id, now);
                if (now - since < Patience || !await EndAsync(state.Id, id, now, cancellationToken))
                    emptySince[id] = since;
            }
        }

        _emptySince = emptySince;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(s_every, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await RunAsync(clock.GetUtcNow(), stoppingToken);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                // The edge of a loop that must survive: the next round tries again.
                LogFailed(logger, e);
            }
        }
    }

    // The ids of stages and events.
    private async ValueTask<IReadOnlyList<Snowflake>> EmptyAsync(GuildState state, CancellationToken cancellationToken)
    {
        var stages = state.Objects.All<StageInstance>().ToList();
        var running = state.Objects.All<ScheduledEvent>().Where(planned => planned is { Status: EventStatus.Active, EntityType: EventEntity.Voice }).ToList();
        if (stages.Count + running.Count == 0)
            return [];
        var present = await mediator.Send(new GetVoiceStates(state.Id), cancellationToken);
        return [
            .. stages.Where(stage => !present.Any(voice => voice.ChannelId == stage.ChannelId && !voice.Suppress)).Select(stage => stage.Id),
            .. running.Where(planned => present.All(voice => voice.ChannelId != planned.ChannelId)).Select(planned => planned.Id)];
    }

    /// <returns>False: somebody came meanwhile.</returns>
    private async ValueTask<bool> EndAsync(Snowflake guildId, Snowflake id, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (await homes.EnterAsSystemAsync(guildId, cancellationToken) is not { } entered)
            return true;
        using var turn = entered.Turn;
        var state = entered.State;
        if (!(await EmptyAsync(state, cancellationToken)).Contains(id))
            return false;
        var unit = new WriteUnit();
        var next = state.Objects.Find<StageInstance>(id) is { } stage
            ? events.Close(unit, state, stage, now, Doer.Platform)
            : events.End(unit, state, state.Objects.Find<ScheduledEvent>(id)!, EventStatus.Completed, now, Doer.Platform);
        await database.CommitAsync(unit.Then(() => entered.Home.State = next));
        return true;
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Ending stages and events that nobody attends failed; it is tried again")]
    private static partial void LogFailed(ILogger logger, Exception e);
}
