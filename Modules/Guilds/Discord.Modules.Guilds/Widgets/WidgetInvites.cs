using Discord.BuildingBlocks.Storage;
using Discord.Modules.Guilds.Home;
using Discord.Modules.Guilds.Invites;
using Discord.Modules.Guilds.Storage;
using Discord.Protocol;

namespace Discord.Modules.Guilds.Widgets;

/// <summary>The invite that a widget shows: to its channel, and for ever, for a page shows it for long.</summary>
internal sealed class WidgetInvites(InviteStore store, InviteMaking making, GuildHomes homes)
{
    public async ValueTask<StoredInvite?> FindAsync(GuildState state) => state.Settings.WidgetChannelId is not { } channel ? null
        : (await store.OfGuildAsync(state.Id)).FindLast(invite => invite.ChannelId == channel && invite is { MaxAge: 0, MaxUses: 0, Temporary: false, TargetType: null } && invite.IsValid(homes.Now));

    /// <summary>Makes one where there is none, if the turn's member may invite there.</summary>
    /// <param name="next">The guild with its widget as it will be.</param>
    public async ValueTask EnsureAsync(GuildTurn turn, GuildState next, WriteUnit unit, string? reason)
    {
        if (next.Settings is { WidgetEnabled: true, WidgetChannelId: { } id } && next.Channels.TryGetValue(id, out var channel) && turn.InChannel(channel).Has(Permissions.CreateInstantInvite) && await FindAsync(next) is null)
            await making.AddAsync(turn, new StoredInvite(InviteMaking.NewCode(), next.Id, id, turn.Member.UserId, Timestamp.From(turn.Now), 0, 0, 0, false), unit, reason);
    }
}
