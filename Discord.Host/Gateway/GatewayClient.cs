using System.Buffers;
using System.Text.Json;
using Discord.BuildingBlocks.Api;
using Discord.Host.Gateway.Encoding;
using Discord.Host.Gateway.MemberLists;
using Discord.Protocol;

namespace Discord.Host.Gateway;

/// <summary>One connection's conversation: which opcodes are due, and what each does. Used by the connection's receive loop alone.</summary>
/// <remarks>Source: Discord docs, Gateway, "Connection Lifecycle"; protocol.md 3.2-3.4.</remarks>
internal sealed class GatewayClient(GatewayConnection connection, string resumeUrl, GatewayProtocol protocol, Action onIdentified)
{
    private const int MaxKnownOpcode = 43;
    private const int MaxJsonDepth = 32;

    private readonly Queue<long> _received = new();
    private GatewaySession? _session;
    private bool _identified;

    public void Hello(int heartbeatInterval) =>
        connection.Send(System.Text.Encoding.UTF8.GetBytes($"{{\"op\":10,\"d\":{{\"heartbeat_interval\":{heartbeatInterval},\"_trace\":[]}},\"s\":null,\"t\":null}}"));

    /// <summary>Handles one message of the client.</summary>
    /// <returns>Null, or the code to close with.</returns>
    public async ValueTask<CloseCode?> HandleAsync(byte[] message, CancellationToken cancellationToken)
    {
        if (IsTooMany())
            return CloseCode.RateLimited;
        if (Decode(message) is not { } payload)
            return CloseCode.DecodeError;
        using var document = payload;
        var root = document.RootElement;
        if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("op", out var opcode) || !GatewayProtocol.TryInt(opcode, out var op))
            return CloseCode.DecodeError;
        var d = root.TryGetProperty("d", out var data) ? data : default;
        switch (op)
        {
            // Always answered, also before IDENTIFY.
            case 1 or 40:
                Seen(_session);
                connection.Send("{\"op\":11,\"d\":null,\"s\":null,\"t\":null}"u8);
                if (_session is { PresenceEnded: true } silent)
                    await protocol.Presences.ResumeAsync(silent);
                return null;
            case 2:
                return _session is null ? await IdentifyAsync(d, cancellationToken) : CloseCode.AlreadyAuthenticated;
            case 6 when _session is null:
                var refused = await ResumeAsync(d);
                var counters = protocol.Sessions.Counters;
                Interlocked.Increment(ref _session is null ? ref counters.Refused : ref counters.Resumed);
                return refused;
            case 6:
                return CloseCode.AlreadyAuthenticated;
        }

