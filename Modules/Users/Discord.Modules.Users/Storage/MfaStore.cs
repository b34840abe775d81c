using Discord.BuildingBlocks.Storage;
using Discord.Protocol;

namespace Discord.Modules.Users.Storage;

/// <param name="Step">The time step of the newest code that was taken.</param>
internal sealed record StoredFactor(byte[] Secret, long Step);

/// <summary>Second factors and their backup codes.</summary>
internal sealed class MfaStore(Database database)
{
    public ValueTask<List<Snowflake>> EnrolledAsync() => database.QueryAsync("SELECT user_id FROM mfa", row => Snowflake.FromStored(row.GetInt64(0)));

    public async ValueTask<StoredFactor?> FindAsync(Snowflake userId) =>
        await database.FirstAsync("SELECT secret, step FROM mfa WHERE user_id = $1", row => new StoredFactor(row.GetFieldValue<byte[]>(0), row.GetInt64(1)), userId);

    public async ValueTask<bool> HasBackupCodeAsync(Snowflake userId, string hash) =>
        await database.FirstAsync("SELECT 1 FROM backup_codes WHERE user_id = $1 AND hash = $2", _ => true, userId, hash);

    public static WriteUnit Insert(WriteUnit unit, Snowflake userId, StoredFactor factor) =>
        unit.Add("INSERT INTO mfa (user_id, secret, step) VALUES ($1, $2, $3)", userId, factor.Secret, factor.Step);

    public static WriteUnit InsertBackupCode(WriteUnit unit, Snowflake userId, string hash) => unit.Add("INSERT INTO backup_codes (user_id, hash) VALUES ($1, $2)", userId, hash);

    public static WriteUnit SetStep(WriteUnit unit, Snowflake userId, long step) => unit.Add("UPDATE mfa SET step = $2 WHERE user_id = $1", userId, step);

    public static WriteUnit DeleteBackupCode(WriteUnit unit, Snowflake userId, string hash) => unit.Add("DELETE FROM backup_codes WHERE user_id = $1 AND hash = $2", userId, hash);

    public static WriteUnit Delete(WriteUnit unit, Snowflake userId) =>
        unit.Add("DELETE FROM mfa WHERE user_id = $1", userId).Add("DELETE FROM backup_codes WHERE user_id = $1", userId);
}
