using System.Collections.Concurrent;
using System.Text.Json;
using Discord.BuildingBlocks.Streams;
using Discord.Modules.Guilds.Contracts;
using Discord.Modules.Presence.Contracts;
using Discord.Protocol;
using MediatR;

namespace Discord.Modules.Presence;

/// <summary>A user's presence is that of all their sessions together; a change goes to every guild they are in.</summary>
/// <remarks>Source: Discord docs, Gateway Events, "Presence Update"; protocol.md 3.7, 3.8. Invisible is shown as offline.</remarks>
internal sealed class UserPresences(IMediator mediator, IGatewayDispatcher dispatcher)
    : IRequestHandler<SetSessionPresence>, IRequestHandler<EndSessionPresence>, IRequestHandler<GetPresences, IReadOnlyDictionary<Snowflake, Protocol.Presence>>, IRequestHandler<CountOnline, int>
{
    private readonly ConcurrentDictionary<Snowflake, UserSessions> _users = new();

    public async Task<Unit> Handle(SetSessionPresence request, CancellationToken cancellationToken)
    {
        var sessions = _users.GetOrAdd(request.UserId, _ => new UserSessions());
        await PublishAsync(request.UserId, sessions, () => sessions.BySession[request.SessionId] = new SessionPresence(request.Status, request.Activities, request.Platform));
        return Unit.Value;
    }

    public async Task<Unit> Handle(EndSessionPresence request, CancellationToken cancellationToken)
    {
        if (_users.TryGetValue(request.UserId, out var sessions))
            await PublishAsync(request.UserId, sessions, () => sessions.BySession.Remove(request.SessionId));
        return Unit.Value;
    }

    public Task<IReadOnlyDictionary<Snowflake, Protocol.Presence>> Handle(GetPresences request, CancellationToken cancellationToken)
    {
        var found = new Dictionary<Snowflake, Protocol.Presence>();
        foreach (var id in request.UserIds)
        {
            if (_users.TryGetValue(id, out var sessions) && sessions.Shown(id) is { Status: not "offline" } presence)
                found[id] = presence;
        }

        return Task.FromResult<IReadOnlyDictionary<Snowflake, Protocol.Presence>>(found);
    }

    public Task<int> Handle(CountOnline request, CancellationToken cancellationToken) =>
        Task.FromResult(_users.Count(user => request.IsMember(user.Key) && user.Value.Shown(user.Key).Status != "offline"));

    private async Task PublishAsync(Snowflake userId, UserSessions sessions, Action change)
    {
        Protocol.Presence shown;
        lock (sessions)
        {
            var before = sessions.Shown(userId);
            change();
            shown = sessions.Shown(userId);
            if (UserSessions.AreSame(before, shown))
                return;
        }

        foreach (var view in await mediator.Send(new GetGuildViewsOf(userId)))
            dispatcher.DispatchLossy(new PresenceUpdated(view.Id, shown), view);
    }

    private sealed record SessionPresence(string Status, IReadOnlyList<JsonElement> Activities, string Platform);

    private sealed class UserSessions
    {
        // The most telling status of several sessions is shown: who is "do not disturb" somewhere is so everywhere.
        private static readonly string[] s_precedence = ["dnd", "online", "idle"];

        public Dictionary<string, SessionPresence> BySession { get; } = [];

        public Protocol.Presence Shown(Snowflake userId)
        {
            lock (this)
            {
                var visible = BySession.Values.Where(session => session.Status is not ("invisible" or "offline")).ToList();
                var status = s_precedence.FirstOrDefault(status => visible.Any(session => session.Status == status)) ?? "offline";
                return new Protocol.Presence
                {
                    User = new PresenceUser(userId),
                    Status = status,
                    Activities = [.. visible.SelectMany(session => session.Activities)],
                    ClientStatus = visible.GroupBy(session => session.Platform).ToDictionary(group => group.Key, group => group.First().Status),
                };
            }
        }

        public static bool AreSame(Protocol.Presence left, Protocol.Presence right) =>
            left.Status == right.Status && left.ClientStatus.OrderBy(entry => entry.Key, StringComparer.Ordinal).SequenceEqual(right.ClientStatus.OrderBy(entry => entry.Key, StringComparer.Ordinal))
            && left.Activities.Select(activity => activity.GetRawText()).SequenceEqual(right.Activities.Select(activity => activity.GetRawText()));
    }
}
