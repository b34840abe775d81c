using Discord.BuildingBlocks.Api;
using Discord.Modules.Presence.Contracts;
using Discord.Protocol;
using MediatR;

namespace Discord.Modules.Guilds.Widgets;

/// <summary>GET /guilds/{guild_id}/widget.png: the guild's badge as a picture. Anybody may ask.</summary>
/// <remarks>Source: Discord docs, Resources, Guild, "Get Guild Widget Image": style shield (default) or banner1 to banner4.</remarks>
internal sealed class GetGuildWidgetPng(Widget widget, IMediator mediator) : IEndpoint
{
    public Route Route => Route.Get("get_guild_widget_png", "/guilds/{guild_id}/widget.png") with { Access = Access.Anyone };

    public async ValueTask<Reply> HandleAsync(ApiRequest request)
    {
        var style = request.Query.String("style") ?? "shield";
        if (!WidgetPicture.Styles.Contains(style))
            return ApiError.InvalidField("style", "BASE_TYPE_CHOICES", $"Value must be one of {{{string.Join(", ", WidgetPicture.Styles)}}}.");
        var found = await widget.FindAsync(request);
        if (found.Error is { } refused)
            return refused;
        var state = found.Value.State;
        var online = await mediator.Send(new CountOnline(state.Id), request.Cancelled);
        return Reply.File(WidgetPicture.Draw(style, state.Settings.Name, online), "image/png");
    }
}
