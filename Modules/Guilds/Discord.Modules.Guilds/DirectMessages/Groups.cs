using Discord.BuildingBlocks;
using Discord.BuildingBlocks.Api;
using Discord.BuildingBlocks.Files;
using Discord.BuildingBlocks.Storage;
using Discord.BuildingBlocks.Streams;
using Discord.Modules.Guilds.Contracts;
using Discord.Modules.Guilds.Home;
using Discord.Modules.Guilds.Storage;
using Discord.Modules.Messaging.Contracts;
using Discord.Modules.Users.Contracts;
using Discord.Protocol;
using MediatR;

namespace Discord.Modules.Guilds.DirectMessages;

/// <summary>Groups of up to ten people: made, named, entered and left. Changes are decided on the group's lane.</summary>
/// <remarks>Source: protocol.md 1.1, 2.4. People let in their friends; the owner takes others out; everybody may leave, and the last one ends it.</remarks>
internal sealed class Groups(GuildHomes homes, Database database, Lanes lanes, SnowflakeGenerator ids, IImages images, IMediator mediator)
{
    public const int MaxMembers = 10;

    /// <returns>The group, 50033 for an unknown user, 50007 for who is no friend, 30004 for more than ten.</returns>
    public async ValueTask<Result<Channel>> CreateAsync(Snowflake ownerId, IEnumerable<Snowflake> others)
    {
        IReadOnlyList<Snowflake> members = [.. others.Append(ownerId).Distinct().Order()];
        if (members.Count > MaxMembers)
            return ApiError.MaximumRecipients;
        var users = await mediator.Send(new GetUsers(members));
        foreach (var member in members.Where(member => member != ownerId))
        {
            if (!users.ContainsKey(member))
                return ApiError.InvalidRecipients;
            if (!(await mediator.Send(new GetRelation(ownerId, member))).IsFriendship)
                return ApiError.CannotMessageUser;
        }

        var group = new Channel { Id = ids.Next(), Type = ChannelType.GroupDm, OwnerId = ownerId };
        var unit = GuildStore.InsertDirectMessage(new WriteUnit(), group, null, members);
        foreach (var member in members)
            unit.Publish(new DirectMessageOpened(DirectMessageWire.Write(group, members, users, member), member));
        await database.CommitAsync(unit);
        return DirectMessageWire.Write(group, members, users, ownerId);
    }

    /// <summary>Lets a friend into a group; from a direct message makes a group of the three.</summary>
    /// <returns>The new group; null when it was one already, or the friend was in it.</returns>
    public async ValueTask<Result<Channel?>> AddAsync(Snowflake channelId, Snowflake callerId, Snowflake userId, CancellationToken cancellationToken)
    {
        var access = await homes.AccessAsync(channelId, callerId);
        if (access.Error is { } hidden)
            return hidden;
        if (access.Value.GuildId is not null)
            return ApiError.ChannelType;
        if (await mediator.Send(new GetUser(userId), cancellationToken) is null)
            return ApiError.UnknownUser;
        if (access.Value.Recipients.Contains(userId))
            return (Channel?)null;
        if (access.Value.Type == ChannelType.Dm)
        {
            var created = await CreateAsync(callerId, access.Value.Recipients.Append(userId));
            return created.Error is { } failed ? failed : created.Value;
        }

        if (!(await mediator.Send(new GetRelation(callerId, userId), cancellationToken)).IsFriendship)
            return ApiError.CannotMessageUser;
        var entered = await EnterAsync(channelId, callerId, cancellationToken);
        if (entered.Error is { } refused)
            return refused;
        var (home, turn) = entered.Value;
        using var held = turn;
        if (home.Recipients.Contains(userId))
            return (Channel?)null;
        if (home.Recipients.Count >= MaxMembers)
            return ApiError.MaximumRecipients;

        IReadOnlyList<Snowflake> members = [.. home.Recipients.Append(userId).Order()];
        var users = await mediator.Send(new GetUsers(members), cancellationToken);
        await database.CommitAsync(GuildStore.AddRecipient(new WriteUnit(), channelId, userId)
            .Publish(new RecipientAdded(channelId, users[userId], home.Recipients))
            .Publish(new DirectMessageOpened(Seen(home, home.Channel, members, users, userId), userId))
            .Publish(new SystemMessageCaused(null, channelId, callerId, MessageType.RecipientAdd) { MentionedId = userId })
            .Then(() => home.Set(home.Channel, members)));
        return (Channel?)null;
    }

