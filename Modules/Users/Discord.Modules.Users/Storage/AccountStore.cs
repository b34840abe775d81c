using System.Data.Common;
using Discord.BuildingBlocks.Storage;
using Discord.Modules.Users.Accounts;
using Discord.Protocol;

namespace Discord.Modules.Users.Storage;

/// <summary>Accounts, tokens, settings and who owns the instance.</summary>
internal sealed class AccountStore(Database database)
{
    private const string Columns = "id, username, discriminator, global_name, avatar, banner, accent_color, bot, email, verified, password, locale, flags, premium_type, bio, pronouns, disabled";

    /// <summary>Adds an account.</summary>
    /// <remarks>The commit fails with a <see cref="UniqueViolationException"/> that names username_key or email_key when one is taken.</remarks>
    public static WriteUnit Insert(WriteUnit unit, Account account) => unit.Add(
        $"INSERT INTO users ({Columns}, username_key, email_key) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)", Row(account));

    public static WriteUnit Update(WriteUnit unit, Account account) => unit.Add("""
        UPDATE users SET username = $2, discriminator = $3, global_name = $4, avatar = $5, banner = $6, accent_color = $7, bot = $8, email = $9, verified = $10,
        password = $11, locale = $12, flags = $13, premium_type = $14, bio = $15, pronouns = $16, disabled = $17, username_key = $18, email_key = $19 WHERE id = $1
        """, Row(account));

    public static WriteUnit Delete(WriteUnit unit, Snowflake id) => unit.Add("DELETE FROM users WHERE id = $1", id).Add("DELETE FROM user_settings WHERE user_id = $1", id);

    public async ValueTask<Account?> FindAsync(Snowflake id) => await database.FirstAsync($"SELECT {Columns} FROM users WHERE id = $1", Read, id);

    public async ValueTask<Snowflake> GreatestIdAsync() =>
        await database.FirstAsync("SELECT max(id) FROM users", row => row.IsDBNull(0) ? default : Snowflake.FromStored(row.GetInt64(0)));

    /// <summary>By e-mail address or user name, whatever their case.</summary>
    public async ValueTask<Account?> FindByLoginAsync(string login) =>
        await database.FirstAsync($"SELECT {Columns} FROM users WHERE email_key = $1 OR username_key = $1", Read, Key(login));

    /// <summary>A person by user name, whatever its case.</summary>
    public async ValueTask<Account?> FindByNameAsync(string username) => await database.FirstAsync($"SELECT {Columns} FROM users WHERE username_key = $1", Read, Key(username));

    public ValueTask<List<Account>> FindManyAsync(IReadOnlyCollection<Snowflake> ids) =>
        // Ids are numbers of our own: no text of a client gets into the statement. Lists vary in length, so it is not worth preparing.
        database.QueryAsync($"SELECT {Columns} FROM users WHERE id IN ({string.Join(',', ids.Select(id => id.Stored))})", Read);

    public ValueTask<List<(string Hash, Snowflake UserId, Snowflake? ApplicationId)>> FindTokenAsync(string hash) =>
        database.QueryAsync("SELECT hash, user_id, application_id FROM tokens WHERE hash = $1",
            row => (row.GetString(0), Snowflake.FromStored(row.GetInt64(1)), row.IsDBNull(2) ? (Snowflake?)null : Snowflake.FromStored(row.GetInt64(2))), hash);

    /// <param name="agent">The User-Agent that logs in.</param>
    public static WriteUnit InsertToken(WriteUnit unit, string hash, Snowflake userId, Snowflake? applicationId, Timestamp now, string? agent = null) =>
        unit.Add("INSERT INTO tokens (hash, user_id, application_id, created_at, agent) VALUES ($1, $2, $3, $4, $5)", hash, userId, applicationId, now, agent);

    /// <summary>The login sessions of a user, the newest first.</summary>
    public ValueTask<List<(string Hash, Timestamp CreatedAt, string? Agent)>> TokensOfAsync(Snowflake userId) =>
        database.QueryAsync("SELECT hash, created_at, agent FROM tokens WHERE user_id = $1 ORDER BY created_at DESC", row => (row.GetString(0), new Timestamp(row.GetInt64(1)), Text(row, 2)), userId);

    public static WriteUnit DeleteToken(WriteUnit unit, string hash) => unit.Add("DELETE FROM tokens WHERE hash = $1", hash);

    public static WriteUnit DeleteTokensOf(WriteUnit unit, Snowflake userId) => unit.Add("DELETE FROM tokens WHERE user_id = $1", userId);

    public async ValueTask<string?> SettingsAsync(Snowflake userId) =>
        await database.FirstAsync("SELECT data FROM user_settings WHERE user_id = $1", row => row.GetString(0), userId);

    public static WriteUnit SaveSettings(WriteUnit unit, Snowflake userId, string json) =>
        unit.Add("INSERT INTO user_settings (user_id, data) VALUES ($1, $2) ON CONFLICT (user_id) DO UPDATE SET data = excluded.data", userId, json);

    public async ValueTask<string?> InstanceAsync(string name) =>
        await database.FirstAsync("SELECT value FROM instance WHERE name = $1", row => row.GetString(0), name);

    public static WriteUnit SaveInstance(WriteUnit unit, string name, string value) =>
        unit.Add("INSERT INTO instance (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value", name, value);

    public static WriteUnit DeleteInstance(WriteUnit unit, string name) => unit.Add("DELETE FROM instance WHERE name = $1", name);

    public static string Key(string text) => text.Trim().ToLowerInvariant();

    private static object?[] Row(Account a) =>
    [
        a.Id, a.Username, a.Discriminator, a.GlobalName, a.Avatar, a.Banner, a.AccentColor, a.Bot, a.Email, a.Verified, a.Password, a.Locale, a.Flags, a.PremiumType, a.Bio, a.Pronouns, a.Disabled,
        a.Bot ? null : Key(a.Username), a.Email is null ? null : Key(a.Email),
    ];

    private static Account Read(DbDataReader row) => new()
    {
        Id = Snowflake.FromStored(row.GetInt64(0)),
        Username = row.GetString(1),
        Discriminator = row.GetString(2),
        GlobalName = Text(row, 3),
        Avatar = Text(row, 4),
        Banner = Text(row, 5),
        AccentColor = row.IsDBNull(6) ? null : (int)row.GetInt64(6),
        Bot = row.GetInt64(7) != 0,
        Email = Text(row, 8),
        Verified = row.GetInt64(9) != 0,
        Password = Text(row, 10),
        Locale = row.GetString(11),
        Flags = (int)row.GetInt64(12),
        PremiumType = (int)row.GetInt64(13),
        Bio = row.GetString(14),
        Pronouns = row.GetString(15),
        Disabled = row.GetInt64(16) != 0,
    };

    private static string? Text(DbDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);
}
