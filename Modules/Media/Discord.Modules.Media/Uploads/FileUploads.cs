using System.Buffers;
using System.Security.Cryptography;
using Discord.BuildingBlocks.Files;
using Discord.Modules.Media.Blobs;
using Discord.Modules.Media.Formats;
using Discord.Modules.Media.Storage;
using Discord.Modules.Users.Contracts;
using Discord.Protocol;
using MediatR;
using Microsoft.Extensions.Logging;

namespace Discord.Modules.Media.Uploads;

/// <summary>Files on their way in: hashed and written while they are read, and looked into once they are there.</summary>
internal sealed partial class FileUploads(IBlobStore files, BlobKeeper keeper, MediaStore store, MediaOptions options, IMediator mediator, TimeProvider clock, ILogger<FileUploads> logger) : IUploads
{
    /// <summary>A file that is uploaded by itself waits this long for its message.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromDays(1);

    // All of a file that is in memory at once, beside the connection's own buffer.
    private const int PieceLength = 32 * 1024;

    public async ValueTask<long> MaxBytesAsync(Snowflake userId, CancellationToken cancellationToken) =>
        await mediator.Send(new GetPremiumType(userId), cancellationToken) > 0 ? options.MaxPremiumFileBytes : options.MaxFileBytes;

    public async ValueTask<Result<UploadedFile>> StoreAsync(Stream content, string field, string filename, long maxBytes, CancellationToken cancellationToken)
    {
        var piece = ArrayPool<byte>.Shared.Rent(PieceLength);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var isReading = false;
        try
        {
            await using var draft = files.Begin();
            var size = 0L;
            while (true)
            {
                isReading = true;
                var read = await content.ReadAsync(piece.AsMemory(0, PieceLength), cancellationToken);
                isReading = false;
                if (read == 0)
                    break;
                size += read;
                if (size > maxBytes)
                    return ApiError.RequestTooLarge;
                hash.AppendData(piece, 0, read);
                await draft.WriteAsync(piece.AsMemory(0, read), cancellationToken);
            }

            var blob = Convert.ToHexStringLower(hash.GetHashAndReset());
            var release = await keeper.TakeAsync(draft, blob, cancellationToken);
            return await DescribeAsync(blob, size, field, filename, null, release, cancellationToken) is { } file ? file : ApiError.Overloaded;
        }
        catch (IOException e) when (!isReading)
        {
            // The disk, not the client: full, most likely.
            LogFailed(logger, e);
            return ApiError.Overloaded;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(piece);
        }
    }

    public async ValueTask<UploadedFile?> FindAsync(Snowflake userId, Snowflake channelId, string name, CancellationToken cancellationToken)
    {
        if (await store.FindUploadAsync(name) is not { Blob: { } blob } upload || upload.UserId != userId || upload.ChannelId != channelId || IsOld(upload))
            return null;
        var release = await keeper.HoldAsync(blob, cancellationToken);
        // Held now; was it there until now? Who took the upload back meanwhile may have had it deleted.
        if ((await store.FindUploadAsync(name))?.Blob == blob)
            return await DescribeAsync(blob, null, "", upload.Filename, name, release, cancellationToken);
        release();
        return null;
    }

    /// <summary>Nobody uses it any more.</summary>
    public bool IsOld(PendingUpload upload) => upload.CreatedAt.Time + Patience < clock.GetUtcNow();

    // Null: the blob is not there. It is let go then, and when it cannot be read.
    private async ValueTask<UploadedFile?> DescribeAsync(string blob, long? size, string field, string filename, string? uploadName, Action release, CancellationToken cancellationToken)
    {
        UploadedFile? described = null;
        try
        {
            await using var stream = await files.OpenAsync(blob, cancellationToken);
            if (stream is null)
                return null;
            var facts = FileFacts.Read(stream);
            return described = new UploadedFile(release)
            {
                Blob = blob,
                Size = size ?? stream.Length,
                Field = field,
                Filename = Filenames.Clean(filename),
                ContentType = facts.ContentType,
                Width = facts.Width,
                Height = facts.Height,
                IsAnimated = facts.IsAnimated,
                Duration = facts.Duration,
                UploadName = uploadName,
            };
        }
        finally
        {
            if (described is null)
                release();
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "A file could not be stored")]
    private static partial void LogFailed(ILogger logger, Exception e);
}
