using Discord.BuildingBlocks.Api;
using Discord.BuildingBlocks.Files;
using Discord.BuildingBlocks.Storage;
using Discord.BuildingBlocks.Streams;
using Discord.Modules.Integrations.Storage;

namespace Discord.Modules.Integrations.Emojis;

/// <summary>DELETE /applications/{application_id}/emojis/{emoji_id}.</summary>
/// <remarks>Source: Discord docs, Resources, Emoji, "Delete Application Emoji".</remarks>
internal sealed class DeleteApplicationEmoji(OwnEmojis own, IImages images, Database database, Lanes lanes) : IEndpoint
{
    public Route Route => Route.Delete("delete_application_emoji", "/applications/{application_id}/emojis/{emoji_id}");

    public async ValueTask<Reply> HandleAsync(ApiRequest request)
    {
        using var turn = await lanes[request.Id("application_id")].EnterAsync(request.Cancelled);
        var found = await own.FindAsync(request);
        if (found.Error is { } refused)
            return refused;
        var (applicationId, id) = (found.Value.ApplicationId, found.Value.Id);
        await database.CommitAsync(images.Release(ApplicationEmojiStore.Delete(new WriteUnit(), applicationId, id), ImageKind.Emoji, id, null, null));
        return Reply.NoContent;
    }
}
