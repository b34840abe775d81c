using Discord.Protocol;
using Discord.Protocol.Gateway;

namespace Discord.BuildingBlocks.Streams;

/// <summary>One entry of the committed streams: an event with its serialized data, or a watcher that asked to join a guild's stream here.</summary>
/// <param name="StreamKey">What keeps the order: entries of one key are dispatched in the order of their commits.</param>
/// <param name="Event">Null for a watcher.</param>
/// <param name="Data">The event's "d" as JSON, serialized once: the outbox row and every session's frame share it.</param>
/// <param name="View">The guild as it was when this happened; null outside guilds.</param>
/// <param name="Watcher">Opaque to all but the dispatcher.</param>
public sealed record StreamItem(Snowflake StreamKey, GatewayEvent? Event, byte[]? Data, IGuildView? View, object? Watcher)
{
    /// <summary>Place in the outbox; 0 for what is not stored (watchers, typing, presence).</summary>
    public long Position { get; set; }

    /// <summary>When the dispatcher got it, in ticks of its clock.</summary>
    public long DispatchedAt { get; set; }
}

/// <summary>Takes events to the gateway's sessions. Implemented by the host; modules do not know sockets.</summary>
public interface IGatewayDispatcher
{
    /// <summary>Queues an entry. Must not block. Called in commit order; for events that are lossy by contract, directly.</summary>
    void Dispatch(StreamItem item);

    /// <summary>Completes when a stream has little left to hand out: who makes events faster than they can be delivered waits here for the readers.</summary>
    /// <remarks>An answer that waits slows its sender, and nobody else: queues stay short, and with them every reader's delay.</remarks>
    ValueTask WaitForRoomAsync(Snowflake streamKey, CancellationToken cancellationToken);
}

public static class GatewayDispatcherExtensions
{
    /// <summary>Dispatches an event that is lossy by contract (typing, presence, voice state): it passes no outbox.</summary>
    public static void DispatchLossy(this IGatewayDispatcher dispatcher, GatewayEvent e, IGuildView? view) =>
        dispatcher.Dispatch(new StreamItem(e.Audience.StreamKey, e, e.SerializeData(), view, null));
}
