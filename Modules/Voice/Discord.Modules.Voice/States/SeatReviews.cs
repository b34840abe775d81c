using Discord.BuildingBlocks.Storage;
using Discord.Modules.Guilds.Contracts;
using Discord.Protocol;
using Discord.Protocol.Gateway;

namespace Discord.Modules.Voice.States;

/// <summary>Seats follow what changes in their guild: who is out is out of voice before others hear why, and who may do more or less there does.</summary>
internal sealed class SeatReviews(VoiceRosters rosters, VoiceChanges changes) : ICommitProjection
{
    // Seats that are looked at in one turn.
    private const int Slice = 500;

    private readonly Lock _gate = new();

    // Guilds whose seats are yet to be looked at, and whose; null: everybody's.
    private readonly Dictionary<Snowflake, HashSet<Snowflake>?> _waiting = [];

    public void Project(GatewayEvent e, WriteUnit unit)
    {
        switch (e)
        {
            case GuildMemberRemoved gone:
                unit.Then(() => changes.RemoveMember(gone.GuildId, gone.UserId));
                break;
            case ChannelDeleted { Channel: { GuildId: { } guildId } channel }:
                unit.Then(() => changes.RemoveRoom(guildId, channel.Id));
                break;
            case GuildDeleted gone:
                unit.Then(() => changes.RemoveRoom(gone.GuildId, null));
                break;
            case GuildMemberUpdated member:
                unit.Then(() => Ask(member.GuildId, member.UserId));
                break;
            case GuildUpdated or GuildRoleUpdated or GuildRoleDeleted or ChannelUpdated or AutoModerationRuleCreated or AutoModerationRuleUpdated or AutoModerationRuleDeleted:
                unit.Then(() => Ask(e.Audience.GuildId, null));
                break;
        }
    }

    /// <summary>Has a seat of a guild looked at soon, or all of them.</summary>
    public void Ask(Snowflake guildId, Snowflake? userId)
    {
        if (rosters.Find(guildId) is not { } roster || (userId is { } only && roster.Find(only) is null))
            return;
        lock (_gate)
        {
            if (_waiting.TryGetValue(guildId, out var users))
            {
                if (userId is null)
                    _waiting[guildId] = null;
                else
                    users?.Add(userId.Value);
                return;
            }

            _waiting.Add(guildId, userId is { } id ? [id] : null);
        }

        changes.Start(() => ReviewAsync(guildId));
    }

    private async Task ReviewAsync(Snowflake guildId)
    {
        HashSet<Snowflake>? users;
        lock (_gate)
            _waiting.Remove(guildId, out users);
        foreach (var slice in (users ?? rosters.Find(guildId)?.Seats.Select(seat => seat.UserId) ?? []).Chunk(Slice))
            await changes.ReviewAsync(guildId, slice, CancellationToken.None);
    }
}
