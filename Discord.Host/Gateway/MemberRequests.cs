using System.Text.Json;
using Discord.Modules.Guilds.Contracts;
using Discord.Modules.Presence.Contracts;
using Discord.Protocol;
using Discord.Protocol.Gateway;
using MediatR;

namespace Discord.Host.Gateway;

/// <summary>Op 8: members by name, by id, or all of them, in chunks of exactly a thousand but for the last. Op 35: the newest members.</summary>
/// <remarks>Source: Discord docs, Gateway Events, "Request Guild Members"; libraries take a shorter chunk for the last one. protocol.md 3.8.</remarks>
internal sealed class MemberRequests(IMediator mediator, GatewayLimits limits)
{
    private const int Opcode = 8;
    private const int ChunkSize = 1000;
    private const int MaxByPrefix = 100;
    private const int MaxById = 100;
    private const int MaxNonceBytes = 32;

    private static readonly TimeSpan s_betweenAll = TimeSpan.FromSeconds(30);

    /// <returns>False when it is malformed.</returns>
    public async ValueTask<bool> AnswerAsync(GatewaySession session, GatewayConnection connection, JsonElement d, CancellationToken cancellationToken)
    {
        if (d.ValueKind != JsonValueKind.Object || !d.TryGetProperty("guild_id", out var guild))
            return false;
        // People's clients may name several guilds, bots one.
        List<Snowflake?> guildIds = guild.ValueKind == JsonValueKind.Array ? [.. guild.EnumerateArray().Select(GatewayProtocol.TryId)] : [GatewayProtocol.TryId(guild)];
        if (guildIds.Contains(null))
            return false;
        var asked = Read(session, d);
        foreach (var id in guildIds)
            await AnswerAsync(session, connection, id!.Value, asked, cancellationToken);
        return true;
    }

    /// <summary>Op 35: {guild_id, query, nonce}. With a query it is op 8's search, without one the members who joined last of those looked at lately.</summary>
    /// <returns>False when it is malformed.</returns>
    public async ValueTask<bool> SearchRecentAsync(GatewaySession session, JsonElement d, CancellationToken cancellationToken)
    {
        if (d.ValueKind != JsonValueKind.Object || !d.TryGetProperty("guild_id", out var guild) || GatewayProtocol.TryId(guild) is not { } guildId)
            return false;
        var asked = Read(session, d);
        var found = await mediator.Send(new RequestMembers(guildId, session.UserId, asked.Query, MaxByPrefix, null) { Recent = true }, cancellationToken);
        if (found.Error is null)
            await SendAsync(session, guildId, found.Value, asked, 0, 1, cancellationToken);
        return true;
    }

    private static Asked Read(GatewaySession session, JsonElement d)
    {
        List<Snowflake>? userIds = null;
        if (d.TryGetProperty("user_ids", out var ids) && ids.ValueKind is JsonValueKind.Array or JsonValueKind.String or JsonValueKind.Number)
            userIds = [.. (ids.ValueKind == JsonValueKind.Array ? ids.EnumerateArray().Take(MaxById) : [ids]).Select(GatewayProtocol.TryId).OfType<Snowflake>()];
        return new Asked(
            GatewayProtocol.TryText(d, "query", out var text) ? text : "",
            d.TryGetProperty("limit", out var max) && GatewayProtocol.TryInt(max, out var number) ? Math.Max(0, number) : 0,
            userIds,
            d.TryGetProperty("presences", out var wanted) && wanted.ValueKind == JsonValueKind.True && session.Options.Intents.HasFlag(Intents.GuildPresences),
            GatewayProtocol.TryText(d, "nonce", out var nonce) && System.Text.Encoding.UTF8.GetByteCount(nonce) <= MaxNonceBytes ? nonce : null);
    }

