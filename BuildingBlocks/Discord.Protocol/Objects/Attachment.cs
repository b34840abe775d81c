namespace Discord.Protocol;

/// <summary>A file of a message.</summary>
/// <remarks>Source: Discord docs, Resources, Message, "Attachment Object". Addresses end after a while and are made anew with each answer.</remarks>
public sealed record Attachment
{
    public required Snowflake Id { get; init; }
    public required string Filename { get; init; }
    /// <summary>The name as it was given, when the safe one differs from it.</summary>
    public string? Title { get; init; }
    /// <summary>Bytes.</summary>
    public required long Size { get; init; }
    public required string Url { get; init; }
    public string ProxyUrl => Url;
    /// <summary>As the bytes say.</summary>
    public string? ContentType { get; init; }
    /// <summary>Pixels, of images.</summary>
    public int? Width { get; init; }
    public int? Height { get; init; }
    /// <summary>Alternative text, 1 to 1024 characters.</summary>
    public string? Description { get; init; }
    /// <summary>Of voice messages: seconds.</summary>
    public double? DurationSecs { get; init; }
    /// <summary>Of voice messages: loudness over time, up to 256 bytes in base64.</summary>
    public string? Waveform { get; init; }
    public AttachmentFlags Flags { get; init; }
}

/// <remarks>Source: Discord docs, Resources, Message, "Attachment Flags".</remarks>
[Flags]
public enum AttachmentFlags
{
    None = 0,
    IsRemix = 1 << 2,
    IsSpoiler = 1 << 3,
    IsAnimated = 1 << 5,
}
