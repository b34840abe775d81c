using System.Text.Json;
using Discord.Modules.Voice.Contracts;
using Discord.Protocol;
using MediatR;

namespace Discord.Host.Gateway;

/// <summary>Ops 18 to 22: what a client wants of a shared screen.</summary>
/// <remarks>Source: protocol.md 5.7.</remarks>
internal static class StreamCommands
{
    private const int MaxKeyLength = 100;

    /// <returns>What to ask of the module; null when it is malformed.</returns>
    public static IRequest? Read(int opcode, GatewaySession session, JsonElement d)
    {
        if (d.ValueKind != JsonValueKind.Object)
            return null;
        var (user, id) = (session.UserId, session.Id);
        if (opcode == 18)
            return ReadCreate(user, id, d);
        if (!GatewayProtocol.TryText(d, "stream_key", out var key) || key.Length > MaxKeyLength)
            return null;
        return opcode switch
        {
            19 => new DeleteStream(user, id, key),
            20 => new WatchStream(user, id, key),
            21 => new PingStream(user, id, key),
            _ => d.TryGetProperty("paused", out var paused) && paused.ValueKind is JsonValueKind.True or JsonValueKind.False ? new PauseStream(user, id, key, paused.GetBoolean()) : null,
        };
    }

    private static CreateStream? ReadCreate(Snowflake user, string session, JsonElement d)
    {
        if (!GatewayProtocol.TryText(d, "type", out var type) || !d.TryGetProperty("channel_id", out var channel) || GatewayProtocol.TryId(channel) is not { } channelId)
            return null;
        Snowflake? guildId = d.TryGetProperty("guild_id", out var guild) ? GatewayProtocol.TryId(guild) : null;
        return type switch
        {
            "guild" when guildId is not null => new CreateStream(user, session, guildId, channelId),
            "call" => new CreateStream(user, session, null, channelId),
            _ => null,
        };
    }
}
