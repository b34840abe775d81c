using Discord.BuildingBlocks.Files;
using Discord.Protocol;

namespace Discord.Modules.Messaging.Attachments;

/// <summary>An attachment as it is stored with its message: without its address, which is signed anew each time.</summary>
internal sealed record StoredAttachment
{
    public Snowflake Id { get; init; }
    /// <summary>Where it was first attached, when that is elsewhere: in copies of a crosspost.</summary>
    public Snowflake? ChannelId { get; init; }
    public required string Filename { get; init; }
    public string? Title { get; init; }
    public required long Size { get; init; }
    public string? ContentType { get; init; }
    public int? Width { get; init; }
    public int? Height { get; init; }
    public string? Description { get; init; }
    public double? DurationSecs { get; init; }
    public string? Waveform { get; init; }
    public AttachmentFlags Flags { get; init; }

    /// <summary>Shown by an embed or a component, by "attachment://name", and for that not among the attachments.</summary>
    /// <remarks>Source: what Discord does; the reference is documented, "Using Attachments within Embeds".</remarks>
    public bool? Embedded { get; init; }
}

/// <summary>A file that a message is to show.</summary>
/// <param name="Stored">Still without an id.</param>
internal sealed record NewAttachment(UploadedFile File, StoredAttachment Stored);

/// <summary>An attachment that an edit lists: it stays.</summary>
/// <param name="Index">Its place in the list, for errors.</param>
/// <param name="Description">Null: as it was, unless <paramref name="Describes"/>.</param>
internal sealed record KeptAttachment(int Index, Snowflake Id, bool Describes, string? Description);
