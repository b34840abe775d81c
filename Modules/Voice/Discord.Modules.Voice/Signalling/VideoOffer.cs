using System.Text.Json;
using Discord.Modules.Voice.Media;
using Discord.Modules.Voice.Servers;

namespace Discord.Modules.Voice.Signalling;

/// <summary>Op 12: what somebody sends of a camera or a screen.</summary>
/// <param name="VideoSsrc">As the client sends it; 0: nothing. The others receive it under the SSRC that the server gave.</param>
/// <param name="RtxSsrc">Of its retransmissions; 0: none.</param>
internal sealed record VideoOffer(uint VideoSsrc, uint RtxSsrc, IReadOnlyList<VideoStream> Streams)
{
    public static readonly VideoOffer None = new(0, 0, []);

    public bool IsOn => VideoSsrc != 0;

    /// <summary>What of it this sender may send: 720p30, with <see cref="VoiceRights.HighQuality"/> 1080p60.</summary>
    public VideoOffer Within(VoiceRights rights) => this with { Streams = [.. Streams.Select(stream => stream.Within(PictureLimits.Of(rights)))] };

    /// <returns>Null when it is malformed.</returns>
    /// <remarks>Source: protocol.md 5.1 and 5.7. audio_ssrc is the server's own word, so it is not believed.</remarks>
    public static VideoOffer? Read(JsonElement d)
    {
        if (!d.TryUInt("video_ssrc", 0, uint.MaxValue, out var video) || !d.TryUInt("rtx_ssrc", 0, uint.MaxValue, out var rtx))
            return null;
        return VideoStream.ReadMany(d) is { } streams ? new VideoOffer((uint)video, (uint)rtx, streams) : null;
    }
}

/// <param name="Rid">Names the layer: "100".</param>
/// <param name="Quality">0 to 100.</param>
/// <param name="MaxBitrate">Bits per second; 0: not said.</param>
/// <param name="IsSource">The resolution is what the source has, not what was asked for.</param>
internal sealed record VideoStream(string Rid, int Quality, bool Active, uint MaxBitrate, int MaxFramerate, bool IsSource, int Width, int Height)
{
    private const int MaxStreams = 4;

    /// <summary>What is not said, and what is too much, is the most that there may be.</summary>
    public VideoStream Within(PictureLimits limits)
    {
        // A portrait may be as large as a landscape, and keeps its proportions.
        var excess = Math.Max((double)Math.Max(Width, Height) / limits.Width, (double)Math.Min(Width, Height) / limits.Height);
        var isTooLarge = excess > 1;
        return this with
        {
            MaxBitrate = MaxBitrate is 0 ? (uint)limits.Bits : Math.Min(MaxBitrate, (uint)limits.Bits),
            MaxFramerate = MaxFramerate is 0 ? limits.Framerate : Math.Min(MaxFramerate, limits.Framerate),
            IsSource = IsSource && !isTooLarge,
            Width = isTooLarge ? (int)(Width / excess) : Width,
            Height = isTooLarge ? (int)(Height / excess) : Height,
        };
    }

    /// <summary>The "streams" of ops 0 and 12: layers of one picture.</summary>
    /// <returns>Null when they are malformed; empty when there are none.</returns>
    public static IReadOnlyList<VideoStream>? ReadMany(JsonElement d)
    {
        if (!d.TryGetProperty("streams", out var list) || list.ValueKind == JsonValueKind.Null)
            return [];
        if (list.ValueKind != JsonValueKind.Array || list.GetArrayLength() > MaxStreams)
            return null;
        List<VideoStream> read = [.. list.EnumerateArray().Select(Read).OfType<VideoStream>()];
        return read.Count == list.GetArrayLength() ? read : null;
    }

    private static VideoStream? Read(JsonElement d)
    {
        if (d.ValueKind != JsonValueKind.Object || (d.TryGetProperty("rid", out var rid) && (rid.ValueKind != JsonValueKind.String || rid.GetString()!.Length > 16)))
            return null;
        var resolution = d.TryGetProperty("max_resolution", out var size) && size.ValueKind == JsonValueKind.Object ? size : default;
        long width = 0, height = 0;
        if (!d.TryUInt("quality", 0, 100, out var quality) || !d.TryUInt("max_bitrate", 0, 1_000_000_000, out var bitrate) || !d.TryUInt("max_framerate", 0, 1000, out var framerate)
            || (resolution.ValueKind == JsonValueKind.Object && (!resolution.TryUInt("width", 0, 16_384, out width) || !resolution.TryUInt("height", 0, 16_384, out height))))
            return null;
        var isSource = resolution.ValueKind == JsonValueKind.Object && resolution.TryText("type", 16, out var kind) && kind == "source";
        var isActive = d.TryGetProperty("active", out var active) && active.ValueKind == JsonValueKind.True;
        return new VideoStream(rid.ValueKind == JsonValueKind.String ? rid.GetString()! : "", (int)quality, isActive, (uint)bitrate, (int)framerate, isSource, (int)width, (int)height);
    }
}

