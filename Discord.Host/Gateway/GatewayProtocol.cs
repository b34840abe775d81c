using System.Text.Json;
using Discord.BuildingBlocks;
using Discord.Host.Api;
using Discord.Modules.Guilds.Contracts;
using Discord.Modules.Integrations.Contracts;
using Discord.Modules.Messaging.Contracts;
using Discord.Modules.Presence.Contracts;
using Discord.Modules.Users.Contracts;
using Discord.Protocol;
using Discord.Protocol.Gateway;
using MediatR;

namespace Discord.Host.Gateway;

/// <summary>What the opcodes mean: checks, and what they ask of the modules. Holds no state of a connection.</summary>
internal sealed class GatewayProtocol(GatewaySessions sessions, MemberRequests memberRequests, SessionPresences presences, RateLimiter rateLimiter, IMediator mediator, ILogger<GatewayProtocol> logger)
{
    public ILogger Logger => logger;

    public GatewaySessions Sessions => sessions;

    public MemberRequests MemberRequests => memberRequests;

    public SessionPresences Presences => presences;

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
        var options = new SessionOptions(owner.UserId, owner.IsBot, owner.TokenHash, intents, shardId, shardCount, threshold);
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

    /// <summary>Sends READY and puts the session into the stream of each of its guilds; GUILD_CREATE follows from there.</summary>
    public async ValueTask StartAsync(GatewaySession session, GatewayConnection connection, JsonElement identify, string resumeUrl, CancellationToken cancellationToken)
    {
        var options = session.Options;
        var account = await mediator.Send(new GetOwnAccount(options.UserId), cancellationToken);
        var guilds = (await mediator.Send(new GetGuildIdsOf(options.UserId), cancellationToken)).Where(options.Owns).Order().ToList();
        var ready = new Dictionary<string, object?>
        {
            ["v"] = 10,
            ["user"] = account,
            ["guilds"] = guilds.Select(id => new { id, unavailable = true }).ToList(),
            ["session_id"] = session.Id,
            ["resume_gateway_url"] = resumeUrl,
            ["session_type"] = "normal",
            ["private_channels"] = options.IsBot ? [] : await mediator.Send(new GetDirectMessages(options.UserId), cancellationToken),
            ["relationships"] = options.IsBot ? Array.Empty<object>() : await mediator.Send(new GetRelationships(options.UserId), cancellationToken),
            ["presences"] = Array.Empty<object>(),
            ["guild_join_requests"] = Array.Empty<object>(),
            ["user_settings"] = options.IsBot ? new { } : await mediator.Send(new GetSettings(options.UserId), cancellationToken),
            ["geo_ordered_rtc_regions"] = Array.Empty<string>(),
            ["auth"] = new { },
            ["_trace"] = Array.Empty<string>(),
        };
        if (identify.TryGetProperty("shard", out var shard) && shard.ValueKind == JsonValueKind.Array)
            ready["shard"] = new[] { options.ShardId, options.ShardCount };
        if (options.IsBot)
        {
            var owner = (await AuthenticateAsync(identify.GetProperty("token").GetString()!))?.ApplicationId ?? default;
            var flags = await mediator.Send(new GetApplicationFlags(owner), cancellationToken) ?? ApplicationFlags.None;
            ready["application"] = new { id = owner, flags = (int)flags, flags_new = ((int)flags).ToString() };
        }
        else
        {
            ready["sessions"] = new[] { new { session_id = session.Id, status = "online", activities = Array.Empty<object>(), client_info = new { version = 0, os = "other", client = "web" } } };
            ready["read_state"] = Array.Empty<object>();
            ready["user_guild_settings"] = Array.Empty<object>();
            ready["notes"] = await mediator.Send(new GetNotes(options.UserId), cancellationToken);
            ready["auth_session_id_hash"] = options.TokenHash;
            ready["connected_accounts"] = Array.Empty<object>();
            ready["experiments"] = Array.Empty<object>();
            ready["guild_experiments"] = Array.Empty<object>();
            ready["country_code"] = "US";
        }

        session.Start(connection, new DispatchPayload("READY", JsonSerializer.SerializeToUtf8Bytes(ready, ProtocolJson.Options), isShared: false));
        foreach (var id in guilds)
            await mediator.Send(new WatchGuild(id, options.UserId, roles => new Subscription(session, roles)), cancellationToken);
        // A guild that was joined since the list was read: its event may have come before this session was known.
        foreach (var id in (await mediator.Send(new GetGuildIdsOf(options.UserId), cancellationToken)).Where(id => options.Owns(id) && !guilds.Contains(id)))
            await mediator.Send(new WatchGuild(id, options.UserId, roles => new Subscription(session, roles)), cancellationToken);
        connection.Flush();
        await presences.IdentifyAsync(session, identify, null, cancellationToken);
        await mediator.Send(new NoteConnected(options.UserId), cancellationToken);
    }

    /// <summary>Op 43: what the voice channels of a guild say of themselves.</summary>
    /// <remarks>Source: Discord docs, Gateway Events, "Request Channel Info". Nobody is in a voice channel, so none has a start time.</remarks>
    public async ValueTask<bool> RequestChannelInfoAsync(GatewaySession session, JsonElement d, CancellationToken cancellationToken)
    {
        if (d.ValueKind != JsonValueKind.Object || !d.TryGetProperty("guild_id", out var guild) || TryId(guild) is not { } guildId || !d.TryGetProperty("fields", out var fields) || fields.ValueKind != JsonValueKind.Array)
            return false;
        if (await mediator.Send(new GetVoiceStatuses(guildId, session.UserId), cancellationToken) is not { } statuses)
            return true;
        var asked = fields.EnumerateArray().Any(field => field.ValueKind == JsonValueKind.String && field.GetString() == "status");
        var info = new { guild_id = guildId, channels = asked ? statuses.Select(status => new { id = status.Key, status = status.Value }).ToList() : [] };
        session.Enqueue(new DispatchPayload("CHANNEL_INFO", JsonSerializer.SerializeToUtf8Bytes(info, ProtocolJson.Options), isShared: false))?.Flush();
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
