using System.Text.Json.Serialization;
using Discord.BuildingBlocks.Api;
using Discord.Modules.Guilds.Guilds;
using Discord.Modules.Guilds.Home;
using Discord.Modules.Guilds.Storage;
using Discord.Protocol;

namespace Discord.Modules.Guilds.Invites;

/// <summary>GET /guilds/{guild_id}/vanity-url: the guild's own invite code and how many joined by it. Needs MANAGE_GUILD.</summary>
internal sealed class GetGuildVanityUrl(GuildHomes homes, InviteStore store) : IEndpoint
{
    public Route Route => Route.Get("get_guild_vanity_url", "/guilds/{guild_id}/vanity-url");

    public async ValueTask<Reply> HandleAsync(ApiRequest request)
    {
        var guild = await homes.ReadAsync(request.Id("guild_id"), request.UserId);
        if (guild.Error is { } refused)
            return refused;
        if (!guild.Value.Permissions.Has(Permissions.ManageGuild))
            return ApiError.MissingPermissions;
        var vanity = await store.VanityOfAsync(guild.Value.State.Id);
        return Reply.Ok(new VanityBody(vanity?.Code, vanity?.Uses ?? 0));
    }

    /// <summary>Level 3 of boosts brings a code of one's own, or the feature does.</summary>
    public static bool MayHave(Guild settings) => settings.PremiumTier >= 3 || settings.Features.Contains(GuildFeatures.VanityUrl);
}

/// <summary>The published VanityURLResponse.</summary>
internal sealed record VanityBody([property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Code, int Uses);
