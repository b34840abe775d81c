using Discord.BuildingBlocks.Storage;
using Discord.Modules.Media.Blobs;
using Discord.Modules.Media.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;

namespace Discord.Modules.Media.Uploads;

/// <summary>PUT /uploads/{name}: the bytes of an announced file. Whoever has the address may; another PUT replaces them until a message took the file.</summary>
internal sealed class UploadTarget(MediaStore store, FileUploads uploads, BlobKeeper keeper, Database database)
{
    public static string PathOf(string name) => $"/uploads/{name}";

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPut(PathOf("{name}"), PutAsync);
        routes.MapMethods(PathOf("{name}"), [HttpMethods.Options], Allow);
    }

    // Web pages of other hosts may put files here, as they may call the API.
    private static Task Allow(HttpContext http)
    {
        var headers = http.Response.Headers;
        headers.AccessControlAllowOrigin = "*";
        headers.AccessControlAllowMethods = "PUT";
        headers.AccessControlAllowHeaders = "Content-Type";
        headers.AccessControlMaxAge = "86400";
        http.Response.StatusCode = StatusCodes.Status204NoContent;
        return Task.CompletedTask;
    }

    private async Task PutAsync(HttpContext http)
    {
        http.Response.Headers.AccessControlAllowOrigin = "*";
        http.Response.StatusCode = await StoreAsync(http);
    }

    private async Task<int> StoreAsync(HttpContext http)
    {
        if (await store.FindUploadAsync((string)http.Request.RouteValues["name"]!) is not { } upload || uploads.IsOld(upload))
            return StatusCodes.Status404NotFound;
        if (http.Request.ContentLength > upload.Size)
            return StatusCodes.Status413PayloadTooLarge;
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
            limit.MaxRequestBodySize = null;
        try
        {
            var stored = await uploads.StoreAsync(http.Request.Body, "", upload.Filename, upload.Size, http.RequestAborted);
            if (stored.Error is { } refused)
                return refused.Status;
            using var file = stored.Value;
            await database.CommitAsync(MediaStore.FillUpload(new WriteUnit(), upload.Name, file.Blob).Then(keeper.Wake));
            return StatusCodes.Status200OK;
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            // The body ended in the middle: there is nothing to keep, and mostly nobody to tell.
            return StatusCodes.Status400BadRequest;
        }
    }
}
