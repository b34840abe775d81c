using Discord.BuildingBlocks;
using Discord.BuildingBlocks.Api;
using Discord.BuildingBlocks.Storage;
using Discord.BuildingBlocks.Streams;
using Discord.Modules.Guilds.Contracts;
using Discord.Modules.Messaging.Contracts;
using Discord.Modules.Messaging.Storage;
using Discord.Protocol;

namespace Discord.Modules.Messaging.ReadStates;

/// <summary>One place up to which somebody has read.</summary>
internal sealed record ReadMark(ChannelAccess Access, Snowflake MessageId)
{
    /// <summary>Marked as unread from there on: the only way back.</summary>
    public bool Manual { get; init; }
    /// <summary>With <see cref="Manual"/>: what the client counts above it.</summary>
    public int? MentionCount { get; init; }
    public int? Flags { get; init; }
    public int? LastViewed { get; init; }
}

/// <summary>Stores how far somebody has read and tells their other sessions. Decided on the user's lane.</summary>
internal sealed class Acknowledging(ReadStateStore store, UnreadMentions unread, OwnReads own, Database database, Lanes lanes, SnowflakeGenerator ids)
{
    /// <summary>The marks that change something, all in one commit. Fires MESSAGE_ACK for each of them.</summary>
    public async ValueTask ApplyAsync(ApiRequest request, IReadOnlyList<ReadMark> marks)
    {
        using var turn = await lanes[request.UserId].EnterAsync(request.Cancelled);
        var all = marks.Count > 1 ? (await store.OfAsync(request.UserId)).Where(state => state.Type == 0).ToDictionary(state => state.Id) : null;
        var unit = new WriteUnit();
        var changed = new List<Snowflake>();
        foreach (var mark in marks.GroupBy(mark => mark.Access.ChannelId).Select(channel => channel.MaxBy(mark => mark.MessageId)!))
        {
            var id = mark.Access.ChannelId;
            var stored = all is null ? await store.FindAsync(request.UserId, 0, id) : all.GetValueOrDefault(id);
            var old = own.Over(request.UserId, stored ?? StoredReadState.None(id));
            var state = await NextAsync(request.UserId, old, mark);
            if (state == old && stored is not null)
                continue;
            changed.Add(id);
            ReadStateStore.Save(unit, request.UserId, state)
                .Publish(new MessageAcknowledged(request.UserId, request.Caller.TokenHash, id, mark.MessageId, Version(), mark.Manual ? mark.MentionCount ?? 0 : null, mark.Manual ? true : null, mark.Flags, mark.LastViewed));
        }

        if (changed.Count > 0)
            await own.CommitAsync(unit, request.UserId, changed);
    }

    /// <summary>The newest pin of a channel was seen. Fires CHANNEL_PINS_ACK.</summary>
    public async ValueTask SeePinsAsync(ApiRequest request, ChannelAccess access)
    {
        if (access.Home.LastPinTimestamp is not { } pin)
            return;
        using var turn = await lanes[request.UserId].EnterAsync(request.Cancelled);
        var state = own.Over(request.UserId, await store.FindAsync(request.UserId, 0, access.ChannelId) ?? StoredReadState.None(access.ChannelId));
        if (state.PinsAt == pin)
            return;
        var unit = ReadStateStore.Save(new WriteUnit(), request.UserId, state with { PinsAt = pin })
            .Publish(new ChannelPinsAcknowledged(request.UserId, request.Caller.TokenHash, access.ChannelId, pin, Version()));
        await own.CommitAsync(unit, request.UserId, [access.ChannelId]);
    }

    /// <summary>What is no message was seen: a guild's events and the like.</summary>
    public async ValueTask SeeAsync(ApiRequest request, int type, Snowflake resourceId, Snowflake entityId)
    {
        using var turn = await lanes[request.UserId].EnterAsync(request.Cancelled);
        var state = await store.FindAsync(request.UserId, type, resourceId) ?? StoredReadState.None(resourceId, type);
        if (entityId <= state.LastId)
            return;
        await database.CommitAsync(ReadStateStore.Save(new WriteUnit(), request.UserId, state.ReadTo(entityId))
            .Publish(new NonChannelAcknowledged(request.UserId, request.Caller.TokenHash, resourceId, entityId, type, Version())));
    }

    /// <summary>Forgets how far somebody has read in a channel.</summary>
    public async ValueTask ForgetAsync(ApiRequest request, Snowflake channelId)
    {
        using var turn = await lanes[request.UserId].EnterAsync(request.Cancelled);
        await own.CommitAsync(ReadStateStore.Delete(new WriteUnit(), request.UserId, 0, channelId), request.UserId, [channelId]);
    }

    private async ValueTask<StoredReadState> NextAsync(Snowflake userId, StoredReadState old, ReadMark mark)
    {
        var state = old with { Flags = mark.Flags ?? old.Flags, LastViewed = mark.LastViewed ?? old.LastViewed };
        if (!mark.Manual)
            return mark.MessageId > old.LastId ? state.ReadTo(mark.MessageId) : state;
        state = state.ReadTo(mark.MessageId);
        // The client's number is ours as long as it is right: then it goes on following deletions, roles and settings. Another one is kept as it is.
        return mark.MentionCount is { } told && told != await unread.CountAsync(userId, mark.Access, mark.MessageId) && mark.Access.Home.LastMessageId is { } newest
            ? state with { MentionCount = told, CountedFrom = newest }
            : state;
    }

    // Rises strictly, and stays below 2^53 for clients whose numbers are floating.
    private long Version() => ids.Next().Value is var id ? (long)((id >> 22 << 12) | (id & 0xFFF)) : 0;
}
