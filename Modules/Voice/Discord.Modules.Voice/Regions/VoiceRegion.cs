namespace Discord.Modules.Voice.Regions;

/// <summary>Where voice is served from. This server is one place: its own.</summary>
/// <remarks>Source: Discord docs, Resources, Voice, "Voice Region Object".</remarks>
internal sealed record VoiceRegion(string Id, string Name, bool Optimal, bool Deprecated, bool Custom)
{
    public static readonly IReadOnlyList<VoiceRegion> All = [new("local", "This server", Optimal: true, Deprecated: false, Custom: false)];
}
