using Discord.Modules.Voice.Servers;

namespace Discord.UnitTests.Voice;

/// <summary>A voice server that keeps the grants it is given.</summary>
internal sealed class RecordingVoiceServer(string? endpoint = "127.0.0.1:1/voice") : IVoiceServer
{
    public string Name { get; } = endpoint ?? "";

    public string Region { get; init; } = "local";

    public string? Endpoint { get; set; } = endpoint;

    /// <summary>The grants that hold now, by token.</summary>
    public Dictionary<string, VoiceGrant> Grants { get; } = [];

    /// <summary>Ended grants with their close codes.</summary>
    public List<(VoiceGrant Grant, int? Code)> Ended { get; } = [];

    public void Admit(VoiceGrant grant) => Grants.Add(grant.Token, grant);

    public void Change(string token, VoiceRights rights) => Grants[token] = Grants[token] with { Rights = rights };

    public void Revoke(string token, int? code)
    {
        Grants.Remove(token, out var grant);
        Ended.Add((grant!, code));
    }
}
