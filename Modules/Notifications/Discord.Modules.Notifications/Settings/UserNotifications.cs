using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Text.Json;
using Discord.BuildingBlocks.Storage;
using Discord.Modules.Notifications.Contracts;
using Discord.Protocol;
using MediatR;

namespace Discord.Modules.Notifications.Settings;

/// <summary>The notification settings of users, in memory from the first question on. Changed on the user's lane, after the commit.</summary>
internal sealed class UserNotifications(Database database, TimeProvider clock) : IRequestHandler<GetNotificationSettings, IReadOnlyList<GuildNotificationSettings>>, IRequestHandler<GetNotificationFlags, int>
{
    private readonly ConcurrentDictionary<Snowflake, ImmutableDictionary<Snowflake, GuildNotificationSettings>> _users = new();

    public async Task<IReadOnlyList<GuildNotificationSettings>> Handle(GetNotificationSettings request, CancellationToken cancellationToken) =>
        [.. (await OfAsync(request.UserId)).OrderBy(entry => entry.Key.Value).Select(entry => entry.Value.At(clock.GetUtcNow()))];

    public async Task<int> Handle(GetNotificationFlags request, CancellationToken cancellationToken) =>
        await database.FirstAsync("SELECT flags FROM notification_settings WHERE user_id = $1", row => (int)row.GetInt64(0), request.UserId);

    /// <param name="guildId">Null: direct messages.</param>
    /// <returns>The defaults when nothing was changed yet.</returns>
    public async ValueTask<GuildNotificationSettings> FindAsync(Snowflake userId, Snowflake? guildId) =>
        (await OfAsync(userId)).TryGetValue(guildId ?? default, out var settings) ? settings.At(clock.GetUtcNow()) : new GuildNotificationSettings { GuildId = guildId };

    /// <summary>Call on the user's lane.</summary>
    public WriteUnit Save(WriteUnit unit, Snowflake userId, GuildNotificationSettings settings) => unit
        .Add("INSERT INTO user_guild_settings (user_id, guild_id, data) VALUES ($1, $2, $3) ON CONFLICT (user_id, guild_id) DO UPDATE SET data = excluded.data",
            userId, settings.GuildId ?? default, JsonSerializer.Serialize(settings, ProtocolJson.Options))
        .Publish(new UserGuildSettingsUpdated(userId, settings))
        .Then(() => _users[userId] = _users[userId].SetItem(settings.GuildId ?? default, settings));

    public static WriteUnit SaveFlags(WriteUnit unit, Snowflake userId, int flags) => unit
        .Add("INSERT INTO notification_settings (user_id, flags) VALUES ($1, $2) ON CONFLICT (user_id) DO UPDATE SET flags = excluded.flags", userId, flags)
        .Publish(new NotificationSettingsUpdated(userId, flags));

    private async ValueTask<ImmutableDictionary<Snowflake, GuildNotificationSettings>> OfAsync(Snowflake userId)
    {
        if (_users.TryGetValue(userId, out var known))
            return known;
        var stored = await database.QueryAsync("SELECT data FROM user_guild_settings WHERE user_id = $1", row => JsonSerializer.Deserialize<GuildNotificationSettings>(row.GetString(0), ProtocolJson.Options)!, userId);
        // Two that load at once store the same; a change that came between has its place already, and stays.
        return _users.GetOrAdd(userId, stored.ToImmutableDictionary(settings => settings.GuildId ?? default));
    }
}