/// <summary>Op 15: how well somebody wants to see whom.</summary>
/// <param name="Any">0 (nothing) to 100, for those who are not named.</param>
/// <param name="BySsrc">The same for single senders, by their video SSRC.</param>
internal sealed record MediaSinkWants(int Any, IReadOnlyDictionary<uint, int> BySsrc)
{
    public const int Most = 100;

    /// <summary>What is wanted by those who did not say.</summary>
    public static readonly MediaSinkWants Everything = new(Most, new Dictionary<uint, int>());

    private const int MaxSenders = 256;

    public int Of(uint videoSsrc) => BySsrc.GetValueOrDefault(videoSsrc, Any);

    /// <returns>Null when it is malformed.</returns>
    public static MediaSinkWants? Read(JsonElement d)
    {
        var (any, bySsrc) = (Most, new Dictionary<uint, int>());
        foreach (var field in d.EnumerateObject())
        {
            // pixelCounts and what later versions add says nothing that is decided here.
            var isSsrc = uint.TryParse(field.Name, out var ssrc);
            if (!isSsrc && field.Name != "any")
                continue;
            if (!d.TryUInt(field.Name, 0, 100, out var quality) || bySsrc.Count >= MaxSenders)
                return null;
            if (isSsrc)
                bySsrc[ssrc] = (int)quality;
            else
                any = (int)quality;
        }

        return new MediaSinkWants(any, bySsrc);
    }
}

/// <summary>A codec that a client can send or receive: in ops 1 and 14.</summary>
/// <param name="Name">"opus", "H264", "VP8".</param>
/// <param name="Priority">The lowest is preferred.</param>
/// <param name="PayloadType">In RTP: 0 to 127.</param>
/// <param name="RtxPayloadType">Of retransmissions; 0: none.</param>
/// <param name="Encodes">It can send it.</param>
/// <param name="Decodes">It can play it.</param>
internal sealed record MediaCodec(string Name, bool IsVideo, int Priority, int PayloadType, int RtxPayloadType, bool Encodes = true, bool Decodes = true)
{
    private const int MaxCodecs = 32;

    /// <summary>The client's payload types, beside the room's. Opus has Discord's number when it is not named.</summary>
    public static PayloadTypes Number(IReadOnlyList<MediaCodec> codecs)
    {
        var types = new PayloadTypes().Add(Rtp.Opus, Rtp.Opus, MediaKind.Audio);
        foreach (var codec in codecs)
        {
            var type = RoomTypes.Of(codec.Name);
            if (type == 0 || codec.PayloadType == 0)
                continue;
            types.Add((byte)codec.PayloadType, type, type == Rtp.Opus ? MediaKind.Audio : MediaKind.Video, codec.Decodes);
            if (type != Rtp.Opus && codec.RtxPayloadType != 0)
                types.Add((byte)codec.RtxPayloadType, RoomTypes.OfRetransmission(type), MediaKind.Retransmission, codec.Decodes);
        }

        return types;
    }

    /// <param name="codecs">Undefined or null: none were named.</param>
    /// <returns>Null when it is malformed.</returns>
    public static IReadOnlyList<MediaCodec>? ReadMany(JsonElement codecs)
    {
        if (codecs.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null)
            return [];
        if (codecs.ValueKind != JsonValueKind.Array || codecs.GetArrayLength() > MaxCodecs)
            return null;
        List<MediaCodec> read = [.. codecs.EnumerateArray().Select(Read).OfType<MediaCodec>()];
        return read.Count == codecs.GetArrayLength() ? read : null;
    }

    private static MediaCodec? Read(JsonElement d) =>
        d.ValueKind == JsonValueKind.Object && d.TryText("name", 32, out var name) && d.TryText("type", 8, out var type) && type is "audio" or "video"
        && d.TryUInt("priority", 0, 1_000_000, out var priority) && d.TryUInt("payload_type", 0, 127, out var payload) && d.TryUInt("rtx_payload_type", 0, 127, out var rtx)
            ? new MediaCodec(RoomTypes.NameOf(name), type == "video", (int)priority, (int)payload, (int)rtx, !d.IsFalse("encode"), !d.IsFalse("decode"))
            : null;
}

/// <summary>Reads the fields of what a client sent.</summary>
internal static class VoiceJson
{
    /// <returns>False when it is there and no whole number of this range. Absent or null is 0.</returns>
    public static bool TryUInt(this JsonElement d, string name, long least, long most, out long number)
    {
        number = 0;
        return !d.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.Null || (value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out number) && number >= least && number <= most);
    }

    public static bool IsFalse(this JsonElement d, string name) => d.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.False;

    /// <returns>False when it is absent, no text, or longer.</returns>
    public static bool TryText(this JsonElement d, string name, int most, out string text)
    {
        text = d.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";
        return text.Length > 0 && text.Length <= most;
    }
}
