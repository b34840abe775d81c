using Discord.BuildingBlocks.Files;
using Discord.Modules.Media.Attachments;
using Discord.Modules.Media.Blobs;
using Discord.Modules.Media.Storage;
using Discord.Modules.Media.Uploads;
using Discord.Protocol;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Net.Http.Headers;

namespace Discord.Modules.Media.Cdn;

/// <summary>The paths at which clients read files: those of Discord's CDN, from the root. Whoever has the address may read.</summary>
/// <remarks>
/// Source: Discord docs, Reference, "Image Formatting", "CDN Endpoints". The extension and ?size= are taken and the original is answered.
/// Files are what strangers uploaded: their type is what their bytes say, nothing that a browser could run is ever shown inside of a page.
/// </remarks>
internal sealed class ContentDelivery(IBlobStore files, MediaStore store, MessageAttachments attachments, UploadTarget uploads)
{
    private const string Immutable = "public, max-age=31536000, immutable";

    // By id alone: what is behind it never changes, but it can be deleted.
    private const string ByIdOnly = "public, max-age=86400";

    /// <summary>Paths that end in the hash of an image, and the kinds that can be there.</summary>
    private static readonly (string Path, ImageKind[] Kinds)[] s_hashed =
    [
        ("/avatars/{owner}/{hash}", [ImageKind.UserAvatar, ImageKind.WebhookAvatar]),
        ("/banners/{owner}/{hash}", [ImageKind.GuildBanner, ImageKind.UserBanner]),
        ("/icons/{owner}/{hash}", [ImageKind.GuildIcon]),
        ("/splashes/{owner}/{hash}", [ImageKind.GuildSplash]),
        ("/discovery-splashes/{owner}/{hash}", [ImageKind.GuildDiscoverySplash]),
        ("/role-icons/{owner}/{hash}", [ImageKind.RoleIcon]),
        ("/app-icons/{owner}/{hash}", [ImageKind.ApplicationIcon, ImageKind.ApplicationCover]),
        ("/channel-icons/{owner}/{hash}", [ImageKind.ChannelIcon]),
        ("/guild-events/{owner}/{hash}", [ImageKind.EventCover]),
        ("/guilds/{guild}/users/{owner}/avatars/{hash}", [ImageKind.MemberAvatar]),
        ("/guilds/{guild}/users/{owner}/banners/{hash}", [ImageKind.MemberBanner]),
    ];

    /// <summary>Paths that end in an id.</summary>
    private static readonly (string Path, ImageKind Kind)[] s_byId = [("/emojis/{owner}", ImageKind.Emoji), ("/stickers/{owner}", ImageKind.Sticker), ("/soundboard-sounds/{owner}", ImageKind.Sound)];

    private static readonly string[] s_methods = [HttpMethods.Get, HttpMethods.Head];

    public void Map(IEndpointRouteBuilder routes)
    {
        uploads.Map(routes);
        routes.MapMethods("/attachments/{channel}/{attachment}/{filename}", s_methods, AttachmentAsync);
        routes.MapMethods("/embed/avatars/{index}", s_methods, DefaultAvatarAsync);
        foreach (var (path, kinds) in s_hashed)
            routes.MapMethods(path, s_methods, http => ImageAsync(http, kinds, Stem(http, "hash"), Immutable));
        foreach (var (path, kind) in s_byId)
            routes.MapMethods(path, s_methods, http => ImageAsync(http, [kind], null, ByIdOnly));
    }

    private async Task AttachmentAsync(HttpContext http)
    {
        var query = http.Request.Query;
        var filename = Value(http, "filename");
        // The signature first: without it nobody learns what is there.
        if (!Snowflake.TryParse(Value(http, "channel"), out var channelId) || !Snowflake.TryParse(Value(http, "attachment"), out var id)
            || attachments.Check(channelId, id, filename, query["is"].ToString(), query["ex"].ToString(), query["hm"].ToString()) is not { } left
            || await store.FindAttachmentAsync(id) is not { } file || file.ChannelId != channelId || file.Filename != filename)
            await NotFoundAsync(http);
        else
            await SendAsync(http, file, $"private, max-age={left}");
    }

    private async Task ImageAsync(HttpContext http, ImageKind[] kinds, string? hash, string cacheControl)
    {
        var guildId = default(Snowflake);
        if (hash != "" && Snowflake.TryParse(Stem(http, "owner"), out var ownerId) && (!http.Request.RouteValues.ContainsKey("guild") || Snowflake.TryParse(Value(http, "guild"), out guildId)))
        {
            foreach (var kind in kinds)
            {
                if (await store.FindImageAsync(kind, ownerId, guildId, hash) is not { } image)
                    continue;
                await SendAsync(http, image, cacheControl);
                return;
            }
        }

        await NotFoundAsync(http);
    }

    private static Task DefaultAvatarAsync(HttpContext http)
    {
        if (!int.TryParse(Stem(http, "index"), out var index) || DefaultAvatars.Find(index) is not { } png)
            return NotFoundAsync(http);
        Guard(http, Immutable);
        return Results.Bytes(png, "image/png", entityTag: new EntityTagHeaderValue($"\"default-{index}\"")).ExecuteAsync(http);
    }

    private async Task SendAsync(HttpContext http, StoredFile file, string cacheControl)
    {
        if (await files.OpenAsync(file.Blob, http.RequestAborted) is not { } stream)
        {
            await NotFoundAsync(http);
            return;
        }

        Guard(http, cacheControl);
        var type = file.ContentType ?? "application/octet-stream";
        var isShown = type is "image/png" or "image/jpeg" or "image/gif" or "image/webp" or "image/avif" || type.StartsWith("audio/", StringComparison.Ordinal) || type.StartsWith("video/", StringComparison.Ordinal);
        // A text is a text, in whatever language; what else a browser does not play is a download.
        if (!isShown && !type.StartsWith("text/plain", StringComparison.Ordinal))
            type = "application/octet-stream";
        await Results.Stream(stream, type, isShown ? null : file.Filename ?? "file", entityTag: new EntityTagHeaderValue($"\"{file.Blob}\""), enableRangeProcessing: true).ExecuteAsync(http);
    }

    private static void Guard(HttpContext http, string cacheControl)
    {
        var headers = http.Response.Headers;
        headers.CacheControl = cacheControl;
        headers.XContentTypeOptions = "nosniff";
        headers.ContentSecurityPolicy = "default-src 'none'; sandbox";
        headers["Cross-Origin-Resource-Policy"] = "cross-origin";
        headers.AccessControlAllowOrigin = "*";
    }

    private static Task NotFoundAsync(HttpContext http)
    {
        http.Response.Headers.AccessControlAllowOrigin = "*";
        http.Response.StatusCode = StatusCodes.Status404NotFound;
        return Task.CompletedTask;
    }

    private static string Value(HttpContext http, string name) => (string)http.Request.RouteValues[name]!;

    // Without the extension.
    private static string Stem(HttpContext http, string name) => Value(http, name).Split('.')[0];
}
