using System.Text.Json;
using Discord.BuildingBlocks;
using Discord.Host.Api;
using Discord.Modules.Guilds.Contracts;
using Discord.Modules.Integrations.Contracts;
using Discord.Modules.Messaging.Contracts;
using Discord.Modules.Presence.Contracts;
using Discord.Modules.Users.Contracts;
using Discord.Modules.Voice.Contracts;
using Discord.Protocol;
using Discord.Protocol.Gateway;
using MediatR;

namespace Discord.Host.Gateway;

/// <summary>What the opcodes mean: checks, and what they ask of the modules. Holds no state of a connection.</summary>
internal sealed class GatewayProtocol(GatewaySessions sessions, MemberRequests memberRequests, SessionPresences presences, Ready ready, GatewayDispatcher dispatcher, RateLimiter rateLimiter, IMediator mediator, ILogger<GatewayProtocol> logger)
{
    private const int MaxChannels = 100;

    public ILogger Logger => logger;

    public GatewaySessions Sessions => sessions;

    public MemberRequests MemberRequests => memberRequests;

    public SessionPresences Presences => presences;

    public Ready Ready => ready;

    public GatewayDispatcher Dispatcher => dispatcher;

    /// <summary>Checks IDENTIFY.</summary>
    /// <returns>The session's options, or the close code that the mistake deserves.</returns>
    public async ValueTask<(SessionOptions? Options, CloseCode Refused)> CheckIdentifyAsync(JsonElement d)
    {
        if (d.ValueKind != JsonValueKind.Object || !TryText(d, "token", out var token))
            return (null, CloseCode.DecodeError);
        if (await AuthenticateAsync(token) is not { } owner)
            return (null, CloseCode.AuthenticationFailed);

        var (shardId, shardCount) = (0, 1);
        if (d.TryGetProperty("shard", out var shard) && shard.ValueKind != JsonValueKind.Null)
        {
            if (shard.ValueKind != JsonValueKind.Array || shard.GetArrayLength() != 2 || !TryInt(shard[0], out shardId) || !TryInt(shard[1], out shardCount) || shardCount < 1 || shardId < 0 || shardId >= shardCount)
                return (null, CloseCode.InvalidShard);
        }

        var intents = Intents.All;
        if (owner.IsBot)
        {
            if (!d.TryGetProperty("intents", out var asked) || !asked.TryGetUInt64Safe(out var bits) || (bits & ~(ulong)Intents.Valid) != 0)
                return (null, CloseCode.InvalidIntents);
            intents = (Intents)bits;
            var flags = await mediator.Send(new GetApplicationFlags(owner.ApplicationId!.Value)) ?? ApplicationFlags.None;
            if ((intents & Intents.Privileged & ~Allowed(flags)) != 0)
                return (null, CloseCode.DisallowedIntents);
        }

        var threshold = d.TryGetProperty("large_threshold", out var large) && TryInt(large, out var value) ? Math.Clamp(value, 50, 250) : 50;
        var options = new SessionOptions(owner.UserId, owner.IsBot, owner.TokenHash, intents, shardId, shardCount, threshold) { ApplicationId = owner.ApplicationId };
        var guilds = await mediator.Send(new GetGuildIdsOf(owner.UserId));
        return owner.IsBot && guilds.Count(options.Owns) > GatewayLimits.MaxGuildsPerShard ? (null, CloseCode.ShardingRequired) : (options, default);
    }

    /// <summary>The owner of a token that may carry "Bot ".</summary>
    public async ValueTask<TokenOwner?> AuthenticateAsync(string token)
    {
        var isBotForm = token.StartsWith("Bot ", StringComparison.Ordinal);
        var owner = await mediator.Send(new AuthenticateToken(isBotForm ? token[4..] : token));
        return owner is null || (isBotForm && !owner.IsBot) ? null : owner;
    }

    /// <summary>Op 4: {guild_id, channel_id, self_mute, self_deaf, self_video}. No guild: a call; no channel: leaves.</summary>
    /// <returns>False when it is malformed.</returns>
    public async ValueTask<bool> UpdateVoiceStateAsync(GatewaySession session, JsonElement d, CancellationToken cancellationToken)
    {
        if (d.ValueKind != JsonValueKind.Object || !TryOptionalId(d, "guild_id", out var guildId) || !TryOptionalId(d, "channel_id", out var channelId)
            || !TryFlag(d, "self_mute", out var mute) || !TryFlag(d, "self_deaf", out var deaf) || !TryFlag(d, "self_video", out var video))
            return false;
        if (guildId is { } guild && !session.Options.Owns(guild))
            return true;
        await mediator.Send(new UpdateVoiceState(session.UserId, session.Id, guildId, channelId, mute, deaf, video), cancellationToken);
        // It ended meanwhile: nobody would take this back.
        if (session.IsEnded)
            await mediator.Send(new EndSessionVoice(session.UserId, session.Id), CancellationToken.None);
        return true;
    }

