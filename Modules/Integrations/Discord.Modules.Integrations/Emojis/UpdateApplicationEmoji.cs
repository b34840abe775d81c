using Discord.BuildingBlocks.Api;
using Discord.BuildingBlocks.Storage;
using Discord.BuildingBlocks.Streams;
using Discord.Modules.Integrations.Storage;
using Discord.Modules.Users.Contracts;
using MediatR;

namespace Discord.Modules.Integrations.Emojis;

/// <summary>PATCH /applications/{application_id}/emojis/{emoji_id}: another name.</summary>
/// <remarks>Source: Discord docs, Resources, Emoji, "Modify Application Emoji".</remarks>
internal sealed class UpdateApplicationEmoji(OwnEmojis own, Database database, Lanes lanes, IMediator mediator) : IEndpoint
{
    public Route Route => Route.Patch("update_application_emoji", "/applications/{application_id}/emojis/{emoji_id}");

    public async ValueTask<Reply> HandleAsync(ApiRequest request)
    {
        var body = await request.BodyAsync();
        if (body.Error is { } unreadable)
            return unreadable;
        using var turn = await lanes[request.Id("application_id")].EnterAsync(request.Cancelled);
        var found = await own.FindAsync(request);
        if (found.Error is { } refused)
            return refused;
        var name = EmojiNames.Read(body.Value, required: false);
        if (body.Value.Error is { } invalid)
            return invalid;
        var changed = found.Value with { Name = name ?? found.Value.Name };
        await database.CommitAsync(ApplicationEmojiStore.Save(new WriteUnit(), changed));
        return Reply.Ok(changed.ToWire(await mediator.Send(new GetUser(changed.UserId), request.Cancelled)));
    }
}
