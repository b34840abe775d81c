using System.Collections.Concurrent;
using System.Collections.Immutable;
using Discord.BuildingBlocks;
using Discord.BuildingBlocks.Storage;
using Discord.Modules.Guilds.Contracts;
using Discord.Modules.Guilds.Home;
using Discord.Modules.Guilds.Storage;
using Discord.Modules.Users.Contracts;
using Discord.Protocol;
using MediatR;

namespace Discord.Modules.Guilds.Members;

/// <summary>Who is connected, and when others last were: what pruning asks. Members who came by a temporary invite leave with their last session.</summary>
/// <remarks>Source: Discord docs, Resources, Guild, "Begin Guild Prune"; Channel, "Create Channel Invite", temporary.</remarks>
internal sealed class Activity(GuildHomes homes, ActivityStore store, Departures departures, Database database, TimeProvider clock, IMediator mediator)
    : IRequestHandler<NoteConnected>, IRequestHandler<NoteDisconnected>, IStartup
{
    private readonly ConcurrentDictionary<Snowflake, byte> _connected = new();
    private readonly ConcurrentDictionary<Snowflake, ImmutableHashSet<Snowflake>> _temporary = new();

    // Whose day is in the store already; a new day starts over.
    private Day _today = new(default);

    public async ValueTask StartAsync(CancellationToken cancellationToken)
    {
        foreach (var (userId, guildId) in await store.TemporaryAsync())
            Remember(guildId, userId);
    }

    /// <summary>Lets somebody who joins in this unit be a member only as long as they are connected.</summary>
    public void KeepWhileConnected(WriteUnit unit, Snowflake guildId, Snowflake userId) => ActivityStore.AddTemporary(unit, guildId, userId).Then(() => Remember(guildId, userId));

    /// <summary>Of these users, those who are connected, or were at a time or later.</summary>
    public async ValueTask<IReadOnlySet<Snowflake>> ActiveSinceAsync(IReadOnlyCollection<Snowflake> userIds, DateTimeOffset since)
    {
        var active = await store.SeenSinceAsync(userIds, Timestamp.From(since));
        active.UnionWith(userIds.Where(_connected.ContainsKey));
        return active;
    }

    public async Task<Unit> Handle(NoteConnected request, CancellationToken cancellationToken)
    {
        _connected[request.UserId] = 0;
        await NoteAsync(request.UserId);
        return Unit.Value;
    }

    public async Task<Unit> Handle(NoteDisconnected request, CancellationToken cancellationToken)
    {
        _connected.TryRemove(request.UserId, out _);
        await NoteAsync(request.UserId);
        if (!_temporary.TryRemove(request.UserId, out var guilds))
            return Unit.Value;
        foreach (var guildId in guilds)
            await LeaveAsync(guildId, request.UserId, cancellationToken);
        return Unit.Value;
    }

    private async Task LeaveAsync(Snowflake guildId, Snowflake userId, CancellationToken cancellationToken)
    {
        var entered = await homes.EnterAsync(guildId, userId, cancellationToken);
        if (entered.Error is not null)
            return;
        using var turn = entered.Value;
        // A role made the stay a lasting one.
        if (turn.Member.Roles.Count == 0 && !turn.IsOwner && await mediator.Send(new GetUser(userId), cancellationToken) is { } user)
            await departures.RemoveAsync(turn, [user], new WriteUnit());
        else
            await turn.CommitAsync(ActivityStore.RemoveTemporary(new WriteUnit(), guildId, userId));
    }

    private void Remember(Snowflake guildId, Snowflake userId) => _temporary.AddOrUpdate(userId, static (_, id) => [id], static (_, known, id) => known.Add(id), guildId);

    private Task NoteAsync(Snowflake userId)
    {
        var now = clock.GetUtcNow();
        var today = _today;
        if (today.Date != now.UtcDateTime.Date)
            _today = today = new Day(now.UtcDateTime.Date);
        return today.Noted.TryAdd(userId, 0) ? database.CommitAsync(ActivityStore.Seen(new WriteUnit(), userId, Timestamp.From(now)), WritePriority.Bulk) : Task.CompletedTask;
    }

    private sealed record Day(DateTime Date)
    {
        public ConcurrentDictionary<Snowflake, byte> Noted { get; } = new();
    }
}
