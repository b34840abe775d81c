using System.Security.Cryptography;
using System.Text.Json;
using Discord.BuildingBlocks.Api;
using Discord.BuildingBlocks.Files;
using Discord.BuildingBlocks.Storage;
using Discord.Modules.Guilds.Contracts;
using Discord.Modules.Media.Blobs;
using Discord.Modules.Media.Storage;
using Discord.Protocol;
using MediatR;

namespace Discord.Modules.Media.Uploads;

/// <summary>POST /channels/{channel_id}/attachments: announces files, and is told where each can be put before the message that shows them.</summary>
/// <remarks>
/// A user-account operation: protocol.md 1.1. Needs SEND_MESSAGES and ATTACH_FILES. The address is the secret: 128 random bits, good for one
/// day and one file of the announced size. What no message took by then is deleted with the next announcement of anybody.
/// </remarks>
internal sealed class CreateAttachments(MediaStore store, IUploads uploads, BlobKeeper keeper, Database database, IPublicAddress address, IMediator mediator, TimeProvider clock) : IEndpoint
{
    private const int MaxFiles = 10;

    // A client has as many at once as a few messages take; more is a way to fill the disk.
    private const int MaxWaiting = 50;
    private const int MaxFilenameLength = 1024;

    private static readonly ApiError s_limited = new(400, 400001, "Too many uploads are waiting for their messages.");

    public Route Route => Route.Post("create_attachments", "/channels/{channel_id}/attachments");

    public async ValueTask<Reply> HandleAsync(ApiRequest request)
    {
        var body = await request.BodyAsync();
        if (body.Error is { } unreadable)
            return unreadable;
        var form = body.Value;
        if (form.List("files", MaxFiles, required: true) is { Count: 0 })
            form.Fail("files", "BASE_TYPE_BAD_LENGTH", $"Must be between 1 and {MaxFiles} in length.");
        var files = (form.Items("files", MaxFiles) ?? []).Select(file => (Id: Echo(file), Name: file.String("filename", 1, MaxFilenameLength, required: true), Size: file.Long("file_size", 1, required: true))).ToList();
        if (form.Error is { } invalid)
            return invalid;
        var found = await mediator.Send(new GetChannelAccess(request.UserId, request.Id("channel_id")), request.Cancelled);
        if (found.Error is { } hidden)
            return hidden;
        if (!found.Value.Type.TakesMessages())
            return ApiError.NonTextChannel;
        if (!found.Value.Has(Permissions.SendMessages | Permissions.AttachFiles))
            return ApiError.MissingPermissions;
        var max = await uploads.MaxBytesAsync(request.UserId, request.Cancelled);
        if (files.Any(file => file.Size > max))
            return ApiError.RequestTooLarge;
        if (await store.CountUploadsAsync(request.UserId) + files.Count > MaxWaiting)
            return s_limited;

        var now = clock.GetUtcNow();
        var unit = MediaStore.DeleteUploadsBefore(new WriteUnit(), Timestamp.From(now - FileUploads.Patience)).Then(keeper.Wake);
        var places = new List<UploadPlace>(files.Count);
        foreach (var (id, filename, size) in files)
        {
            var upload = new PendingUpload(Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16)), request.UserId, found.Value.ChannelId, Filenames.Clean(filename!), size!.Value, Timestamp.From(now), null);
            MediaStore.InsertUpload(unit, upload);
            places.Add(new UploadPlace(id, $"{address.ForAnswer}{UploadTarget.PathOf(upload.Name)}", upload.Name));
        }

        await database.CommitAsync(unit);
        return Reply.Ok(new { attachments = places });
    }

    // The client's own number for the file, as it came.
    private static JsonElement? Echo(Form file) => file.Has("id") && !file.IsNull("id") && file.String("id", 1, 32) is not null ? file.Json.GetProperty("id").Clone() : null;

    private sealed record UploadPlace(JsonElement? Id, string UploadUrl, string UploadFilename);
}
