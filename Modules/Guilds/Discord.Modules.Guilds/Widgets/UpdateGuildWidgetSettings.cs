using Discord.BuildingBlocks.Api;
using Discord.BuildingBlocks.Storage;
using Discord.Modules.Guilds.AuditLog;
using Discord.Modules.Guilds.Channels;
using Discord.Modules.Guilds.Contracts;
using Discord.Modules.Guilds.Home;
using Discord.Modules.Guilds.Storage;
using Discord.Protocol;

namespace Discord.Modules.Guilds.Widgets;

/// <summary>PATCH /guilds/{guild_id}/widget: turns the widget on or off, and says where its invite leads.</summary>
/// <remarks>Source: Discord docs, Resources, Guild, "Modify Guild Widget". Needs MANAGE_GUILD. Fires GUILD_UPDATE; where there is no lasting invite to the channel, one is made.</remarks>
internal sealed class UpdateGuildWidgetSettings(GuildHomes homes, WidgetInvites invites, AuditTrail audit) : IEndpoint
{
    public Route Route => Route.Patch("update_guild_widget_settings", "/guilds/{guild_id}/widget");

    public async ValueTask<Reply> HandleAsync(ApiRequest request)
    {
        var body = await request.BodyAsync();
        if (body.Error is { } unreadable)
            return unreadable;
        var form = body.Value;
        var enabled = form.Bool("enabled");
        var channel = form.Id("channel_id", nullable: true);
        if (form.Error is { } invalid)
            return invalid;
        var entered = await homes.EnterAsync(request.Id("guild_id"), request.UserId, Permissions.ManageGuild, request.Cancelled);
        if (entered.Error is { } refused)
            return refused;
        using var turn = entered.Value;
        var old = turn.State.Settings;
        ChannelChoice.Check(form, "channel_id", turn.State, channel);
        if (form.Error is { } foreign)
            return foreign;
        var changed = old with { WidgetEnabled = enabled ?? old.WidgetEnabled, WidgetChannelId = form.Has("channel_id") ? channel : old.WidgetChannelId };
        if (changed != old)
        {
            var next = turn.State.With(changed);
            var unit = GuildStore.Save(new WriteUnit(), changed).Publish(new GuildUpdated(next.Wire), next);
            await invites.EnsureAsync(turn, next, unit, request.Reason);
            await turn.CommitAsync(audit.Write(unit, turn, next, AuditLogEvent.GuildUpdate, next.Id, request.Reason, AuditChanges.Between(old, changed)), next);
        }

        return Reply.Ok(WidgetSettings.Of(changed));
    }
}
