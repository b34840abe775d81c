using System.Text.Json;
using Discord.BuildingBlocks.Api;
using Discord.BuildingBlocks.Storage;
using Discord.Protocol;

namespace Discord.BuildingBlocks.Files;

/// <summary>The way of files into the blob store. Implemented by Media.</summary>
/// <remarks>
/// Here and not in a Contracts project, as are the two below: what refers to a file and the file's own reference commit in one unit, so
/// neither a crash nor a refusal leaves one without the other. <see cref="ApiRequest.UploadAsync"/> is how an operation gets files.
/// </remarks>
public interface IUploads
{
    /// <summary>Bytes that one file of this user may have.</summary>
    ValueTask<long> MaxBytesAsync(Snowflake userId, CancellationToken cancellationToken);

    /// <summary>Puts a file into the store while reading it: never more than some KiB of it are in memory.</summary>
    /// <param name="filename">As the client calls it; what cannot stand in a path or header is taken out of it.</param>
    /// <returns>The file, held until it is disposed; 40005 when it is longer than <paramref name="maxBytes"/>. Nothing stays behind when this fails.</returns>
    ValueTask<Result<UploadedFile>> StoreAsync(Stream content, string field, string filename, long maxBytes, CancellationToken cancellationToken);

    /// <summary>A file that this user uploaded by itself for this channel, before the message that shows it.</summary>
    /// <param name="name">The upload_filename.</param>
    /// <returns>Null: unknown, somebody else's, for another channel, or without its bytes.</returns>
    ValueTask<UploadedFile?> FindAsync(Snowflake userId, Snowflake channelId, string name, CancellationToken cancellationToken);
}

/// <summary>A file in the blob store. As long as this is held the blob stays; once it is let go, only what a unit of work kept stays.</summary>
/// <param name="release">Called once.</param>
public sealed class UploadedFile(Action release) : IDisposable
{
    private Action? _release = release;

    /// <summary>The blob's name: the SHA-256 of its bytes, lower-case hexadecimal. Equal files have one.</summary>
    public required string Blob { get; init; }

    /// <summary>The form field it came in: "files[0]".</summary>
    public string Field { get; init; } = "";

    /// <summary>A safe last part of a path: no separators, no control characters, 1 to 128 characters.</summary>
    public required string Filename { get; init; }

    public required long Size { get; init; }

    /// <summary>As the bytes say, whatever the client said; null when they say nothing.</summary>
    public string? ContentType { get; init; }

    /// <summary>Pixels; null when it is no image.</summary>
    public int? Width { get; init; }

    public int? Height { get; init; }

    /// <summary>More than one frame.</summary>
    public bool IsAnimated { get; init; }

    /// <summary>Of MP3 and Ogg sounds, by their frames' headers.</summary>
    public TimeSpan? Duration { get; init; }

    /// <summary>The upload_filename of a file that was uploaded before; null when it came with the request.</summary>
    public string? UploadName { get; init; }

    public void Dispose() => Interlocked.Exchange(ref _release, null)?.Invoke();
}

/// <summary>A request's fields and files. Dispose it after the commit.</summary>
public sealed class Upload(JsonElement fields, IReadOnlyList<UploadedFile> files) : IDisposable
{
    /// <summary>The fields as a form: payload_json's, or the plain fields of the form.</summary>
    public Form Form { get; } = Form.OfObject(fields);

    /// <summary>In the order in which they came.</summary>
    public IReadOnlyList<UploadedFile> Files { get; private set; } = files;

    /// <summary>Hands the files on: whoever takes them disposes them.</summary>
    public IReadOnlyList<UploadedFile> TakeFiles()
    {
        var taken = Files;
        Files = [];
        return taken;
    }

    public void Dispose()
    {
        foreach (var file in Files)
            file.Dispose();
    }
}

/// <summary>The references of messages to files. Implemented by Media.</summary>
public interface IAttachments
{
    /// <summary>A message shows a file under an id and a name of its own.</summary>
    WriteUnit Keep(WriteUnit unit, Snowflake channelId, Snowflake messageId, Snowflake attachmentId, string filename, UploadedFile file);

    /// <summary>Another message shows the attachments of a message too: a forward.</summary>
    /// <remarks>They stay under the address of the first, and live as long as one of the two does.</remarks>
    WriteUnit Share(WriteUnit unit, Snowflake fromMessageId, Snowflake toMessageId);

    /// <summary>A message no longer shows these.</summary>
    WriteUnit Release(WriteUnit unit, Snowflake messageId, IReadOnlyCollection<Snowflake> attachmentIds);

    /// <summary>These messages are deleted. May be asked of messages without attachments, too.</summary>
    WriteUnit ReleaseAll(WriteUnit unit, IReadOnlyCollection<Snowflake> messageIds);

    /// <summary>Where an attachment can be read for a while: a signed path from the root, to be put behind an <see cref="IPublicAddress"/>.</summary>
    string Sign(Snowflake channelId, Snowflake attachmentId, string filename);
}

/// <summary>Under which address people reach this server, without a slash at its end. Implemented by the host.</summary>
public interface IPublicAddress
{
    /// <summary>For an answer: the configured address, else the one that this request came to.</summary>
    string ForAnswer { get; }

    /// <summary>For everybody: the configured address, else the first that the server listens on. Never what a client said.</summary>
    string ForEverybody { get; }
}