    /// <summary>Takes somebody out of a group: its owner others, everybody themselves. Another owner follows one who goes; the last takes the group along.</summary>
    /// <param name="silent">The history does not tell.</param>
    /// <returns>The group as the one saw it who is out.</returns>
    public async ValueTask<Result<Channel>> RemoveAsync(Snowflake channelId, Snowflake callerId, Snowflake userId, bool silent, CancellationToken cancellationToken)
    {
        var entered = await EnterAsync(channelId, callerId, cancellationToken);
        if (entered.Error is { } refused)
            return refused;
        var (home, turn) = entered.Value;
        using var held = turn;
        if (userId != callerId && home.Channel.OwnerId != callerId)
            return ApiError.MissingPermissions;
        if (!home.Recipients.Contains(userId))
            return ApiError.UnknownUser;

        IReadOnlyList<Snowflake> members = [.. home.Recipients.Where(member => member != userId)];
        var users = await mediator.Send(new GetUsers(home.Recipients), cancellationToken);
        var seen = DirectMessageWire.Write(home.Channel, home.Recipients, users, userId);
        var unit = new WriteUnit().Publish(new DirectMessageClosed(seen, userId));
        var channel = home.Channel;
        if (members.Count == 0)
        {
            images.Release(unit, ImageKind.ChannelIcon, channelId, null, null);
            GuildStore.DeleteGroup(unit, channelId).Publish(new ChannelsPurged(channelId, [channelId])).Then(() => homes.ForgetDirectMessage(channelId));
        }
        else
        {
            GuildStore.DeleteRecipient(unit, channelId, userId).Publish(new RecipientRemoved(channelId, users.GetValueOrDefault(userId) ?? User.Deleted(userId), members));
            if (channel.OwnerId == userId)
                PublishUpdate(GuildStore.Save(unit, channel = channel with { OwnerId = members[0] }), home, channel, members, users);
            if (!silent)
                unit.Publish(new SystemMessageCaused(null, channelId, callerId, MessageType.RecipientRemove) { MentionedId = userId });
        }

        await database.CommitAsync(unit.Then(() => home.Set(channel, members)));
        return seen;
    }

    /// <summary>PATCH /channels/{channel_id} of a group: every member may name it and give it a picture, its owner hands it on.</summary>
    public async ValueTask<Reply> UpdateAsync(ApiRequest request, Form form)
    {
        var name = form.String("name", 0, 100, nullable: true)?.Trim();
        var owner = form.Id("owner");
        using var icon = await images.ReadAsync(form, "icon", ImageKind.ChannelIcon, request.Cancelled);
        if (form.Error is { } invalid)
            return invalid;
        var entered = await EnterAsync(request.Id("channel_id"), request.UserId, request.Cancelled);
        if (entered.Error is { } refused)
            return refused;
        var (home, turn) = entered.Value;
        using var held = turn;
        var old = home.Channel;
        if (owner is not null && old.OwnerId != request.UserId)
            return ApiError.MissingPermissions;
        if (owner is { } next && !home.Recipients.Contains(next))
            return ApiError.UnknownUser;

        var members = home.Recipients;
        var users = await mediator.Send(new GetUsers(members), request.Cancelled);
        var changed = old with { Name = !form.Has("name") ? old.Name : string.IsNullOrEmpty(name) ? null : name, Icon = icon.Or(old.Icon), OwnerId = owner ?? old.OwnerId };
        if (changed != old)
        {
            var unit = PublishUpdate(GuildStore.Save(new WriteUnit(), changed), home, changed, members, users);
            if (changed.Name != old.Name)
                unit.Publish(new SystemMessageCaused(null, home.Id, request.UserId, MessageType.ChannelNameChange) { Content = changed.Name ?? "" });
            if (changed.Icon != old.Icon)
                icon.Keep(unit, home.Id, old.Icon).Publish(new SystemMessageCaused(null, home.Id, request.UserId, MessageType.ChannelIconChange));
            await database.CommitAsync(unit.Then(() => home.Set(changed, members)));
        }

        return Reply.Ok(Seen(home, changed, members, users, request.UserId));
    }

    private static WriteUnit PublishUpdate(WriteUnit unit, DirectMessageHome home, Channel channel, IReadOnlyList<Snowflake> members, IReadOnlyDictionary<Snowflake, User> users)
    {
        foreach (var member in members)
            unit.Publish(new GroupUpdated(Seen(home, channel, members, users, member), member));
        return unit;
    }

    private static Channel Seen(DirectMessageHome home, Channel channel, IReadOnlyList<Snowflake> members, IReadOnlyDictionary<Snowflake, User> users, Snowflake viewer) =>
        DirectMessageWire.Write(channel, members, users, viewer) with { LastMessageId = home.LastMessageId, LastPinTimestamp = home.LastPinTimestamp };

    private async ValueTask<Result<(DirectMessageHome Home, Lane.Turn Turn)>> EnterAsync(Snowflake channelId, Snowflake callerId, CancellationToken cancellationToken)
    {
        var access = await homes.AccessAsync(channelId, callerId);
        if (access.Error is { } hidden)
            return hidden;
        if (access.Value.Type != ChannelType.GroupDm)
            return access.Value.GuildId is null ? ApiError.CannotExecuteOnDm : ApiError.ChannelType;
        var turn = await lanes[channelId].EnterAsync(cancellationToken);
        if (await homes.FindDirectMessageAsync(channelId) is { } home && home.Recipients.Contains(callerId))
            return (home, turn);
        turn.Dispose();
        return ApiError.UnknownChannel;
    }
}
