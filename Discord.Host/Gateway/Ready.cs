using System.Buffers;
using System.Text.Json;
using System.Text.Json.Nodes;
using Discord.Modules.Guilds.Contracts;
using Discord.Modules.Integrations.Contracts;
using Discord.Modules.Messaging.Contracts;
using Discord.Modules.Notifications.Contracts;
using Discord.Modules.Presence.Contracts;
using Discord.Modules.Users.Contracts;
using Discord.Modules.Voice.Contracts;
using Discord.Protocol;
using Discord.Protocol.Gateway;
using MediatR;

namespace Discord.Host.Gateway;

/// <summary>
/// The first event of a session. Bots get their guilds as stubs, and a GUILD_CREATE for each at its place in the guild's stream. People get them
/// whole inside READY: each is written by the dispatcher at the place from which on the session follows the guild's stream, and what comes after
/// that place is held until READY is out. So nothing of a guild is lost or comes twice.
/// </summary>
/// <remarks>Source: Discord docs, Gateway Events, "Ready"; the fields of people: protocol.md 3.4.</remarks>
internal sealed class Ready(IMediator mediator, SessionPresences presences)
{
    private const int VersionedReadStates = 1 << 2;
    private const int VersionedGuildSettings = 1 << 3;

    public async ValueTask StartAsync(GatewaySession session, GatewayConnection connection, JsonElement identify, string resumeUrl, CancellationToken cancellationToken)
    {
        var fields = new Dictionary<string, object?>
        {
            ["v"] = 10,
            ["user"] = await mediator.Send(new GetOwnAccount(session.UserId), cancellationToken),
            ["session_id"] = session.Id,
            ["resume_gateway_url"] = resumeUrl,
            ["session_type"] = "normal",
            ["guild_join_requests"] = Array.Empty<object>(),
            ["geo_ordered_rtc_regions"] = Array.Empty<string>(),
            ["auth"] = new { },
            ["_trace"] = Array.Empty<string>(),
        };
        if (identify.TryGetProperty("shard", out var shard) && shard.ValueKind == JsonValueKind.Array)
            fields["shard"] = new[] { session.Options.ShardId, session.Options.ShardCount };
        // Read after the session was made: a guild that is joined from now on comes by its event.
        var guilds = (await mediator.Send(new GetGuildIdsOf(session.UserId), cancellationToken)).Where(session.Options.Owns).Order().ToList();
        if (session.Options.IsBot)
            await StartBotAsync(session, connection, identify, fields, guilds, cancellationToken);
        else
            await StartPersonAsync(session, connection, identify, fields, guilds, cancellationToken);
        connection.Flush();
        await mediator.Send(new NoteConnected(session.UserId), cancellationToken);
    }

    private async ValueTask StartBotAsync(GatewaySession session, GatewayConnection connection, JsonElement identify, Dictionary<string, object?> fields, List<Snowflake> guilds, CancellationToken cancellationToken)
    {
        var application = session.Options.ApplicationId ?? default;
        var flags = (int)(await mediator.Send(new GetApplicationFlags(application), cancellationToken) ?? ApplicationFlags.None);
        fields["application"] = new { id = application, flags, flags_new = flags.ToString() };
        fields["user_settings"] = new { };
        foreach (var list in (ReadOnlySpan<string>)["private_channels", "relationships", "presences"])
            fields[list] = Array.Empty<object>();
        fields["guilds"] = guilds.Select(Stub).ToList();
        session.Start(connection, new DispatchPayload("READY", Write(fields, null), isShared: false));
        foreach (var id in guilds)
            await mediator.Send(new WatchGuild(id, session.UserId, roles => new Subscription(session, roles)), cancellationToken);
        connection.Flush();
        await presences.IdentifyAsync(session, identify, null, cancellationToken);
    }

