using System.Collections.Concurrent;
using Discord.Protocol;
using Microsoft.Extensions.DependencyInjection;

namespace Discord.Modules.Voice.Servers;

/// <summary>Rendezvous hashing proposes a voice server; it stays for as long as somebody is in voice there, or until it takes nobody any more.</summary>
/// <remarks>Source: design.md 7. A server that joins moves nothing that runs. All servers are of the one region that there is.</remarks>
internal sealed class VoicePlacement(IServiceProvider services) : IVoicePlacement
{
    // Found at the first use: a voice server reports to what asks for a place.
    private readonly Lazy<IReadOnlyList<IVoiceServer>> _servers = new(() => [.. services.GetServices<IVoiceServer>()]);
    private readonly ConcurrentDictionary<Snowflake, IVoiceServer> _placed = new();

    public IVoiceServer? Place(Snowflake serverId, string? region)
    {
        if (_placed.TryGetValue(serverId, out var server) && server.Endpoint is not null)
            return server;
        if (Choose(serverId, _servers.Value) is not { } chosen)
            return null;
        _placed[serverId] = chosen;
        return chosen;
    }

    public void Release(Snowflake serverId) => _placed.TryRemove(serverId, out _);

    /// <summary>Of the servers that take somebody the one with the highest hash together with the id: when one goes, only what it carried moves.</summary>
    public static IVoiceServer? Choose(Snowflake serverId, IEnumerable<IVoiceServer> servers) =>
        servers.Where(server => server.Endpoint is not null).MaxBy(server => Weight(serverId, server.Endpoint!));

    private static ulong Weight(Snowflake serverId, string endpoint)
    {
        // FNV-1a, and the finish of MurmurHash3: names that differ in one letter weigh nothing alike.
        var hash = 14695981039346656037UL ^ serverId.Value;
        foreach (var unit in endpoint)
            hash = (hash ^ unit) * 1099511628211UL;
        hash = (hash ^ (hash >> 33)) * 0xFF51AFD7ED558CCDUL;
        hash = (hash ^ (hash >> 33)) * 0xC4CEB9FE1A85EC53UL;
        return hash ^ (hash >> 33);
    }
}
