using Discord.BuildingBlocks;
using Discord.BuildingBlocks.Api;
using Discord.BuildingBlocks.Files;
using Discord.BuildingBlocks.Storage;
using Discord.BuildingBlocks.Streams;
using Discord.Modules.Integrations.Storage;
using Discord.Modules.Users.Contracts;
using Discord.Protocol;
using MediatR;

namespace Discord.Modules.Integrations.Emojis;

/// <summary>POST /applications/{application_id}/emojis: a new emoji of at most 256 KiB, for the application alone; at most 2,000.</summary>
/// <remarks>Source: Discord docs, Resources, Emoji, "Create Application Emoji".</remarks>
internal sealed class CreateApplicationEmoji(OwnEmojis own, ApplicationEmojiStore store, IImages images, Database database, Lanes lanes, SnowflakeGenerator ids, IMediator mediator) : IEndpoint
{
    private const int Max = 2000;

    public Route Route => Route.Post("create_application_emoji", "/applications/{application_id}/emojis");

    public async ValueTask<Reply> HandleAsync(ApiRequest request)
    {
        var body = await request.BodyAsync();
        if (body.Error is { } unreadable)
            return unreadable;
        var application = await own.ApplicationAsync(request);
        if (application.Error is { } refused)
            return refused;
        var form = body.Value;
        var name = EmojiNames.Read(form, required: true);
        using var image = await images.ReadAsync(form, "image", ImageKind.Emoji, request.Cancelled, required: true);
        if (form.Error is { } invalid)
            return invalid;
        var maker = await mediator.Send(new GetUser(request.UserId), request.Cancelled);

        var applicationId = application.Value.Id;
        using var turn = await lanes[applicationId].EnterAsync(request.Cancelled);
        if (await store.CountAsync(applicationId) >= Max)
            return ApiError.MaximumEmojis(Max);
        var emoji = new ApplicationEmoji(applicationId, ids.Next(), name!, image.File!.IsAnimated, request.UserId);
        await database.CommitAsync(image.Keep(ApplicationEmojiStore.Save(new WriteUnit(), emoji), emoji.Id, null));
        return Reply.Created(emoji.ToWire(maker));
    }
}
