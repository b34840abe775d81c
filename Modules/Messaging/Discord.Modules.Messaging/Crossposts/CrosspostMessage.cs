using Discord.BuildingBlocks.Api;
using Discord.BuildingBlocks.Storage;
using Discord.Modules.Guilds.Contracts;
using Discord.Modules.Messaging.Contracts;
using Discord.Modules.Messaging.Messages;
using Discord.Modules.Messaging.Storage;
using Discord.Protocol;
using MediatR;

namespace Discord.Modules.Messaging.Crossposts;

/// <summary>POST /channels/{channel_id}/messages/{message_id}/crosspost: takes a message of an announcement channel to the channels that follow it.</summary>
/// <remarks>Source: Discord docs, Resources, Message, "Crosspost Message": one's own with SEND_MESSAGES, others' with MANAGE_MESSAGES. Fires MESSAGE_UPDATE.</remarks>
internal sealed class CrosspostMessage(MessageStore store, MessageWire wire, Database database, IMediator mediator) : IEndpoint
{
    // Source: the limit that clients show: ten in an hour and channel.
    public Route Route => Route.Post("crosspost_message", "/channels/{channel_id}/messages/{message_id}/crosspost") with { RateLimit = RateLimit.Per("crosspost_message", 10, 3600) };

    public async ValueTask<Reply> HandleAsync(ApiRequest request)
    {
        var entered = await mediator.Send(new EnterChannel(request.UserId, request.Id("channel_id")), request.Cancelled);
        if (entered.Error is { } refused)
            return refused;
        using var turn = entered.Value;
        var access = turn.Access;
        if (access.Type != ChannelType.GuildAnnouncement)
            return ApiError.ChannelType;
        if (await store.FindAsync(access.ChannelId, request.Id("message_id")) is not { } stored)
            return ApiError.UnknownMessage;
        if (!access.Has(stored.AuthorId == request.UserId ? Permissions.SendMessages : Permissions.ManageMessages))
            return ApiError.MissingPermissions;
        if (!stored.Type.IsWritten() || stored.Extras?.Poll is not null)
            return ApiError.SystemMessage;
        if (stored.Flags.HasFlag(MessageFlags.Crossposted))
            return ApiError.AlreadyCrossposted;
        var changed = stored with { Flags = stored.Flags | MessageFlags.Crossposted };
        var message = await wire.WriteAsync(access, changed, request.UserId);
        await database.CommitAsync(MessageStore.Update(new WriteUnit(), changed)
            .Publish(new MessageUpdated(await wire.ForGatewayAsync(access, message), access.Audience), access.View)
            .Publish(new CrosspostChanged(access.GuildId!.Value, access.ChannelId, stored.Id, IsNew: true)));
        return Reply.Ok(message);
    }
}
