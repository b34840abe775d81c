using System.Text.Json.Serialization;
using Discord.BuildingBlocks.Api;
using Discord.BuildingBlocks.Files;
using Discord.Modules.Guilds.Contracts;
using Discord.Modules.Media.Storage;
using Discord.Protocol;
using MediatR;

namespace Discord.Modules.Media.Attachments;

/// <summary>POST /attachments/refresh-urls: signs addresses of attachments anew, of those that are there and whose channel's history the caller may read.</summary>
/// <remarks>A user-account operation that bots use, too: protocol.md 1.1. What cannot be signed is answered with null, whatever the reason: nothing is learnt by guessing.</remarks>
internal sealed class RefreshAttachmentUrls(MediaStore store, IAttachments attachments, IPublicAddress address, IMediator mediator) : IEndpoint
{
    private const int MaxUrls = 50;
    private const int MaxUrlLength = 2048;

    public Route Route => Route.Post("refresh_attachment_urls", "/attachments/refresh-urls");

    public async ValueTask<Reply> HandleAsync(ApiRequest request)
    {
        var body = await request.BodyAsync();
        if (body.Error is { } unreadable)
            return unreadable;
        var form = body.Value;
        var given = form.List("attachment_urls", MaxUrls, required: true);
        if (given is { Count: 0 })
            form.Fail("attachment_urls", "BASE_TYPE_BAD_LENGTH", $"Must be between 1 and {MaxUrls} in length.");
        for (var i = 0; i < given?.Count; i++)
        {
            if (given[i].ValueKind != System.Text.Json.JsonValueKind.String || given[i].GetString()!.Length > MaxUrlLength)
                form.Fail($"attachment_urls.{i}", "URL_TYPE_INVALID_URL", "Not a well formed URL.");
        }

        if (form.Error is { } invalid)
            return invalid;
        var refreshed = new List<RefreshedUrl>(given!.Count);
        foreach (var original in given.Select(url => url.GetString()!))
            refreshed.Add(new RefreshedUrl(original, await RefreshAsync(request, original)));
        return Reply.Ok(new { refreshed_urls = refreshed });
    }

    private async ValueTask<string?> RefreshAsync(ApiRequest request, string url)
    {
        // Of the path alone: behind which address it once stood says nothing.
        if (!Uri.TryCreate(url, UriKind.Absolute, out var uri) || uri.AbsolutePath.Split('/') is not ["", "attachments", var channel, var attachment, var name]
            || !Snowflake.TryParse(channel, out var channelId) || !Snowflake.TryParse(attachment, out var id))
            return null;
        if (await store.FindAttachmentAsync(id) is not { } file || file.ChannelId != channelId || file.Filename != Uri.UnescapeDataString(name))
            return null;
        var access = await mediator.Send(new GetChannelAccess(request.UserId, channelId), request.Cancelled);
        return access.Error is null && access.Value.Has(Permissions.ReadMessageHistory) ? address.ForAnswer + attachments.Sign(channelId, id, file.Filename!) : null;
    }

    private sealed record RefreshedUrl(string Original, [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Refreshed);
}
