using System.Security.Cryptography;
using Discord.BuildingBlocks.Storage;
using Discord.Modules.Guilds.AuditLog;
using Discord.Modules.Guilds.Contracts;
using Discord.Modules.Guilds.Home;
using Discord.Modules.Guilds.Storage;
using Discord.Protocol;

namespace Discord.Modules.Guilds.Invites;

/// <summary>New invites: by request, and for a guild's widget.</summary>
internal sealed class InviteMaking(Joins joins, AuditTrail audit)
{
    // Without letters and digits that look alike.
    private const string Alphabet = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789";

    /// <summary>One that cannot be guessed.</summary>
    public static string NewCode(int length = 10) => RandomNumberGenerator.GetString(Alphabet, length);

    /// <summary>Adds an invite to a unit, with INVITE_CREATE and its audit log entry.</summary>
    public async ValueTask<Invite> AddAsync(GuildTurn turn, StoredInvite invite, WriteUnit unit, string? reason)
    {
        var wire = await joins.WriteAsync(invite, turn.Home, turn.State, detailed: true);
        var details = new
        {
            code = invite.Code,
            guild_id = invite.GuildId,
            channel_id = invite.ChannelId,
            inviter = wire.Inviter,
            max_age = invite.MaxAge,
            max_uses = invite.MaxUses,
            uses = 0,
            temporary = invite.Temporary,
            type = 0,
            target_type = wire.TargetType,
            target_user = wire.TargetUser,
            target_application = wire.TargetApplication,
            created_at = invite.CreatedAt,
            expires_at = invite.ExpiresAt,
        };
        InviteStore.Save(unit, invite).Publish(new InviteCreated(invite.GuildId, invite.ChannelId, invite.Code, details), turn.State);
        audit.Write(unit, turn, turn.State, AuditLogEvent.InviteCreate, null, reason, AuditChanges.Between(null, invite.ForAudit));
        return wire;
    }
}