    private async ValueTask AnswerAsync(GatewaySession session, GatewayConnection connection, Snowflake guildId, Asked asked, CancellationToken cancellationToken)
    {
        if (!asked.IsForAll)
        {
            var limit = asked.Limit == 0 ? MaxByPrefix : Math.Min(asked.Limit, MaxByPrefix);
            var found = await mediator.Send(new RequestMembers(guildId, session.UserId, asked.Query, limit, asked.UserIds), cancellationToken);
            if (found.Error is null)
                await SendAsync(session, guildId, found.Value, asked, 0, 1, cancellationToken);
            return;
        }

        var first = await mediator.Send(new RequestMembers(guildId, session.UserId, "", asked.Limit == 0 ? ChunkSize : asked.Limit, null), cancellationToken);
        if (first.Error is not null)
            return;
        if (!MaySeeAll(session, first.Value.CallerPermissions))
        {
            // The whole list is privileged; without the right to it one gets oneself.
            var own = await mediator.Send(new RequestMembers(guildId, session.UserId, "", 1, [session.UserId]), cancellationToken);
            if (own.Error is null)
                await SendAsync(session, guildId, own.Value, asked, 0, 1, cancellationToken);
            return;
        }

        if (asked.Limit == 0 && WaitFor(session, guildId) is { } seconds)
        {
            var refusal = new { opcode = Opcode, retry_after = seconds, meta = new { guild_id = guildId, nonce = asked.Nonce } };
            session.Enqueue(new DispatchPayload("RATE_LIMITED", JsonSerializer.SerializeToUtf8Bytes(refusal, ProtocolJson.Options), isShared: false))?.Flush();
            return;
        }

        var total = asked.Limit == 0 ? first.Value.MemberCount : Math.Min(asked.Limit, first.Value.MemberCount);
        var count = Math.Max(1, (total + ChunkSize - 1) / ChunkSize);
        var page = first.Value;
        for (var index = 0; ; index++)
        {
            await SendAsync(session, guildId, page, asked, index, count, cancellationToken);
            // A large guild does not fit into the session's memory for resuming: the next page is read when this one has gone out.
            await connection.Flushing.WaitAsync(cancellationToken);
            cancellationToken.ThrowIfCancellationRequested();
            if (index + 1 >= count)
                return;
            var next = await mediator.Send(
                new RequestMembers(guildId, session.UserId, "", Math.Min(ChunkSize, total - (index + 1) * ChunkSize), null) { After = page.Members.Count > 0 ? page.Members[^1].User!.Id : default }, cancellationToken);
            if (next.Error is not null)
                return;
            page = next.Value;
        }
    }

    private static bool MaySeeAll(GatewaySession session, Permissions held) => session.Options.IsBot
        ? session.Options.Intents.HasFlag(Intents.GuildMembers)
        : (held & (Permissions.ManageRoles | Permissions.KickMembers | Permissions.BanMembers)) != 0;

    // Null: it may be answered now, and the next one not for half a minute.
    private double? WaitFor(GatewaySession session, Snowflake guildId)
    {
        var now = limits.Clock.GetTimestamp();
        var asked = session.AskedForAll ??= [];
        if (asked.TryGetValue(guildId, out var at) && s_betweenAll - limits.Clock.GetElapsedTime(at, now) is { Ticks: > 0 } wait)
            return wait.TotalSeconds;
        asked[guildId] = now;
        return null;
    }

    private async ValueTask SendAsync(GatewaySession session, Snowflake guildId, RequestedMembers found, Asked asked, int index, int count, CancellationToken cancellationToken)
    {
        var presences = asked.Presences ? (await mediator.Send(new GetPresences([.. found.Members.Select(member => member.User!.Id)]), cancellationToken)).Values.ToList() : null;
        var chunk = new
        {
            guild_id = guildId,
            members = found.Members,
            chunk_index = index,
            chunk_count = count,
            not_found = found.NotFound.Count > 0 ? found.NotFound : null,
            presences,
            nonce = asked.Nonce,
        };
        session.Enqueue(new DispatchPayload("GUILD_MEMBERS_CHUNK", JsonSerializer.SerializeToUtf8Bytes(chunk, ProtocolJson.Options), isShared: false))?.Flush();
    }

    private sealed record Asked(string Query, int Limit, IReadOnlyList<Snowflake>? UserIds, bool Presences, string? Nonce)
    {
        public bool IsForAll => UserIds is null && Query.Length == 0;
    }
}
