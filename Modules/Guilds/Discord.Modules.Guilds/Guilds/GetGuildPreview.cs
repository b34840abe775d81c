using System.Text.Json.Serialization;
using Discord.BuildingBlocks.Api;
using Discord.Modules.Guilds.Home;
using Discord.Modules.Presence.Contracts;
using Discord.Protocol;
using MediatR;

namespace Discord.Modules.Guilds.Guilds;

/// <summary>GET /guilds/{guild_id}/preview: what a guild shows of itself. No guild is discoverable here, so only members may look.</summary>
internal sealed class GetGuildPreview(GuildHomes homes, IMediator mediator) : IEndpoint
{
    public Route Route => Route.Get("get_guild_preview", "/guilds/{guild_id}/preview");

    public async ValueTask<Reply> HandleAsync(ApiRequest request)
    {
        var guild = await homes.ReadAsync(request.Id("guild_id"), request.UserId);
        if (guild.Error is { } refused)
            return refused;
        var (home, state, _, _) = guild.Value;
        var settings = state.Settings;
        return Reply.Ok(new GuildPreview(settings.Id, settings.Name, settings.Features, home.Members.Count, await mediator.Send(new CountOnline(state.Id), request.Cancelled))
        {
            Icon = settings.Icon,
            Description = settings.Description,
            HomeHeader = settings.HomeHeader,
            Splash = settings.Splash,
            DiscoverySplash = settings.DiscoverySplash,
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
