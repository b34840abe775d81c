using Discord.BuildingBlocks.Api;
using Discord.Modules.Integrations.Applications;
using Discord.Modules.Integrations.Contracts;
using Discord.Modules.Integrations.Storage;
using Discord.Protocol;
using MediatR;

namespace Discord.Modules.Integrations.Emojis;

/// <summary>Finds the emojis that a route names, if the caller may manage their application: its owner, or its own bot.</summary>
internal sealed class OwnEmojis(ApplicationStore applications, ApplicationEmojiStore emojis) : IRequestHandler<FindApplicationEmoji, Emoji?>
{
    public async ValueTask<Result<StoredApplication>> ApplicationAsync(ApiRequest request) => await applications.FindOwnAsync(request, request.Id("application_id"));

    public async ValueTask<Result<ApplicationEmoji>> FindAsync(ApiRequest request)
    {
        var application = await ApplicationAsync(request);
        if (application.Error is { } refused)
            return refused;
        return await emojis.FindAsync(application.Value.Id, request.Id("emoji_id")) is { } emoji ? emoji : ApiError.UnknownGuildEmoji;
    }

    public async Task<Emoji?> Handle(FindApplicationEmoji request, CancellationToken cancellationToken) =>
        await emojis.FindAsync(request.ApplicationId, request.EmojiId) is { } emoji ? new Emoji(emoji.Id, emoji.Name) { Animated = emoji.Animated ? true : null } : null;
}
