using System.Text.Unicode;
using System.Text;
using Discord.BuildingBlocks.Files;

namespace Discord.Modules.Media.Formats;

/// <summary>What a file's own bytes say of it; what the client said does not count.</summary>
/// <param name="ContentType">Null: nothing that is known here.</param>
/// <param name="Width">Pixels, of PNG, JPEG, GIF and WebP.</param>
internal sealed record FileFacts(string? ContentType, int? Width = null, int? Height = null, bool IsAnimated = false, TimeSpan? Duration = null)
{
    private const int HeadLength = 4096;

    // Sounds of a soundboard have half a MiB; of longer files nobody asks how long they play.
    private const int MaxTimedBytes = 1 << 20;

    /// <summary>Reads a file's headers. Every number in them may be a lie: what does not fit into the file is unknown.</summary>
    public static FileFacts Read(Stream file)
    {
        var head = new byte[(int)Math.Min(HeadLength, file.Length)];
        file.ReadExactly(head);
        if (Starts(head, 0, "\x89PNG\r\n\x1a\n"))
            return ImageHeaders.ReadPng(file);
        if (Starts(head, 0, "\xff\xd8\xff"))
            return ImageHeaders.ReadJpeg(file);
        if (Starts(head, 0, "GIF87a") || Starts(head, 0, "GIF89a"))
            return ImageHeaders.ReadGif(file);
        if (Starts(head, 0, "RIFF") && Starts(head, 8, "WEBP"))
            return ImageHeaders.ReadWebP(file);
        if (Starts(head, 0, "OggS"))
            return new FileFacts(head.AsSpan().IndexOf("theora"u8) > 0 ? "video/ogg" : FileTypes.Ogg, Duration: file.Length <= MaxTimedBytes ? SoundHeaders.OggDuration(file) : null);
        if (SoundHeaders.IsMp3(head))
            return new FileFacts(FileTypes.Mp3, Duration: file.Length <= MaxTimedBytes ? SoundHeaders.Mp3Duration(file) : null);
        return new FileFacts(TypeOf(head));
    }

    private static string? TypeOf(ReadOnlySpan<byte> head)
    {
        if (Starts(head, 0, "RIFF") && Starts(head, 8, "WAVE"))
            return "audio/wav";
        if (Starts(head, 0, "fLaC"))
            return "audio/flac";
        if (Starts(head, 0, "\x1a\x45\xdf\xa3"))
            return head.IndexOf("webm"u8) is > 0 and < 64 ? "video/webm" : "video/x-matroska";
        if (Starts(head, 4, "ftyp") && head.Length >= 12)
            return Encoding.ASCII.GetString(head.Slice(8, 4)) switch
            {
                "M4A " or "M4B " => "audio/mp4",
                "qt  " => "video/quicktime",
                "avif" or "avis" => "image/avif",
                "heic" or "heix" or "mif1" => "image/heic",
                _ => "video/mp4",
            };
        if (Starts(head, 0, "%PDF-"))
            return "application/pdf";
        if (Starts(head, 0, "PK\x03\x04") || Starts(head, 0, "PK\x05\x06"))
            return "application/zip";
        if (Starts(head, 0, "\x1f\x8b"))
            return "application/gzip";
        return IsText(head) ? FileTypes.Text : null;
    }

    // UTF-8 without control characters. The head may end inside of a character.
    private static bool IsText(ReadOnlySpan<byte> head)
    {
        var end = head.Length;
        for (var i = 1; end == HeadLength && i <= 4; i++)
        {
            if ((head[^i] & 0xC0) == 0x80)
                continue;
            end = head[^i] < 0x80 ? end : end - i;
            break;
        }

        return head.Length > 0 && Utf8.IsValid(head[..end]) && !head.ContainsAnyInRange((byte)0, (byte)8) && !head.ContainsAnyInRange((byte)14, (byte)31);
    }

    // Each character of the pattern is a byte.
    private static bool Starts(ReadOnlySpan<byte> bytes, int at, string pattern)
    {
        if (bytes.Length < at + pattern.Length)
            return false;
        for (var i = 0; i < pattern.Length; i++)
        {
            if (bytes[at + i] != pattern[i])
                return false;
        }

        return true;
    }
}

internal static class StreamReading
{
    /// <summary>Fills the target from a place in the file.</summary>
    /// <returns>False: the file ends before.</returns>
    public static bool TryRead(this Stream file, long at, Span<byte> target)
    {
        if (at + target.Length > file.Length)
            return false;
        file.Position = at;
        file.ReadExactly(target);
        return true;
    }
}
