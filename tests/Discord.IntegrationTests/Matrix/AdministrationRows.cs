using Discord.IntegrationTests.Sites;
using Discord.Modules.Guilds.Contracts;
using Discord.Protocol;
using MediatR;
using Microsoft.Extensions.DependencyInjection;
using static Discord.IntegrationTests.Matrix.Rows;

namespace Discord.IntegrationTests.Matrix;

/// <summary>The audit log, auto moderation, pruning, own invite codes, second factors, voice statuses.</summary>
internal static class AdministrationRows
{
    private const Permissions Prunes = Permissions.KickMembers | Permissions.ManageGuild;

    public static readonly Row[] Moderation =
    [
        Guild("list_guild_audit_log_entries", 200, Permissions.ViewAuditLog, world => new Request("GET", $"/guilds/{world.Hall.Id}/audit-logs")),
        Guild("list_auto_moderation_rules", 200, Permissions.ManageGuild, world => new Request("GET", $"/guilds/{world.Hall.Id}/auto-moderation/rules")),
        Guild("get_auto_moderation_rule", 200, Permissions.ManageGuild, async world => new Request("GET", await RuleAsync(world))),
        Guild("create_auto_moderation_rule", 200, Permissions.ManageGuild, async world =>
        {
            await world.AsOwnerAsync("DELETE", await RuleAsync(world));
            return new Request("POST", $"/guilds/{world.Hall.Id}/auto-moderation/rules", Rule);
        }),
        Guild("update_auto_moderation_rule", 200, Permissions.ManageGuild, async world => new Request("PATCH", await RuleAsync(world), new { name = "renamed" })),
        Guild("delete_auto_moderation_rule", 204, Permissions.ManageGuild, async world => new Request("DELETE", await RuleAsync(world))),
        Guild("preview_prune_guild", 200, Prunes, world => new Request("GET", $"/guilds/{world.Hall.Id}/prune")),
        Guild("prune_guild", 200, Prunes, world => new Request("POST", $"/guilds/{world.Hall.Id}/prune", new { days = 30 })),
    ];

    public static readonly Row[] Settings =
    [
        Guild("get_guild_vanity_url", 200, Permissions.ManageGuild, world => new Request("GET", $"/guilds/{world.Hall.Id}/vanity-url")),
        Guild("update_guild_vanity_url", 200, Permissions.ManageGuild, async world =>
        {
            await world.Host.Services.GetRequiredService<IMediator>().Send(new SetPremiumTier(world.Hall.Id, 3));
            return new Request("PATCH", $"/guilds/{world.Hall.Id}/vanity-url", new { code = (string?)null });
        }).But((CallerKind.Bot, BotsCannot)),
        // The owner has no second factor.
        Guild("update_guild_mfa_level", 200, Permissions.None, world => new Request("POST", $"/guilds/{world.Hall.Id}/mfa", new { level = 1 }))
            .But((CallerKind.Bot, BotsCannot), (CallerKind.MemberWithout, (403, 50013)), (CallerKind.MemberWith, (403, 50013)), (CallerKind.Owner, (403, 60003))),
        Channel("update_voice_channel_status", 204, Permissions.SetVoiceChannelStatus | Permissions.ManageChannels | Permissions.Connect, async world => new Request("PUT", $"/channels/{await world.NewChannelAsync(2)}/voice-status", new { status = "hi" })),
        // Somebody who is a member already.
        Guild("add_guild_member", 204, Permissions.CreateInstantInvite, world => new Request("PUT", $"/guilds/{world.Hall.Id}/members/{world.Victim.Id}", new { access_token = "x" }))
            .But((CallerKind.Other, OnlyBots), (CallerKind.MemberWithout, OnlyBots), (CallerKind.MemberWith, OnlyBots), (CallerKind.Owner, OnlyBots)),
    ];

    private static object Rule => new { name = "spam", event_type = 1, trigger_type = 3, actions = new[] { new { type = 1 } } };

    // The guild has one rule of the trigger: the one of before goes.
    private static async Task<string> RuleAsync(World world)
    {
        var rules = $"/guilds/{world.Hall.Id}/auto-moderation/rules";
        foreach (var rule in (await world.MakeAsync("GET", rules)).AsArray())
            (await world.AsOwnerAsync("DELETE", $"{rules}/{rule!["id"]}")).Is(204);
        return $"{rules}/{await world.NewAsync("POST", rules, Rule)}";
    }
}
