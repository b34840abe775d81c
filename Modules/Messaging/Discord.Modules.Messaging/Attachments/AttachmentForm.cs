using Discord.BuildingBlocks.Api;
using Discord.BuildingBlocks.Files;
using Discord.Protocol;

namespace Discord.Modules.Messaging.Attachments;

/// <summary>Joins the files of a request, and those that were uploaded before it, with what "attachments" says of them.</summary>
/// <remarks>
/// Source: Discord docs, Reference, "Uploading Files"; Resources, Message, "Attachment Object". The id of an entry is the n of files[n] for a new
/// file and an attachment's own id for one that an edit keeps; a file without an entry is attached all the same.
/// </remarks>
internal static class AttachmentForm
{
    public const int Max = 10;
    private const int MaxDescription = 1024;
    private const int MaxFilename = 1024;
    private const int MaxWaveform = 400;
    private const string Spoiler = "SPOILER_";

    /// <param name="find">An upload by its name; null when the caller has none of that name for this channel.</param>
    /// <param name="added">Takes what was found by name, too: dispose each after the commit.</param>
    /// <returns>The attachments that are kept, or null: the field was not sent. 50146 for an upload that is not there.</returns>
    public static async ValueTask<Result<List<KeptAttachment>?>> ReadAsync(Form form, IReadOnlyList<UploadedFile> files, Func<string, ValueTask<UploadedFile?>> find, List<NewAttachment> added)
    {
        var left = new SortedDictionary<long, UploadedFile>();
        foreach (var file in files)
            left[IndexOf(file.Field) is { } index && !left.ContainsKey(index) ? index : Enumerable.Range(0, Max).First(free => !left.ContainsKey(free))] = file;
        if (form.IsNull("attachments") || !form.Has("attachments"))
        {
            added.AddRange(left.Values.Select(file => new NewAttachment(file, Describe(file, null))));
            return form.Has("attachments") ? new List<KeptAttachment>() : null as List<KeptAttachment>;
        }

        var kept = new List<KeptAttachment>();
        var entries = form.Items("attachments", Max) ?? [];
        for (var i = 0; i < entries.Count; i++)
        {
            var entry = entries[i];
            var id = entry.Long("id", 0);
            if (entry.String("uploaded_filename", 1, MaxFilename, nullable: true) is { } name)
            {
                if (await find(name) is not { } upload)
                    return ApiError.UploadNotFound;
                added.Add(new NewAttachment(upload, Describe(upload, entry)));
            }
            else if (id is null)
            {
                entry.Fail("id", "BASE_TYPE_REQUIRED", "This field is required");
            }
            else if (left.Remove(id.Value, out var file))
            {
                added.Add(new NewAttachment(file, Describe(file, entry)));
            }
            else
            {
                kept.Add(new KeptAttachment(i, Snowflake.FromStored(id.Value), entry.Has("description"), ReadDescription(entry)));
            }
        }

        added.AddRange(left.Values.Select(file => new NewAttachment(file, Describe(file, null))));
        return kept;
    }

    /// <summary>The refusal for an entry that names neither a file of the request nor an attachment of the message.</summary>
    public static ApiError Unknown(KeptAttachment entry) => ApiError.InvalidField($"attachments.{entry.Index}.id", "ATTACHMENT_NOT_FOUND", "No file of this request and no attachment of this message has this id.");

    /// <summary>A voice message is one sound with its length and waveform, and nothing else.</summary>
    /// <remarks>Source: Discord docs, Resources, Message, "Voice Messages"; JSON errors 50159 to 50161.</remarks>
    public static ApiError? CheckVoiceMessage(IReadOnlyList<NewAttachment> files, bool hasOther)
    {
        if (hasOther)
            return ApiError.VoiceMessageContent;
        if (files is not [{ Stored: var sound }] || sound.ContentType?.StartsWith("audio/", StringComparison.Ordinal) != true)
            return ApiError.VoiceMessageFiles;
        return sound.DurationSecs is null || sound.Waveform is null ? ApiError.VoiceMessageMetadata : null;
    }

    private static string? ReadDescription(Form entry) => entry.String("description", 0, MaxDescription, nullable: true) is { Length: > 0 } description ? description : null;

    private static StoredAttachment Describe(UploadedFile file, Form? entry)
    {
        var given = entry?.String("filename", 1, MaxFilename, nullable: true);
        var filename = given is null ? file.Filename : Filenames.Clean(given);
        if (entry?.Bool("is_spoiler") == true && !filename.StartsWith(Spoiler, StringComparison.Ordinal))
            filename = Filenames.Clean(Spoiler + filename);
        return new StoredAttachment
        {
            Filename = filename,
            Title = entry?.String("title", 0, MaxFilename, nullable: true),
            Size = file.Size,
            ContentType = file.ContentType,
            Width = file.Width,
            Height = file.Height,
            Description = entry is null ? null : ReadDescription(entry),
            DurationSecs = entry?.Number("duration_secs", 0, int.MaxValue, nullable: true),
            Waveform = entry?.String("waveform", 0, MaxWaveform, nullable: true),
            Flags = (filename.StartsWith(Spoiler, StringComparison.Ordinal) ? AttachmentFlags.IsSpoiler : 0) | (file.IsAnimated ? AttachmentFlags.IsAnimated : 0)
                | (entry?.Bool("is_remix") == true ? AttachmentFlags.IsRemix : 0),
        };
    }

    // "files[3]" is 3; other names have no number of their own.
    private static int? IndexOf(string field) =>
        field.StartsWith("files[", StringComparison.Ordinal) && field.EndsWith(']') && int.TryParse(field.AsSpan(6, field.Length - 7), out var index) && index is >= 0 and < 1000 ? index : null;
}
