using Discord.BuildingBlocks;
using Discord.BuildingBlocks.Api;
using Discord.BuildingBlocks.Storage;
using Discord.Modules.Guilds.Contracts;
using Discord.Modules.Messaging.Contracts;
using Discord.Modules.Messaging.Messages;
using Discord.Modules.Messaging.Storage;
using Discord.Modules.Users.Contracts;
using Discord.Protocol;
using MediatR;

namespace Discord.Modules.Messaging.Crossposts;

/// <summary>POST /channels/{channel_id}/followers: another channel gets what is crossposted in this announcement channel.</summary>
/// <remarks>
/// Source: Discord docs, Resources, Channel, "Follow Announcement Channel": MANAGE_WEBHOOKS in the target; 15 a channel. Fires WEBHOOKS_UPDATE and a notice of type 12 in the target.
/// </remarks>
internal sealed class FollowChannel(FollowerStore followers, MessagePosting posting, SnowflakeGenerator ids, IMediator mediator) : IEndpoint
{
    public const int MaxFollowed = 15;

    public Route Route => Route.Post("follow_channel", "/channels/{channel_id}/followers");

    public async ValueTask<Reply> HandleAsync(ApiRequest request)
    {
        var body = await request.BodyAsync();
        if (body.Error is { } unreadable)
            return unreadable;
        var targetId = body.Value.Id("webhook_channel_id", required: true);
        if (body.Value.Error is { } invalid)
            return invalid;
        var source = await mediator.Send(new GetChannelAccess(request.UserId, request.Id("channel_id")), request.Cancelled);
        if (source.Error is { } hidden)
            return hidden;
        if (source.Value is not { Type: ChannelType.GuildAnnouncement, View: { } guild })
            return ApiError.ChannelType;
        var identity = await mediator.Send(new GetGuildIdentity(guild.Id), request.Cancelled);
        var users = await mediator.Send(new GetUsers([request.UserId]), request.Cancelled);

        var entered = await mediator.Send(new EnterChannel(request.UserId, targetId!.Value), request.Cancelled);
        if (entered.Error is { } refused)
            return refused;
        Task posted;
        Follower follower;
        using (var turn = entered.Value)
        {
            var target = turn.Access;
            if (target.Type is not (ChannelType.GuildText or ChannelType.GuildAnnouncement))
                return ApiError.ChannelType;
            if (!target.Has(Permissions.ManageWebhooks))
                return ApiError.MissingPermissions;
            var followed = await followers.OfTargetAsync(target.ChannelId);
            // Once is enough: a second would say everything twice.
            if (followed.Find(other => other.SourceId == source.Value.ChannelId) is { } already)
                return Reply.Ok(new { channel_id = already.SourceId, webhook_id = already.Id });
            if (followed.Count >= MaxFollowed)
                return ApiError.MaximumWebhooks;
            follower = new Follower(ids.Next(), source.Value.ChannelId, target.ChannelId);
            var notice = new StoredMessage
            {
                ChannelId = target.ChannelId,
                Id = ids.Next(),
                AuthorId = request.UserId,
                Type = MessageType.ChannelFollowAdd,
                Content = $"{identity?.Name} #{ChannelNames.Of(guild, follower.SourceId)}",
                Extras = new MessageExtras { Reference = new StoredReference(MessageReference.Reply, follower.SourceId, guild.Id) },
            };
            var unit = FollowerStore.Insert(new WriteUnit(), follower).Publish(new WebhooksUpdated(target.GuildId!.Value, target.ChannelId), target.View);
            posted = posting.CommitAsync(target, notice, MessageWire.Write(target, notice, users, null), unit);
        }

        await posted;
        return Reply.Ok(new { channel_id = follower.SourceId, webhook_id = follower.Id });
    }
}
