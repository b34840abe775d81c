using Discord.BuildingBlocks.Streams;
using Discord.Modules.Presence.Contracts;
using Discord.Protocol;
using Discord.Protocol.Gateway;

namespace Discord.Modules.Presence;

/// <summary>Hands presence to the gateway: at once, or where many are online every few seconds, and then only the newest of each member.</summary>
/// <remarks>Source: design decision, design.md 6. Presence is lossy by contract: who misses a step between two states misses nothing.</remarks>
internal sealed class PresenceFeed : IAsyncDisposable
{
    private readonly IGatewayDispatcher _dispatcher;
    private readonly OnlineMembers _online;
    private readonly int _batchAbove;
    private readonly ITimer _timer;
    private readonly Lock _gate = new();
    private Dictionary<(Snowflake Guild, Snowflake User), (PresenceUpdated Event, IGuildView View)> _waiting = [];

    public PresenceFeed(IGatewayDispatcher dispatcher, OnlineMembers online, PresenceOptions options, TimeProvider clock)
    {
        _dispatcher = dispatcher;
        _online = online;
        _batchAbove = options.BatchAbove;
        _timer = clock.CreateTimer(_ => Flush(), null, options.BatchEvery, options.BatchEvery);
    }

    public void Publish(PresenceUpdated e, IGuildView view)
    {
        var key = (e.GuildId, e.Presence.User.Id);
        lock (_gate)
        {
            if (_online.CountOf(e.GuildId) > _batchAbove)
            {
                _waiting[key] = (e, view);
                return;
            }

            _waiting.Remove(key);
            _dispatcher.DispatchLossy(e, view);
        }
    }

    public ValueTask DisposeAsync() => _timer.DisposeAsync();

    private void Flush()
    {
        lock (_gate)
        {
            if (_waiting.Count == 0)
                return;
            foreach (var (e, view) in _waiting.Values)
                _dispatcher.DispatchLossy(e, view);
            _waiting = [];
        }
    }
}
