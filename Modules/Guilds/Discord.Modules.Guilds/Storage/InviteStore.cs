using System.Data.Common;
using Discord.BuildingBlocks.Storage;
using Discord.Protocol;

namespace Discord.Modules.Guilds.Storage;

/// <summary>Invites, and the codes that guilds chose for themselves.</summary>
internal sealed class InviteStore(Database database)
{
    private const string Columns = "code, guild_id, channel_id, inviter_id, created_at, max_age, max_uses, uses, temporary, target_type, target_user_id, target_application_id";

    public async ValueTask<StoredInvite?> FindAsync(string code) => await database.FirstAsync($"SELECT {Columns} FROM invites WHERE code = $1", Read, code);

    public ValueTask<List<StoredInvite>> OfGuildAsync(Snowflake guildId) =>
        database.QueryAsync($"SELECT {Columns} FROM invites WHERE guild_id = $1 ORDER BY created_at", Read, guildId);

    public static WriteUnit Save(WriteUnit unit, StoredInvite invite) => unit.Add(
        $"INSERT INTO invites ({Columns}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) ON CONFLICT (code) DO UPDATE SET uses = excluded.uses",
        invite.Code, invite.GuildId, invite.ChannelId, invite.InviterId, invite.CreatedAt, invite.MaxAge, invite.MaxUses, invite.Uses, invite.Temporary,
        invite.TargetType, invite.TargetUserId, invite.TargetApplicationId);

    public static WriteUnit Delete(WriteUnit unit, string code) => unit.Add("DELETE FROM invites WHERE code = $1", code);

    /// <param name="code">In whatever case.</param>
    public async ValueTask<VanityUrl?> FindVanityAsync(string code) => await database.FirstAsync("SELECT code, guild_id, uses FROM vanity_urls WHERE code = $1", ReadVanity, code.ToLowerInvariant());

    public async ValueTask<VanityUrl?> VanityOfAsync(Snowflake guildId) => await database.FirstAsync("SELECT code, guild_id, uses FROM vanity_urls WHERE guild_id = $1", ReadVanity, guildId);

    /// <summary>Replaces a guild's own code. The commit fails when another guild has it.</summary>
    /// <param name="code">Lower case; null: none any more.</param>
    public static WriteUnit SaveVanity(WriteUnit unit, Snowflake guildId, string? code)
    {
        unit.Add("DELETE FROM vanity_urls WHERE guild_id = $1", guildId);
        return code is null ? unit : unit.Add("INSERT INTO vanity_urls (code, guild_id, uses) VALUES ($1, $2, 0)", code, guildId);
    }

    public static WriteUnit CountVanity(WriteUnit unit, string code) => unit.Add("UPDATE vanity_urls SET uses = uses + 1 WHERE code = $1", code);

    private static VanityUrl ReadVanity(DbDataReader row) => new(row.GetString(0), Snowflake.FromStored(row.GetInt64(1)), (int)row.GetInt64(2));

    private static StoredInvite Read(DbDataReader row) => new(row.GetString(0), Snowflake.FromStored(row.GetInt64(1)), Snowflake.FromStored(row.GetInt64(2)),
        Snowflake.FromStored(row.GetInt64(3)), new Timestamp(row.GetInt64(4)), (int)row.GetInt64(5), (int)row.GetInt64(6), (int)row.GetInt64(7), row.GetInt64(8) != 0)
    {
        TargetType = row.IsDBNull(9) ? null : (int)row.GetInt64(9),
        TargetUserId = row.IsDBNull(10) ? null : Snowflake.FromStored(row.GetInt64(10)),
        TargetApplicationId = row.IsDBNull(11) ? null : Snowflake.FromStored(row.GetInt64(11)),
    };
}

internal sealed record VanityUrl(string Code, Snowflake GuildId, int Uses);

/// <param name="InviterId">Null for a guild's own code.</param>
/// <param name="MaxAge">Seconds; 0 = for ever.</param>
/// <param name="MaxUses">0 = without limit.</param>
/// <param name="Temporary">Who joins by it leaves with their last session, unless they got a role.</param>
internal sealed record StoredInvite(string Code, Snowflake GuildId, Snowflake ChannelId, Snowflake? InviterId, Timestamp CreatedAt, int MaxAge, int MaxUses, int Uses, bool Temporary)
{
    /// <summary>1 a stream of <see cref="TargetUserId"/>, 2 the application <see cref="TargetApplicationId"/>, null: the channel alone.</summary>
    public int? TargetType { get; init; }

    public Snowflake? TargetUserId { get; init; }

    public Snowflake? TargetApplicationId { get; init; }

    public bool IsVanity => InviterId is null;

    public Timestamp? ExpiresAt => MaxAge == 0 ? null : new Timestamp(CreatedAt.UnixMilliseconds + MaxAge * 1000L);

    /// <summary>What the audit log tells of it.</summary>
    public object ForAudit => new { Code, ChannelId, InviterId, Uses, MaxUses, MaxAge, Temporary, Flags = 0 };

    public bool IsValid(DateTimeOffset now) => (ExpiresAt is not { } end || end.Time > now) && (MaxUses == 0 || Uses < MaxUses);

    /// <summary>Whether another invite would be the same, its code and uses left aside.</summary>
    public bool IsLike(StoredInvite other) => this with { Code = other.Code, CreatedAt = other.CreatedAt, Uses = other.Uses } == other;
}
