using System.Collections.Concurrent;
using Discord.Modules.Voice.Servers;

namespace Discord.UnitTests.Voice;

/// <summary>A voice server that keeps the grants it is given.</summary>
internal sealed class RecordingVoiceServer(string? endpoint = "127.0.0.1:1/voice") : IVoiceServer
{
    public string Name { get; } = endpoint ?? "";

    public string Region { get; init; } = "local";

    public string? Endpoint { get; set; } = endpoint;

    /// <summary>The grants that hold now, by token.</summary>
    public ConcurrentDictionary<string, VoiceGrant> Grants { get; } = new();

    /// <summary>Ended grants with their close codes.</summary>
    public ConcurrentQueue<(VoiceGrant Grant, int? Code)> Ended { get; } = new();

    public void Admit(VoiceGrant grant)
    {
        if (!Grants.TryAdd(grant.Token, grant))
            throw new InvalidOperationException("A token is given once.");
    }

    public void Change(string token, VoiceRights rights) => Grants[token] = Grants[token] with { Rights = rights };

    public void Revoke(string token, int? code)
    {
        if (!Grants.TryRemove(token, out var grant))
            throw new InvalidOperationException("There is no such grant.");
        Ended.Enqueue((grant, code));
    }
}