    /// <summary>Op 13: {channel_id}: a client opens a direct message or group, and is shown the call that is on there.</summary>
    public async ValueTask<bool> ConnectCallAsync(GatewaySession session, JsonElement d, CancellationToken cancellationToken)
    {
        if (d.ValueKind != JsonValueKind.Object || !d.TryGetProperty("channel_id", out var channel) || TryId(channel) is not { } channelId)
            return false;
        await mediator.Send(new ShowCalls(session.UserId, session.Id, [channelId]), cancellationToken);
        return true;
    }

    /// <summary>Op 43: what the voice channels of a guild say of themselves, and since when somebody is there.</summary>
    /// <remarks>Source: Discord docs, Gateway Events, "Request Channel Info". Start times are Unix seconds.</remarks>
    public async ValueTask<bool> RequestChannelInfoAsync(GatewaySession session, JsonElement d, CancellationToken cancellationToken)
    {
        if (d.ValueKind != JsonValueKind.Object || !d.TryGetProperty("guild_id", out var guild) || TryId(guild) is not { } guildId || !d.TryGetProperty("fields", out var fields) || fields.ValueKind != JsonValueKind.Array)
            return false;
        if (await mediator.Send(new GetVoiceChannels(guildId, session.UserId), cancellationToken) is not { } channels)
            return true;
        bool Asks(string name) => fields.EnumerateArray().Any(field => field.ValueKind == JsonValueKind.String && field.GetString() == name);
        var (statuses, starts) = (Asks("status"), Asks("voice_start_time"));
        var info = new
        {
            guild_id = guildId,
            channels = channels.Where(channel => (statuses && channel.Status is not null) || (starts && channel.Start is not null))
                .Select(channel => new { id = channel.Id, status = statuses ? channel.Status : null, voice_start_time = starts ? channel.Start?.UnixMilliseconds / 1000 : null }),
        };
        session.Enqueue(new DispatchPayload("CHANNEL_INFO", JsonSerializer.SerializeToUtf8Bytes(info, ProtocolJson.Options), isShared: false))?.Flush();
        return true;
    }

    /// <summary>Op 31: the soundboards of guilds, one event for each that the user is in.</summary>
    /// <remarks>Source: Discord docs, Gateway Events, "Request Soundboard Sounds".</remarks>
    public async ValueTask<bool> RequestSoundboardsAsync(GatewaySession session, JsonElement d, CancellationToken cancellationToken)
    {
        if (d.ValueKind != JsonValueKind.Object || !d.TryGetProperty("guild_ids", out var ids) || ids.ValueKind != JsonValueKind.Array)
            return false;
        var boards = await mediator.Send(new GetSoundboards(session.UserId, [.. ids.EnumerateArray().Select(TryId).OfType<Snowflake>().Distinct()]), cancellationToken);
        foreach (var (guildId, sounds) in boards)
            session.Enqueue(new DispatchPayload("SOUNDBOARD_SOUNDS", JsonSerializer.SerializeToUtf8Bytes(new { guild_id = guildId, soundboard_sounds = sounds }, ProtocolJson.Options), isShared: false))?.Flush();
        return true;
    }

    /// <summary>Op 0 from a client: posts a message as REST does, under the same rate limit.</summary>
    /// <remarks>The seeds' form. The sender sees the message as MESSAGE_CREATE with its nonce, or why not as MESSAGE_REJECTED. ADR 0010.</remarks>
    public async ValueTask PostAsync(GatewaySession session, JsonElement d, CancellationToken cancellationToken)
    {
        ApiError? error;
        Snowflake? channelId = d.ValueKind == JsonValueKind.Object && d.TryGetProperty("channel_id", out var channel) ? TryId(channel) : null;
        if (channelId is not { } id)
        {
            error = ApiError.InvalidField("channel_id", "BASE_TYPE_REQUIRED", "This field is required");
        }
        else if (rateLimiter.TryTake(session.UserId.ToString(), MessageRoute.Bucket, id.ToString()) is { IsAllowed: false } limited)
        {
            error = new ApiError(429, 0, "You are being rate limited.") { RetryAfter = limited.ResetAfter.TotalSeconds };
        }
        else
        {
            error = (await mediator.Send(new PostMessage(session.UserId, id, d), cancellationToken)).Error;
        }

        if (error is null)
            return;
        var nonce = d.ValueKind == JsonValueKind.Object && d.TryGetProperty("nonce", out var given) ? given : (JsonElement?)null;
        var body = new { channel_id = channelId, nonce, code = error.Code, message = error.Message, errors = ErrorBody.Tree(error), retry_after = error.RetryAfter };
        session.Enqueue(new DispatchPayload("MESSAGE_REJECTED", JsonSerializer.SerializeToUtf8Bytes(body, ProtocolJson.Options)))?.Flush();
    }

