using System.Text.Json;
using Discord.Protocol;

namespace Discord.Modules.Voice.Signalling;

/// <summary>
/// Op 64: what the two of a direct call say to each other to send their media past the server. Ours alone: clients that do not say "ready" never get it.
/// </summary>
/// <remarks>docs/adr/0015. The server reads nothing of an offer, an answer or a candidate. The path through the SFU stays open: it is used until the other one stands, and again when that fails.</remarks>
internal sealed record PeerMessage(string Type, string? Data)
{
    /// <summary>This client would; each learns from it the address of the other, so it is asked for. Also takes back an "end".</summary>
    public const string Ready = "ready";

    /// <summary>It failed, or is not wanted any more: the SFU it is.</summary>
    public const string End = "end";

    /// <summary>From the server, to both: begin. One of them offers.</summary>
    public const string Start = "start";

    /// <summary>UTF-16 code units of a description with its codecs.</summary>
    public const int MaxData = 16 * 1024;

    /// <returns>Null: it is malformed.</returns>
    public static PeerMessage? Read(JsonElement d)
    {
        if (!d.TryText("type", 16, out var type))
            return null;
        return type switch
        {
            Ready or End => new PeerMessage(type, null),
            "offer" or "answer" or "candidate" when d.TryText("data", MaxData, out var data) => new PeerMessage(type, data),
            _ => null,
        };
    }

    /// <param name="from">The other one.</param>
    public byte[] Write(Snowflake from) => VoiceMessages.Peer(new { type = Type, user_id = from, data = Data });

    public static byte[] WriteStart(Snowflake with, bool offers) => VoiceMessages.Peer(new { type = Start, user_id = with, offers });
}
