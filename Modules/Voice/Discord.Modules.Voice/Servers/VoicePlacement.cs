using System.Collections.Concurrent;
using System.Collections.Immutable;
using Discord.Protocol;

namespace Discord.Modules.Voice.Servers;

/// <summary>Rendezvous hashing proposes a voice server for a room; it stays for as long as somebody is in the room, until the region is another or the server goes.</summary>
/// <remarks>Source: design.md 7. A server that joins moves nothing that runs; when one goes, only what it carried moves.</remarks>
/// <param name="servers">Those that are there from the start.</param>
internal sealed class VoicePlacement(IReadOnlyList<IVoiceServer> servers) : IVoicePlacement
{
    private readonly ConcurrentDictionary<Snowflake, (string? Region, IVoiceServer Server)> _placed = new();
    private ImmutableArray<IVoiceServer> _servers = [.. servers];

    public IReadOnlyCollection<string> Regions => [.. _servers.Select(server => server.Region).Distinct().Order(StringComparer.Ordinal)];

    public IVoiceServer? Place(Snowflake serverId, Snowflake roomId, string? region)
    {
        if (_placed.TryGetValue(roomId, out var placed) && placed.Region == region && placed.Server.Endpoint is not null)
            return placed.Server;
        if (Choose(serverId, region, _servers) is not { } chosen)
            return null;
        _placed[roomId] = (region, chosen);
        return chosen;
    }

    public void Release(Snowflake roomId) => _placed.TryRemove(roomId, out _);

    public void Add(IVoiceServer server) => ImmutableInterlocked.Update(ref _servers, servers => servers.Contains(server) ? servers : servers.Add(server));

    public void Remove(IVoiceServer server)
    {
        ImmutableInterlocked.Update(ref _servers, servers => servers.Remove(server));
        foreach (var (roomId, placed) in _placed)
        {
            if (placed.Server == server)
                _placed.TryRemove(KeyValuePair.Create(roomId, placed));
        }
    }

    /// <summary>
    /// Of the servers that take somebody, in the region if there is one there, the one with the highest hash together with the id.
    /// The host's own carries only what no other can: others are there to relieve it. One whose link is broken may be gone: it keeps its rooms for a while, and gets new ones when nobody else is there.
    /// </summary>
    public static IVoiceServer? Choose(Snowflake serverId, string? region, IEnumerable<IVoiceServer> servers) => servers
        .Where(server => server.Endpoint is not null)
        .OrderBy(server => server is LinkedVoiceServer { IsLinked: false })
        .ThenByDescending(server => region is null || server.Region == region)
        .ThenByDescending(server => server is LinkedVoiceServer)
        .ThenByDescending(server => Weight(serverId, server.Name))
        .FirstOrDefault();

    private static ulong Weight(Snowflake serverId, string name)
    {
        // FNV-1a, and the finish of MurmurHash3: names that differ in one letter weigh nothing alike.
        var hash = 14695981039346656037UL ^ serverId.Value;
        foreach (var unit in name)
            hash = (hash ^ unit) * 1099511628211UL;
        hash = (hash ^ (hash >> 33)) * 0xFF51AFD7ED558CCDUL;
        hash = (hash ^ (hash >> 33)) * 0xC4CEB9FE1A85EC53UL;
        return hash ^ (hash >> 33);
    }
}