    private async ValueTask StartPersonAsync(GatewaySession session, GatewayConnection connection, JsonElement identify, Dictionary<string, object?> fields, List<Snowflake> guilds, CancellationToken cancellationToken)
    {
        var capabilities = identify.TryGetProperty("capabilities", out var given) && GatewayProtocol.TryInt(given, out var bits) ? bits : 0;
        var channels = await mediator.Send(new GetDirectMessages(session.UserId), cancellationToken);
        var relationships = await mediator.Send(new GetRelationships(session.UserId), cancellationToken);
        var friends = relationships.Where(relationship => relationship.Type == RelationshipType.Friend).Select(relationship => relationship.Id).ToList();
        var settings = await mediator.Send(new GetSettings(session.UserId), cancellationToken);
        session.Acquaintances = [.. channels.SelectMany(channel => channel.Recipients ?? []).Select(user => user.Id).Union(friends)];
        await presences.IdentifyAsync(session, identify, settings as JsonObject, cancellationToken);
        var bodies = await EmbedAsync(session, guilds, cancellationToken);

        fields["private_channels"] = channels;
        fields["relationships"] = relationships;
        fields["presences"] = (await mediator.Send(new GetPresences(friends), cancellationToken)).Values;
        fields["user_settings"] = settings;
        fields["sessions"] = await mediator.Send(new GetSessions(session.UserId), cancellationToken);
        fields["read_state"] = Versioned(await mediator.Send(new GetReadStates(session.UserId), cancellationToken), capabilities, VersionedReadStates);
        fields["user_guild_settings"] = Versioned(await mediator.Send(new GetNotificationSettings(session.UserId), cancellationToken), capabilities, VersionedGuildSettings);
        fields["notification_settings"] = new { flags = await mediator.Send(new GetNotificationFlags(session.UserId), cancellationToken) };
        fields["notes"] = await mediator.Send(new GetNotes(session.UserId), cancellationToken);
        fields["users"] = Array.Empty<object>();
        fields["tutorial"] = null;
        fields["consents"] = new { personalization = new { consented = false } };
        fields["country_code"] = "US";
        fields["api_code_version"] = 1;
        fields["friend_suggestion_count"] = 0;
        fields["analytics_token"] = "";
        fields["auth_session_id_hash"] = session.Options.TokenHash;
        foreach (var list in (ReadOnlySpan<string>)["connected_accounts", "experiments", "guild_experiments"])
            fields[list] = Array.Empty<object>();
        session.Start(connection, ReadyMerging.Asked(capabilities)
            ? ReadyMerging.Write(fields, bodies, capabilities)
            : [new DispatchPayload("READY", Write(fields, bodies), isShared: false)]);
        // Somebody may be calling.
        await mediator.Send(new ShowCalls(session.UserId, session.Id, [.. channels.Select(channel => channel.Id)]), cancellationToken);
    }

    /// <summary>Puts the session into the streams of its guilds, and waits for what each was at that place.</summary>
    /// <returns>The guilds whole; as stubs those that come by a GUILD_CREATE of their own.</returns>
    private async ValueTask<List<byte[]>> EmbedAsync(GatewaySession session, List<Snowflake> guilds, CancellationToken cancellationToken)
    {
        var waiting = new List<(Snowflake Id, Task<byte[]?> Body)>(guilds.Count);
        foreach (var id in guilds)
        {
            var body = new TaskCompletionSource<byte[]?>(TaskCreationOptions.RunContinuationsAsynchronously);
            if (await mediator.Send(new WatchGuild(id, session.UserId, roles => new Subscription(session, roles) { Embedded = body }), cancellationToken))
                waiting.Add((id, body.Task));
        }

        var bodies = new List<byte[]>(waiting.Count);
        foreach (var (id, body) in waiting)
            bodies.Add(await body.WaitAsync(cancellationToken) ?? JsonSerializer.SerializeToUtf8Bytes(Stub(id), ProtocolJson.Options));
        return bodies;
    }

    /// <param name="guilds">Null: they are among the fields.</param>
    internal static byte[] Write(IReadOnlyDictionary<string, object?> fields, IEnumerable<byte[]>? guilds)
    {
        var output = new ArrayBufferWriter<byte>(4096);
        using (var writer = new Utf8JsonWriter(output, new JsonWriterOptions { Encoder = ProtocolJson.Options.Encoder }))
        {
            writer.WriteStartObject();
            foreach (var (name, value) in fields)
            {
                writer.WritePropertyName(name);
                JsonSerializer.Serialize(writer, value, value?.GetType() ?? typeof(object), ProtocolJson.Options);
            }

            if (guilds is not null)
            {
                writer.WriteStartArray("guilds");
                foreach (var guild in guilds)
                    writer.WriteRawValue(guild, skipInputValidation: true);
                writer.WriteEndArray();
            }

            writer.WriteEndObject();
        }

        return output.WrittenSpan.ToArray();
    }

    private static object Stub(Snowflake id) => new { id, unavailable = true };

    private static object Versioned(object entries, int capabilities, int bit) => (capabilities & bit) == 0 ? entries : new { entries, partial = false, version = 0 };
}
