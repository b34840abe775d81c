using System.Text.Json.Serialization;
using Discord.BuildingBlocks.Api;
using Discord.Modules.Guilds.Home;
using Discord.Modules.Presence.Contracts;
using Discord.Protocol;
using MediatR;

namespace Discord.Modules.Guilds.Guilds;

/// <summary>GET /guilds/{guild_id}/preview: what a guild shows of itself: to its members, and to everybody when it is discoverable.</summary>
/// <remarks>Source: Discord docs, Resources, Guild, "Get Guild Preview".</remarks>
internal sealed class GetGuildPreview(GuildHomes homes, IMediator mediator) : IEndpoint
{
    public Route Route => Route.Get("get_guild_preview", "/guilds/{guild_id}/preview");

    public async ValueTask<Reply> HandleAsync(ApiRequest request)
    {
        if (await homes.FindAsync(request.Id("guild_id")) is not { State: { } state } home
            || (!state.Settings.Features.Contains(GuildFeatures.Discoverable) && await home.Members.FindAsync(request.UserId) is null))
            return ApiError.UnknownGuild;
        var settings = state.Settings;
        return Reply.Ok(new GuildPreview(settings.Id, settings.Name, settings.Features, home.Members.Count, await mediator.Send(new CountOnline(state.Id), request.Cancelled))
        {
            Icon = settings.Icon,
            Description = settings.Description,
            HomeHeader = settings.HomeHeader,
            Splash = settings.Splash,
            DiscoverySplash = settings.DiscoverySplash,
            Emojis = state.Objects.Listed("emojis"),
            Stickers = state.Objects.Listed("stickers"),
        });
    }

    /// <summary>The published GuildPreviewResponse.</summary>
    private sealed record GuildPreview(Snowflake Id, string Name, IReadOnlyList<string> Features, int ApproximateMemberCount, int ApproximatePresenceCount)
    {
        [JsonIgnore(Condition = JsonIgnoreCondition.Never)] public string? Icon { get; init; }
        [JsonIgnore(Condition = JsonIgnoreCondition.Never)] public string? Description { get; init; }
        [JsonIgnore(Condition = JsonIgnoreCondition.Never)] public string? HomeHeader { get; init; }
        [JsonIgnore(Condition = JsonIgnoreCondition.Never)] public string? Splash { get; init; }
        [JsonIgnore(Condition = JsonIgnoreCondition.Never)] public string? DiscoverySplash { get; init; }
        public IReadOnlyList<object> Emojis { get; init; } = [];
        public IReadOnlyList<object> Stickers { get; init; } = [];
    }
}
