using System.Buffers.Binary;

namespace Discord.Modules.Media.Formats;

/// <summary>How long MP3 and Ogg files play, from the headers of their frames and pages. Nothing is decoded.</summary>
internal static class SoundHeaders
{
    private const int FrameHeader = 4;
    private const int PageHeader = 27;

    /// <summary>kbit/s of layer III by index, of MPEG-1 and of MPEG-2 and 2.5.</summary>
    /// <remarks>Source: ISO/IEC 11172-3, 2.4.2.3; ISO/IEC 13818-3.</remarks>
    private static readonly int[] s_rates1 = [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320];
    private static readonly int[] s_rates2 = [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160];
    private static readonly int[] s_samplings = [44100, 48000, 32000];

    /// <summary>Begins with a tag or with a frame, and with another behind it when it is long enough.</summary>
    public static bool IsMp3(ReadOnlySpan<byte> head) => head.StartsWith("ID3"u8)
        || (ReadFrame(head) is { } first && (head.Length < first.Length + FrameHeader || ReadFrame(head[first.Length..]) is not null));

    /// <returns>Null when there is no frame in it.</returns>
    public static TimeSpan? Mp3Duration(Stream file)
    {
        Span<byte> head = stackalloc byte[10];
        // ID3v2: its length in four times seven bits, behind ten bytes.
        var at = file.TryRead(0, head) && head.StartsWith("ID3"u8) ? 10L + (head[6] << 21 | head[7] << 14 | head[8] << 7 | head[9]) : 0;
        var seconds = 0.0;
        while (file.TryRead(at, head[..FrameHeader]))
        {
            if (ReadFrame(head) is not { } frame)
            {
                // Between frames there may be other tags.
                at++;
                continue;
            }

            seconds += frame.Samples / (double)frame.Sampling;
            at += frame.Length;
        }

        return seconds > 0 ? TimeSpan.FromSeconds(seconds) : null;
    }

    /// <remarks>Source: RFC 3533, 6: the last page's granule position; RFC 7845, 4: Opus counts 48,000 a second behind its pre-skip; Vorbis I, 4.2.2: as its header says.</remarks>
    /// <returns>Null for other codecs, and when no page can be read.</returns>
    public static TimeSpan? OggDuration(Stream file)
    {
        Span<byte> page = stackalloc byte[PageHeader];
        Span<byte> lengths = stackalloc byte[byte.MaxValue];
        Span<byte> packet = stackalloc byte[16];
        long granules = -1, skip = 0;
        uint sampling = 0;
        for (var at = 0L; file.TryRead(at, page) && page.StartsWith("OggS"u8);)
        {
            granules = Math.Max(granules, BinaryPrimitives.ReadInt64LittleEndian(page[6..]));
            var segments = lengths[..page[26]];
            at += PageHeader + segments.Length;
            if (!file.TryRead(at - segments.Length, segments))
                break;
            if (sampling == 0 && file.TryRead(at, packet))
            {
                if (packet.StartsWith("OpusHead"u8))
                    (sampling, skip) = (48_000, BinaryPrimitives.ReadUInt16LittleEndian(packet[10..]));
                else if (packet.StartsWith("\x01vorbis"u8))
                    sampling = BinaryPrimitives.ReadUInt32LittleEndian(packet[12..]);
            }

            foreach (var length in segments)
                at += length;
        }

        return sampling > 0 && granules >= skip ? TimeSpan.FromSeconds(Math.Min((granules - skip) / (double)sampling, TimeSpan.MaxValue.TotalSeconds / 2)) : null;
    }

    private static Frame? ReadFrame(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < FrameHeader || bytes[0] != 0xFF || (bytes[1] & 0xE0) != 0xE0)
            return null;
        var version = bytes[1] >> 3 & 3;
        var rate = bytes[2] >> 4;
        var sampling = bytes[2] >> 2 & 3;
        // Layer III alone; version 1, rate 0 and 15 and sampling 3 are reserved or cannot be followed.
        if (version == 1 || (bytes[1] >> 1 & 3) != 1 || rate is 0 or 15 || sampling == 3)
            return null;
        var isFirst = version == 3;
        var hertz = s_samplings[sampling] / (isFirst ? 1 : version == 2 ? 2 : 4);
        var samples = isFirst ? 1152 : 576;
        return new Frame(samples, hertz, samples / 8 * (isFirst ? s_rates1 : s_rates2)[rate] * 1000 / hertz + (bytes[2] >> 1 & 1));
    }

    private readonly record struct Frame(int Samples, int Sampling, int Length);
}
