using Discord.BuildingBlocks;
using Discord.BuildingBlocks.Api;
using Discord.BuildingBlocks.Storage;
using Discord.Modules.Guilds.Contracts;
using Discord.Modules.Messaging.AuditLog;
using Discord.Modules.Messaging.Contracts;
using Discord.Modules.Messaging.Messages;
using Discord.Modules.Messaging.Storage;
using Discord.Modules.Users.Contracts;
using Discord.Protocol;
using MediatR;

namespace Discord.Modules.Messaging.Pins;

/// <summary>Pins and unpins: the old and the new routes end here.</summary>
/// <remarks>Source: Discord docs, Resources, Message, "Pin Message": 250 a channel; PIN_MESSAGES, split from MANAGE_MESSAGES: either will do. Fires CHANNEL_PINS_UPDATE, MESSAGE_UPDATE and a notice of type 6.</remarks>
internal sealed class Pinning(MessageStore store, MessageWire wire, MessagePosting posting, MessageAudit audit, Database database, SnowflakeGenerator ids, IMediator mediator, TimeProvider clock)
{
    public const int MaxPins = 250;

    public async ValueTask<Reply> SetAsync(ApiRequest request, bool pinned)
    {
        var author = await mediator.Send(new GetUsers([request.UserId]), request.Cancelled);
        var entered = await mediator.Send(new EnterChannel(request.UserId, request.Id("channel_id")), request.Cancelled);
        if (entered.Error is { } refused)
            return refused;
        Task? notice = null;
        using (var turn = entered.Value)
        {
            var access = turn.Access;
            if (access.Thread is { Archived: true })
                return ApiError.ThreadArchived;
            if (!access.Has(Permissions.PinMessages) && !access.Has(Permissions.ManageMessages))
                return ApiError.MissingPermissions;
            if (access.Unreachable is { } unreachable)
                return unreachable;
            if (await store.FindAsync(access.ChannelId, request.Id("message_id")) is not { } stored)
                return ApiError.UnknownMessage;
            if (stored.PinnedAt is not null == pinned)
                return Reply.NoContent;
            if (!stored.Type.IsWritten())
                return ApiError.SystemMessage;
            if (pinned && await store.CountPinsAsync(access.ChannelId) >= MaxPins)
                return ApiError.MaximumPins;

            // Strictly later than the pin before: pages are cut by this time.
            var now = Math.Max(clock.GetUtcNow().ToUnixTimeMilliseconds(), (access.Home.LastPinTimestamp?.UnixMilliseconds ?? 0) + 1);
            var changed = stored with { PinnedAt = pinned ? new Timestamp(now) : null };
            var last = pinned ? changed.PinnedAt : await NewestOtherAsync(access.ChannelId, stored.Id);
            var message = await wire.WriteAsync(access, changed, request.UserId);
            var unit = MessageStore.SetPinned(new WriteUnit(), stored, changed.PinnedAt)
                .Publish(new MessageUpdated(await wire.ForGatewayAsync(access, message), access.Audience), access.View)
                .Publish(new ChannelPinsUpdated(access.ChannelId, access.GuildId, last, access.Audience), access.View);
            await database.CommitAsync(audit.Pinned(unit, access, request.UserId, stored.AuthorId, stored.Id, pinned, request.Reason));
            access.Home.LastPinTimestamp = last;
            if (pinned)
                notice = QueueNotice(access, request.UserId, stored.Id, author);
        }

        if (notice is not null)
            await notice;
        return Reply.NoContent;
    }

    private Task<Message> QueueNotice(ChannelAccess access, Snowflake userId, Snowflake pinned, IReadOnlyDictionary<Snowflake, User> users)
    {
        var stored = new StoredMessage { ChannelId = access.ChannelId, Id = ids.Next(), AuthorId = userId, Type = MessageType.ChannelPinnedMessage, Content = "", ReferenceId = pinned };
        return posting.CommitAsync(access, stored, MessageWire.Write(access, stored, users, null));
    }

    private async ValueTask<Timestamp?> NewestOtherAsync(Snowflake channelId, Snowflake except) =>
        (await store.PinsAsync(channelId, new Timestamp(long.MaxValue), 2)).Find(message => message.Id != except)?.PinnedAt;
}
