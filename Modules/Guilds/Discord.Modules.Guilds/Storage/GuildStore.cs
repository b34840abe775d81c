using System.Data.Common;
using System.Text.Json;
using Discord.BuildingBlocks.Storage;
using Discord.Modules.Guilds.Home;
using Discord.Protocol;

namespace Discord.Modules.Guilds.Storage;

/// <summary>Guilds, roles, channels, bans and direct message channels.</summary>
internal sealed class GuildStore(Database database)
{
    public async ValueTask<Guild?> FindGuildAsync(Snowflake id) =>
        await database.FirstAsync("SELECT data FROM guilds WHERE id = $1", row => Parse<Guild>(row.GetString(0)), id);

    public ValueTask<List<Role>> RolesAsync(Snowflake guildId) =>
        database.QueryAsync("SELECT data FROM roles WHERE guild_id = $1", row => Parse<Role>(row.GetString(0)), guildId);

    public ValueTask<List<Channel>> ChannelsAsync(Snowflake guildId) =>
        database.QueryAsync("SELECT data FROM channels WHERE guild_id = $1", row => Parse<Channel>(row.GetString(0)), guildId);

    public async ValueTask<GuildObjects> ObjectsAsync(Snowflake guildId) =>
        (await database.QueryAsync($"SELECT kind, data FROM guild_objects WHERE guild_id = $1 AND kind <> '{MemberStore.LookKind}'", row => GuildObjects.Parse(row.GetString(0), row.GetString(1)), guildId))
        .OfType<IGuildObject>().Aggregate(GuildObjects.None, (objects, next) => objects.With(next));

    /// <returns>Null: no such channel. The guild id is null in direct messages.</returns>
    public async ValueTask<(Snowflake? GuildId, ChannelType Type)?> FindChannelAsync(Snowflake id) =>
        await database.FirstAsync<(Snowflake?, ChannelType)?>("SELECT guild_id, type FROM channels WHERE id = $1 UNION ALL SELECT guild_id, type FROM threads WHERE id = $1",
            row => (row.IsDBNull(0) ? null : Snowflake.FromStored(row.GetInt64(0)), (ChannelType)row.GetInt64(1)), id);

    /// <summary>The greatest id of everything this module keeps.</summary>
    public async ValueTask<Snowflake> GreatestIdAsync() =>
        await database.FirstAsync("SELECT max(id) FROM (SELECT max(id) AS id FROM channels UNION ALL SELECT max(id) FROM roles UNION ALL SELECT max(id) FROM guild_objects UNION ALL SELECT max(id) FROM join_requests UNION ALL SELECT max(id) FROM audit_log UNION ALL SELECT max(id) FROM threads) AS newest", row => row.IsDBNull(0) ? default : Snowflake.FromStored(row.GetInt64(0)));

    public static WriteUnit Save(WriteUnit unit, Guild guild) =>
        unit.Add("INSERT INTO guilds (id, owner_id, data) VALUES ($1, $2, $3) ON CONFLICT (id) DO UPDATE SET owner_id = excluded.owner_id, data = excluded.data", guild.Id, guild.OwnerId, Json(guild));

    public static WriteUnit Save(WriteUnit unit, Snowflake guildId, Role role) =>
        unit.Add("INSERT INTO roles (guild_id, id, data) VALUES ($1, $2, $3) ON CONFLICT (guild_id, id) DO UPDATE SET data = excluded.data", guildId, role.Id, Json(role));

    public static WriteUnit Save(WriteUnit unit, Channel channel) =>
        unit.Add("INSERT INTO channels (id, guild_id, type, data) VALUES ($1, $2, $3, $4) ON CONFLICT (id) DO UPDATE SET type = excluded.type, data = excluded.data", channel.Id, channel.GuildId, channel.Type, Json(channel));

    public static WriteUnit Save<T>(WriteUnit unit, Snowflake guildId, T value) where T : class, IGuildObject => unit.Add(
        "INSERT INTO guild_objects (guild_id, kind, id, data) VALUES ($1, $2, $3, $4) ON CONFLICT (guild_id, kind, id) DO UPDATE SET data = excluded.data", guildId, GuildObjects.KindOf(typeof(T)), value.Id, JsonSerializer.Serialize(value, ProtocolJson.Options));

    public static WriteUnit Delete<T>(WriteUnit unit, Snowflake guildId, Snowflake id) where T : class, IGuildObject =>
        unit.Add("DELETE FROM guild_objects WHERE guild_id = $1 AND kind = $2 AND id = $3", guildId, GuildObjects.KindOf(typeof(T)), id);

    public static WriteUnit DeleteRole(WriteUnit unit, Snowflake guildId, Snowflake roleId) => unit.Add("DELETE FROM roles WHERE guild_id = $1 AND id = $2", guildId, roleId);

    public static WriteUnit DeleteChannel(WriteUnit unit, Snowflake channelId) => unit.Add("DELETE FROM channels WHERE id = $1", channelId).Add("DELETE FROM invites WHERE channel_id = $1", channelId);

    public static WriteUnit DeleteGuild(WriteUnit unit, Snowflake guildId)
    {
        ReadOnlySpan<string> tables =
        [
            "roles", "channels", "members", "bans", "invites", "guild_objects", "audit_log", "vanity_urls", "temporary_members",
            "scheduled_event_users", "scheduled_event_times", "guild_templates", "onboarding_responses", "join_requests",
        ];
        foreach (var table in tables)
            unit.Add($"DELETE FROM {table} WHERE guild_id = $1", guildId);
        return unit.Add("DELETE FROM guilds WHERE id = $1", guildId);
    }

