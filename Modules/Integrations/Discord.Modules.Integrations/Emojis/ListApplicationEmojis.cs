using Discord.BuildingBlocks.Api;
using Discord.Modules.Integrations.Storage;
using Discord.Modules.Users.Contracts;
using MediatR;

namespace Discord.Modules.Integrations.Emojis;

/// <summary>GET /applications/{application_id}/emojis: all of them.</summary>
internal sealed class ListApplicationEmojis(OwnEmojis own, ApplicationEmojiStore store, IMediator mediator) : IEndpoint
{
    public Route Route => Route.Get("list_application_emojis", "/applications/{application_id}/emojis");

    public async ValueTask<Reply> HandleAsync(ApiRequest request)
    {
        var application = await own.ApplicationAsync(request);
        if (application.Error is { } refused)
            return refused;
        var emojis = await store.AllAsync(application.Value.Id);
        var makers = await mediator.Send(new GetUsers([.. emojis.Select(emoji => emoji.UserId).Distinct()]), request.Cancelled);
        return Reply.Ok(new { items = emojis.Select(emoji => emoji.ToWire(makers.GetValueOrDefault(emoji.UserId))) });
    }
}
