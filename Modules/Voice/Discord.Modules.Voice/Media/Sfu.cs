using Discord.Modules.Voice.Servers;
using Discord.Protocol;

namespace Discord.Modules.Voice.Media;

/// <summary>The selective forwarding unit: takes each packet once, and sends it to everybody in the room who may hear it, under their own key.</summary>
internal sealed class Sfu
{
    /// <summary>Adds somebody to a room, which begins with its first and ends with its last. Any thread.</summary>
    public Leg Join(Snowflake roomId, Snowflake userId, VoiceRights rights) => throw new NotSupportedException($"{roomId} {userId} {rights}");
}

/// <summary>One participant's path into a room. Calls may come from any thread; they take effect in their order, on the room's media thread.</summary>
internal sealed class Leg
{
    public required Snowflake UserId { get; init; }

    /// <summary>The sender's SSRC, as every receiver sees it. Never 0, unique in this process.</summary>
    public required uint AudioSsrc { get; init; }

    /// <summary>AudioSsrc + 1, and + 2 for retransmissions.</summary>
    public uint VideoSsrc => AudioSsrc + 1;

    /// <summary>The UDP port of the media thread that owns the room.</summary>
    public required int Port { get; init; }
}