    public async ValueTask<Ban?> FindBanAsync(Snowflake guildId, Snowflake userId) =>
        await database.FirstAsync("SELECT user_id, reason FROM bans WHERE guild_id = $1 AND user_id = $2", ReadBan, guildId, userId);

    /// <param name="after">Only greater user ids, ascending; with <paramref name="before"/> only smaller ones, the nearest first and then ascending.</param>
    public async ValueTask<List<Ban>> BansAsync(Snowflake guildId, Snowflake? before, Snowflake after, int limit)
    {
        if (before is null)
            return await database.QueryAsync("SELECT user_id, reason FROM bans WHERE guild_id = $1 AND user_id > $2 ORDER BY user_id LIMIT $3", ReadBan, guildId, after, limit);
        var rows = await database.QueryAsync("SELECT user_id, reason FROM bans WHERE guild_id = $1 AND user_id < $2 ORDER BY user_id DESC LIMIT $3", ReadBan, guildId, before, limit);
        rows.Reverse();
        return rows;
    }

    public static WriteUnit Save(WriteUnit unit, Snowflake guildId, Ban ban) =>
        unit.Add("INSERT INTO bans (guild_id, user_id, reason) VALUES ($1, $2, $3) ON CONFLICT (guild_id, user_id) DO UPDATE SET reason = excluded.reason", guildId, ban.UserId, ban.Reason);

    public static WriteUnit DeleteBan(WriteUnit unit, Snowflake guildId, Snowflake userId) => unit.Add("DELETE FROM bans WHERE guild_id = $1 AND user_id = $2", guildId, userId);

    public async ValueTask<Snowflake?> FindPairAsync(string pair) =>
        await database.FirstAsync<Snowflake?>("SELECT channel_id FROM direct_messages WHERE pair = $1", row => Snowflake.FromStored(row.GetInt64(0)), pair);

    public ValueTask<List<Snowflake>> RecipientsAsync(Snowflake channelId) =>
        database.QueryAsync("SELECT user_id FROM direct_message_recipients WHERE channel_id = $1 ORDER BY user_id", row => Snowflake.FromStored(row.GetInt64(0)), channelId);

    public ValueTask<List<Snowflake>> ClosedByAsync(Snowflake channelId) =>
        database.QueryAsync("SELECT user_id FROM direct_message_recipients WHERE channel_id = $1 AND closed = 1", row => Snowflake.FromStored(row.GetInt64(0)), channelId);

    public ValueTask<List<Snowflake>> OpenDirectMessagesAsync(Snowflake userId) =>
        database.QueryAsync("SELECT channel_id FROM direct_message_recipients WHERE user_id = $1 AND closed = 0 ORDER BY channel_id", row => Snowflake.FromStored(row.GetInt64(0)), userId);

    /// <summary>A direct message channel or a group, with its name, icon and owner; null for a channel of a guild.</summary>
    public async ValueTask<Channel?> FindPrivateChannelAsync(Snowflake id) =>
        await database.FirstAsync("SELECT data FROM channels WHERE id = $1 AND guild_id IS NULL", row => Parse<Channel>(row.GetString(0)), id);

    /// <param name="pair">Null for a group.</param>
    public static WriteUnit InsertDirectMessage(WriteUnit unit, Channel channel, string? pair, IEnumerable<Snowflake> recipients)
    {
        Save(unit, channel).Add("INSERT INTO direct_messages (channel_id, pair) VALUES ($1, $2)", channel.Id, pair);
        foreach (var user in recipients)
            AddRecipient(unit, channel.Id, user);
        return unit;
    }

    public static WriteUnit AddRecipient(WriteUnit unit, Snowflake channelId, Snowflake userId) =>
        unit.Add("INSERT INTO direct_message_recipients (user_id, channel_id, closed) VALUES ($1, $2, 0)", userId, channelId);

    public static WriteUnit DeleteRecipient(WriteUnit unit, Snowflake channelId, Snowflake userId) =>
        unit.Add("DELETE FROM direct_message_recipients WHERE user_id = $1 AND channel_id = $2", userId, channelId);

    public static WriteUnit DeleteGroup(WriteUnit unit, Snowflake channelId) =>
        DeleteChannel(unit, channelId).Add("DELETE FROM direct_messages WHERE channel_id = $1", channelId).Add("DELETE FROM direct_message_recipients WHERE channel_id = $1", channelId);

    /// <summary>Every group that somebody is in.</summary>
    public ValueTask<List<Snowflake>> GroupsOfAsync(Snowflake userId) => database.QueryAsync(
        "SELECT r.channel_id FROM direct_message_recipients r JOIN direct_messages d ON d.channel_id = r.channel_id WHERE r.user_id = $1 AND d.pair IS NULL", row => Snowflake.FromStored(row.GetInt64(0)), userId);

    public static WriteUnit SetClosed(WriteUnit unit, Snowflake userId, Snowflake channelId, bool closed) =>
        unit.Add("UPDATE direct_message_recipients SET closed = $3 WHERE user_id = $1 AND channel_id = $2", userId, channelId, closed);

    private static T Parse<T>(string json) => JsonSerializer.Deserialize(json, ProtocolJson.TypeInfo<T>())!;

    private static string Json<T>(T value) => JsonSerializer.Serialize(value, ProtocolJson.TypeInfo<T>());

    private static Ban ReadBan(DbDataReader row) => new(Snowflake.FromStored(row.GetInt64(0)), row.IsDBNull(1) ? null : row.GetString(1));
}

internal sealed record Ban(Snowflake UserId, string? Reason);
