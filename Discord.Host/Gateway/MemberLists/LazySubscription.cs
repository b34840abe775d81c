using System.Text.Json;
using Discord.Protocol;

namespace Discord.Host.Gateway.MemberLists;

/// <summary>What a person's client wants of one guild that it has open: op 14, and each entry of op 37.</summary>
/// <param name="Typing">Null: as before. So it is with every part.</param>
/// <param name="Members">Whose presence it follows.</param>
/// <param name="Channels">Which rows of which channels' member lists; replaces what it followed before.</param>
/// <remarks>Source: protocol.md 3.10. Ranges that no list has are passed over.</remarks>
internal sealed record LazySubscription(bool? Typing, IReadOnlySet<Snowflake>? Members, IReadOnlyDictionary<Snowflake, IReadOnlyList<ListRange>>? Channels)
{
    private const int MaxMembers = 500;
    private const int MaxChannels = 10;
    private const int MaxRanges = 5;
    private const int MaxRangeLength = 100;
    private const int MaxGuilds = 200;

    /// <summary>Op 14: {guild_id, ...}.</summary>
    /// <returns>Null when it is malformed.</returns>
    public static (Snowflake GuildId, LazySubscription Wanted)? Read(JsonElement d) =>
        d.ValueKind == JsonValueKind.Object && d.TryGetProperty("guild_id", out var guild) && GatewayProtocol.TryId(guild) is { } id ? (id, Of(d)) : null;

    /// <summary>Op 37: {subscriptions: {guild id: {...}}}.</summary>
    /// <returns>Null when it is malformed.</returns>
    public static IReadOnlyList<(Snowflake GuildId, LazySubscription Wanted)>? ReadMany(JsonElement d)
    {
        if (d.ValueKind != JsonValueKind.Object || !d.TryGetProperty("subscriptions", out var guilds) || guilds.ValueKind != JsonValueKind.Object)
            return null;
        return [.. guilds.EnumerateObject().Take(MaxGuilds).Where(guild => guild.Value.ValueKind == JsonValueKind.Object && Snowflake.TryParse(guild.Name, out _))
            .Select(guild => (Snowflake.TryParse(guild.Name, out var id) ? id : default, Of(guild.Value)))];
    }

    private static LazySubscription Of(JsonElement d) => new(
        d.TryGetProperty("typing", out var typing) && typing.ValueKind is JsonValueKind.True or JsonValueKind.False ? typing.ValueKind == JsonValueKind.True : null,
        d.TryGetProperty("members", out var members) && members.ValueKind == JsonValueKind.Array ? members.EnumerateArray().Take(MaxMembers).Select(GatewayProtocol.TryId).OfType<Snowflake>().ToHashSet() : null,
        d.TryGetProperty("channels", out var channels) && channels.ValueKind == JsonValueKind.Object ? ReadChannels(channels) : null);

    private static Dictionary<Snowflake, IReadOnlyList<ListRange>> ReadChannels(JsonElement channels)
    {
        var read = new Dictionary<Snowflake, IReadOnlyList<ListRange>>();
        foreach (var channel in channels.EnumerateObject().Take(MaxChannels))
        {
            if (Snowflake.TryParse(channel.Name, out var id) && channel.Value.ValueKind == JsonValueKind.Array && ReadRanges(channel.Value) is { Count: > 0 } ranges)
                read[id] = ranges;
        }

        return read;
    }

    private static List<ListRange> ReadRanges(JsonElement ranges) => [.. ranges.EnumerateArray().Select(ReadRange).OfType<ListRange>().Distinct().Take(MaxRanges).OrderBy(range => range.First)];

    private static ListRange? ReadRange(JsonElement range) =>
        range.ValueKind == JsonValueKind.Array && range.GetArrayLength() == 2 && GatewayProtocol.TryInt(range[0], out var first) && GatewayProtocol.TryInt(range[1], out var last)
        && first >= 0 && last >= first && last - first < MaxRangeLength ? new ListRange(first, last) : null;
}
