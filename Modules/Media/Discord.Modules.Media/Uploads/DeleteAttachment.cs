using Discord.BuildingBlocks.Api;
using Discord.BuildingBlocks.Storage;
using Discord.Modules.Media.Blobs;
using Discord.Modules.Media.Storage;
using Discord.Protocol;

namespace Discord.Modules.Media.Uploads;

/// <summary>DELETE /attachments/{upload_filename}: takes an upload back that no message has taken. Only who announced it may.</summary>
/// <remarks>A user-account operation: protocol.md 1.1.</remarks>
internal sealed class DeleteAttachment(MediaStore store, BlobKeeper keeper, Database database) : IEndpoint
{
    public Route Route => Route.Delete("delete_attachment", "/attachments/{upload_filename}");

    public async ValueTask<Reply> HandleAsync(ApiRequest request)
    {
        if (await store.FindUploadAsync(request.Text("upload_filename")) is not { } upload || upload.UserId != request.UserId)
            return ApiError.UploadNotFound;
        await database.CommitAsync(MediaStore.DeleteUpload(new WriteUnit(), upload.Name).Then(keeper.Wake));
        return Reply.NoContent;
    }
}