    /// <summary>Ops 18 to 22: shared screens.</summary>
    /// <returns>False when it is malformed.</returns>
    public async ValueTask<bool> CommandStreamAsync(int opcode, GatewaySession session, JsonElement d, CancellationToken cancellationToken)
    {
        if (StreamCommands.Read(opcode, session, d) is not { } command)
            return false;
        await mediator.Send(command, cancellationToken);
        return true;
    }

    /// <summary>Op 34: {guild_id, channel_ids}. Answered by LAST_MESSAGES.</summary>
    /// <returns>False when it is malformed.</returns>
    public async ValueTask<bool> SendLastMessagesAsync(GatewaySession session, JsonElement d, CancellationToken cancellationToken)
    {
        if (d.ValueKind != JsonValueKind.Object || !d.TryGetProperty("guild_id", out var guild) || TryId(guild) is not { } guildId
            || !d.TryGetProperty("channel_ids", out var channels) || channels.ValueKind != JsonValueKind.Array || channels.GetArrayLength() > MaxChannels)
            return false;
        // For people's clients: a bot's right to read content is not decided here.
        if (session.Options.IsBot)
            return true;
        var messages = await mediator.Send(new GetLastMessages(session.UserId, guildId, [.. channels.EnumerateArray().Select(TryId).OfType<Snowflake>()]), cancellationToken);
        var body = new { guild_id = guildId, messages };
        session.Enqueue(new DispatchPayload("LAST_MESSAGES", JsonSerializer.SerializeToUtf8Bytes(body, ProtocolJson.Options), isShared: false))?.Flush();
        return true;
    }

    internal static bool TryText(JsonElement element, string name, out string text)
    {
        text = "";
        if (!element.TryGetProperty(name, out var value) || value.ValueKind != JsonValueKind.String)
            return false;
        text = value.GetString()!;
        return true;
    }

    internal static bool TryInt(JsonElement value, out int number)
    {
        number = 0;
        return value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out number);
    }

    // Absent and null are the same here.
    private static bool TryOptionalId(JsonElement element, string name, out Snowflake? id)
    {
        id = null;
        return !element.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.Null || (id = TryId(value)) is not null;
    }

    private static bool TryFlag(JsonElement element, string name, out bool flag)
    {
        flag = element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.True;
        return value.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null or JsonValueKind.True or JsonValueKind.False;
    }

    internal static Snowflake? TryId(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String when Snowflake.TryParse(value.GetString(), out var id) => id,
        JsonValueKind.Number when Snowflake.TryParse(value.GetRawText(), out var id) => id,
        _ => null,
    };

    private static Intents Allowed(ApplicationFlags flags)
    {
        var allowed = Intents.None;
        if ((flags & (ApplicationFlags.GatewayPresence | ApplicationFlags.GatewayPresenceLimited)) != 0)
            allowed |= Intents.GuildPresences;
        if ((flags & (ApplicationFlags.GatewayGuildMembers | ApplicationFlags.GatewayGuildMembersLimited)) != 0)
            allowed |= Intents.GuildMembers;
        if ((flags & (ApplicationFlags.GatewayMessageContent | ApplicationFlags.GatewayMessageContentLimited)) != 0)
            allowed |= Intents.MessageContent;
        return allowed;
    }
}

internal static class JsonElementExtensions
{
    /// <summary>A whole number that is not negative, however it is written.</summary>
    public static bool TryGetUInt64Safe(this JsonElement value, out ulong number)
    {
        number = 0;
        return value.ValueKind == JsonValueKind.Number && value.TryGetUInt64(out number);
    }
}

/// <summary>The bucket that op 0 shares with POST /channels/{id}/messages.</summary>
internal static class MessageRoute
{
    public static readonly BuildingBlocks.Api.RateLimit Bucket = BuildingBlocks.Api.RateLimit.Per("create_message", 5, 5);
}