        if (op is < 0 or > MaxKnownOpcode)
            return CloseCode.UnknownOpcode;
        if (_session is not { } session)
            return CloseCode.NotAuthenticated;
        switch (op)
        {
            case 0:
                await protocol.PostAsync(session, d, cancellationToken);
                return null;
            case 3:
                return await protocol.Presences.UpdateAsync(session, d, cancellationToken) ? null : CloseCode.DecodeError;
            case 4:
                return await protocol.UpdateVoiceStateAsync(session, d, cancellationToken) ? null : CloseCode.DecodeError;
            case 8:
                return await protocol.MemberRequests.AnswerAsync(session, connection, d, cancellationToken) ? null : CloseCode.DecodeError;
            case 13:
                return await protocol.ConnectCallAsync(session, d, cancellationToken) ? null : CloseCode.DecodeError;
            case 14:
                return LazySubscription.Read(d) is { } opened ? Open(session, [opened]) : CloseCode.DecodeError;
            case >= 18 and <= 22:
                return await protocol.CommandStreamAsync(op, session, d, cancellationToken) ? null : CloseCode.DecodeError;
            case 31:
                return await protocol.RequestSoundboardsAsync(session, d, cancellationToken) ? null : CloseCode.DecodeError;
            case 34:
                return await protocol.SendLastMessagesAsync(session, d, cancellationToken) ? null : CloseCode.DecodeError;
            case 35:
                return session.Options.IsBot || await protocol.MemberRequests.SearchRecentAsync(session, d, cancellationToken) ? null : CloseCode.DecodeError;
            case 37:
                return LazySubscription.ReadMany(d) is { } many ? Open(session, many) : CloseCode.DecodeError;
            case 43:
                return await protocol.RequestChannelInfoAsync(session, d, cancellationToken) ? null : CloseCode.DecodeError;
            default:
                // Known opcodes of features that this server does not have: ignored, as clients expect.
                return null;
        }
    }

    private CloseCode? Open(GatewaySession session, IReadOnlyList<(Snowflake GuildId, LazySubscription Wanted)> guilds)
    {
        foreach (var (guildId, wanted) in guilds)
            protocol.Dispatcher.Subscribe(session, guildId, wanted);
        return null;
    }

    /// <summary>The connection is about to end: a client that closes with 1000 or 1001 ends its session; so do the codes after which no client resumes.</summary>
    public void ClosedBy(int? code, bool byClient)
    {
        _ends = byClient ? code is 1000 or 1001
            : (CloseCode)(code ?? 0) is CloseCode.AuthenticationFailed or CloseCode.InvalidShard or CloseCode.ShardingRequired or CloseCode.InvalidIntents or CloseCode.DisallowedIntents;
    }

    private bool _ends;

    /// <summary>Lets go of the session: it ends, or waits for RESUME.</summary>
    public async ValueTask EndAsync()
    {
        if (!_identified)
            onIdentified();
        if (_session is not { } session)
            return;
        session.Detach(connection);
        if (_ends)
            await protocol.Sessions.EndAsync(session, CloseCode.Normal);
    }

    private async ValueTask<CloseCode?> IdentifyAsync(JsonElement d, CancellationToken cancellationToken)
    {
        var (options, refused) = await protocol.CheckIdentifyAsync(d);
        if (options is null)
            return refused;
        if (options.IsBot && !protocol.Sessions.TryIdentify(options.UserId))
        {
            InvalidSession();
            return null;
        }

        Identified();
        var session = _session = protocol.Sessions.Create(options);
        Seen(session);
        // true, or by some libraries the name of a stream compression that the query already asked for.
        connection.Carry(session, d.TryGetProperty("compress", out var compress) && compress.ValueKind == JsonValueKind.True);
        try
        {
            await protocol.Ready.StartAsync(session, connection, d, resumeUrl, cancellationToken);
        }
        catch
        {
            // Without its READY nobody can resume it.
            await protocol.Sessions.EndAsync(session, CloseCode.UnknownError);
            throw;
        }

        return null;
    }

    private async ValueTask<CloseCode?> ResumeAsync(JsonElement d)
    {
        if (d.ValueKind != JsonValueKind.Object || !GatewayProtocol.TryText(d, "token", out var token) || !GatewayProtocol.TryText(d, "session_id", out var id)
            || !d.TryGetProperty("seq", out var seq) || !(seq.ValueKind == JsonValueKind.Null || GatewayProtocol.TryInt(seq, out _)))
            return CloseCode.DecodeError;
        if (await protocol.AuthenticateAsync(token) is not { } owner)
            return CloseCode.AuthenticationFailed;
        // Somebody else's session is as unknown as one that never was.
        if (protocol.Sessions.Find(id) is not { } session || session.UserId != owner.UserId)
        {
            InvalidSession();
            return null;
        }

        connection.Carry(session, compressPayloads: false);
        var resumed = new DispatchPayload("RESUMED", "{\"_trace\":[]}"u8.ToArray());
        var result = session.Resume(connection, seq.ValueKind == JsonValueKind.Null ? 0 : seq.GetInt32(), resumed, out var previous);
        if (result != ResumeResult.Resumed)
        {
            connection.Release();
            if (result == ResumeResult.InvalidSequence)
                return CloseCode.InvalidSequence;
            InvalidSession();
            return null;
        }

        previous?.Close(CloseCode.UnknownError);
        Identified();
        _session = session;
        Seen(session);
        connection.Flush();
        await protocol.Presences.ResumeAsync(session);
        return null;
    }

    // The socket stays open: some libraries identify on it.
    private void InvalidSession() => connection.Send("{\"op\":9,\"d\":false,\"s\":null,\"t\":null}"u8);

    private void Seen(GatewaySession? session)
    {
        connection.LastHeartbeat = protocol.Sessions.Now;
        if (session is not null)
            session.LastSeen = connection.LastHeartbeat;
    }

    private void Identified()
    {
        if (_identified)
            return;
        _identified = true;
        onIdentified();
    }

    private bool IsTooMany()
    {
        var sessions = protocol.Sessions;
        while (_received.TryPeek(out var at) && sessions.Since(at) >= TimeSpan.FromMinutes(1))
            _received.Dequeue();
        _received.Enqueue(sessions.Now);
        return _received.Count > GatewayLimits.MaxClientMessagesPerMinute;
    }

    private JsonDocument? Decode(byte[] message)
    {
        if (!connection.IsEtf)
            return WireJson.TryParse(message, MaxJsonDepth);
        var json = new ArrayBufferWriter<byte>(message.Length * 2);
        return Etf.TryReadTerm(message, json) ? WireJson.TryParse(json.WrittenMemory, MaxJsonDepth) : null;
    }
}
